#include "lang/owner_table.h"

#include <limits>
#include <utility>

namespace castra::lang {
namespace {

constexpr std::int64_t kMaxCode = std::numeric_limits<OwnerTable::Code>::max();

std::size_t set_of(OwnerTable::Code code) { return static_cast<std::size_t>(-1 - code); }

}  // namespace

OwnerTable::OwnerTable() : data_(std::make_shared<const Data>()) {}

ProcessorSet OwnerTable::owner(Code code) const {
  if (code < 0) return data_->sets[set_of(code)];
  return {code / data_->per_node, {code % data_->per_node}};
}

OwnerTable OwnerTable::with_codes(std::vector<Code> codes) const {
  return OwnerTable(
      std::make_shared<const Data>(Data{std::move(codes), data_->sets, data_->per_node}));
}

int OwnerTable::node(std::size_t point) const {
  const Code code = data_->codes[point];
  return code < 0 ? data_->sets[set_of(code)].node : code / data_->per_node;
}

int OwnerTable::first_processor(std::size_t point) const {
  const Code code = data_->codes[point];
  return code < 0 ? data_->sets[set_of(code)].processors.front() : code % data_->per_node;
}

std::size_t OwnerTable::bytes() const {
  std::size_t bytes = sizeof(Data) + data_->codes.size() * sizeof(Code);
  for (const ProcessorSet& set : data_->sets)
    bytes += sizeof(ProcessorSet) + set.processors.size() * sizeof(int);
  return bytes;
}

bool OwnerTable::operator==(const OwnerTable& other) const {
  if (size() != other.size()) return false;
  for (std::size_t i = 0; i < size(); ++i) {
    if ((*this)[i] != other[i]) return false;
  }
  return true;
}

bool OwnerTableBuilder::numbers(int nodes, int per_node) {
  return per_node > 0 && std::int64_t{nodes} * per_node <= kMaxCode;
}

OwnerTableBuilder::OwnerTableBuilder(std::size_t points, int nodes, int per_node)
    : data_(std::make_shared<OwnerTable::Data>()), numbered_(numbers(nodes, per_node)) {
  data_->codes.resize(points);
  if (per_node > 0) data_->per_node = per_node;
}

OwnerTable::Code OwnerTableBuilder::encode(const ProcessorSet& owner) {
  if (numbered_ && owner.processors.size() == 1)
    return owner.node * data_->per_node + owner.processors.front();
  const auto next =
      static_cast<OwnerTable::Code>(-1 - static_cast<std::int64_t>(known_sets_.size()));
  const auto [entry, fresh] = known_sets_.try_emplace(owner, next);
  if (fresh) data_->sets.push_back(owner);
  return entry->second;
}

OwnerTable OwnerTableBuilder::finish() && { return OwnerTable(std::move(data_)); }

}  // namespace castra::lang
