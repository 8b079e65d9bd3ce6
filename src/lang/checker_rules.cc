#include <algorithm>
#include <set>

#include "lang/checker_impl.h"
#include "lang/placement.h"
#include "lang/printer.h"
#include "lang/rule_targets.h"
#include "support/slip.h"
#include "support/text.h"

namespace castra::lang::detail {
namespace {

std::string place_text(const LayoutStmt& layout) {
  if (const auto* memory = std::get_if<MemoryKind>(&layout.place))
    return std::string(to_string(*memory));
  if (const auto* processor = std::get_if<ProcessorKind>(&layout.place))
    return std::string(to_string(*processor));
  return "*";
}

class RuleChecker {
 public:
  RuleChecker(const CheckedProgram& program, ExpressionChecker& expressions, bool whole,
              DiagnosticSink& sink)
      : program_(program),
        symbols_(program.symbols),
        expressions_(expressions),
        whole_(whole),
        sink_(sink) {
    for (const Statement& statement : program.ast.statements) {
      if (const auto* task = std::get_if<TaskStmt>(&statement.node)) kinds_.note(*task);
      if (const auto* collect = std::get_if<CollectMemoryStmt>(&statement.node))
        note_collected(*collect);
    }
  }

  /// To be called last.
  void check_whole() {
    if (whole_) check_shadows(program_, kinds_, sink_);
  }

  void check(const Statement& statement) {
    statement_ = statement.span;
    std::visit([&](const auto& node) { check(node, statement.span); }, statement.node);
  }

 private:
  void check(const TaskStmt& s, SourceSpan span) {
    for (const Target& task : s.tasks)
      claim("Task " + target_key(task), span, "task `" + target_text(task) + "`");
    repeated(s.processors);
  }

  void check(const RegionStmt& s, SourceSpan span) {
    const std::string kind(s.processor ? to_string(*s.processor) : "*");
    each_pair(s.tasks, s.regions, [&](const Target& task, const Target& region) {
      claim("Region " + target_key(task) + target_key(region) + kind, span,
            fmt::format("task `{}`, region `{}` on `{}`", target_text(task), target_text(region),
                        kind));
    });
    repeated(s.memories);
    naming(s.regions);
    if (s.processor) never_on(*s.processor, s.tasks, span);
    for (std::size_t i = 0; i + 1 < s.memories.size(); ++i) {
      if (s.memories[i].value != MemoryKind::Virtual) continue;
      Diagnostic d = diagnose(Finding::AfterVirtual,
                              {s.memories[i + 1].span.begin, s.memories.back().span.end});
      d.help = "remove them, or put VIRTUAL last";
      sink_.report(std::move(d));
      break;
    }
  }

  /// Layouts merge, so only a rule that sets the same members again replaces an earlier one.
  void check(const LayoutStmt& s, SourceSpan span) {
    naming(s.regions);
    exact_alone(s);
    const auto* memory = std::get_if<MemoryKind>(&s.place);
    if (memory != nullptr && *memory == MemoryKind::Virtual) {
      Diagnostic d = diagnose(Finding::NeverDecides, span,
                              "VIRTUAL is no memory, so nothing is laid out in it");
      d.help = "name a memory, a kind of processor, or `*`";
      sink_.report(std::move(d));
    }
    if (const auto* kind = std::get_if<ProcessorKind>(&s.place)) never_on(*kind, s.tasks, span);
    each_pair(s.tasks, s.regions, [&](const Target& task, const Target& region) {
      const std::string key = target_key(task) + target_key(region) + place_text(s);
      for (const LayoutConstraint& c : s.constraints) {
        const std::string what(member_of(c));
        claim("Layout " + what + key, c.span,
              fmt::format("task `{}`, region `{}` in `{}`", target_text(task), target_text(region),
                          place_text(s)));
      }
      (void)span;
    });
  }

