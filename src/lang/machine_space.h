#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <variant>
#include <vector>

#include "machine/kinds.h"

namespace castra::lang {

/// Why a transform cannot be applied: lower case, no full stop, names the numbers; and what to
/// write.
struct SpaceError {
  std::string message;
  std::string help;
};

/// A processor of the machine: node, and position among the node's processors of the space's kind.
struct Processor {
  std::int64_t node = 0;
  std::int64_t index = 0;
  auto operator<=>(const Processor&) const = default;
};

/// The processors of one kind as an n-dimensional grid: Machine(K) has sizes (nodes, processors per
/// node), and every transform gives another grid over the same processors (slice: over some of
/// them). A value: immutable, cheap to copy, safe to share between threads.
///
/// Every transform maps the new grid's indices one to one into the old grid's. In every multi-way
/// split the first new dimension varies fastest: new (i, j) is old i + j*f for split(d, f).
class MachineSpace {
 public:
  static constexpr int kMaxDimensions = 32;
  static constexpr int kMaxTransforms = 64;
  using Transformed = tl::expected<MachineSpace, SpaceError>;

  /// Sizes (nodes, per_node); a size may be 0. Preconditions: neither is negative, and their
  /// product fits 62 bits.
  static MachineSpace base(ProcessorKind kind, std::int64_t nodes, std::int64_t per_node);

  ProcessorKind kind() const { return kind_; }
  const std::vector<std::int64_t>& sizes() const { return sizes_; }
  /// Of the machine underneath, whatever the transforms.
  std::int64_t nodes() const { return nodes_; }
  std::int64_t per_node() const { return per_node_; }
  int dimensions() const { return static_cast<int>(sizes_.size()); }
  std::int64_t volume() const;
  bool contains(std::span<const std::int64_t> index) const;

  /// One dimension of size s_a*s_b at the place of a (b is dropped); a varies slowest.
  Transformed merge(std::int64_t a, std::int64_t b) const;
  /// d -> (f, s_d / f). f must divide s_d, unless the remainder may be dropped: then the last
  /// s_d mod f of the old indices are left out.
  Transformed split(std::int64_t d, std::int64_t factor, bool drop_remainder = false) const;
  Transformed swap(std::int64_t a, std::int64_t b) const;
  /// Only indices low..high (inclusive) of d, counted from 0.
  Transformed slice(std::int64_t d, std::int64_t low, std::int64_t high) const;
  /// Index i of d becomes s_d - 1 - i.
  Transformed reverse(std::int64_t d) const;
  /// d -> `parts` factors, descending: balanced_factors.
  Transformed balance_split(std::int64_t d, std::int64_t parts) const;
  /// d -> one factor per extent: best_factors. An extent of 0 counts as 1.
  Transformed auto_split(std::int64_t d, std::span<const std::int64_t> extents) const;
  /// d -> one factor per extent: greedy_factors. An extent of 0 counts as 1.
  Transformed greedy_split(std::int64_t d, std::span<const std::int64_t> extents) const;

  /// Precondition: contains(index). O(transforms * dimensions).
  Processor to_processor(std::span<const std::int64_t> index) const;
  /// The same for numbers of any type that `ops` computes with: turns `index` into (node,
  /// processor). `ops` has divide(n, k), remainder(n, k), add(n, k), subtract_from(k, n) and
  /// add_scaled(n, m, k) = n + m * k for integers k.
  template <typename Number, typename Ops>
  void undo_transforms(std::vector<Number>& index, const Ops& ops) const {
    for (const Step* step = last_.get(); step != nullptr; step = step->before.get())
      std::visit([&](const auto& t) { old_index(t, index, ops); }, step->transform);
  }
  /// Where the transforms' formulas lead for indices that may lie outside their dimensions; nothing
  /// if that is no processor, or outside a slice, or beyond 32 bits on the way, or the machine has
  /// over 16 Mi processors.
  std::optional<Processor> aliased_processor(std::span<const std::int64_t> index) const;
  /// The inverse; nothing if a slice left the processor out or it is outside the machine.
  std::optional<std::vector<std::int64_t>> from_processor(Processor processor) const;

 private:
  struct Merge {
    int a, b;
    std::int64_t size_b;
  };
  struct Split {
    int d;
    std::vector<std::int64_t> factors;
  };
  struct Swap {
    int a, b;
  };
  struct Slice {
    int d;
    std::int64_t low, high;
  };
  struct Reverse {
    int d;
    std::int64_t size;
  };
  using Transform = std::variant<Merge, Split, Swap, Slice, Reverse>;
  using Index = std::vector<std::int64_t>;

  /// A space and the transform that made it; the chain ends at the machine itself.
  struct Step {
    Transform transform;
    std::shared_ptr<const Step> before;
  };

  MachineSpace(ProcessorKind kind, std::vector<std::int64_t> sizes)
      : kind_(kind), sizes_(std::move(sizes)) {}

  std::optional<SpaceError> check_dimension(std::string_view op, std::int64_t d) const;
  Transformed split_into(std::string_view op, std::int64_t d,
                         std::vector<std::int64_t> factors) const;
  Transformed split_by_extents(std::string_view op, std::int64_t d,
                               std::span<const std::int64_t> extents, bool greedy) const;
  Transformed transformed(Transform transform, std::vector<std::int64_t> sizes) const;
  template <typename N, typename Ops>
  static void old_index(const Merge& t, std::vector<N>& index, const Ops& ops) {
    const int merged = t.a < t.b ? t.a : t.a - 1;
    const N i = index[merged];
    index.insert(index.begin() + t.b, ops.remainder(i, t.size_b));
    index[t.a] = ops.divide(i, t.size_b);
  }
  template <typename N, typename Ops>
  static void old_index(const Split& t, std::vector<N>& index, const Ops& ops) {
    const auto parts = static_cast<std::ptrdiff_t>(t.factors.size());
    N old = index[t.d + parts - 1];
    for (std::ptrdiff_t k = parts - 1; k-- > 0;)
      old = ops.add_scaled(index[t.d + k], old, t.factors[k]);
    index.erase(index.begin() + t.d + 1, index.begin() + t.d + parts);
    index[t.d] = old;
  }
  template <typename N, typename Ops>
  static void old_index(const Swap& t, std::vector<N>& index, const Ops&) {
    std::swap(index[t.a], index[t.b]);
  }
  template <typename N, typename Ops>
  static void old_index(const Slice& t, std::vector<N>& index, const Ops& ops) {
    index[t.d] = ops.add(index[t.d], t.low);
  }
  template <typename N, typename Ops>
  static void old_index(const Reverse& t, std::vector<N>& index, const Ops& ops) {
    index[t.d] = ops.subtract_from(t.size - 1, index[t.d]);
  }
  static void old_index(const Transform& transform, Index& index);
  static bool new_index(const Transform& transform, Index& index);

  ProcessorKind kind_;
  std::vector<std::int64_t> sizes_;
  std::shared_ptr<const Step> last_;
  int steps_ = 0;
  std::int64_t nodes_ = 0;
  std::int64_t per_node_ = 0;
};

}  // namespace castra::lang
