#include "server/occurrences.h"

#include <gtest/gtest.h>

#include "lang/parser.h"

namespace castra::server {
namespace {

/// "name@column->column" for every name with a definition, "name@column" for others.
std::string listing(const std::string& text) {
  const SourceFile source("t", text);
  DiagnosticSink sink;
  const lang::Ast ast = lang::parse(source, sink);
  EXPECT_FALSE(sink.has_errors()) << render_all(source, sink);
  std::string out;
  for (const Occurrence& o : find_occurrences(ast)) {
    EXPECT_EQ(source.slice(o.span), o.name);
    if (!out.empty()) out += ' ';
    out += o.name + "@" + std::to_string(o.span.begin);
    if (o.definition) out += "->" + std::to_string(o.definition->begin);
  }
  return out;
}

TEST(Occurrences, ResolveParametersLocalsAndGlobals) {
  EXPECT_EQ(listing("m = Machine(GPU); def f(Task t) { p = t.ipoint; return m[p[0], 0]; }"),
            "m@0->0 f@22->22 t@29->29 p@34->34 t@38->29 m@55->0 p@57->34");
}

TEST(Occurrences, LoopVariablesHideOthersInsideTheBodyOnly) {
  EXPECT_EQ(listing("i = 1; x = tuple(i for i in (i, i)) ; y = i;"),
            "i@0->0 x@7->7 i@17->23 i@23->23 i@29->0 i@32->0 y@38->38 i@42->0");
}

TEST(Occurrences, RulesNameTasksRegionsAndFunctions) {
  EXPECT_EQ(listing("Region a, b 1 GPU FBMEM; IndexTaskMap a f; def f(Task t) { return t; }"),
            "a@7 b@10 1@12 a@38 f@40->47 f@47->47 t@54->54 t@66->54");
}

TEST(Occurrences, AreFoundByOffset) {
  const SourceFile source("t", "Task abc GPU;");
  DiagnosticSink sink;
  const lang::Ast ast = lang::parse(source, sink);
  const auto all = find_occurrences(ast);
  EXPECT_EQ(occurrence_at(all, 4), nullptr);
  EXPECT_NE(occurrence_at(all, 5), nullptr);
  EXPECT_NE(occurrence_at(all, 8), nullptr) << "right behind the name";
  EXPECT_EQ(occurrence_at(all, 9), nullptr);
}

}  // namespace
}  // namespace castra::server