  void check(const MapStmt& s, SourceSpan span) {
    const std::string_view statement = s.single ? "SingleTaskMap" : "IndexTaskMap";
    if (!symbols_.profile.star_maps && s.targets.front().any()) {
      Diagnostic d = diagnose(Finding::IgnoredStarMap, s.targets.front().span, statement);
      d.help = "name the tasks, or a processor kind";
      sink_.report(std::move(d));
    }
    for (const Target& target : s.targets) {
      // Maps of one target for different kinds stand side by side: each decides for its own.
      claim(std::string(statement) + target_key(target) + kinds_text(kinds_of_map(s)), span,
            fmt::format("`{}`", target_text(target)));
    }
    check_entry(s, statement);
    never_applies(s, span);
    if (s.single) no_effect(statement, span);
  }

  /// Rules that Profile::naming rules out.
  void naming(const std::vector<Target>& regions) {
    const Naming naming = symbols_.profile.naming;
    for (const Target& region : regions) {
      const bool named = region.name() != nullptr;
      if (region.any() || naming == Naming::Both || named == (naming == Naming::Name)) continue;
      Diagnostic d = diagnose(Finding::IgnoredNaming, region.span, named ? "name" : "position");
      d.help = named ? "give the position, or use the profile that goes by names"
                     : "give the name, or use the profile that goes by positions";
      sink_.report(std::move(d));
    }
  }

  void exact_alone(const LayoutStmt& s) {
    if (symbols_.profile.merge_layouts) return;
    const LayoutConstraint* exact = nullptr;
    for (const LayoutConstraint& c : s.constraints) {
      if (c.part.compact) return;
      if (c.part.exact) exact = &c;
    }
    if (exact == nullptr) return;
    Diagnostic d = diagnose(Finding::ExactWithoutCompact, exact->span);
    d.help = "write `Compact Exact`, or leave it out";
    sink_.report(std::move(d));
  }

  void check(const InstanceLimitStmt& s, SourceSpan span) {
    for (const Target& task : s.tasks) {
      claim("InstanceLimit " + target_key(task), span, "task `" + target_text(task) + "`");
    }
    no_effect("InstanceLimit", span);
  }
  void check(const CollectMemoryStmt& s, SourceSpan span) {
    naming(s.regions);
    adds_nothing(s, span);
    no_effect("CollectMemory", span);
  }
  void check(const ControlReplicateStmt& s, SourceSpan span) {
    for (const Target& task : s.tasks)
      claim("ControlReplicate " + target_key(task), span, "task `" + target_text(task) + "`");
    no_effect("ControlReplicate", span);
  }
  void check(const TaskStealStmt& s, SourceSpan span) {
    const std::string kind(s.processor ? to_string(*s.processor) : "*");
    for (const Target& task : s.tasks) {
      claim("TaskSteal " + target_key(task) + kind, span,
            fmt::format("task `{}` on `{}`", target_text(task), kind));
    }
    if (s.processor) never_on(*s.processor, s.tasks, span);
    no_effect("TaskSteal", span);
  }
  void check(const PrintStmt&, SourceSpan span) { no_effect("print", span); }
  void check(const FunctionDef& s, SourceSpan) {
    for (const FunctionStmt& statement : s.body) {
      if (std::holds_alternative<PrintStmt>(statement.node)) no_effect("print", statement.span);
    }
  }
  void check(const LanguageStmt&, SourceSpan) {}
  void check(const AssignStmt&, SourceSpan) {}

  /// Warns of a rule about a kind that no task it names ever runs on.
  void never_on(ProcessorKind kind, const std::vector<Target>& tasks, SourceSpan span) {
    if (!whole_) return;
    for (const Target& task : tasks) {
      const auto kinds = kinds_.of(task);
      if (!kinds || kinds->contains(kind)) return;
    }
    const std::string who =
        tasks.front().any() ? "any task" : fmt::format("task `{}`", target_text(tasks.front()));
    Diagnostic d = diagnose(Finding::NeverMatches, span, who, to_string(kind));
    d.help = fmt::format("add {} to the Task rule, or remove this rule", to_string(kind));
    sink_.report(std::move(d));
  }

  /// Kinds that the function of a map can place on; empty: not known.
  std::set<ProcessorKind> kinds_of_map(const MapStmt& s) const {
    const auto known = program_.kinds.find(s.function.value);
    return known == program_.kinds.end() ? std::set<ProcessorKind>() : known->second;
  }

  static std::string kinds_text(const std::set<ProcessorKind>& kinds) {
    std::string out;
    for (const ProcessorKind kind : kinds)
      out += (out.empty() ? "" : " or ") + std::string(to_string(kind));
    return out;
  }

