#include "lang/function_inputs.h"

#include <string_view>

#include "lang/builtins.h"
#include "lang/used_code.h"

namespace castra::lang {
namespace {

bool of_values_only(std::string_view member) {
  return find_member(MemberOwner::Machine, member) != nullptr ||
         find_member(MemberOwner::Tuple, member) != nullptr || find_transform(member) != nullptr;
}

}  // namespace

FunctionInputs function_inputs(const Symbols& symbols, const FunctionDef& function) {
  const UsedCode used = used_code(symbols, function);
  FunctionInputs inputs;
  inputs.prints = used.prints || !symbols.prints.empty();
  for (const Expr* expr : used.expressions) {
    if (const auto* processor = expr->as<ProcessorExpr>()) inputs.machines.insert(processor->kind);
    const auto* member = expr->as<MemberExpr>();
    if (member == nullptr) continue;
    if (member->member.value == "ipoint") {
      inputs.point = true;
    } else if (member->member.value == "ispace") {
      inputs.extents = true;
    } else if (!of_values_only(member->member.value)) {
      inputs.launch = true;
    }
  }
  return inputs;
}

}  // namespace castra::lang
