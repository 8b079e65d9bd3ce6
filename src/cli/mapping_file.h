#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "machine/machine.h"
#include "support/diagnostic.h"
#include "support/result.h"
#include "support/source.h"

namespace castra::cli {

/// Reads a mapping program; "-" is standard input.
Result<std::shared_ptr<const SourceFile>> read_mapping(const std::string& path);

/// {"file", "line", "column", "end_line", "end_column", "severity", "code", "message", "help",
/// "labels", "fixes"}; lines and columns count from 1.
nlohmann::ordered_json to_json(const SourceFile& source, const Diagnostic& diagnostic);

/// "2x4" is 2 nodes with 4 processors of every kind; anything else is a machine's name or file.
Result<MachineShape> parse_shape(const std::string& text);

}  // namespace castra::cli
