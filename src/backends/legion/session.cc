#include "backends/legion/session.h"

#include <unistd.h>

#include <cstdio>

#include "program/json.h"
#include "run/overlay_contract.h"
#include "support/file.h"

namespace castra::legion {

Session::Session(OverlayOptions options) : options_(std::move(options)) {
  if (options_.mapping_file.empty()) return;
  auto policy = load_policy(options_.mapping_file, options_.profile);
  if (!policy) {
    run::OverlayFailure failure;
    failure.kind = run::FailureKind::BadMapping;
    failure.message = policy.error().what;
    fail(std::move(failure));
  }
  policy_ = std::move(*policy);
}

void Session::see_machine() {
  const std::lock_guard lock(mutex_);
  if (machine_ == nullptr)
    machine_ = std::make_unique<const MachineView>(Legion::Machine::get_machine());
}

void Session::count_point(bool by_policy) {
  (by_policy ? by_policy_ : forwarded_).fetch_add(1, std::memory_order_relaxed);
}

void Session::saw_task(const std::string& name) {
  const std::lock_guard lock(mutex_);
  tasks_.insert(name);
}

void Session::saw_region(const std::string& name) {
  const std::lock_guard lock(mutex_);
  regions_.insert(name);
}

void Session::allocated(Legion::Memory memory, Bytes bytes) {
  const MemoryName name = machine_->name(memory);
  const std::lock_guard lock(mutex_);
  run::MemoryUse& use = usage_[name];
  use.memory = name;
  ++use.instances;
  use.allocated.value += bytes.value;
  use.peak = std::min(use.allocated, Bytes{memory.capacity()});
}

run::OverlayStatus Session::status(bool finished, std::optional<run::OverlayFailure> failure) {
  const std::lock_guard lock(mutex_);
  run::OverlayStatus status;
  status.finished = finished;
  status.failure = std::move(failure);
  status.points_by_policy = by_policy_;
  status.points_forwarded = forwarded_;
  status.points_dropped = recorder_.dropped();
  status.tasks.assign(tasks_.begin(), tasks_.end());
  status.regions.assign(regions_.begin(), regions_.end());
  for (const auto& [memory, usage] : usage_) status.memories.push_back(usage);
  return status;
}

void Session::write(const std::string& path, const std::string& text) {
  if (path.empty()) return;
  const auto written = write_file(path, text);
  if (!written) std::fprintf(stderr, "castra: error: %s\n", written.error().what.c_str());
}

void Session::finish() {
  if (finished_.exchange(true)) return;
  if (options_.recording() && machine_ != nullptr) {
    if (!options_.program_file.empty()) {
      write(options_.program_file,
            to_json(recorder_.program(machine_->machine(), options_.command)));
    }
    if (!options_.trace_file.empty()) write(options_.trace_file, to_json(recorder_.trace()));
  }
  if (!options_.status_file.empty()) write(options_.status_file, to_json(status(true, {})));
}

void Session::fail(run::OverlayFailure failure) {
  finished_ = true;
  std::fprintf(stderr, "castra: error: %s\n", failure.message.c_str());
  if (!options_.status_file.empty())
    write(options_.status_file, to_json(status(false, std::move(failure))));
  if (!options_.trace_file.empty()) write(options_.trace_file, to_json(recorder_.trace()));
  std::fflush(nullptr);
  _exit(run::contract::kOverlayFailed);
}

}  // namespace castra::legion
