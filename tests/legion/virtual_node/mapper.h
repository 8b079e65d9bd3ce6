#pragma once

#include "legion.h"

namespace castra::virtual_node {

/// A registration callback that installs the mapper which follows the launchers' placement tags.
void register_mappers(Legion::Machine machine, Legion::Runtime* runtime,
                      const std::set<Legion::Processor>& local_processors);

}  // namespace castra::virtual_node
