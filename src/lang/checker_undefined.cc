#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "lang/checker_impl.h"
#include "lang/token.h"
#include "support/slip.h"
#include "support/text.h"

/// Names that nothing defines.
namespace castra::lang::detail {
namespace {

/// "GPU" if the name looks like that of a machine of GPUs ("mgpu", "m_gpu", "gpus").
std::optional<std::string_view> machine_kind_in(std::string_view name) {
  std::string upper;
  for (const char c : name) upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  for (const std::string_view kind : {"GPU", "CPU", "OMP"}) {
    if (upper.find(kind) != std::string::npos) return kind;
  }
  return std::nullopt;
}

/// The name of the parameter that is the task; null if there is none.
const std::string* task_parameter(const FunctionDef* function) {
  if (function == nullptr) return nullptr;
  for (const Parameter& parameter : function->parameters) {
    if (parameter.type == ParameterType::Task) return &parameter.name.value;
  }
  return nullptr;
}

}  // namespace

void ExpressionChecker::report_undefined(const Expr& expr, const std::string& name) {
  if (quiet() || symbols_.broken.contains(name) || !is_identifier(name)) return;
  const FunctionDef* function = scope_ != nullptr ? scope_->function : nullptr;
  if (!undefined_.emplace(name, function).second) return;
  Diagnostic d = diagnose(Finding::UndefinedName, expr.span, name);
  if (sink_.suppressed() > 0) return report(std::move(d));  // counted only: no time for advice
  std::vector<std::string> candidates;
  if (scope_ != nullptr) {
    for (const auto& [local, definition] : scope_->locals) candidates.push_back(local);
  }
  for (const auto& [global, definition] : symbols_.variables) candidates.push_back(global);
  bool later = false;
  if (function != nullptr) {
    for (const FunctionStmt& statement : function->body) {
      const auto* assign = std::get_if<AssignStmt>(&statement.node);
      later = later || (assign != nullptr && assign->name.value == name);
    }
  }
  const auto kind = machine_kind_in(name);
  const auto nearest = did_you_mean(name, candidates);
  const bool truth = same_ignoring_case(name, "true");
  if (later) {
    d.help = "assign it before this statement";
  } else if (truth || same_ignoring_case(name, "false")) {
    d.help = truth ? "write `True`" : "write `False`";
    d.fixes.push_back({expr.span, truth ? "True" : "False"});
  } else if (kind && (!nearest || machine_kind_in(*nearest) != kind)) {
    d.help = fmt::format("add `{} = Machine({});` before the function", name, *kind);
    if (function != nullptr) {  // once, wherever it is missing
      const auto first =
          std::find_if(ast_.statements.begin(), ast_.statements.end(),
                       [](const auto& s) { return std::holds_alternative<FunctionDef>(s.node); });
      const std::uint32_t before = std::get<FunctionDef>(first->node).header.begin;
      d.fixes.push_back({{before, before}, fmt::format("{} = Machine({});\n", name, *kind)});
    }
  } else if (nearest) {
    d.help = fmt::format("did you mean `{}`?", *nearest);
    d.fixes.push_back({expr.span, *nearest});
    d.fix_is_certain = is_certain_slip(name, *nearest);
  } else if (name == "None" || name == "null" || name == "nullptr" || name == "NULL") {
    d.help = "there is no empty value: a function returns a processor, `machine[node, processor]`";
  } else if (name == "ipoint" || name == "ispace") {
    d.help = fmt::format("it is a member of the task: write `task.{}`", name);
  } else if (const std::string* task = task_parameter(function);
             task != nullptr && (name == "task" || name == "Task")) {
    d.help = fmt::format("the task is called `{}` here", *task);
  } else {
    d.help = fmt::format(
        "assign it first: `{0} = ...;`, or `{0} = Machine(GPU);` if it is a machine", name);
  }
  report(std::move(d));
}

}  // namespace castra::lang::detail
