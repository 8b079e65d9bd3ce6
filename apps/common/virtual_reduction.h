#pragma once

#include <dlfcn.h>

#include <cstdio>

#include "legion.h"
#include "virtual/config.h"

/// Reduction operators that also work on virtual GPUs.
///
/// When an instance of a reduction lies in a GPU's memory, Realm folds it with a CUDA kernel of the
/// operator. It finds the kernel in the operator's `cuda_*_fn` fields, which only nvcc fills in; an
/// operator compiled by a host compiler has none, and Realm then finds no way to move the data and
/// stops with an assertion. On a virtual GPU the operator's own CPU loop can do the work, because
/// device memory is host memory. So here the fields name the CPU loops, and the function with which
/// Realm turns such a field into something it can launch asks the virtual driver for a kernel that
/// runs the loop. The reduction is thus an ordinary launch on a stream, in order with everything
/// else there. CPUs never look at these fields, and operators that nvcc compiled keep theirs.
namespace castra::apps {

namespace detail {

/// In the role of cudaGetFuncBySymbol: 0, or a cudaError_t.
inline int find_host_reduction(void** kernel, const void* cpu_loop) {
  constexpr int kNotSupported = 801;
  using LookUp = void* (*)(void*);
  const auto look_up =
      reinterpret_cast<LookUp>(::dlsym(RTLD_DEFAULT, virtual_gpu::kReductionKernelSymbol));
  if (look_up == nullptr) {
    std::fprintf(stderr,
                 "a reduction operator without device code was asked to run on a real GPU: "
                 "build the program with nvcc, or keep its reductions out of GPU memory\n");
    return kNotSupported;
  }
  *kernel = look_up(const_cast<void*>(cpu_loop));
  return 0;
}

}  // namespace detail

/// Makes `op` work on virtual GPUs unless it has device code. Call before it is registered.
inline void enable_on_virtual_gpus([[maybe_unused]] Legion::ReductionOp& op) {
#ifdef REALM_USE_CUDA
  if (op.cuda_apply_excl_fn != nullptr) return;
  op.cuda_apply_excl_fn = reinterpret_cast<void*>(op.cpu_apply_excl_fn);
  op.cuda_apply_nonexcl_fn = reinterpret_cast<void*>(op.cpu_apply_nonexcl_fn);
  op.cuda_fold_excl_fn = reinterpret_cast<void*>(op.cpu_fold_excl_fn);
  op.cuda_fold_nonexcl_fn = reinterpret_cast<void*>(op.cpu_fold_nonexcl_fn);
  op.cudaGetFuncBySymbol_fn = reinterpret_cast<void*>(&detail::find_host_reduction);
#endif
}

/// Legion::Runtime::register_reduction_op<RedOp>, for operators with plain (not serialized) values.
/// Like it, callable before and after the runtime starts.
template <class RedOp>
void register_reduction_op(Legion::ReductionOpID id) {
  Legion::ReductionOp* const op = Legion::ReductionOp::create_reduction_op<RedOp>();
  enable_on_virtual_gpus(*op);
  Legion::Runtime::register_reduction_op(id, op);  // takes ownership
}

}  // namespace castra::apps
