#include <algorithm>
#include <map>
#include <set>
#include <type_traits>
#include <utility>
#include <vector>

#include "lang/check_against_impl.h"
#include "lang/checked_program.h"
#include "lang/diagnostics.h"
#include "lang/map_kinds.h"
#include "support/text.h"

/// Rules that decide nothing of a program: whatever they are about, others are more specific, or
/// it is of no kind of processor, or in no memory, that the mapping can give it.
///
/// Asked is every question that a run can ask the policy, for every kind of processor that the
/// rules and the task's variants allow, whether a certain machine has it or not: a mapping may
/// travel. Of tasks that were not launched nothing is known, so rules about them are left alone.
namespace castra::lang::detail {
namespace {

/// An argument as one or more launches of a task pass it.
using Argument = std::pair<int, std::vector<std::string>>;

struct TaskQuestions {
  const Task* task = nullptr;
  std::vector<ProcessorKind> kinds;
  std::set<Argument> arguments;
  bool index_launched = false;
  bool single_launched = false;
  bool launched() const { return index_launched || single_launched; }
};

class DecisionCheck {
 public:
  DecisionCheck(const Subject& subject, const Program& program, DiagnosticSink& sink)
      : subject_(subject), policy_(subject.policy), sink_(sink) {
    std::map<std::string, std::size_t> known;
    for (const Task& task : program.tasks) {
      if (!known.try_emplace(task.name, tasks_.size()).second) continue;
      tasks_.push_back({&task, kinds_of(task), {}, false, false});
    }
    for (const Launch& launch : program.launches) {
      const auto task = known.find(launch.task);
      if (task == known.end()) continue;
      TaskQuestions& questions = tasks_[task->second];
      (launch.domain ? questions.index_launched : questions.single_launched) = true;
      for (const Requirement& requirement : launch.requirements)
        questions.arguments.emplace(requirement.index, requirement.names);
    }
    for (const Statement& statement : subject.ast.statements)
      fates_[statement.span.begin].statement = &statement;
  }

  void run() {
    if (tasks_.empty() || too_many_questions()) return;
    for (const TaskQuestions& task : tasks_) ask(task);
    for (const Diagnostic& d : sink_.diagnostics()) {
      if (d.severity == Severity::Note) continue;
      told_.insert(d.span.begin);
      for (const Label& label : d.labels) told_.insert(label.span.begin);
    }
    for (const auto& entry : fates_) {
      const Fate& fate = entry.second;
      if (fate.decides || already_told(fate.statement->span)) continue;
      std::visit([&](const auto& statement) { judge(statement, fate); }, fate.statement->node);
    }
  }

 private:
  /// What became of a statement.
  struct Fate {
    const Statement* statement = nullptr;
    bool decides = false;
    std::set<std::size_t> yields_to;  ///< where the deciding statements begin
  };

  /// Matching a question costs a look at every target of every rule.
  bool too_many_questions() const {
    constexpr std::size_t kMostLooks = 4'000'000;
    std::size_t targets = 0;
    for (const Statement& statement : subject_.ast.statements) {
      std::visit(
          [&](const auto& s) {
            ++targets;
            if constexpr (requires { s.tasks; }) targets += s.tasks.size();
            if constexpr (requires { s.regions; }) targets += s.regions.size();
            if constexpr (requires { s.targets; }) targets += s.targets.size();
          },
          statement.node);
    }
    std::size_t questions = 0;
    for (const TaskQuestions& task : tasks_) {
      questions +=
          2 + task.kinds.size() * (3 + task.arguments.size() * (1 + kAllMemoryKinds.size()));
    }
    return questions > kMostLooks / std::max<std::size_t>(1, targets);
  }

  std::vector<ProcessorKind> kinds_of(const Task& task) const {
    std::vector<ProcessorKind> variants;
    for (const ProcessorKind kind : kAllProcessorKinds) {
      if (task.variants.empty() || task.has_variant(kind)) variants.push_back(kind);
    }
    const auto listed = policy_.processors(task.name);
    if (!listed) return variants;
    std::vector<ProcessorKind> kinds;
    for (const ProcessorKind kind : variants) {
      if (std::ranges::find(listed->value, kind) != listed->value.end()) kinds.push_back(kind);
    }
    return kinds.empty() ? variants : kinds;  // another finding
  }

