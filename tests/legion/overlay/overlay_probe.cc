// A small Legion program for the overlay's tests: index launches in one, two and three dimensions,
// single tasks, several fields, every privilege, disjoint and aliased partitions, all named. Every
// computing task has a CPU and a GPU variant with the same host body. Checks its own values and
// exits with 1 if any is wrong.
//   -n N       elements per piece and dimension (1-D pieces have N^2)
//   -i N       iterations, traced
//   -own       install a mapper of its own that sends every point to the first processor
//   -demand    register scale_tiles with a layout of its own for its first argument
//   -corners   write a corner of each tile again, by a launch of the same shape but fewer bytes
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>

#include "common/virtual_reduction.h"
#include "default_mapper.h"
#include "legion.h"

namespace {

using namespace Legion;  // NOLINT(google-build-using-namespace): the program speaks Legion
                         // throughout

enum Tasks : TaskID {
  kTopLevel = 1,
  kInitLine,
  kStencil,
  kSumLine,
  kInitTiles,
  kScaleTiles,
  kInitBricks,
  kSumBricks,
  kCheck
};
enum Fields : FieldID { kA = 10, kB = 20, kC = 30, kSum = 40 };
constexpr ReductionOpID kAdd = 7;
constexpr int kPieces = 8;

struct Add {
  using LHS = long long;
  using RHS = long long;
  static const RHS identity = 0;
  template <bool EXCLUSIVE>
  static void apply(LHS& lhs, RHS rhs) {
    if (EXCLUSIVE)
      lhs += rhs;
    else
      __atomic_fetch_add(&lhs, rhs, __ATOMIC_RELAXED);
  }
  template <bool EXCLUSIVE>
  static void fold(RHS& a, RHS b) {
    apply<EXCLUSIVE>(a, b);
  }
};
const Add::RHS Add::identity;

template <PrivilegeMode P, int D>
using Accessor =
    FieldAccessor<P, long long, D, coord_t, Realm::AffineAccessor<long long, D, coord_t>>;

template <int D>
Rect<D> bounds(const PhysicalRegion& region, Context ctx, Runtime* rt) {
  return rt->get_index_space_domain(ctx, region.get_logical_region().get_index_space());
}

template <int D>
long long value_at(const Point<D>& p) {
  long long value = 1;
  for (int d = 0; d < D; ++d) value = value * 31 + p[d];
  return value % 1009;
}

/// Writes two (line) or three fields of a piece.
template <int D>
void init(const Task* task, const std::vector<PhysicalRegion>& regions, Context ctx, Runtime* rt) {
  for (const FieldID field : task->regions[0].privilege_fields) {
    const Accessor<LEGION_WRITE_DISCARD, D> out(regions[0], field);
    for (PointInRectIterator<D> it(bounds<D>(regions[0], ctx, rt)); it(); it++)
      out[*it] = value_at(*it) + static_cast<long long>(field);
  }
}

/// b[i] += a[i-1] + a[i+1] over a halo read through an aliased partition.
void stencil(const Task*, const std::vector<PhysicalRegion>& regions, Context ctx, Runtime* rt) {
  const Accessor<LEGION_READ_ONLY, 1> a(regions[0], kA);
  const Accessor<LEGION_READ_WRITE, 1> b(regions[1], kB);
  const Rect<1> halo = bounds<1>(regions[0], ctx, rt);
  for (PointInRectIterator<1> it(bounds<1>(regions[1], ctx, rt)); it(); it++) {
    const coord_t i = (*it)[0];
    b[i] += (i > halo.lo[0] ? a[i - 1] : 0) + (i < halo.hi[0] ? a[i + 1] : 0);
  }
}

/// Adds every element of argument 0 to one element of argument 1, which all points share.
template <int D>
void add_up(const Task* task, const std::vector<PhysicalRegion>& regions, Context ctx,
            Runtime* rt) {
  const FieldID field = *task->regions[0].privilege_fields.begin();
  const Accessor<LEGION_READ_ONLY, D> in(regions[0], field);
  const ReductionAccessor<Add, true, 1, coord_t, Realm::AffineAccessor<long long, 1, coord_t>> sum(
      regions[1], kSum, kAdd);
  for (PointInRectIterator<D> it(bounds<D>(regions[0], ctx, rt)); it(); it++)
    sum[D == 1 ? 0 : 1] <<= in[*it];
}

void scale(const Task*, const std::vector<PhysicalRegion>& regions, Context ctx, Runtime* rt) {
  const Accessor<LEGION_READ_WRITE, 2> a(regions[0], kA);
  const Accessor<LEGION_READ_WRITE, 2> c(regions[0], kC);
  for (PointInRectIterator<2> it(bounds<2>(regions[0], ctx, rt)); it(); it++) c[*it] += 3 * a[*it];
}

struct CheckArguments {
  int iterations;
};

bool expect(const char* what, long long found, long long wanted) {
  if (found == wanted) return true;
  std::printf("WRONG %s: %lld, expected %lld\n", what, found, wanted);
  return false;
}

/// Recomputes everything sequentially from the initial formula.
bool check(const Task* task, const std::vector<PhysicalRegion>& regions, Context ctx, Runtime* rt) {
  const int iterations = static_cast<const CheckArguments*>(task->args)->iterations;
  const Accessor<LEGION_READ_ONLY, 1> a(regions[0], kA);
  const Accessor<LEGION_READ_ONLY, 1> b(regions[0], kB);
  const Accessor<LEGION_READ_ONLY, 2> c(regions[1], kC);
  const Accessor<LEGION_READ_ONLY, 3> brick(regions[2], kB);
  const Accessor<LEGION_READ_ONLY, 1> sum(regions[3], kSum);
  bool good = true;
  const Rect<1> line = bounds<1>(regions[0], ctx, rt);
  long long line_sum = 0;
  const auto initial = [](coord_t i) { return value_at(Point<1>(i)); };
  for (PointInRectIterator<1> it(line); it() && good; it++) {
    const coord_t i = (*it)[0];
    const long long around =
        (i > line.lo[0] ? initial(i - 1) + kA : 0) + (i < line.hi[0] ? initial(i + 1) + kA : 0);
    for (int k = 1; k <= iterations; ++k) line_sum += initial(i) + kB + k * around;
    good = expect("a", a[i], initial(i) + kA) &&
           expect("b", b[i], initial(i) + kB + iterations * around);
  }
  for (PointInRectIterator<2> it(bounds<2>(regions[1], ctx, rt)); it() && good; it++) {
    const long long v = value_at(*it);
    good = expect("c", c[*it], v + kC + iterations * 3 * (v + kA));
  }
  long long brick_sum = 0;
  for (PointInRectIterator<3> it(bounds<3>(regions[2], ctx, rt)); it() && good; it++) {
    good = expect("brick", brick[*it], value_at(*it) + kB);
    brick_sum += iterations * (value_at(*it) + kB);
  }
  return good && expect("line sum", sum[0], line_sum) && expect("brick sum", sum[1], brick_sum);
}

FieldSpace make_fields(Context ctx, Runtime* rt,
                       const std::vector<std::pair<FieldID, const char*>>& fields) {
  const FieldSpace space = rt->create_field_space(ctx);
  FieldAllocator allocator = rt->create_field_allocator(ctx, space);
  for (const auto& [id, name] : fields) {
    allocator.allocate_field(sizeof(long long), id);
    rt->attach_name(space, id, name);
  }
  return space;
}

template <int D>
LogicalRegion make_region(Context ctx, Runtime* rt, const Rect<D>& rect, FieldSpace fields,
                          const char* name) {
  const LogicalRegion region =
      rt->create_logical_region(ctx, rt->create_index_space(ctx, rect), fields);
  rt->attach_name(region, name);
  return region;
}

/// Pieces of `size` elements per dimension, grown by `halo` where it stays inside; only `shown`
/// elements of each per dimension, if given.
template <int D>
LogicalPartition make_partition(Context ctx, Runtime* rt, LogicalRegion region,
                                const Rect<D>& colors, const Point<D>& size, coord_t halo,
                                const char* name, coord_t shown = 0) {
  Transform<D, D> transform;
  Rect<D> extent;
  for (int i = 0; i < D; ++i) {
    for (int j = 0; j < D; ++j) transform[i][j] = i == j ? size[i] : 0;
    extent.lo[i] = -halo;
    extent.hi[i] = (shown > 0 ? shown : size[i]) - 1 + halo;
  }
  const IndexPartition partition = rt->create_partition_by_restriction(
      ctx, IndexSpaceT<D>(region.get_index_space()), rt->create_index_space(ctx, colors), transform,
      extent, halo == 0 ? LEGION_DISJOINT_KIND : LEGION_ALIASED_KIND);
  const LogicalPartition result = rt->get_logical_partition(ctx, region, partition);
  rt->attach_name(result, name);
  return result;
}

struct Options {
  int n = 4;
  int iterations = 3;
  bool own_mapper = false;
  bool demand = false;
  bool corners = false;
};

Options read_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "-n") == 0 && i + 1 < argc) options.n = std::atoi(argv[++i]);
    if (std::strcmp(argv[i], "-i") == 0 && i + 1 < argc) options.iterations = std::atoi(argv[++i]);
    if (std::strcmp(argv[i], "-own") == 0) options.own_mapper = true;
    if (std::strcmp(argv[i], "-demand") == 0) options.demand = true;
    if (std::strcmp(argv[i], "-corners") == 0) options.corners = true;
  }
  return options;
}

