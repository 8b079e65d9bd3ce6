#include "run/legion_launch.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "run/elf.h"
#include "run/overlay_contract.h"
#include "run/program_check.h"
#include "support/text.h"
#include "virtual/config.h"

namespace castra::run {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kDeviceSlack = std::uint64_t{1} << 30;  // Realm's own small allocations

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string absolute(const std::string& path) {
  std::error_code error;
  const auto result = fs::absolute(path, error);
  return error ? path : result.string();
}

/// The overlay's own soname for Legion: what a program has to load for it to fit.
Result<std::string> legion_soname(const std::string& library_directory) {
  const auto overlay = read_elf(library_directory + "/" + contract::kOverlayLibrary);
  if (!overlay) return tl::unexpected(overlay.error());
  for (const auto& soname : overlay->needed) {
    if (soname.starts_with("liblegion")) return soname;
  }
  return failure(
      fmt::format("{}/{} names no Legion library", library_directory, contract::kOverlayLibrary),
      "build Castra again");
}

std::string put_first(const std::string& entry, const std::string& list) {
  return list.empty() ? entry : entry + ":" + list;
}

std::string quoted(const std::string& word) {
  const bool plain = word.find_first_of(" \t\n") == std::string::npos;
  return plain ? word
               : (word.find('\'') == std::string::npos ? "'" + word + "'" : "\"" + word + "\"");
}

/// Legion puts these before the command line, so whatever the user writes there wins.
std::string legion_arguments(const LegionLaunch& launch, bool without_devices) {
  std::vector<std::string> words = {"-lg:safe_mapper"};
  const std::string own = environment("LEGION_DEFAULT_ARGS");
  const bool wants_gpus = own.find("-ll:gpu") != std::string::npos ||
                          std::ranges::find(launch.command, "-ll:gpu") != launch.command.end();
  // Else Realm says on every such machine, as an error, that there is no device.
  if (without_devices && !wants_gpus) words.insert(words.end(), {"-level", "gpu=6"});
  if (launch.virtual_machine) {
    const auto machine = legion_options(*launch.virtual_machine);
    words.insert(words.end(), machine.begin(), machine.end());
    // Realm otherwise adds a dynamic memory per GPU beyond the machine's capacity.
    words.insert(words.end(), {"-cuda:dynfb", "0"});
  }
  if (launch.log_file) words.insert(words.end(), {"-logfile", quoted(absolute(*launch.log_file))});
  if (!own.empty()) words.push_back(own);
  return join(words, " ");
}

std::vector<EnvironmentChange> virtual_gpus(const Machine& machine) {
  const auto* gpus = machine.find(ProcessorKind::Gpu);
  std::vector<EnvironmentChange> changes;
  changes.push_back({virtual_gpu::kDeviceCountVariable, std::to_string(gpus ? gpus->per_node : 0)});
  if (const auto* frame = machine.find(MemoryKind::FrameBuffer)) {
    const std::uint64_t bytes =
        std::min(frame->capacity.value + kDeviceSlack, virtual_gpu::kMaxDeviceMemory);
    changes.push_back({virtual_gpu::kDeviceMemoryVariable, std::to_string(bytes)});
  }
  if (gpus != nullptr && !gpus->model.empty()) {
    changes.push_back(
        {virtual_gpu::kDeviceNameVariable, gpus->model.substr(0, virtual_gpu::kMaxNameLength)});
  }
  return changes;
}

Status check_virtual_machine(const Machine& machine) {
  const auto* gpus = machine.find(ProcessorKind::Gpu);
  if (machine.nodes != 1) {
    return failure(fmt::format("machine {} has {} nodes; a virtual machine has one", machine.name,
                               machine.nodes));
  }
  if (gpus != nullptr && gpus->per_node > virtual_gpu::kMaxDevices) {
    return failure(fmt::format("machine {} has {} GPUs; a virtual machine has at most {}",
                               machine.name, gpus->per_node, virtual_gpu::kMaxDevices));
  }
  return {};
}

void add_outputs(const LegionLaunch& launch, std::vector<EnvironmentChange>& changes) {
  const auto path = [&changes](const char* name, const std::optional<std::string>& value) {
    changes.push_back({name, value ? std::optional(absolute(*value)) : std::nullopt});
  };
  path(contract::kMapping, launch.mapping_file);
  path(contract::kProgram, launch.program_file);
  path(contract::kTrace, launch.trace_file);
  path(contract::kStatus, launch.status_file);
  const bool own = launch.profile == lang::Profile{};
  changes.push_back(
      {contract::kCompat,
       own ? std::nullopt : std::optional<std::string>(lang::name_of(launch.profile))});
  changes.push_back(
      {contract::kStrict, launch.strict ? std::optional<std::string>("1") : std::nullopt});
  changes.push_back(
      {contract::kCommand, nlohmann::json(launch.command)
                               .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)});
}

}  // namespace

Result<std::string> find_library_directory(const std::string& executable_directory) {
  std::string directory = environment("CASTRA_LIBRARY_DIR");
  if (directory.empty()) directory = executable_directory + "/../lib/castra";
  for (const char* library : {contract::kPreloadLibrary, contract::kOverlayLibrary}) {
    if (access((directory + "/" + library).c_str(), R_OK) != 0) {
      return failure(fmt::format("{}/{} is missing", directory, library),
                     "build Castra with its Legion backend, or set CASTRA_LIBRARY_DIR");
    }
  }
  return fs::weakly_canonical(directory).string();
}

Result<ProcessSpec> prepare_launch(const LegionLaunch& launch,
                                   const std::string& library_directory) {
  const auto legion = legion_soname(library_directory);
  if (!legion) return tl::unexpected(legion.error());
  const auto check = check_program(launch.command, *legion);
  if (!check) return tl::unexpected(check.error());

  ProcessSpec spec;
  spec.argv = launch.command;
  spec.environment.push_back(
      {"LD_PRELOAD",
       put_first(library_directory + "/" + contract::kPreloadLibrary, environment("LD_PRELOAD"))});
  if (launch.virtual_machine) {
    if (const auto fits = check_virtual_machine(*launch.virtual_machine); !fits)
      return tl::unexpected(fits.error());
    for (auto& change : virtual_gpus(*launch.virtual_machine))
      spec.environment.push_back(std::move(change));
  }
  const bool without_devices = !launch.virtual_machine && !check->driver_found;
  if (launch.virtual_machine || without_devices) {
    const std::string driver = library_directory + "/" + contract::kVirtualDriverFolder;
    spec.environment.push_back(
        {"LD_LIBRARY_PATH", put_first(driver, environment("LD_LIBRARY_PATH"))});
  }
  spec.environment.push_back({"LEGION_DEFAULT_ARGS", legion_arguments(launch, without_devices)});
  add_outputs(launch, spec.environment);
  return spec;
}

}  // namespace castra::run
