#include "circuit/circuit_data.h"

#include <map>
#include <string>
#include <vector>

#include "circuit/schema.h"

namespace castra::apps::circuit {

using namespace Legion;

namespace {

struct Field {
  FieldID id;
  std::size_t size;
  std::string name;
};

std::vector<Field> node_fields() {
  return {{kNodeCap, sizeof(float), "node_cap"},
          {kLeakage, sizeof(float), "leakage"},
          {kCharge, sizeof(float), "charge"},
          {kNodeVoltage, sizeof(float), "node_voltage"}};
}

std::vector<Field> wire_fields() {
  std::vector<Field> fields = {
      {kInPtr, sizeof(std::int64_t), "in_ptr"},   {kInLocation, 1, "in_location"},
      {kOutPtr, sizeof(std::int64_t), "out_ptr"}, {kOutLocation, 1, "out_location"},
      {kInductance, sizeof(float), "inductance"}, {kResistance, sizeof(float), "resistance"},
      {kWireCap, sizeof(float), "wire_cap"}};
  for (unsigned s = 0; s < kSegments; ++s) {
    fields.push_back({kCurrent + s, sizeof(float), "current._" + std::to_string(s)});
  }
  for (unsigned s = 0; s < kSegments - 1; ++s) {
    fields.push_back({kVoltage + s, sizeof(float), "voltage._" + std::to_string(s)});
  }
  return fields;
}

/// Builds one run's data, keeping the context at hand.
class Builder {
 public:
  Builder(Context context, Runtime* runtime) : context_(context), runtime_(runtime) {}

  IndexSpace space(coord_t size, const char* name) {
    const IndexSpace result = runtime_->create_index_space(context_, Domain(Rect<1>(0, size - 1)));
    runtime_->attach_name(result, name);
    return result;
  }

  LogicalRegion region(coord_t size, const std::vector<Field>& fields, const std::string& name) {
    const IndexSpace ids = space(size, (name + " ids").c_str());
    const FieldSpace columns = runtime_->create_field_space(context_);
    runtime_->attach_name(columns, (name + " fields").c_str());
    FieldAllocator allocator = runtime_->create_field_allocator(context_, columns);
    for (const Field& field : fields) {
      allocator.allocate_field(field.size, field.id);
      runtime_->attach_name(columns, field.id, field.name.c_str());
    }
    const LogicalRegion result = runtime_->create_logical_region(context_, ids, columns);
    runtime_->attach_name(result, name.c_str());
    return result;
  }

  LogicalPartition blocks(LogicalRegion parent, IndexSpace colors,
                          const std::vector<IdRange>& ranges, const char* name) {
    std::map<DomainPoint, Domain> domains;
    for (std::size_t color = 0; color < ranges.size(); ++color) {
      domains[DomainPoint(static_cast<coord_t>(color))] =
          Domain(Rect<1>(ranges[color].lo, ranges[color].hi));
    }
    return named(parent,
                 runtime_->create_partition_by_domain(context_, parent.get_index_space(), domains,
                                                      colors, true, LEGION_DISJOINT_COMPLETE_KIND),
                 name);
  }

  LogicalPartition equal(LogicalRegion parent, IndexSpace colors, const char* name) {
    return named(
        parent, runtime_->create_equal_partition(context_, parent.get_index_space(), colors), name);
  }

  LogicalPartition named(LogicalRegion parent, IndexPartition partition, const char* name) {
    runtime_->attach_name(partition, name);
    const LogicalPartition result = runtime_->get_logical_partition(context_, parent, partition);
    runtime_->attach_name(result, name);
    return result;
  }

  LogicalRegion subregion(LogicalPartition partition, coord_t color, const char* name) {
    const LogicalRegion result =
        runtime_->get_logical_subregion_by_color(context_, partition, DomainPoint(color));
    runtime_->attach_name(result, name);
    return result;
  }

  template <typename T>
  void fill(LogicalRegion target, const std::vector<FieldID>& fields, const T& value) {
    FillLauncher launcher(target, target, UntypedBuffer(&value, sizeof value));
    for (const FieldID field : fields) launcher.add_field(field);
    runtime_->fill_fields(context_, launcher);
  }

