#include <algorithm>
#include <map>
#include <set>
#include <type_traits>
#include <utility>

#include "lang/check_against_impl.h"
#include "lang/diagnostics.h"
#include "lang/printer.h"
#include "lang/reachable_kinds.h"
#include "support/slip.h"
#include "support/text.h"

/// The rules of a mapping against the names, arguments, variants and launches of a program.
namespace castra::lang::detail {
namespace {

constexpr std::size_t kShownNames = 12;

std::string list_text(const std::vector<std::string>& words) {
  if (words.size() <= kShownNames) return join(words, ", ");
  return join(std::span(words).first(kShownNames), ", ") +
         fmt::format(", ... ({} in all)", words.size());
}

/// One argument of one task, over all its launches.
struct ArgumentUse {
  std::vector<std::string> names;  ///< of every launch, without duplicates
  std::set<Privilege> privileges;
};

struct TaskUse {
  std::map<int, ArgumentUse> arguments;
  std::int64_t index_launches = 0;
  std::int64_t single_launches = 0;
  bool launched() const { return index_launches + single_launches > 0; }
};

class NameCheck {
 public:
  NameCheck(const Subject& subject, const Program& program, const Machine* machine,
            DiagnosticSink& sink)
      : subject_(subject), program_(program), machine_(machine), sink_(sink) {
    for (const Task& task : program.tasks) task_names_.push_back(task.name);
    std::set<std::string> regions;
    for (const Launch& launch : program.launches) {
      TaskUse& use = uses_[launch.task];
      (launch.domain ? use.index_launches : use.single_launches) +=
          std::max<std::int64_t>(1, launch.count);
      for (const Requirement& requirement : launch.requirements) {
        ArgumentUse& argument = use.arguments[requirement.index];
        argument.privileges.insert(requirement.privilege);
        regions.insert(requirement.names.begin(), requirement.names.end());
        for (const std::string& name : requirement.names) {
          if (std::ranges::find(argument.names, name) == argument.names.end())
            argument.names.push_back(name);
        }
      }
    }
    region_names_.assign(regions.begin(), regions.end());
  }

  void run() {
    std::map<std::string, std::vector<SourceSpan>> tasks;
    std::map<std::string, std::vector<SourceSpan>> regions;
    for (const Statement& statement : subject_.ast.statements) {
      std::visit(
          [&](const auto& s) {
            using S = std::decay_t<decltype(s)>;
            if constexpr (requires { s.tasks; }) note(s.tasks, tasks);
            if constexpr (requires { s.regions; }) note(s.regions, regions);
            if constexpr (std::is_same_v<S, MapStmt>) {
              note(s.targets, tasks);
              check_map(s);
            }
            if constexpr (requires { s.tasks, s.regions; }) {
              check_positions(s.tasks, s.regions);
              check_regions_of_tasks(s.tasks, s.regions);
            }
            if constexpr (std::is_same_v<S, CollectMemoryStmt>) check_collected(s);
            if constexpr (std::is_same_v<S, TaskStmt>) check_variants(s);
          },
          statement.node);
    }
    report_unknown(tasks, task_names_, Finding::UnknownTask, "task", region_names_, "region");
    report_unknown(regions, region_names_, Finding::UnknownRegion, "region", task_names_, "task");
  }

 private:
  static void note(const std::vector<Target>& targets,
                   std::map<std::string, std::vector<SourceSpan>>& uses) {
    for (const Target& target : targets) {
      if (const std::string* name = target.name()) uses[*name].push_back(target.span);
    }
  }

  /// Whether a rule about `name` would, with `other` in its place, stand beside a rule of the same
  /// kind about the same things.
  bool has_rules(const std::string& name, const std::string& other) {
    constexpr int kMostCompared = 50;  // each reads the whole program
    if (++compared_ > kMostCompared) return true;
    std::set<std::string> of_other;
    std::set<std::string> of_name;
    for (const Statement& statement : subject_.ast.statements) {
      std::visit(
          [&](const auto& s) {
            using S = std::decay_t<decltype(s)>;
            const std::string rule = std::to_string(statement.node.index());
            if constexpr (requires { s.tasks; }) {
              const auto& regions = [&]() -> const std::vector<Target>& {
                static const std::vector<Target> kNone;
                if constexpr (requires { s.regions; }) return s.regions;
                return kNone;
              }();
              for (const Target& task : s.tasks) {
                note_rule(rule, task, other, name, of_other, of_name, regions);
              }
            }
            if constexpr (std::is_same_v<S, MapStmt>) {
              for (const Target& target : s.targets)
                note_rule(rule, target, other, name, of_other, of_name, {});
            }
          },
          statement.node);
    }
    return std::ranges::any_of(of_name, [&](const auto& key) { return of_other.contains(key); });
  }

