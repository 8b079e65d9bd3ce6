#pragma once

#include <cstddef>

#include "lang/ast.h"
#include "lang/profile.h"
#include "support/diagnostic.h"
#include "support/source.h"

namespace castra::lang {

inline constexpr std::size_t kMaxSourceBytes = std::size_t{1} << 20;
/// Levels an expression may nest; a chain of operators is one level.
inline constexpr int kMaxExpressionDepth = 200;
/// Operators that may stand in one chain, such as a + b + c, all levels together.
inline constexpr int kMaxChain = 1000;

/// Parses a whole program. Reports every error it can tell apart (recovering at `;`, `}` and
/// statement keywords) and returns the statements it understood; with errors in the sink the tree
/// is fit for further checking but not for use. Paper-style forms are accepted with notes. O(size
/// of the text).
Ast parse(const SourceFile& source, DiagnosticSink& sink, const Profile& profile = {});

}  // namespace castra::lang
