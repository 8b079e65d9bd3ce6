#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
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

/// A processor and its kind.
struct TaskPlace {
  ProcessorKind kind = ProcessorKind::Cpu;
  Processor processor;
};

/// What a `Task` value stands for: a point of an index launch, or a single task, or an ancestor of
/// one. What is not known is left empty; asking for it is an error of the function. Points to
/// others, so it must outlive the evaluation.
struct LaunchPoint {
  std::shared_ptr<const Tuple> ipoint;  ///< absolute coordinates of the point; null: single task
  std::shared_ptr<const Tuple> ispace;  ///< extents of the launch domain; null: single task
  std::string_view name;                ///< empty: not known
  /// Bytes of every argument over the whole launch, by position; negative: not known.
  std::span<const std::int64_t> region_bytes;
  std::optional<TaskPlace> place;       ///< of a single task
  const LaunchPoint* parent = nullptr;  ///< of a single task, unless it is the top-level one
};

struct Wildcard {};

/// What an expression yields. Immutable; tuples, machines and sets are shared.
class Value {
 public:
  using Data = std::variant<std::monostate, std::int64_t, bool, std::shared_ptr<const Tuple>,
                            std::shared_ptr<const MachineSpace>, MachinePoint,
                            std::shared_ptr<const MachineSet>, const LaunchPoint*, ProcessorKind,
                            MemoryKind, Wildcard, std::shared_ptr<const std::string>>;

  Value() = default;  ///< no value: evaluation failed
  template <typename T>
    requires std::is_constructible_v<Data, T&&> && (!std::is_same_v<std::decay_t<T>, Value>)
  Value(T&& data) : data_(std::forward<T>(data)) {}  // NOLINT(google-explicit-constructor)
  static Value integer(std::int64_t value) { return Value(value); }
  static Value text(std::string_view text) {
    return Value(std::make_shared<const std::string>(text));
  }
  static Value tuple(Tuple items) { return Value(std::make_shared<const Tuple>(std::move(items))); }

  template <typename T>
  const T* as() const {
    return std::get_if<T>(&data_);
  }
  const Tuple* tuple() const {
    const auto* pointer = as<std::shared_ptr<const Tuple>>();
    return pointer != nullptr ? pointer->get() : nullptr;
  }
  const std::string* text() const {
    const auto* pointer = as<std::shared_ptr<const std::string>>();
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

/// A point of a machine as the tuple (node, index); anything else as it is.
Value as_tuple(const Value& value);

/// "the integer 3", "a tuple of 2", "a GPU machine", "a task": for messages.
std::string describe(const Value& value);
/// "3", "(0,1)", "GPU machine 2x4": short, for "where ip = (0,1)".
std::string to_string(const Value& value);

}  // namespace castra::lang
