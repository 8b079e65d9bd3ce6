#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "machine/machine.h"
#include "program/program.h"
#include "search/index_maps.h"
#include "support/rng.h"
#include "support/units.h"

namespace castra::search {

enum class ChoiceKind : std::uint8_t { Processor, Memory, Layout, IndexMap };

/// One decision with its legal values. Memory and index map choices belong to one processor kind of
/// the task; they have an effect only while the task's processor choice picks that kind.
struct Choice {
  ChoiceKind kind = ChoiceKind::Processor;
  std::string task;
  int argument = -1;   ///< for Memory and Layout
  std::string region;  ///< the argument's first name, for people; may be empty
  ProcessorKind processor = ProcessorKind::Cpu;  ///< for Memory and IndexMap
  /// Legal values as the language writes them, the one to start from first: "GPU"; "FBMEM,ZCMEM";
  /// "SOA F_order"; index map names ("block", "cyclic", ..., "default").
  std::vector<std::string> values;
  double time_share = 0;  ///< of all recorded task time, spent in this task; 0 if not profiled
  Bytes bytes;  ///< of the argument over all recorded launches of one iteration, or of all
                ///< arguments for Processor and IndexMap
};

/// "Region foo 1 GPU (ghost): FBMEM,ZCMEM": for reasons and progress lines.
std::string describe(const Choice& choice, int value);

/// One value per choice, by index into Choice::values.
using Configuration = std::vector<int>;

/// All legal mappings of one recorded program on one machine: tasks that have region arguments or
/// are index-launched, processor kinds (GPU, OMP, CPU) that exist and have a variant, memories that
/// exist, are visible from the kind and hold the largest point's argument, followed by the farther
/// ones to fall through to. Values of equal effect are left out. Left out too, because the language
/// or the runtime gives no say: tasks with inner variants (they map nothing), arguments without
/// privilege, names that cannot be written. Deterministic.
class SearchSpace {
 public:
  static SearchSpace derive(const Program& program, const Machine& machine);

  const std::vector<Choice>& choices() const { return choices_; }
  /// Product of the value counts, as a power of ten: "10^12.3" is 12.3.
  double log10_size() const;
  Configuration random(Rng& rng) const;
  /// Where a search starts: fastest kind with a variant, its nearest memory, SOA, block.
  Configuration start() const { return Configuration(choices_.size(), 0); }
  /// Whether the choice has an effect: its processor kind is the one its task runs on.
  bool active(const Configuration& configuration, std::size_t choice) const;
  /// The mapping program that states exactly the active choices. Canonical: configurations that
  /// agree in those give equal text.
  std::string render(const Configuration& configuration) const;
  /// Of an IndexMap choice.
  const IndexMapContext& index_map_context(std::size_t choice) const;

 private:
  std::vector<Choice> choices_;
  std::vector<std::size_t> processor_choice_;  ///< per choice: its task's Processor choice
  std::map<std::size_t, IndexMapContext> index_contexts_;  ///< per IndexMap choice
  friend class SpaceBuilder;
};

}  // namespace castra::search
