#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "lang/ast.h"
#include "machine/kinds.h"

namespace castra::lang {

/// What the checker knows of an expression. Unknown agrees with everything: only what is certainly
/// wrong is reported. A value: cheap to copy.
struct Type {
  enum class Tag : std::uint8_t {
    Unknown,
    Never,  ///< no value has been seen yet (a recursive function's own result); only while checking
    Integer,
    Boolean,
    Text,
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
  std::optional<ProcessorKind> kind;    ///< of a Machine, Point, Set
  std::optional<int> length;            ///< dimensions of a Machine, elements of a Tuple
  std::shared_ptr<const Type> element;  ///< of a Tuple: what its elements agree on; null: unknown

  bool is(Tag other) const { return tag == other; }
  bool unknown() const { return tag == Tag::Unknown || tag == Tag::Never; }
  /// A tuple or what can be used as one.
  bool tuple_like() const { return tag == Tag::Tuple || tag == Tag::Point; }
  /// The type of an element of what is tuple_like.
  Type item() const;
  /// Number of elements of what is tuple_like, if known.
  std::optional<int> items() const { return tag == Tag::Point ? std::optional<int>(2) : length; }

  bool operator==(const Type& other) const;
};

/// Longer tuples count as of unknown length, so that sums of lengths stay small.
inline constexpr int kMaxKnownLength = 4096;

Type integer_type();
Type boolean_type();
Type tuple_type(std::optional<int> length, const Type& element = {});
Type machine_type(std::optional<ProcessorKind> kind, std::optional<int> dimensions);
Type point_type(std::optional<ProcessorKind> kind);

Type type_of(ParameterType type);
/// "an integer", "a machine", "a point of a machine", ...
std::string describe(const Type& type);
/// With all that is known: "tuple of 2 int", "GPU machine of 3 dimensions", "GPU point"; for tools.
std::string to_string(const Type& type);
/// What two possible types of one expression agree on.
Type common(const Type& a, const Type& b);

}  // namespace castra::lang