  /// Warns of a map for other kinds than its tasks run on.
  void never_applies(const MapStmt& s, SourceSpan span) {
    const std::set<ProcessorKind> placed = kinds_of_map(s);
    if (!whole_ || placed.empty()) return;
    std::set<ProcessorKind> run;
    for (const Target& target : s.targets) {
      if (const auto* kind = std::get_if<ProcessorKind>(&target.what)) {
        run.insert(*kind);
        continue;
      }
      const auto kinds = kinds_.of(target);
      if (!kinds) return;
      run.insert(kinds->begin(), kinds->end());
    }
    for (const ProcessorKind kind : placed) {
      if (run.contains(kind)) return;
    }
    Diagnostic d = diagnose(Finding::KindMismatch, span, s.function.value, kinds_text(placed),
                            kinds_text(run));
    d.help = fmt::format("index a machine of {} processors in `{}`, or let the tasks run on {}",
                         kinds_text(run), s.function.value, kinds_text(placed));
    sink_.report(std::move(d));
  }

  void note_collected(const CollectMemoryStmt& s) {
    pairs_ += s.tasks.size() * s.regions.size();
    if (pairs_ > kMaxClaims) return;
    each_pair(s.tasks, s.regions, [&](const Target& task, const Target& region) {
      ++collected_[target_key(task) + target_key(region)];
    });
  }

  /// Warns if other CollectMemory rules say already all that this one says.
  void adds_nothing(const CollectMemoryStmt& s, SourceSpan span) {
    if (pairs_ > kMaxClaims) return;
    static const std::string kAny = target_key(Target{Any{}, {}});
    bool nothing = true;
    each_pair(s.tasks, s.regions, [&](const Target& task, const Target& region) {
      const std::string own = target_key(task) + target_key(region);
      bool covered = !seen_collected_.insert(own).second;
      for (const std::string& wider :
           {kAny + kAny, kAny + target_key(region), target_key(task) + kAny}) {
        covered = covered || (wider != own && collected_.contains(wider));
      }
      nothing = nothing && covered;
    });
    if (!nothing) return;
    Diagnostic d = diagnose(Finding::RedundantRule, span);
    d.help = "remove it";
    sink_.report(std::move(d));
  }

  template <typename Each>
  void each_pair(const std::vector<Target>& tasks, const std::vector<Target>& regions,
                 Each&& each) {
    for (const Target& task : tasks) {
      if (claims_.size() >= kMaxClaims) return;
      for (const Target& region : regions) each(task, region);
    }
  }

  /// Long lists of tasks times long lists of regions: the lint stops, the rules work.
  static constexpr std::size_t kMaxClaims = 100000;

  void claim(std::string key, SourceSpan span, const std::string& what) {
    if (claims_.size() >= kMaxClaims) return;
    const auto [entry, fresh] = claims_.try_emplace(std::move(key), span);
    if (fresh) return;
    const bool first_wins = symbols_.profile.first_rule_wins;
    Diagnostic d = diagnose(
        runtime_finding(first_wins ? Finding::IgnoredRule : Finding::DuplicateRule), span, what);
    const bool same_statement = entry->second.begin >= statement_.begin;
    d.labels.push_back(
        {entry->second, same_statement ? "earlier in this statement" : "the earlier rule"});
    d.help = same_statement ? "the statement contradicts or repeats itself: remove one of the two"
                            : "remove one of the two";
    sink_.report(std::move(d));
    if (!first_wins) entry->second = span;
  }

  template <typename Kind>
  void repeated(const std::vector<Located<Kind>>& kinds) {
    std::set<Kind> seen;
    for (const Located<Kind>& kind : kinds) {
      if (seen.insert(kind.value).second) continue;
      Diagnostic d = diagnose(Finding::RepeatedKind, kind.span, to_string(kind.value));
      d.help = "remove it";
      sink_.report(std::move(d));
    }
  }

  void no_effect(std::string_view statement, SourceSpan span) {
    if (!silent_.insert({std::string(statement), span}).second) return;
    sink_.report(diagnose(Finding::NoEffect, span, statement));
  }

