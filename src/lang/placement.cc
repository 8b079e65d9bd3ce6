#include "lang/placement.h"

#include <algorithm>
#include <utility>

#include "lang/columns_trace.h"
#include "lang/diagnostics.h"
#include "lang/evaluator.h"
#include "lang/function_inputs.h"
#include "lang/reachable_kinds.h"
#include "lang/value.h"

namespace castra::lang {
namespace {

std::shared_ptr<const Tuple> integers(const Point& point) {
  return std::make_shared<const Tuple>(point.begin(), point.end());
}

/// Fewer points are evaluated sooner than the function is compiled.
constexpr std::int64_t kFewestColumnPoints = 16;

/// Number of points, or nothing if there are more than the limit.
std::optional<std::int64_t> bounded_volume(const Rect& domain) {
  std::int64_t volume = 1;
  for (int d = 0; d < domain.dimensions(); ++d) {
    std::int64_t extent = 0;
    if (domain.hi[d] < domain.lo[d]) return 0;
    if (__builtin_sub_overflow(domain.hi[d], domain.lo[d], &extent) || extent >= kMaxDomainPoints)
      return std::nullopt;
    if (__builtin_mul_overflow(volume, extent + 1, &volume) || volume > kMaxDomainPoints)
      return std::nullopt;
  }
  return volume;
}

std::optional<ProcessorKind> kind_of(const Value& value) {
  if (const auto* point = value.as<MachinePoint>()) return point->kind;
  if (const MachineSet* set = value.set()) return set->kind;
  return std::nullopt;
}

/// Nothing if the processors are of several nodes. Precondition: kind_of(value).
std::optional<ProcessorSet> to_set(const Value& value) {
  if (const auto* point = value.as<MachinePoint>()) {
    return ProcessorSet{static_cast<int>(point->processor.node),
                        {static_cast<int>(point->processor.index)}};
  }
  const MachineSet& set = *value.set();
  ProcessorSet result{static_cast<int>(set.processors.front().node), {}};
  for (const Processor& processor : set.processors) {
    if (processor.node != result.node) return std::nullopt;
    result.processors.push_back(static_cast<int>(processor.index));
  }
  return result;
}

std::string machine_text(const MachineShape& machine) {
  const std::string nodes = counted(static_cast<std::size_t>(std::max(0, machine.nodes)), "node");
  const auto counts = machine.per_node;
  const bool same =
      std::all_of(counts.begin(), counts.end(), [&](int n) { return n == counts[0]; });
  if (same)
    return fmt::format("{} with {} of every kind", nodes,
                       counted(static_cast<std::size_t>(counts[0]), "processor"));
  std::string kinds;
  for (const ProcessorKind kind : kAllProcessorKinds) {
    if (machine.count(kind) == 0) continue;
    kinds += fmt::format("{}{} {}", kinds.empty() ? "" : " + ", machine.count(kind),
                         castra::to_string(kind));
  }
  return fmt::format("{} with {}", nodes, kinds);
}

/// Adds where it happened to a diagnostic: function, line, `subject` ("point (3) of ..."), values
/// of the variables, machine. `evaluator` is null if the function did not fail but its result does
/// not do.
Diagnostic located(Diagnostic diagnostic, const SourceFile& source, const FunctionDef& function,
                   std::string_view subject, const Evaluator* evaluator,
                   const MachineShape& machine) {
  const bool inner = evaluator != nullptr && !evaluator->error_function().empty();
  diagnostic.message += fmt::format(" (in `{}` at line {}, {}",
                                    inner ? evaluator->error_function() : function.name.value,
                                    source.locate(diagnostic.span.begin).line, subject);
  if (evaluator != nullptr && !evaluator->error_values().empty())
    diagnostic.message += ", where " + evaluator->error_values();
  diagnostic.message += fmt::format(", machine of {})", machine_text(machine));
  return diagnostic;
}

/// The expression that the function returns.
SourceSpan result_span(const FunctionDef& function) {
  for (const FunctionStmt& statement : function.body) {
    if (const auto* result = std::get_if<ReturnStmt>(&statement.node)) return result->value->span;
  }
  return function.header;
}

void take_printed(const Evaluator& evaluator, PlaceLog* log) {
  if (log == nullptr) return;
  log->left_out += evaluator.printed_left_out();
  for (const std::string& line : evaluator.printed()) {
    if (log->printed.size() < PlaceLog::kMaxPrinted) {
      log->printed.push_back(line);
    } else {
      ++log->left_out;
    }
  }
}

class Placer {
 public:
  Placer(const Symbols& symbols, const SourceFile& source, const FunctionDef& function,
         std::optional<ProcessorKind> kind, const LaunchQuery& query, const MachineShape& machine,
         std::int64_t volume, const std::int64_t* steps = nullptr)
      : symbols_(symbols),
        source_(source),
        function_(function),
        domain_(query.domain),
        machine_(machine),
        volume_(volume),
        budget_(budget(volume, steps)),
        evaluator_(symbols, machine, budget_),
        wanted_(kind) {
    launch_.name = query.task;
    launch_.region_bytes = query.region_bytes;
    launch_.ispace = integers(domain_.extents());
  }

