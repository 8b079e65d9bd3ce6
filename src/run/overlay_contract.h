#pragma once

/// What the launcher and the library it preloads into a Legion process agree on. All are
/// environment variables; unset means not asked for.
namespace castra::run::contract {

inline constexpr const char* kMapping = "CASTRA_MAPPING";  ///< path of the mapping to enforce
inline constexpr const char* kStrict =
    "CASTRA_STRICT";  ///< "1": what cannot be obeyed ends the run
/// Name of the profile the mapping is read and obeyed with (lang/profile.h); unset: Castra's own.
inline constexpr const char* kCompat = "CASTRA_COMPAT";
inline constexpr const char* kProgram = "CASTRA_PROGRAM_FILE";  ///< write the recorded program here
inline constexpr const char* kTrace = "CASTRA_TRACE_FILE";      ///< write the trace here
inline constexpr const char* kStatus = "CASTRA_STATUS_FILE";    ///< write the overlay's status here
inline constexpr const char* kCommand = "CASTRA_COMMAND";  ///< the command, a JSON array of strings

/// A mapping that cannot be enforced ends the process with this code, after the status was written.
inline constexpr int kOverlayFailed = 125;

/// Library in LD_PRELOAD: needs nothing of Legion, so that any child process can start under it.
inline constexpr const char* kPreloadLibrary = "libcastra-preload.so";
/// Overlay mapper, loaded by it from the same folder once the process starts Legion.
inline constexpr const char* kOverlayLibrary = "libcastra-legion.so";
/// Folder, beside these two, of the virtual driver's libcuda.so.1.
inline constexpr const char* kVirtualDriverFolder = "virtual";

}  // namespace castra::run::contract
