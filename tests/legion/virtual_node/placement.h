#pragma once

#include <cstdint>

namespace castra::virtual_node {

enum class MemoryChoice : std::uint8_t {
  FrameBuffer,  ///< every argument of a GPU task in its own frame buffer
  ZeroCopy,     ///< every argument of a GPU task in zero-copy memory
  Mixed,        ///< alternating by argument
};

enum class LayoutChoice : std::uint8_t {
  Columns,  ///< structure of arrays, first dimension fastest
  Rows,     ///< structure of arrays, last dimension fastest
  Structs,  ///< array of structures
  Mixed,    ///< alternating by argument and task, so that copies change the layout
};

enum class ProcessorChoice : std::uint8_t { Gpus, Cpus, Both };

/// Where one run of the program puts its tasks and data. Travels in the tag of every launcher, so
/// that one process can run all combinations. Kept above the bits that DefaultMapper reads.
struct Placement {
  MemoryChoice memory = MemoryChoice::FrameBuffer;
  LayoutChoice layout = LayoutChoice::Columns;
  ProcessorChoice processors = ProcessorChoice::Gpus;

  unsigned long tag() const {
    return kMark | (static_cast<unsigned long>(memory) << 8) |
           (static_cast<unsigned long>(layout) << 12) |
           (static_cast<unsigned long>(processors) << 16);
  }
  static bool is_tag(unsigned long tag) { return (tag & kMark) != 0; }
  static Placement from_tag(unsigned long tag) {
    return {static_cast<MemoryChoice>((tag >> 8) & 15), static_cast<LayoutChoice>((tag >> 12) & 15),
            static_cast<ProcessorChoice>((tag >> 16) & 15)};
  }

 private:
  static constexpr unsigned long kMark = 1UL << 20;
};

}  // namespace castra::virtual_node