  /// Kinds and memories are left out: rules of one task and region count as beside each other.
  static void note_rule(const std::string& rule, const Target& task, const std::string& other,
                        const std::string& name, std::set<std::string>& of_other,
                        std::set<std::string>& of_name, const std::vector<Target>& regions) {
    const auto spelling = [](const Target& target) {
      if (target.name() != nullptr) return "\"" + *target.name();
      if (const int* position = std::get_if<int>(&target.what)) return std::to_string(*position);
      return std::string(target.any() ? "*" : "kind");
    };
    const auto add = [&](const std::string& region) {
      const std::string before = rule + "\n" + spelling(task) + "\n" + region;
      const auto mended = [&](const std::string& text) {
        return text == "\"" + name ? "\"" + other : text;
      };
      const std::string after = rule + "\n" + mended(spelling(task)) + "\n" + mended(region);
      (before == after ? of_other : of_name).insert(after);
    };
    if (regions.empty()) add("");
    for (const Target& region : regions) add(spelling(region));
  }

  /// One finding per name, with a fix for every place it stands.
  void report_unknown(const std::map<std::string, std::vector<SourceSpan>>& uses,
                      const std::vector<std::string>& known, Finding finding, std::string_view what,
                      const std::vector<std::string>& others, std::string_view other) {
    for (const auto& [name, spans] : uses) {
      if (std::ranges::find(known, name) != known.end()) continue;
      Diagnostic d = diagnose(runtime_finding(finding), spans.front(), quoted_excerpt(name));
      if (std::ranges::find(others, name) != others.end()) {
        d.help = fmt::format("`{}` is a {}: the operands are tasks, then regions", name, other);
      } else if (const auto nearest = did_you_mean(name, known)) {
        d.help = fmt::format("did you mean `{}`?", *nearest);
        for (const SourceSpan span : spans) d.fixes.push_back({span, name_as_written(*nearest)});
        d.fix_is_certain = is_certain_slip(name, *nearest) && !has_rules(name, *nearest);
      } else if (known.empty()) {
        d.help = fmt::format("the program has no named {}s; write a position or `*`", what);
      } else {
        d.help = fmt::format("{}s: {}", what, list_text(known));
      }
      for (std::size_t i = 1; i < spans.size(); ++i) d.labels.push_back({spans[i], "here too"});
      sink_.report(std::move(d));
    }
  }

  const TaskUse* use_of(const std::string& task) const {
    const auto found = uses_.find(task);
    return found == uses_.end() || !found->second.launched() ? nullptr : &found->second;
  }

  /// "0 (cells), 1 (ghost)".
  static std::string arguments_text(const TaskUse& use) {
    std::vector<std::string> words;
    for (const auto& [index, argument] : use.arguments) {
      words.push_back(argument.names.empty()
                          ? std::to_string(index)
                          : fmt::format("{} ({})", index, join(argument.names, ", ")));
    }
    return words.empty() ? "none" : list_text(words);
  }

  void check_positions(const std::vector<Target>& tasks, const std::vector<Target>& regions) {
    for (const Target& task : tasks) {
      const TaskUse* use = task.name() == nullptr ? nullptr : use_of(*task.name());
      if (use == nullptr) continue;
      for (const Target& region : regions) {
        const int* position = std::get_if<int>(&region.what);
        if (position == nullptr || use->arguments.contains(*position)) continue;
        Diagnostic d = diagnose(Finding::UnknownArgument, region.span, quoted_excerpt(*task.name()),
                                *position);
        d.help = fmt::format("arguments of `{}`: {}", quoted_excerpt(*task.name()),
                             arguments_text(*use));
        sink_.report(std::move(d));
      }
    }
  }

