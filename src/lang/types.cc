#include "lang/types.h"

#include <fmt/format.h>

#include "support/check.h"

namespace castra::lang {
namespace {

using Tag = Type::Tag;

/// How deep element types are kept: a tuple built from itself in a recursion has no finite type.
constexpr int kMaxElementDepth = 8;

int element_depth(const Type& type) {
  int depth = 0;
  for (const Type* at = type.element.get(); at != nullptr; at = at->element.get()) ++depth;
  return depth;
}

std::string with_kind(const Type& type, std::string_view word) {
  return type.kind ? fmt::format("{} {}", castra::to_string(*type.kind), word) : std::string(word);
}

}  // namespace

Type Type::item() const {
  if (tag == Tag::Point) return integer_type();
  return element ? *element : Type{};
}

bool Type::operator==(const Type& other) const {
  if (tag != other.tag || kind != other.kind || length != other.length) return false;
  if (!element || !other.element) return element == other.element;
  return *element == *other.element;
}

Type integer_type() { return {Tag::Integer, {}, {}, nullptr}; }
Type boolean_type() { return {Tag::Boolean, {}, {}, nullptr}; }

Type tuple_type(std::optional<int> length, const Type& element) {
  const bool known = element.tag != Tag::Unknown && element_depth(element) < kMaxElementDepth;
  if (length > kMaxKnownLength) length.reset();
  return {Tag::Tuple, {}, length, known ? std::make_shared<const Type>(element) : nullptr};
}

Type machine_type(std::optional<ProcessorKind> kind, std::optional<int> dimensions) {
  return {Tag::Machine, kind, dimensions, nullptr};
}

Type point_type(std::optional<ProcessorKind> kind) { return {Tag::Point, kind, {}, nullptr}; }

Type type_of(ParameterType type) {
  switch (type) {
    case ParameterType::Untyped:
      return {};
    case ParameterType::Int:
      return integer_type();
    case ParameterType::Bool:
      return boolean_type();
    case ParameterType::Tuple:
      return tuple_type(std::nullopt);
    case ParameterType::IPoint:
    case ParameterType::ISpace:
      return tuple_type(std::nullopt, integer_type());
    case ParameterType::MSpace:
      return machine_type({}, {});
    case ParameterType::Task:
      return {Tag::Task, {}, {}, nullptr};
  }
  CASTRA_CHECK(false, "unknown parameter type");
}

std::string describe(const Type& type) {
  switch (type.tag) {
    case Tag::Unknown:
    case Tag::Never:
      return "a value";
    case Tag::Integer:
      return "an integer";
    case Tag::Boolean:
      return "a truth value";
    case Tag::Text:
      return "a text";
    case Tag::Tuple:
      return "a tuple";
    case Tag::Machine:
      return "a machine";
    case Tag::Point:
      return "a point of a machine";
    case Tag::Set:
      return "a set of points";
    case Tag::Task:
      return "a task";
    case Tag::Processor:
      return "a processor kind";
    case Tag::Memory:
      return "a memory kind";
    case Tag::Wildcard:
      return "the wildcard `*`";
  }
  CASTRA_CHECK(false, "unknown type");
}

std::string to_string(const Type& type) {
  switch (type.tag) {
    case Tag::Unknown:
    case Tag::Never:
      return "unknown";
    case Tag::Integer:
      return "int";
    case Tag::Boolean:
      return "bool";
    case Tag::Text:
      return "text";
    case Tag::Tuple: {
      std::string out = "tuple";
      if (type.length) out += fmt::format(" of {}", *type.length);
      if (type.element && type.length != 0)
        out += (type.length ? " " : " of ") + to_string(*type.element);
      return out;
    }
    case Tag::Machine: {
      const std::string out = with_kind(type, "machine");
      if (!type.length) return out;
      return fmt::format("{} of {} dimension{}", out, *type.length, *type.length == 1 ? "" : "s");
    }
    case Tag::Point:
      return with_kind(type, "point");
    case Tag::Set:
      return with_kind(type, "points");
    case Tag::Task:
      return "task";
    case Tag::Processor:
      return "processor kind";
    case Tag::Memory:
      return "memory kind";
    case Tag::Wildcard:
      return "wildcard";
  }
  CASTRA_CHECK(false, "unknown type");
}

Type common(const Type& a, const Type& b) {
  if (a.is(Tag::Never)) return b;
  if (b.is(Tag::Never)) return a;
  if (a.tag != b.tag) return {};
  Type both{a.tag, a.kind == b.kind ? a.kind : std::nullopt,
            a.length == b.length ? a.length : std::nullopt, nullptr};
  // An empty tuple agrees with any elements.
  if (a.is(Tag::Tuple) && a.length == 0) {
    both.element = b.element;
  } else if (b.is(Tag::Tuple) && b.length == 0) {
    both.element = a.element;
  } else if (a.element && b.element) {
    const Type element = common(*a.element, *b.element);
    if (!element.unknown()) both.element = std::make_shared<const Type>(element);
  }
  return both;
}

}  // namespace castra::lang
