#include "mapping/outcome.h"

#include <fmt/format.h>

namespace castra {
namespace {

template <typename... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <typename... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

std::string_view outcome_word(const Outcome& outcome) {
  return std::visit(Overloaded{[](const Measured&) { return "measured"; },
                               [](const CompileError&) { return "compile-error"; },
                               [](const InvalidMapping&) { return "invalid-mapping"; },
                               [](const RunFailed&) { return "run-failed"; },
                               [](const OutOfMemory&) { return "out-of-memory"; },
                               [](const TimedOut&) { return "timed-out"; },
                               [](const WrongResult&) { return "wrong-result"; }},
                    outcome.result);
}

std::string summary(const Outcome& outcome, const Metric& metric) {
  return std::visit(
      Overloaded{[&](const Measured& m) {
                   return fmt::format("measured {:.4g}{}{} ({} run{}){}", m.value,
                                      metric.unit.empty() ? "" : " ", metric.unit, m.samples.size(),
                                      m.samples.size() == 1 ? "" : "s",
                                      m.verified ? "" : ", unverified");
                 },
                 [](const CompileError& e) {
                   return e.diagnostics.empty()
                              ? std::string("does not compile")
                              : fmt::format("does not compile: {}", e.diagnostics.front().message);
                 },
                 [](const InvalidMapping& e) {
                   return "illegal here: " +
                          (e.reasons.empty() ? std::string("no reason given") : e.reasons.front());
                 },
                 [](const RunFailed& e) { return "run failed: " + first_line(e.reason); },
                 [](const OutOfMemory& e) {
                   return e.task.empty() ? "out of memory: " + first_line(e.reason)
                                         : fmt::format("out of memory: {} argument {} in {}",
                                                       e.task, e.argument, e.memory);
                 },
                 [](const TimedOut& e) {
                   return e.cutoff
                              ? fmt::format("cut off after {:.3g} s: slower than the best allows",
                                            e.limit_s)
                              : fmt::format("timed out after {:.3g} s", e.limit_s);
                 },
                 [](const WrongResult& e) { return "wrong result: " + first_line(e.reason); }},
      outcome.result);
}

}  // namespace castra