  static bool has_argument_named(const TaskUse& use, const std::string& region) {
    return std::ranges::any_of(use.arguments, [&](const auto& entry) {
      return std::ranges::find(entry.second.names, region) != entry.second.names.end();
    });
  }

  /// A region that exists, but that none of the tasks named beside it gets.
  void check_regions_of_tasks(const std::vector<Target>& tasks,
                              const std::vector<Target>& regions) {
    std::vector<std::pair<std::string, const TaskUse*>> named;
    for (const Target& task : tasks) {
      if (task.name() == nullptr) return;
      const TaskUse* use = use_of(*task.name());
      if (use == nullptr) return;
      named.emplace_back(*task.name(), use);
    }
    for (const Target& region : regions) {
      const std::string* name = region.name();
      if (name == nullptr || std::ranges::find(region_names_, *name) == region_names_.end())
        continue;
      if (std::ranges::any_of(
              named, [&](const auto& task) { return has_argument_named(*task.second, *name); }))
        continue;
      std::vector<std::string> words;
      for (const auto& [task, use] : named) words.push_back(task);
      Diagnostic d =
          diagnose(Finding::RegionNotOfTask, region.span, list_text(words), quoted_excerpt(*name));
      d.help = fmt::format("arguments of `{}`: {}", named.front().first,
                           arguments_text(*named.front().second));
      sink_.report(std::move(d));
    }
  }

  static bool names_argument(const Target& region, int index, const ArgumentUse& argument) {
    if (region.any()) return true;
    if (const int* position = std::get_if<int>(&region.what)) return *position == index;
    return std::ranges::find(argument.names, *region.name()) != argument.names.end();
  }

  static bool only_read(const ArgumentUse& argument) {
    return std::ranges::all_of(argument.privileges, [](Privilege privilege) {
      return privilege == Privilege::Read || privilege == Privilege::None;
    });
  }

  static bool about(const CollectMemoryStmt& statement, const std::string& task) {
    return std::ranges::any_of(statement.tasks, [&](const Target& target) {
      return target.any() || (target.name() != nullptr && *target.name() == task);
    });
  }

  /// Only arguments that every launch reads can be collected; told where the statement names what
  /// is written, or where all it is about is.
  void check_collected(const CollectMemoryStmt& statement) {
    for (const Target& region : statement.regions) {
      if (region.any() && some_collectable(statement)) continue;
      for (const auto& [task, use] : uses_) {
        if (!about(statement, task)) continue;
        for (const auto& [index, argument] : use.arguments) {
          if (!names_argument(region, index, argument) || only_read(argument)) continue;
          return report_written(region.span, task, use, index, argument);
        }
      }
    }
  }

  bool some_collectable(const CollectMemoryStmt& statement) const {
    return std::ranges::any_of(uses_, [&](const auto& entry) {
      return about(statement, entry.first) &&
             std::ranges::any_of(entry.second.arguments,
                                 [](const auto& argument) { return only_read(argument.second); });
    });
  }

  void report_written(SourceSpan span, const std::string& task, const TaskUse& use, int index,
                      const ArgumentUse& argument) {
    const auto written = std::ranges::find_if(argument.privileges, [](Privilege privilege) {
      return privilege != Privilege::Read && privilege != Privilege::None;
    });
    Diagnostic d =
        diagnose(Finding::CollectWritten, span, index, quoted_excerpt(task), to_string(*written));
    std::vector<std::string> readable;
    for (const auto& [other, candidate] : use.arguments) {
      if (candidate.privileges == std::set{Privilege::Read})
        readable.push_back(std::to_string(other));
    }
    d.help = readable.empty() ? fmt::format("`{}` has no argument that is only read", task)
                              : fmt::format("arguments of `{}` that are only read: {}", task,
                                            list_text(readable));
    sink_.report(std::move(d));
  }

