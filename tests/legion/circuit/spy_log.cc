#include "spy_log.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <utility>

namespace castra {
namespace {

/// The words of one line after "{legion_spy}: ", matched against fixed leading words.
class Line {
 public:
  explicit Line(const std::string& text) : stream_(text) {
    for (std::string word; stream_ >> word;) words_.push_back(word);
  }
  /// True if the line is `prefix` (whose words are separated by blanks) and `count` words more.
  bool is(const std::string& prefix, std::size_t count) {
    std::istringstream wanted(prefix);
    std::size_t i = 0;
    for (std::string word; wanted >> word; ++i) {
      if (i >= words_.size() || words_[i] != word) return false;
    }
    values_.assign(words_.begin() + static_cast<std::ptrdiff_t>(i), words_.end());
    return values_.size() >= count;
  }
  const std::string& operator[](std::size_t i) const { return values_[i]; }
  std::int64_t number(std::size_t i) const { return std::stoll(values_[i]); }

 private:
  std::istringstream stream_;
  std::vector<std::string> words_;
  std::vector<std::string> values_;
};

using Id = std::string;

/// The log as tables, before names are put together.
struct Tables {
  std::map<Id, std::string> kind_names, memory_kind_names, field_names, partition_names,
      region_names;
  std::map<Id, Id> memory_kind, field_space_of_tree, instance_memory, parent_slice, processor;
  std::vector<std::pair<Id, std::string>> index_tasks;
  std::vector<std::pair<Id, std::string>> single_tasks;
  struct Requirement {
    Id space, field_space;
    bool is_region = false;
    int privilege = 0, reduction = 0;
    std::vector<Id> fields;
  };
  std::map<Id, std::map<int, Requirement>> requirements;
  struct Point {
    Id uid, slice;
    std::int64_t color = 0;
  };
  std::vector<Point> points;
  std::map<Id, std::map<int, Id>> instances;  // task -> requirement -> instance
};

void read_line(Line& line, Tables& tables, SpyLog& log) {
  if (line.is("Processor Kind", 2)) {
    tables.kind_names[line[0]] = line[1];
  } else if (line.is("Memory Kind", 2)) {
    tables.memory_kind_names[line[0]] = line[1];
  } else if (line.is("Processor Memory", 4)) {
    return;
  } else if (line.is("Processor", 2)) {
    log.processors[tables.kind_names[line[1]]].push_back(line[0]);
  } else if (line.is("Memory", 3)) {
    tables.memory_kind[line[0]] = line[2];
  } else if (line.is("Field Name", 3)) {
    tables.field_names[line[0] + "/" + line[1]] = line[2];
  } else if (line.is("Logical Partition Name", 4)) {
    tables.partition_names[line[0]] = line[3];
  } else if (line.is("Logical Region Name", 4)) {
    tables.region_names[line[0] + "/" + line[1]] = line[3];
  } else if (line.is("Index Task", 4)) {
    tables.index_tasks.emplace_back(line[2], line[3]);
  } else if (line.is("Individual Task", 4)) {
    tables.single_tasks.emplace_back(line[2], line[3]);
  } else if (line.is("Index Slice", 2) || line.is("Slice Slice", 2)) {
    tables.parent_slice[line[1]] = line[0];
  } else if (line.is("Slice Point", 4)) {
    tables.points.push_back({line[1], line[0], line.number(3)});
  } else if (line.is("Task Processor", 2)) {
    tables.processor[line[0]] = line[1];
  } else if (line.is("Logical Requirement Field", 3)) {
    tables.requirements[line[0]][std::stoi(line[1])].fields.push_back(line[2]);
  } else if (line.is("Logical Requirement", 10) && line[0] != "Projection") {
    tables.requirements[line[0]][std::stoi(line[1])] = {
        line[3], line[4], line[2] == "1", std::stoi(line[6]), std::stoi(line[8]), {}};
  } else if (line.is("Physical Instance", 7)) {
    tables.instance_memory[line[0]] = line[2];
  } else if (line.is("Mapping Decision", 4)) {
    tables.instances[line[0]][std::stoi(line[1])] = line[3];
  }
}

SpyLog::Requirement named(const Tables::Requirement& raw, const Tables& tables) {
  const auto look_up = [](const std::map<Id, std::string>& names, const Id& id) {
    const auto found = names.find(id);
    return found == names.end() ? "unnamed " + id : found->second;
  };
  SpyLog::Requirement result;
  result.name = raw.is_region ? look_up(tables.region_names, raw.space + "/" + raw.field_space)
                              : look_up(tables.partition_names, raw.space);
  result.privilege = raw.privilege;
  result.reduction = raw.reduction;
  for (const Id& field : raw.fields) {
    result.fields.push_back(look_up(tables.field_names, raw.field_space + "/" + field));
  }
  std::sort(result.fields.begin(), result.fields.end());
  return result;
}

SpyLog::Point named(const Tables::Point& raw, Tables& tables) {
  SpyLog::Point result;
  Id owner = raw.slice;
  for (auto up = tables.parent_slice.find(owner); up != tables.parent_slice.end();
       up = tables.parent_slice.find(owner)) {
    owner = up->second;
  }
  for (const auto& [uid, task] : tables.index_tasks) {
    if (uid == owner) result.task = task;
  }
  result.color = raw.color;
  result.processor = tables.processor[raw.uid];
  for (const auto& [index, instance] : tables.instances[raw.uid]) {
    const auto memory = tables.instance_memory.find(instance);
    if (memory == tables.instance_memory.end()) continue;  // a virtual mapping
    result.memory_kinds[index] = tables.memory_kind_names[tables.memory_kind[memory->second]];
  }
  return result;
}

}  // namespace

SpyLog read_spy_log(const std::string& path) {
  SpyLog log;
  Tables tables;
  std::ifstream file(path);
  const std::string marker = "{legion_spy}: ";
  for (std::string text; std::getline(file, text);) {
    const std::size_t at = text.find(marker);
    if (at == std::string::npos) continue;
    Line line(text.substr(at + marker.size()));
    read_line(line, tables, log);
  }
  for (auto& [kind, ids] : log.processors) std::sort(ids.begin(), ids.end());
  for (const auto& [uid, task] : tables.index_tasks) {
    SpyLog::Launch launch{.task = task, .requirements = {}};
    for (const auto& [index, raw] : tables.requirements[uid]) {
      launch.requirements.push_back(named(raw, tables));
    }
    log.index_launches.push_back(std::move(launch));
  }
  for (const Tables::Point& point : tables.points) log.points.push_back(named(point, tables));
  for (const auto& [uid, task] : tables.single_tasks) {
    if (const auto found = tables.processor.find(uid); found != tables.processor.end()) {
      log.single_task_processors.push_back(found->second);
    }
  }
  return log;
}

}  // namespace castra
