#include "lang/map_kinds.h"

#include <algorithm>

#include "lang/used_code.h"

namespace castra::lang::detail {

bool always_places_on(const CheckedProgram& program, const std::string& function,
                      ProcessorKind kind) {
  const auto kinds = program.kinds.find(function);
  const auto definition = program.symbols.functions.find(function);
  if (kinds == program.kinds.end() || definition == program.symbols.functions.end()) return false;
  if (kinds->second != std::set{kind}) return false;
  const UsedCode used = used_code(program.symbols, *definition->second);
  return std::ranges::all_of(used.expressions, [&](const Expr* expr) {
    const auto* processor = expr->as<ProcessorExpr>();
    return processor == nullptr || processor->kind == kind;
  });
}

}  // namespace castra::lang::detail
