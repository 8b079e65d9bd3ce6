#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/diagnostic.h"
#include "support/source.h"

namespace castra::lang {

/// Earlier forms of the language, by the names they have in its history.
enum class Dialect : std::uint8_t {
  D0,  ///< April 2022: lower-case statements without semicolons
  D1,  ///< August 2022: index maps with a machine operand, split with the last dimension fastest
};
std::string_view to_string(Dialect dialect);

struct ImportedProgram {
  Dialect dialect = Dialect::D1;
  std::string text;  ///< in today's language, in canonical form, under a comment
};

/// The form a text is written in, judged by its statements; nothing if it has the marks of neither.
std::optional<Dialect> detect_dialect(const SourceFile& source);

/// Converts a program of an earlier form so that it decides the same today. Findings name places of
/// `source`. Nothing if there were errors, or if the form is to be detected and is neither.
std::optional<ImportedProgram> import_program(const SourceFile& source,
                                              std::optional<Dialect> dialect, DiagnosticSink& sink);

}  // namespace castra::lang