 private:
  Context context_;
  Runtime* runtime_;
};

void fill_with_zero(Builder& build, const CircuitData& data) {
  build.fill(data.all_nodes, {kNodeCap, kLeakage, kCharge, kNodeVoltage}, 0.0f);
  std::vector<FieldID> columns = {kInductance, kResistance, kWireCap};
  for (unsigned s = 0; s < kSegments; ++s) columns.push_back(kCurrent + s);
  for (unsigned s = 0; s < kSegments - 1; ++s) columns.push_back(kVoltage + s);
  build.fill(data.all_wires, columns, 0.0f);
  build.fill(data.all_wires, {kInPtr, kOutPtr}, std::int64_t{0});
  build.fill(data.all_wires, {kInLocation, kOutLocation}, std::uint8_t{0});
  build.fill(data.all_times, {kStart, kStop}, std::int64_t{0});
  build.fill(data.ghost_ranges, {kRect}, Rect<1>(0, -1));
}

}  // namespace

CircuitData create_circuit_data(Context context, Runtime* runtime, const CircuitConfig& config) {
  Builder build(context, runtime);
  const coord_t count = config.superpieces();
  CircuitData data;
  data.superpieces = build.space(count, "superpieces");
  data.all_nodes = build.region(config.nodes(), node_fields(), "all_nodes");
  data.all_wires = build.region(config.wires(), wire_fields(), "all_wires");
  data.all_times = build.region(
      count, {{kStart, sizeof(std::int64_t), "start"}, {kStop, sizeof(std::int64_t), "stop"}},
      "all_times");
  data.ghost_ranges = build.region(count, {{kRect, sizeof(Rect<1>), "rect"}}, "ghost_ranges");

  // Colour 0 is private although shared nodes have the lower ids.
  data.rp_all_nodes =
      build.blocks(data.all_nodes, build.space(2, "privacy"),
                   {{config.shared_nodes(), config.nodes() - 1}, {0, config.shared_nodes() - 1}},
                   "rp_all_nodes");
  data.all_private = build.subregion(data.rp_all_nodes, kPrivateColor, "all_private");
  data.all_shared = build.subregion(data.rp_all_nodes, kSharedColor, "all_shared");
  std::vector<IdRange> privates, shareds;
  for (std::int64_t superpiece = 0; superpiece < count; ++superpiece) {
    privates.push_back(config.private_of_superpiece(superpiece));
    shareds.push_back(config.shared_of_superpiece(superpiece));
  }
  data.rp_private = build.blocks(data.all_private, data.superpieces, privates, "rp_private");
  data.rp_shared = build.blocks(data.all_shared, data.superpieces, shareds, "rp_shared");
  data.rp_wires = build.equal(data.all_wires, data.superpieces, "rp_wires");
  data.rp_times = build.equal(data.all_times, data.superpieces, "rp_times");
  data.rp_ghost_ranges = build.equal(data.ghost_ranges, data.superpieces, "rp_ghost_ranges");
  fill_with_zero(build, data);
  return data;
}

IndexPartition create_ghost_index_partition(Context context, Runtime* runtime,
                                            IndexSpace all_shared,
                                            const std::vector<IdRange>& ranges) {
  const IndexSpace colors = runtime->create_index_space(
      context, Domain(Rect<1>(0, static_cast<coord_t>(ranges.size()) - 1)));
  std::map<DomainPoint, Domain> domains;
  for (std::size_t color = 0; color < ranges.size(); ++color) {
    domains[DomainPoint(static_cast<coord_t>(color))] =
        Domain(Rect<1>(ranges[color].lo, ranges[color].hi));
  }
  return runtime->create_partition_by_domain(context, all_shared, domains, colors, true,
                                             LEGION_ALIASED_KIND);
}

void set_ghost_partition(Context context, Runtime* runtime, IndexPartition partition,
                         CircuitData& data) {
  data.rp_ghost = Builder(context, runtime).named(data.all_shared, partition, "rp_ghost");
}

void destroy_circuit_data(Context context, Runtime* runtime, const CircuitData& data) {
  for (const LogicalRegion region :
       {data.all_nodes, data.all_wires, data.all_times, data.ghost_ranges}) {
    runtime->destroy_logical_region(context, region);
    runtime->destroy_field_space(context, region.get_field_space());
    runtime->destroy_index_space(context, region.get_index_space());
  }
}

}  // namespace castra::apps::circuit
