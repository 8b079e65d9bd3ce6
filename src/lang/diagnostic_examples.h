#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "lang/diagnostics.h"
#include "machine/machine.h"
#include "program/program.h"
#include "support/source.h"

namespace castra::lang {

/// What the examples of the diagnostics table are compared with, by the names the rows use.
struct Samples {
  std::map<std::string, Program, std::less<>> programs;  ///< share/castra/samples
  std::map<std::string, Machine, std::less<>> machines;  ///< built-in ones
};

/// Reads all that the rows name from the installation's data.
Result<Samples> load_samples(const std::string& share_directory);

struct ExampleRun {
  std::shared_ptr<const SourceFile> source;  ///< called "example.castra"
  DiagnosticSink sink;                       ///< what the command of the row's setting prints
};

/// Examines the row's example as its setting says. Precondition: `samples` has what the row names.
ExampleRun run_example(const FindingInfo& row, const Samples& samples);

/// The whole text of the example, repetitions written out, without a last line end.
std::string example_text(const FindingInfo& row);

/// The command that shows the same: "castra check example.castra --machine cpu2".
std::string example_command(const FindingInfo& row);

}  // namespace castra::lang
