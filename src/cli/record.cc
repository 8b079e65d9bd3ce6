#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>

#include "cli/arguments.h"
#include "cli/command.h"
#include "machine/machine.h"
#include "program/json.h"
#include "run/legion_run.h"
#include "support/file.h"
#include "support/text.h"

namespace castra::cli {
namespace {

constexpr std::string_view kProgramEnding = ".program.json";

/// "x.program.json" -> "x.trace.json"; any other name gets ".trace.json" added.
std::string trace_beside(const std::string& program) {
  if (program.ends_with(kProgramEnding))
    return program.substr(0, program.size() - kProgramEnding.size()) + ".trace.json";
  return program + ".trace.json";
}

std::uint64_t points_of(const Launch& launch) {
  return static_cast<std::uint64_t>(launch.count * (launch.domain ? launch.domain->volume() : 1));
}

void print_summary(const Program& program) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& launch : program.launches) {
    std::uint64_t bytes = 0;
    for (const auto& requirement : launch.requirements) bytes += requirement.bytes.value;
    const bool timed = launch.timed_points > 0;
    const Nanoseconds mean{timed ? launch.total_time.value / launch.timed_points : 0};
    rows.push_back({launch.task, launch.domain ? to_string(*launch.domain) : "single",
                    std::to_string(launch.count), std::to_string(points_of(launch)),
                    to_string(Bytes{bytes}), timed ? to_string(mean) : "-"});
  }
  fmt::print("{}",
             render_table({"task", "domain", "launches", "points", "bytes per launch", "mean time"},
                          rows));
}

Status report(const std::string& program_file, const std::string& trace_file) {
  const auto text = read_file(program_file);
  if (!text) return tl::unexpected(text.error());
  const auto program = program_from_json(*text, program_file);
  if (!program) return tl::unexpected(program.error());
  print_summary(*program);
  fmt::print("\n{}: {} tasks, {} launch shapes; {}: what each point did\n", program_file,
             program->tasks.size(), program->launches.size(), trace_file);
  return {};
}

}  // namespace

int run_record(const std::vector<std::string>& arguments) {
  const SplitArguments split = split_at_dashes(arguments);
  std::string output;
  std::string virtual_machine;
  double timeout_s = 0;
  CLI::App app("Records what a Legion program does: tasks, launches, regions, times",
               "castra record");
  app.add_option("-o,--output", output, "program file to write; default PROGRAM.program.json");
  app.add_option("--virtual", virtual_machine,
                 "run on emulated GPUs of this machine (name or file)");
  app.add_option("--timeout", timeout_s, "seconds after which the program is killed")
      ->check(CLI::PositiveNumber);
  app.footer("The program and its arguments follow `--`.");
  if (const auto code = parse(app, split.own)) return *code;
  if (split.program.empty())
    return fail({"no program was named", "castra record [OPTIONS] -- ./app arguments"}, kUsage);

  run::LegionLaunch launch;
  launch.command = split.program;
  if (output.empty()) {
    output = std::filesystem::path(split.program.front()).filename().string() +
             std::string(kProgramEnding);
  }
  launch.program_file = output;
  launch.trace_file = trace_beside(output);
  if (!virtual_machine.empty()) {
    auto machine = load_machine(virtual_machine, share_directory());
    if (!machine) return fail(machine.error(), kEnvironment);
    launch.virtual_machine = std::move(*machine);
  }
  const auto libraries = run::find_library_directory(executable_directory());
  if (!libraries) return fail(libraries.error(), kEnvironment);

  run::ProcessSpec limits;
  limits.stdio = run::Stdio::Inherit;
  if (timeout_s > 0) limits.timeout_s = timeout_s;
  const auto run = run::run_legion(launch, *libraries, limits);
  if (!run) return fail(run.error(), kEnvironment);
  if (!run->recorded) {
    return fail({fmt::format("nothing was recorded: the program ended with {}",
                             run::describe_end(run->process)),
                 run->process.succeeded() ? "it never started Legion; name the Legion program"
                                          : "make it run to its end first"},
                kEnvironment);
  }
  if (const auto reported = report(output, *launch.trace_file); !reported)
    return fail(reported.error(), kEnvironment);
  return run->process.exit_code.value_or(kEnvironment);
}

}  // namespace castra::cli
