#include "run/legion_run.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "support/file.h"

namespace castra::run {
namespace {

namespace fs = std::filesystem;

std::string folder_of(const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

/// Copies what the process wrote; an empty file is one it claimed but never finished.
Result<bool> put_in_place(const std::optional<std::string>& wanted, const std::string& written) {
  std::error_code error;
  if (!wanted || fs::file_size(written, error) == 0 || error) return false;
  const auto text = read_file(written, std::size_t{1} << 30);
  if (!text) return tl::unexpected(text.error());
  if (const auto stored = write_file(*wanted, *text); !stored)
    return tl::unexpected(stored.error());
  return true;
}

}  // namespace

Status check_writable(const std::string& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored))
    return failure(fmt::format("{}: is a directory", path), "name a file");
  const std::string folder = folder_of(path);
  if (access(folder.c_str(), W_OK | X_OK) != 0) {
    return failure(fmt::format("{}: cannot be written: {}", path, std::strerror(errno)),
                   "choose a folder that exists and that you may write to");
  }
  return {};
}

Status check_distinct(const std::vector<NamedFile>& files) {
  const auto canonical = [](const std::string& path) {
    std::error_code ignored;
    return fs::weakly_canonical(fs::absolute(path, ignored), ignored);
  };
  for (std::size_t i = 0; i < files.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const auto& [first, one] = files[j];
      const auto& [second, other] = files[i];
      if (one.empty() || other.empty()) continue;
      std::error_code ignored;
      if (canonical(one) == canonical(other) || fs::equivalent(one, other, ignored)) {
        return failure(fmt::format("{} and {} are the same file, '{}'", first, second, other),
                       "one would overwrite the other: name two files");
      }
    }
  }
  return {};
}

Result<LegionRun> run_legion(const LegionLaunch& launch, const std::string& library_directory,
                             const ProcessSpec& limits) {
  for (const auto& output : {launch.program_file, launch.trace_file, launch.status_file}) {
    if (!output) continue;
    if (const auto writable = check_writable(*output); !writable)
      return tl::unexpected(writable.error());
  }
  const auto scratch = TemporaryDirectory::create();
  if (!scratch) return tl::unexpected(scratch.error());
  LegionLaunch inner = launch;
  inner.status_file = scratch->path() + "/status.json";
  if (launch.program_file) inner.program_file = scratch->path() + "/program.json";
  if (launch.trace_file) inner.trace_file = scratch->path() + "/trace.json";

  auto prepared = prepare_launch(inner, library_directory);
  if (!prepared) return tl::unexpected(prepared.error());
  ProcessSpec spec = limits;
  spec.argv = std::move(prepared->argv);
  spec.environment = std::move(prepared->environment);
  auto process = run_process(spec);
  if (!process) return tl::unexpected(process.error());

  LegionRun run;
  run.process = std::move(*process);
  std::error_code error;
  if (fs::file_size(*inner.status_file, error) > 0 && !error) {
    auto status = read_overlay_status(*inner.status_file);
    if (!status) return tl::unexpected(status.error());
    run.status = std::move(*status);
    if (const auto stored = put_in_place(launch.status_file, *inner.status_file); !stored)
      return tl::unexpected(stored.error());
  }
  run.recorded = launch.program_file || launch.trace_file;
  for (const auto& [wanted, written] : {std::pair(launch.program_file, inner.program_file),
                                        std::pair(launch.trace_file, inner.trace_file)}) {
    if (!wanted) continue;
    const auto stored = put_in_place(wanted, *written);
    if (!stored) return tl::unexpected(stored.error());
    run.recorded = run.recorded && *stored;
  }
  return run;
}

}  // namespace castra::run
