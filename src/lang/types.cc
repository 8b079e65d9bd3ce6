#include "lang/types.h"

#include "support/check.h"

namespace castra::lang {

Type type_of(ParameterType type) {
  switch (type) {
    case ParameterType::Untyped:
      return {};
    case ParameterType::Int:
      return {Type::Tag::Integer, {}, {}};
    case ParameterType::Bool:
      return {Type::Tag::Boolean, {}, {}};
    case ParameterType::IPoint:
    case ParameterType::ISpace:
      return {Type::Tag::Tuple, {}, {}};
    case ParameterType::MSpace:
      return {Type::Tag::Machine, {}, {}};
    case ParameterType::Task:
      return {Type::Tag::Task, {}, {}};
  }
  CASTRA_CHECK(false, "unknown parameter type");
}

std::string describe(const Type& type) {
  switch (type.tag) {
    case Type::Tag::Unknown:
      return "a value";
    case Type::Tag::Integer:
      return "an integer";
    case Type::Tag::Boolean:
      return "a truth value";
    case Type::Tag::Tuple:
      return "a tuple";
    case Type::Tag::Machine:
      return "a machine";
    case Type::Tag::Point:
      return "a point of a machine";
    case Type::Tag::Set:
      return "a set of points";
    case Type::Tag::Task:
      return "a task";
    case Type::Tag::Processor:
      return "a processor kind";
    case Type::Tag::Memory:
      return "a memory kind";
    case Type::Tag::Wildcard:
      return "the wildcard `*`";
  }
  CASTRA_CHECK(false, "unknown type");
}

Type common(const Type& a, const Type& b) {
  if (a.tag != b.tag) return {};
  return {a.tag, a.kind == b.kind ? a.kind : std::nullopt,
          a.length == b.length ? a.length : std::nullopt};
}

}  // namespace castra::lang
