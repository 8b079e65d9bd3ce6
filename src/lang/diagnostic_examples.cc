#include "lang/diagnostic_examples.h"

#include <charconv>

#include "lang/check_against.h"
#include "lang/policy.h"
#include "program/json.h"
#include "support/check.h"
#include "support/file.h"
#include "support/text.h"

namespace castra::lang {
namespace {

constexpr const char* kMachine = "cpu2";
constexpr const char* kProgram = "samples/sample.program.json";
constexpr const char* kFunction = "f";
constexpr int kNodes = 2;
constexpr int kProcessorsPerNode = 4;

Rect domain_of(const FindingInfo& row) {
  Point extents;
  for (const std::string_view part : split(row.domain, 'x')) {
    std::int64_t extent = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), extent);
    CASTRA_CHECK(error == std::errc() && end == part.data() + part.size(),
                 "the domain of a row of diagnostics.def is not one");
    extents.push_back(extent);
  }
  return rect_of_extents(extents);
}

MachineShape evaluation_machine() {
  MachineShape machine;
  machine.nodes = kNodes;
  for (const ProcessorKind kind : kAllProcessorKinds) machine.set(kind, kProcessorsPerNode);
  return machine;
}

}  // namespace

Result<Samples> load_samples(const std::string& share_directory) {
  const std::string path = share_directory + "/" + kProgram;
  const auto text = read_file(path);
  if (!text) return tl::unexpected(text.error());
  auto program = program_from_json(*text, path);
  if (!program) return tl::unexpected(program.error());
  auto machine = load_machine(kMachine, share_directory);
  if (!machine) return tl::unexpected(machine.error());
  return Samples{std::move(*program), std::move(*machine)};
}

ExampleRun run_example(const FindingInfo& row, const Samples& samples) {
  ExampleRun run;
  std::string text(row.example);
  text += std::string(row.blanks, ' ') + '\n';
  run.source = std::make_shared<const SourceFile>("example.castra", std::move(text));
  CompileOptions options;
  if (row.compat) options.profile = dslmapper();
  const auto policy = compile(run.source, run.sink, options);
  if (policy == nullptr) return run;
  const bool both = row.setting == ExampleSetting::Both;
  const bool program = both || row.setting == ExampleSetting::Program;
  const bool machine = both || row.setting == ExampleSetting::Machine;
  if (program || machine) {
    check_against(*policy, program ? &samples.program : nullptr,
                  machine ? &samples.machine : nullptr, run.sink);
  }
  if (row.setting == ExampleSetting::Evaluation) {
    auto placed = policy->evaluate(kFunction, domain_of(row), evaluation_machine());
    if (!placed) run.sink.report(std::move(placed.error()));
  }
  return run;
}

std::string example_command(const FindingInfo& row) {
  const std::string compat = row.compat ? " --compat dslmapper" : "";
  const std::string check = "castra check example.castra" + compat;
  const std::string program = std::string(" --program share/castra/") + kProgram;
  const std::string machine = std::string(" --machine ") + kMachine;
  switch (row.setting) {
    case ExampleSetting::Check:
      return check;
    case ExampleSetting::Program:
      return check + program;
    case ExampleSetting::Machine:
      return check + machine;
    case ExampleSetting::Both:
      return check + program + machine;
    case ExampleSetting::Evaluation:
      return fmt::format("castra eval example.castra {} --domain {} --machine {}x{}{}", kFunction,
                         row.domain, kNodes, kProcessorsPerNode, compat);
  }
  CASTRA_CHECK(false, "unknown setting");
}

}  // namespace castra::lang
