#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "machine/machine.h"
#include "program/program.h"
#include "support/rng.h"

namespace castra::search {

enum class ChoiceKind : std::uint8_t { Processor, Memory, Layout, IndexMap };

/// One decision with its legal values. A memory choice belongs to one (task, argument, processor
/// kind); it has an effect only while the task's processor choice picks that kind.
struct Choice {
  ChoiceKind kind = ChoiceKind::Processor;
  std::string task;
  int argument = -1;   ///< for Memory and Layout
  std::string region;  ///< the argument's first name, for people; may be empty
  ProcessorKind processor = ProcessorKind::Cpu;  ///< for Memory
  /// Legal values as the language writes them: "GPU,CPU"; "FBMEM,ZCMEM"; "SOA F_order"; index map
  /// names ("default", "block", "cyclic", ...).
  std::vector<std::string> values;
};

/// One value per choice, by index into Choice::values.
using Configuration = std::vector<int>;

/// All legal mappings of one recorded program on one machine: tasks that have region arguments or
/// are index-launched, processor kinds that exist and have a variant, memories that exist, are
/// visible from the kind and hold the argument. Values of equal effect are left out. Deterministic.
class SearchSpace {
 public:
  static SearchSpace derive(const Program& program, const Machine& machine);

  const std::vector<Choice>& choices() const { return choices_; }
  /// Product of the value counts, as a power of ten: "10^12.3" is 12.3.
  double log10_size() const;
  Configuration random(Rng& rng) const;
  /// Where a search starts: fastest kind with a variant, its nearest memory, SOA, block.
  Configuration start() const;
  /// The mapping program that states exactly these choices. Canonical: equal configurations give
  /// equal text.
  std::string render(const Configuration& configuration) const;

 private:
  std::vector<Choice> choices_;
};

}  // namespace castra::search
