#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "lang/machine_space.h"
#include "machine/kinds.h"

namespace castra::lang {

class Value;
using Tuple = std::vector<Value>;

/// One processor of a machine, as indexing gives it; usable as the tuple (node, index).
struct MachinePoint {
  ProcessorKind kind = ProcessorKind::Cpu;
  Processor processor;
  bool operator==(const MachinePoint&) const = default;
};

/// Several processors, from an index with wildcards; ascending, never empty.
struct MachineSet {
  ProcessorKind kind = ProcessorKind::Cpu;
  std::vector<Processor> processors;
  bool operator==(const MachineSet&) const = default;
};

/// The task parameter of an index function. Both are tuples of integers.
struct LaunchPoint {
  std::shared_ptr<const Tuple> ipoint;  ///< absolute coordinates of the point
  std::shared_ptr<const Tuple> ispace;  ///< extents of the launch domain
};

struct Wildcard {};

/// What an expression yields. Immutable; tuples, machines and sets are shared.
class Value {
 public:
  using Data = std::variant<std::monostate, std::int64_t, bool, std::shared_ptr<const Tuple>,
                            std::shared_ptr<const MachineSpace>, MachinePoint,
                            std::shared_ptr<const MachineSet>, const LaunchPoint*, ProcessorKind,
                            MemoryKind, Wildcard>;

  Value() = default;  ///< no value: evaluation failed
  template <typename T>
    requires std::is_constructible_v<Data, T&&> && (!std::is_same_v<std::decay_t<T>, Value>)
  Value(T&& data) : data_(std::forward<T>(data)) {}  // NOLINT(google-explicit-constructor)
  static Value integer(std::int64_t value) { return Value(value); }
  static Value tuple(Tuple items) { return Value(std::make_shared<const Tuple>(std::move(items))); }

  template <typename T>
  const T* as() const {
    return std::get_if<T>(&data_);
  }
  const Tuple* tuple() const {
    const auto* pointer = as<std::shared_ptr<const Tuple>>();
    return pointer != nullptr ? pointer->get() : nullptr;
  }
  const MachineSpace* machine() const {
    const auto* pointer = as<std::shared_ptr<const MachineSpace>>();
    return pointer != nullptr ? pointer->get() : nullptr;
  }
  const MachineSet* set() const {
    const auto* pointer = as<std::shared_ptr<const MachineSet>>();
    return pointer != nullptr ? pointer->get() : nullptr;
  }

 private:
  Data data_;
};

/// "the integer 3", "a tuple of 2", "a GPU machine", "a task": for messages.
std::string describe(const Value& value);
/// "3", "(0,1)", "GPU machine 2x4": short, for "where ip = (0,1)".
std::string to_string(const Value& value);

}  // namespace castra::lang
