#pragma once

#include <legion.h>

#include <string>
#include <vector>

namespace castra::apps {

using Regions = std::vector<Legion::PhysicalRegion>;

/// What a task's body does besides computing: nothing, launch children without touching its
/// regions, or both.
enum class TaskShape { Leaf, Inner, General };

inline Legion::TaskVariantRegistrar variant_registrar(Legion::TaskID id, const char* variant,
                                                      Realm::Processor::Kind kind,
                                                      TaskShape shape) {
  Legion::TaskVariantRegistrar registrar(id, variant);
  registrar.add_constraint(Legion::ProcessorConstraint(kind));
  registrar.set_leaf(shape == TaskShape::Leaf);
  registrar.set_inner(shape == TaskShape::Inner);
  return registrar;
}

/// Registers one variant of a task before the runtime starts; `variant` is the name profiles show.
template <void (*kBody)(const Legion::Task*, const Regions&, Legion::Context, Legion::Runtime*)>
void register_task(Legion::TaskID id, const char* task, Realm::Processor::Kind kind,
                   TaskShape shape, const char* variant) {
  const Legion::TaskVariantRegistrar registrar = variant_registrar(id, variant, kind, shape);
  Legion::Runtime::preregister_task_variant<kBody>(registrar, task);
}

/// The same for a task that returns a `Value`.
template <typename Value,
          Value (*kBody)(const Legion::Task*, const Regions&, Legion::Context, Legion::Runtime*)>
void register_task(Legion::TaskID id, const char* task, Realm::Processor::Kind kind,
                   TaskShape shape, const char* variant) {
  const Legion::TaskVariantRegistrar registrar = variant_registrar(id, variant, kind, shape);
  Legion::Runtime::preregister_task_variant<Value, kBody>(registrar, task);
}

/// The same for a task whose variant carries `data`, a trivially copyable value fixed at start-up.
template <typename Value, typename Data,
          Value (*kBody)(const Legion::Task*, const Regions&, Legion::Context, Legion::Runtime*,
                         const Data&)>
void register_task(Legion::TaskID id, const char* task, Realm::Processor::Kind kind,
                   TaskShape shape, const char* variant, const Data& data) {
  const Legion::TaskVariantRegistrar registrar = variant_registrar(id, variant, kind, shape);
  Legion::Runtime::preregister_task_variant<Value, Data, kBody>(registrar, data, task);
}

}  // namespace castra::apps
