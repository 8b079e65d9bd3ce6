#include "backends/legion/virtual_reductions.h"

#include <dlfcn.h>

#include <mutex>
#include <vector>

#include "legion.h"
#include "virtual/config.h"
#ifdef REALM_USE_CUDA
#include "realm/cuda/cuda_module.h"
#endif

namespace castra::legion {

#ifdef REALM_USE_CUDA
namespace {

using Realm::Cuda::CudaRedOpDesc;

constexpr Legion::ReductionOpID kBuiltIn[] = {
#define CASTRA_REDUCTION_ID(id, type) id,
    LEGION_REDOP_LIST(CASTRA_REDUCTION_ID)
#undef CASTRA_REDUCTION_ID
};

/// The virtual driver's kernel for a CPU loop; null where the driver is a real one.
CUfunc_st* kernel_for(void* cpu_loop) {
  using LookUp = void* (*)(void*);
  static const auto look_up =
      reinterpret_cast<LookUp>(::dlsym(RTLD_DEFAULT, virtual_gpu::kReductionKernelSymbol));
  return look_up == nullptr ? nullptr : static_cast<CUfunc_st*>(look_up(cpu_loop));
}

std::vector<Legion::Processor> local_gpus() {
  Legion::Machine::ProcessorQuery query(Legion::Machine::get_machine());
  query.local_address_space().only_kind(Legion::Processor::TOC_PROC);
  return {query.begin(), query.end()};
}

void describe(Legion::ReductionOpID id, std::vector<CudaRedOpDesc>& descriptions) {
  const Legion::ReductionOp* const op = Legion::Runtime::get_reduction_op(id);
  CudaRedOpDesc description;
  description.redop_id = id;
  description.apply_excl = kernel_for(reinterpret_cast<void*>(op->cpu_apply_excl_fn));
  description.apply_nonexcl = kernel_for(reinterpret_cast<void*>(op->cpu_apply_nonexcl_fn));
  description.fold_excl = kernel_for(reinterpret_cast<void*>(op->cpu_fold_excl_fn));
  description.fold_nonexcl = kernel_for(reinterpret_cast<void*>(op->cpu_fold_nonexcl_fn));
  if (description.apply_excl == nullptr) return;
  for (const Legion::Processor gpu : local_gpus()) {
    description.proc = gpu;
    descriptions.push_back(description);
  }
}

void give_kernels(const std::vector<Legion::ReductionOpID>& ids) {
  auto* const module = Realm::Runtime::get_runtime().get_module<Realm::Cuda::CudaModule>("cuda");
  if (module == nullptr) return;
  std::vector<CudaRedOpDesc> descriptions;
  for (const Legion::ReductionOpID id : ids) describe(id, descriptions);
  if (descriptions.empty()) return;
  Realm::Event done;
  // Refused only for operators that have kernels already, which can stay.
  if (module->register_reduction(done, descriptions.data(), descriptions.size())) done.wait();
}

std::mutex mutex;
bool enabled = false;
std::vector<Legion::ReductionOpID> noted;

}  // namespace

void note_reduction_operator(std::int32_t id) {
  {
    const std::lock_guard lock(mutex);
    if (!enabled) {
      noted.push_back(id);
      return;
    }
  }
  give_kernels({id});
}

void enable_reductions_on_virtual_gpus() {
  std::vector<Legion::ReductionOpID> ids(std::begin(kBuiltIn), std::end(kBuiltIn));
  {
    const std::lock_guard lock(mutex);
    if (enabled) return;
    enabled = true;
    ids.insert(ids.end(), noted.begin(), noted.end());
  }
  give_kernels(ids);
}

#else

void note_reduction_operator(std::int32_t) {}
void enable_reductions_on_virtual_gpus() {}

#endif

}  // namespace castra::legion
