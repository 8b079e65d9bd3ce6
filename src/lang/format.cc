#include "lang/format.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "lang/comments.h"
#include "lang/parser.h"
#include "lang/printer.h"
#include "lang/token.h"
#include "support/check.h"
#include "support/text.h"

namespace castra::lang {
namespace {

constexpr std::size_t kBodyIndent = 2;
constexpr std::size_t kContinuationIndent = 4;
/// Comments behind adjacent lines of one indentation start in one column, unless a line is longer
/// than this.
constexpr std::size_t kAlignColumns = 72;

/// One line of the result; both members may be empty.
struct Line {
  std::string code;  ///< with its indentation
  std::string comment;
};

/// One token of a statement's canonical text.
struct Piece {
  std::string text;
  bool space_before = false;
  std::vector<const Comment*> after;
};

std::vector<Piece> pieces_of(const std::string& canonical) {
  const SourceFile text("canonical", canonical);
  DiagnosticSink ignored;
  std::vector<Piece> pieces;
  std::uint32_t end = 0;
  for (const Token& token : lex(text, ignored)) {
    if (token.kind == TokenKind::End) break;
    pieces.push_back({std::string(text.slice(token.span)), token.span.begin > end, {}});
    end = token.span.end;
  }
  return pieces;
}

/// A name is one token whether in quotes or not.
std::string spelling(std::string_view token) {
  return token.starts_with('"') ? string_value(token) : std::string(token);
}

/// What the canonical text may lack or have in excess of the text as written.
bool is_optional(std::string_view token) {
  return token.size() == 1 && std::string_view("(),;:{}").find(token[0]) != std::string_view::npos;
}

class Formatter {
 public:
  explicit Formatter(const SourceFile& source) : source_(source) {
    DiagnosticSink ignored;
    tokens_ = lex(source, ignored);
    comments_ = comments(source, tokens_);
  }

  std::string run(const Ast& ast) {
    std::vector<Item> items;
    for (const Statement& statement : ast.statements) {
      items.push_back({statement.span, std::holds_alternative<FunctionDef>(statement.node)});
    }
    put_scope(items, static_cast<std::uint32_t>(source_.text().size()), "",
              [&](std::size_t i) { put(ast.statements[i]); });
    return render();
  }

 private:
  struct Item {
    SourceSpan span;
    bool function = false;
  };

  const Comment* next_comment() const {
    return at_comment_ < comments_.size() ? &comments_[at_comment_] : nullptr;
  }

  std::vector<const Comment*> take_comments(std::uint32_t before) {
    std::vector<const Comment*> taken;
    for (; next_comment() != nullptr && next_comment()->span.begin < before; ++at_comment_)
      taken.push_back(next_comment());
    return taken;
  }

  /// The comment on the line on which something ends at `end`, if it is the next one.
  const Comment* take_trailing(std::uint32_t end) {
    const Comment* comment = next_comment();
    if (comment == nullptr || comment->span.begin < end) return nullptr;
    const std::string_view between = source_.slice({end, comment->span.begin});
    if (between.find_first_not_of(" \t;") != std::string_view::npos) return nullptr;
    ++at_comment_;
    return comment;
  }

  /// Whether the text between two things, which holds no comment, has an empty line.
  bool blank_line_in(SourceSpan gap) const {
    const auto lines = split(source_.slice(gap), '\n');
    for (std::size_t i = 1; i + 1 < lines.size(); ++i) {
      if (trim(lines[i]).empty()) return true;
    }
    return false;
  }

