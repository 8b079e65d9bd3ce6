#pragma once

#include <cstddef>

#include "lang/ast.h"
#include "lang/profile.h"
#include "support/diagnostic.h"
#include "support/source.h"

namespace castra::lang {

inline constexpr std::size_t kMaxSourceBytes = std::size_t{1} << 20;
inline constexpr int kMaxExpressionDepth = 200;

/// Parses a whole program. Reports every error it can tell apart (recovering at `;`, `}` and
/// statement keywords) and returns the statements it understood; with errors in the sink the tree
/// is fit for further checking but not for use. Paper-style forms are accepted with notes. O(size
/// of the text).
Ast parse(const SourceFile& source, DiagnosticSink& sink, const Profile& profile = {});

}  // namespace castra::lang
