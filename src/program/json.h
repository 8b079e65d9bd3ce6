#pragma once

#include <string>

#include "program/program.h"
#include "program/trace.h"
#include "support/result.h"

namespace castra {

/// The program file and the trace file. Both carry {"format": "castra-program" | "castra-trace",
/// "version": 0}; readers refuse other formats and newer versions by name. Output is deterministic:
/// keys in a fixed order, one record per line, numbers as integers.
std::string to_json(const Program& program);
std::string to_json(const Trace& trace);

/// `name` is what errors call the text: a path. Budget: 64 MiB of text.
Result<Program> program_from_json(const std::string& text, const std::string& name);
Result<Trace> trace_from_json(const std::string& text, const std::string& name);

}  // namespace castra
