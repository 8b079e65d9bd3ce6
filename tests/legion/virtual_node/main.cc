// A Legion program that uses everything a virtual GPU has to get right, in one dimension (-dim N):
// fills, stencils over aliased halos, reductions, sparse pieces, gather and scatter, for every
// combination of memory, layout and processors. With -plain the reduction operators are registered
// as any Legion program does, and one is built into Legion. Exit code 0 only if every element of
// every field equals a sequential computation's and the machine has the expected number of GPUs
// (-gpus N).
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "common/virtual_reduction.h"
#include "virtual_node/mapper.h"
#include "virtual_node/node.h"
#include "virtual_node/reductions.h"

namespace castra::virtual_node {
namespace {

constexpr Legion::TaskID kTopLevel = 1;

Legion::ReductionOpID sum_operator = 101;

int option(const char* name) {
  const auto& arguments = Legion::Runtime::get_input_args();
  for (int i = 1; i + 1 < arguments.argc; ++i) {
    if (std::strcmp(arguments.argv[i], name) == 0) return std::atoi(arguments.argv[i + 1]);
  }
  return -1;
}

std::size_t count_gpus() {
  Legion::Machine::ProcessorQuery query(Legion::Machine::get_machine());
  return query.only_kind(Legion::Processor::TOC_PROC).count();
}

std::vector<Placement> placements(bool gpus) {
  std::vector<Placement> all;
  for (const auto layout :
       {LayoutChoice::Columns, LayoutChoice::Rows, LayoutChoice::Structs, LayoutChoice::Mixed}) {
    if (!gpus) {
      all.push_back({MemoryChoice::FrameBuffer, layout, ProcessorChoice::Cpus});
      continue;
    }
    for (const auto memory :
         {MemoryChoice::FrameBuffer, MemoryChoice::ZeroCopy, MemoryChoice::Mixed}) {
      for (const auto processors : {ProcessorChoice::Gpus, ProcessorChoice::Both}) {
        all.push_back({memory, layout, processors});
      }
    }
  }
  return all;
}

std::string describe(const Placement& placement) {
  constexpr const char* kMemories[] = {"FB", "ZC", "FB/ZC"};
  constexpr const char* kLayouts[] = {"columns", "rows", "structs", "mixed"};
  constexpr const char* kProcessors[] = {"GPUs", "CPUs", "GPUs and CPUs"};
  return std::string(kMemories[static_cast<int>(placement.memory)]) + ", " +
         kLayouts[static_cast<int>(placement.layout)] + ", " +
         kProcessors[static_cast<int>(placement.processors)];
}

void top_level(const Legion::Task*, const std::vector<Legion::PhysicalRegion>&, Legion::Context ctx,
               Legion::Runtime* runtime) {
  const int dim = option("-dim");
  const auto gpus = static_cast<int>(count_gpus());
  int failures = 0;
  if (gpus != option("-gpus")) {
    std::cout << "expected " << option("-gpus") << " GPUs, found " << gpus << "\n";
    ++failures;
  }
  const auto all = placements(gpus > 0);
  for (const Placement& placement : all) {
    std::string first;
    const std::size_t differences = run(dim, placement, ctx, runtime, first);
    if (differences == 0) continue;
    ++failures;
    std::cout << describe(placement) << ": " << differences << " elements differ, the first is "
              << first << "\n";
  }
  std::cout << all.size() << " combinations on " << gpus << " GPUs, " << failures << " failed\n";
  Legion::Runtime::set_return_code(failures == 0 ? 0 : 1);
}

}  // namespace

Legion::ReductionOpID sum_id() { return sum_operator; }

void register_reductions(bool plain) {
  if (plain) {
    sum_operator = LEGION_REDOP_SUM_UINT64;
    Legion::Runtime::register_reduction_op<MaxOfInts>(kMaxId);
    return;
  }
  apps::register_reduction_op<SumOfLongs>(sum_operator);
  apps::register_reduction_op<MaxOfInts>(kMaxId);
}

void register_tasks(int dim) {
  if (dim == 1) register_tasks_of_dim<1>();
  if (dim == 2) register_tasks_of_dim<2>();
  if (dim == 3) register_tasks_of_dim<3>();
}

std::size_t run(int dim, const Placement& placement, Legion::Context ctx, Legion::Runtime* runtime,
                std::string& first) {
  if (dim == 1) return run_dim<1>(placement, ctx, runtime, first);
  if (dim == 2) return run_dim<2>(placement, ctx, runtime, first);
  if (dim == 3) return run_dim<3>(placement, ctx, runtime, first);
  first = "-dim must be 1, 2 or 3";
  return 1;
}

}  // namespace castra::virtual_node

int main(int argc, char** argv) {
  using namespace castra::virtual_node;
  Legion::Runtime::set_top_level_task_id(kTopLevel);
  Legion::TaskVariantRegistrar registrar(kTopLevel, "top_level");
  registrar.add_constraint(Legion::ProcessorConstraint(Legion::Processor::LOC_PROC));
  Legion::Runtime::preregister_task_variant<top_level>(registrar, "top_level");
  for (const int dim : {1, 2, 3}) register_tasks(dim);
  register_reductions(std::find(argv, argv + argc, std::string_view("-plain")) != argv + argc);
  Legion::Runtime::add_registration_callback(register_mappers);
  return Legion::Runtime::start(argc, argv);
}
