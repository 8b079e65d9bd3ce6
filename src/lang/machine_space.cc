#include "lang/machine_space.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <type_traits>
#include <utility>

#include "lang/factorization.h"
#include "support/check.h"

namespace castra::lang {
namespace {

template <typename... Args>
tl::unexpected<SpaceError> refuse(std::string help, fmt::format_string<Args...> format,
                                  Args&&... args) {
  return tl::unexpected<SpaceError>(
      SpaceError{fmt::format(format, std::forward<Args>(args)...), std::move(help)});
}

struct PlainArithmetic {
  static std::int64_t divide(std::int64_t n, std::int64_t k) { return n / k; }
  static std::int64_t remainder(std::int64_t n, std::int64_t k) { return n % k; }
  static std::int64_t add(std::int64_t n, std::int64_t k) { return n + k; }
  static std::int64_t subtract_from(std::int64_t k, std::int64_t n) { return k - n; }
  static std::int64_t add_scaled(std::int64_t n, std::int64_t m, std::int64_t k) {
    return n + m * k;
  }
};

template <typename... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
template <typename... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

}  // namespace

MachineSpace MachineSpace::base(ProcessorKind kind, std::int64_t nodes, std::int64_t per_node) {
  CASTRA_CHECK(nodes >= 0 && per_node >= 0, "a machine has no negative counts");
  CASTRA_CHECK(per_node == 0 || nodes <= (std::int64_t{1} << 62) / per_node, "machine too large");
  MachineSpace space(kind, {nodes, per_node});
  space.nodes_ = nodes;
  space.per_node_ = per_node;
  return space;
}

std::int64_t MachineSpace::volume() const {
  std::int64_t volume = 1;
  for (const std::int64_t size : sizes_) volume *= size;
  return volume;
}

bool MachineSpace::contains(std::span<const std::int64_t> index) const {
  if (index.size() != sizes_.size()) return false;
  for (std::size_t d = 0; d < sizes_.size(); ++d) {
    if (index[d] < 0 || index[d] >= sizes_[d]) return false;
  }
  return true;
}

std::optional<SpaceError> MachineSpace::check_dimension(std::string_view op, std::int64_t d) const {
  if (d >= 0 && d < dimensions()) return std::nullopt;
  return SpaceError{fmt::format("`{}` of dimension {}: the machine has dimensions 0..{}", op, d,
                                dimensions() - 1),
                    "dimensions count from 0; `len` gives their number"};
}

MachineSpace::Transformed MachineSpace::transformed(Transform transform,
                                                    std::vector<std::int64_t> sizes) const {
  if (steps_ >= kMaxTransforms)
    return refuse("", "more than {} transforms on one machine", kMaxTransforms);
  if (sizes.size() > kMaxDimensions) return refuse("", "more than {} dimensions", kMaxDimensions);
  MachineSpace result(kind_, std::move(sizes));
  result.last_ = std::make_shared<const Step>(Step{std::move(transform), last_});
  result.steps_ = steps_ + 1;
  result.nodes_ = nodes_;
  result.per_node_ = per_node_;
  return result;
}

MachineSpace::Transformed MachineSpace::merge(std::int64_t a, std::int64_t b) const {
  if (auto error = check_dimension("merge", a)) return tl::unexpected(*error);
  if (auto error = check_dimension("merge", b)) return tl::unexpected(*error);
  if (a == b) return refuse("name two dimensions", "`merge` of dimension {} with itself", a);
  std::vector<std::int64_t> sizes = sizes_;
  sizes[a] *= sizes[b];
  sizes.erase(sizes.begin() + b);
  return transformed(Merge{static_cast<int>(a), static_cast<int>(b), sizes_[b]}, std::move(sizes));
}

MachineSpace::Transformed MachineSpace::split(std::int64_t d, std::int64_t factor,
                                              bool drop_remainder) const {
  if (auto error = check_dimension("split", d)) return tl::unexpected(*error);
  if (factor <= 0) return refuse("", "`split` by {}: the factor must be positive", factor);
  if (sizes_[d] % factor != 0 && !(drop_remainder && factor < sizes_[d])) {
    return refuse("use a divisor, or `auto_split` with the launch's extents",
                  "`split` of a dimension of size {} by {}: {} must be divisible by {}", sizes_[d],
                  factor, sizes_[d], factor);
  }
  return split_into("split", d, {factor, sizes_[d] / factor});
}

MachineSpace::Transformed MachineSpace::swap(std::int64_t a, std::int64_t b) const {
  if (auto error = check_dimension("swap", a)) return tl::unexpected(*error);
  if (auto error = check_dimension("swap", b)) return tl::unexpected(*error);
  if (a == b) return refuse("name two dimensions", "`swap` of dimension {} with itself", a);
  std::vector<std::int64_t> sizes = sizes_;
  std::swap(sizes[a], sizes[b]);
  return transformed(Swap{static_cast<int>(a), static_cast<int>(b)}, std::move(sizes));
}

MachineSpace::Transformed MachineSpace::slice(std::int64_t d, std::int64_t low,
                                              std::int64_t high) const {
  if (auto error = check_dimension("slice", d)) return tl::unexpected(*error);
  if (low < 0 || high >= sizes_[d]) {
    return refuse("both bounds are inclusive and count from 0",
                  "`slice` {}..{} of a dimension with indices 0..{}", low, high, sizes_[d] - 1);
  }
  if (low > high) return refuse("both bounds are inclusive", "`slice` {}..{} is empty", low, high);
  std::vector<std::int64_t> sizes = sizes_;
  sizes[d] = high - low + 1;
  return transformed(Slice{static_cast<int>(d), low, high}, std::move(sizes));
}

MachineSpace::Transformed MachineSpace::reverse(std::int64_t d) const {
  if (auto error = check_dimension("reverse", d)) return tl::unexpected(*error);
  return transformed(Reverse{static_cast<int>(d), sizes_[d]}, sizes_);
}

MachineSpace::Transformed MachineSpace::split_into(std::string_view op, std::int64_t d,
                                                   std::vector<std::int64_t> factors) const {
  if (factors.size() + sizes_.size() - 1 > kMaxDimensions) {
    return refuse("", "`{}` would give more than {} dimensions", op, kMaxDimensions);
  }
  std::vector<std::int64_t> sizes = sizes_;
  sizes.erase(sizes.begin() + d);
  sizes.insert(sizes.begin() + d, factors.begin(), factors.end());
  return transformed(Split{static_cast<int>(d), std::move(factors)}, std::move(sizes));
}

MachineSpace::Transformed MachineSpace::balance_split(std::int64_t d, std::int64_t parts) const {
  if (auto error = check_dimension("balance_split", d)) return tl::unexpected(*error);
  if (parts < 1 || parts > kMaxDimensions) {
    return refuse("", "`balance_split` into {} parts: give 1 to {}", parts, kMaxDimensions);
  }
  if (sizes_[d] == 0) return refuse("", "`balance_split` of a dimension of size 0");
  return split_into("balance_split", d, balanced_factors(sizes_[d], static_cast<int>(parts)));
}

MachineSpace::Transformed MachineSpace::auto_split(std::int64_t d,
                                                   std::span<const std::int64_t> extents) const {
  return split_by_extents("auto_split", d, extents, false);
}

MachineSpace::Transformed MachineSpace::greedy_split(std::int64_t d,
                                                     std::span<const std::int64_t> extents) const {
  return split_by_extents("greedy_split", d, extents, true);
}

MachineSpace::Transformed MachineSpace::split_by_extents(std::string_view op, std::int64_t d,
                                                         std::span<const std::int64_t> extents,
                                                         bool greedy) const {
  if (auto error = check_dimension(op, d)) return tl::unexpected(*error);
  if (extents.empty() || extents.size() > kMaxDimensions) {
    return refuse("give one extent per dimension of the launch, for example `task.ispace`",
                  "`{}` over {} extents: give 1 to {}", op, extents.size(), kMaxDimensions);
  }
  std::vector<std::int64_t> positive(extents.begin(), extents.end());
  for (std::int64_t& extent : positive) {
    if (extent < 0)
      return refuse("", "`{}` over ({}): extents cannot be negative", op, fmt::join(extents, ","));
    extent = std::max<std::int64_t>(extent, 1);
  }
  if (sizes_[d] == 0) return refuse("", "`{}` of a dimension of size 0", op);
  auto factors = greedy ? greedy_factors(sizes_[d], positive) : best_factors(sizes_[d], positive);
  if (!factors) {
    return refuse("use `greedy_split`",
                  "`{}` of {} over ({}) has too many possibilities to compare", op, sizes_[d],
                  fmt::join(extents, ","));
  }
  return split_into(op, d, std::move(*factors));
}

void MachineSpace::old_index(const Transform& transform, Index& index) {
  std::visit([&](const auto& t) { old_index(t, index, PlainArithmetic{}); }, transform);
}

bool MachineSpace::new_index(const Transform& transform, Index& index) {
  return std::visit(Overloaded{
                        [&](const Merge& t) {
                          index[t.a] = index[t.a] * t.size_b + index[t.b];
                          index.erase(index.begin() + t.b);
                          return true;
                        },
                        [&](const Split& t) {
                          std::int64_t rest = index[t.d];
                          index.insert(index.begin() + t.d + 1, t.factors.size() - 1, 0);
                          for (std::size_t k = 0; k < t.factors.size(); ++k) {
                            index[t.d + k] = rest % t.factors[k];
                            rest /= t.factors[k];
                          }
                          return rest == 0;
                        },
                        [&](const Swap& t) {
                          std::swap(index[t.a], index[t.b]);
                          return true;
                        },
                        [&](const Slice& t) {
                          const bool inside = index[t.d] >= t.low && index[t.d] <= t.high;
                          index[t.d] -= t.low;
                          return inside;
                        },
                        [&](const Reverse& t) {
                          index[t.d] = t.size - 1 - index[t.d];
                          return true;
                        },
                    },
                    transform);
}

Processor MachineSpace::to_processor(std::span<const std::int64_t> index) const {
  CASTRA_CHECK(contains(index), "index outside its machine");
  Index current(index.begin(), index.end());
  undo_transforms(current, PlainArithmetic{});
  return {current[0], current[1]};
}

std::optional<Processor> MachineSpace::aliased_processor(
    std::span<const std::int64_t> index) const {
  // With these bounds no step can leave 64 bits: at most 32 indices of 31 bits times 24 bits.
  constexpr std::int64_t kLimit = std::int64_t{1} << 31;
  constexpr std::int64_t kMaxProcessors = std::int64_t{1} << 24;
  const auto small = [](std::int64_t i) { return -kLimit <= i && i < kLimit; };
  if (index.size() != sizes_.size() || nodes_ * per_node_ > kMaxProcessors) return std::nullopt;
  Index current(index.begin(), index.end());
  for (const Step* step = last_.get(); step != nullptr; step = step->before.get()) {
    if (!std::ranges::all_of(current, small)) return std::nullopt;
    if (const auto* slice = std::get_if<Slice>(&step->transform);
        slice != nullptr && current[slice->d] > slice->high - slice->low)
      return std::nullopt;
    // Of a machine without such processors, or what a split that drops a remainder left nothing of.
    if (const auto* merge = std::get_if<Merge>(&step->transform);
        merge != nullptr && merge->size_b == 0)
      return std::nullopt;
    old_index(step->transform, current);
  }
  const Processor processor{current[0], current[1]};
  const bool inside = processor.node >= 0 && processor.node < nodes_ && processor.index >= 0 &&
                      processor.index < per_node_;
  return inside ? std::optional(processor) : std::nullopt;
}

std::optional<std::vector<std::int64_t>> MachineSpace::from_processor(Processor processor) const {
  if (processor.node < 0 || processor.node >= nodes_ || processor.index < 0 ||
      processor.index >= per_node_) {
    return std::nullopt;
  }
  std::vector<const Step*> steps;
  for (const Step* step = last_.get(); step != nullptr; step = step->before.get())
    steps.push_back(step);
  Index current = {processor.node, processor.index};
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    if (!new_index((*step)->transform, current)) return std::nullopt;
  }
  return current;
}

}  // namespace castra::lang
