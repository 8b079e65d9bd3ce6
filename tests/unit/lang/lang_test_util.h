#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lang/policy.h"
#include "program/index_space.h"

namespace castra::lang {

struct Compiled {
  std::shared_ptr<const SourceFile> source;
  std::shared_ptr<const Policy> policy;
  std::vector<Diagnostic> diagnostics;
  std::string rendered;

  const Policy* operator->() const { return policy.get(); }
  /// Codes of errors and warnings (notes left out), in order of position.
  std::vector<std::string> codes(Severity at_least = Severity::Warning) const;
};

Compiled compile_text(const std::string& text, const Profile& profile = {});

/// Nodes of N and the same number P of processors of every kind.
MachineShape shape(int nodes, int per_node);

/// "00 01 10": node and processor of every point, digits only; of a set, "0{01}"; or "error: CODE
/// message", or "none".
std::string place_digits(const PlaceResult& result);

}  // namespace castra::lang
