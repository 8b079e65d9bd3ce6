#include "lang/types.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lang/program_types.h"
#include "lang_test_util.h"

namespace castra::lang {
namespace {

using testing::ElementsAre;

/// The inferred type of the global variable `x`.
std::string type(const std::string& expression, const std::string& before = "") {
  const Compiled c = compile_text(before + " x = " + expression + "; y = x;");
  if (c.policy == nullptr) return "refused: " + c.rendered;
  return to_string(infer_types(c->program()).variables.at("x"));
}

TEST(Types, OfExpressions) {
  EXPECT_EQ(type("1 + 2"), "int");
  EXPECT_EQ(type("(1, 2) < 3"), "bool");
  EXPECT_EQ(type("(1, 2) + 1"), "tuple of 2 int");
  EXPECT_EQ(type("(1, True)"), "tuple of 2");
  EXPECT_EQ(type("(1, *(2, 3), 4)"), "tuple of 4 int");
  EXPECT_EQ(type("((1, 2), (3, 4))"), "tuple of 2 tuple of 2 int");
  EXPECT_EQ(type("()"), "tuple of 0");
  EXPECT_EQ(type("range(4)"), "tuple of 4 int");
  EXPECT_EQ(type("range(1, 4)"), "tuple of int");
  EXPECT_EQ(type("tuple(i > 1 for i in (1, 2, 3))"), "tuple of 3 bool");
  EXPECT_EQ(type("tuple(i for i in (1, 2, 3) if i > 1)"), "tuple of int");
  EXPECT_EQ(type("(1, 2, 3, 4)[1:-1]"), "tuple of 2 int");
  EXPECT_EQ(type("(1, 2)[0]"), "int");
  EXPECT_EQ(type("max((1, 2), 3)"), "tuple of 2 int");
  EXPECT_EQ(type("max(1, 2)"), "int");
  EXPECT_EQ(type("*"), "wildcard");
  EXPECT_EQ(type("\"a\" == \"b\""), "bool");
  EXPECT_EQ(type("True ? 1 : *"), "unknown");
}

TEST(Types, OfMachines) {
  EXPECT_EQ(type("Machine(GPU)"), "GPU machine of 2 dimensions");
  EXPECT_EQ(type("Machine(k)", "k = OMP;"), "OMP machine of 2 dimensions");
  EXPECT_EQ(type("Machine(GPU).split(1, 2).size"), "tuple of 3 int");
  EXPECT_EQ(type("Machine(GPU).merge(0, 1)[0]"), "GPU point");
  EXPECT_EQ(type("Machine(GPU)[0, *]"), "GPU points");
  EXPECT_EQ(type("Machine(GPU)[*i]", "i = (0, 1);"), "GPU point");
  EXPECT_EQ(type("Machine(GPU).auto_split(0, (4, 4))[:2]"), "tuple of 2 int");
}

TEST(Types, ResultsOfCallsFollowTheArguments) {
  const std::string pick = "def pick(MSpace m, int i) { return m[0, i]; }";
  EXPECT_EQ(type("pick(Machine(GPU), 1)", pick), "GPU point");
  EXPECT_EQ(type("pick(Machine(CPU), 1)", pick + " z = pick(Machine(GPU), 0); w = z;"),
            "CPU point");
  EXPECT_EQ(type("fact(4)", "def fact(int n) { return n < 2 ? 1 : n * fact(n - 1); }"), "int");
  EXPECT_EQ(type("even(4)",
                 "def even(int n) { return n == 0 || odd(n - 1); } "
                 "def odd(int n) { return n != 0 && even(n - 1); }"),
            "bool");
  EXPECT_EQ(type("twice((1, 2))", "def twice(t) { return (*t, *t); }"), "tuple of 4 int");
}

TEST(Types, OfFunctions) {
  const Compiled c = compile_text(
      "g = Machine(GPU); c = Machine(CPU);\n"
      "def pick(MSpace m, IPoint p) { i = p[0] % m.size[1]; return m[0, i]; }\n"
      "def on_gpu(Task t) { return pick(g, t.ipoint); }\n"
      "def on_cpu(Task t) { return pick(c, t.ipoint); }\n"
      "IndexTaskMap * on_gpu; IndexTaskMap CPU on_cpu;");
  ASSERT_NE(c.policy, nullptr) << c.rendered;
  const ProgramTypes types = infer_types(c->program());
  const auto& functions = types.functions;
  EXPECT_EQ(to_string(functions.at("on_gpu").result), "GPU point");
  EXPECT_THAT(c->program().kinds.at("on_gpu"), ElementsAre(ProcessorKind::Gpu));
  EXPECT_FALSE(c->program().kinds.contains("pick")) << "no rule names it";
  const FunctionTypes& pick = functions.at("pick");
  EXPECT_EQ(to_string(pick.result), "point") << "of either kind";
  EXPECT_EQ(to_string(pick.parameters[0]), "machine of 2 dimensions");
  EXPECT_EQ(to_string(pick.parameters[1]), "tuple of int");
  EXPECT_EQ(to_string(pick.locals.at("i")), "int");
}

TEST(Types, OfEveryExpressionCalledOrNot) {
  const Compiled c = compile_text("def alone(IPoint p) { return p[0] + 1; }");
  ASSERT_NE(c.policy, nullptr) << c.rendered;
  const CheckedProgram& program = c->program();
  const ProgramTypes types = infer_types(program);
  const FunctionDef& alone = *program.symbols.functions.at("alone");
  const auto& result = std::get<ReturnStmt>(alone.body.front().node);
  EXPECT_EQ(to_string(*types.expressions.find(*result.value)), "int");
  const auto& sum = std::get<BinaryExpr>(result.value->node);
  EXPECT_EQ(to_string(*types.expressions.find(*sum.left)), "int");
}

TEST(Types, FindErrorsInLengthsAndElements) {
  const auto codes = [](const std::string& text) {
    return compile_text(text).codes(Severity::Error);
  };
  EXPECT_THAT(codes("x = (1, 2) + (1, 2, 3);"), ElementsAre("E0516"));
  EXPECT_THAT(codes("x = (True, False) + 1;"), ElementsAre("E0215"));
  EXPECT_THAT(codes("x = (1, 2)[-3];"), ElementsAre("E0504"));
  EXPECT_THAT(codes("m = Machine(GPU); x = m[*(1, 2, 3)];"), ElementsAre("E0515"));
  EXPECT_THAT(codes("def f(ISpace s) { return s[0]; } x = f((True, False));"),
              ElementsAre("E0208"));
  EXPECT_THAT(codes("x = 1 / 0;"), ElementsAre("E0502")) << "used or not";
  EXPECT_THAT(codes("def half(int n) { return n / (n - n); } x = half(4);"), ElementsAre("E0502"));
  EXPECT_THAT(codes("m = Machine(GPU); x = 1 / m.size[1];"), ElementsAre())
      << "depends on the machine";
}

TEST(Types, ManyCombinationsOfArgumentsCostNoMoreThanTheBudget) {
  std::string text = "def f0(a, b, c) { return a; }\n";
  for (int i = 1; i < 60; ++i) {
    const std::string f = "f" + std::to_string(i - 1);
    text += "def f" + std::to_string(i) + "(a, b, c) { return (" + f + "(b, c, (a,)), " + f +
            "((a, b), c, b), " + f + "(1, True, a)); }\n";
  }
  EXPECT_NE(compile_text(text + "x = f59(1, 2, 3); y = x.len;").policy, nullptr);
}

}  // namespace
}  // namespace castra::lang
