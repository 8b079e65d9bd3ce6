#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace castra {

/// What Legion itself logged (`-lg:spy 1`) about one run: declared requirements and where every
/// point task and its arguments went. Independent of Castra's own recorder.
struct SpyLog {
  struct Requirement {
    std::string name;  ///< of the partition, or of the region
    int privilege = 0;
    int reduction = 0;
    std::vector<std::string> fields;
  };
  struct Launch {
    std::string task;
    std::vector<Requirement> requirements;
  };
  struct Point {
    std::string task;
    std::int64_t color = 0;
    std::string processor;                    ///< id
    std::map<int, std::string> memory_kinds;  ///< requirement -> "System", "Framebuffer"...
  };

  std::map<std::string, std::vector<std::string>> processors;  ///< kind -> ids, ascending
  std::vector<Launch> index_launches;                          ///< in program order
  std::vector<Point> points;                                   ///< of index launches
  std::vector<std::string> single_task_processors;             ///< of all other tasks
};

/// Reads a log of Legion 25.12. Lines of other kinds are skipped.
SpyLog read_spy_log(const std::string& path);

}  // namespace castra
