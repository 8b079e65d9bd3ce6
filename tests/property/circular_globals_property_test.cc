#include <string>

#include "check_property.h"
#include "lang/checker.h"
#include "lang/checker_impl.h"
#include "lang/evaluator.h"
#include "lang/parser.h"

namespace castra::lang {
namespace {

std::string expression(int depth, bool in_function) {
  const auto below = [&] { return expression(depth - 1, in_function); };
  if (depth <= 0) {
    switch (pick_number<int>(0, 5)) {
      case 0:
        return std::string(1, static_cast<char>('a' + pick_number<int>(0, 3)));
      case 1:
        if (in_function) return "n";
        [[fallthrough]];
      default:
        return std::to_string(pick_number<int>(0, 3));
    }
  }
  switch (pick_number<int>(0, 7)) {
    case 0:
      return "(" + below() + " > " + below() + " ? " + below() + " : " + below() + ")";
    case 1:
      return "(" + below() + " > 1 && " + below() + " > 0 ? 1 : 2)";
    case 2:
      return "(" + below() + " + " + below() + ")";
    case 3:
      return "sum(tuple(" + below() + " for i in range(" + below() + ")))";
    case 4:
    case 5:
      return std::string(pick_number<int>(0, 2) == 0 ? "g" : "h") + "(" + below() + ")";
    default:
      return below();
  }
}

/// Evaluation as the oracle: what is reported never has a value.
TEST(CircularGlobalsProperty, WhatIsReportedHasNoValue) {
  int reported = 0;
  int silent = 0;
  check_property(
      "a global variable reported as circular cannot be evaluated",
      [&] {
        std::string text;
        for (const char* name : {"a", "b", "c"}) {
          const std::string variable = name;
          text += variable + " = " + expression(3, false) + ";\n";
          text += "def of_" + variable + "(Task t) { return " + variable + "; }\n";
        }
        for (const char* name : {"g", "h"}) {
          text += "def " + std::string(name) + "(int n) { x = " + expression(2, true) +
                  "; return x + " + expression(2, true) + "; }\n";
        }
        RC_LOG() << text;
        const Profile profile = pick_number<int>(0, 2) == 0 ? Profile{} : dslmapper();
        const SourceFile source("t", text);
        DiagnosticSink sink;
        const Ast ast = parse(source, sink, profile);
        RC_ASSERT(!sink.has_errors());
        const Symbols symbols = collect_symbols(ast, profile);
        detail::check_circles(symbols, sink);
        MachineShape shape;
        shape.nodes = 1;
        for (const Diagnostic& d : sink.diagnostics()) {
          const std::string variable(source.slice(d.span));
          Evaluator evaluator(symbols, shape, EvaluationBudget{});
          evaluator.call(*symbols.functions.at("of_" + variable), LaunchPoint{});
          RC_ASSERT(evaluator.error().has_value());
          ++reported;
        }
        silent += sink.diagnostics().empty() ? 1 : 0;
      },
      2000);
  EXPECT_GT(reported, 200);
  EXPECT_GT(silent, 200);
}

}  // namespace
}  // namespace castra::lang
