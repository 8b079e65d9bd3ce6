#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "backends/legion/machine_view.h"
#include "backends/legion/overlay_options.h"
#include "backends/legion/recorder.h"
#include "run/overlay_status.h"

namespace castra::legion {

/// Everything the mappers of one process share: the policy, the machine and what is written at the
/// end. Lives from Legion's start to the process's end. Thread-safe.
class Session {
 public:
  explicit Session(OverlayOptions options);

  const OverlayOptions& options() const { return options_; }
  const lang::Policy* policy() const { return policy_.get(); }
  const MachineView& machine() const { return *machine_; }
  Recorder* recorder() { return options_.recording() ? &recorder_ : nullptr; }

  /// Reads the machine; Legion must have started Realm. Idempotent.
  void see_machine();

  void count_point(bool by_policy);
  void saw_task(const std::string& name);
  void saw_region(const std::string& name);
  /// An instance the overlay created.
  void allocated(Legion::Memory memory, Bytes bytes);

  /// Writes the asked-for files once; later calls do nothing.
  void finish();
  /// Writes the status, says why on stderr and ends the process at once.
  [[noreturn]] void fail(run::OverlayFailure failure);

 private:
  run::OverlayStatus status(bool finished, std::optional<run::OverlayFailure> failure);
  void write(const std::string& path, const std::string& text);

  OverlayOptions options_;
  std::shared_ptr<const lang::Policy> policy_;
  std::unique_ptr<const MachineView> machine_;
  Recorder recorder_;
  std::atomic<std::uint64_t> by_policy_{0};
  std::atomic<std::uint64_t> forwarded_{0};
  std::atomic<bool> finished_{false};
  std::mutex mutex_;
  std::set<std::string> tasks_;
  std::set<std::string> regions_;
  std::map<MemoryName, run::MemoryUse> usage_;
};

}  // namespace castra::legion
