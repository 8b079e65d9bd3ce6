#pragma once

#include "lang/ast.h"
#include "lang/checked_program.h"
#include "lang/symbols.h"
#include "support/diagnostic.h"
#include "support/source.h"

namespace castra::lang {

/// Functions and global variables by name.
Symbols collect_symbols(const Ast& ast, const Profile& profile = {});

/// Checks what can be known from the program alone, in every function whether called or not: names,
/// numbers of arguments, members, types that are certain, entry functions, returns, rules that
/// never decide. Evaluates only global variables that depend on no machine. Reports into the sink
/// and returns what it learned even of a program with errors. O(size of the tree * number of
/// names).
CheckedProgram check_program(Ast ast, const SourceFile& source, DiagnosticSink& sink,
                             const Profile& profile = {});

}  // namespace castra::lang
