#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <vector>

#include "lang/check_against.h"
#include "lang/check_against_impl.h"
#include "lang/diagnostics.h"
#include "lang/placement.h"
#include "lang/range_analysis.h"

/// Index functions whose launches are not known, or too large to try.
namespace castra::lang::detail {
namespace {

constexpr int kMaxDimensions = 6;          // of a launch, as Legion is built
constexpr int kUsualDimensions = 3;        // tried for functions that fit any number
constexpr std::int64_t kTryPoints = 4096;  // of one launch tried for a failure
/// For all functions together, in steps of evaluation: below a second. Functions beyond it are not
/// looked at, which only a program of hundreds of intricate functions reaches.
constexpr std::int64_t kWork = 10'000'000;
constexpr std::int64_t kStepsPerAbstractStep = 4;  // as measured

constexpr bool kSingle = true;  // a map of single tasks
constexpr std::string_view kEverywhere = "at every point of every launch";

/// Launch domains to try: small ones, ones that divide evenly and not, and ones with more points in
/// a dimension than the machine has nodes, processors, or both.
std::vector<Rect> domains_to_try(int dimensions, const MachineShape& machine, ProcessorKind kind) {
  std::set<std::int64_t> extents = {1, 2, 3, 4, 5, 7, 8};
  for (const std::int64_t size : {std::int64_t{machine.nodes}, std::int64_t{machine.count(kind)},
                                  std::int64_t{machine.nodes} * machine.count(kind)}) {
    extents.insert(size);
    extents.insert(size + 1);
    extents.insert(2 * size + 1);
  }
  std::vector<Rect> domains;
  const auto add = [&](const Point& extent) {
    const Rect rect = rect_of_extents(extent);
    if (volume_within(rect, kTryPoints)) domains.push_back(rect);
  };
  for (const std::int64_t extent : extents) {
    if (extent < 1) continue;
    add(Point(static_cast<std::size_t>(dimensions), extent));
    if (dimensions == 1) continue;
    for (int d = 0; d < dimensions; ++d) {
      Point long_one(static_cast<std::size_t>(dimensions), 2);
      long_one[static_cast<std::size_t>(d)] = extent;
      add(long_one);
    }
  }
  return domains;
}

class RangeCheck {
 public:
  RangeCheck(const Subject& subject, const Program* program, const Machine* machine,
             DiagnosticSink& sink)
      : subject_(subject), program_(program), machine_(machine), sink_(sink) {
    if (machine != nullptr) {
      shape_ = machine->shape();
    } else if (program != nullptr) {
      shape_ = program->machine.shape();
    }
  }

  void run() {
    std::set<std::string> tried =
        program_ != nullptr ? check_large_launches() : std::set<std::string>{};
    for (const auto& [name, function] : subject_.symbols.functions) {
      if (!takes_one_task(*function)) continue;
      if (bound_by(name, kSingle) && check_single(*function)) continue;
      if (!tried.contains(name) && is_index_function(*function)) check_function(*function);
    }
  }

 private:
  bool bound_by(std::string_view function, bool single) const {
    return std::ranges::any_of(subject_.ast.statements, [&](const Statement& statement) {
      const auto* map = std::get_if<MapStmt>(&statement.node);
      return map != nullptr && map->single == single && map->function.value == function;
    });
  }

  /// Bound by IndexTaskMap; or by nothing, but of a form that could be.
  bool is_index_function(const FunctionDef& function) const {
    if (bound_by(function.name.value, !kSingle)) return true;
    return !bound_by(function.name.value, kSingle) &&
           function.parameters.front().type == ParameterType::Task;
  }

  /// Whether it was reported: what fails for some single tasks may never be asked for them.
  bool check_single(const FunctionDef& function) {
    const RangeReport report = RangeAnalysis::over_single_tasks(subject_.symbols, function, shape_);
    work_left_ -= kStepsPerAbstractStep * report.steps;
    const auto failure = worst(report);
    if (!report.always_fails() || !failure) return false;
    report_failure(function, *failure, failure->text, "for every single task");
    return true;
  }

  /// Launches beyond the budget of evaluation, by their domains. Returns the functions that some
  /// recorded launch was tried with.
  std::set<std::string> check_large_launches() {
    std::set<std::string> tried;
    std::int64_t budget = kPointBudget;
    for (const Launch& launch : program_->launches) {
      const Task* task = program_->find_task(launch.task);
      if (!launch.domain || task == nullptr) continue;
      const Machine& machine = machine_ != nullptr ? *machine_ : program_->machine;
      const auto kind = chosen_kind(subject_.policy, *task, machine);
      if (!kind) continue;
      const auto bound = subject_.policy.index_map(launch.task, *kind);
      if (!bound) continue;
      tried.insert(bound->value);
      if (volume_within(*launch.domain, budget)) {
        budget -= launch.domain->volume();
        continue;
      }
      const auto function = subject_.symbols.functions.find(bound->value);
      if (function == subject_.symbols.functions.end()) continue;
      const RangeReport report =
          RangeAnalysis::over_domain(subject_.symbols, *function->second, *shape_, *launch.domain);
      if (report.inactive || report.safe()) continue;
      const auto failure = worst(report);
      if (!failure) continue;
      const std::string where =
          fmt::format("{}, in the launch {} of `{}`, which is too large to try", failure->text,
                      castra::to_string(*launch.domain), launch.task);
      report_failure(*function->second, *failure, where, report.always_fails() ? kEverywhere : "");
    }
    return tried;
  }

