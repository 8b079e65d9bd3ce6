#include "lang/policy.h"

#include <algorithm>
#include <utility>

#include "lang/ast.h"
#include "lang/cached_placement.h"
#include "lang/checked_program.h"
#include "lang/checker.h"
#include "lang/diagnostics.h"
#include "lang/fixes.h"
#include "lang/parser.h"
#include "lang/placement.h"
#include "lang/rules.h"
#include "lang/symbols.h"
#include "support/check.h"
#include "support/text.h"

namespace castra::lang {
namespace {

template <typename Rule>
RuleTrace trace_of(const RuleTables& rules, const Matches<Rule>& matches) {
  RuleTrace trace;
  for (const Match<Rule>& match : matches) {
    const RuleEffect effect = trace.empty()
                                  ? RuleEffect::Decides
                                  : yields(matches.front().fit, match.fit, rules.profile());
    trace.push_back({rules.ref(match.rule->ref), effect});
  }
  return trace;
}

class CompiledPolicy final : public Policy {
 public:
  CompiledPolicy(std::shared_ptr<const SourceFile> source, CheckedProgram program)
      : source_(std::move(source)),
        program_(std::move(program)),
        symbols_(program_.symbols),
        rules_(program_.ast, *source_, symbols_.profile) {}

  const SourceFile& source() const override { return *source_; }
  const CheckedProgram& program() const override { return program_; }
  const Profile& profile() const override { return symbols_.profile; }

  std::optional<Decision<std::vector<ProcessorKind>>> processors(
      std::string_view task) const override {
    const auto matches = rules_.tasks(task);
    if (matches.empty()) return std::nullopt;
    return decision(*matches.front().rule, matches.front().rule->processors);
  }

  std::optional<MemoryDecision> memories(const ArgumentQuery& query) const override {
    const auto matches = rules_.regions(query);
    if (matches.empty()) return std::nullopt;
    MemoryDecision decision{{{}, rules_.ref(matches.front().rule->ref)},
                            profile().capacity_fall_through};
    for (std::size_t i = 0; i < matches.size(); ++i) {
      if (i > 0 && !joins(matches[i - 1].fit, matches[i].fit)) continue;
      const std::vector<MemoryKind>& more = matches[i].rule->memories;
      decision.value.insert(decision.value.end(), more.begin(), more.end());
    }
    return decision;
  }

  std::optional<LayoutDecision> layout(const ArgumentQuery& query,
                                       MemoryKind memory) const override {
    if (!profile().merge_layouts) return whole_layout(query, memory);
    LayoutDecision decision;
    for (const auto& match : rules_.layouts(query, memory)) {
      if (!contributes(*match.rule, decision.layout)) continue;
      decision.rules.push_back(rules_.ref(match.rule->ref));
    }
    if (decision.rules.empty()) return std::nullopt;
    return decision;
  }

  std::optional<Decision<std::string>> index_map(std::string_view task,
                                                 ProcessorKind kind) const override {
    return map(rules_.index_maps(task, kind), kind);
  }
  std::optional<Decision<std::string>> single_map(std::string_view task,
                                                  ProcessorKind kind) const override {
    return map(rules_.single_maps(task, kind), kind);
  }

  PlaceResult place(const LaunchQuery& query, const MachineShape& machine,
                    PlaceLog* log) const override {
    if (machine.nodes <= 0 || machine.count(query.kind) <= 0) return std::nullopt;
    for (const auto& match : rules_.index_maps(query.task, query.kind)) {
      const MapRule& rule = *match.rule;
      if (!profile().maps_travel) return place_here(rule, query, machine, log);
      if (!active(rule, query.kind)) {
        note_inactive(rule, query.task, query.kind, log);
        continue;
      }
      PlaceResult result = placement_.place(definition(rule), query.kind, query, machine, log);
      if (!result) return result;
      if (!*result) {
        note_inactive(rule, query.task, query.kind, log);
        continue;
      }
      (*result)->rule = rules_.ref(rule.ref);
      return result;
    }
    return std::nullopt;
  }

