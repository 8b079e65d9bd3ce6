#include "lang/check_against.h"

#include <algorithm>
#include <set>
#include <type_traits>
#include <utility>

#include "lang/ast.h"
#include "lang/bind.h"
#include "lang/diagnostics.h"
#include "lang/parser.h"
#include "support/text.h"

namespace castra::lang {
namespace {

void check_names(const std::vector<Policy::NameUse>& uses, const std::vector<std::string>& known,
                 Finding finding, std::string_view what, DiagnosticSink& sink) {
  for (const Policy::NameUse& use : uses) {
    if (std::find(known.begin(), known.end(), use.name) != known.end()) continue;
    Diagnostic d = diagnose(finding, use.span, quoted_excerpt(use.name));
    if (const auto nearest = did_you_mean(use.name, known)) {
      d.help = fmt::format("did you mean `{}`?", *nearest);
      d.fixes.push_back({use.span, *nearest});
    } else if (known.empty()) {
      d.help = fmt::format("the program has no named {}s; write a position or `*`", what);
    } else {
      d.help = fmt::format("{}s: ", what);
      for (std::size_t i = 0; i < known.size() && i < 12; ++i)
        d.help += (i > 0 ? ", " : "") + known[i];
      if (known.size() > 12) d.help += ", ...";
    }
    sink.report(std::move(d));
  }
}

void absent(Finding finding, SourceSpan span, const Machine& machine, std::string_view kind,
            DiagnosticSink& sink) {
  sink.report(diagnose(finding, span, "machine `" + machine.name + "`", kind));
}

std::optional<ProcessorKind> chosen_kind(const Policy& policy, const Task& task,
                                         const Machine& machine) {
  const auto decision = policy.processors(task.name);
  if (!decision) return std::nullopt;
  for (const ProcessorKind kind : decision->value) {
    if (machine.find(kind) != nullptr && task.has_variant(kind)) return kind;
  }
  return std::nullopt;
}

/// Positions that no launch of a task named beside them has. A task that the program lacks or never
/// launches says nothing about positions.
void check_positions(const std::vector<Target>& tasks, const std::vector<Target>& regions,
                     const Program& program, DiagnosticSink& sink) {
  for (const Target& task : tasks) {
    const std::string* name = task.name();
    if (name == nullptr) continue;
    for (const Target& region : regions) {
      const int* position = std::get_if<int>(&region.what);
      if (position == nullptr) continue;
      bool launched = false;
      bool found = false;
      for (const Launch& launch : program.launches) {
        if (launch.task != *name) continue;
        launched = true;
        for (const Requirement& requirement : launch.requirements)
          found = found || requirement.index == *position;
      }
      if (launched && !found)
        sink.report(
            diagnose(Finding::UnknownArgument, region.span, quoted_excerpt(*name), *position));
    }
  }
}

}  // namespace

void check_against_program(const Policy& policy, const Program& program, DiagnosticSink& sink) {
  std::vector<std::string> tasks;
  std::set<std::string> regions;
  for (const Task& task : program.tasks) tasks.push_back(task.name);
  for (const Launch& launch : program.launches) {
    for (const Requirement& requirement : launch.requirements) {
      regions.insert(requirement.names.begin(), requirement.names.end());
    }
  }
  check_names(policy.task_names(), tasks, Finding::UnknownTask, "task", sink);
  check_names(policy.region_names(), {regions.begin(), regions.end()}, Finding::UnknownRegion,
              "region", sink);
  DiagnosticSink already_reported;
  const Ast ast = parse(policy.source(), already_reported);
  for (const Statement& statement : ast.statements) {
    std::visit(
        [&](const auto& s) {
          if constexpr (requires { s.tasks, s.regions; })
            check_positions(s.tasks, s.regions, program, sink);
        },
        statement.node);
  }
}

void check_against_machine(const Policy& policy, const Machine& machine, DiagnosticSink& sink) {
  DiagnosticSink already_reported;
  const Ast ast = parse(policy.source(), already_reported);
  const auto processor = [&](ProcessorKind kind, SourceSpan span) {
    if (machine.find(kind) == nullptr)
      absent(Finding::AbsentProcessor, span, machine, to_string(kind), sink);
  };
  for (const Statement& statement : ast.statements) {
    if (const auto* task = std::get_if<TaskStmt>(&statement.node)) {
      // A list may name kinds that only other machines have; all of them missing is worth a word.
      const bool any =
          std::any_of(task->processors.begin(), task->processors.end(),
                      [&](const auto& kind) { return machine.find(kind.value) != nullptr; });
      if (!any) processor(task->processors.front().value, task->processors.front().span);
    } else if (const auto* region = std::get_if<RegionStmt>(&statement.node)) {
      const bool any =
          std::any_of(region->memories.begin(), region->memories.end(), [&](const auto& kind) {
            return kind.value == MemoryKind::Virtual || machine.find(kind.value) != nullptr;
          });
      const Located<MemoryKind>& first = region->memories.front();
      const bool applies = !region->processor || machine.find(*region->processor) != nullptr;
      if (!any && applies)
        absent(Finding::AbsentMemory, first.span, machine, to_string(first.value), sink);
    }
  }
}

void check_launches(const Policy& policy, const Program& program, const Machine& machine,
                    DiagnosticSink& sink) {
  std::set<std::pair<std::string, SourceSpan>> failed;
  for (const Launch& launch : program.launches) {
    const Task* task = program.find_task(launch.task);
    if (!launch.domain || task == nullptr) continue;
    const auto kind = chosen_kind(policy, *task, machine);
    if (!kind) continue;
    const std::vector<std::int64_t> bytes = region_bytes(launch);
    auto result =
        policy.place({launch.task, *kind, *launch.domain, bytes}, machine.shape(), nullptr);
    if (result || !failed.emplace(result.error().code, result.error().span).second) continue;
    sink.report(std::move(result.error()));
  }
}

void check_runs(const Policy& policy, const Program& program, const Machine& machine,
                DiagnosticSink& sink) {
  const SourceFile& source = policy.source();
  for (const Fault& fault : find_faults(bind(policy, program, machine), program, machine)) {
    SourceSpan span;
    if (fault.line > 0) {
      const std::string_view line = source.line_text(fault.line);
      span.begin = static_cast<std::uint32_t>(line.data() - source.text().data());
      span.end = span.begin + static_cast<std::uint32_t>(line.size());
    }
    sink.report(diagnose(Finding::CannotRunHere, span, fault.text));
  }
}

}  // namespace castra::lang
