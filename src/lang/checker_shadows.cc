#include <set>
#include <type_traits>
#include <variant>

#include "lang/checker_impl.h"
#include "lang/map_kinds.h"
#include "lang/rule_targets.h"
#include "support/text.h"

/// Rules for any kind of processor beside rules of the same tasks and regions for every kind that
/// these tasks may run on: the latter are more specific.
namespace castra::lang::detail {
namespace {

/// The kind of processor a statement is about: nothing for `*`, and for what is about none.
std::optional<ProcessorKind> kind_of(const RegionStmt& s) { return s.processor; }
std::optional<ProcessorKind> kind_of(const TaskStealStmt& s) { return s.processor; }
std::optional<ProcessorKind> kind_of(const LayoutStmt& s) {
  const auto* kind = std::get_if<ProcessorKind>(&s.place);
  return kind == nullptr ? std::nullopt : std::optional(*kind);
}

bool any_kind(const RegionStmt& s) { return !s.processor; }
bool any_kind(const TaskStealStmt& s) { return !s.processor; }
bool any_kind(const LayoutStmt& s) { return std::holds_alternative<Any>(s.place); }

/// What a statement decides of each of its tasks and regions.
std::vector<std::string> members_of(const RegionStmt& /*s*/) { return {""}; }
std::vector<std::string> members_of(const TaskStealStmt& /*s*/) { return {""}; }
std::vector<std::string> members_of(const LayoutStmt& s) {
  std::vector<std::string> members;
  for (const LayoutConstraint& c : s.constraints) members.emplace_back(member_of(c));
  return members;
}

class ShadowCheck {
 public:
  ShadowCheck(const CheckedProgram& program, const TaskKinds& kinds, DiagnosticSink& sink)
      : program_(program), kinds_(kinds), sink_(sink) {}

  void run() {
    of_statements<RegionStmt>();
    of_statements<LayoutStmt>();
    of_statements<TaskStealStmt>();
    of_maps();
  }

 private:
  static constexpr std::size_t kMaxKeys = 100000;

  /// Calls `each` with a task and a text for every pair and member of a statement, until it gives
  /// false.
  template <typename Stmt, typename Each>
  static void each_key(const Stmt& s, Each&& each) {
    const auto per_task = [&](const Target& task, const std::string& rest) {
      for (const std::string& member : members_of(s)) {
        if (!each(task, target_key(task) + rest + member + '\n')) return false;
      }
      return true;
    };
    for (const Target& task : s.tasks) {
      if constexpr (requires { s.regions; }) {
        for (const Target& region : s.regions) {
          if (!per_task(task, target_key(region))) return;
        }
      } else if (!per_task(task, "")) {
        return;
      }
    }
  }

  template <typename Stmt>
  void of_statements() {
    std::vector<const Statement*> candidates;
    for (const Statement& statement : program_.ast.statements) {
      const auto* s = std::get_if<Stmt>(&statement.node);
      if (s != nullptr && any_kind(*s) && kinds_.of(s->tasks.front()))
        candidates.push_back(&statement);
    }
    if (candidates.empty()) return;
    std::set<std::string> specific;
    for (const Statement& statement : program_.ast.statements) {
      const auto* s = std::get_if<Stmt>(&statement.node);
      const std::optional<ProcessorKind> kind = s == nullptr ? std::nullopt : kind_of(*s);
      if (!kind) continue;
      each_key(*s, [&](const Target& /*task*/, const std::string& key) {
        specific.insert(key + std::string(to_string(*kind)));
        return specific.size() < kMaxKeys;
      });
    }
    if (specific.empty()) return;
    for (const Statement* statement : candidates) {
      std::set<ProcessorKind> covered;
      bool all = true;
      each_key(std::get<Stmt>(statement->node), [&](const Target& task, const std::string& key) {
        const auto kinds = kinds_.of(task);
        all = kinds && std::ranges::all_of(*kinds, [&](ProcessorKind kind) {
                return specific.contains(key + std::string(to_string(kind)));
              });
        if (all) covered.insert(kinds->begin(), kinds->end());
        return all;
      });
      if (all) report(statement->span, covered);
    }
  }

  /// A map for `*` beside maps for all kinds, which have no reason to be passed over where they
  /// apply. Maps of named tasks only take from both.
  void of_maps() {
    for (const bool single : {false, true}) {
      const Statement* any = nullptr;
      std::map<ProcessorKind, std::vector<const MapStmt*>> by_kind;
      for (const Statement& statement : program_.ast.statements) {
        const auto* s = std::get_if<MapStmt>(&statement.node);
        if (s == nullptr || s->single != single) continue;
        for (const Target& target : s->targets) {
          if (target.any()) any = &statement;
          if (const auto* kind = std::get_if<ProcessorKind>(&target.what))
            by_kind[*kind].push_back(s);
        }
      }
      if (any == nullptr || by_kind.empty()) continue;
      const auto& map = std::get<MapStmt>(any->node);
      const auto kinds = kinds_.of(map.targets.front());
      if (!map.targets.front().any() || !kinds) continue;
      const bool all = std::ranges::all_of(*kinds, [&](ProcessorKind kind) {
        return std::ranges::any_of(by_kind[kind], [&](const MapStmt* other) {
          return other->function.value == map.function.value ||
                 always_places_on(program_, other->function.value, kind);
        });
      });
      if (all) report(any->span, *kinds);
    }
  }

  void report(SourceSpan span, const std::set<ProcessorKind>& kinds) {
    std::vector<std::string> words;
    for (const ProcessorKind kind : kinds) words.emplace_back(to_string(kind));
    Diagnostic d =
        diagnose(Finding::NeverDecides, span,
                 fmt::format("its tasks run on {} only, for which there are more specific rules",
                             join(words, " or ")));
    d.help = "remove it";
    sink_.report(std::move(d));
  }

  const CheckedProgram& program_;
  const TaskKinds& kinds_;
  DiagnosticSink& sink_;
};

}  // namespace

std::string_view member_of(const LayoutConstraint& c) {
  return c.part.dimensions  ? "order"
         : c.part.fields    ? "fields"
         : c.part.alignment ? "Align"
         : c.part.compact   ? "Compact"
                            : "Exact";
}

void check_shadows(const CheckedProgram& program, const TaskKinds& kinds, DiagnosticSink& sink) {
  // There a Task rule may count as none.
  if (program.symbols.profile.unusable_kinds_default) return;
  ShadowCheck(program, kinds, sink).run();
}

}  // namespace castra::lang::detail
