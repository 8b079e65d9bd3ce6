#include <chrono>

#include "circuit/host_kernels.h"
#include "circuit/schema.h"
#include "circuit/tasks.h"
#include "circuit/views.h"
#include "common/task_registration.h"
#include "common/virtual_reduction.h"
#ifdef CASTRA_APPS_OPENMP
#include "circuit/omp_kernels.h"
#endif
#ifdef CASTRA_APPS_CUDA
#include <realm/cuda/cuda_module.h>

#include "circuit/gpu_kernels.h"
#endif

namespace castra::apps::circuit {

using namespace Legion;

namespace {

// How a variant runs the kernels: one class per way, the same five functions in each.

/// The calling thread: CPU variants, and GPU variants on virtual GPUs, whose memory is the host's.
struct OnHost {
  static void solve(const CurrentsView& view, IdRange wires, std::int64_t steps) {
    solve_wires_on_host(view, wires, steps);
  }
  static void distribute(const ChargeView& view, IdRange wires) { distribute_on_host(view, wires); }
  static void update(const VoltageView& view, IdRange nodes) { update_on_host(view, nodes); }
  static void store(const StampWork& stamp, std::int64_t value) {
    stamp.column[stamp.superpiece] = value;
  }
  static void finish() {}
};

#ifdef CASTRA_APPS_OPENMP
struct OnThreads : OnHost {
  static void solve(const CurrentsView& view, IdRange wires, std::int64_t steps) {
    solve_wires_on_threads(view, wires, steps);
  }
  static void distribute(const ChargeView& view, IdRange wires) {
    distribute_on_threads(view, wires);
  }
  static void update(const VoltageView& view, IdRange nodes) { update_on_threads(view, nodes); }
};
#endif

#ifdef CASTRA_APPS_CUDA
struct OnGpu {
  /// All of a task's work goes there, so Realm need not wait for the whole device.
  static CUstream_st* stream() {
    Realm::Cuda::set_task_ctxsync_required(false);
    return Realm::Cuda::get_task_cuda_stream();
  }
  static void solve(const CurrentsView& view, IdRange wires, std::int64_t steps) {
    solve_wires_on_gpu(view, wires, steps, stream());
  }
  static void distribute(const ChargeView& view, IdRange wires) {
    distribute_on_gpu(view, wires, stream());
  }
  static void update(const VoltageView& view, IdRange nodes) {
    update_on_gpu(view, nodes, stream());
  }
  static void store(const StampWork& stamp, std::int64_t value) {
    store_on_gpu(stamp.column, stamp.superpiece, value, stream());
  }
  static void finish() { wait_for_gpu(stream()); }
};
using GpuVariant = OnGpu;
#else
using GpuVariant = OnHost;
#endif

std::int64_t now_in_microseconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

template <typename On>
void calculate_new_currents(const Task* task, const Regions& regions, Context, Runtime* runtime) {
  const auto& arguments = argument_of<StepArguments>(task);
  if (arguments.print_ts) {
    On::store(stamp_work(task, regions, runtime, 5, kStart), now_in_microseconds());
  }
  const CurrentsWork work = currents_work(task, regions, runtime);
  On::solve(work.view, work.wires, arguments.steps);
}

template <typename On>
void distribute_charge(const Task* task, const Regions& regions, Context, Runtime* runtime) {
  const ChargeWork work = charge_work(task, regions, runtime);
  On::distribute(work.view, work.wires);
}

template <typename On>
void update_voltages(const Task* task, const Regions& regions, Context, Runtime* runtime) {
  const VoltageWork work = voltage_work(task, regions, runtime);
  On::update(work.private_view, work.private_nodes);
  On::update(work.shared_view, work.shared_nodes);
  if (argument_of<StepArguments>(task).print_ts) {
    On::finish();
    On::store(stamp_work(task, regions, runtime, 4, kStop), now_in_microseconds());
  }
}

template <typename On>
void register_variants(Processor::Kind kind, const char* variant) {
  constexpr auto kLeaf = TaskShape::Leaf;
  register_task<calculate_new_currents<On>>(kCalculateNewCurrents, "calculate_new_currents", kind,
                                            kLeaf, variant);
  register_task<distribute_charge<On>>(kDistributeCharge, "distribute_charge", kind, kLeaf,
                                       variant);
  register_task<update_voltages<On>>(kUpdateVoltages, "update_voltages", kind, kLeaf, variant);
}

}  // namespace

void register_simulation_tasks() {
  register_variants<OnHost>(Processor::LOC_PROC, "CPU");
  register_variants<GpuVariant>(Processor::TOC_PROC, "GPU");
#ifdef CASTRA_APPS_OPENMP
  register_variants<OnThreads>(Processor::OMP_PROC, "OMP");
#endif
#ifdef CASTRA_APPS_CUDA
  register_charge_sum_with_gpu_kernels();
#else
  apps::register_reduction_op<ChargeSum>(kChargeSumId);
#endif
}

}  // namespace castra::apps::circuit
