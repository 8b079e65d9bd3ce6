#include <gtest/gtest.h>

#include <cstdlib>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lang/builtins.h"
#include "lang/checked_program.h"
#include "lang/parser.h"
#include "lang/policy.h"
#include "lang/vocabulary.h"
#include "support/file.h"

/// Every block of the language reference marked ```castra is a program on its own, and every
/// expression of its table of values is printed.
namespace castra::lang {
namespace {

std::vector<std::string> blocks(const std::string& markdown) {
  const std::string fence = "```castra\n";
  std::vector<std::string> found;
  for (std::size_t at = markdown.find(fence); at != std::string::npos;
       at = markdown.find(fence, at)) {
    at += fence.size();
    const std::size_t end = markdown.find("```", at);
    found.push_back(markdown.substr(at, end - at));
    at = end;
  }
  return found;
}

class Page : public testing::TestWithParam<const char*> {};

TEST_P(Page, ExamplesCompileWithoutWarnings) {
  const auto text = read_file(std::string(CASTRA_SOURCE_DIR) + "/docs/" + GetParam());
  ASSERT_TRUE(text);
  const auto programs = blocks(*text);
  EXPECT_GE(programs.size(), 4u);
  for (const std::string& program : programs) {
    const auto source = std::make_shared<const SourceFile>(GetParam(), program);
    DiagnosticSink sink;
    EXPECT_NE(compile(source, sink), nullptr) << render_all(*source, sink);
    for (const Diagnostic& d : sink.diagnostics()) {
      EXPECT_EQ(d.severity, Severity::Note) << render(*source, d);
    }
  }
}

/// 2 nodes with 4 processors of every kind.
MachineShape small_machine() {
  MachineShape shape;
  shape.nodes = 2;
  shape.per_node.fill(4);
  return shape;
}

/// Whether some launch of one to three dimensions, or a task whose parent runs on GPU 1 of node 0,
/// is placed by a function.
bool places_something(const Policy& policy, const MapStmt& map, std::string& failures) {
  const MachineShape machine = small_machine();
  if (map.single) {
    const RunningTask parent{"parent", ProcessorKind::Cpu, 0, 1};
    SingleQuery query;
    query.where = {*map.targets.front().name(), ProcessorKind::Cpu, 1, 0};
    query.ancestors = std::span(&parent, 1);
    const auto placed = policy.place_single(query, machine, nullptr);
    if (!placed) failures += placed.error().message;
    return placed && *placed;
  }
  for (const Point& extents : {Point{4}, Point{4, 6}, Point{4, 4, 4}}) {
    const auto placed = policy.evaluate(map.function.value, rect_of_extents(extents), machine);
    if (placed && *placed) return true;
    if (!placed) failures += placed.error().message + "\n";
  }
  return false;
}

TEST_P(Page, ExamplesPlaceTasks) {
  const auto text = read_file(std::string(CASTRA_SOURCE_DIR) + "/docs/" + GetParam());
  ASSERT_TRUE(text);
  int maps = 0;
  for (const std::string& program : blocks(*text)) {
    DiagnosticSink sink;
    const auto policy = compile(std::make_shared<const SourceFile>(GetParam(), program), sink);
    ASSERT_NE(policy, nullptr);
    for (const Statement& statement : policy->program().ast.statements) {
      const auto* map = std::get_if<MapStmt>(&statement.node);
      if (map == nullptr) continue;
      ++maps;
      std::string failures;
      EXPECT_TRUE(places_something(*policy, *map, failures)) << program << failures;
    }
  }
  EXPECT_GE(maps, 1);
}

INSTANTIATE_TEST_SUITE_P(LanguageReference, Page,
                         testing::Values("language.md", "coming-from-cpp-mappers.md"),
                         [](const auto& page) {
                           return std::string(page.param).starts_with("language") ? "Language"
                                                                                  : "FromCpp";
                         });

std::string word_table(std::string_view head, std::initializer_list<WordClass> classes) {
  std::string table = "| " + std::string(head) + " | meaning |\n|---|---|\n";
  for (const WordClass word_class : classes) {
    for (const WordInfo& word : vocabulary()) {
      if (word.word_class != word_class) continue;
      table += "| `" + std::string(word.form) + "` | " + std::string(word.help) + " |\n";
    }
  }
  return table;
}

constexpr BinaryOperator kOperators[] = {
    BinaryOperator::Or,        BinaryOperator::And,          BinaryOperator::Equal,
    BinaryOperator::NotEqual,  BinaryOperator::Less,         BinaryOperator::LessEqual,
    BinaryOperator::Greater,   BinaryOperator::GreaterEqual, BinaryOperator::Add,
    BinaryOperator::Subtract,  BinaryOperator::Multiply,     BinaryOperator::Divide,
    BinaryOperator::Remainder,
};

/// The operator at the root of `a FIRST b SECOND c`.
bool second_is_root(BinaryOperator first, BinaryOperator second) {
  const SourceFile source("t", "_x = a " + std::string(to_string(first)) + " b " +
                                   std::string(to_string(second)) + " c;");
  DiagnosticSink sink;
  const Ast ast = parse(source, sink);
  const auto& value = std::get<AssignStmt>(ast.statements.at(0).node).value;
  return value->as<BinaryExpr>()->right->as<BinaryExpr>() == nullptr;
}

/// By what the parser does: an operator is as tight as the number of operators that it binds
/// before, in either order.
std::string operator_table() {
  std::map<int, std::string> levels;
  for (const BinaryOperator op : kOperators) {
    int looser = 0;
    for (const BinaryOperator other : kOperators) {
      const bool tighter = second_is_root(op, other) && !second_is_root(other, op);
      looser += tighter ? 1 : 0;
      EXPECT_TRUE(tighter || second_is_root(other, op)) << "all group to the left";
    }
    std::string& level = levels[looser];
    std::string written(to_string(op));
    for (std::size_t at = 0; (at = written.find('|', at)) != std::string::npos; at += 2)
      written.insert(at, 1, '\\');
    level += (level.empty() ? "`" : " `") + written + "`";
  }
  std::string table = "| operators, loose to tight; all group to the left |\n|---|\n";
  for (const auto& [looser, words] : levels) table += "| " + words + " |\n";
  return table;
}

std::string table_of(std::string_view name) {
  if (name == "statements")
    return word_table("statement", {WordClass::Statement, WordClass::FunctionStatement});
  if (name == "kinds") return word_table("kind", {WordClass::Processor, WordClass::Memory});
  if (name == "constraints") return word_table("constraint", {WordClass::Constraint});
  if (name == "functions") return word_table("function", {WordClass::Function});
  if (name == "operators") return operator_table();
  if (name == "members") {
    return word_table("member",
                      {WordClass::TaskMember, WordClass::MachineMember, WordClass::TupleMember});
  }
  ADD_FAILURE() << "there is no table " << name;
  return {};
}

/// Between `<!-- words: NAME -->` and `<!-- end -->` stands what the tables of the code give.
/// CASTRA_UPDATE_GOLDEN=1 writes it.
TEST(LanguageReference, TablesOfWordsAreThoseOfTheCode) {
  const std::string path = std::string(CASTRA_SOURCE_DIR) + "/docs/language.md";
  const std::string text = read_file(path).value_or("");
  const std::string open = "<!-- words: ";
  const std::string close = "<!-- end -->";
  std::string expected;
  std::size_t done = 0;
  std::size_t tables = 0;
  for (std::size_t at = 0; (at = text.find(open, done)) != std::string::npos; ++tables) {
    const std::size_t name = at + open.size();
    const std::size_t line = text.find('\n', at) + 1;
    const std::size_t end = text.find(close, line);
    ASSERT_NE(end, std::string::npos);
    expected +=
        text.substr(done, line - done) + table_of(text.substr(name, text.find(' ', name) - name));
    done = end;
  }
  expected += text.substr(done);
  EXPECT_EQ(tables, 6u);
  if (std::getenv("CASTRA_UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(write_file(path, expected));
  }
  EXPECT_TRUE(read_file(path).value_or("") == expected)
      << "run this test with CASTRA_UPDATE_GOLDEN=1";
}

TEST(LanguageReference, ExpressionsHaveTheValuesOfItsTable) {
  const std::string text =
      read_file(std::string(CASTRA_SOURCE_DIR) + "/docs/language.md").value_or("");
  const std::size_t begin = text.find("<!-- values -->");
  ASSERT_NE(begin, std::string::npos);
  int rows = 0;
  std::size_t at = begin;
  const std::size_t end = text.find("<!-- end -->", begin);
  while ((at = text.find("\n| `", at)) < end) {
    at += 4;
    const std::size_t middle = text.find("` | `", at);
    const std::string expression = text.substr(at, middle - at);
    const std::string value = text.substr(middle + 5, text.find("` |\n", middle) - middle - 5);
    DiagnosticSink sink;
    const auto source = std::make_shared<const SourceFile>(
        "values", "m = Machine(GPU); def f(Task task) { print(\"{}\", " + expression +
                      "); return m[0, 0]; } IndexTaskMap * f;");
    const auto policy = compile(source, sink);
    ASSERT_NE(policy, nullptr) << render_all(*source, sink);
    PlaceLog log;
    const auto placed = policy->place_point(
        {"work", ProcessorKind::Gpu, rect_of_extents({4, 6}), {}}, small_machine(), {2, 3}, &log);
    ASSERT_TRUE(placed) << placed.error().message;
    ASSERT_EQ(log.printed.size(), 1u) << expression;
    EXPECT_EQ(log.printed.front(), value) << expression;
    ++rows;
  }
  EXPECT_GT(rows, 20);
}

/// The page's lists of words are those of the code.
TEST(LanguageReference, NamesEveryBuiltinTransformAndKind) {
  const std::string text =
      read_file(std::string(CASTRA_SOURCE_DIR) + "/docs/language.md").value_or("");
  const auto mentions = [&](std::string_view word) {
    EXPECT_NE(text.find("`" + std::string(word)), std::string::npos) << word << " is missing";
  };
  for (const BuiltinInfo& builtin : builtins()) mentions(std::string(builtin.name) + "(");
  for (const TransformInfo& transform : transforms()) {
    EXPECT_NE(text.find("." + std::string(transform.name) + "("), std::string::npos)
        << transform.name;
  }
  for (const ProcessorKind kind : kAllProcessorKinds) mentions(to_string(kind));
  for (const MemoryKind kind : kAllMemoryKinds) mentions(to_string(kind));
}

TEST(LanguageReference, ShippedMappingsCompileWithoutWarnings) {
  for (const char* name :
       {"cannon-expert", "circuit-best", "circuit-expert", "cosma-expert", "johnson-expert",
        "pennant-expert", "pumma-expert", "solomonik-expert", "stencil-expert", "summa-expert"}) {
    const std::string path =
        std::string(CASTRA_SOURCE_DIR) + "/share/castra/mappings/" + name + ".castra";
    const auto source = std::make_shared<const SourceFile>(name, read_file(path).value());
    DiagnosticSink sink;
    EXPECT_NE(compile(source, sink), nullptr) << render_all(*source, sink);
    for (const Diagnostic& d : sink.diagnostics()) {
      EXPECT_EQ(d.severity, Severity::Note) << render(*source, d);
    }
  }
}

}  // namespace
}  // namespace castra::lang
