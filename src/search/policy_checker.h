#pragma once

#include "lang/profile.h"
#include "machine/machine.h"
#include "program/program.h"
#include "search/evaluator.h"

namespace castra::search {

/// Compiles a mapping, resolves it for a recorded program on a machine and verifies it statically.
/// Identity is what it decides there: mappings that differ only in spelling, or in rules that never
/// apply, are the same; one that decides nothing is the program's own mapper. A text that does not
/// compile is only itself.
class PolicyChecker : public MappingChecker {
 public:
  /// Keeps references.
  PolicyChecker(const Program& program, const Machine& machine, const lang::Profile& profile = {});
  CheckedMapping check(const std::string& mapping) const override;

 private:
  const Program& program_;
  const Machine& machine_;
  const lang::Profile profile_;
  std::string undecided_;  ///< fingerprint of a mapping that decides nothing
};

}  // namespace castra::search
