#include "server/completion_slot.h"

#include <algorithm>

namespace castra::server {
namespace {

using lang::Token;
using lang::TokenKind;
using lang::WordClass;
using What = CompletionSlot::What;

class SlotFinder {
 public:
  SlotFinder(const SourceFile& source, std::span<const Token> tokens, std::uint32_t offset)
      : source_(source) {
    slot_.word = {offset, offset};
    std::size_t count = 0;
    while (count < tokens.size() && tokens[count].kind != TokenKind::End &&
           tokens[count].span.begin < offset)
      ++count;
    before_ = tokens.first(count);
    if (before_.empty() || before_.back().span.end < offset) return;
    const Token& last = before_.back();
    // A cursor inside a string or a number, or behind a name that is being typed.
    // A name is typed at the end of its quotes, which an editor may have closed already.
    const bool string = last.kind == TokenKind::String;
    slot_.quoted = string && (open(text(last)) || last.span.end == offset + 1);
    inside_literal_ =
        last.kind == TokenKind::Integer || (string && !slot_.quoted && last.span.end > offset);
    if (last.kind != TokenKind::Word && !slot_.quoted) return;
    slot_.word = last.span;
    // What follows on the line is not part of a name that is being typed.
    if (slot_.quoted && open(text(last))) slot_.word.end = offset;
    before_ = before_.first(count - 1);
  }

  CompletionSlot find() {
    if (inside_literal_ || in_comment()) return slot_;
    if (!before_.empty() && before_.back().kind == TokenKind::Dot) {
      slot_.what = What::Member;
      slot_.owner = owner_of_member();
      return slot_;
    }
    find_statement();
    if (statement_.empty()) {
      slot_.what = in_function_ ? What::FunctionStatement : What::Statement;
    } else if (in_function_) {
      in_function();
    } else {
      in_rule();
    }
    if (slot_.quoted) quoted_name();
    return slot_;
  }

 private:
  std::string_view text(const Token& token) const { return source_.slice(token.span); }

  /// A string whose closing quote is still to be written.
  static bool open(std::string_view string) {
    std::size_t i = 1;
    while (i < string.size() && string[i] != '"') i += string[i] == '\\' ? 2 : 1;
    return i >= string.size();
  }

  /// Only names of tasks and regions stand in quotes.
  void quoted_name() {
    if (slot_.what != What::Task && slot_.what != What::Region) slot_.what = What::Nothing;
    slot_.star = false;
    slot_.processor = false;
  }

  /// Between the last token and the cursor a comment has begun on the cursor's line.
  bool in_comment() const {
    const std::uint32_t from = before_.empty() ? 0 : before_.back().span.end;
    const std::string_view gap = source_.slice({from, slot_.word.begin});
    const std::size_t line = gap.rfind('\n');
    const std::string_view rest = line == std::string_view::npos ? gap : gap.substr(line + 1);
    return rest.find('#') != std::string_view::npos || rest.find("//") != std::string_view::npos;
  }

  /// The tokens since the last `;`, `{` or `}`, and whether they stand in a function's body.
  void find_statement() {
    std::size_t begin = 0;
    for (std::size_t i = 0; i < before_.size(); ++i) {
      const TokenKind kind = before_[i].kind;
      if (kind == TokenKind::LeftBrace) in_function_ = true;
      if (kind == TokenKind::RightBrace) in_function_ = false;
      if (kind == TokenKind::Semicolon || kind == TokenKind::LeftBrace ||
          kind == TokenKind::RightBrace)
        begin = i + 1;
    }
    statement_ = before_.subspan(begin);
  }

  void in_function() {
    const std::string_view first = text(statement_.front());
    const bool assigns = statement_.size() > 1 && statement_[1].kind == TokenKind::Assign;
    if (first == "return" || first == "print" || assigns) expression();
  }

  void expression() {
    slot_.what = What::Expression;
    const std::size_t n = statement_.size();
    if (n >= 2 && statement_[n - 1].kind == TokenKind::LeftParen &&
        statement_[n - 2].kind == TokenKind::Word)
      slot_.callee = text(statement_[n - 2]);
  }

  void in_rule() {
    const std::string_view keyword = text(statement_.front());
    if (statement_.size() > 1 && statement_[1].kind == TokenKind::Assign) return expression();
    if (keyword == "print") return expression();
    if (keyword == "def") return in_header();
    const std::size_t operand = operand_index();
    if (keyword == "Task") return rule_slot(operand, {What::Task, What::Processor});
    if (keyword == "Region")
      return rule_slot(operand, {What::Task, What::Region, What::Processor, What::Memory});
    if (keyword == "Layout")
      return rule_slot(operand, {What::Task, What::Region, What::Place, What::Constraint});
    if (keyword == "InstanceLimit") return rule_slot(operand, {What::Task, What::Nothing});
    if (keyword == "CollectMemory") return rule_slot(operand, {What::Task, What::Region});
    if (keyword == "ControlReplicate") return rule_slot(operand, {What::Task, What::Nothing});
    if (keyword == "TaskSteal")
      return rule_slot(operand, {What::Task, What::Processor, What::StealScope});
    if (keyword == "IndexTaskMap" || keyword == "SingleTaskMap") {
      slot_.processor = operand == 0;
      return rule_slot(operand, {What::Task, What::Function, What::Nothing});
    }
  }

