#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/mapping_file.h"
#include "lang/bind.h"
#include "lang/diagnostics.h"
#include "lang/policy_diff.h"
#include "mapping/mapping_diff.h"
#include "support/text.h"

namespace castra::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kSampleMachine = "2x4";

struct Options {
  Reading reading;
  std::string left;
  std::string right;
  std::string program;
  std::string machine;
  bool json = false;
};

struct Comparison {
  std::string basis;  ///< what was compared, for people
  std::vector<Difference> differences;
};

Result<Comparison> compare_for_program(const Options& options, const lang::Policy& left,
                                       const lang::Policy& right) {
  const auto program = load_program(options.program);
  if (!program) return tl::unexpected(program.error());
  Machine machine = program->machine;
  if (!options.machine.empty()) {
    auto loaded = load_machine(options.machine, share_directory());
    if (!loaded) return tl::unexpected(loaded.error());
    machine = std::move(*loaded);
  }
  return Comparison{
      fmt::format("every task, argument and point of {} on {}", options.program,
                  options.machine.empty() ? "the machine it was recorded on" : options.machine),
      diff(lang::bind(left, *program, machine), lang::bind(right, *program, machine))};
}

Result<Comparison> compare_rules(const Options& options, const lang::Policy& left,
                                 const lang::Policy& right) {
  const std::string machine =
      options.machine.empty() ? std::string(kSampleMachine) : options.machine;
  const auto shape = parse_shape(machine);
  if (!shape) return tl::unexpected(shape.error());
  auto differences = lang::diff(left, right, *shape);
  if (!differences) return tl::unexpected(differences.error());
  return Comparison{
      fmt::format("all rules, and index maps over {} sample domains on {}; no program was given",
                  lang::sample_domains().size(), machine),
      std::move(*differences)};
}

Json by(const DecidedBy& rule) {
  if (rule.line == 0) return nullptr;
  return {{"line", rule.line}, {"text", rule.text}};
}

void print_as_json(const Options& options, const Comparison& comparison) {
  Json differences = Json::array();
  for (const Difference& d : comparison.differences) {
    Json json = {{"about", d.about}, {"decision", d.what},       {"left", d.left},
                 {"right", d.right}, {"left_by", by(d.left_by)}, {"right_by", by(d.right_by)}};
    if (d.points > 0) {
      json["points"] = d.points;
      json["examples"] = d.examples;
    }
    if (!d.not_compared.empty()) json["not_compared"] = d.not_compared;
    differences.push_back(std::move(json));
  }
  print_json({{"left", options.left},
              {"right", options.right},
              {"compared", comparison.basis},
              {"equal", comparison.differences.empty()},
              {"differences", std::move(differences)}});
}

void print_side(const char* sign, const std::string& file, const std::string& value,
                const DecidedBy& rule) {
  fmt::print("  {} {}", sign, value == "-" ? "left to the program's own mapper" : value);
  if (rule.line != 0) fmt::print("    [{}:{}: {}]", file, rule.line, printable(rule.text));
  fmt::print("\n");
}

void print_text(const Options& options, const Comparison& comparison) {
  fmt::print("compared: {}\n", comparison.basis);
  for (const Difference& d : comparison.differences) {
    fmt::print("\n{}: {}{}\n", printable(d.about), printable(d.what),
               d.not_compared.empty() ? "" : ": not compared");
    print_side("<", options.left, d.left, d.left_by);
    print_side(">", options.right, d.right, d.right_by);
    for (const std::string& example : d.examples) fmt::print("      {}\n", example);
    if (d.points > d.examples.size())
      fmt::print("      and {} more points\n", d.points - d.examples.size());
    if (!d.not_compared.empty())
      fmt::print("  {}, and they are written differently\n", d.not_compared);
  }
  const auto unknown = static_cast<std::size_t>(
      std::count_if(comparison.differences.begin(), comparison.differences.end(),
                    [](const Difference& d) { return !d.not_compared.empty(); }));
  const std::size_t known = comparison.differences.size() - unknown;
  if (!comparison.differences.empty()) fmt::print("\n");
  if (known == 0) {
    fmt::print("no difference");
  } else {
    fmt::print("{}", lang::counted(known, "difference"));
  }
  if (unknown > 0) fmt::print(", {} not compared", unknown);
  fmt::print("\n");
}

}  // namespace

int run_diff(const std::vector<std::string>& arguments) {
  CLI::App app(
      "Compares two mapping programs by what they decide, however they are written. With a "
      "program:\nevery task, argument and point; without one: all rules, and index maps over "
      "sample domains.\nExit code 0: no difference, 1: different, or not to be compared (or a "
      "mapping is wrong).",
      "castra diff");
  Options options;
  app.add_option("LEFT", options.left, "a mapping program; - reads standard input")->required();
  app.add_option("RIGHT", options.right, "a mapping program")->required();
  app.add_option("--program", options.program, "a recorded program to compare them for");
  app.add_option("--machine", options.machine,
                 "a built-in name or a .machine.toml (default: the recorded machine); without a "
                 "program also NODESxPROCESSORS (default 2x4)");
  app.add_flag("--json", options.json, "machine-readable output");
  add_reading_options(app, options.reading);
  if (const auto code = parse(app, arguments)) return *code;
  if (options.left == "-" && options.right == "-")
    return fail({"only one of the two can be standard input", "name a file"}, kUsage);

  const auto left = compile_mapping(options.left, options.reading, options.json);
  if (!left) return left.error();
  const auto right = compile_mapping(options.right, options.reading, options.json);
  if (!right) return right.error();
  const auto comparison = options.program.empty() ? compare_rules(options, **left, **right)
                                                  : compare_for_program(options, **left, **right);
  if (!comparison) return fail(comparison.error(), kEnvironment);
  options.json ? print_as_json(options, *comparison) : print_text(options, *comparison);
  return comparison->differences.empty() ? kOk : kWrongProgram;
}

}  // namespace castra::cli
