#pragma once

namespace castra::apps::circuit {

/// Installs, on every local processor, the mapping an expert wrote for this program: the simulation
/// tasks on GPUs if there are any, superpieces in blocks, node regions that several superpieces
/// touch in zero-copy memory and all other data in the GPU's own; on CPUs everything in system
/// memory. Call before the runtime starts.
void install_expert_mapper();

}  // namespace castra::apps::circuit
