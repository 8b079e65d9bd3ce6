#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "lang/policy.h"
#include "machine/machine.h"
#include "program/program.h"
#include "support/diagnostic.h"
#include "support/result.h"
#include "support/source.h"

namespace CLI {
class App;
}

namespace castra::cli {

/// Reads a mapping program; "-" is standard input.
Result<std::shared_ptr<const SourceFile>> read_mapping(const std::string& path);

/// How a command is to read mapping programs: the options -D and --compat.
struct Reading {
  std::vector<std::string> constants;
  lang::Profile profile;
};
/// Adds both options. Keeps a reference.
void add_reading_options(CLI::App& app, Reading& reading);

/// Reads and checks a mapping program. If that fails everything has been reported, what is wrong
/// with the program as by wrong_program, and the error is the command's exit code.
tl::expected<std::shared_ptr<const lang::Policy>, int> compile_mapping(const std::string& path,
                                                                       const Reading& reading,
                                                                       bool json = false);

/// What functions printed and the notes of a placement, on standard error.
void print_log(const SourceFile& source, const lang::PlaceLog& log);

/// Reads a recorded program (`castra record`).
Result<Program> load_program(const std::string& path);

/// JSON as every command prints it: indented, bytes that are no text replaced.
void print_json(const nlohmann::ordered_json& json);

/// {"file", "line", "column", "end_line", "end_column", "severity", "code", "message", "help",
/// "labels", "fixes"}; lines and columns count from 1.
nlohmann::ordered_json to_json(const SourceFile& source, const Diagnostic& diagnostic);

/// All findings in a program, as `castra check --json` prints them
/// (share/castra/schema/check.v1.schema.json).
nlohmann::ordered_json findings_json(const SourceFile& source, const DiagnosticSink& sink);

/// Prints findings, as text on standard error or as JSON on standard output; the exit code of a
/// command that they end.
int wrong_program(const SourceFile& source, const DiagnosticSink& sink, bool json);
int wrong_program(const SourceFile& source, const Diagnostic& finding, bool json);

/// "2x4" is 2 nodes with 4 processors of every kind; anything else is a machine's name or file.
Result<MachineShape> parse_shape(const std::string& text);

}  // namespace castra::cli
