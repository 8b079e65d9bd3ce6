// The library in LD_PRELOAD. It needs nothing of Legion, so that shells, interpreters and compilers
// started on the way run under it untouched; the overlay itself is loaded when a process starts
// Legion, however Legion got into it. It defines the entry points through which every program, also
// Regent's and Legate's, starts Legion and installs mappers, under their mangled names, and passes
// them on to the Legion that the process loaded.
#include <dlfcn.h>
#include <link.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>

#include "run/overlay_contract.h"

#define EXPORTED __attribute__((visibility("default")))

namespace {

namespace contract = castra::run::contract;

/// Entry points of the overlay library.
struct Overlay {
  void (*start)() = nullptr;
  void* (*wrap)(void* mapper, std::uint64_t processor, std::uint32_t mapper_id) = nullptr;
  void (*note_reduction)(std::int32_t id) = nullptr;
  void (*finish)() = nullptr;
};

[[noreturn]] void give_up(const char* what) {
  std::fprintf(stderr, "castra: error: %s\n", what);
  std::fflush(nullptr);
  _exit(contract::kOverlayFailed);
}

std::string own_folder() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<void*>(&own_folder), &info) == 0 || info.dli_fname == nullptr)
    return ".";
  const std::string path = info.dli_fname;
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

Overlay load_overlay() {
  const std::string path = own_folder() + "/" + contract::kOverlayLibrary;
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) give_up(dlerror());
  Overlay overlay;
  overlay.start = reinterpret_cast<decltype(overlay.start)>(dlsym(library, "castra_overlay_start"));
  overlay.wrap = reinterpret_cast<decltype(overlay.wrap)>(dlsym(library, "castra_overlay_wrap"));
  overlay.finish =
      reinterpret_cast<decltype(overlay.finish)>(dlsym(library, "castra_overlay_finish"));
  overlay.note_reduction = reinterpret_cast<decltype(overlay.note_reduction)>(
      dlsym(library, "castra_overlay_note_reduction"));
  if (overlay.start == nullptr || overlay.wrap == nullptr || overlay.finish == nullptr ||
      overlay.note_reduction == nullptr)
    give_up("the overlay library is of another version than the preloaded one");
  return overlay;
}

const Overlay& overlay() {
  // Legion writes its errors to a buffered stream and aborts: into a pipe they would be lost.
  static const Overlay loaded = (std::setvbuf(stdout, nullptr, _IOLBF, 0), load_overlay());
  return loaded;
}

int find_legion(dl_phdr_info* info, std::size_t, void* result) {
  const char* path = info->dlpi_name;
  const char* name = path == nullptr ? nullptr : std::strrchr(path, '/');
  if (name == nullptr || std::strncmp(name, "/liblegion", 10) != 0) return 0;
  *static_cast<std::string*>(result) = path;
  return 1;
}

/// Legion's own definition. It is not in the global scope where an interpreter loaded it privately.
void* next(const char* symbol) {
  if (void* found = dlsym(RTLD_NEXT, symbol)) return found;
  std::string path;
  dl_iterate_phdr(&find_legion, &path);
  void* legion = path.empty() ? nullptr : dlopen(path.c_str(), RTLD_NOW | RTLD_NOLOAD);
  void* found = legion == nullptr ? nullptr : dlsym(legion, symbol);
  if (found == nullptr) give_up((std::string("Legion lacks ") + symbol).c_str());
  return found;
}

template <typename Function>
Function* next_as(const char* symbol) {
  return reinterpret_cast<Function*>(next(symbol));
}

/// Ids of the processors' default mappers in Legion.
constexpr std::uint32_t kDefaultMapper = 0;

#define START_25_12 "_ZN6Legion7Runtime5startEiPPcbbbbb"
#define START_25_06 "_ZN6Legion7Runtime5startEiPPcbbb"
#define WAIT "_ZN6Legion7Runtime17wait_for_shutdownEv"
#define REPLACE "_ZN6Legion7Runtime22replace_default_mapperEPNS_7Mapping6MapperEN5Realm9ProcessorE"
#define REDUCTION                                                               \
  "_ZN6Legion7Runtime21register_reduction_opEiPN5Realm18ReductionOpUntypedESt8" \
  "functionIFvPKS2_RPvRmEES4_IFvS6_S8_S9_PKvEEb"