  /// Writes the items in order, put(i) each, with the comments between them on lines of their own.
  template <typename Put>
  void put_scope(const std::vector<Item>& items, std::uint32_t end, const std::string& indent,
                 Put&& put) {
    std::optional<std::uint32_t> previous;  // where the last thing written ends
    bool after_function = false;
    const auto blank_before = [&](std::uint32_t begin) {
      return previous && (after_function || blank_line_in({*previous, begin}));
    };
    for (std::size_t i = 0; i <= items.size(); ++i) {
      const bool last = i == items.size();
      const std::uint32_t begin = last ? end : items[i].span.begin;
      const bool first = !previous;
      std::vector<Item> group;  // the comments before the item, and the item
      const auto own = take_comments(begin);
      for (const Comment* comment : own) group.push_back({comment->span});
      if (!last) group.push_back(items[i]);
      std::vector<bool> blanks;
      for (const Item& item : group) {
        blanks.push_back(blank_before(item.span.begin));
        previous = item.span.end;
        after_function = false;
      }
      if (!last && items[i].function) {
        // The comments that touch a function belong to it.
        std::size_t touching = own.size();
        while (touching > 0 && !blanks[touching]) --touching;
        if (!(first && touching == 0)) blanks[touching] = true;
      }
      for (std::size_t k = 0; k < group.size(); ++k) {
        if (blanks[k]) lines_.push_back({});
        if (k < own.size()) {
          lines_.push_back({indent, std::string(own[k]->text)});
        } else {
          put(i);
          previous = std::max(items[i].span.end, end_of_last_comment());
          after_function = items[i].function;
        }
      }
    }
  }

  std::uint32_t end_of_last_comment() const {
    return at_comment_ == 0 ? 0 : comments_[at_comment_ - 1].span.end;
  }

  void put(const Statement& statement) {
    const std::string canonical = print(statement);
    if (const auto* function = std::get_if<FunctionDef>(&statement.node)) {
      put_function(statement, *function, split(canonical, '\n'));
    } else {
      put_code(statement.span, canonical, "");
    }
  }

  /// `lines`: the header, each statement of the body, and the closing brace.
  void put_function(const Statement& statement, const FunctionDef& function,
                    const std::vector<std::string_view>& lines) {
    CASTRA_CHECK(lines.size() == function.body.size() + 2, "one line per statement of a body");
    const std::string indent(kBodyIndent, ' ');
    put_code({statement.span.begin, body_begin(function)}, std::string(lines.front()), "");
    std::vector<Item> items;
    for (const FunctionStmt& inner : function.body) items.push_back({inner.span});
    // Without a closing brace (a body that follows a colon) the last statement ends the function.
    const bool braced = source_.text()[statement.span.end - 1] == '}';
    const std::uint32_t end = braced ? statement.span.end - 1 : statement.span.end;
    put_scope(items, end, indent, [&](std::size_t i) {
      put_code(items[i].span, std::string(trim(lines[i + 1])), indent);
    });
    const Comment* trailing = braced ? take_trailing(statement.span.end) : nullptr;
    lines_.push_back({"}", trailing != nullptr ? std::string(trailing->text) : ""});
  }

  /// The end of the `{` or `:` that a function's body follows.
  std::uint32_t body_begin(const FunctionDef& function) const {
    auto token = std::lower_bound(
        tokens_.begin(), tokens_.end(), function.header.end,
        [](const Token& t, std::uint32_t offset) { return t.span.begin < offset; });
    if (token->kind == TokenKind::Colon && (token + 1)->kind == TokenKind::LeftBrace) ++token;
    return token->span.end;
  }

  /// Writes one statement, or the header of a function, with the comments inside it and behind it.
  void put_code(SourceSpan span, const std::string& canonical, const std::string& indent) {
    std::vector<Piece> pieces = pieces_of(canonical);
    anchor(take_comments(span.end), span, pieces);
    const Comment* trailing = take_trailing(span.end);
    // A comment just before the end of the statement reads better behind it.
    std::vector<const Comment*>& late = pieces[pieces.size() - 2].after;
    if (trailing == nullptr && late.size() == 1) {
      trailing = late.front();
      late.clear();
    }
    put_pieces(pieces, indent);
    if (trailing != nullptr) lines_.back().comment = trailing->text;
  }

