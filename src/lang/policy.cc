#include "lang/policy.h"

#include <algorithm>
#include <utility>

#include "lang/ast.h"
#include "lang/checker.h"
#include "lang/diagnostics.h"
#include "lang/parser.h"
#include "lang/placement.h"
#include "lang/rules.h"
#include "lang/symbols.h"
#include "support/text.h"

namespace castra::lang {
namespace {

class CompiledPolicy final : public Policy {
 public:
  CompiledPolicy(std::shared_ptr<const SourceFile> source, Ast ast, const Profile& profile)
      : source_(std::move(source)),
        ast_(std::move(ast)),
        symbols_(collect_symbols(ast_, profile)),
        rules_(ast_, *source_, profile) {}

  const SourceFile& source() const override { return *source_; }
  const Profile& profile() const override { return symbols_.profile; }

  std::optional<Decision<std::vector<ProcessorKind>>> processors(
      std::string_view task) const override {
    const TaskRule* rule = rules_.task(task);
    if (rule == nullptr) return std::nullopt;
    return Decision<std::vector<ProcessorKind>>{rule->processors, rules_.ref(rule->ref)};
  }

  std::optional<MemoryDecision> memories(const ArgumentQuery& query) const override {
    const auto rules = rules_.regions(query);
    if (rules.empty()) return std::nullopt;
    MemoryDecision decision{{{}, rules_.ref(rules.front()->ref)}, profile().capacity_fall_through};
    for (const RegionRule* rule : rules)
      decision.value.insert(decision.value.end(), rule->memories.begin(), rule->memories.end());
    return decision;
  }

  std::optional<LayoutDecision> layout(const ArgumentQuery& query,
                                       MemoryKind memory) const override {
    if (!profile().merge_layouts) return whole_layout(query, memory);
    LayoutDecision decision;
    for (const LayoutRule* rule : rules_.layouts(query, memory)) {
      const Layout merged = decision.layout.merged_over(rule->layout);
      if (merged == decision.layout) continue;
      decision.layout = merged;
      decision.rules.push_back(rules_.ref(rule->ref));
    }
    if (decision.rules.empty()) return std::nullopt;
    return decision;
  }

  std::optional<Decision<std::string>> index_map(std::string_view task,
                                                 ProcessorKind kind) const override {
    const auto candidates = rules_.index_maps(task, kind);
    if (candidates.empty()) return std::nullopt;
    return Decision<std::string>{candidates.front()->function, rules_.ref(candidates.front()->ref)};
  }

  PlaceResult place(std::string_view task, ProcessorKind kind, const Rect& domain,
                    const MachineShape& machine) const override {
    if (machine.nodes <= 0 || machine.count(kind) <= 0) return std::nullopt;
    for (const IndexMapRule* rule : rules_.index_maps(task, kind)) {
      if (!profile().maps_travel) return place_here(task, *rule, kind, domain, machine);
      const FunctionDef& function = *symbols_.functions.find(rule->function)->second;
      PlaceResult result = place_points(symbols_, *source_, function, kind, domain, machine);
      if (!result) return result;
      if (!*result)
        continue;  // this rule's machine does not fit here: the next weaker rule decides
      (*result)->rule = rules_.ref(rule->ref);
      return result;
    }
    return std::nullopt;
  }

  std::vector<NameUse> task_names() const override { return rules_.task_names(); }
  std::vector<NameUse> region_names() const override { return rules_.region_names(); }

  PlaceResult evaluate(std::string_view function, const Rect& domain,
                       const MachineShape& machine) const override {
    const auto found = symbols_.functions.find(function);
    if (found == symbols_.functions.end()) return tl::unexpected(no_such_function(function));
    const FunctionDef& definition = *found->second;
    if (!takes_one_task(definition)) {
      Diagnostic d = diagnose(Finding::WrongEntry, definition.header, definition.name.value,
                              "index", parameters_text(definition));
      d.help = "evaluate a function with one parameter, `Task task`";
      return tl::unexpected(std::move(d));
    }
    PlaceResult result =
        place_points(symbols_, *source_, definition, std::nullopt, domain, machine);
    if (result && *result) {
      const int line = source_->locate(definition.header.begin).line;
      (*result)->rule = {definition.header, line, std::string(source_->slice(definition.header))};
    }
    return result;
  }

 private:
  /// Of the strongest rule alone; what it leaves open are the published mapper's defaults, and
  /// Exact counts beside Compact only.
  std::optional<LayoutDecision> whole_layout(const ArgumentQuery& query, MemoryKind memory) const {
    const auto rules = rules_.layouts(query, memory);
    if (rules.empty()) return std::nullopt;
    const Layout defaults{DimensionOrder::F, FieldOrder::StructOfArrays, {}, {}, {}};
    Layout layout = rules.front()->layout.merged_over(defaults);
    if (!layout.compact.value_or(false)) layout.exact.reset();
    return LayoutDecision{layout, {rules_.ref(rules.front()->ref)}};
  }

  /// The rule decides whatever kind its machine is of: another one than the task's is an error.
  PlaceResult place_here(std::string_view task, const IndexMapRule& rule, ProcessorKind kind,
                         const Rect& domain, const MachineShape& machine) const {
    const FunctionDef& function = *symbols_.functions.find(rule.function)->second;
    PlaceResult result = place_points(symbols_, *source_, function, std::nullopt, domain, machine);
    if (!result || !*result) return result;
    if ((*result)->kind != kind) {
      Diagnostic d = diagnose(Finding::MapForOtherKind, function.header, quoted_excerpt(task),
                              to_string(kind), function.name.value, to_string((*result)->kind));
      d.labels.push_back({rules_.ref(rule.ref).span, "bound here"});
      d.help = fmt::format("index a machine of {} processors, or let the task run on {}",
                           to_string(kind), to_string((*result)->kind));
      return tl::unexpected(std::move(d));
    }
    (*result)->rule = rules_.ref(rule.ref);
    return result;
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
  Ast ast_;
  Symbols symbols_;
  RuleTables rules_;
};

}  // namespace

std::shared_ptr<const Policy> compile(std::shared_ptr<const SourceFile> source,
                                      DiagnosticSink& sink, const CompileOptions& options) {
  const std::size_t errors_before = sink.error_count();
  Ast ast = parse(*source, sink, options.profile);
  check(ast, *source, sink, options.profile);
  if (sink.error_count() != errors_before) return nullptr;
  return std::make_shared<const CompiledPolicy>(std::move(source), std::move(ast), options.profile);
}

}  // namespace castra::lang
