#include "lang/range_analysis.h"

#include <algorithm>
#include <string>
#include <vector>

#include "check_property.h"
#include "lang/checker.h"
#include "lang/evaluator.h"
#include "lang/parser.h"
#include "lang/policy.h"

namespace castra::lang {
namespace {

/// Random functions of the whole expression language, with a leaning towards what index maps do.
class Writer {
 public:
  explicit Writer(int dimensions) : dimensions_(dimensions) {}

  std::string number(int depth) {
    if (depth <= 0) return leaf();
    const std::string a = number(depth - 1);
    const std::string b = number(depth - 1);
    switch (pick_number<int>(0, 23)) {
      case 20:
        return "(" + tuple(depth - 1) + ")[0:" + number(0) + "][0]";
      case 21:
        return "(" + a + " * 70000 * " + b + ")";
      case 0:
        return "(" + a + " + " + b + ")";
      case 1:
        return "(" + a + " - " + b + ")";
      case 2:
        return "(" + a + " * " + b + ")";
      case 3:
      case 4:
        return "(" + a + " / " + b + ")";
      case 5:
      case 6:
        return "(" + a + " % " + b + ")";
      case 7:
        return "(" + truth(depth - 1) + " ? " + a + " : " + b + ")";
      case 8:
        return "(" + tuple(depth - 1) + ")[" + std::to_string(pick_number<int>(-2, 2)) + "]";
      case 9:
        return "h(" + a + ", " + b + ")";
      case 10:
        return "-" + a;
      case 11:
        return "(" + tuple(depth - 1) + " * " + tuple(depth - 1) + ").volume";
      case 12:
        return "tuple(" + a + " + i for i in range(3) if i != 1)[1]";
      case 14:
        return "min(" + a + ", " + b + ")";
      case 15:
        return "max(" + tuple(depth - 1) + ")";
      case 16:
        return "abs(" + a + ")";
      case 17:
        return "ceil_div(" + a + ", " + b + ")";
      case 18:
        return "sum(" + tuple(depth - 1) + ")";
      case 13:
        return coordinate() + " * " + size() + " / " + extent();
      default:
        return leaf();
    }
  }

  std::string truth(int depth) {
    const std::string a = number(depth - 1);
    const std::string b = number(depth - 1);
    switch (pick_number<int>(0, 8)) {
      case 0:
        return a + " < " + b;
      case 1:
        return a + " <= " + b;
      case 2:
        return a + " == " + b;
      case 3:
        return a + " != " + b;
      case 4:
        return "(" + a + " > " + b + " && " + b + " >= 0)";
      case 5:
        return "(" + a + " > 0 || " + b + " / " + a + " == 0)";
      case 6:
        return "!(" + a + " > " + b + ")";
      default:
        return tuple(depth - 1) + " == " + tuple(depth - 1);
    }
  }

  /// An index that is likely, but not certain, to lie inside `size`.
  std::string index(const std::string& size) {
    switch (pick_number<int>(0, 9)) {
      case 6:
        return "-1";
      case 7:
        return number(1) + " % " + size + " - 1";
      case 0:
        return number(2) + " % " + size;
      case 1:
        return coordinate() + " * " + size + " / " + extent();
      case 2:
        return coordinate() + " / " + number(1) + " % " + size;
      case 3: {
        const std::string x = number(1);
        return x + " >= 0 && " + x + " < " + size + " ? " + x + " : " + size + " - 1";
      }
      case 4:
        return coordinate() + " / ((" + extent() + " + " + size + " - 1) / " + size + ")";
      default:
        return number(2);
    }
  }

  /// A machine made from `m`, indexed.
  std::string point() {
    const std::string factor = std::to_string(pick_number<int>(1, 4));
    switch (pick_number<int>(0, 12)) {
      case 0:
        return "m.merge(0, 1)[" + index("m.volume") + "]";
      case 1:
        return "m.split(1, " + factor + ")[" + index("m.size[0]") + ", " + index(factor) + ", " +
               index("(m.size[1] / " + factor + ")") + "]";
      case 2:
        return "m.merge(0, 1).split(0, " + factor + ")[" + index(factor) + ", " +
               index("(m.volume / " + factor + ")") + "]";
      case 3:
        return "m.swap(0, 1)[" + index("m.size[1]") + ", " + index("m.size[0]") + "]";
      case 4:
        return "m[" + index("m.size[0]") + ", *]";
      default:
        return "m[" + index("m.size[0]") + ", " + index("m.size[1]") + "]";
    }
  }