  /// The last slot takes all further operands, except that a lone one after it ends the rule.
  void rule_slot(std::size_t operand, std::vector<What> slots) {
    slot_.what = slots[std::min(operand, slots.size() - 1)];
    const bool repeated = operand >= slots.size();
    if (repeated && slot_.what != What::Constraint && slot_.what != What::Processor &&
        slot_.what != What::Memory)
      slot_.what = What::Nothing;
    const bool list_goes_on = statement_.back().kind == TokenKind::Comma;
    slot_.star = !list_goes_on &&
                 (slot_.what == What::Task || slot_.what == What::Region ||
                  slot_.what == What::Place || (slot_.what == What::Processor && slots.size() > 2));
  }

  /// Which operand of its rule the cursor is in: operands are separated by spaces, the items of one
  /// by commas. Collects the names of the first.
  std::size_t operand_index() {
    std::size_t operand = 0;
    bool joined = true;
    for (std::size_t i = 1; i < statement_.size(); ++i) {
      const Token& token = statement_[i];
      if (token.kind == TokenKind::Comma) {
        joined = true;
        continue;
      }
      if (i > 1 && !joined) ++operand;
      joined = false;
      if (operand > 0) continue;
      const bool quoted = token.kind == TokenKind::String;
      slot_.tasks.push_back(quoted ? lang::string_value(text(token)) : std::string(text(token)));
    }
    if (statement_.size() > 1 && !joined) ++operand;
    return operand;
  }

  void in_header() {
    const TokenKind last = statement_.back().kind;
    if (last == TokenKind::LeftParen || (last == TokenKind::Comma && statement_.size() > 3))
      slot_.what = What::ParameterType;
  }

  /// Whose members may follow the dot, from what stands before it.
  std::optional<WordClass> owner_of_member() const {
    const std::size_t dot = before_.size() - 1;
    if (dot == 0) return std::nullopt;
    const Token& token = before_[dot - 1];
    if (token.kind == TokenKind::RightParen) return owner_of_call(dot - 1);
    if (token.kind != TokenKind::Word) return std::nullopt;
    const std::string_view word = text(token);
    const bool member = dot >= 2 && before_[dot - 2].kind == TokenKind::Dot;
    if (member) {
      if (word == "ipoint" || word == "ispace" || word == "size") return WordClass::TupleMember;
      if (word == "parent") return WordClass::TaskMember;
      return std::nullopt;
    }
    return owner_of_name(word, dot - 1);
  }

  std::optional<WordClass> owner_of_call(std::size_t closing) const {
    int depth = 0;
    for (std::size_t i = closing + 1; i-- > 0;) {
      if (before_[i].kind == TokenKind::RightParen) ++depth;
      if (before_[i].kind != TokenKind::LeftParen || --depth > 0) continue;
      if (i == 0 || before_[i - 1].kind != TokenKind::Word) return std::nullopt;
      const std::string_view callee = text(before_[i - 1]);
      if (callee == "Machine" || lang::find_word(callee, WordClass::Transform) != nullptr)
        return WordClass::MachineMember;
      return callee == "tuple" ? std::optional(WordClass::TupleMember) : std::nullopt;
    }
    return std::nullopt;
  }

  /// By the nearest definition before the use: a parameter's type or an assigned value.
  std::optional<WordClass> owner_of_name(std::string_view name, std::size_t use) const {
    for (std::size_t i = use; i-- > 0;) {
      if (before_[i].kind != TokenKind::Word || text(before_[i]) != name) continue;
      const std::string_view previous =
          i > 0 && before_[i - 1].kind == TokenKind::Word ? text(before_[i - 1]) : "";
      if (previous == "Task") return WordClass::TaskMember;
      if (previous == "MSpace") return WordClass::MachineMember;
      if (previous == "IPoint" || previous == "ISpace") return WordClass::TupleMember;
      if (i + 1 < use && before_[i + 1].kind == TokenKind::Assign)
        return owner_of_value(i + 2, use);
    }
    return std::nullopt;
  }

  /// Of an assigned value: a machine if it starts from one, a tuple if it ends in one of a task's.
  std::optional<WordClass> owner_of_value(std::size_t from, std::size_t use) const {
    std::size_t end = from;
    while (end < use && before_[end].kind != TokenKind::Semicolon) ++end;
    if (from == end) return std::nullopt;
    if (before_[end - 1].kind == TokenKind::RightParen) return owner_of_call(end - 1);
    const std::string_view last = text(before_[end - 1]);
    const bool tuple = last == "ipoint" || last == "ispace" || last == "size";
    return tuple ? std::optional(WordClass::TupleMember) : std::nullopt;
  }

  const SourceFile& source_;
  std::span<const Token> before_;     ///< the tokens before the word at the cursor
  std::span<const Token> statement_;  ///< of these, the ones of the cursor's statement
  bool in_function_ = false;
  bool inside_literal_ = false;
  CompletionSlot slot_;
};

}  // namespace

CompletionSlot completion_slot(const SourceFile& source, std::span<const Token> tokens,
                               std::uint32_t offset) {
  return SlotFinder(source, tokens, offset).find();
}

}  // namespace castra::server
