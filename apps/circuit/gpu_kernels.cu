#include <cstdio>
#include <cstdlib>

#include "circuit/gpu_kernels.h"

namespace castra::apps::circuit {
namespace {

constexpr unsigned kThreadsPerBlock = 256;

unsigned blocks_for(std::int64_t count) {
  return static_cast<unsigned>((count + kThreadsPerBlock - 1) / kThreadsPerBlock);
}

void must_succeed(cudaError_t result, const char* what) {
  if (result == cudaSuccess) return;
  std::fprintf(stderr, "circuit: error: %s failed on the GPU: %s\n", what,
               cudaGetErrorString(result));
  std::abort();
}

__device__ std::int64_t own_id(IdRange ids) {
  return ids.lo + static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
}

__global__ void __launch_bounds__(kThreadsPerBlock)
    solve_kernel(CurrentsView view, IdRange wires, std::int64_t steps) {
  const std::int64_t wire = own_id(wires);
  if (wire <= wires.hi) solve_wires<1>(view, wire, steps);
}

__global__ void distribute_kernel(ChargeView view, IdRange wires) {
  const std::int64_t wire = own_id(wires);
  if (wire <= wires.hi) distribute_wire<false>(view, wire);
}

__global__ void update_kernel(VoltageView view, IdRange nodes) {
  const std::int64_t node = own_id(nodes);
  if (node <= nodes.hi) update_node(view, node);
}

__global__ void store_kernel(Column<std::int64_t> column, std::int64_t id, std::int64_t value) {
  column[id] = value;
}

}  // namespace

void solve_wires_on_gpu(const CurrentsView& view, IdRange wires, std::int64_t steps,
                        CUstream_st* stream) {
  if (wires.size() == 0) return;
  solve_kernel<<<blocks_for(wires.size()), kThreadsPerBlock, 0, stream>>>(view, wires, steps);
  must_succeed(cudaGetLastError(), "calculate_new_currents");
}

void distribute_on_gpu(const ChargeView& view, IdRange wires, CUstream_st* stream) {
  if (wires.size() == 0) return;
  distribute_kernel<<<blocks_for(wires.size()), kThreadsPerBlock, 0, stream>>>(view, wires);
  must_succeed(cudaGetLastError(), "distribute_charge");
}

void update_on_gpu(const VoltageView& view, IdRange nodes, CUstream_st* stream) {
  if (nodes.size() == 0) return;
  update_kernel<<<blocks_for(nodes.size()), kThreadsPerBlock, 0, stream>>>(view, nodes);
  must_succeed(cudaGetLastError(), "update_voltages");
}

void store_on_gpu(const Column<std::int64_t>& column, std::int64_t id, std::int64_t value,
                  CUstream_st* stream) {
  store_kernel<<<1, 1, 0, stream>>>(column, id, value);
  must_succeed(cudaGetLastError(), "writing a timestamp");
}

void wait_for_gpu(CUstream_st* stream) {
  must_succeed(cudaStreamSynchronize(stream), "waiting for the stream");
}

}  // namespace castra::apps::circuit
