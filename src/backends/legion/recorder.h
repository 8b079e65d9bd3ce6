#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "program/program.h"
#include "program/trace.h"

namespace castra::legion {

/// One mapped point task as the mapper saw it.
struct PointRecord {
  std::uint64_t parent = 0;               ///< unique id of the parent task, and position among its
  std::uint64_t context_index = 0;        ///< operations: together they name the launch
  std::uint64_t uid = 0;                  ///< the point's own unique id, the key of its profile
  std::optional<Rect> domain;             ///< of the index launch
  std::vector<Requirement> requirements;  ///< bytes are this point's
  PointTrace trace;                       ///< `launch` is filled in by the recorder
};

/// Collects what a run did and turns it into a Program and a Trace. Thread-safe.
class Recorder {
 public:
  /// Points kept for the trace; further ones count in the program only. A trace file of that many
  /// points stays below the readers' limit of 64 MiB.
  static constexpr std::size_t kMaxPoints = 100'000;
  static constexpr std::size_t kMaxCopies = 200'000;

  void add_task(const Task& task);
  void add_point(PointRecord record);
  void add_profile(std::uint64_t uid, ProcessorName ran_on, Nanoseconds start, Nanoseconds end);
  void add_copy(const CopyTrace& copy);

  Program program(const Machine& machine, const std::vector<std::string>& command) const;
  Trace trace() const;
  std::uint64_t dropped() const;

 private:
  struct PointPlace {
    std::size_t launch = 0;
    std::optional<std::size_t> point;  ///< position in the trace; nothing if dropped
  };

  mutable std::mutex mutex_;
  std::map<std::uint32_t, Task> tasks_;
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::size_t> launch_ids_;
  std::vector<Launch> launches_;  ///< one per launch seen; count is 1
  std::unordered_map<std::uint64_t, PointPlace> places_;
  Trace trace_;
  std::uint64_t dropped_ = 0;
};

}  // namespace castra::legion
