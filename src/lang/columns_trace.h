#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "lang/ast.h"
#include "lang/columns_builder.h"
#include "lang/columns_program.h"
#include "lang/columns_uses.h"
#include "lang/evaluator.h"
#include "lang/owner_table.h"
#include "lang/profile.h"
#include "lang/symbols.h"
#include "lang/value.h"
#include "machine/machine.h"
#include "program/index_space.h"

namespace castra::lang::columns {

/// What an expression yields over all points of a launch.
struct Sym {
  enum class Tag : std::uint8_t {
    Failed,   ///< nothing: the points that got here have been marked
    Same,     ///< `value` at every point; never an integer or truth value
    Integer,  ///< `integer`
    Truth,    ///< `truth`
    Tuple,    ///< `items`
    Point,    ///< processor `index` of node `integer`, of `kind`
    Set,      ///< `integer` is the code of a set of processors of `kind`
    Task,     ///< the point being placed
  };
  Tag tag = Tag::Failed;
  Value value;
  Int integer;
  Int index;
  Bool truth;
  ProcessorKind kind = ProcessorKind::Cpu;
  std::shared_ptr<const std::vector<Sym>> items;

  bool is(Tag other) const { return tag == other; }
  static Sym of(const Int& integer);
  static Sym of(const Bool& truth);
  static Sym of(Value value);
  static Sym of(std::vector<Sym> items);
  static Sym of(std::shared_ptr<const std::vector<Sym>> items);
};

/// A function compiled for one launch domain on one machine. Points that `program` fails are to be
/// evaluated one by one; the others have the owner their code says.
struct Compiled {
  Program program;
  ProcessorKind kind = ProcessorKind::Cpu;
  std::vector<ProcessorSet> sets;  ///< code -1-i; each different, none of a single processor
  std::int64_t steps = 0;          ///< at least what the evaluator spends on any one point
  bool saw_empty_machine = false;
};

/// Follows a function once for all points of a launch: what is the same for all of them is
/// evaluated (by the Evaluator), what differs becomes instructions. Both branches of a condition
/// that differs are followed, each for its own points. Whatever cannot be expressed that way, or
/// would be an error, marks the points that reach it as failed; so only points that need it are
/// left to the evaluator. Uses bounds of the domain's coordinates; valid for that domain only.
class Tracer {
 public:
  Tracer(const Symbols& symbols, const Rect& domain, const MachineShape& machine,
         const EvaluationBudget& budget, LaunchPoint launch);

  /// Nothing if no point could be compiled.
  std::optional<Compiled> compile(const FunctionDef& function);

 private:
  /// Steps that following may take: it must stay much cheaper than evaluating a few hundred points.
  static constexpr std::int64_t kMaxSteps = 20000;
  /// Nested expressions and calls that are followed; the stacks of a runtime's threads are small.
  static constexpr int kMaxDepth = 200;
  static constexpr std::size_t kMaxTableSize = 16384;

  struct Scope {
    const FunctionDef* function = nullptr;
    const FunctionUses* uses = nullptr;
    std::vector<std::pair<std::string_view, Sym>> names;
  };

  /// The points that get here are left to the evaluator.
  Sym give_up();
  bool spend(std::int64_t steps);

  Sym body(const FunctionDef& function, std::vector<Sym> arguments);
  Sym trace(const Expr& expr);
  Sym node(const Expr& expr);
  Sym under(const Bool& condition, const Expr& expr);
  std::optional<Sym> evaluated(const Expr& expr);
  const Sym* find(std::string_view name) const;
  const FunctionUses& uses_of(const FunctionDef& function);

  Sym binary(const BinaryExpr& node);
  Sym logical(const BinaryExpr& node);
  Sym comparison(BinaryOperator op, const Sym& left, const Sym& right);
  Sym arithmetic(BinaryOperator op, const Sym& left, const Sym& right);
  std::optional<Int> combine(BinaryOperator op, const Int& left, const Int& right);
  std::optional<Bool> equal(const Sym& left, const Sym& right);
  Sym unary(const UnaryExpr& node);
  Sym conditional(const ConditionalExpr& node);
  std::optional<Sym> merge(const Bool& condition, const Sym& yes, const Sym& no);
  Sym comprehension(const ComprehensionExpr& node);
  Sym call(const CallExpr& node);
  Sym call_member(const MemberExpr& member, const std::vector<ExprPtr>& arguments);
  Sym member(const MemberExpr& node);
  Sym slice(const SliceExpr& node);
  Sym index(const IndexExpr& node);
  Sym index_tuple(const std::vector<Sym>& tuple, const Int& at);
  Sym index_machine(const MachineSpace& machine, const std::vector<Sym>& indices);
  Sym index_set(const MachineSpace& machine, const std::vector<Sym>& indices);
  /// False after giving up.
  bool items(const std::vector<ExprPtr>& list, std::vector<Sym>& out);

  OwnerTable::Code set_code(ProcessorKind kind, const ProcessorSet& set);
  std::optional<Int> code(const Sym& result);

  const Symbols& symbols_;
  const Rect& domain_;
  const MachineShape& machine_;
  const EvaluationBudget budget_;
  LaunchPoint launch_;
  Evaluator evaluator_;
  Builder builder_;
  std::map<const FunctionDef*, std::unique_ptr<const FunctionUses>> uses_;
  Scope* scope_ = nullptr;
  Bool where_ = kAlways;
  int depth_ = 0;
  std::int64_t steps_ = 0;
  std::map<ProcessorSet, OwnerTable::Code> sets_;
};

/// Whether compiled functions have this meaning of expressions.
bool understands(const Profile& profile);

bool is_wildcard(const Sym& sym);
/// Whether a parameter takes the argument at every point, as far as can be told.
bool fits(ParameterType type, const Sym& sym);
/// The elements of a tuple, or of a point of a machine as the tuple (node, index); null of anything
/// else.
std::shared_ptr<const std::vector<Sym>> elements(const Sym& sym);
/// Whether it has elements.
bool tuple_like(const Sym& sym);
/// The value at every point, if it is one.
std::optional<Value> same_value(const Sym& sym);

}  // namespace castra::lang::columns
