#include "lang/format.h"

#include <optional>
#include <string>
#include <vector>

#include "check_property.h"
#include "lang/comments.h"
#include "lang/parser.h"
#include "lang/printer.h"
#include "lang/token.h"
#include "random_program.h"

namespace castra::lang {
namespace {

struct Parsed {
  explicit Parsed(const std::string& text, const Profile& profile = {}) : source("t", text) {
    DiagnosticSink sink;
    ast = parse(source, sink, profile);
    errors = sink.error_count();
    DiagnosticSink ignored;
    found = comments(source, lex(source, ignored));
  }
  SourceFile source;
  Ast ast;
  std::vector<Comment> found;
  std::size_t errors = 0;
};

/// Whether a comment stands on the line on which something ends at `end`.
bool trails(const Parsed& parsed, const Comment& comment, std::uint32_t end) {
  if (comment.span.begin < end) return false;
  const std::string_view between = parsed.source.slice({end, comment.span.begin});
  return between.find_first_not_of(" \t;") == std::string_view::npos;
}

/// Which statement of a function's body a comment belongs to, "header", or "end" of the body.
std::string owner_in(const Parsed& parsed, const FunctionDef& function, const Comment& comment) {
  const std::string_view to_comment =
      parsed.source.slice({function.header.end, comment.span.begin});
  const bool in_header = comment.span.begin < function.body.front().span.begin &&
                         (to_comment.find('{') == std::string_view::npos ||
                          to_comment.find('\n', to_comment.rfind('{')) == std::string_view::npos);
  if (comment.span.begin < function.header.end || in_header) return "header";
  for (std::size_t i = 0; i < function.body.size(); ++i) {
    const SourceSpan span = function.body[i].span;
    if (comment.span.begin < span.end || trails(parsed, comment, span.end))
      return std::to_string(i);
  }
  return "end";
}

/// Which statement a comment belongs to: the one it is in or behind, else the next.
std::string owner(const Parsed& parsed, const Comment& comment) {
  for (std::size_t i = 0; i < parsed.ast.statements.size(); ++i) {
    const Statement& statement = parsed.ast.statements[i];
    if (comment.span.begin >= statement.span.begin && comment.span.begin < statement.span.end) {
      const auto* function = std::get_if<FunctionDef>(&statement.node);
      const std::string where = std::to_string(i);
      return function == nullptr ? where : where + "." + owner_in(parsed, *function, comment);
    }
    const bool before = comment.span.begin < statement.span.begin;
    if (before) return "before " + std::to_string(i);
    if (trails(parsed, comment, statement.span.end)) return std::to_string(i);
  }
  return "after all";
}

/// The tokens of a statement with anything between them that may stand between tokens.
std::string respaced(const std::string& statement, int& comment) {
  const SourceFile source("s", statement);
  DiagnosticSink ignored;
  std::string out;
  for (const Token& token : lex(source, ignored)) {
    if (token.kind == TokenKind::End) break;
    out += source.slice(token.span);
    switch (pick_number<int>(0, 12)) {
      case 0:
        out += "\n";
        break;
      case 1:
        out += "  # c" + std::to_string(comment++) + "\n";
        break;
      case 2:
        out += "\n\t// c" + std::to_string(comment++) + "  \r\n\n";
        break;
      default:
        out += " ";
    }
  }
  return out;
}

TEST(FormatProperty, SameProgramSameCommentsAndStable) {
  check_property("format keeps the tree, the comments and their owners, and is idempotent", [] {
    std::string text;
    int comment = 0;
    const int statements = pick_number<int>(1, 5);
    for (int i = 0; i < statements; ++i) {
      text += respaced(random_statement(), comment);
      if (pick_number<int>(0, 3) == 0) text += "# behind " + std::to_string(i);
      text += pick_number<int>(0, 3) == 0 ? "\n\n\n" : "\n";
    }
    RC_LOG() << text;
    const Profile profile = pick_number<int>(0, 2) == 0 ? Profile{} : dslmapper();
    const Parsed before(text, profile);
    // Some keywords are read differently at the start of a line.
    RC_PRE(before.errors == 0u);
    const std::string once = format(before.ast, before.source);
    RC_LOG() << "-----\n" << once;
    const Parsed after(once);
    RC_ASSERT(after.errors == 0u);
    RC_ASSERT(dump(after.ast) == dump(before.ast));
    RC_ASSERT(after.found.size() == before.found.size());
    for (std::size_t i = 0; i < before.found.size(); ++i) {
      RC_ASSERT(after.found[i].text == before.found[i].text);
      RC_ASSERT(owner(after, after.found[i]) == owner(before, before.found[i]));
    }
    RC_ASSERT(format(after.ast, after.source) == once);
    RC_ASSERT(same_program(before.source, after.source, profile));
  });
}

}  // namespace
}  // namespace castra::lang
