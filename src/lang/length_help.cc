#include "lang/length_help.h"

#include <fmt/format.h>

#include <algorithm>

#include "lang/diagnostics.h"
#include "lang/printer.h"

namespace castra::lang {
namespace {

constexpr std::size_t kMaxShown = 60;

/// Whether `[0]` can be written behind it as it stands.
bool is_postfix(const Expr& expr) {
  return expr.as<NameExpr>() != nullptr || expr.as<MemberExpr>() != nullptr ||
         expr.as<IndexExpr>() != nullptr || expr.as<CallExpr>() != nullptr ||
         expr.as<TupleExpr>() != nullptr;
}

}  // namespace

std::string length_help(const Expr& expr, std::size_t left, std::size_t right) {
  const auto* node = expr.as<BinaryExpr>();
  if (node == nullptr || left == 0 || right == 0) return "";
  const std::string a = print(*node->left);
  const std::string b = print(*node->right);
  const Expr& longer = left > right ? *node->left : *node->right;
  if (a.size() + b.size() > kMaxShown || !is_postfix(longer)) return "";
  const std::size_t least = std::min(left, right);
  const std::string slice =
      fmt::format("`{}[:{}]` has {}", left > right ? a : b, least, counted(least, "element"));
  if (least > 1 || !is_postfix(*node->left) || !is_postfix(*node->right)) return slice;
  // Of a machine's sizes the last is that of its processors.
  return fmt::format("write single elements: `{}[{}] {} {}[{}]`; or slice: {}", a, left - 1,
                     to_string(node->op), b, right - 1, slice);
}

}  // namespace castra::lang
