#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "lang/bind.h"
#include "lang/check_against.h"
#include "lang/check_against_impl.h"
#include "lang/diagnostics.h"
#include "mapping/balance.h"
#include "mapping/capacity.h"
#include "support/text.h"

/// What the mapping decides for one program on one machine: what cannot work, and what is wasted.
namespace castra::lang::detail {
namespace {

class FitCheck {
 public:
  FitCheck(const Subject& subject, const Program& program, const Machine& machine,
           DiagnosticSink& sink)
      : subject_(subject),
        program_(program),
        machine_(machine),
        sink_(sink),
        mapping_(bind(subject.policy, program, machine, kPointBudget)) {}

  void run() {
    for (const Fault& fault : find_faults(mapping_, program_, machine_)) report(fault);
    for (const Fault& fault : find_pressures(mapping_, program_, machine_)) {
      Diagnostic d = diagnose(Finding::WritesExceed, span_of(fault.by), fault.text);
      d.help = fault.help;
      sink_.report(std::move(d));
    }
    for (const Fault& fault : find_layout_conflicts(mapping_, program_)) {
      Diagnostic d = diagnose(Finding::LayoutOverridden, span_of(fault.by), fault.text);
      d.help = fault.help;
      sink_.report(std::move(d));
    }
    auto decision = mapping_.launches.begin();
    for (const Launch& launch : program_.launches) {
      if (!launch.domain || decision == mapping_.launches.end()) continue;
      if (!decision->failure.empty()) report_failure(launch);
      ++decision;
    }
    for (const IdleProcessors& idle : find_idle(mapping_, machine_)) report(idle);
    std::vector<Imbalance> uneven = find_imbalances(mapping_, program_, machine_);
    for (std::size_t i = 0; i < uneven.size() && i < kShownImbalances; ++i) report(uneven[i]);
  }

 private:
  static constexpr std::size_t kShownImbalances = 10;

  const Statement* statement_of(const DecidedBy& by) const {
    const SourceFile& source = subject_.policy.source();
    for (const Statement& statement : subject_.ast.statements) {
      if (by.line > 0 && source.locate(statement.span.begin).line == by.line &&
          (source.slice(statement.span) == by.text || !same_line(statement)))
        return &statement;
    }
    return nullptr;
  }
  bool same_line(const Statement& statement) const {
    return subject_.policy.source().slice(statement.span).find('\n') == std::string_view::npos;
  }

  SourceSpan span_of(const DecidedBy& by) const {
    const Statement* statement = statement_of(by);
    return statement != nullptr ? statement->span : SourceSpan{};
  }

  void report(const Fault& fault) {
    SourceSpan span = span_of(fault.by);
    std::vector<FixIt> fixes;
    Finding finding = Finding::CannotRunHere;
    switch (fault.kind) {
      case FaultKind::Placement:  // reported where it fails
      case FaultKind::Layout:
        return;
      case FaultKind::NoVariant:
        if (auto fix = kinds_fix(fault)) {
          span = fix->span;
          fixes.push_back(std::move(*fix));
        }
        break;
      case FaultKind::UnreachableMemory:
        finding = Finding::UnreachableMemory;
        break;
      case FaultKind::VirtualArgument:
        finding = Finding::VirtualArgument;
        break;
      case FaultKind::TooLarge:
        finding = Finding::ArgumentTooLarge;
        break;
      case FaultKind::TooMuchAtOnce:
        finding = Finding::TooMuchAtOnce;
        break;
    }
    Diagnostic d = diagnose(runtime_finding(finding), span, fault.text);
    d.help = fault.help;
    d.fixes = std::move(fixes);
    sink_.report(std::move(d));
  }

  /// The list of kinds replaced by those that can run the task, if the rule is about it alone.
  std::optional<FixIt> kinds_fix(const Fault& fault) const {
    const Statement* statement = statement_of(fault.by);
    const auto* rule = statement == nullptr ? nullptr : std::get_if<TaskStmt>(&statement->node);
    const Task* task = program_.find_task(fault.task);
    if (rule == nullptr || task == nullptr || rule->tasks.size() != 1 || rule->tasks[0].any())
      return std::nullopt;
    std::vector<std::string> kinds;
    for (const ProcessorKind kind : kAllProcessorKinds) {
      if (task->has_variant(kind) && machine_.find(kind) != nullptr)
        kinds.emplace_back(to_string(kind));
    }
    if (kinds.empty()) return std::nullopt;
    return FixIt{{rule->processors.front().span.begin, rule->processors.back().span.end},
                 join(kinds, ", ")};
  }

  /// The failure itself, at the expression; once for all launches that fail in the same place.
  void report_failure(const Launch& launch) {
    const Task* task = program_.find_task(launch.task);
    const auto decided = std::ranges::find(mapping_.tasks, launch.task, &TaskDecision::task);
    if (task == nullptr || decided == mapping_.tasks.end()) return;
    const std::vector<std::int64_t> bytes = region_bytes(launch);
    auto result = subject_.policy.place({launch.task, decided->kind, *launch.domain, bytes},
                                        machine_.shape(), nullptr);
    if (result || !failed_.emplace(result.error().code, result.error().span).second) return;
    Diagnostic& d = result.error();
    d.message = fmt::format("{}, for task `{}`", d.message, launch.task);
    suggest_dimension(subject_, d);
    sink_.report(std::move(d));
  }

  void report(const IdleProcessors& idle) {
    Diagnostic d = diagnose(Finding::IdleProcessors, span_of(idle.by), idle.idle, idle.total,
                            to_string(idle.kind), idle.which);
    d.help = fmt::format(
        "the largest of the {} mapped here, of `{}`, has {}: let its map give every {} some of "
        "them",
        counted(idle.launches, "index launch shape"), idle.task,
        counted(static_cast<std::size_t>(idle.points), "point"), to_string(idle.kind));
    sink_.report(std::move(d));
  }

  void report(const Imbalance& uneven) {
    Diagnostic d = diagnose(Finding::UnevenLoad, span_of(uneven.by), uneven.busiest,
                            fmt::format("{:.4g}", uneven.most), to_string(uneven.domain),
                            uneven.task, fmt::format("{:.2f}", uneven.most / uneven.mean),
                            fmt::format("{:.4g}", uneven.mean), uneven.processors);
    d.help = "divide the points evenly, for example by their number modulo that of the processors";
    if (uneven.time_share > 0) {
      d.help +=
          fmt::format("; the task took {:.0f}% of the recorded task time", 100 * uneven.time_share);
    }
    sink_.report(std::move(d));
  }

  const Subject& subject_;
  const Program& program_;
  const Machine& machine_;
  DiagnosticSink& sink_;
  const Mapping mapping_;
  std::set<std::pair<std::string, SourceSpan>> failed_;
};

}  // namespace

void check_fit(const Subject& subject, const Program& program, const Machine& machine,
               DiagnosticSink& sink) {
  FitCheck(subject, program, machine, sink).run();
}

}  // namespace castra::lang::detail
