#include "cli/bundled.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "support/text.h"

namespace castra::cli {
namespace {

struct Row {
  const char* name;
  const char* arguments;  ///< separated by single blanks
  const char* check;
  const char* metric;
};

/// circuit's arguments give runs of about a second on two processors; its mapper is the bad one, so
/// that there is something to find.
constexpr std::array kPrograms = {
    Row{"circuit", "-p 8 -npp 500 -wpp 2000 -l 20 -i 2000 -checks -mapper bad -ll:cpu 2", "SUCCESS",
        "ELAPSED TIME *= *([0-9.]+)"},
};

}  // namespace

Result<BundledProgram> bundled_program(const std::string& name,
                                       const std::string& executable_directory) {
  std::vector<std::string> names;
  for (const Row& row : kPrograms) {
    names.emplace_back(row.name);
    if (name != row.name) continue;
    const std::filesystem::path apps =
        std::filesystem::path(executable_directory).parent_path() / "apps";
    const std::string path = (apps / name / name).string();
    if (::access(path.c_str(), X_OK) != 0) {
      return failure(
          fmt::format("the bundled program '{}' was not built: {} is missing", name, path),
          "build Castra with its Legion backend");
    }
    BundledProgram program{name, {path}, row.check, row.metric};
    for (const std::string_view word : split(row.arguments, ' '))
      program.command.emplace_back(word);
    return program;
  }
  return failure(fmt::format("there is no bundled program '{}'", name),
                 fmt::format("write `castra optimize -- ./program arguments`, or name one of: {}",
                             join(names, ", ")));
}

}  // namespace castra::cli
