#pragma once

#include <map>
#include <sstream>
#include <string>

#include "virtual_node/model.h"
#include "virtual_node/tasks.h"

namespace castra::virtual_node {

/// One run of the program: regions, partitions and launches, all with one placement.
template <int kDim>
class Program {
 public:
  Program(const Placement& placement, Legion::Context ctx, Legion::Runtime* runtime)
      : tag_(placement.tag()), ctx_(ctx), runtime_(runtime), bounds_(problem_bounds<kDim>()) {
    const auto space = runtime_->create_index_space(ctx_, bounds_);
    const auto fields = make_fields();
    region_ = runtime_->create_logical_region(ctx_, space, fields);
    blocks_ = partition(space, kColors, [this](int c) { return Domain(block(bounds_, c)); });
    halos_ = partition(space, kColors, [this](int c) { return Domain(halo(bounds_, c)); });
    sparse_ = partition(space, kSparseColors, [this](int c) { return sparse_piece(c); });
  }

  void execute() {
    fill();
    launch(kInit, kColors, {{blocks_, LEGION_WRITE_DISCARD, {kValue}}});
    for (int i = 0; i < kSteps; ++i) {
      launch(kStencil, kColors,
             {{blocks_, LEGION_WRITE_DISCARD, {kNext}}, {halos_, LEGION_READ_ONLY, {kValue}}});
      launch(kUpdate, kColors,
             {{blocks_, LEGION_READ_WRITE, {kValue}}, {blocks_, LEGION_READ_ONLY, {kNext}}});
      launch(kAddUp, kColors, {{halos_, LEGION_REDUCE, {kSum}, sum_id()}});
      launch(kFindMax, kSparseColors, {{sparse_, LEGION_REDUCE, {kMax}, kMaxId}});
      launch(kSettle, kColors,
             {{blocks_, LEGION_READ_WRITE, {kSum}}, {blocks_, LEGION_READ_WRITE, {kMax}}});
      launch(kSparse, kSparseColors, {{sparse_, LEGION_READ_WRITE, {kValue}}});
    }
    launch(kTouch, kColors, {{blocks_, LEGION_READ_WRITE, {kByte, kShort, kTriple, kWide}}});
    launch(kAim, kColors, {{blocks_, LEGION_WRITE_DISCARD, {kPoint}}});
    gather();
    if (kAtOrigin<kDim>) scatter();
  }

  /// Number of elements of all fields that differ from the model.
  std::size_t differences(std::string& first) {
    Legion::RegionRequirement requirement(region_, LEGION_READ_ONLY, LEGION_EXCLUSIVE, region_);
    for (const FieldId field : kAllFields) requirement.add_field(field);
    auto mapped = runtime_->map_region(ctx_, Legion::InlineLauncher(requirement));
    mapped.wait_until_valid();
    const std::size_t count = compare(mapped, first);
    runtime_->unmap_region(ctx_, mapped);
    return count;
  }

  void destroy() {
    runtime_->destroy_logical_region(ctx_, region_);
    runtime_->destroy_field_space(ctx_, region_.get_field_space());
    runtime_->destroy_index_space(ctx_, region_.get_index_space());
  }

 private:
  using Domain = Legion::DomainT<kDim>;
  struct Argument {
    Legion::LogicalPartition partition;
    legion_privilege_mode_t mode;
    std::vector<FieldId> fields;
    Legion::ReductionOpID reduction = 0;
  };
  static constexpr FieldId kAllFields[] = {kValue,  kNext, kSum,   kMax,      kByte,     kShort,
                                           kTriple, kWide, kPoint, kGathered, kScattered};

  Legion::FieldSpace make_fields() {
    const auto fields = runtime_->create_field_space(ctx_);
    auto allocator = runtime_->create_field_allocator(ctx_, fields);
    for (const FieldId id : {kValue, kNext, kSum, kGathered, kScattered}) {
      allocator.allocate_field(sizeof(std::uint64_t), id);
    }
    allocator.allocate_field(sizeof(std::int32_t), kMax);
    allocator.allocate_field(sizeof(std::uint8_t), kByte);
    allocator.allocate_field(sizeof(std::uint16_t), kShort);
    allocator.allocate_field(sizeof(Triple), kTriple);
    allocator.allocate_field(sizeof(Wide), kWide);
    allocator.allocate_field(sizeof(Legion::Point<kDim>), kPoint);
    return fields;
  }

  template <class Piece>
  Legion::LogicalPartition partition(Legion::IndexSpaceT<kDim> space, int colors, Piece&& piece) {
    std::map<Legion::Point<1>, Domain> domains;
    for (int c = 0; c < colors; ++c) domains[Legion::Point<1>(c)] = piece(c);
    const auto color_space = runtime_->create_index_space(ctx_, Legion::Rect<1>(0, colors - 1));
    return runtime_->get_logical_partition(
        ctx_, region_, runtime_->create_partition_by_domain(ctx_, space, domains, color_space));
  }

  Domain sparse_piece(int color) const {
    std::vector<Legion::Rect<kDim>> points;
    for (Legion::PointInRectIterator<kDim> p(bounds_); p(); p++) {
      if (sparse_color(*p) == color) points.emplace_back(*p, *p);
    }
    return Domain(points);
  }

  template <class T>
  void fill(FieldId field, const T& value) {
    runtime_->fill_field(ctx_, region_, region_, field, value);
  }

  void fill() {
    fill(kSum, kSumStart);
    fill(kMax, kMaxStart);
    fill(kByte, kByteStart);
    fill(kShort, kShortStart);
    fill(kTriple, kTripleStart);
    fill(kWide, kWideStart);
    fill(kGathered, std::uint64_t{0});
    fill(kScattered, std::uint64_t{0});
  }