  PlaceResult run(PlaceLog* log) {
    PlaceResult result = run_all();
    take_printed(evaluator_, log);
    return result;
  }

  /// In steps of evaluation, roughly; the same on every machine.
  std::int64_t work() const { return kStepsPerPlacer + work_ + evaluator_.total_steps(); }

  PlacePointResult run(const Point& point, PlaceLog* log) {
    PlacePointResult result = run_one(point);
    take_printed(evaluator_, log);
    return result;
  }

  /// By columns where possible, point by point where not. Nothing if run() has to decide: the
  /// function cannot be compiled, or whether it fails depends on what evaluating the earlier points
  /// has left behind. Precondition: nothing prints.
  std::optional<PlaceResult> run_columns() {
    if (!columns::understands(symbols_.profile)) return std::nullopt;
    launch_.ipoint = integers(domain_.lo);
    auto compiled =
        columns::Tracer(symbols_, domain_, machine_, budget_, launch_).compile(function_);
    if (!compiled) return std::nullopt;
    work_ += kStepsPerTraced * compiled->steps;
    work_ += volume_ * static_cast<std::int64_t>(compiled->program.code.size()) / kColumnsPerStep;
    OwnerTableBuilder table(static_cast<std::size_t>(volume_), machine_.nodes,
                            machine_.count(compiled->kind));
    for (const ProcessorSet& set : compiled->sets) table.encode(set);
    columns::Runner runner(compiled->program);
    for (std::int64_t first = 0; first < volume_; first += columns::kBlock) {
      const int count = static_cast<int>(std::min<std::int64_t>(volume_ - first, columns::kBlock));
      OwnerTable::Code* codes = table.codes().data() + first;
      const bool failures = runner.run(first, count, codes);
      for (int k = 0; k < count; ++k) {
        if (!failures || !runner.failed(k)) {
          auto mixed = see(compiled->kind, [&] { return domain_.at(first + k); });
          if (mixed) return std::move(*mixed);
          if (failures) continue;
          break;
        }
        const auto owner = evaluate(domain_.at(first + k));
        if (!owner && (compiled->saw_empty_machine || depends_on_history(owner.error())))
          return std::nullopt;
        if (!owner) return tl::unexpected(owner.error());
        if (!*owner) return PlaceResult(std::nullopt);
        if (*seen_ != compiled->kind) return std::nullopt;
        codes[k] = table.encode(**owner);
      }
    }
    if (!placed_kind()) return PlaceResult(std::nullopt);
    return Placement{compiled->kind, std::move(table).finish(), {}};
  }

 private:
  using OwnerResult = tl::expected<std::optional<ProcessorSet>, Diagnostic>;

  /// Steps and depth depend on which global variables and machines an evaluator already knows.
  static bool depends_on_history(const Diagnostic& diagnostic) {
    return diagnostic.code == info(Finding::OutOfSteps).code ||
           diagnostic.code == info(Finding::TooDeepCalls).code;
  }

  // As measured: what else takes how long, compared with a step of evaluation.
  static constexpr std::int64_t kStepsPerPlacer = 50;
  static constexpr std::int64_t kStepsPerTraced = 8;
  static constexpr std::int64_t kColumnsPerStep = 32;

  static EvaluationBudget budget(std::int64_t volume, const std::int64_t* steps) {
    EvaluationBudget budget;
    budget.steps_total += 1000 * volume;
    if (steps != nullptr) {
      budget.steps_total = std::clamp<std::int64_t>(*steps, 0, budget.steps_total);
      budget.steps_per_call = std::min(budget.steps_per_call, budget.steps_total);
    }
    return budget;
  }

