#include <string>
#include <vector>

#include "check_property.h"
#include "lang/parser.h"
#include "lang/policy.h"
#include "lang/printer.h"
#include "random_program.h"

namespace castra::lang {
namespace {

std::string dump_text(const std::string& text, std::string* printed, std::size_t* errors) {
  const SourceFile source("t", text);
  DiagnosticSink sink;
  const Ast ast = parse(source, sink);
  *printed = print(ast);
  *errors = sink.error_count();
  return dump(ast);
}

TEST(ParserProperty, PrintedProgramsParseToTheSameTree) {
  check_property("dump(parse(print(parse(text)))) == dump(parse(text))", [] {
    std::string text;
    const int statements = pick_number<int>(1, 6);
    for (int i = 0; i < statements; ++i) text += random_statement() + "\n";
    std::string printed;
    std::string again;
    std::size_t errors = 0;
    const std::string tree = dump_text(text, &printed, &errors);
    RC_LOG() << text;
    RC_ASSERT(errors == 0u);
    RC_ASSERT(dump_text(printed, &again, &errors) == tree);
    RC_ASSERT(errors == 0u);
    RC_ASSERT(again == printed);
  });
}

TEST(ParserProperty, AnyTokensInAnyOrderAreSurvived) {
  check_property("diagnostics lie inside the text", [] {
    const auto words = *rc::gen::container<std::vector<std::string>>(
        rc::gen::elementOf(std::vector<std::string>{"Task",   "Region", "Layout",  "IndexTaskMap",
                                                    "def",    "return", "print",   "tuple",
                                                    "for",    "in",     "GPU",     "FBMEM",
                                                    "f",      "m",      "Machine", "task",
                                                    "ipoint", "size",   "Align",   "SOA",
                                                    "\"s\"",  "1",      "0",       "(",
                                                    ")",      "{",      "}",       "[",
                                                    "]",      ",",      ";",       ":",
                                                    "?",      ".",      "+",       "-",
                                                    "*",      "/",      "%",       "=",
                                                    "<",      "==",     "&&",      "||",
                                                    "!",      "\n",     "#c\n",    "'",
                                                    "@",      "if"}));
    std::string text;
    for (const std::string& word : words) text += word + " ";
    const auto source = std::make_shared<const SourceFile>("t", text);
    DiagnosticSink sink;
    const auto policy = compile(source, sink);
    RC_ASSERT((policy == nullptr) == sink.has_errors());
    for (const Diagnostic& d : sink.diagnostics()) {
      RC_ASSERT(d.span.begin <= d.span.end);
      RC_ASSERT(d.span.end <= text.size());
      RC_ASSERT(!d.message.empty());
      for (const FixIt& fix : d.fixes) RC_ASSERT(fix.span.end <= text.size());
    }
    RC_ASSERT(render_all(*source, sink).size() < 1000000u);
  });
}

}  // namespace
}  // namespace castra::lang