  PlacePointResult place_point(const LaunchQuery& query, const MachineShape& machine,
                               const Point& point, PlaceLog* log) const override {
    if (machine.nodes <= 0 || machine.count(query.kind) <= 0) return std::nullopt;
    for (const auto& match : rules_.index_maps(query.task, query.kind)) {
      const MapRule& rule = *match.rule;
      const bool travels = profile().maps_travel;
      PlacePointResult result = std::nullopt;
      if (active(rule, query.kind)) {
        result = placement_.place_point(definition(rule),
                                        travels ? std::optional(query.kind) : std::nullopt, query,
                                        machine, point, log);
      }
      if (!result) return result;
      if (!*result && !travels) return result;
      if (!*result) {
        note_inactive(rule, query.task, query.kind, log);
        continue;
      }
      if ((*result)->kind != query.kind)
        return tl::unexpected(other_kind(rule, query, (*result)->kind));
      (*result)->rule = rules_.ref(rule.ref);
      return result;
    }
    return std::nullopt;
  }

  SinglePlaceResult place_single(const SingleQuery& query, const MachineShape& machine,
                                 PlaceLog* log) const override {
    const ProcessorKind kind = query.where.kind;
    if (machine.nodes <= 0 || machine.count(kind) <= 0) return std::nullopt;
    for (const auto& match : rules_.single_maps(query.where.name, kind)) {
      const MapRule& rule = *match.rule;
      if (!active(rule, kind)) {
        note_inactive(rule, query.where.name, kind, log);
        continue;
      }
      SinglePlaceResult result =
          lang::place_single(symbols_, *source_, definition(rule), query, machine, log);
      if (!result) return result;
      if (!*result) {
        note_inactive(rule, query.where.name, kind, log);
        continue;
      }
      (*result)->rule = rules_.ref(rule.ref);
      return result;
    }
    return std::nullopt;
  }

  std::optional<Decision<std::int64_t>> instance_limit(std::string_view task) const override {
    const auto matches = rules_.limits(task);
    if (matches.empty()) return std::nullopt;
    return decision(*matches.front().rule, matches.front().rule->limit);
  }

  std::optional<RuleRef> collects(const ArgumentQuery& query) const override {
    const auto matches = rules_.collects(query);
    if (matches.empty()) return std::nullopt;
    return rules_.ref(matches.front().rule->ref);
  }

  std::optional<Decision<bool>> replicates(std::string_view task) const override {
    const auto matches = rules_.replicates(task);
    if (!matches.empty()) return decision(*matches.front().rule, true);
    if (const ReplicateRule* last = rules_.last_replicate()) return decision(*last, false);
    return std::nullopt;
  }

  std::optional<Decision<StealScope>> steals(std::string_view task,
                                             ProcessorKind kind) const override {
    const auto matches = rules_.steals(task, kind);
    if (matches.empty()) return std::nullopt;
    return decision(*matches.front().rule, matches.front().rule->scope);
  }

  RuleTrace trace_processors(std::string_view task) const override {
    return trace_of(rules_, rules_.tasks(task));
  }
  RuleTrace trace_memories(const ArgumentQuery& query) const override {
    const auto matches = rules_.regions(query);
    RuleTrace trace = trace_of(rules_, matches);
    for (std::size_t i = 1; i < trace.size(); ++i) {
      if (joins(matches[i - 1].fit, matches[i].fit)) trace[i].effect = RuleEffect::Contributes;
    }
    return trace;
  }
  RuleTrace trace_layout(const ArgumentQuery& query, MemoryKind memory) const override {
    if (!profile().merge_layouts) return trace_of(rules_, rules_.layouts(query, memory));
    RuleTrace trace;
    Layout layout;
    for (const auto& match : rules_.layouts(query, memory)) {
      const bool adds = contributes(*match.rule, layout);
      trace.push_back(
          {rules_.ref(match.rule->ref), adds ? RuleEffect::Contributes : RuleEffect::Covered});
    }
    return trace;
  }
  RuleTrace trace_index_map(std::string_view task, ProcessorKind kind) const override {
    return trace_map(rules_.index_maps(task, kind), kind);
  }
  RuleTrace trace_single_map(std::string_view task, ProcessorKind kind) const override {
    return trace_map(rules_.single_maps(task, kind), kind);
  }
  RuleTrace trace_instance_limit(std::string_view task) const override {
    return trace_of(rules_, rules_.limits(task));
  }
  RuleTrace trace_collects(const ArgumentQuery& query) const override {
    return trace_of(rules_, rules_.collects(query));
  }
  RuleTrace trace_replicates(std::string_view task) const override {
    RuleTrace trace = trace_of(rules_, rules_.replicates(task));
    const ReplicateRule* last = rules_.last_replicate();
    if (trace.empty() && last != nullptr)
      trace.push_back({rules_.ref(last->ref), RuleEffect::Decides});
    return trace;
  }
  RuleTrace trace_steals(std::string_view task, ProcessorKind kind) const override {
    return trace_of(rules_, rules_.steals(task, kind));
  }

