#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace castra {

/// Processor kinds a mapping can name, spelt as in the mapping language. `Proc` is Legion's
/// processor-group kind.
enum class ProcessorKind : std::uint8_t { Cpu, Gpu, Omp, Io, Py, Proc };
inline constexpr std::array kAllProcessorKinds = {ProcessorKind::Cpu, ProcessorKind::Gpu,
                                                  ProcessorKind::Omp, ProcessorKind::Io,
                                                  ProcessorKind::Py,  ProcessorKind::Proc};

/// Memory kinds a mapping can name. `Virtual` is not a memory: it means "no physical instance".
enum class MemoryKind : std::uint8_t { System, FrameBuffer, ZeroCopy, Socket, Registered, Virtual };
inline constexpr std::array kAllMemoryKinds = {MemoryKind::System,     MemoryKind::FrameBuffer,
                                               MemoryKind::ZeroCopy,   MemoryKind::Socket,
                                               MemoryKind::Registered, MemoryKind::Virtual};

/// "GPU", "FBMEM", ...: the mapping language's keywords, also used in every file Castra writes.
std::string_view to_string(ProcessorKind kind);
std::string_view to_string(MemoryKind kind);
/// Exact, case-sensitive inverse of to_string.
std::optional<ProcessorKind> parse_processor_kind(std::string_view word);
std::optional<MemoryKind> parse_memory_kind(std::string_view word);

}  // namespace castra
