#pragma once

#include <memory>

#include "lang/diagnostics.h"
#include "machine/machine.h"
#include "program/program.h"
#include "support/source.h"

namespace castra::lang {

/// What the examples of the diagnostics table are compared with.
struct Samples {
  Program program;  ///< share/castra/samples/sample.program.json
  Machine machine;  ///< cpu2
};

/// Reads both from the installation's data.
Result<Samples> load_samples(const std::string& share_directory);

struct ExampleRun {
  std::shared_ptr<const SourceFile> source;  ///< called "example.castra"
  DiagnosticSink sink;
};

/// Examines the row's example as its setting says. Precondition: the row has an example.
ExampleRun run_example(const FindingInfo& row, const Samples& samples);

/// The command that shows the same: "castra check example.castra --machine cpu2".
std::string example_command(const FindingInfo& row);

}  // namespace castra::lang
