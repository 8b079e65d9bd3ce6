#include <algorithm>
#include <iterator>

#include "lang/check_against_impl.h"
#include "lang/diagnostics.h"
#include "lang/printer.h"
#include "lang/tree_walk.h"

/// The commonest slip in an index function: `m[i % m.size[1], j % m.size[0]]`.
namespace castra::lang::detail {
namespace {

constexpr std::size_t kMaxShown = 60;

bool used_once(const FunctionDef& function, const std::string& variable) {
  int uses = 0;
  for_each_expression(function, [&](const Expr& expr) {
    const auto* name = expr.as<NameExpr>();
    uses += name != nullptr && name->name == variable ? 1 : 0;
  });
  return uses == 1;
}

/// The value a name was given in the function, if it is a local variable; else the name itself.
const Expr& resolved(const FunctionDef& function, const Expr& expr) {
  const auto* name = expr.as<NameExpr>();
  if (name == nullptr) return expr;
  for (const FunctionStmt& statement : function.body) {
    const auto* assign = std::get_if<AssignStmt>(&statement.node);
    if (assign != nullptr && assign->name.value == name->name) return *assign->value;
  }
  return expr;
}

/// The dimension written in `... % m.size[d]`, for the machine written as `machine`.
const Expr* modulus_dimension(const Expr& expr, const std::string& machine) {
  const auto* remainder = expr.as<BinaryExpr>();
  if (remainder == nullptr || remainder->op != BinaryOperator::Remainder) return nullptr;
  const auto* index = remainder->right->as<IndexExpr>();
  const auto* size = index == nullptr ? nullptr : index->object->as<MemberExpr>();
  if (size == nullptr || size->member.value != "size" || index->indices.size() != 1 ||
      print(*size->object) != machine)
    return nullptr;
  const Expr* dimension = index->indices.front().get();
  return dimension->as<IntegerExpr>() != nullptr ? dimension : nullptr;
}

}  // namespace

std::vector<WrongDimension> find_wrong_dimensions(const FunctionDef& function, SourceSpan index) {
  std::vector<WrongDimension> found;
  for_each_expression(function, [&](const Expr& expr) {
    const auto* node = expr.as<IndexExpr>();
    if (!found.empty() || node == nullptr || expr.span != index) return;
    const std::string machine = print(*node->object);
    for (std::size_t i = 0; i < node->indices.size(); ++i) {
      const Expr* dimension = modulus_dimension(resolved(function, *node->indices[i]), machine);
      if (dimension == nullptr) continue;
      const std::int64_t written = dimension->as<IntegerExpr>()->value;
      if (written == static_cast<std::int64_t>(i)) continue;
      const auto* variable = node->indices[i]->as<NameExpr>();
      const bool alone = variable == nullptr || used_once(function, variable->name);
      found.push_back({i, written, machine.size() > kMaxShown ? "the machine" : machine,
                       dimension->span, alone});
    }
  });
  return found;
}

std::vector<FixIt> fixes_of(const WrongDimension& wrong) {
  if (!wrong.alone) return {};
  return {{wrong.span, std::to_string(wrong.index)}};
}

void suggest_dimensions(const std::vector<WrongDimension>& wrong, Diagnostic& diagnostic) {
  std::string help;
  for (const WrongDimension& one : wrong) {
    if (!help.empty()) help += "; ";
    help += fmt::format("index {0} is taken modulo `{1}.size[{2}]`: write `{1}.size[{0}]`",
                        one.index, one.machine, one.dimension);
    std::ranges::move(fixes_of(one), std::back_inserter(diagnostic.fixes));
  }
  if (!help.empty()) diagnostic.help = help;
}

void suggest_dimension(const Subject& subject, Diagnostic& diagnostic) {
  if (diagnostic.code != info(Finding::IndexOutsideMachine).code) return;
  for (const auto& [name, function] : subject.symbols.functions) {
    const auto wrong = find_wrong_dimensions(*function, diagnostic.span);
    if (wrong.empty()) continue;
    diagnostic.fixes.clear();
    return suggest_dimensions(wrong, diagnostic);
  }
}

}  // namespace castra::lang::detail
