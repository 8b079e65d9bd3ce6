#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "machine/kinds.h"

namespace castra::lang {

/// A transform of a machine and how many integer arguments it takes; if `tuple_last`, the last one
/// is a tuple of extents.
struct TransformInfo {
  std::string_view name;
  int arguments = 0;
  bool tuple_last = false;
  std::string_view form;  ///< how a call is written, for messages
};

std::span<const TransformInfo> transforms();
/// Null if there is none of that name.
const TransformInfo* find_transform(std::string_view name);

/// Functions every program has. A function of the program with the same name hides one.
enum class Builtin : std::uint8_t { Min, Max, Abs, CeilDiv, Range, Len, Sum, All, Any };

struct BuiltinInfo {
  Builtin builtin;
  std::string_view name;
  int least = 1;          ///< arguments
  int most = 1;           ///< arguments; -1: any number
  std::string_view form;  ///< how a call is written, for messages
  std::string_view does;  ///< in half a sentence, for tools
};

std::span<const BuiltinInfo> builtins();
/// Null if there is none of that name.
const BuiltinInfo* find_builtin(std::string_view name);

/// Whose members these are. A processor of a machine, `machine[0, 0]`, has `has` besides.
enum class MemberOwner : std::uint8_t { Task, Machine, Tuple };

/// A member that is no transform.
struct MemberInfo {
  MemberOwner owner = MemberOwner::Task;
  std::string_view name;
  bool called = false;    ///< takes arguments
  std::string_view form;  ///< how it is written, for tools
  std::string_view does;  ///< in half a sentence, for tools
};

/// Grouped by owner.
std::span<const MemberInfo> members();
/// Null if that owner has none of that name.
const MemberInfo* find_member(MemberOwner owner, std::string_view name);

/// What `has` answers: whether processors of that kind can address memory of that kind on Legion
/// (GPUs: frame buffer and zero-copy; others: all memories of the host, zero-copy included).
bool kind_has(ProcessorKind processor, MemoryKind memory);

}  // namespace castra::lang
