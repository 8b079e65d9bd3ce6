#include <algorithm>
#include <vector>

#include "lang/check_against_impl.h"
#include "lang/diagnostics.h"
#include "support/text.h"

/// The rules of a mapping against the processors and memories of a machine.
namespace castra::lang::detail {
namespace {

std::string machine_text(const Machine& machine) { return "machine `" + machine.name + "`"; }

std::string processors_text(const Machine& machine) {
  std::vector<std::string> words;
  for (const ProcessorKind kind : kAllProcessorKinds) {
    if (const int count = machine.shape().count(kind); count > 0)
      words.push_back(fmt::format("{} ({} per node)", to_string(kind), count));
  }
  return join(words, ", ");
}

/// Those the kind can address; all of them without a kind.
std::string memories_text(const Machine& machine, std::optional<ProcessorKind> kind) {
  std::vector<std::string> words;
  for (const MemoryKind memory : kAllMemoryKinds) {
    const MemoryGroup* group = machine.find(memory);
    if (group == nullptr || (kind && !machine.visible(memory, *kind))) continue;
    words.push_back(fmt::format("{} ({})", to_string(memory), to_string(group->capacity)));
  }
  return words.empty() ? "none" : join(words, ", ");
}

void check_task(const TaskStmt& task, const Machine& machine, DiagnosticSink& sink) {
  // A list may name kinds that only other machines have; all of them missing is worth a word.
  if (std::ranges::any_of(task.processors,
                          [&](const auto& kind) { return machine.find(kind.value) != nullptr; }))
    return;
  const Located<ProcessorKind>& first = task.processors.front();
  Diagnostic d =
      diagnose(Finding::AbsentProcessor, first.span, machine_text(machine), to_string(first.value));
  d.help = fmt::format("it has {}", processors_text(machine));
  sink.report(std::move(d));
}

void check_region(const RegionStmt& region, const Machine& machine, DiagnosticSink& sink) {
  if (region.processor && machine.find(*region.processor) == nullptr) return;  // for other machines
  const bool any = std::ranges::any_of(region.memories, [&](const auto& memory) {
    return memory.value == MemoryKind::Virtual || machine.find(memory.value) != nullptr;
  });
  const Located<MemoryKind>& first = region.memories.front();
  if (!any) {
    Diagnostic d =
        diagnose(Finding::AbsentMemory, first.span, machine_text(machine), to_string(first.value));
    d.help = fmt::format("it has {}", memories_text(machine, region.processor));
    sink.report(std::move(d));
    return;
  }
  if (!region.processor) return;  // some kind of processor may see it
  for (const Located<MemoryKind>& memory : region.memories) {
    if (machine.find(memory.value) == nullptr || machine.visible(memory.value, *region.processor))
      continue;
    Diagnostic d = diagnose(Finding::UnreachableInList, memory.span, to_string(*region.processor),
                            to_string(memory.value), machine_text(machine));
    d.help = fmt::format("{} processors can address {}", to_string(*region.processor),
                         memories_text(machine, region.processor));
    sink.report(std::move(d));
  }
}

}  // namespace

void check_memories(const Subject& subject, const Machine& machine, DiagnosticSink& sink) {
  for (const Statement& statement : subject.ast.statements) {
    if (const auto* task = std::get_if<TaskStmt>(&statement.node)) check_task(*task, machine, sink);
    if (const auto* region = std::get_if<RegionStmt>(&statement.node))
      check_region(*region, machine, sink);
  }
}

}  // namespace castra::lang::detail
