#pragma once

namespace castra::apps::circuit {

/// Wires are solved as ten segments in series, so nine voltages lie between a wire's two nodes.
inline constexpr int kSegments = 10;
/// Seconds of simulated time per iteration.
inline constexpr float kDeltaT = 1e-6f;
}  // namespace castra::apps::circuit
