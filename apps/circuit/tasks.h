#pragma once

#include "circuit/config.h"

namespace castra::apps::circuit {

// Each registers the variants of its file's tasks; call before the runtime starts.
void register_top_level_task();
void register_init_tasks();
void register_simulation_tasks();
void register_report_tasks(const CircuitConfig& config);

}  // namespace castra::apps::circuit
