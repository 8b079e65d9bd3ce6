#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "machine/kinds.h"
#include "mapping/layout.h"
#include "support/source.h"

/// The syntax tree: what was written, with locations, and nothing that evaluation adds. Immutable
/// once parsed; every node's span lies in the SourceFile that was parsed.
namespace castra::lang {

template <typename T>
struct Located {
  T value;
  SourceSpan span;
};
using Identifier = Located<std::string>;

// Expressions

struct Expr;
using ExprPtr = std::unique_ptr<const Expr>;

enum class UnaryOperator : std::uint8_t { Negate, Not, Unpack };
enum class BinaryOperator : std::uint8_t {
  Or,
  And,
  Equal,
  NotEqual,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  Add,
  Subtract,
  Multiply,
  Divide,
  Remainder,
};
std::string_view to_string(UnaryOperator op);
std::string_view to_string(BinaryOperator op);

/// Stands where an expression could not be parsed; an error has been reported.
struct BadExpr {};
struct IntegerExpr {
  std::int64_t value = 0;
};
struct BoolExpr {
  bool value = false;
};
/// "text": compared with a task's name.
struct TextExpr {
  std::string value;
};
struct NameExpr {
  std::string name;
};
struct ProcessorExpr {
  ProcessorKind kind = ProcessorKind::Cpu;
};
struct MemoryExpr {
  MemoryKind kind = MemoryKind::System;
};
/// A lone `*`.
struct WildcardExpr {};
struct TupleExpr {
  std::vector<ExprPtr> items;
};
/// tuple(body for variable in range if condition); the condition may be null.
struct ComprehensionExpr {
  ExprPtr body;
  Identifier variable;
  ExprPtr range;
  ExprPtr condition;
};
struct UnaryExpr {
  UnaryOperator op = UnaryOperator::Negate;
  ExprPtr operand;
};
struct BinaryExpr {
  BinaryOperator op = BinaryOperator::Add;
  ExprPtr left;
  ExprPtr right;
};
struct ConditionalExpr {
  ExprPtr condition;
  ExprPtr yes;
  ExprPtr no;
};
/// callee(arguments): the callee is a name or a member.
struct CallExpr {
  ExprPtr callee;
  std::vector<ExprPtr> arguments;
};
struct IndexExpr {
  ExprPtr object;
  std::vector<ExprPtr> indices;
};
/// object[low:high]; either bound may be null.
struct SliceExpr {
  ExprPtr object;
  ExprPtr low;
  ExprPtr high;
};
struct MemberExpr {
  ExprPtr object;
  Identifier member;
};

/// A chain of binary operators such as a + b - c is a tree that leans to the left; `depth` counts a
/// chain of operators of one precedence once, `height` counts its every operator.
struct Expr {
  SourceSpan span;
  int depth = 1;   ///< nesting of the tree below, bounded by the parser
  int height = 1;  ///< of the tree below, bounded by the parser
  std::variant<BadExpr, IntegerExpr, BoolExpr, TextExpr, NameExpr, ProcessorExpr, MemoryExpr,
               WildcardExpr, TupleExpr, ComprehensionExpr, UnaryExpr, BinaryExpr, ConditionalExpr,
               CallExpr, IndexExpr, SliceExpr, MemberExpr>
      node;

  template <typename T>
  const T* as() const {
    return std::get_if<T>(&node);
  }
};

/// The binary expressions from `expr` down along the left operands, outermost first; empty if it is
/// none. Whatever walks a tree goes along this list instead of calling itself on left operands, so
/// that long chains cost no stack.
class LeftSpine {
 public:
  explicit LeftSpine(const Expr& expr);

  std::size_t size() const { return size_; }
  /// The outermost is the first.
  const BinaryExpr& operator[](std::size_t i) const { return *expr(i).as<BinaryExpr>(); }
  const Expr& expr(std::size_t i) const { return *(size_ > kFew ? many_[i] : few_[i]); }
  /// Where the chain starts in the text: the left operand of the innermost. Precondition: not
  /// empty.
  const Expr& first_operand() const { return *(*this)[size_ - 1].left; }

 private:
  static constexpr std::size_t kFew = 8;  ///< nearly all chains are shorter

  std::size_t size_ = 0;
  std::array<const Expr*, kFew> few_;
  std::vector<const Expr*> many_;  ///< all of them, if there are more than few
};

// Statements

struct Any {
  bool operator==(const Any&) const = default;
};

/// What a rule is about: `*`, a task or region by name, an argument by position, or (index and
/// single maps only) a processor kind.
struct Target {
  std::variant<Any, std::string, int, ProcessorKind> what;
  SourceSpan span;

  bool any() const { return std::holds_alternative<Any>(what); }
  const std::string* name() const { return std::get_if<std::string>(&what); }
};

struct TaskStmt {
  std::vector<Target> tasks;
  std::vector<Located<ProcessorKind>> processors;
};
struct RegionStmt {
  std::vector<Target> tasks;
  std::vector<Target> regions;
  std::optional<ProcessorKind> processor;  ///< empty: `*`
  std::vector<Located<MemoryKind>> memories;
};
/// One word of a Layout statement; exactly one member of `part` is set.
struct LayoutConstraint {
  Layout part;
  SourceSpan span;
};
struct LayoutStmt {
  std::vector<Target> tasks;
  std::vector<Target> regions;
  std::variant<Any, MemoryKind, ProcessorKind> place;
  std::vector<LayoutConstraint> constraints;
};
struct InstanceLimitStmt {
  std::vector<Target> tasks;
  std::int64_t limit = 0;
};
struct CollectMemoryStmt {
  std::vector<Target> tasks;
  std::vector<Target> regions;
};
/// IndexTaskMap, or SingleTaskMap if `single`.
struct MapStmt {
  bool single = false;
  std::vector<Target> targets;
  Identifier function;
};
struct ControlReplicateStmt {
  std::vector<Target> tasks;
};
struct TaskStealStmt {
  std::vector<Target> tasks;
  std::optional<ProcessorKind> processor;  ///< empty: `*`
  bool any_node = false;                   ///< else on the same node only
};
struct LanguageStmt {
  std::int64_t version = 1;
};

struct AssignStmt {
  Identifier name;
  ExprPtr value;
};
struct PrintStmt {
  Located<std::string> format;
  std::vector<ExprPtr> arguments;
};
struct ReturnStmt {
  ExprPtr value;
};
struct FunctionStmt {
  SourceSpan span;
  std::variant<AssignStmt, PrintStmt, ReturnStmt> node;
};

enum class ParameterType : std::uint8_t { Untyped, Int, Bool, Tuple, IPoint, ISpace, MSpace, Task };
std::string_view to_string(ParameterType type);
struct Parameter {
  ParameterType type = ParameterType::Untyped;
  Identifier name;
};
struct FunctionDef {
  Identifier name;
  std::vector<Parameter> parameters;
  std::vector<FunctionStmt> body;
  SourceSpan header;     ///< from `def` to the closing parenthesis
  bool complete = true;  ///< false: statements with syntax errors were left out
};

struct Statement {
  SourceSpan span;
  std::variant<TaskStmt, RegionStmt, LayoutStmt, InstanceLimitStmt, CollectMemoryStmt, MapStmt,
               ControlReplicateStmt, TaskStealStmt, LanguageStmt, FunctionDef, AssignStmt,
               PrintStmt>
      node;
};

struct Ast {
  std::vector<Statement> statements;
  /// Functions and variables whose definitions had syntax errors: not to be reported as undefined
  /// too.
  std::vector<std::string> broken;
};

}  // namespace castra::lang
