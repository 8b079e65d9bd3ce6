#include "backends/legion/recorder.h"

#include <fmt/format.h>

#include <algorithm>

namespace castra::legion {
namespace {

/// Adds one point's requirement to its launch's: bytes add up, names are those all points share.
void merge(Requirement& launch, const Requirement& point) {
  launch.bytes.value += point.bytes.value;
  launch.max_bytes = std::max(launch.max_bytes, point.bytes);
  std::erase_if(launch.names, [&point](const std::string& name) {
    return std::ranges::find(point.names, name) == point.names.end();
  });
}

/// Everything that distinguishes shapes of launches; byte counts do not.
std::string shape_key(const Launch& launch) {
  std::string key = launch.task + (launch.domain ? to_string(*launch.domain) : "single");
  for (const auto& requirement : launch.requirements) {
    key += fmt::format("|{}:{}:{}:{}", requirement.index, to_string(requirement.privilege),
                       requirement.reduction, requirement.dimensions);
    for (const auto& name : requirement.names) key += fmt::format(",{}:{}", name.size(), name);
    for (const auto& field : requirement.fields) key += fmt::format(";{}", field.id);
  }
  return key;
}

void add_same_shape(Launch& shape, const Launch& launch) {
  ++shape.count;
  shape.total_time.value += launch.total_time.value;
  shape.timed_points += launch.timed_points;
  for (std::size_t i = 0; i < shape.requirements.size(); ++i) {
    auto& kept = shape.requirements[i];
    const Bytes bytes = launch.requirements[i].bytes;
    kept.least_bytes = std::min(kept.least_bytes.value_or(kept.bytes), bytes);
    kept.bytes = std::max(kept.bytes, bytes);
    kept.max_bytes = std::max(kept.max_bytes, launch.requirements[i].max_bytes);
  }
}

}  // namespace

void Recorder::add_task(const Task& task) {
  const std::lock_guard lock(mutex_);
  tasks_.emplace(task.id, task);
}

void Recorder::add_point(PointRecord record) {
  const std::lock_guard lock(mutex_);
  const auto [entry, fresh] =
      launch_ids_.try_emplace({record.parent, record.context_index}, launches_.size());
  const std::size_t id = entry->second;
  if (fresh) {
    Launch launch{record.trace.task, record.domain, 1, record.requirements, Nanoseconds{0}, 0};
    for (auto& requirement : launch.requirements) requirement.max_bytes = requirement.bytes;
    launches_.push_back(std::move(launch));
  } else {
    auto& requirements = launches_[id].requirements;
    const std::size_t common = std::min(requirements.size(), record.requirements.size());
    for (std::size_t i = 0; i < common; ++i) merge(requirements[i], record.requirements[i]);
  }
  PointPlace place{id, std::nullopt};
  if (trace_.points.size() < kMaxPoints) {
    place.point = trace_.points.size();
    record.trace.launch = id;
    trace_.points.push_back(std::move(record.trace));
  } else {
    ++dropped_;
  }
  places_[record.uid] = place;
}

void Recorder::add_profile(std::uint64_t uid, ProcessorName ran_on, Nanoseconds start,
                           Nanoseconds end) {
  const std::lock_guard lock(mutex_);
  const auto found = places_.find(uid);
  if (found == places_.end()) return;
  auto& launch = launches_[found->second.launch];
  launch.total_time.value += end.value - start.value;
  ++launch.timed_points;
  if (found->second.point) {
    auto& point = trace_.points[*found->second.point];
    point.ran_on = ran_on;
    point.start = start;
    point.end = end;
  }
  places_.erase(found);
}

void Recorder::add_copy(const CopyTrace& copy) {
  const std::lock_guard lock(mutex_);
  if (trace_.copies.size() < kMaxCopies) trace_.copies.push_back(copy);
}

Program Recorder::program(const Machine& machine, const std::vector<std::string>& command) const {
  const std::lock_guard lock(mutex_);
  Program program;
  program.command = command;
  program.machine = machine;
  for (const auto& [id, task] : tasks_) program.tasks.push_back(task);
  std::ranges::stable_sort(program.tasks, {}, &Task::name);
  std::map<std::string, std::size_t> shapes;
  for (const auto& launch : launches_) {
    const auto [entry, fresh] = shapes.try_emplace(shape_key(launch), program.launches.size());
    if (fresh)
      program.launches.push_back(launch);
    else
      add_same_shape(program.launches[entry->second], launch);
  }
  return program;
}

Trace Recorder::trace() const {
  const std::lock_guard lock(mutex_);
  return trace_;
}

std::uint64_t Recorder::dropped() const {
  const std::lock_guard lock(mutex_);
  return dropped_;
}

}  // namespace castra::legion