  void check_entry(const MapStmt& s, std::string_view statement) {
    const auto found = symbols_.functions.find(s.function.value);
    if (found == symbols_.functions.end()) return report_unknown_entry(s);
    const FunctionDef& function = *found->second;
    if (!takes_one_task(function)) {
      Diagnostic d = diagnose(Finding::WrongEntry, s.function.span, function.name.value, statement,
                              parameters_text(function));
      d.labels.push_back({function.header, "defined here"});
      d.help = fmt::format("define it as `def {}(Task task)`", function.name.value);
      return sink_.report(std::move(d));
    }
    const auto wrong = [](const Type& type) {
      return !type.unknown() && !type.is(Type::Tag::Point) && !type.is(Type::Tag::Set);
    };
    Type result = expressions_.result_of(function);
    std::optional<SourceSpan> branch;
    if (result.unknown()) {
      for (const auto& [span, type] : expressions_.results_of(function)) {
        if (!wrong(type)) continue;
        result = type;
        branch = span;
        break;
      }
    }
    if (!wrong(result)) return;
    Diagnostic d =
        diagnose(Finding::WrongReturn, s.function.span, function.name.value, describe(result));
    d.labels.push_back({function.header, "defined here"});
    if (branch) d.labels.push_back({*branch, "returned here"});
    d.help = "return a processor: `return machine[node, processor];`";
    if (result.is(Type::Tag::Tuple))
      d.help = "index a machine with it: `return machine[node, processor];`";
    sink_.report(std::move(d));
  }

  void report_unknown_entry(const MapStmt& s) {
    if (symbols_.broken.contains(s.function.value)) return;
    if (symbols_.variables.contains(s.function.value)) {
      Diagnostic d = diagnose(Finding::VariableAsFunction, s.function.span, s.function.value);
      d.help = "name a function that returns `machine[node, processor]`";
      return sink_.report(std::move(d));
    }
    Diagnostic d = diagnose(Finding::UndefinedFunction, s.function.span, s.function.value);
    if (sink_.suppressed() > 0) return sink_.report(std::move(d));
    std::vector<std::string> names;
    for (const auto& [name, function] : symbols_.functions) names.push_back(name);
    const std::string* target = s.targets.size() == 1 ? s.targets.front().name() : nullptr;
    const bool exchanged = target != nullptr && symbols_.functions.contains(*target);
    if (exchanged) {
      d.help = fmt::format("operands exchanged: write `{} {} {};`",
                           s.single ? "SingleTaskMap" : "IndexTaskMap",
                           name_as_written(s.function.value), *target);
      d.fixes.push_back({s.targets.front().span, name_as_written(s.function.value)});
      d.fixes.push_back({s.function.span, *target});
    } else if (const auto nearest = did_you_mean(s.function.value, names)) {
      d.help = fmt::format("did you mean `{}`?", *nearest);
      d.fixes.push_back({s.function.span, *nearest});
      d.fix_is_certain = is_certain_slip(s.function.value, *nearest);
    } else {
      d.help = fmt::format("define it: `def {}(Task task) {{ return machine[node, processor]; }}`",
                           s.function.value);
    }
    sink_.report(std::move(d));
  }

  struct Silent {
    std::string statement;
    SourceSpan span;
    bool operator<(const Silent& other) const {
      return statement < other.statement;
    }  // once per statement kind
  };

  const CheckedProgram& program_;
  const Symbols& symbols_;
  ExpressionChecker& expressions_;
  const bool whole_;  ///< no statement was left out for its syntax
  DiagnosticSink& sink_;
  TaskKinds kinds_;
  std::map<std::string, int> collected_;
  std::size_t pairs_ = 0;  ///< of a task and a region in CollectMemory rules
  std::set<std::string> seen_collected_;
  std::map<std::string, SourceSpan> claims_;
  SourceSpan statement_;  ///< being checked
  std::set<Silent> silent_;
};

}  // namespace

void check_rules(const CheckedProgram& program, ExpressionChecker& expressions, bool whole,
                 DiagnosticSink& sink) {
  RuleChecker rules(program, expressions, whole, sink);
  for (const Statement& statement : program.ast.statements) rules.check(statement);
  rules.check_whole();
}

}  // namespace castra::lang::detail