#define ADD "_ZN6Legion7Runtime10add_mapperEjPNS_7Mapping6MapperEN5Realm9ProcessorE"

/// A background start returns at once; its end is seen by wait_for_shutdown.
int finished(int code, bool background) {
  if (!background) overlay().finish();
  return code;
}

}  // namespace

extern "C" {

EXPORTED int castra_start_25_12(int argc, char** argv, bool background, bool a, bool b, bool c,
                                bool d) __asm__(START_25_12);
int castra_start_25_12(int argc, char** argv, bool background, bool a, bool b, bool c, bool d) {
  overlay().start();
  using Start = int(int, char**, bool, bool, bool, bool, bool);
  return finished(next_as<Start>(START_25_12)(argc, argv, background, a, b, c, d), background);
}

EXPORTED int castra_start_25_06(int argc, char** argv, bool background, bool a,
                                bool b) __asm__(START_25_06);
int castra_start_25_06(int argc, char** argv, bool background, bool a, bool b) {
  overlay().start();
  using Start = int(int, char**, bool, bool, bool);
  return finished(next_as<Start>(START_25_06)(argc, argv, background, a, b), background);
}

EXPORTED int castra_wait_for_shutdown() __asm__(WAIT);
int castra_wait_for_shutdown() {
  const int code = next_as<int()>(WAIT)();
  overlay().finish();
  return code;
}

// Legion's Processor is one 64-bit id, passed in a register like the integer.
EXPORTED void castra_replace_default_mapper(void* runtime, void* mapper,
                                            std::uint64_t processor) __asm__(REPLACE);
void castra_replace_default_mapper(void* runtime, void* mapper, std::uint64_t processor) {
  using Replace = void(void*, void*, std::uint64_t);
  void* wrapped = overlay().wrap(mapper, processor, kDefaultMapper);
  next_as<Replace>(REPLACE)(runtime, wrapped, processor);
}

EXPORTED void castra_add_mapper(void* runtime, std::uint32_t id, void* mapper,
                                std::uint64_t processor) __asm__(ADD);
void castra_add_mapper(void* runtime, std::uint32_t id, void* mapper, std::uint64_t processor) {
  using Add = void(void*, std::uint32_t, void*, std::uint64_t);
  next_as<Add>(ADD)(runtime, id, overlay().wrap(mapper, processor, id), processor);
}

// The operators of an unmodified program need help to work on virtual GPUs. The two std::functions
// are passed by address.
EXPORTED void castra_register_reduction(std::int32_t id, void* op, void* init, void* fold,
                                        bool permit_duplicates) __asm__(REDUCTION);
void castra_register_reduction(std::int32_t id, void* op, void* init, void* fold,
                               bool permit_duplicates) {
  using Register = void(std::int32_t, void*, void*, void*, bool);
  next_as<Register>(REDUCTION)(id, op, init, fold, permit_duplicates);
  overlay().note_reduction(id);
}

// The C interface calls the functions above through the global symbol table where Legion was linked
// normally; a Legion linked with -Bsymbolic would not, so its two entry points are covered as well.
EXPORTED int legion_runtime_start(int argc, char** argv, bool background);
int legion_runtime_start(int argc, char** argv, bool background) {
  overlay().start();
  using Start = int(int, char**, bool);
  return finished(next_as<Start>("legion_runtime_start")(argc, argv, background), background);
}

EXPORTED void legion_runtime_replace_default_mapper(void* runtime, void* mapper,
                                                    std::uint64_t processor);
void legion_runtime_replace_default_mapper(void* runtime, void* mapper, std::uint64_t processor) {
  castra_replace_default_mapper(runtime, mapper, processor);
}

}  // extern "C"