/// One requirement of a launch through the identity projection.
RegionRequirement part(LogicalPartition partition, LogicalRegion parent, PrivilegeMode privilege,
                       const std::vector<FieldID>& fields) {
  RegionRequirement requirement(partition, 0, privilege, LEGION_EXCLUSIVE, parent);
  requirement.add_fields(fields);
  return requirement;
}

int result_code = 0;

void top_level(const Task*, const std::vector<PhysicalRegion>&, Context ctx, Runtime* rt) {
  const InputArgs& args = Runtime::get_input_args();
  const Options options = read_options(args.argc, args.argv);
  const coord_t n = options.n;
  const Rect<1> line_colors(0, kPieces - 1);
  const Rect<2> tile_colors(Point<2>(0, 0), Point<2>(3, 1));
  const Rect<3> brick_colors(Point<3>(0, 0, 0), Point<3>(1, 1, 1));
  const FieldSpace values = make_fields(ctx, rt, {{kA, "a"}, {kB, "b"}, {kC, "c"}});
  const FieldSpace sums = make_fields(ctx, rt, {{kSum, "sum"}});
  const LogicalRegion line = make_region(ctx, rt, Rect<1>(0, kPieces * n * n - 1), values, "line");
  const LogicalRegion grid =
      make_region(ctx, rt, Rect<2>(Point<2>(0, 0), Point<2>(4 * n - 1, 2 * n - 1)), values, "grid");
  const LogicalRegion cube =
      make_region(ctx, rt, Rect<3>(Point<3>(0, 0, 0), Point<3>(2 * n - 1, 2 * n - 1, 2 * n - 1)),
                  values, "cube");
  const LogicalRegion sum = make_region(ctx, rt, Rect<1>(0, 1), sums, "sums");
  const auto blocks = make_partition<1>(ctx, rt, line, line_colors, Point<1>(n * n), 0, "blocks");
  const auto halos = make_partition<1>(ctx, rt, line, line_colors, Point<1>(n * n), 1, "halos");
  const auto tiles = make_partition<2>(ctx, rt, grid, tile_colors, Point<2>(n, n), 0, "tiles");
  const auto bricks =
      make_partition<3>(ctx, rt, cube, brick_colors, Point<3>(n, n, n), 0, "bricks");
  rt->fill_field(ctx, sum, sum, kSum, 0LL);

  const auto launch = [&](TaskID task, const Domain& domain,
                          std::vector<RegionRequirement> requirements) {
    IndexTaskLauncher launcher(task, domain, UntypedBuffer(), ArgumentMap());
    for (auto& requirement : requirements) launcher.add_region_requirement(requirement);
    rt->execute_index_space(ctx, launcher);
  };
  launch(kInitLine, line_colors, {part(blocks, line, LEGION_WRITE_DISCARD, {kA, kB})});
  launch(kInitTiles, tile_colors, {part(tiles, grid, LEGION_WRITE_DISCARD, {kA, kB, kC})});
  if (options.corners) {
    const auto corners =
        make_partition<2>(ctx, rt, grid, tile_colors, Point<2>(n, n), 0, "tiles", n / 2);
    launch(kInitTiles, tile_colors, {part(corners, grid, LEGION_WRITE_DISCARD, {kA, kB, kC})});
  }
  launch(kInitBricks, brick_colors, {part(bricks, cube, LEGION_WRITE_DISCARD, {kB})});
  RegionRequirement total(sum, kAdd, LEGION_EXCLUSIVE, sum);
  total.add_field(kSum);
  for (int i = 0; i < options.iterations; ++i) {
    rt->begin_trace(ctx, 1);
    launch(
        kStencil, line_colors,
        {part(halos, line, LEGION_READ_ONLY, {kA}), part(blocks, line, LEGION_READ_WRITE, {kB})});
    launch(kSumLine, line_colors, {part(blocks, line, LEGION_READ_ONLY, {kB}), total});
    launch(kScaleTiles, tile_colors, {part(tiles, grid, LEGION_READ_WRITE, {kA, kC})});
    launch(kSumBricks, brick_colors, {part(bricks, cube, LEGION_READ_ONLY, {kB}), total});
    rt->end_trace(ctx, 1);
  }
  const CheckArguments arguments{options.iterations};
  TaskLauncher checker(kCheck, UntypedBuffer(&arguments, sizeof(arguments)));
  for (const LogicalRegion region : {line, grid, cube, sum}) {
    RegionRequirement requirement(region, LEGION_READ_ONLY, LEGION_EXCLUSIVE, region);
    if (region == sum) requirement.add_field(kSum);
    if (region == line) requirement.add_fields({kA, kB});
    if (region == grid) requirement.add_fields({kA, kC});
    if (region == cube) requirement.add_field(kB);
    checker.add_region_requirement(requirement);
  }
  const bool good = rt->execute_task(ctx, checker).get_result<bool>();
  std::puts(good ? "PROBE SUCCESS" : "PROBE FAILED");
  result_code = good ? 0 : 1;
}

