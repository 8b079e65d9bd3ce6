#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "lang/owner_table.h"
#include "machine/kinds.h"
#include "program/index_space.h"

namespace castra::lang {

/// Owner tables by what they depend on, the least recently used ones leaving when they exceed a
/// number of bytes. Thread-safe.
class PlacementCache {
 public:
  struct Table {
    ProcessorKind kind = ProcessorKind::Cpu;
    OwnerTable points;
  };

  explicit PlacementCache(std::size_t limit_bytes) : limit_(limit_bytes) {}

  /// The table of `domain`, cut out of a larger one if need be: `inputs` names everything but the
  /// point that the owners depend on.
  std::optional<Table> find(const std::string& inputs, const Rect& domain);
  /// Owners of one point, from any table that has it.
  std::optional<std::pair<ProcessorKind, ProcessorSet>> find_point(const std::string& inputs,
                                                                   const Point& point);
  /// Does nothing if the table alone takes a quarter of the bytes allowed.
  void keep(const std::string& inputs, const Rect& domain, const Table& table);

  std::size_t bytes() const;
  std::size_t tables() const;

 private:
  struct Entry {
    std::string inputs;
    Rect domain;
    Table table;
    std::size_t bytes = 0;
  };
  using Entries = std::list<Entry>;  ///< most recently used first

  /// An entry whose domain contains all of `domain`; end if there is none.
  Entries::iterator containing(const std::string& inputs, const Rect& domain);
  void drop(Entries::iterator entry);

  const std::size_t limit_;
  mutable std::mutex mutex_;
  Entries entries_;
  std::map<std::string, std::vector<Entries::iterator>> by_inputs_;
  std::size_t bytes_ = 0;
};

}  // namespace castra::lang
