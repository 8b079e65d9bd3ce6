// What the preloaded library calls (preload.cc), and the default mapper for programs that install
// none of their own.
#include <cstdlib>
#include <memory>
#include <set>

#include "backends/legion/overlay_mapper.h"
#include "backends/legion/session.h"
#include "backends/legion/virtual_reductions.h"
#include "default_mapper.h"
#include "legion.h"

namespace castra::legion {
namespace {

constexpr std::uint32_t kDefaultMapper = 0;

/// Never destroyed: Legion's threads may still call mappers while the process exits.
Session& session() {
  static Session* const instance = new Session(read_overlay_options());
  return *instance;
}

SharedTables& tables() {
  static SharedTables* const instance = [] {
    auto* created = new SharedTables(session());
    created->decisions.prepare();
    return created;
  }();
  return *instance;
}

std::mutex installed_mutex;
std::set<std::uint64_t>
    installed;  // processors that have a default mapper of ours or the program's

bool is_installed(Legion::Processor processor) {
  const std::lock_guard lock(installed_mutex);
  return installed.contains(processor.id) || installed.contains(Legion::Processor::NO_PROC.id);
}

/// Runs after or before the program's own callbacks: what those installed is left alone, and what
/// they install later replaces this and is wrapped in turn.
void install_default_mappers(Legion::Machine machine, Legion::Runtime* runtime,
                             const std::set<Legion::Processor>& processors) {
  session().see_machine();
  enable_reductions_on_virtual_gpus();
  for (const Legion::Processor processor : processors) {
    if (is_installed(processor)) continue;
    runtime->replace_default_mapper(
        new Legion::Mapping::DefaultMapper(runtime->get_mapper_runtime(), machine, processor),
        processor);
  }
}

}  // namespace
}  // namespace castra::legion

#define EXPORTED __attribute__((visibility("default")))

extern "C" {

EXPORTED void castra_overlay_start() {
  static bool started = false;
  if (started) return;
  started = true;
  castra::legion::session();
  Legion::Runtime::add_registration_callback(&castra::legion::install_default_mappers, false);
  std::atexit([] { castra::legion::session().finish(); });
}

EXPORTED void* castra_overlay_wrap(void* mapper, std::uint64_t processor, std::uint32_t mapper_id) {
  using namespace castra::legion;
  session().see_machine();
  if (mapper_id == kDefaultMapper) {
    const std::lock_guard lock(installed_mutex);
    installed.insert(processor);
  }
  Legion::Mapping::Mapper* const overlay =
      new OverlayMapper(static_cast<Legion::Mapping::Mapper*>(mapper), session(), tables());
  return overlay;
}

EXPORTED void castra_overlay_note_reduction(std::int32_t id) {
  castra::legion::note_reduction_operator(id);
}

EXPORTED void castra_overlay_finish() { castra::legion::session().finish(); }

}  // extern "C"