  /// The failure to tell: with certainty the last, which ended the evaluation.
  static std::optional<RangeFailure> worst(const RangeReport& report) {
    if (report.failures.empty()) return std::nullopt;
    return report.always_fails() ? report.failures.back() : report.failures.front();
  }

  /// `always`: where; empty if it does not always fail.
  void report_failure(const FunctionDef& function, const RangeFailure& failure,
                      const std::string& text, std::string_view always) {
    const std::string& name = function.name.value;
    Diagnostic d = always.empty()
                       ? diagnose(Finding::MayFail, failure.span, name, text)
                       : diagnose(Finding::AlwaysFails, failure.span, name, always, text);
    d.help = launch_help(failure.finding);
    if (failure.finding == Finding::IndexOutsideMachine)
      suggest_dimensions(find_wrong_dimensions(function, failure.span), d);
    sink_.report(std::move(d));
  }

  void check_function(const FunctionDef& function) {
    std::vector<RangeReport> reports;
    std::optional<int> smallest;  // number of dimensions with which it works somewhere
    for (int dimensions = 1; dimensions <= kMaxDimensions; ++dimensions) {
      if (work_left_ <= 0) return;
      reports.push_back(
          RangeAnalysis::over_launches(subject_.symbols, function, shape_, dimensions));
      const RangeReport& report = reports.back();
      work_left_ -= kStepsPerAbstractStep * report.steps;
      if (report.inactive) return;
      if (!smallest && !report.always_fails()) smallest = dimensions;
    }
    if (!smallest) {
      if (const auto failure = common_failure(reports))
        report_failure(function, *failure, failure->text, kEverywhere);
      return;
    }
    if (check_modulus(function, reports[static_cast<std::size_t>(*smallest) - 1])) return;
    if (machine_ == nullptr) return;  // on which machine it should work is not known
    const int last = std::max(kUsualDimensions, *smallest);
    for (int dimensions = *smallest; dimensions <= last; ++dimensions) {
      const RangeReport& report = reports[static_cast<std::size_t>(dimensions) - 1];
      if (report.always_fails() || report.safe()) continue;
      if (find_failure(function, dimensions)) return;
    }
  }

  /// Of the failures with every number of dimensions, one that is not about their number.
  static std::optional<RangeFailure> common_failure(const std::vector<RangeReport>& reports) {
    std::optional<RangeFailure> found;
    for (const RangeReport& report : reports) {
      const auto failure = worst(report);
      if (!failure) return std::nullopt;
      const bool about_dimensions = failure->finding == Finding::IndexOutsideTuple ||
                                    failure->finding == Finding::TupleLengths ||
                                    failure->finding == Finding::WrongIndexCount;
      if (!found || !about_dimensions) found = failure;
    }
    return found;
  }

  /// An index taken modulo the wrong dimension where that is not proven to be harmless.
  bool check_modulus(const FunctionDef& function, const RangeReport& report) {
    for (const RangeFailure& failure : report.failures) {
      if (failure.finding != Finding::IndexOutsideMachine ||
          failure.function != function.name.value)
        continue;
      const auto wrong = find_wrong_dimensions(function, failure.span);
      for (const WrongDimension& one : wrong) {
        Diagnostic d =
            diagnose(Finding::WrongModulus, failure.span, one.index, one.machine, one.dimension);
        d.help = fmt::format("write `{0}.size[{1}]`: index {1} runs over dimension {1}",
                             one.machine, one.index);
        d.fixes = fixes_of(one);
        sink_.report(std::move(d));
      }
      if (!wrong.empty()) return true;
    }
    return false;
  }

  /// Looks for a launch at which the function fails; what is only not proven is not reported.
  bool find_failure(const FunctionDef& function, int dimensions) {
    for (const ProcessorKind kind : kAllProcessorKinds) {
      if (shape_->count(kind) == 0) continue;
      for (const Rect& domain : domains_to_try(dimensions, *shape_, kind)) {
        const auto result = place_points(subject_.symbols, subject_.policy.source(), function,
                                         std::nullopt, {{}, kind, domain, {}}, *shape_, nullptr,
                                         PlaceEngine::Automatic, &work_left_);
        if (work_left_ <= 0) return false;
        if (result) continue;
        const Diagnostic& failed = result.error();
        Diagnostic d = diagnose(Finding::MayFail, failed.span, function.name.value, failed.message);
        d.help = failed.help;
        suggest_dimensions(find_wrong_dimensions(function, failed.span), d);
        sink_.report(std::move(d));
        return true;
      }
    }
    return false;
  }

  const Subject& subject_;
  const Program* program_;
  const Machine* machine_;
  DiagnosticSink& sink_;
  std::optional<MachineShape> shape_;
  std::int64_t work_left_ = kWork;
};

}  // namespace

void check_ranges(const Subject& subject, const Program* program, const Machine* machine,
                  DiagnosticSink& sink) {
  RangeCheck(subject, program, machine, sink).run();
}

}  // namespace castra::lang::detail