/// Deliberately bad: everything on the first processor of the kind.
class OneProcessorMapper : public Mapping::DefaultMapper {
 public:
  using DefaultMapper::DefaultMapper;
  void slice_task(const Mapping::MapperContext, const Task& task, const SliceTaskInput& input,
                  SliceTaskOutput& output) override {
    const bool gpu = task.target_proc.kind() == Processor::TOC_PROC;
    output.slices.emplace_back(input.domain, gpu ? local_gpus.front() : local_cpus.front(), false,
                               false);
  }
};

void install_mapper(Machine machine, Runtime* rt, const std::set<Processor>& processors) {
  for (const Processor processor : processors) {
    rt->replace_default_mapper(
        new OneProcessorMapper(rt->get_mapper_runtime(), machine, processor, "one_processor"),
        processor);
  }
}

/// The rows of a tile one after another, field by field.
LayoutConstraintID c_order() {
  LayoutConstraintRegistrar registrar(FieldSpace::NO_SPACE, "C order");
  registrar.add_constraint(
      OrderingConstraint({LEGION_DIM_Y, LEGION_DIM_X, LEGION_DIM_F}, /*contiguous=*/false));
  return Runtime::preregister_layout(registrar);
}

template <void (*BODY)(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*)>
void register_task(TaskID id, const char* name,
                   std::optional<LayoutConstraintID> first_argument = std::nullopt) {
  for (const Processor::Kind kind : {Processor::LOC_PROC, Processor::TOC_PROC}) {
    TaskVariantRegistrar registrar(id, name);
    registrar.add_constraint(ProcessorConstraint(kind));
    registrar.set_leaf();
    if (first_argument) registrar.add_layout_constraint_set(0, *first_argument);
    Runtime::preregister_task_variant<BODY>(registrar, name);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = read_options(argc, argv);
  {
    TaskVariantRegistrar registrar(kTopLevel, "top_level");
    registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
    Runtime::preregister_task_variant<top_level>(registrar, "top_level");
  }
  {
    TaskVariantRegistrar registrar(kCheck, "check");
    registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
    registrar.set_leaf();
    Runtime::preregister_task_variant<bool, check>(registrar, "check");
  }
  register_task<init<1>>(kInitLine, "init_line");
  register_task<init<2>>(kInitTiles, "init_tiles");
  register_task<init<3>>(kInitBricks, "init_bricks");
  register_task<stencil>(kStencil, "stencil");
  register_task<add_up<1>>(kSumLine, "sum_line");
  register_task<scale>(kScaleTiles, "scale_tiles",
                       options.demand ? std::optional(c_order()) : std::nullopt);
  register_task<add_up<3>>(kSumBricks, "sum_bricks");
  castra::apps::register_reduction_op<Add>(kAdd);
  Runtime::set_top_level_task_id(kTopLevel);
  if (options.own_mapper) Runtime::add_registration_callback(install_mapper);
  const int code = Runtime::start(argc, argv);
  return code != 0 ? code : result_code;
}
