#include <string>
#include <vector>

#include "check_property.h"
#include "lang/parser.h"
#include "lang/policy.h"
#include "lang/printer.h"
#include "random_program.h"

namespace castra::lang {
namespace {

struct Read {
  Read(const std::string& text, const Profile& profile) : source("t", text) {
    DiagnosticSink sink;
    const Ast ast = parse(source, sink, profile);
    tree = dump(ast);
    printed = print(ast);
    errors = sink.error_count();
  }
  SourceFile source;
  std::string tree;
  std::string printed;
  std::size_t errors = 0;
};

TEST(ParserProperty, PrintedProgramsMeanTheSameUnderEveryProfile) {
  int told_apart = 0;
  check_property("dump(parse(print(parse(text)))) == dump(parse(text)), whoever reads", [&] {
    std::string text;
    const int statements = pick_number<int>(1, 6);
    for (int i = 0; i < statements; ++i) text += random_statement() + "\n";
    RC_LOG() << text;
    std::vector<std::string> trees;
    for (const Profile& profile : {Profile{}, dslmapper()}) {
      const Read read(text, profile);
      RC_ASSERT(read.errors == 0u);
      trees.push_back(read.tree);
      for (const Profile& reader : {Profile{}, dslmapper()}) {
        const Read again(read.printed, reader);
        RC_ASSERT(again.errors == 0u);
        RC_ASSERT(again.tree == read.tree);
        RC_ASSERT(again.printed == read.printed);
      }
    }
    told_apart += trees.front() != trees.back() ? 1 : 0;
  });
  EXPECT_GT(told_apart, 100) << "the profiles seldom read a program differently";
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
