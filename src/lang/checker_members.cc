#include "lang/builtins.h"
#include "lang/checker_impl.h"
#include "support/text.h"

/// Members, read and called, and what is said of members that do not exist.
namespace castra::lang::detail {
namespace {

using Tag = Type::Tag;

std::optional<MemberOwner> owner_of(const Type& type) {
  if (type.is(Tag::Task)) return MemberOwner::Task;
  if (type.is(Tag::Machine)) return MemberOwner::Machine;
  if (type.tuple_like()) return MemberOwner::Tuple;
  return std::nullopt;
}

/// Without transforms.
std::vector<std::string> names_of(MemberOwner owner) {
  std::vector<std::string> names;
  for (const MemberInfo& member : members()) {
    if (member.owner == owner) names.emplace_back(member.name);
  }
  return names;
}

/// "members of a tuple are size, len and volume"
std::string sentence_of(MemberOwner owner) {
  std::vector<std::string> names = names_of(owner);
  std::string_view whose = "a tuple";
  if (owner == MemberOwner::Task) whose = "a task";
  if (owner == MemberOwner::Machine) {
    whose = "a machine";
    names.emplace_back("the transforms");
  }
  const std::span<const std::string> all = names;
  return fmt::format("members of {} are {} and {}", whose, join(all.first(all.size() - 1), ", "),
                     names.back());
}

}  // namespace

Type ExpressionChecker::member(const MemberExpr& node) {
  const Type object = type_of(*node.object);
  const std::string& word = node.member.value;
  if (object.is(Tag::Task)) {
    if (word == "ipoint" || word == "ispace") return tuple_type(std::nullopt, integer_type());
    if (word == "name") return {Tag::Text, {}, {}, nullptr};
    if (word == "parent") return {Tag::Task, {}, {}, nullptr};
    if (word == "processor" || word == "region_bytes") {
      Diagnostic d =
          diagnose(Finding::TypeMismatch, node.member.span, fmt::format("`{}`", word),
                   word == "processor" ? "a machine" : "an argument's position", "no argument");
      d.help = word == "processor" ? "write `task.parent.processor(machine)`"
                                   : "write `task.region_bytes(0)`";
      report(std::move(d));
      return {};
    }
    return unknown_member(node, object);
  }
  if (object.is(Tag::Machine) || object.tuple_like()) {
    if (word == "size")
      return object.is(Tag::Machine) ? tuple_type(object.length, integer_type())
                                     : tuple_type(object.items(), object.item());
    if (word == "len" || word == "volume") return integer_type();
    if (object.is(Tag::Machine) && (word == "nodes" || word == "per_node")) return integer_type();
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

Type ExpressionChecker::call_member(const CallExpr& node, const MemberExpr& member) {
  const Type object = type_of(*member.object);
  const std::string& word = member.member.value;
  if (object.is(Tag::Machine) && find_transform(word) != nullptr)
    return call_transform(node, member, object);
  const std::vector<Type> types = items(node.arguments, Place::Item);
  if (object.unknown()) return {};
  if (word == "has" && (object.is(Tag::Machine) || object.is(Tag::Point))) {
    const Type found = types.size() == 1 ? types.front() : Type{};
    if (!found.unknown() && !found.is(Tag::Memory))
      mismatch(node.arguments.front()->span, "`has`", "a memory kind", found);
    return boolean_type();
  }
  if (object.is(Tag::Task) && (word == "processor" || word == "region_bytes")) {
    const bool place = word == "processor";
    const Type found = types.size() == 1 ? types.front() : Type{};
    if (types.size() != 1 && !has_unpack(node.arguments)) {
      Diagnostic d = diagnose(Finding::WrongArity, member.member.span, word, "1 argument",
                              given(types.size()));
      d.help = place ? "write `task.parent.processor(machine)`" : "write `task.region_bytes(0)`";
      report(std::move(d));
    } else if (!found.unknown() && !found.is(place ? Tag::Machine : Tag::Integer)) {
      mismatch(node.arguments.front()->span, fmt::format("`{}`", word),
               place ? "a machine" : "an argument's position", found);
    }
    if (!place) return integer_type();
    return tuple_type(found.is(Tag::Machine) ? found.length : std::nullopt, integer_type());
  }
  const auto owner = owner_of(object);
  const MemberInfo* known = owner ? find_member(*owner, word) : nullptr;
  if (known != nullptr && !known->called) {
    Diagnostic d =
        diagnose(Finding::NotCallable, member.member.span, fmt::format("the member `{}`", word));
    d.help = fmt::format("write `.{}` without parentheses", word);
    report(std::move(d));
    return {};
  }
  return unknown_member(member, object);
}

Type ExpressionChecker::unknown_member(const MemberExpr& node, const Type& object) {
  if (quiet()) return {};
  const std::string& word = node.member.value;
  Diagnostic d = diagnose(Finding::UnknownMember, node.member.span, describe(object), word);
  const std::optional<MemberOwner> owner = owner_of(object);
  std::vector<std::string> names;
  if (owner) {
    names = names_of(*owner);
    d.help = sentence_of(*owner);
  }
  if (owner == MemberOwner::Machine) {
    for (const TransformInfo& transform : transforms()) names.emplace_back(transform.name);
  }
  const bool transform_on_tuple = !object.is(Tag::Machine) && find_transform(word) != nullptr;
  if (transform_on_tuple) d.help = "transforms apply to machines, such as `Machine(GPU)`";
  if (const auto nearest = did_you_mean(word, names)) {
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
  const std::size_t axis = std::string_view("xyz").find(word);
  const bool coordinate = object.tuple_like() && word.size() == 1 && axis != std::string_view::npos;
  if (coordinate && axis < static_cast<std::size_t>(object.items().value_or(3))) {
    d.help = fmt::format("coordinates are elements: write `[{}]`", axis);
    // Parentheses around the object belong to no expression.
    if (node.object->as<MemberExpr>() != nullptr || node.object->as<NameExpr>() != nullptr)
      d.fixes.push_back({{node.object->span.end, node.member.span.end}, fmt::format("[{}]", axis)});
  }
  report(std::move(d));
  return {};
}

}  // namespace castra::lang::detail
