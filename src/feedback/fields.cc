#include "feedback/fields.h"

#include <fmt/format.h>

#include <cctype>
#include <cstring>

namespace castra {
namespace {

template <typename... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <typename... F>
Overloaded(F...) -> Overloaded<F...>;

std::string number(double value) { return fmt::format("{:.4g}", value); }

std::string signal_name(int signal) {
  const char* name = sigabbrev_np(signal);
  return name == nullptr ? fmt::format("{}", signal) : fmt::format("SIG{}", name);
}

Captures out_of_memory_fields(const OutOfMemory& outcome) {
  return {{"task", outcome.task},
          {"argument", outcome.argument < 0 ? "" : std::to_string(outcome.argument)},
          {"memory", outcome.memory},
          {"wanted", outcome.wanted ? to_string(*outcome.wanted) : ""},
          {"reason", outcome.reason}};
}

Captures run_failed_fields(const RunFailed& outcome) {
  return {{"exit_code", outcome.exit_code ? std::to_string(*outcome.exit_code) : ""},
          {"signal", outcome.signal ? signal_name(*outcome.signal) : ""},
          {"reason", outcome.reason}};
}

std::size_t next_placeholder(const std::string& text, std::size_t from) {
  for (std::size_t at = text.find('{', from); at != std::string::npos;
       at = text.find('{', at + 1)) {
    if (at + 1 < text.size() && std::islower(static_cast<unsigned char>(text[at + 1])) != 0)
      return at;
  }
  return std::string::npos;
}

}  // namespace

Captures fields_of(const Outcome& outcome, const Metric& metric) {
  return std::visit(
      Overloaded{
          [&](const Measured& m) -> Captures {
            return {{"value", number(m.value)}, {"unit", metric.unit}, {"metric", metric.name}};
          },
          [](const CompileError&) -> Captures { return {}; },
          [](const InvalidMapping& invalid) -> Captures {
            return {{"reason", invalid.reasons.empty() ? "" : invalid.reasons.front()}};
          },
          [](const RunFailed& failed) { return run_failed_fields(failed); },
          [](const OutOfMemory& memory) { return out_of_memory_fields(memory); },
          [](const TimedOut& timeout) -> Captures { return {{"limit", number(timeout.limit_s)}}; },
          [](const WrongResult& wrong) -> Captures { return {{"reason", wrong.reason}}; }},
      outcome.result);
}

std::vector<std::string> field_names(const std::string& outcome_word) {
  if (outcome_word == "measured") return {"value", "unit", "metric"};
  if (outcome_word == "invalid-mapping" || outcome_word == "wrong-result") return {"reason"};
  if (outcome_word == "run-failed") return {"exit_code", "signal", "reason"};
  if (outcome_word == "out-of-memory") return {"task", "argument", "memory", "wanted", "reason"};
  if (outcome_word == "timed-out") return {"limit"};
  return {};
}

std::vector<std::string> outcome_words(FeedbackStage stage) {
  switch (stage) {
    case FeedbackStage::Compile:
      return {"compile-error", "invalid-mapping"};
    case FeedbackStage::Execution:
      return {"run-failed", "out-of-memory", "timed-out", "wrong-result"};
    case FeedbackStage::Performance:
      return {"measured"};
  }
  return {};
}

Result<std::vector<std::string>> placeholders(const std::string& text) {
  std::vector<std::string> names;
  for (std::size_t at = next_placeholder(text, 0); at != std::string::npos;
       at = next_placeholder(text, at + 1)) {
    const std::size_t end = text.find('}', at);
    if (end == std::string::npos) return failure("has a '{' without a '}'");
    const std::string inside = text.substr(at + 1, end - at - 1);
    names.push_back(inside.substr(0, inside.find('|')));
    at = end;
  }
  return names;
}

std::optional<std::string> fill(const std::string& text, const Captures& values) {
  std::string out;
  std::size_t at = 0;
  for (;;) {
    const std::size_t open = next_placeholder(text, at);
    out += text.substr(at, open == std::string::npos ? open : open - at);
    if (open == std::string::npos) return out;
    const std::size_t end = text.find('}', open);
    if (end == std::string::npos) return std::nullopt;
    const std::string inside = text.substr(open + 1, end - open - 1);
    const std::size_t bar = inside.find('|');
    const auto value = values.find(inside.substr(0, bar));
    if (value != values.end() && !value->second.empty()) {
      out += value->second;
    } else if (bar != std::string::npos) {
      out += inside.substr(bar + 1);
    } else {
      return std::nullopt;
    }
    at = end + 1;
  }
}

}  // namespace castra