  PlaceResult run_all() {
    if (auto failed = failed_prints()) return std::move(*failed);
    std::vector<ProcessorSet> owners;
    owners.reserve(static_cast<std::size_t>(volume_));
    for (std::int64_t i = 0; i < volume_; ++i) {
      auto owner = evaluate(domain_.at(i));
      if (!owner) return tl::unexpected(std::move(owner.error()));
      if (!*owner) return std::nullopt;
      owners.push_back(std::move(**owner));
    }
    const auto kind = placed_kind();
    if (!kind) return std::nullopt;
    OwnerTableBuilder table(owners.size(), machine_.nodes, machine_.count(*kind));
    for (std::size_t i = 0; i < owners.size(); ++i) table.codes()[i] = table.encode(owners[i]);
    return Placement{*kind, std::move(table).finish(), {}};
  }

  PlacePointResult run_one(const Point& point) {
    if (auto failed = failed_prints()) return std::move(*failed);
    auto owner = evaluate(point);
    if (!owner) return tl::unexpected(std::move(owner.error()));
    if (!*owner || !placed_kind()) return std::nullopt;
    return PointPlacement{*seen_, std::move(**owner), {}};
  }

  std::optional<tl::unexpected<Diagnostic>> failed_prints() {
    if (evaluator_.run_prints()) return std::nullopt;
    return tl::unexpected<Diagnostic>(located(*evaluator_.error(), source_, function_,
                                              "a print outside functions", &evaluator_, machine_));
  }

  /// Nothing: the function is for another machine.
  OwnerResult evaluate(const Point& point) {
    launch_.ipoint = integers(point);
    const Value value = evaluator_.call(function_, launch_);
    if (evaluator_.error()) {
      if (symbols_.profile.maps_travel && evaluator_.saw_empty_machine()) return std::nullopt;
      return failure(*evaluator_.error(), point, true);
    }
    const auto result_kind = kind_of(value);
    if (!result_kind) {
      return failure(diagnose(Finding::WrongResult, result_span(function_), function_.name.value,
                              describe(value)),
                     point, false);
    }
    auto mixed = see(*result_kind, [&] { return point; });
    if (mixed) return std::move(*mixed);
    auto set = to_set(value);
    if (!set) return failure(diagnose(Finding::SeveralNodes, result_span(function_)), point, false);
    return set;
  }

  /// Notes the kind that a point is placed on; a failure if those before it are on another.
  template <typename MakePoint>
  std::optional<tl::unexpected<Diagnostic>> see(ProcessorKind kind, MakePoint point) {
    if (!seen_) seen_ = kind;
    if (*seen_ == kind) return std::nullopt;
    return failure(
        diagnose(Finding::MixedKinds, result_span(function_), to_string(*seen_), to_string(kind)),
        point(), false);
  }

  /// That of all points; of no points, the one asked for. Nothing if another one is asked for.
  std::optional<ProcessorKind> placed_kind() const {
    return !seen_ || !wanted_ || *seen_ == *wanted_ ? (seen_ ? seen_ : wanted_) : std::nullopt;
  }

  tl::unexpected<Diagnostic> failure(Diagnostic diagnostic, const Point& point,
                                     bool evaluating) const {
    const std::string subject = fmt::format("point {} of the launch domain {}",
                                            castra::to_string(point), castra::to_string(domain_));
    return tl::unexpected<Diagnostic>(located(std::move(diagnostic), source_, function_, subject,
                                              evaluating ? &evaluator_ : nullptr, machine_));
  }