  void ask(const TaskQuestions& asked) {
    const std::string& task = asked.task->name;
    note(policy_.trace_processors(task));
    note(policy_.trace_instance_limit(task));
    for (const ProcessorKind kind : asked.kinds) {
      note(policy_.trace_steals(task, kind));
      if (asked.index_launched || !asked.launched())
        note_maps(policy_.trace_index_map(task, kind), kind);
      if (asked.single_launched || !asked.launched())
        note_maps(policy_.trace_single_map(task, kind), kind);
      for (const auto& [index, names] : asked.arguments) {
        const ArgumentQuery query{task, index, names, kind};
        note(policy_.trace_memories(query));
        for (const MemoryKind memory : memories_of(query))
          note(policy_.trace_layout(query, memory));
      }
    }
  }

  /// Where an argument may have an instance.
  std::set<MemoryKind> memories_of(const ArgumentQuery& query) const {
    const auto decided = policy_.memories(query);
    std::set<MemoryKind> memories;
    if (decided && !policy_.profile().exhausted_list_defaults) {
      memories.insert(decided->value.begin(), decided->value.end());
    } else {
      memories.insert(kAllMemoryKinds.begin(), kAllMemoryKinds.end());
      const bool graphics =
          query.processor == ProcessorKind::Gpu || query.processor == ProcessorKind::Proc;
      if (!graphics) memories.erase(MemoryKind::FrameBuffer);
    }
    memories.erase(MemoryKind::Virtual);
    return memories;
  }

  static bool has_say(const TracedRule& traced) {
    return traced.effect == RuleEffect::Decides || traced.effect == RuleEffect::Contributes;
  }

  void note(const RuleTrace& trace) {
    for (const TracedRule& traced : trace) {
      if (has_say(traced)) {
        fates_[traced.rule.span.begin].decides = true;
        continue;
      }
      Fate& fate = fates_[traced.rule.span.begin];
      for (const TracedRule& stronger : trace) {
        if (&stronger == &traced) break;
        if (has_say(stronger)) fate.yields_to.insert(stronger.rule.span.begin);
      }
    }
  }

  /// A map that may be passed over leaves the decision to weaker ones.
  void note_maps(const RuleTrace& trace, ProcessorKind kind) {
    const TracedRule* decides = nullptr;
    for (const TracedRule& traced : trace) {
      if (traced.effect == RuleEffect::Inactive) continue;
      Fate& fate = fates_[traced.rule.span.begin];
      if (decides != nullptr) {
        fate.yields_to.insert(decides->rule.span.begin);
        continue;
      }
      fate.decides = true;
      const auto* map = std::get_if<MapStmt>(&fate.statement->node);
      if (map != nullptr && always_places_on(policy_.program(), map->function.value, kind))
        decides = &traced;
    }
  }

  /// Another finding says already what is wrong with a statement, if not that it decides nothing.
  bool already_told(SourceSpan statement) const {
    const auto found = told_.lower_bound(statement.begin);
    return found != told_.end() && *found < std::max(statement.end, statement.begin + 1);
  }

  // Which tasks a statement is about, whatever their kind.

  static bool about(const std::vector<Target>& tasks, const TaskQuestions& task) {
    return std::ranges::any_of(tasks, [&](const Target& target) {
      return target.any() || (target.name() != nullptr && *target.name() == task.task->name);
    });
  }
  static bool about(const std::vector<Target>& regions, const Argument& argument) {
    return std::ranges::any_of(regions, [&](const Target& target) {
      if (target.any()) return true;
      if (const int* position = std::get_if<int>(&target.what)) return *position == argument.first;
      return std::ranges::find(argument.second, *target.name()) != argument.second.end();
    });
  }

  /// Nothing: a task whose arguments are not known is among them.
  template <typename Stmt>
  std::optional<std::vector<const TaskQuestions*>> tasks_of(const Stmt& s) const {
    std::vector<const TaskQuestions*> tasks;
    for (const TaskQuestions& task : tasks_) {
      if (!about(s.tasks, task)) continue;
      if constexpr (requires { s.regions; }) {
        if (!task.launched()) return std::nullopt;
        if (std::ranges::none_of(task.arguments, [&](const Argument& argument) {
              return about(s.regions, argument);
            }))
          continue;
      }
      tasks.push_back(&task);
    }
    return tasks;
  }

