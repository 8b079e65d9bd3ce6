#include "lang/diagnostic_examples.h"

#include <charconv>
#include <vector>

#include "lang/check_against.h"
#include "lang/constants.h"
#include "lang/import.h"
#include "lang/policy.h"
#include "program/json.h"
#include "support/check.h"
#include "support/file.h"
#include "support/text.h"

namespace castra::lang {
namespace {

constexpr const char* kFunction = "f";
constexpr int kNodes = 2;
constexpr int kProcessorsPerNode = 4;
constexpr const char* kTask = "work";
constexpr const char* kParent = "main";

std::string program_path(std::string_view name) {
  return fmt::format("samples/{}.program.json", name);
}

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

/// Null without a name.
template <typename T>
const T* named(const std::map<std::string, T, std::less<>>& samples, std::string_view name) {
  if (name.empty()) return nullptr;
  const auto found = samples.find(name);
  CASTRA_CHECK(found != samples.end(), "a row of diagnostics.def names a sample nobody loaded");
  return &found->second;
}

void evaluate(const FindingInfo& row, const Policy& policy, DiagnosticSink& sink) {
  auto placed = policy.evaluate(kFunction, domain_of(row), evaluation_machine());
  if (!placed) sink.report(std::move(placed.error()));
}

void place_single(const Policy& policy, DiagnosticSink& sink) {
  const std::vector<RunningTask> ancestors = {{kParent, ProcessorKind::Cpu, 0, 0}};
  PlaceLog log;
  auto placed = policy.place_single({{kTask, ProcessorKind::Gpu, 0, 0}, ancestors, {}},
                                    evaluation_machine(), &log);
  for (Diagnostic& note : log.notes) sink.report(std::move(note));
  if (!placed) sink.report(std::move(placed.error()));
}

}  // namespace

Result<Samples> load_samples(const std::string& share_directory) {
  Samples samples;
  for (const FindingInfo& row : finding_table()) {
    if (!row.program.empty() && !samples.programs.contains(row.program)) {
      const std::string path = share_directory + "/" + program_path(row.program);
      const auto text = read_file(path);
      if (!text) return tl::unexpected(text.error());
      auto program = program_from_json(*text, path);
      if (!program) return tl::unexpected(program.error());
      samples.programs.emplace(row.program, std::move(*program));
    }
    if (!row.machine.empty() && !samples.machines.contains(row.machine)) {
      auto machine = load_machine(std::string(row.machine), share_directory);
      if (!machine) return tl::unexpected(machine.error());
      samples.machines.emplace(row.machine, std::move(*machine));
    }
  }
  return samples;
}

std::string example_text(const FindingInfo& row) {
  std::string text(row.example);
  for (std::size_t i = 0; i < row.times; ++i) text += row.repeated;
  return text + std::string(row.ending);
}

ExampleRun run_example(const FindingInfo& row, const Samples& samples) {
  ExampleRun run;
  run.source = std::make_shared<const SourceFile>("example.castra", example_text(row) + "\n");
  if (row.setting == ExampleSetting::Import) {
    import_program(*run.source, std::nullopt, run.sink);
    return run;
  }
  ConstantDefinition constant;
  if (split_constant(row.define, constant)) {
    run.source = with_constants(run.source, {constant}, run.sink);
    if (run.sink.has_errors()) return run;
  }
  CompileOptions options;
  if (row.compat) options.profile = dslmapper();
  DiagnosticSink compiling;
  const auto policy = compile(run.source, compiling, options);
  // Other commands than check say nothing of a program that compiles.
  if (policy == nullptr || row.setting == ExampleSetting::Check) run.sink = compiling;
  if (policy == nullptr) return run;
  if (row.setting == ExampleSetting::Check) {
    check_against(*policy, named(samples.programs, row.program),
                  named(samples.machines, row.machine), run.sink);
  }
  if (row.setting == ExampleSetting::Evaluation) evaluate(row, *policy, run.sink);
  if (row.setting == ExampleSetting::SingleTask) place_single(*policy, run.sink);
  return run;
}

std::string example_command(const FindingInfo& row) {
  std::string reading;
  if (!row.define.empty()) reading += fmt::format(" -D \"{}\"", row.define);
  if (row.compat) reading += " --compat dslmapper";
  const std::string machine = fmt::format(" --machine {}x{}", kNodes, kProcessorsPerNode);
  switch (row.setting) {
    case ExampleSetting::Check: {
      std::string with;
      if (!row.program.empty()) with += " --program share/castra/" + program_path(row.program);
      if (!row.machine.empty()) with += fmt::format(" --machine {}", row.machine);
      return "castra check example.castra" + reading + with;
    }
    case ExampleSetting::Evaluation:
      return fmt::format("castra eval example.castra {} --domain {}{}{}", kFunction, row.domain,
                         machine, reading);
    case ExampleSetting::SingleTask:
      return fmt::format(
          "castra eval example.castra --single {} --on GPU:0:0 --parent {}:CPU:0:0{}{}", kTask,
          kParent, machine, reading);
    case ExampleSetting::Import:
      return "castra import example.castra";
  }
  CASTRA_CHECK(false, "unknown setting");
}

}  // namespace castra::lang
