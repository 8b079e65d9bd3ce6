#pragma once

#include <legion.h>

#include <set>

namespace castra::apps {

/// Registration callback: one mapper of type `M` as the default mapper of every local processor.
/// Its parameters are those Legion calls it with.
template <typename M>
// NOLINTNEXTLINE(performance-unnecessary-value-param)
void replace_default_mappers(Legion::Machine machine, Legion::Runtime* runtime,
                             const std::set<Legion::Processor>& local) {
  for (const Legion::Processor processor : local) {
    runtime->replace_default_mapper(new M(runtime->get_mapper_runtime(), machine, processor),
                                    processor);
  }
}

/// Call before the runtime starts.
template <typename M>
void install_mapper() {
  Legion::Runtime::add_registration_callback(&replace_default_mappers<M>);
}

}  // namespace castra::apps
