#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "lang/ast.h"
#include "machine/kinds.h"

namespace castra::lang {

/// What the checker knows of an expression. Unknown agrees with everything: only what is certainly
/// wrong is reported.
struct Type {
  enum class Tag : std::uint8_t {
    Unknown,
    Integer,
    Boolean,
    Tuple,
    Machine,
    Point,
    Set,
    Task,
    Processor,
    Memory,
    Wildcard
  };
  Tag tag = Tag::Unknown;
  std::optional<ProcessorKind> kind;  ///< of a Machine, Point, Set
  std::optional<int> length;          ///< dimensions of a Machine, elements of a Tuple

  bool is(Tag other) const { return tag == other; }
  bool unknown() const { return tag == Tag::Unknown; }
  /// A tuple or what can be used as one.
  bool tuple_like() const { return tag == Tag::Tuple || tag == Tag::Point; }
};

Type type_of(ParameterType type);
/// "an integer", "a machine", "a point of a machine", ...
std::string describe(const Type& type);
/// Of the two branches of a conditional: what both agree on.
Type common(const Type& a, const Type& b);

}  // namespace castra::lang