  void judge(const TaskStmt& /*s*/, const Fate& fate) { report_yields(fate); }
  void judge(const InstanceLimitStmt& /*s*/, const Fate& fate) { report_yields(fate); }
  void judge(const RegionStmt& s, const Fate& fate) { judge_placed(s, s.processor, fate); }
  void judge(const TaskStealStmt& s, const Fate& fate) { judge_placed(s, s.processor, fate); }
  void judge(const LayoutStmt& s, const Fate& fate) {
    const auto* processor = std::get_if<ProcessorKind>(&s.place);
    const auto* memory = std::get_if<MemoryKind>(&s.place);
    if (memory == nullptr || !fate.yields_to.empty())
      return judge_placed(s, processor == nullptr ? std::nullopt : std::optional(*processor), fate);
    const auto tasks = tasks_of(s);
    if (!tasks || tasks->empty()) return;
    report(fate, fmt::format("no argument it is about is ever placed in {}", to_string(*memory)),
           fmt::format("add {} to their Region rules, or lay them out where they are",
                       to_string(*memory)));
  }

  /// What is said of all arguments of all tasks is a default: it may be there for other programs.
  template <typename Stmt>
  static bool is_default(const Stmt& s) {
    const auto any = [](const Target& target) { return target.any(); };
    if (!std::ranges::all_of(s.tasks, any)) return false;
    if constexpr (requires { s.regions; }) return std::ranges::all_of(s.regions, any);
    return true;
  }

  template <typename Stmt>
  void judge_placed(const Stmt& s, std::optional<ProcessorKind> kind, const Fate& fate) {
    const auto tasks = tasks_of(s);
    if (!tasks || is_default(s)) return;
    if (!fate.yields_to.empty()) return report_yields(fate);
    if (kind && !tasks->empty()) report_kind(fate, *kind, *tasks->front());
  }

  void judge(const MapStmt& s, const Fate& fate) {
    if (!fate.yields_to.empty()) return report_yields(fate);
    const auto* kind = std::get_if<ProcessorKind>(&s.targets.front().what);
    if (kind == nullptr || s.targets.size() != 1) return;
    for (const TaskQuestions& task : tasks_) {
      const bool matches = std::ranges::find(task.kinds, *kind) != task.kinds.end();
      if (matches && (s.single ? task.single_launched : task.index_launched)) return;  // inactive
    }
    report(fate,
           fmt::format("no task that is launched {} runs on {}",
                       s.single ? "singly" : "over points", to_string(*kind)),
           "remove it, or bind the function to another kind");
  }
  /// What adds up, and what is no rule.
  template <typename Other>
  void judge(const Other& /*statement*/, const Fate& /*fate*/) {}

  void report_kind(const Fate& fate, ProcessorKind kind, const TaskQuestions& first) {
    std::vector<std::string> words;
    for (const ProcessorKind other : first.kinds) words.emplace_back(to_string(other));
    report(
        fate, fmt::format("no task it is about can run on {}", to_string(kind)),
        fmt::format("`{}` can run on {}", quoted_excerpt(first.task->name), join(words, " or ")));
  }

  void report_yields(const Fate& fate) {
    if (fate.yields_to.empty()) return;
    constexpr std::size_t kShown = 3;
    std::vector<Label> labels;
    for (const std::size_t begin : fate.yields_to) {
      if (labels.size() == kShown) break;
      labels.push_back({fates_.find(begin)->second.statement->span, "decides instead"});
    }
    report(fate, "stronger rules decide all of this program that it is about", "remove it",
           std::move(labels));
  }

  void report(const Fate& fate, const std::string& reason, std::string help,
              std::vector<Label> labels = {}) {
    Diagnostic d = diagnose(Finding::NeverDecides, fate.statement->span, reason);
    d.help = std::move(help);
    d.labels = std::move(labels);
    sink_.report(std::move(d));
  }

  const Subject& subject_;
  const Policy& policy_;
  DiagnosticSink& sink_;
  std::vector<TaskQuestions> tasks_;
  std::set<std::size_t> told_;         ///< where findings and their labels begin
  std::map<std::size_t, Fate> fates_;  ///< by where statements begin
};

}  // namespace

void check_decisions(const Subject& subject, const Program& program, DiagnosticSink& sink) {
  DecisionCheck(subject, program, sink).run();
}

}  // namespace castra::lang::detail
