#pragma once

#include <vector>

#include "legion.h"
#include "virtual_node/fields.h"
#include "virtual_node/node.h"
#include "virtual_node/reductions.h"

namespace castra::virtual_node {

enum TaskKind : int { kInit, kStencil, kUpdate, kAddUp, kFindMax, kSettle, kSparse, kTouch, kAim };

constexpr Legion::TaskID task_id(TaskKind kind, int dim) {
  return static_cast<Legion::TaskID>(10 + kind * 3 + dim - 1);
}

/// The bodies of the tasks. Regions arrive in the order of the launchers in program.h.
template <int kDim>
struct Tasks {
  using Point = Legion::Point<kDim>;
  using Regions = std::vector<Legion::PhysicalRegion>;
  template <legion_privilege_mode_t kMode, class T>
  using Field = Legion::FieldAccessor<kMode, T, kDim, Legion::coord_t,
                                      Realm::AffineAccessor<T, kDim, Legion::coord_t>>;
  template <class RedOp>
  using Reduced =
      Legion::ReductionAccessor<RedOp, false, kDim, Legion::coord_t,
                                Realm::AffineAccessor<typename RedOp::RHS, kDim, Legion::coord_t>>;

  template <class Visit>
  static void for_each(const Legion::PhysicalRegion& region, Legion::Context ctx,
                       Legion::Runtime* runtime, Visit&& visit) {
    const Legion::Domain domain =
        runtime->get_index_space_domain(ctx, region.get_logical_region().get_index_space());
    for (Legion::PointInDomainIterator<kDim> point(domain); point(); point++) visit(*point);
  }

  static void init(const Legion::Task*, const Regions& regions, Legion::Context ctx,
                   Legion::Runtime* runtime) {
    const Field<LEGION_WRITE_DISCARD, std::uint64_t> value(regions[0], kValue);
    for_each(regions[0], ctx, runtime, [&](const Point& p) { value[p] = hash_of(p, 1); });
  }

  static void step(const Legion::Task*, const Regions& regions, Legion::Context ctx,
                   Legion::Runtime* runtime) {
    const Field<LEGION_WRITE_DISCARD, std::uint64_t> next(regions[0], kNext);
    const Field<LEGION_READ_ONLY, std::uint64_t> value(regions[1], kValue);
    const auto bounds = problem_bounds<kDim>();
    for_each(regions[0], ctx, runtime, [&](const Point& p) {
      next[p] = stencil(p, bounds, [&](const Point& q) { return value[q]; });
    });
  }

  static void advance(const Legion::Task*, const Regions& regions, Legion::Context ctx,
                      Legion::Runtime* runtime) {
    const Field<LEGION_READ_WRITE, std::uint64_t> value(regions[0], kValue);
    const Field<LEGION_READ_ONLY, std::uint64_t> next(regions[1], kNext);
    for_each(regions[0], ctx, runtime,
             [&](const Point& p) { value[p] = update(value[p], next[p]); });
  }

  static void add_up(const Legion::Task* task, const Regions& regions, Legion::Context ctx,
                     Legion::Runtime* runtime) {
    const Reduced<SumOfLongs> sum(regions[0], kSum, sum_id());
    for_each(regions[0], ctx, runtime,
             [&](const Point& p) { sum[p] <<= contribution(p, task->index_point[0]); });
  }

  static void find_max(const Legion::Task* task, const Regions& regions, Legion::Context ctx,
                       Legion::Runtime* runtime) {
    const Reduced<MaxOfInts> max(regions[0], kMax, kMaxId);
    for_each(regions[0], ctx, runtime,
             [&](const Point& p) { max[p] <<= candidate(p, task->index_point[0]); });
  }

  /// Uses the reduced values, so that reductions are folded into this task's memories.
  static void settle(const Legion::Task*, const Regions& regions, Legion::Context ctx,
                     Legion::Runtime* runtime) {
    const Field<LEGION_READ_WRITE, std::uint64_t> sum(regions[0], kSum);
    const Field<LEGION_READ_WRITE, std::int32_t> max(regions[1], kMax);
    for_each(regions[0], ctx, runtime, [&](const Point& p) {
      sum[p] = settled(sum[p]);
      max[p] = max[p] - 1;
    });
  }

  static void sparse(const Legion::Task* task, const Regions& regions, Legion::Context ctx,
                     Legion::Runtime* runtime) {
    const Field<LEGION_READ_WRITE, std::uint64_t> value(regions[0], kValue);
    const auto mask = static_cast<std::uint64_t>(task->index_point[0] + 1);
    for_each(regions[0], ctx, runtime, [&](const Point& p) { value[p] = value[p] ^ mask; });
  }

  static void touch(const Legion::Task*, const Regions& regions, Legion::Context ctx,
                    Legion::Runtime* runtime) {
    const Field<LEGION_READ_WRITE, std::uint8_t> byte(regions[0], kByte);
    const Field<LEGION_READ_WRITE, std::uint16_t> two(regions[0], kShort);
    const Field<LEGION_READ_WRITE, Triple> triple(regions[0], kTriple);
    const Field<LEGION_READ_WRITE, Wide> wide(regions[0], kWide);
    for_each(regions[0], ctx, runtime, [&](const Point& p) {
      byte[p] = static_cast<std::uint8_t>(byte[p] + p[0]);
      two[p] = static_cast<std::uint16_t>(two[p] + p[0]);
      Triple t = triple[p];
      t[1] += static_cast<std::uint32_t>(p[0]);
      triple[p] = t;
      Wide w = wide[p];
      w[1] ^= hash_of(p, 3);
      wide[p] = w;
    });
  }

  static void aim(const Legion::Task*, const Regions& regions, Legion::Context ctx,
                  Legion::Runtime* runtime) {
    const Field<LEGION_WRITE_DISCARD, Point> target(regions[0], kPoint);
    const auto bounds = problem_bounds<kDim>();
    for_each(regions[0], ctx, runtime, [&](const Point& p) { target[p] = mirror(p, bounds); });
  }
};

template <auto kBody>
void register_task(Legion::TaskID id, const char* name) {
  for (const auto processor : {Legion::Processor::LOC_PROC, Legion::Processor::TOC_PROC}) {
    Legion::TaskVariantRegistrar registrar(id, name);
    registrar.add_constraint(Legion::ProcessorConstraint(processor));
    registrar.set_leaf();
    Legion::Runtime::preregister_task_variant<kBody>(registrar, name);
  }
}

template <int kDim>
void register_tasks_of_dim() {
  register_task<Tasks<kDim>::init>(task_id(kInit, kDim), "init");
  register_task<Tasks<kDim>::step>(task_id(kStencil, kDim), "stencil");
  register_task<Tasks<kDim>::advance>(task_id(kUpdate, kDim), "update");
  register_task<Tasks<kDim>::add_up>(task_id(kAddUp, kDim), "add_up");
  register_task<Tasks<kDim>::find_max>(task_id(kFindMax, kDim), "find_max");
  register_task<Tasks<kDim>::settle>(task_id(kSettle, kDim), "settle");
  register_task<Tasks<kDim>::sparse>(task_id(kSparse, kDim), "sparse");
  register_task<Tasks<kDim>::touch>(task_id(kTouch, kDim), "touch");
  register_task<Tasks<kDim>::aim>(task_id(kAim, kDim), "aim");
}

}  // namespace castra::virtual_node