  void launch(TaskKind kind, int colors, const std::vector<Argument>& arguments) {
    Legion::IndexTaskLauncher launcher(task_id(kind, kDim), Legion::Rect<1>(0, colors - 1),
                                       Legion::UntypedBuffer(), Legion::ArgumentMap());
    launcher.tag = tag_;
    for (const Argument& argument : arguments) {
      launcher.add_region_requirement(
          argument.reduction != 0
              ? Legion::RegionRequirement(argument.partition, 0, argument.reduction,
                                          LEGION_EXCLUSIVE, region_)
              : Legion::RegionRequirement(argument.partition, 0, argument.mode, LEGION_EXCLUSIVE,
                                          region_));
      for (const FieldId field : argument.fields) {
        launcher.region_requirements.back().add_field(field);
      }
    }
    runtime_->execute_index_space(ctx_, launcher);
  }

  Legion::RegionRequirement whole(legion_privilege_mode_t mode, FieldId field) const {
    Legion::RegionRequirement requirement(region_, mode, LEGION_EXCLUSIVE, region_);
    requirement.add_field(field);
    return requirement;
  }

  /// kGathered[p] = kValue[kPoint[p]], one copy per block.
  void gather() {
    Legion::IndexCopyLauncher launcher(Legion::Rect<1>(0, kColors - 1));
    launcher.tag = tag_;
    Legion::RegionRequirement from(region_, 0, LEGION_READ_ONLY, LEGION_EXCLUSIVE, region_);
    Legion::RegionRequirement to(blocks_, 0, LEGION_WRITE_DISCARD, LEGION_EXCLUSIVE, region_);
    Legion::RegionRequirement points(blocks_, 0, LEGION_READ_ONLY, LEGION_EXCLUSIVE, region_);
    from.add_field(kValue);
    to.add_field(kGathered);
    launcher.add_copy_requirements(from, to);
    launcher.add_src_indirect_field(kPoint, points);
    launcher.possible_src_indirect_out_of_range = false;
    runtime_->issue_copy_operation(ctx_, launcher);
  }

  /// kScattered[kPoint[p]] = kValue[p], in one copy.
  void scatter() {
    Legion::CopyLauncher launcher;
    launcher.tag = tag_;
    launcher.add_copy_requirements(whole(LEGION_READ_ONLY, kValue),
                                   whole(LEGION_READ_WRITE, kScattered));
    launcher.add_dst_indirect_field(
        kPoint, Legion::RegionRequirement(region_, LEGION_READ_ONLY, LEGION_EXCLUSIVE, region_));
    launcher.possible_dst_indirect_out_of_range = false;
    launcher.possible_dst_indirect_aliasing = false;
    runtime_->issue_copy_operation(ctx_, launcher);
  }

  template <class T>
  using Field = typename Tasks<kDim>::template Field<LEGION_READ_ONLY, T>;

  std::size_t compare(Legion::PhysicalRegion& mapped, std::string& first) const {
    const Model<kDim> model;
    std::size_t count = 0;
    const auto field = [&](const char* name, const auto& accessor, auto&& expected) {
      for (const auto& p : model.points()) {
        const decltype(expected(p)) actual = accessor[p];
        if (actual == expected(p)) continue;
        if (count++ > 0) continue;
        std::ostringstream text;
        text << "field " << name << " at " << p;
        first = text.str();
      }
    };
    using Point = Legion::Point<kDim>;
    const auto array = [&](const auto& values) {
      return [&](const Point& p) { return values[model.index(p)]; };
    };
    const auto mirrored = [&](const Point& p) {
      return model.value[model.index(mirror(p, model.bounds()))];
    };
    field("value", Field<std::uint64_t>(mapped, kValue), array(model.value));
    field("next", Field<std::uint64_t>(mapped, kNext), array(model.next));
    field("sum", Field<std::uint64_t>(mapped, kSum), array(model.sum));
    field("max", Field<std::int32_t>(mapped, kMax), array(model.max));
    field("byte", Field<std::uint8_t>(mapped, kByte),
          [](const Point& p) { return static_cast<std::uint8_t>(kByteStart + p[0]); });
    field("short", Field<std::uint16_t>(mapped, kShort),
          [](const Point& p) { return static_cast<std::uint16_t>(kShortStart + p[0]); });
    field("triple", Field<Triple>(mapped, kTriple), [](const Point& p) {
      return Triple{kTripleStart[0], kTripleStart[1] + static_cast<std::uint32_t>(p[0]),
                    kTripleStart[2]};
    });
    field("wide", Field<Wide>(mapped, kWide),
          [](const Point& p) { return Wide{kWideStart[0], kWideStart[1] ^ hash_of(p, 3)}; });
    field("point", Field<Point>(mapped, kPoint),
          [&](const Point& p) { return mirror(p, model.bounds()); });
    field("gathered", Field<std::uint64_t>(mapped, kGathered), mirrored);
    if (kAtOrigin<kDim>) {
      field("scattered", Field<std::uint64_t>(mapped, kScattered), mirrored);
    }
    return count;
  }

  const unsigned long tag_;
  const Legion::Context ctx_;
  Legion::Runtime* const runtime_;
  const Legion::Rect<kDim> bounds_;
  Legion::LogicalRegion region_;
  Legion::LogicalPartition blocks_, halos_, sparse_;
};

template <int kDim>
std::size_t run_dim(const Placement& placement, Legion::Context ctx, Legion::Runtime* runtime,
                    std::string& first) {
  Program<kDim> program(placement, ctx, runtime);
  program.execute();
  const std::size_t count = program.differences(first);
  program.destroy();
  return count;
}

}  // namespace castra::virtual_node