  void check_map(const MapStmt& map) {
    for (const Target& target : map.targets) {
      const std::string* name = target.name();
      const TaskUse* use = name == nullptr ? nullptr : use_of(*name);
      if (use == nullptr) continue;
      const bool applies = map.single ? use->single_launches > 0 : use->index_launches > 0;
      if (!applies) {
        Diagnostic d = diagnose(runtime_finding(map.single ? Finding::NeverSingleLaunched
                                                           : Finding::NeverIndexLaunched),
                                target.span, quoted_excerpt(*name),
                                map.single ? use->index_launches : use->single_launches);
        d.help = map.single ? "its launches have points: bind a function of `task.ipoint` with "
                              "`IndexTaskMap`"
                            : "it is launched singly: bind a function of `task.parent` with "
                              "`SingleTaskMap`, or leave the statement out";
        sink_.report(std::move(d));
      } else if (machine_ != nullptr && !map.single) {
        check_kind(*name, target, map.function.value);
      }
    }
  }

  /// A map for a named task whose function can only give another kind than the task runs on, though
  /// this machine has that kind.
  void check_kind(const std::string& name, const Target& target, const std::string& function) {
    const Task* task = program_.find_task(name);
    const auto definition = subject_.symbols.functions.find(function);
    if (task == nullptr || definition == subject_.symbols.functions.end()) return;
    const auto kind = chosen_kind(subject_.policy, *task, *machine_);
    const std::set<ProcessorKind> kinds = reachable_kinds(subject_.symbols, *definition->second);
    if (!kind || kinds.empty() || kinds.contains(*kind)) return;
    const ProcessorKind first = *kinds.begin();
    if (machine_->find(first) == nullptr) return;  // a mapping may travel
    Diagnostic d = diagnose(Finding::MapNotUsed, target.span, quoted_excerpt(name),
                            to_string(*kind), function, to_string(first));
    d.help = task->has_variant(first)
                 ? fmt::format("run it on {} (`Task {} {};`), or use `Machine({})` in `{}`",
                               to_string(first), name_as_written(name), to_string(first),
                               to_string(*kind), function)
                 : fmt::format("`{}` has no {} variant: use `Machine({})` in `{}`", name,
                               to_string(first), to_string(*kind), function);
    sink_.report(std::move(d));
  }

  void check_variants(const TaskStmt& statement) {
    for (const Target& target : statement.tasks) {
      const Task* task = target.name() == nullptr ? nullptr : program_.find_task(*target.name());
      if (task == nullptr || task->variants.empty()) continue;
      std::vector<std::string> has;
      for (const ProcessorKind kind : kAllProcessorKinds) {
        if (task->has_variant(kind)) has.emplace_back(to_string(kind));
      }
      const auto usable = std::ranges::count_if(
          statement.processors, [&](const auto& kind) { return task->has_variant(kind.value); });
      if (usable == 0 && machine_ != nullptr) continue;  // an error of the bound mapping
      if (usable == 0) {
        std::vector<std::string> listed;
        for (const auto& kind : statement.processors) listed.emplace_back(to_string(kind.value));
        Diagnostic d = diagnose(Finding::CannotRunHere, statement.processors.front().span,
                                fmt::format("task `{}` has no {} variant",
                                            quoted_excerpt(task->name), join(listed, ",")));
        d.help = fmt::format("it has variants for {}", join(has, ", "));
        sink_.report(std::move(d));
        continue;
      }
      for (const auto& kind : statement.processors) {
        if (task->has_variant(kind.value)) continue;
        Diagnostic d = diagnose(Finding::MissingVariant, kind.span, quoted_excerpt(task->name),
                                to_string(kind.value));
        d.help = fmt::format("it has variants for {}; the others of the list are passed over",
                             join(has, ", "));
        sink_.report(std::move(d));
      }
    }
  }

  const Subject& subject_;
  const Program& program_;
  const Machine* machine_;
  DiagnosticSink& sink_;
  std::vector<std::string> task_names_;
  std::vector<std::string> region_names_;
  std::map<std::string, TaskUse> uses_;
  int compared_ = 0;  ///< names, by has_rules()
};

}  // namespace

void check_names(const Subject& subject, const Program& program, const Machine* machine,
                 DiagnosticSink& sink) {
  NameCheck(subject, program, machine, sink).run();
}

}  // namespace castra::lang::detail