  std::vector<NameUse> task_names() const override { return rules_.task_names(); }
  std::vector<NameUse> region_names() const override { return rules_.region_names(); }

  PlaceResult evaluate(std::string_view function, const LaunchQuery& query,
                       const MachineShape& machine, PlaceLog* log) const override {
    const auto found = symbols_.functions.find(function);
    if (found == symbols_.functions.end()) return tl::unexpected(no_such_function(function));
    const FunctionDef& definition = *found->second;
    if (!takes_one_task(definition)) {
      Diagnostic d = diagnose(Finding::WrongEntry, definition.header, definition.name.value,
                              "index", parameters_text(definition));
      d.help = "evaluate a function with one parameter, `Task task`";
      return tl::unexpected(std::move(d));
    }
    PlaceResult result = placement_.place(definition, std::nullopt, query, machine, log);
    if (result && *result) {
      const int line = source_->locate(definition.header.begin).line;
      (*result)->rule = {definition.header, line, std::string(source_->slice(definition.header))};
    }
    return result;
  }

 private:
  template <typename Rule, typename Value>
  std::optional<Decision<Value>> decision(const Rule& rule, Value value) const {
    return Decision<Value>{std::move(value), rules_.ref(rule.ref)};
  }

  /// Whether the second of two matching Region rules adds its memories to the first's.
  bool joins(const Fit& stronger, const Fit& weaker) const {
    return profile().concatenate_memories && (stronger[0] != weaker[0] || stronger[1] != weaker[1]);
  }

  /// Of the strongest rule alone; what it leaves open are the published mapper's defaults, and
  /// Exact counts beside Compact only.
  std::optional<LayoutDecision> whole_layout(const ArgumentQuery& query, MemoryKind memory) const {
    const auto matches = rules_.layouts(query, memory);
    if (matches.empty()) return std::nullopt;
    const LayoutRule& rule = *matches.front().rule;
    const Layout defaults{DimensionOrder::F, FieldOrder::StructOfArrays, {}, {}, {}};
    Layout layout = rule.layout.merged_over(defaults);
    if (!layout.compact.value_or(false)) layout.exact.reset();
    return LayoutDecision{layout, {rules_.ref(rule.ref)}};
  }

  /// The rule decides whatever kind its machine is of: another one than the task's is an error.
  PlaceResult place_here(const MapRule& rule, const LaunchQuery& query, const MachineShape& machine,
                         PlaceLog* log) const {
    const FunctionDef& function = definition(rule);
    PlaceResult result = placement_.place(function, std::nullopt, query, machine, log);
    if (!result || !*result) return result;
    if ((*result)->kind != query.kind)
      return tl::unexpected(other_kind(rule, query, (*result)->kind));
    (*result)->rule = rules_.ref(rule.ref);
    return result;
  }

  Diagnostic other_kind(const MapRule& rule, const LaunchQuery& query, ProcessorKind placed) const {
    const FunctionDef& function = definition(rule);
    Diagnostic d =
        diagnose(Finding::MapForOtherKind, function.header, quoted_excerpt(query.task),
                 castra::to_string(query.kind), function.name.value, castra::to_string(placed));
    d.labels.push_back({rules_.ref(rule.ref).span, "bound here"});
    d.help = fmt::format("index a machine of {} processors, or let the task run on {}",
                         castra::to_string(query.kind), castra::to_string(placed));
    return d;
  }

