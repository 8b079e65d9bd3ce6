#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/diagnostic.h"
#include "support/source.h"

namespace castra::lang {

/// A constant given from outside: `name=value`, where the value is an expression of the language.
struct ConstantDefinition {
  std::string name;
  std::string value;
};

/// Splits `name=value` at the first `=`. False if there is none, or no identifier before it, or
/// nothing after it.
bool split_constant(std::string_view text, ConstantDefinition& definition);

/// The program with its global variables of these names given these values, as a text of its own:
/// what is done with the result afterwards needs to know nothing of the constants. A value that is
/// replaced keeps the lines of the program; a name that the program does not define is defined on
/// a line after its end, or, if nothing reads it, is a warning in the sink. A value that is not one
/// expression, and a name that is a function or reserved, is an error in the sink.
std::shared_ptr<const SourceFile> with_constants(const std::shared_ptr<const SourceFile>& source,
                                                 const std::vector<ConstantDefinition>& definitions,
                                                 DiagnosticSink& sink);

}  // namespace castra::lang
