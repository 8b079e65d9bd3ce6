#include "lang/policy_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <type_traits>

#include "lang/parser.h"
#include "lang/printer.h"
#include "machine/kind_list.h"

namespace castra::lang {
namespace {

constexpr std::size_t kMaxRows = 1'000'000;
constexpr int kOtherPosition = -1;             ///< no rule can name it
constexpr std::string_view kOtherTask = "\n";  ///< nor this: no string has a newline

/// Positions stand in the rules only.
std::vector<int> positions_in(const Policy& policy) {
  DiagnosticSink ignored;
  const Ast ast = parse(policy.source(), ignored, policy.profile());
  std::set<int> found;
  const auto note = [&](const std::vector<Target>& targets) {
    for (const Target& target : targets) {
      if (const int* position = std::get_if<int>(&target.what)) found.insert(*position);
    }
  };
  for (const Statement& statement : ast.statements) {
    std::visit(
        [&](const auto& node) {
          if constexpr (requires { node.regions; }) note(node.regions);
        },
        statement.node);
  }
  return {found.begin(), found.end()};
}

template <typename T>
std::vector<T> united(const std::vector<T>& a, const std::vector<T>& b) {
  std::vector<T> out;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

/// The items, then none for "any other".
template <typename T>
std::vector<std::optional<T>> and_other(const std::vector<T>& items) {
  std::vector<std::optional<T>> out(items.begin(), items.end());
  out.emplace_back();
  return out;
}

class TableMaker {
 public:
  explicit TableMaker(const Policy& policy) : policy_(policy) {}

  std::vector<PolicyRow> run(const RuleNames& names) {
    for (const auto& task : and_other(names.tasks)) {
      add_task(task);
      for (const auto& region : and_other(names.regions)) {
        for (const auto& position : and_other(names.positions))
          add_argument(task, region, position);
      }
    }
    return std::move(rows_);
  }

 private:
  template <typename Answer>
  void add(PolicyRow row, const Answer& answer, const std::string& value) {
    if (answer) {
      row.value = value;
      if constexpr (requires { answer->rules; }) {
        row.rules = answer->rules;
      } else if constexpr (requires { answer->rule; }) {
        row.rules = {answer->rule};
      } else {
        row.rules = {*answer};
      }
    }
    rows_.push_back(std::move(row));
  }

  void add_task(const std::optional<std::string>& task) {
    const std::string_view name = task ? std::string_view(*task) : kOtherTask;
    const auto row = [&](std::string what, std::string where = {}) {
      return PolicyRow{task, false, {}, {}, std::move(what), std::move(where), {}, {}};
    };
    const auto processors = policy_.processors(name);
    add(row("processors"), processors, processors ? joined(processors->value) : "");
    const auto limit = policy_.instance_limit(name);
    add(row("instance limit"), limit, limit ? std::to_string(limit->value) : "");
    const auto replicates = policy_.replicates(name);
    add(row("control replicated"), replicates,
        replicates ? (replicates->value ? "yes" : "no") : "");
    for (const ProcessorKind kind : kAllProcessorKinds) {
      const std::string where = fmt::format("on {}", to_string(kind));
      const auto index = policy_.index_map(name, kind);
      add(row("index map", where), index, index ? index->value : "");
      const auto single = policy_.single_map(name, kind);
      add(row("single map", where), single, single ? single->value : "");
      const auto steals = policy_.steals(name, kind);
      add(row("task steal", where), steals,
          steals ? std::string(castra::to_string(steals->value)) : "");
    }
  }

  void add_argument(const std::optional<std::string>& task,
                    const std::optional<std::string>& region, std::optional<int> position) {
    const std::string_view name = task ? std::string_view(*task) : kOtherTask;
    std::vector<std::string> regions;
    if (region) regions.push_back(*region);
    ArgumentQuery query{name, position.value_or(kOtherPosition), regions, ProcessorKind::Cpu};
    const auto row = [&](std::string what, std::string where = {}) {
      return PolicyRow{task, true, region, position, std::move(what), std::move(where), {}, {}};
    };
    const auto collects = policy_.collects(query);
    add(row("collected"), collects, "yes");
    for (const ProcessorKind kind : kAllProcessorKinds) {
      query.processor = kind;
      const std::string where = fmt::format("on {}", to_string(kind));
      const auto memories = policy_.memories(query);
      add(row("memories", where), memories, memories ? joined(memories->value) : "");
      for (const MemoryKind memory : kAllMemoryKinds) {
        const auto layout = policy_.layout(query, memory);
        add(row("layout", fmt::format("{} in {}", where, to_string(memory))), layout,
            layout ? to_string(layout->layout) : "");
      }
    }
  }

  const Policy& policy_;
  std::vector<PolicyRow> rows_;
};

/// How many rows of `what` one subject has.
std::size_t variants_of(const std::string& what) {
  if (what == "layout") return kAllProcessorKinds.size() * kAllMemoryKinds.size();
  if (what == "processors" || what == "instance limit" || what == "control replicated" ||
      what == "collected")
    return 1;
  return kAllProcessorKinds.size();
}

/// Joins the contexts in which something holds: none if it holds in all.
std::string joined(const std::vector<std::string>& contexts, const std::string& what) {
  if (contexts.size() == variants_of(what)) return "";
  std::vector<std::string> parts;
  const std::size_t memories = kAllMemoryKinds.size();
  for (std::size_t i = 0; i < contexts.size();) {
    // "on GPU in ..." for all memories is "on GPU".
    const std::size_t in = contexts[i].find(" in ");
    const std::string kind = contexts[i].substr(0, in) + " in ";
    std::size_t same = i;
    while (in != std::string::npos && same < contexts.size() && contexts[same].starts_with(kind))
      ++same;
    if (same - i == memories) {
      parts.push_back(contexts[i].substr(0, in));
      i = same;
    } else {
      parts.push_back(contexts[i++]);
    }
  }
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : ", ") + part;
  return out;
}

bool same_subject(const PolicyRow& a, const PolicyRow& b) {
  return a.task == b.task && a.argument == b.argument && a.region == b.region &&
         a.position == b.position;
}

}  // namespace

std::string PolicyRow::about() const {
  std::string out = task ? "task " + name_as_written(*task) : "any other task";
  if (!argument) return out;
  if (position) out += fmt::format(", argument {}", *position);
  if (region) out += ", region " + name_as_written(*region);
  if (!position && !region) out += ", any other argument";
  return out;
}

RuleNames rule_names(const Policy& policy) {
  RuleNames names;
  for (const Policy::NameUse& use : policy.task_names()) names.tasks.push_back(use.name);
  for (const Policy::NameUse& use : policy.region_names()) names.regions.push_back(use.name);
  std::sort(names.tasks.begin(), names.tasks.end());
  std::sort(names.regions.begin(), names.regions.end());
  names.positions = positions_in(policy);
  return names;
}

RuleNames merged(const RuleNames& a, const RuleNames& b) {
  return {united(a.tasks, b.tasks), united(a.regions, b.regions), united(a.positions, b.positions)};
}

Result<std::vector<PolicyRow>> policy_table(const Policy& policy, const RuleNames& names) {
  const std::size_t kinds = kAllProcessorKinds.size();
  const std::size_t per_argument = 1 + kinds + kinds * kAllMemoryKinds.size();
  const std::size_t arguments = (names.regions.size() + 1) * (names.positions.size() + 1);
  if (arguments > kMaxRows || (names.tasks.size() + 1) > kMaxRows / (arguments * per_argument)) {
    return failure(fmt::format("the rules name {} tasks, {} regions and {} positions: too many "
                               "combinations to list",
                               names.tasks.size(), names.regions.size(), names.positions.size()),
                   "give a program: then only its own tasks and arguments are looked at");
  }
  return TableMaker(policy).run(names);
}

std::vector<PolicyRow> condensed(const std::vector<PolicyRow>& table) {
  std::vector<PolicyRow> out;
  for (std::size_t first = 0; first < table.size();) {
    std::size_t end = first;
    while (end < table.size() && same_subject(table[first], table[end])) ++end;
    std::vector<bool> done(end - first, false);
    for (std::size_t i = first; i < end; ++i) {
      if (done[i - first] || table[i].value.empty()) continue;
      PolicyRow row = table[i];
      std::vector<std::string> contexts;
      for (std::size_t k = i; k < end; ++k) {
        const auto lines = [](const PolicyRow& r) {
          std::vector<int> numbers;
          for (const RuleRef& rule : r.rules) numbers.push_back(rule.line);
          return numbers;
        };
        if (table[k].what != row.what || table[k].value != row.value ||
            lines(table[k]) != lines(row))
          continue;
        done[k - first] = true;
        contexts.push_back(table[k].where);
      }
      row.where = joined(contexts, row.what);
      out.push_back(std::move(row));
    }
    first = end;
  }
  return out;
}

}  // namespace castra::lang
