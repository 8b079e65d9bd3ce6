#pragma once

#include <legion.h>

#include <vector>

namespace castra::apps {

/// The processors of `kind` on the node of `near`, in the order of their ids; empty if it has none.
std::vector<Legion::Processor> local_processors(const Legion::Machine& machine,
                                                Legion::Processor near,
                                                Realm::Processor::Kind kind);

}  // namespace castra::apps
