#include <algorithm>

#include "lang/columns_trace.h"

/// Indexing tuples and machines.
namespace castra::lang::columns {
namespace {

constexpr std::int64_t kMaxSetSize = 4096;

/// What MachineSpace::undo_transforms computes with; within the machine nothing can fail.
struct ColumnArithmetic {
  Builder& builder;

  Int divide(const Int& a, std::int64_t by) const {
    return builder.divide(a, Builder::constant(by), kAlways);
  }
  Int remainder(const Int& a, std::int64_t by) const {
    return builder.remainder(a, Builder::constant(by), kAlways);
  }
  Int add(const Int& a, std::int64_t number) const {
    return builder.add(a, Builder::constant(number), kAlways);
  }
  Int subtract_from(std::int64_t number, const Int& a) const {
    return builder.subtract(Builder::constant(number), a, kAlways);
  }
  Int add_scaled(const Int& a, const Int& b, std::int64_t by) const {
    return builder.add(a, builder.multiply(b, Builder::constant(by), kAlways), kAlways);
  }
};

}  // namespace

Sym Tracer::slice(const SliceExpr& node) {
  const Sym object = trace(*node.object);
  if (object.is(Sym::Tag::Failed)) return object;
  auto tuple = elements(object);
  if (const MachineSpace* machine = object.value.machine()) {
    std::vector<Sym> sizes;
    for (const std::int64_t size : machine->sizes())
      sizes.push_back(Sym::of(Builder::constant(size)));
    tuple = std::make_shared<const std::vector<Sym>>(std::move(sizes));
  }
  if (!tuple) return give_up();
  const auto size = static_cast<std::int64_t>(tuple->size());
  bool known = true;
  const auto bound = [&](const ExprPtr& expr, std::int64_t missing) {
    if (!expr) return missing;
    const Sym value = trace(*expr);
    if (!value.is(Sym::Tag::Integer) || !value.integer.constant()) {
      known = false;
      return missing;
    }
    const std::int64_t at = value.integer.low;
    return std::clamp<std::int64_t>(at < 0 ? at + size : at, 0, size);
  };
  const std::int64_t low = bound(node.low, 0);
  const std::int64_t high = bound(node.high, size);
  if (!known) return give_up();
  if (low >= high) return Sym::of(std::vector<Sym>{});
  return Sym::of(std::vector<Sym>(tuple->begin() + low, tuple->begin() + high));
}

Sym Tracer::index(const IndexExpr& node) {
  const Sym object = trace(*node.object);
  if (object.is(Sym::Tag::Failed)) return object;
  std::vector<Sym> indices;
  if (!items(node.indices, indices)) return {};
  if (const MachineSpace* machine = object.value.machine()) return index_machine(*machine, indices);
  const auto tuple = elements(object);
  if (!tuple || indices.size() != 1 || !indices.front().is(Sym::Tag::Integer)) return give_up();
  return index_tuple(*tuple, indices.front().integer);
}

Sym Tracer::index_tuple(const std::vector<Sym>& tuple, const Int& at) {
  const auto size = static_cast<std::int64_t>(tuple.size());
  if (at.low < -size || at.high >= size) {
    const Bool outside = builder_.either(builder_.less(at, Builder::constant(-size)),
                                         builder_.less(Builder::constant(size - 1), at));
    builder_.fail(builder_.both(where_, outside));
    if (outside.always()) return {};
  }
  if (tuple.empty()) return {};
  const Int position =
      at.low >= 0 ? at
                  : builder_.select(builder_.less(at, Builder::constant(0)),
                                    builder_.add(at, Builder::constant(size), kAlways), at);
  if (position.constant()) return tuple[static_cast<std::size_t>(position.low)];
  std::vector<std::int64_t> numbers;
  for (const Sym& item : tuple) {
    if (item.is(Sym::Tag::Integer) && item.integer.constant()) numbers.push_back(item.integer.low);
  }
  if (numbers.size() == tuple.size()) return Sym::of(builder_.gather(std::move(numbers), position));
  Sym found = tuple.front();
  for (std::int64_t i = 1; i < size; ++i) {
    const Bool here = builder_.equal(position, Builder::constant(i));
    const auto merged = merge(here, tuple[static_cast<std::size_t>(i)], found);
    if (!merged) return give_up();
    found = *merged;
  }
  return found;
}

Sym Tracer::index_machine(const MachineSpace& machine, const std::vector<Sym>& indices) {
  if (indices.size() != machine.sizes().size()) return give_up();
  if (std::any_of(indices.begin(), indices.end(), is_wildcard)) return index_set(machine, indices);
  std::vector<Int> position;
  for (std::size_t d = 0; d < indices.size(); ++d) {
    if (!indices[d].is(Sym::Tag::Integer)) return give_up();
    position.push_back(builder_.within(indices[d].integer, machine.sizes()[d], where_));
  }
  if (builder_.hopeless()) return {};
  machine.undo_transforms(position, ColumnArithmetic{builder_});
  Sym point;
  point.tag = Sym::Tag::Point;
  point.kind = machine.kind();
  point.integer = position[0];
  point.index = position[1];
  return point;
}

/// Wildcards: the sets of all combinations of the other indices, chosen by number.
Sym Tracer::index_set(const MachineSpace& machine, const std::vector<Sym>& indices) {
  const std::vector<std::int64_t>& sizes = machine.sizes();
  std::int64_t members = 1;
  std::int64_t sets = 1;
  Int number = Builder::constant(0);
  for (std::size_t d = 0; d < indices.size(); ++d) {
    if (is_wildcard(indices[d])) {
      members *= sizes[d];
      continue;
    }
    if (!indices[d].is(Sym::Tag::Integer)) return give_up();
    const Int at = builder_.within(indices[d].integer, sizes[d], where_);
    number =
        builder_.add(builder_.multiply(number, Builder::constant(sizes[d]), kAlways), at, kAlways);
    sets *= sizes[d];
  }
  if (!OwnerTableBuilder::numbers(machine_.nodes, machine_.count(machine.kind()))) return give_up();
  if (members == 0 || members > kMaxSetSize || sets == 0 ||
      sets > static_cast<std::int64_t>(kMaxTableSize) / members || !spend(members)) {
    return give_up();
  }
  std::vector<std::int64_t> codes;
  std::vector<std::int64_t> wrong;
  std::vector<std::int64_t> position(sizes.size(), 0);
  for (std::int64_t s = 0; s < sets; ++s) {
    std::int64_t rest = s;
    for (std::size_t d = sizes.size(); d-- > 0;) {
      if (is_wildcard(indices[d])) continue;
      position[d] = rest % sizes[d];
      rest /= sizes[d];
    }
    std::vector<Processor> found;
    for (std::int64_t k = 0; k < members; ++k) {
      rest = k;
      for (std::size_t d = sizes.size(); d-- > 0;) {
        if (!is_wildcard(indices[d])) continue;
        position[d] = rest % sizes[d];
        rest /= sizes[d];
      }
      found.push_back(machine.to_processor(position));
    }
    std::sort(found.begin(), found.end());
    const bool one_node = found.front().node == found.back().node;
    ProcessorSet owner{static_cast<int>(found.front().node), {}};
    for (const Processor& each : found) owner.processors.push_back(static_cast<int>(each.index));
    codes.push_back(one_node ? set_code(machine.kind(), owner) : 0);
    wrong.push_back(one_node ? 0 : 1);
  }
  const Bool bad = builder_.equal(builder_.gather(std::move(wrong), number), Builder::constant(1));
  builder_.fail(builder_.both(where_, bad));
  Sym set;
  set.tag = Sym::Tag::Set;
  set.kind = machine.kind();
  set.integer = builder_.gather(std::move(codes), number);
  return set;
}

/// As OwnerTableBuilder numbers owners.
OwnerTable::Code Tracer::set_code(ProcessorKind kind, const ProcessorSet& set) {
  if (set.processors.size() == 1) return set.node * machine_.count(kind) + set.processors.front();
  const auto next = static_cast<OwnerTable::Code>(-1 - static_cast<std::int64_t>(sets_.size()));
  return sets_.try_emplace(set, next).first->second;
}

/// The owners an expression yields; nothing if it yields anything else, or processors that an
/// OwnerTable cannot number.
std::optional<Int> Tracer::code(const Sym& result) {
  const auto* point = result.value.as<MachinePoint>();
  const MachineSet* set = result.value.set();
  const ProcessorKind kind = point != nullptr ? point->kind
                             : set != nullptr ? set->kind
                                              : result.kind;
  if (!OwnerTableBuilder::numbers(machine_.nodes, machine_.count(kind))) return std::nullopt;
  if (result.is(Sym::Tag::Set)) return result.integer;
  const std::int64_t per_node = machine_.count(kind);
  if (result.is(Sym::Tag::Point)) {
    const Int node = builder_.multiply(result.integer, Builder::constant(per_node), kAlways);
    return builder_.add(node, result.index, kAlways);
  }
  if (point != nullptr)
    return Builder::constant(point->processor.node * per_node + point->processor.index);
  if (set == nullptr || set->processors.front().node != set->processors.back().node)
    return std::nullopt;
  ProcessorSet owner{static_cast<int>(set->processors.front().node), {}};
  for (const Processor& each : set->processors)
    owner.processors.push_back(static_cast<int>(each.index));
  return Builder::constant(set_code(kind, owner));
}

}  // namespace castra::lang::columns