  const Symbols& symbols_;
  const SourceFile& source_;
  const FunctionDef& function_;
  const Rect& domain_;
  const MachineShape& machine_;
  std::int64_t volume_;
  const EvaluationBudget budget_;
  Evaluator evaluator_;
  std::int64_t work_ = 0;
  LaunchPoint launch_;
  const std::optional<ProcessorKind> wanted_;
  std::optional<ProcessorKind> seen_;  ///< of the points so far
};

/// A function that can only place on other kinds is not evaluated.
bool may_place_on(const Symbols& symbols, const FunctionDef& function,
                  std::optional<ProcessorKind> kind) {
  if (!kind) return true;
  const std::set<ProcessorKind> kinds = reachable_kinds(symbols, function);
  return kinds.empty() || kinds.contains(*kind);
}

}  // namespace

PlaceResult place_points(const Symbols& symbols, const SourceFile& source,
                         const FunctionDef& function, std::optional<ProcessorKind> kind,
                         const LaunchQuery& query, const MachineShape& machine, PlaceLog* log,
                         PlaceEngine engine, std::int64_t* steps) {
  if (!may_place_on(symbols, function, kind)) return std::nullopt;
  const auto volume = bounded_volume(query.domain);
  if (!volume) {
    return tl::unexpected(diagnose(Finding::DomainTooLarge, function.header,
                                   to_string(query.domain), kMaxDomainPoints));
  }
  const bool prints = (symbols.functions_print || !symbols.prints.empty()) &&
                      function_inputs(symbols, function).prints;
  const std::int64_t fewest = engine == PlaceEngine::Columns ? 1 : kFewestColumnPoints;
  if (engine != PlaceEngine::Tree && *volume >= fewest && !prints) {
    Placer placer(symbols, source, function, kind, query, machine, *volume, steps);
    auto placed = placer.run_columns();
    if (steps != nullptr) *steps -= placer.work();
    if (placed) return std::move(*placed);
  }
  Placer placer(symbols, source, function, kind, query, machine, *volume, steps);
  PlaceResult placed = placer.run(log);
  if (steps != nullptr) *steps -= placer.work();
  return placed;
}

PlacePointResult place_point(const Symbols& symbols, const SourceFile& source,
                             const FunctionDef& function, std::optional<ProcessorKind> kind,
                             const LaunchQuery& query, const MachineShape& machine,
                             const Point& point, PlaceLog* log) {
  if (!may_place_on(symbols, function, kind)) return std::nullopt;
  return Placer(symbols, source, function, kind, query, machine, 1).run(point, log);
}

SinglePlaceResult place_single(const Symbols& symbols, const SourceFile& source,
                               const FunctionDef& function, const SingleQuery& query,
                               const MachineShape& machine, PlaceLog* log) {
  std::vector<LaunchPoint> family(query.ancestors.size() + 1);
  for (std::size_t i = 0; i < family.size(); ++i) {
    const RunningTask& task = i == 0 ? query.where : query.ancestors[i - 1];
    family[i].name = task.name;
    family[i].place = TaskPlace{task.kind, {task.node, task.index}};
    family[i].parent = i + 1 < family.size() ? &family[i + 1] : nullptr;
  }
  family.front().region_bytes = query.region_bytes;
  Evaluator evaluator(symbols, machine, {});
  const Value value = evaluator.run_prints() ? evaluator.call(function, family.front()) : Value();
  take_printed(evaluator, log);
  const auto failure = [&](Diagnostic diagnostic, const Evaluator* failed) {
    const std::string subject = fmt::format("task `{}`", quoted_excerpt(query.where.name));
    return tl::unexpected<Diagnostic>(
        located(std::move(diagnostic), source, function, subject, failed, machine));
  };
  if (evaluator.error()) {
    const bool other_kind = evaluator.error()->code == info(Finding::WrongProcessor).code;
    const bool inactive = other_kind || evaluator.saw_empty_machine();
    if (inactive && symbols.profile.maps_travel) return std::nullopt;
    return failure(*evaluator.error(), &evaluator);
  }
  const auto kind = kind_of(value);
  if (!kind) {
    return failure(
        diagnose(Finding::WrongResult, result_span(function), function.name.value, describe(value)),
        nullptr);
  }
  if (*kind != query.where.kind) {
    if (symbols.profile.maps_travel) return std::nullopt;
    return failure(
        diagnose(Finding::MapForOtherKind, function.header, quoted_excerpt(query.where.name),
                 to_string(query.where.kind), function.name.value, to_string(*kind)),
        nullptr);
  }
  auto set = to_set(value);
  if (!set) return failure(diagnose(Finding::SeveralNodes, result_span(function)), nullptr);
  return SinglePlacement{*kind, std::move(*set), {}};
}

bool takes_one_task(const FunctionDef& function) {
  if (function.parameters.size() != 1) return false;
  const ParameterType type = function.parameters.front().type;
  return type == ParameterType::Task || type == ParameterType::Untyped;
}

std::string parameters_text(const FunctionDef& function) {
  if (function.parameters.empty()) return "no parameter";
  std::string out;
  for (const Parameter& parameter : function.parameters) {
    if (!out.empty()) out += ", ";
    if (parameter.type != ParameterType::Untyped)
      out += std::string(to_string(parameter.type)) + " ";
    out += parameter.name.value;
  }
  return "`" + out + "`";
}

}  // namespace castra::lang
