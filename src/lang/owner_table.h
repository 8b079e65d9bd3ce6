#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace castra::lang {

/// The processors of one node any of which may run a point; more than one only where the mapping
/// wrote a wildcard. Never empty; ascending.
struct ProcessorSet {
  int node = 0;
  std::vector<int> processors;
  auto operator<=>(const ProcessorSet&) const = default;
};

/// Owner of every point of a launch domain, in the order of the points: four bytes a point, sets
/// that several points share once. A value: immutable once built, cheap to copy, safe to share
/// between threads. Reads like a sequence of ProcessorSet, which it makes on request.
class OwnerTable {
 public:
  /// A point's owner in the table's own numbering: node * processors per node + processor, or
  /// -1 - i for the i-th set. Equal codes of one table mean equal owners and the other way round.
  using Code = std::int32_t;

  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = ProcessorSet;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = ProcessorSet;

    ProcessorSet operator*() const { return (*table_)[at_]; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    void operator++(int) { ++at_; }
    bool operator==(const Iterator& other) const { return at_ == other.at_; }

   private:
    friend class OwnerTable;
    Iterator(const OwnerTable* table, std::size_t at) : table_(table), at_(at) {}
    const OwnerTable* table_;
    std::size_t at_;
  };

  OwnerTable();

  std::size_t size() const { return data_->codes.size(); }
  bool empty() const { return data_->codes.empty(); }
  ProcessorSet operator[](std::size_t point) const { return owner(code(point)); }
  ProcessorSet front() const { return (*this)[0]; }
  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, size()}; }

  Code code(std::size_t point) const { return data_->codes[point]; }
  /// Precondition: the code is one of this table's.
  ProcessorSet owner(Code code) const;
  /// A table of other points with these owners.
  OwnerTable with_codes(std::vector<Code> codes) const;
  int node(std::size_t point) const;
  /// The first of the point's processors.
  int first_processor(std::size_t point) const;
  std::size_t bytes() const;
  /// Same owners of as many points, however they are numbered.
  bool operator==(const OwnerTable& other) const;

 private:
  friend class OwnerTableBuilder;
  struct Data {
    std::vector<Code> codes;
    std::vector<ProcessorSet> sets;
    int per_node = 1;
  };
  explicit OwnerTable(std::shared_ptr<const Data> data) : data_(std::move(data)) {}

  std::shared_ptr<const Data> data_;
};

/// Fills a table point by point, or block by block through codes().
class OwnerTableBuilder {
 public:
  /// Whether every processor of such a machine has a number of its own that fits a Code; if not,
  /// single processors are numbered like sets.
  static bool numbers(int nodes, int per_node);

  /// Every point gets the owner (0, 0) until it is set.
  OwnerTableBuilder(std::size_t points, int nodes, int per_node);

  OwnerTable::Code encode(const ProcessorSet& owner);
  std::vector<OwnerTable::Code>& codes() { return data_->codes; }
  OwnerTable finish() &&;

 private:
  std::shared_ptr<OwnerTable::Data> data_;
  std::map<ProcessorSet, OwnerTable::Code> known_sets_;
  bool numbered_;
};

}  // namespace castra::lang