  /// Ties each comment to the piece of the canonical text that stands for the token before it. Both
  /// texts hold the same tokens in the same order but for punctuation that may come and go.
  void anchor(const std::vector<const Comment*>& inside, SourceSpan span,
              std::vector<Piece>& pieces) const {
    if (inside.empty()) return;
    auto token = std::lower_bound(
        tokens_.begin(), tokens_.end(), span.begin,
        [](const Token& t, std::uint32_t offset) { return t.span.begin < offset; });
    std::size_t matched = 0;  // pieces up to here stand for tokens before `token`
    for (const Comment* comment : inside) {
      for (; token->span.end <= comment->span.begin; ++token) {
        const std::string wanted = spelling(source_.slice(token->span));
        std::size_t piece = matched;
        if (!is_optional(wanted)) {
          while (piece < pieces.size() && is_optional(pieces[piece].text)) ++piece;
        }
        const bool found = piece < pieces.size() &&
                           (!is_optional(wanted) || spelling(pieces[piece].text) == wanted);
        if (found) matched = piece + 1;
      }
      std::size_t at = matched == 0 ? 0 : matched - 1;
      if (at + 1 < pieces.size() && pieces[at + 1].text == ",") ++at;
      pieces[std::min(at, pieces.size() - 2)].after.push_back(comment);
    }
  }

  void put_pieces(const std::vector<Piece>& pieces, const std::string& indent) {
    const std::string continued = indent + std::string(kContinuationIndent, ' ');
    std::string code = indent;
    bool empty = true;  // nothing but indentation yet
    const auto end_line = [&](const Comment* comment) {
      lines_.push_back({code, comment != nullptr ? std::string(comment->text) : ""});
      code = continued;
      empty = true;
    };
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      if (!empty && pieces[i].space_before) {
        if (code.size() + 1 + word_length(pieces, i) > kFormatColumns) {
          end_line(nullptr);
        } else {
          code += ' ';
        }
      }
      code += pieces[i].text;
      empty = false;
      for (const Comment* comment : pieces[i].after) {
        if (!empty && comment->own_line) end_line(nullptr);
        end_line(comment);
      }
    }
    if (!empty) end_line(nullptr);
  }

  /// Of the pieces from `first` that have no space between them.
  static std::size_t word_length(const std::vector<Piece>& pieces, std::size_t first) {
    std::size_t length = 0;
    for (std::size_t i = first; i < pieces.size(); ++i) {
      if (i > first && pieces[i].space_before) break;
      length += pieces[i].text.size();
      if (!pieces[i].after.empty()) break;
    }
    return length;
  }

  /// The text of all lines; comments behind adjacent lines are aligned.
  std::string render() const {
    const auto alignable = [](const Line& line) {
      return !line.comment.empty() && !trim(line.code).empty() && line.code.size() <= kAlignColumns;
    };
    std::string out;
    for (std::size_t i = 0; i < lines_.size();) {
      std::size_t end = i;
      std::size_t column = 0;
      const auto indent = [this](std::size_t n) { return lines_[n].code.find_first_not_of(' '); };
      for (; end < lines_.size() && alignable(lines_[end]) && indent(end) == indent(i); ++end)
        column = std::max(column, lines_[end].code.size());
      if (end == i) ++end;
      for (; i < end; ++i) {
        const Line& line = lines_[i];
        out += line.code;
        if (!line.comment.empty() && !trim(line.code).empty()) {
          out.append(std::max(column, line.code.size()) - line.code.size() + 2, ' ');
        }
        out += line.comment + "\n";
      }
    }
    return out;
  }

  const SourceFile& source_;
  std::vector<Token> tokens_;
  std::vector<Comment> comments_;
  std::size_t at_comment_ = 0;
  std::vector<Line> lines_;
};

std::vector<std::string> comment_texts(const SourceFile& source) {
  DiagnosticSink ignored;
  std::vector<std::string> texts;
  for (const Comment& comment : comments(source, lex(source, ignored)))
    texts.emplace_back(comment.text);
  return texts;
}

}  // namespace

std::string format(const Ast& ast, const SourceFile& source) { return Formatter(source).run(ast); }

bool same_program(const SourceFile& before, const SourceFile& after, const Profile& profile) {
  DiagnosticSink sink;
  const std::string tree = dump(parse(before, sink, profile));
  for (const Profile& reader : {Profile{}, dslmapper()}) {
    if (dump(parse(after, sink, reader)) != tree) return false;
  }
  return !sink.has_errors() && comment_texts(before) == comment_texts(after);
}

}  // namespace castra::lang
