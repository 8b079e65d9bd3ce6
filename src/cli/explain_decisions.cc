#include "cli/explain_decisions.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "lang/layout_places.h"
#include "machine/kind_list.h"
#include "support/text.h"

namespace castra::cli {
namespace {

constexpr std::string_view kOtherTask = "\n";  ///< no rule can name it

std::string_view asked_task(const Subject& subject) {
  return subject.other_task ? kOtherTask : std::string_view(subject.task);
}

lang::ArgumentQuery query_of(const Subject& subject) {
  return {asked_task(subject), subject.argument, subject.regions, subject.kind};
}

/// A row from an answer that has one rule, or none.
template <typename Answer>
DecisionRow row(std::string decision, const Answer& answer, std::string value,
                lang::RuleTrace trace) {
  DecisionRow result{std::move(decision), "", {}, std::move(trace)};
  if (!answer) return result;
  result.value = std::move(value);
  result.rules = {answer->rule};
  return result;
}

DecisionRow layout_row(const lang::Policy& policy, const lang::ArgumentQuery& query,
                       MemoryKind memory, std::string decision) {
  DecisionRow row{std::move(decision), "", {}, policy.trace_layout(query, memory)};
  if (const auto layout = policy.layout(query, memory)) {
    row.value = to_string(layout->layout);
    row.rules = layout->rules;
  }
  return row;
}

void add_memories(const lang::Policy& policy, const Subject& subject,
                  std::vector<DecisionRow>& rows) {
  const lang::ArgumentQuery query = query_of(subject);
  const auto memories = policy.memories(query);
  rows.push_back(row("memories", memories, memories ? joined(memories->value) : "",
                     policy.trace_memories(query)));
  for (const auto& place : lang::layout_places(policy, query)) {
    const MemoryKind memory = lang::representative(place, query.processor);
    rows.push_back(layout_row(policy, query, memory, lang::layout_title(place)));
  }
}

/// Decisions few programs make: shown only if some rule matches.
void add_if_decided(std::vector<DecisionRow>& rows, DecisionRow row) {
  if (!row.rules.empty() || !row.trace.empty()) rows.push_back(std::move(row));
}

}  // namespace

std::string Subject::task_text() const {
  return other_task ? "any other task" : "task " + printable(task);
}

std::string Subject::argument_text() const {
  std::string out;
  if (argument >= 0) out = fmt::format("argument {}", argument);
  if (!regions.empty())
    out += (out.empty() ? "region " : ", region ") + printable(join(regions, ", "));
  return out.empty() ? "any argument" : out;
}

std::vector<DecisionRow> decisions(const lang::Policy& policy, const Subject& subject) {
  const std::string_view task = asked_task(subject);
  const ProcessorKind kind = subject.kind;
  std::vector<DecisionRow> rows;
  const auto processors = policy.processors(task);
  rows.push_back(row("processors", processors, processors ? joined(processors->value) : "",
                     policy.trace_processors(task)));
  const auto map = policy.index_map(task, kind);
  rows.push_back(row("index map", map, map ? map->value : "", policy.trace_index_map(task, kind)));
  add_memories(policy, subject, rows);
  const auto single = policy.single_map(task, kind);
  add_if_decided(rows, row("single map", single, single ? single->value : "",
                           policy.trace_single_map(task, kind)));
  const auto limit = policy.instance_limit(task);
  add_if_decided(rows, row("instance limit", limit, limit ? std::to_string(limit->value) : "",
                           policy.trace_instance_limit(task)));
  const lang::ArgumentQuery query = query_of(subject);
  DecisionRow collected{"collected", "", {}, policy.trace_collects(query)};
  if (const auto rule = policy.collects(query)) {
    collected.value = "yes, if read only";
    collected.rules = {*rule};
  }
  add_if_decided(rows, std::move(collected));
  const auto replicated = policy.replicates(task);
  add_if_decided(
      rows, row("control replicated", replicated, replicated && replicated->value ? "yes" : "no",
                policy.trace_replicates(task)));
  const auto steals = policy.steals(task, kind);
  add_if_decided(rows,
                 row("task steal", steals, steals ? std::string(to_string(steals->value)) : "",
                     policy.trace_steals(task, kind)));
  return rows;
}

std::vector<std::string> machine_notes(const lang::Policy& policy, const Subject& subject,
                                       const Machine& machine) {
  std::vector<std::string> notes;
  if (const auto processors = policy.processors(asked_task(subject))) {
    for (const ProcessorKind kind : processors->value) {
      if (machine.find(kind) != nullptr) continue;
      notes.push_back(
          fmt::format("{} has no {} processors: passed over", machine.name, to_string(kind)));
    }
  }
  if (const auto memories = policy.memories(query_of(subject))) {
    for (const MemoryKind memory : memories->value) {
      if (memory == MemoryKind::Virtual || machine.visible(memory, subject.kind)) continue;
      notes.push_back(fmt::format("{} has no {} that a {} can address: passed over", machine.name,
                                  to_string(memory), to_string(subject.kind)));
    }
  }
  return notes;
}

Result<std::vector<Requirement>> arguments_of(const Program& program, const std::string& task) {
  if (program.find_task(task) == nullptr) {
    std::vector<std::string> names;
    for (const Task& known : program.tasks) names.push_back(known.name);
    const auto nearest = did_you_mean(task, names);
    return failure(fmt::format("the program has no task `{}`", task),
                   nearest ? fmt::format("did you mean `{}`?", *nearest)
                           : "its tasks are " + join(names, ", "));
  }
  std::map<int, Requirement> arguments;
  for (const Launch& launch : program.launches) {
    if (launch.task != task) continue;
    for (const Requirement& requirement : launch.requirements)
      arguments.emplace(requirement.index, requirement);
  }
  std::vector<Requirement> result;
  for (auto& [index, requirement] : arguments) result.push_back(std::move(requirement));
  return result;
}

}  // namespace castra::cli
