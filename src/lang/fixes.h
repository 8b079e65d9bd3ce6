#pragma once

#include "support/diagnostic.h"
#include "support/source.h"

namespace castra::lang {

/// Gives findings that have no fix-it yet one where the tokens around them leave no doubt of what
/// was meant: notations of Python, C++ and older mapping languages (`//`, `**`, `not`, `if`
/// statements, `f"..."`, `name: Type`, commas between operands, ...). compile() calls it; only of
/// use with findings of the same source. O(size of the text) for every finding in the sink, which
/// bounds their number.
void suggest_fixes(const SourceFile& source, DiagnosticSink& sink);

}  // namespace castra::lang
