#include <algorithm>
#include <cctype>

#include "lang/builtins.h"
#include "lang/checker_impl.h"
#include "lang/printer.h"
#include "lang/token.h"
#include "support/text.h"

namespace castra::lang::detail {
namespace {

using Tag = Type::Tag;

/// "GPU" if the name looks like that of a machine of GPUs ("mgpu", "m_gpu", "gpus").
std::optional<std::string_view> machine_kind_in(std::string_view name) {
  std::string upper;
  for (const char c : name) upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  for (const std::string_view kind : {"GPU", "CPU", "OMP"}) {
    if (upper.find(kind) != std::string::npos) return kind;
  }
  return std::nullopt;
}

}  // namespace

bool ExpressionChecker::has_unpack(const std::vector<ExprPtr>& list) {
  return std::any_of(list.begin(), list.end(), [](const ExprPtr& item) {
    const auto* unary = item->as<UnaryExpr>();
    return unary != nullptr && unary->op == UnaryOperator::Unpack;
  });
}

Type ExpressionChecker::mismatch(SourceSpan span, std::string_view user, std::string_view needed,
                                 const Type& found, std::string help) {
  Diagnostic d = diagnose(Finding::TypeMismatch, span, user, needed, describe(found));
  d.help = std::move(help);
  report(std::move(d));
  return {};
}

void ExpressionChecker::need(const Expr& expr, Tag tag, std::string_view user,
                             std::string_view needed) {
  const Type type = type_of(expr);
  if (!type.unknown() && !type.is(tag)) mismatch(expr.span, user, needed, type);
}

std::vector<Type> ExpressionChecker::items(const std::vector<ExprPtr>& list, Place place) {
  std::vector<Type> types;
  for (const ExprPtr& item : list) types.push_back(type_of(*item, place));
  return types;
}

Type ExpressionChecker::type_of(const Expr& expr, Place place) {
  ++depth_;
  const Type type = type_of_node(expr, place);
  --depth_;
  program_.types.record(expr, type);
  return type;
}

Type ExpressionChecker::type_of_node(const Expr& expr, Place place) {
  if (expr.as<IntegerExpr>() != nullptr) return integer_type();
  if (expr.as<BoolExpr>() != nullptr) return boolean_type();
  if (expr.as<ProcessorExpr>() != nullptr) return {Tag::Processor, {}, {}, nullptr};
  if (expr.as<MemoryExpr>() != nullptr) return {Tag::Memory, {}, {}, nullptr};
  if (const auto* node = expr.as<NameExpr>()) return name(expr, *node);
  if (const auto* node = expr.as<TupleExpr>()) return tuple(*node);
  if (const auto* node = expr.as<ComprehensionExpr>()) return comprehension(*node);
  if (const auto* node = expr.as<UnaryExpr>()) return unary(expr, *node, place);
  if (const auto* node = expr.as<BinaryExpr>()) return binary(expr, *node);
  if (const auto* node = expr.as<ConditionalExpr>()) return conditional(*node);
  if (const auto* node = expr.as<CallExpr>()) return call(expr, *node);
  if (const auto* node = expr.as<IndexExpr>()) return index(expr, *node);
  if (const auto* node = expr.as<SliceExpr>()) return slice(*node);
  if (const auto* node = expr.as<MemberExpr>()) return member(*node);
  if (expr.as<TextExpr>() != nullptr) return {Tag::Text, {}, {}, nullptr};
  if (expr.as<WildcardExpr>() != nullptr) return {Tag::Wildcard, {}, {}, nullptr};
  return {};
}

Type ExpressionChecker::name(const Expr& expr, const NameExpr& node) {
  if (scope_ != nullptr) {
    const auto local = scope_->locals.find(node.name);
    if (local != scope_->locals.end()) return local->second.type;
  }
  if (const auto global = symbols_.variables.find(node.name); global != symbols_.variables.end()) {
    return type_of_global(global->first, *global->second);
  }
  if (node.name == "Machine") {
    Diagnostic d =
        diagnose(Finding::TypeMismatch, expr.span, "`Machine`", "a processor kind", "none");
    d.help = "write `Machine(GPU)`";
    report(std::move(d));
    return {};
  }
  if (symbols_.functions.contains(node.name)) {
    Diagnostic d = diagnose(Finding::TypeMismatch, expr.span, "this place", "a value",
                            fmt::format("the function `{}`", node.name));
    d.help = fmt::format("call it: `{}(...)`", node.name);
    report(std::move(d));
    return {};
  }
  report_undefined(expr, node.name);
  return {};
}

void ExpressionChecker::report_undefined(const Expr& expr, const std::string& name) {
  if (symbols_.broken.contains(name) || !is_identifier(name)) return;
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
  if (later) {
    d.help = "assign it before this statement";
  } else if (kind && (!nearest || machine_kind_in(*nearest) != kind)) {
    d.help = fmt::format("add `{} = Machine({});` before the function", name, *kind);
    if (function != nullptr) {
      const SourceSpan before = {function->header.begin, function->header.begin};
      d.fixes.push_back({before, fmt::format("{} = Machine({});\n", name, *kind)});
    }
  } else if (nearest) {
    d.help = fmt::format("did you mean `{}`?", *nearest);
    d.fixes.push_back({expr.span, *nearest});
  } else if (name == "ipoint" || name == "ispace") {
    d.help = fmt::format("it is a member of the task: write `task.{}`", name);
  } else if (name == "true" || name == "false") {
    d.help = name == "true" ? "write `True`" : "write `False`";
  } else {
    d.help = fmt::format(
        "assign it first: `{0} = ...;`, or `{0} = Machine(GPU);` if it is a machine", name);
  }
  report(std::move(d));
}

Type ExpressionChecker::tuple(const TupleExpr& node) {
  items(node.items, Place::Item);
  if (has_unpack(node.items)) return tuple_type(std::nullopt);
  return tuple_type(static_cast<int>(node.items.size()));
}

Type ExpressionChecker::comprehension(const ComprehensionExpr& node) {
  const Type range = type_of(*node.range);
  if (!range.unknown() && !range.tuple_like()) {
    mismatch(node.range->span, "the range of a comprehension", "a tuple", range,
             "write the values out: `for i in (0, 1, 2)`");
  }
  Scope outside;
  Scope* const outer = scope_;
  if (scope_ == nullptr) scope_ = &outside;
  const auto [local, fresh] = scope_->locals.try_emplace(node.variable.value);
  const Local shadowed = std::exchange(local->second, Local{{}, node.variable.span});
  type_of(*node.body);
  if (fresh) {
    scope_->locals.erase(local);
  } else {
    local->second = shadowed;
  }
  scope_ = outer;
  return tuple_type(range.is(Tag::Tuple) ? range.length : std::nullopt);
}

Type ExpressionChecker::unary(const Expr& expr, const UnaryExpr& node, Place place) {
  if (node.op == UnaryOperator::Unpack && place == Place::Value) {
    Diagnostic d = diagnose(Finding::BadUnpack, expr.span);
    d.help = fmt::format("`*` binds to `{}` alone; to unpack a whole expression write `*(...)`",
                         print(*node.operand));
    if (d.help.size() > 160) d.help = "to unpack a whole expression write `*(...)` inside brackets";
    report(std::move(d));
    type_of(*node.operand);
    return {};
  }
  const Type type = type_of(*node.operand);
  if (type.unknown()) return type;
  switch (node.op) {
    case UnaryOperator::Unpack:
      if (!type.tuple_like()) mismatch(expr.span, "unpacking `*`", "a tuple", type);
      return {};
    case UnaryOperator::Not:
      if (!type.is(Tag::Boolean)) mismatch(expr.span, "`!`", "a truth value", type);
      return boolean_type();
    case UnaryOperator::Negate:
      if (!type.is(Tag::Integer) && !type.tuple_like()) {
        return mismatch(expr.span, "`-`", "an integer or a tuple", type);
      }
      return type.is(Tag::Integer) ? type : tuple_type(type.length);
  }
  return {};
}

Type ExpressionChecker::binary(const Expr& expr, const BinaryExpr& node) {
  const Type left = type_of(*node.left);
  const Type right = type_of(*node.right);
  const bool known = !left.unknown() && !right.unknown();
  const auto wrong = [&] {
    Diagnostic d = diagnose(Finding::WrongOperands, expr.span, to_string(node.op), describe(left),
                            describe(right));
    if (left.is(Tag::Machine) || right.is(Tag::Machine))
      d.help = "the sizes of a machine are `machine.size`";
    report(std::move(d));
  };
  switch (node.op) {
    case BinaryOperator::Or:
    case BinaryOperator::And:
      if ((!left.unknown() && !left.is(Tag::Boolean)) ||
          (!right.unknown() && !right.is(Tag::Boolean)))
        wrong();
      return boolean_type();
    case BinaryOperator::Equal:
    case BinaryOperator::NotEqual: {
      const bool tuples = left.tuple_like() && right.tuple_like();
      const bool simple = left.tag == right.tag && (left.is(Tag::Integer) || left.is(Tag::Boolean));
      if (known && !tuples && !simple) wrong();
      return boolean_type();
    }
    case BinaryOperator::Less:
    case BinaryOperator::LessEqual:
    case BinaryOperator::Greater:
    case BinaryOperator::GreaterEqual:
      if ((!left.unknown() && !left.is(Tag::Integer)) ||
          (!right.unknown() && !right.is(Tag::Integer)))
        wrong();
      return boolean_type();
    default:
      break;
  }
  const auto arithmetic = [](const Type& type) {
    return type.unknown() || type.is(Tag::Integer) || type.tuple_like();
  };
  if (!arithmetic(left) || !arithmetic(right)) {
    wrong();
    return {};
  }
  if (left.tuple_like()) return tuple_type(left.length);
  if (right.tuple_like()) return tuple_type(right.length);
  return known ? integer_type() : Type{};
}

Type ExpressionChecker::conditional(const ConditionalExpr& node) {
  need(*node.condition, Tag::Boolean, "the condition of `?`", "a truth value");
  const Type yes = type_of(*node.yes);
  const Type no = type_of(*node.no);
  return common(yes, no);
}

Type ExpressionChecker::index(const Expr& expr, const IndexExpr& node) {
  const Type object = type_of(*node.object);
  if (object.is(Tag::Machine)) return index_machine(expr, node, object);
  const Place place = object.unknown() ? Place::MachineIndex : Place::Item;
  const std::vector<Type> types = items(node.indices, place);
  if (object.unknown()) return {};
  if (object.is(Tag::Task)) {
    return mismatch(node.object->span, "`[...]`", "a tuple or a machine", object,
                    "index `task.ipoint`");
  }
  if (!object.tuple_like())
    return mismatch(node.object->span, "`[...]`", "a tuple or a machine", object);
  if (types.size() != 1) {
    return mismatch(expr.span, "the index of a tuple", "one integer", tuple_type(std::nullopt),
                    "only machines have several indices; write `t[0]`");
  }
  if (!types.front().unknown() && !types.front().is(Tag::Integer)) {
    mismatch(node.indices.front()->span, "the index of a tuple", "an integer", types.front());
  }
  const auto position = literal(*node.indices.front());
  const std::optional<int> length = object.is(Tag::Point) ? 2 : object.length;
  if (position && length && *position >= *length) {
    report(diagnose(Finding::IndexOutsideTuple, expr.span, *position,
                    counted(static_cast<std::size_t>(*length), "element")));
  }
  return object.is(Tag::Point) ? integer_type() : Type{};
}

Type ExpressionChecker::index_machine(const Expr& expr, const IndexExpr& node,
                                      const Type& machine) {
  const std::vector<Type> types = items(node.indices, Place::MachineIndex);
  bool set = false;
  for (std::size_t i = 0; i < types.size(); ++i) {
    set = set || types[i].is(Tag::Wildcard);
    const bool fits = types[i].unknown() || types[i].is(Tag::Integer) || types[i].is(Tag::Wildcard);
    if (fits) continue;
    std::string help;
    if (types[i].tuple_like()) help = fmt::format("unpack it: `*{}`", print(*node.indices[i]));
    if (node.indices[i]->as<BinaryExpr>() != nullptr) help = "unpack it: `*(...)`";
    mismatch(node.indices[i]->span, "a machine's index", "an integer", types[i], help);
    return point_type(machine.kind);
  }
  if (machine.length && !has_unpack(node.indices) &&
      types.size() != static_cast<std::size_t>(*machine.length)) {
    Diagnostic d = diagnose(Finding::WrongIndexCount, expr.span,
                            counted(static_cast<std::size_t>(*machine.length), "dimension"),
                            counted(types.size(), "index value"));
    d.help = *machine.length == 2 ? "write `machine[node, processor]`, both in one pair of brackets"
                                  : "give one index per dimension, all in one pair of brackets";
    report(std::move(d));
    return {};
  }
  if (set) return {Tag::Set, machine.kind, {}, nullptr};
  return point_type(machine.kind);
}

Type ExpressionChecker::slice(const SliceExpr& node) {
  const Type object = type_of(*node.object);
  if (node.low) need(*node.low, Tag::Integer, "the bound of a slice", "an integer");
  if (node.high) need(*node.high, Tag::Integer, "the bound of a slice", "an integer");
  if (node.high && literal(*node.high) == 0) {
    const bool whole = symbols_.profile.slice_zero_is_end;
    Diagnostic d =
        diagnose(whole ? Finding::SliceToZeroIsWhole : Finding::SliceToZero, node.high->span);
    d.help = "leave the end out for the whole tuple: `[0:]`";
    report(std::move(d));
  }
  if (!object.unknown() && !object.tuple_like() && !object.is(Tag::Machine)) {
    mismatch(node.object->span, "a slice", "a tuple or a machine", object);
  }
  return tuple_type(std::nullopt);
}

Type ExpressionChecker::member(const MemberExpr& node) {
  const Type object = type_of(*node.object);
  const std::string& word = node.member.value;
  if (object.is(Tag::Task)) {
    if (word == "ipoint" || word == "ispace") return tuple_type(std::nullopt);
    if (word == "parent") return {Tag::Task, {}, {}, nullptr};
    if (word == "processor") {
      Diagnostic d = diagnose(Finding::TypeMismatch, node.member.span, "`processor`", "a machine",
                              "no argument");
      d.help = "write `task.parent.processor(machine)`";
      report(std::move(d));
      return {};
    }
    return unknown_member(node, object);
  }
  if (object.is(Tag::Machine) || object.tuple_like()) {
    if (word == "size")
      return tuple_type(object.is(Tag::Point) ? std::optional<int>(2) : object.length);
    if (word == "len" || word == "volume") return integer_type();
    if (object.is(Tag::Machine) && (find_transform(word) != nullptr || word == "has")) {
      Diagnostic d = diagnose(Finding::TypeMismatch, node.member.span, fmt::format("`{}`", word),
                              "arguments", "none");
      d.help = fmt::format("call it: `.{}(...)`", word);
      report(std::move(d));
      return machine_type(object.kind, {});
    }
    return unknown_member(node, object);
  }
  if (object.unknown()) return {};
  return unknown_member(node, object);
}

Type ExpressionChecker::unknown_member(const MemberExpr& node, const Type& object) {
  const std::string& word = node.member.value;
  Diagnostic d = diagnose(Finding::UnknownMember, node.member.span, describe(object), word);
  std::vector<std::string> members;
  if (object.is(Tag::Task)) {
    members = {"ipoint", "ispace", "parent", "processor"};
  } else if (object.is(Tag::Machine)) {
    members = {"size", "len", "volume", "has"};
    for (const TransformInfo& transform : transforms()) members.emplace_back(transform.name);
  } else if (object.tuple_like()) {
    members = {"size", "len", "volume"};
  }
  const std::string shown =
      object.is(Tag::Task) ? "members of a task are ipoint, ispace, parent and processor"
      : object.is(Tag::Machine)
          ? "members of a machine are size, len, volume, has and the transforms"
      : object.tuple_like() ? "members of a tuple are size, len and volume"
                            : "";
  d.help = shown;
  const bool transform_on_tuple = !object.is(Tag::Machine) && find_transform(word) != nullptr;
  if (transform_on_tuple) d.help = "transforms apply to machines, such as `Machine(GPU)`";
  if (const auto nearest = did_you_mean(word, members)) {
    d.help = fmt::format("did you mean `{}`?", *nearest);
    d.fixes.push_back({node.member.span, *nearest});
  } else if (word == "shape" || word == "sizes" || word == "dims") {
    d.help = "did you mean `size`?";
    d.fixes.push_back({node.member.span, "size"});
  } else if (object.is(Tag::Task) &&
             (word == "point" || word == "index" || word == "index_point")) {
    d.help = "did you mean `ipoint`?";
    d.fixes.push_back({node.member.span, "ipoint"});
  } else if (object.is(Tag::Task) &&
             (word == "space" || word == "domain" || word == "index_domain")) {
    d.help = "did you mean `ispace`?";
    d.fixes.push_back({node.member.span, "ispace"});
  }
  report(std::move(d));
  return {};
}

}  // namespace castra::lang::detail
