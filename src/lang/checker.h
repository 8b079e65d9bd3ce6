#pragma once

#include "lang/ast.h"
#include "lang/symbols.h"
#include "support/diagnostic.h"
#include "support/source.h"

namespace castra::lang {

/// Functions and global variables by name.
Symbols collect_symbols(const Ast& ast, const Profile& profile = {});

/// Checks what can be known from the program alone, in every function whether called or not: names,
/// numbers of arguments, members, types that are certain, entry functions, returns, duplicate
/// rules. Reports into the sink; never evaluates anything. O(size of the tree * number of names).
void check(const Ast& ast, const SourceFile& source, DiagnosticSink& sink,
           const Profile& profile = {});

}  // namespace castra::lang