  /// Merges the rule's members under those set already; false if none was missing.
  static bool contributes(const LayoutRule& rule, Layout& layout) {
    const Layout merged = layout.merged_over(rule.layout);
    if (merged == layout) return false;
    layout = merged;
    return true;
  }

  const FunctionDef& definition(const MapRule& rule) const {
    return *symbols_.functions.find(rule.function)->second;
  }

  /// Whether the function can place on that kind at all.
  bool active(const MapRule& rule, ProcessorKind kind) const {
    if (!profile().maps_travel) return true;
    const auto kinds = program_.kinds.find(rule.function);
    return kinds == program_.kinds.end() || kinds->second.empty() || kinds->second.contains(kind);
  }

  void note_inactive(const MapRule& rule, std::string_view task, ProcessorKind kind,
                     PlaceLog* log) const {
    if (log == nullptr) return;
    log->notes.push_back(diagnose(Finding::InactiveMap, rules_.ref(rule.ref).span,
                                  quoted_excerpt(task), castra::to_string(kind), rule.function));
  }

  std::optional<Decision<std::string>> map(const Matches<MapRule>& matches,
                                           ProcessorKind kind) const {
    for (const auto& match : matches) {
      if (active(*match.rule, kind)) return decision(*match.rule, match.rule->function);
    }
    return std::nullopt;
  }

  RuleTrace trace_map(const Matches<MapRule>& matches, ProcessorKind kind) const {
    RuleTrace trace;
    const Match<MapRule>* decides = nullptr;
    for (const auto& match : matches) {
      RuleEffect effect = RuleEffect::Inactive;
      if (active(*match.rule, kind)) {
        effect =
            decides == nullptr ? RuleEffect::Decides : yields(decides->fit, match.fit, profile());
        if (decides == nullptr) decides = &match;
      }
      trace.push_back({rules_.ref(match.rule->ref), effect});
    }
    return trace;
  }

  Diagnostic no_such_function(std::string_view function) const {
    Diagnostic d = diagnose(Finding::NoSuchFunction, {0, 0}, quoted_excerpt(function));
    std::vector<std::string> names;
    for (const auto& [name, definition] : symbols_.functions) {
      if (takes_one_task(*definition)) names.push_back(name);
    }
    if (const auto nearest = did_you_mean(function, names)) {
      d.help = fmt::format("did you mean `{}`?", *nearest);
      return d;
    }
    for (const std::string& name : names) {
      d.help += (d.help.empty() ? "functions of one task: " : ", ") + name;
    }
    if (d.help.empty()) d.help = "the program defines no function of one task";
    return d;
  }

  std::shared_ptr<const SourceFile> source_;
  CheckedProgram program_;
  const Symbols& symbols_;
  RuleTables rules_;
  CachedPlacement placement_{symbols_, *source_};
};

}  // namespace

std::string_view to_string(RuleEffect effect) {
  switch (effect) {
    case RuleEffect::Decides:
      return "decides";
    case RuleEffect::Contributes:
      return "contributes";
    case RuleEffect::Covered:
      return "covered by stronger rules";
    case RuleEffect::LessSpecificTask:
      return "less specific task";
    case RuleEffect::LessSpecificRegion:
      return "less specific region";
    case RuleEffect::LessSpecificKind:
      return "less specific kind";
    case RuleEffect::Earlier:
      return "replaced by a later rule";
    case RuleEffect::Later:
      return "replaced by an earlier rule";
    case RuleEffect::Inactive:
      return "inactive: places on another kind";
  }
  CASTRA_CHECK(false, "unknown effect");
}

std::shared_ptr<const Policy> compile(std::shared_ptr<const SourceFile> source,
                                      DiagnosticSink& sink, const CompileOptions& options) {
  const std::size_t errors_before = sink.error_count();
  CheckedProgram program =
      check_program(parse(*source, sink, options.profile), *source, sink, options.profile);
  suggest_fixes(*source, sink);
  if (sink.error_count() != errors_before) return nullptr;
  return std::make_shared<const CompiledPolicy>(std::move(source), std::move(program));
}

}  // namespace castra::lang
