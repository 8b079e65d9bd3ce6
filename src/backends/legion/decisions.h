#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "backends/legion/session.h"
#include "lang/policy.h"
#include "legion.h"

namespace castra::legion {

using Legion::Mapping::MapperContext;
using Legion::Mapping::MapperRuntime;

struct VariantInfo {
  Legion::VariantID id = 0;
  bool leaf = false;
  bool inner = false;
  /// Arguments that the variant wants in one instance, ascending; each argument in at most one
  /// group.
  std::vector<std::vector<unsigned>> shared_instances;
};

/// What Legion says about a task and the policy about its processors.
struct TaskInfo {
  Legion::TaskID id = 0;
  std::string name;
  std::array<std::vector<VariantInfo>, kAllProcessorKinds.size()> variants;
  std::optional<ProcessorKind> kind;  ///< the policy's: first listed that exists here
  int kind_rule_line = 0;

  const std::vector<VariantInfo>& of(ProcessorKind k) const {
    return variants[static_cast<std::size_t>(k)];
  }
};

/// The policy on one argument: empty where it is silent.
struct ArgumentRule {
  std::optional<lang::MemoryDecision> memories;
  std::array<Layout, kAllMemoryKinds.size()> layouts;  ///< by the memory the argument lives in
  bool decided = false;
};

/// Owners of the points of one launch domain, and the same as slices.
struct PlaceTable {
  Rect domain;
  lang::Placement placement;
  std::vector<Legion::Mapping::Mapper::TaskSlice> slices;  ///< of a dense domain

  lang::ProcessorSet at(const Legion::DomainPoint& point) const;
};

Rect to_rect(const Legion::Domain& domain);
Point to_point(const Legion::DomainPoint& point);

/// The policy's answers for this process, asked once each and kept. Answers do not depend on time
/// or order, so all mappers share one table. Thread-safe; references stay valid for the process.
class Decisions {
 public:
  explicit Decisions(Session& session) : session_(session) {}

  const TaskInfo& task(MapperContext ctx, MapperRuntime* runtime, const Legion::Task& task);
  /// `names_id` identifies `names` (RegionNames).
  const ArgumentRule& argument(const TaskInfo& task, ProcessorKind kind, int index,
                               std::uint32_t names_id, const std::vector<std::string>& names);
  /// Null if no index map applies. A function that fails ends the run.
  const PlaceTable* place(const TaskInfo& task, ProcessorKind kind, const Legion::Domain& domain);
  /// With Profile::shared_layouts, the layout of the first argument of this field space
  /// (reductions: of this operator) that went to such a memory; else `own`.
  const Layout& settled_layout(const Layout& own, MemoryKind memory,
                               const Legion::RegionRequirement& requirement);
  /// Whether the policy's Region or Layout rules name any region.
  bool uses_region_names() const { return uses_region_names_; }
  bool has_policy() const { return session_.policy() != nullptr; }
  void prepare();

 private:
  struct ArgumentKey {
    Legion::TaskID task;
    ProcessorKind kind;
    int index;
    std::uint32_t names;
    bool operator==(const ArgumentKey&) const = default;
  };
  struct ArgumentHash {
    std::size_t operator()(const ArgumentKey& key) const {
      std::uint64_t h = (static_cast<std::uint64_t>(key.task) << 32) ^ key.names;
      h = h * 0x9e3779b97f4a7c15ULL + (static_cast<std::uint64_t>(key.index) << 8) +
          static_cast<std::uint64_t>(key.kind);
      return h ^ (h >> 29);
    }
  };
  struct PlaceKey {
    Legion::TaskID task;
    ProcessorKind kind;
    auto operator<=>(const PlaceKey&) const = default;
  };
  using Tables = std::map<Legion::Domain, std::unique_ptr<const PlaceTable>>;

  TaskInfo describe(MapperContext ctx, MapperRuntime* runtime, const Legion::Task& task);
  void choose_kind(TaskInfo& info);
  ArgumentRule ask(const ArgumentKey& key, const std::string& task,
                   const std::vector<std::string>& names) const;
  void refuse_limit(const TaskInfo& task);
  std::unique_ptr<const PlaceTable> build_table(const TaskInfo& task, ProcessorKind kind,
                                                const Legion::Domain& domain);

  Session& session_;
  bool uses_region_names_ = false;
  std::mutex mutex_;
  std::unordered_map<Legion::TaskID, std::unique_ptr<const TaskInfo>> tasks_;
  std::unordered_map<ArgumentKey, std::unique_ptr<const ArgumentRule>, ArgumentHash> arguments_;
  std::map<PlaceKey, Tables> places_;
  /// By memory kind, operator (0: none) and, without one, field space.
  std::map<std::tuple<MemoryKind, Legion::ReductionOpID, std::uint64_t>, Layout> settled_;
};

}  // namespace castra::legion
