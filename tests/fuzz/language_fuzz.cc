#include "language_fuzz.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lang/import.h"
#include "lang/parser.h"
#include "lang/placement.h"
#include "lang/policy.h"
#include "lang/printer.h"
#include "lang/token.h"
#include "support/check.h"

namespace castra::lang {
namespace {

constexpr std::size_t kMaxNames = 8;

MachineShape machine_shape(int nodes, int gpus, int cpus) {
  MachineShape machine;
  machine.nodes = nodes;
  machine.set(ProcessorKind::Gpu, gpus);
  machine.set(ProcessorKind::Cpu, cpus);
  return machine;
}

const std::array<MachineShape, 2>& machines() {
  static const std::array<MachineShape, 2> kMachines = {machine_shape(2, 4, 3),
                                                        machine_shape(1, 0, 1)};
  return kMachines;
}

const std::array<Rect, 3>& domains() {
  static const std::array<Rect, 3> kDomains = {rect_of_extents({3}), Rect{{-1, 2}, {0, 3}},
                                               rect_of_extents({2, 1, 2})};
  return kDomains;
}

void check_placement(const PlaceResult& result, const Rect& domain, const MachineShape& machine) {
  if (!result) {
    CASTRA_CHECK(!result.error().message.empty(), "a failure says why");
    return;
  }
  if (!*result) return;
  const Placement& placement = **result;
  CASTRA_CHECK(placement.points.size() == static_cast<std::size_t>(domain.volume()),
               "one entry a point");
  for (const ProcessorSet& set : placement.points) {
    CASTRA_CHECK(set.node >= 0 && set.node < machine.nodes && !set.processors.empty(),
                 "inside the machine");
    for (const int p : set.processors)
      CASTRA_CHECK(p >= 0 && p < machine.count(placement.kind), "inside the node");
  }
}

std::vector<std::string> some_names(const std::vector<Policy::NameUse>& uses) {
  std::vector<std::string> names = {"another"};
  for (const auto& use : uses) {
    if (names.size() < kMaxNames) names.push_back(use.name);
  }
  return names;
}

void query(const Policy& policy) {
  const std::vector<std::string> tasks = some_names(policy.task_names());
  const std::vector<std::string> regions = some_names(policy.region_names());
  for (const std::string& task : tasks) {
    policy.processors(task);
    for (const ProcessorKind kind : {ProcessorKind::Gpu, ProcessorKind::Cpu, ProcessorKind::Omp}) {
      const ArgumentQuery argument{task, 1, regions, kind};
      policy.memories(argument);
      policy.layout(argument, MemoryKind::FrameBuffer);
      for (const MachineShape& machine : machines()) {
        for (const Rect& domain : domains())
          check_placement(policy.place(task, kind, domain, machine), domain, machine);
      }
    }
  }
}

void evaluate_functions(const Ast& ast, const Policy& policy) {
  std::size_t evaluated = 0;
  for (const Statement& statement : ast.statements) {
    const auto* function = std::get_if<FunctionDef>(&statement.node);
    if (function == nullptr || !takes_one_task(*function) || ++evaluated > kMaxNames) continue;
    for (const MachineShape& machine : machines()) {
      for (const Rect& domain : domains())
        check_placement(policy.evaluate(function->name.value, domain, machine), domain, machine);
    }
  }
}

void check_span(SourceSpan span, const SourceFile& source) {
  CASTRA_CHECK(span.begin <= span.end && span.end <= source.text().size(), "inside the text");
}

void check_findings(const DiagnosticSink& sink, const SourceFile& source) {
  for (const Diagnostic& diagnostic : sink.diagnostics()) {
    check_span(diagnostic.span, source);
    for (const Label& label : diagnostic.labels) check_span(label.span, source);
    for (const FixIt& fix : diagnostic.fixes) check_span(fix.span, source);
  }
  render_all(source, sink);
}

}  // namespace

void exercise_lexer(std::string_view text) {
  const SourceFile source("fuzz", std::string(text));
  DiagnosticSink sink;
  const std::vector<Token> tokens = lex(source, sink);
  CASTRA_CHECK(!tokens.empty() && tokens.back().kind == TokenKind::End, "ends with End");
  std::uint32_t at = 0;
  for (const Token& token : tokens) {
    check_span(token.span, source);
    CASTRA_CHECK(token.span.begin >= at, "in order");
    CASTRA_CHECK(token.kind == TokenKind::End || token.span.end > token.span.begin, "not empty");
    at = token.span.end;
    if (token.kind != TokenKind::String) continue;
    const std::string value = string_value(source.slice(token.span));
    CASTRA_CHECK(string_value(quote(value)) == value, "quoting is undone");
  }
  check_findings(sink, source);
}

void exercise_parser(std::string_view text) {
  const SourceFile source("fuzz", std::string(text));
  DiagnosticSink sink;
  const Ast ast = parse(source, sink);
  std::uint32_t at = 0;
  for (const Statement& statement : ast.statements) {
    check_span(statement.span, source);
    CASTRA_CHECK(statement.span.begin >= at, "in order");
    at = statement.span.end;
  }
  check_findings(sink, source);
  if (sink.has_errors()) return;
  DiagnosticSink second;
  const SourceFile printed("printed", print(ast));
  const Ast again = parse(printed, second);
  // Printing adds parentheses and blanks, which can only take a text that is nearly too large over
  // it.
  CASTRA_CHECK(second.has_errors() || dump(again) == dump(ast), "printing keeps the tree");
  CASTRA_CHECK(!second.has_errors() || text.size() > kMaxSourceBytes / 4, "printed programs parse");
}

void exercise_checker(std::string_view text) {
  const auto source = std::make_shared<const SourceFile>("fuzz", std::string(text));
  DiagnosticSink sink;
  const auto policy = compile(source, sink);
  CASTRA_CHECK((policy == nullptr) == sink.has_errors(), "a policy exactly if there are no errors");
  check_findings(sink, *source);
}

void exercise_evaluator(std::string_view text) {
  const auto source = std::make_shared<const SourceFile>("fuzz", std::string(text));
  DiagnosticSink sink;
  const auto policy = compile(source, sink);
  if (policy == nullptr) return;
  query(*policy);
  DiagnosticSink ignored;
  evaluate_functions(parse(*source, ignored), *policy);
}

void exercise_importer(std::string_view text) {
  const SourceFile source("fuzz", std::string(text));
  for (const std::optional<Dialect> dialect :
       {std::optional<Dialect>(), std::optional(Dialect::D0), std::optional(Dialect::D1)}) {
    DiagnosticSink sink;
    const auto imported = import_program(source, dialect, sink);
    check_findings(sink, source);
    if (!imported) continue;
    CASTRA_CHECK(!sink.has_errors(), "a program exactly if there are no errors");
    DiagnosticSink ours;
    parse(SourceFile("imported", imported->text), ours);
    CASTRA_CHECK(!ours.has_errors() || imported->text.size() > kMaxSourceBytes / 4,
                 "imported programs parse");
  }
}

void exercise_language(std::string_view text) {
  exercise_lexer(text);
  exercise_parser(text);
  exercise_checker(text);
  exercise_evaluator(text);
  exercise_importer(text);
}

}  // namespace castra::lang
