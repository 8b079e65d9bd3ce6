#include "run/program_check.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

#include "run/elf.h"
#include "run/process.h"
#include "support/text.h"

namespace castra::run {
namespace {

constexpr std::string_view kDriver = "libcuda.so.1";
constexpr int kMaxInterpreters = 4;  // the kernel's own limit for scripts that name scripts

/// Programs that start or load others: their own libraries say nothing about Legion.
constexpr std::array kLaunchers = {
    std::string_view("python"),   std::string_view("bash"),   std::string_view("dash"),
    std::string_view("sh"),       std::string_view("zsh"),    std::string_view("ksh"),
    std::string_view("env"),      std::string_view("perl"),   std::string_view("lua"),
    std::string_view("terra"),    std::string_view("mpirun"), std::string_view("mpiexec"),
    std::string_view("srun"),     std::string_view("jsrun"),  std::string_view("timeout"),
    std::string_view("nice"),     std::string_view("stdbuf"), std::string_view("numactl"),
    std::string_view("taskset"),  std::string_view("time"),   std::string_view("gdb"),
    std::string_view("valgrind"), std::string_view("strace")};

/// "python3.11" -> "python": digits, dots and dashes at the end are a version.
bool is_launcher(const std::string& path) {
  std::string name = std::filesystem::path(path).filename().string();
  while (!name.empty() && (std::isdigit(static_cast<unsigned char>(name.back())) ||
                           name.back() == '.' || name.back() == '-')) {
    name.pop_back();
  }
  return std::ranges::find(kLaunchers, name) != kLaunchers.end();
}

std::string first_bytes(const std::string& path) {
  std::string bytes(256, '\0');
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return {};
  const ssize_t n = read(descriptor, bytes.data(), bytes.size());
  close(descriptor);
  bytes.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
  return bytes;
}

/// The program a "#!" line names, if `bytes` starts with one.
std::string script_interpreter(std::string_view bytes) {
  if (!bytes.starts_with("#!")) return {};
  const std::string_view line = trim(bytes.substr(2, bytes.substr(2).find('\n')));
  return std::string(line.substr(0, line.find_first_of(" \t")));
}

struct Listing {
  std::vector<std::string> found;
  std::vector<std::string> missing;
};

/// What the program's own dynamic loader would load, by soname.
Result<Listing> list_libraries(const std::string& path, const ElfFile& elf) {
  ProcessSpec spec;
  spec.argv = {elf.interpreter, path};
  spec.environment = {{"LD_TRACE_LOADED_OBJECTS", "1"}};  // list, also what is missing; run nothing
  spec.timeout_s = 30;
  const auto result = run_process(spec);
  if (!result) {
    return failure(fmt::format("{}: its dynamic loader {} cannot be run", path, elf.interpreter),
                   "install the C library the program was built for");
  }
  Listing listing;
  const std::string text = result->out.text();
  for (const std::string_view line : split(text, '\n')) {
    const auto arrow = line.find(" => ");
    if (arrow == std::string_view::npos) continue;
    auto& list =
        line.find("not found", arrow) == std::string_view::npos ? listing.found : listing.missing;
    list.emplace_back(trim(line.substr(0, arrow)));
  }
  return listing;
}

bool is_legion(std::string_view soname) {
  return soname.starts_with("liblegion") && soname.find(".so") != std::string_view::npos;
}

Status check_legion(const std::string& path, const Listing& listing, const std::string& wanted) {
  if (std::ranges::find(listing.found, wanted) != listing.found.end()) return {};
  for (const auto& soname : listing.found) {
    if (is_legion(soname)) {
      return failure(
          fmt::format("{} uses {}, but this Castra was built for {}", path, soname, wanted),
          "build Castra against that Legion (cmake -DLegion_ROOT=...), or relink the program");
    }
  }
  return failure(
      fmt::format("{} is not a Legion program: it does not load {}", path, wanted),
      "name the Legion program itself, dynamically linked; start helpers of it from a script");
}

Status check_missing(const std::string& path, const Listing& listing) {
  std::vector<std::string> missing = listing.missing;
  std::erase(missing, kDriver);
  std::ranges::sort(missing);
  missing.erase(std::ranges::unique(missing).begin(), missing.end());
  if (missing.empty()) return {};
  return failure(fmt::format("{} needs {} that the dynamic loader does not find: {}", path,
                             missing.size() == 1 ? "a library" : "libraries", join(missing, ", ")),
                 "install them, or add their folder to LD_LIBRARY_PATH");
}

bool driver_loads() {
  void* driver = dlopen(std::string(kDriver).c_str(), RTLD_LAZY | RTLD_LOCAL);
  if (driver != nullptr) dlclose(driver);
  return driver != nullptr;
}

Result<ProgramCheck> check_binary(const std::string& path, bool interpreted,
                                  const std::string& legion_library) {
  const auto elf = read_elf(path);
  if (!elf) return tl::unexpected(elf.error());
  if (elf->machine != native_machine()) {
    return failure(fmt::format("{} is built for {}, this machine is {}", path,
                               machine_name(elf->machine), machine_name(native_machine())));
  }
  if (!elf->dynamic || elf->interpreter.empty()) {
    return failure(fmt::format("{} is statically linked, so no mapper can be put under it", path),
                   "link it with the shared Legion library");
  }
  interpreted = interpreted || is_launcher(path);
  const auto listing = list_libraries(path, *elf);
  if (!listing) return tl::unexpected(listing.error());
  if (const auto complete = check_missing(path, *listing); !complete)
    return tl::unexpected(complete.error());
  if (interpreted) return ProgramCheck{path, true, driver_loads()};
  if (const auto legion = check_legion(path, *listing, legion_library); !legion)
    return tl::unexpected(legion.error());
  return ProgramCheck{path, false,
                      std::ranges::find(listing->found, kDriver) != listing->found.end()};
}

}  // namespace

Result<ProgramCheck> check_program(const std::vector<std::string>& command,
                                   const std::string& legion_library) {
  if (command.empty()) return failure("no program was named", "write it after --: -- ./app args");
  const auto path = find_program(command.front());
  if (!path) return tl::unexpected(path.error());
  std::string binary = *path;
  for (int depth = 0; depth < kMaxInterpreters; ++depth) {
    const std::string interpreter = script_interpreter(first_bytes(binary));
    if (interpreter.empty()) break;
    const auto found = find_program(interpreter);
    if (!found) {
      return failure(fmt::format("{}: its interpreter {} does not exist", binary, interpreter));
    }
    binary = *found;
  }
  auto check = check_binary(binary, binary != *path, legion_library);
  if (check) check->path = *path;
  return check;
}

}  // namespace castra::run
