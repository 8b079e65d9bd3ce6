#include "lang/builtins.h"

#include <array>

namespace castra::lang {
namespace {

constexpr std::array<TransformInfo, 9> kTransforms = {{
    {"merge", 2, false, "merge(0, 1)"},
    {"split", 2, false, "split(dimension, factor)"},
    {"swap", 2, false, "swap(0, 1)"},
    {"slice", 3, false, "slice(dimension, low, high)"},
    {"reverse", 1, false, "reverse(dimension)"},
    {"balance_split", 2, false, "balance_split(dimension, parts)"},
    {"auto_split", 2, true, "auto_split(dimension, task.ispace)"},
    {"greedy_split", 2, true, "greedy_split(dimension, task.ispace)"},
    {"decompose", 2, true, "decompose(dimension, task.ispace)"},
}};

constexpr std::array<BuiltinInfo, 9> kBuiltins = {{
    {Builtin::Min, "min", 1, -1, "min(a, b)",
     "the least of several values; of tuples element by element; of one tuple, of its elements"},
    {Builtin::Max, "max", 1, -1, "max(a, b)",
     "the greatest of several values; of tuples element by element; of one tuple, of its elements"},
    {Builtin::Abs, "abs", 1, 1, "abs(a)",
     "the value without its sign; of tuples element by element"},
    {Builtin::CeilDiv, "ceil_div", 2, 2, "ceil_div(a, b)",
     "a / b rounded up; of tuples element by element"},
    {Builtin::Range, "range", 1, 3, "range(n)",
     "the tuple (0, 1, ..., n - 1); range(a, b) and range(a, b, step) as in Python"},
    {Builtin::Len, "len", 1, 1, "len(t)", "elements of a tuple, dimensions of a machine"},
    {Builtin::Sum, "sum", 1, 1, "sum(t)", "the sum of a tuple of integers"},
    {Builtin::All, "all", 1, 1, "all(t)", "whether all of a tuple of truth values are True"},
    {Builtin::Any, "any", 1, 1, "any(t)", "whether some of a tuple of truth values is True"},
}};

using Owner = MemberOwner;
constexpr std::array<MemberInfo, 15> kMembers = {{
    {Owner::Task, "ipoint", false, "task.ipoint", "the point of the index launch, a tuple"},
    {Owner::Task, "ispace", false, "task.ispace", "the extents of the launch domain, a tuple"},
    {Owner::Task, "name", false, "task.name", "its name, to be compared with a text"},
    {Owner::Task, "region_bytes", true, "task.region_bytes(0)",
     "the size of an argument over the whole launch"},
    {Owner::Task, "parent", false, "task.parent", "the task that launched this one"},
    {Owner::Task, "processor", true, "task.processor(machine)",
     "where the task's processor stands in a machine, a tuple"},
    {Owner::Machine, "size", false, "machine.size", "the sizes of its dimensions, a tuple"},
    {Owner::Machine, "len", false, "machine.len", "the number of its dimensions"},
    {Owner::Machine, "volume", false, "machine.volume", "the number of its processors"},
    {Owner::Machine, "nodes", false, "machine.nodes", "the number of nodes, also after transforms"},
    {Owner::Machine, "per_node", false, "machine.per_node", "processors of its kind on every node"},
    {Owner::Machine, "has", true, "machine.has(FBMEM)",
     "whether its processors can address a kind of memory"},
    {Owner::Tuple, "size", false, "point.size", "the tuple itself"},
    {Owner::Tuple, "len", false, "point.len", "the number of its elements"},
    {Owner::Tuple, "volume", false, "point.volume", "the product of its elements"},
}};

}  // namespace

std::span<const BuiltinInfo> builtins() { return kBuiltins; }

const BuiltinInfo* find_builtin(std::string_view name) {
  for (const BuiltinInfo& builtin : kBuiltins) {
    if (builtin.name == name) return &builtin;
  }
  return nullptr;
}

std::span<const TransformInfo> transforms() { return kTransforms; }

const TransformInfo* find_transform(std::string_view name) {
  for (const TransformInfo& transform : kTransforms) {
    if (transform.name == name) return &transform;
  }
  return nullptr;
}

std::span<const MemberInfo> members() { return kMembers; }

const MemberInfo* find_member(MemberOwner owner, std::string_view name) {
  for (const MemberInfo& member : kMembers) {
    if (member.owner == owner && member.name == name) return &member;
  }
  return nullptr;
}

bool kind_has(ProcessorKind processor, MemoryKind memory) {
  switch (memory) {
    case MemoryKind::Virtual:
      return false;
    case MemoryKind::FrameBuffer:
      return processor == ProcessorKind::Gpu;
    case MemoryKind::ZeroCopy:
      return true;
    case MemoryKind::System:
    case MemoryKind::Socket:
    case MemoryKind::Registered:
      return processor != ProcessorKind::Gpu;
  }
  return false;
}

}  // namespace castra::lang