  std::string coordinate() { return "t.ipoint[" + dimension() + "]"; }
  std::string extent() { return "t.ispace[" + dimension() + "]"; }
  static std::string size() { return pick_number<int>(0, 2) == 0 ? "m.size[0]" : "m.size[1]"; }

 private:
  std::string dimension() { return std::to_string(pick_number<int>(0, dimensions_)); }
  std::string leaf() {
    switch (pick_number<int>(0, 6)) {
      case 0:
        return coordinate();
      case 1:
        return extent();
      case 2:
        return size();
      case 3:
        return "x";
      default:
        return std::to_string(pick_number<int>(0, 6));
    }
  }
  std::string tuple(int depth) {
    switch (pick_number<int>(0, 3)) {
      case 0:
        return "t.ipoint";
      case 1:
        return "m.size";
      default:
        return "(" + number(depth - 1) + ", " + number(depth - 1) + ")";
    }
  }

  int dimensions_;
};

struct Program {
  Program(const std::string& text, const Profile& profile) : source("t.castra", text) {
    DiagnosticSink sink;
    ast = parse(source, sink, profile);
    RC_ASSERT(!sink.has_errors());
    symbols = collect_symbols(ast, profile);
  }
  SourceFile source;
  Ast ast;
  Symbols symbols;
};

const std::string kBefore =
    "m = Machine(GPU);\ndef h(a, b) { return a < b ? a * b : a % (b * b + 1); }\n";

MachineShape machine_of(int nodes, int per_node) {
  MachineShape shape;
  shape.nodes = nodes;
  for (const ProcessorKind kind : kAllProcessorKinds) shape.set(kind, per_node);
  return shape;
}

Rect random_domain(int dimensions) {
  Point extents;
  for (int d = 0; d < dimensions; ++d) extents.push_back(pick_number<std::int64_t>(1, 6));
  return rect_of_extents(extents);
}

/// Calls `visit` with the value of `f` at every point of a domain.
template <typename Visit>
void for_each_value(const Program& program, const MachineShape& shape, const Rect& domain,
                    Visit&& visit) {
  Evaluator evaluator(program.symbols, shape, EvaluationBudget{});
  const auto tuple = [](const Point& point) {
    return std::make_shared<const Tuple>(point.begin(), point.end());
  };
  LaunchPoint launch;
  launch.ispace = tuple(domain.extents());
  for (std::int64_t i = 0; i < domain.volume(); ++i) {
    launch.ipoint = tuple(domain.at(i));
    const Value value = evaluator.call(*program.symbols.functions.at("f"), launch);
    visit(value, evaluator.error().has_value());
  }
}

/// Whether the value is among those found; what was given up holds everything.
bool holds(const AbstractValue& all, const Value& value) {
  if (all.any()) return true;
  if (const auto* number = value.as<std::int64_t>()) {
    const auto* range = all.as<Number>();
    return range != nullptr && range->range.contains(*number);
  }
  if (const auto* truth = value.as<bool>()) {
    const auto* either = all.as<Truth>();
    return either != nullptr && (*truth ? either->may_hold : either->may_fail);
  }
  if (const Tuple* tuple = value.tuple()) {
    const AbstractTuple* items = all.tuple();
    if (items == nullptr || items->size() != tuple->size()) return false;
    for (std::size_t i = 0; i < items->size(); ++i) {
      if (!holds((*items)[i], (*tuple)[i])) return false;
    }
    return true;
  }
  if (const auto* point = value.as<MachinePoint>()) {
    const auto* some = all.as<AbstractPoint>();
    return some != nullptr && (!some->kind || *some->kind == point->kind);
  }
  if (const auto* set = value.as<std::shared_ptr<const MachineSet>>()) {
    const auto* some = all.as<AbstractPoint>();
    if (some == nullptr || !some->several || (some->kind && *some->kind != (*set)->kind))
      return false;
    const auto& processors = (*set)->processors;
    return !some->on_one_node || std::ranges::all_of(processors, [&](const Processor& processor) {
      return processor.node == processors.front().node;
    });
  }
  return true;
}

/// The published implementation's behaviour differs in most of what index functions are made of.
class RangeAnalysisProperties : public ::testing::TestWithParam<const char*> {
 protected:
  Profile profile() const { return *profile_named(GetParam()); }
};
INSTANTIATE_TEST_SUITE_P(Profiles, RangeAnalysisProperties,
                         ::testing::Values("castra", "dslmapper"));

std::string locals() {
  std::string text = "x = " + std::to_string(pick_number<int>(0, 4)) + "; ";
  if (pick_number<int>(0, 4) == 0)
    text += "x = x + " + std::to_string(pick_number<int>(1, 3)) + "; ";
  return text;
}

TEST_P(RangeAnalysisProperties, RangesHoldEveryValue) {
  int values = 0;
  check_property(
      "the range of an expression holds every value",
      [&] {
        const int dimensions = pick_number<int>(1, 4);
        Writer writer(dimensions);
        std::string text = kBefore + "def f(Task t) { " + locals();
        const int form = pick_number<int>(0, 6);
        text += form == 0   ? "return " + writer.point() + "; }"
                : form == 1 ? "return " + writer.truth(3) + "; }"
                            : "return " + writer.number(4) + "; }";
        const Program program(text, profile());
        const MachineShape shape = machine_of(pick_number<int>(1, 4), pick_number<int>(1, 5));
        const Rect domain = random_domain(dimensions);
        const FunctionDef& f = *program.symbols.functions.at("f");
        const bool machine_known = pick_number<int>(0, 2) == 0;
        const std::optional<MachineShape> machine =
            machine_known ? std::optional(shape) : std::nullopt;
        const RangeReport any =
            RangeAnalysis::over_launches(program.symbols, f, machine, dimensions);
        const RangeReport one = RangeAnalysis::over_domain(program.symbols, f, shape, domain);
        for_each_value(program, shape, domain, [&](const Value& value, bool failed) {
          if (failed) {
            for (const RangeReport* report : {&any, &one}) {
              if (report->complete && report->failures.empty())
                RC_FAIL("fails though nothing was found: " + text);
            }
            return;
          }
          ++values;
          for (const RangeReport* found : {&any, &one}) {
            const RangeReport& report = *found;
            if (!holds(report.value, value)) {
              const auto* range = report.value.as<Number>();
              RC_FAIL(to_string(value) + " is not in " +
                      (range != nullptr ? to_string(range->range) : "another type") + " of " +
                      text + " over " + castra::to_string(domain));
            }
          }
        });
      },
      2000);
  EXPECT_GT(values, 6000) << "the functions seldom work, so the test says little";
}

TEST_P(RangeAnalysisProperties, WhatIsProvenSafeNeverFails) {
  int proven = 0;
  int refuted = 0;
  check_property(
      "proven safe means safe, always failing means failing",
      [&] {
        const int dimensions = pick_number<int>(1, 4);
        Writer writer(dimensions);
        const std::string text =
            kBefore + "def f(Task t) { " + locals() + "return " + writer.point() + "; }";
        const Program program(text, profile());
        const MachineShape shape = machine_of(pick_number<int>(1, 4), pick_number<int>(1, 5));
        const std::optional<MachineShape> machine =
            pick_number<int>(0, 2) == 0 ? std::optional(shape) : std::nullopt;
        const RangeReport report = RangeAnalysis::over_launches(
            program.symbols, *program.symbols.functions.at("f"), machine, dimensions);
        proven += report.safe() ? 1 : 0;
        refuted += report.always_fails() ? 1 : 0;
        for (int i = 0; i < 4; ++i) {
          for_each_value(program, shape, random_domain(dimensions), [&](const Value&, bool failed) {
            if (failed && report.safe()) RC_FAIL("proven safe, but fails: " + text);
            if (!failed && report.always_fails()) RC_FAIL("does not always fail: " + text);
          });
        }
      },
      1500);
  EXPECT_GT(proven, 150) << "too little is proven for the test to say much";
  EXPECT_GT(refuted, 10);
}

}  // namespace
}  // namespace castra::lang
