#include "server/decisions.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "lang/bind.h"
#include "lang/layout_places.h"
#include "machine/kind_list.h"
#include "mapping/mapping.h"
#include "support/text.h"

namespace castra::server {
namespace {

/// Launch shapes shown of a task; the rest are counted.
constexpr std::size_t kMaxLaunches = 4;

struct Row {
  std::string subject;
  std::string value;
  std::vector<lang::RuleRef> rules;
};

std::string cell(std::string text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

std::string table(const std::vector<Row>& rows) {
  std::string out = "| decision | value | rule |\n|---|---|---|\n";
  for (const Row& row : rows) {
    std::vector<std::string> rules;
    for (const lang::RuleRef& rule : row.rules)
      rules.push_back(fmt::format("line {}: {}", rule.line, code(rule.text)));
    const bool decided = !rules.empty();
    out += fmt::format("| {} | {} | {} |\n", cell(row.subject), decided ? cell(row.value) : "-",
                       decided ? cell(join(rules, "; ")) : "left to the program's own mapper");
  }
  return out;
}

/// The program with one task's launches only, so that binding it costs no more than it must.
Program only(const Program& program, const std::string& task) {
  Program part;
  part.machine = program.machine;
  if (const Task* found = program.find_task(task)) part.tasks.push_back(*found);
  for (const Launch& launch : program.launches) {
    if (launch.task == task) part.launches.push_back(launch);
  }
  return part;
}

void add_argument_rows(const lang::Policy& policy, const lang::ArgumentQuery& query,
                       const std::string& subject, std::vector<Row>& rows) {
  const auto memories = policy.memories(query);
  rows.push_back({subject + "memories", memories ? joined(memories->value) : "", {}});
  if (memories) rows.back().rules = {memories->rule};
  for (const auto& place : lang::layout_places(policy, query)) {
    const auto layout = policy.layout(query, lang::representative(place, query.processor));
    if (!layout) continue;
    rows.push_back({subject + lang::layout_title(place), to_string(layout->layout), layout->rules});
  }
  if (const auto rule = policy.collects(query))
    rows.push_back({subject + "collected", "after the task", {*rule}});
}

void add_map_row(const lang::Policy& policy, const std::string& task, ProcessorKind kind,
                 std::vector<Row>& rows) {
  const auto map = policy.index_map(task, kind);
  rows.push_back(
      {fmt::format("index map on {}", to_string(kind)), map ? code(map->value) : "", {}});
  if (map) rows.back().rules = {map->rule};
}

/// What is decided about a task as a whole, where anything is.
void add_task_rows(const lang::Policy& policy, const std::string& task, ProcessorKind kind,
                   std::vector<Row>& rows) {
  if (const auto map = policy.single_map(task, kind))
    rows.push_back({"single map", code(map->value), {map->rule}});
  if (const auto limit = policy.instance_limit(task))
    rows.push_back({"instances in flight", std::to_string(limit->value), {limit->rule}});
  if (const auto replicates = policy.replicates(task))
    rows.push_back({"replicated", replicates->value ? "yes" : "no", {replicates->rule}});
  if (const auto steals = policy.steals(task, kind)) {
    const bool any = steals->value == StealScope::AnyNode;
    rows.push_back({"stolen", any ? "on any node" : "on the same node", {steals->rule}});
  }
}

std::string extents(const Rect& domain) {
  std::vector<std::string> sizes;
  for (const std::int64_t extent : domain.extents()) sizes.push_back(std::to_string(extent));
  return join(sizes, "x");
}

/// "16 points on 8 of 8 GPU processors of 2 nodes, at most 2 each".
std::string spread(const std::vector<std::vector<int>>& points, const Machine& machine,
                   ProcessorKind kind) {
  std::map<std::pair<int, int>, int> load;
  bool sets = false;
  for (const std::vector<int>& point : points) {
    sets = sets || point.size() > 2;
    for (std::size_t i = 1; i < point.size(); ++i) ++load[{point[0], point[i]}];
  }
  int most = 0;
  std::set<int> nodes;
  for (const auto& [processor, count] : load) {
    most = std::max(most, count);
    nodes.insert(processor.first);
  }
  const MachineShape shape = machine.shape();
  std::string text =
      fmt::format("{} points on {} of {} {} processors, {} of {} nodes", points.size(), load.size(),
                  shape.nodes * shape.count(kind), to_string(kind), nodes.size(), shape.nodes);
  if (!sets) text += fmt::format(", at most {} a processor", most);
  return text;
}

/// One line for every recorded launch of the task, up to a limit.
std::string launches_text(const Mapping& mapping, const Machine& machine, ProcessorKind kind) {
  std::string out;
  std::size_t shown = 0;
  for (const LaunchDecision& launch : mapping.launches) {
    if (++shown > kMaxLaunches) continue;
    out += fmt::format("- {} over {}: ", code(launch.task), extents(launch.domain));
    if (!launch.failure.empty()) {
      out += launch.failure;
    } else if (launch.processors) {
      out += spread(*launch.processors, machine, kind);
    } else {
      out += "no index map decides";
    }
    out += '\n';
  }
  if (shown > kMaxLaunches) out += fmt::format("- and {} more launches\n", shown - kMaxLaunches);
  return out;
}

std::string explain_recorded_task(const lang::Policy& policy, const Program& program,
                                  const Machine& machine, const Task& task) {
  const Program part = only(program, task.name);
  const Mapping mapping = lang::bind(policy, part, machine);
  std::vector<std::string> variants;
  for (const TaskVariant& variant : task.variants)
    variants.emplace_back(to_string(variant.processor));
  std::string out = fmt::format("variants: {}\n\n", join(variants, ", "));
  if (mapping.tasks.empty()) return out + "The program never launches it.\n";
  const TaskDecision& decision = mapping.tasks.front();
  std::vector<Row> rows = {{"processor", std::string(to_string(decision.kind)), {}}};
  if (const auto kinds = policy.processors(task.name)) {
    rows.front().rules = {kinds->rule};
    rows.front().value += fmt::format(", of {}", joined(kinds->value));
  }
  add_map_row(policy, task.name, decision.kind, rows);
  add_task_rows(policy, task.name, decision.kind, rows);
  std::set<int> seen;
  for (const Launch& launch : part.launches) {
    for (const Requirement& requirement : launch.requirements) {
      if (!seen.insert(requirement.index).second) continue;
      std::string subject = fmt::format("argument {}", requirement.index);
      if (!requirement.names.empty()) subject += fmt::format(" ({})", code(requirement.names[0]));
      add_argument_rows(policy, {task.name, requirement.index, requirement.names, decision.kind},
                        subject + ": ", rows);
    }
  }
  out += table(rows);
  const std::string launches = launches_text(mapping, machine, decision.kind);
  if (!launches.empty())
    out +=
        fmt::format("\nLaunches on {}:\n\n{}", describe_machine(machine, decision.kind), launches);
  return out;
}

std::string explain_unknown_task(const lang::Policy& policy, const std::string& task) {
  std::vector<Row> rows;
  const auto kinds = policy.processors(task);
  rows.push_back({"processors", kinds ? joined(kinds->value) : "", {}});
  if (kinds) rows.back().rules = {kinds->rule};
  std::vector<ProcessorKind> listed;
  if (kinds) listed = kinds->value;
  if (listed.empty()) listed = {ProcessorKind::Gpu, ProcessorKind::Cpu};
  for (const ProcessorKind kind : listed) {
    add_map_row(policy, task, kind, rows);
    if (kind == listed.front()) add_task_rows(policy, task, kind, rows);
    add_argument_rows(policy, {task, -1, {}, kind},
                      fmt::format("any argument on {}: ", to_string(kind)), rows);
  }
  return table(rows);
}

}  // namespace

std::string code(std::string_view text) {
  std::string line;
  bool ticks = false;
  for (const char c : text) {
    ticks = ticks || c == '`';
    line += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return ticks ? "`` " + line + " ``" : "`" + line + "`";
}

std::string describe_machine(const Machine& machine, ProcessorKind kind) {
  const MachineShape shape = machine.shape();
  return fmt::format("{} ({} nodes x {} {})", code(machine.name), shape.nodes, shape.count(kind),
                     to_string(kind));
}

std::string explain_task(const lang::Policy& policy, const Setting& setting,
                         const std::string& task) {
  std::string out = task == "*" ? "**every task** without rules of its own\n\n"
                                : fmt::format("**task** {}\n\n", code(task));
  const Task* recorded = setting.program ? setting.program->find_task(task) : nullptr;
  if (recorded != nullptr) {
    return out + explain_recorded_task(policy, *setting.program, *setting.evaluation_machine(),
                                       *recorded);
  }
  // No task can be called so: the answers are those for a task that no rule names.
  return out + explain_unknown_task(policy, task == "*" ? std::string("*") : task);
}

std::string explain_function(const lang::Policy& policy, const Setting& setting,
                             const std::string& function) {
  std::string launches;
  const Machine* machine = setting.evaluation_machine();
  if (!setting.program || machine == nullptr) return {};
  for (const Task& task : setting.program->tasks) {
    const Program part = only(*setting.program, task.name);
    // Nothing is evaluated yet; most tasks are not this function's.
    const Mapping kinds = lang::bind(policy, part, *machine, 0);
    if (kinds.tasks.empty()) continue;
    const ProcessorKind kind = kinds.tasks.front().kind;
    const auto map = policy.index_map(task.name, kind);
    if (!map || map->value != function) continue;
    launches += launches_text(lang::bind(policy, part, *machine), *machine, kind);
  }
  if (launches.empty()) return "Decides no launch of the program.\n";
  return fmt::format("On {} ({} nodes):\n\n{}", code(machine->name), machine->nodes, launches);
}

}  // namespace castra::server
