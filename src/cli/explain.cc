#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/compat_option.h"
#include "cli/constants_option.h"
#include "cli/mapping_file.h"
#include "lang/policy.h"
#include "support/text.h"

namespace castra::cli {
namespace {

struct Options {
  std::string file;
  std::vector<std::string> constants;
  std::string task;
  std::vector<std::string> regions;
  int argument = -1;
  std::string kind;
  lang::Profile profile;
  bool json = false;
};

/// One decision: what about, which value, and the rules that gave it (none: left to the program).
struct Row {
  std::string subject;
  std::string value;
  std::vector<lang::RuleRef> rules;
};

template <typename Kinds>
std::string words(const Kinds& kinds) {
  std::vector<std::string> out;
  for (const auto kind : kinds) out.emplace_back(to_string(kind));
  return join(out, ", ");
}

std::vector<Row> decisions(const lang::Policy& policy, const Options& options, ProcessorKind kind) {
  std::vector<Row> rows;
  const auto processors = policy.processors(options.task);
  rows.push_back(processors ? Row{"processors", words(processors->value), {processors->rule}}
                            : Row{"processors", "", {}});
  const auto map = policy.index_map(options.task, kind);
  rows.push_back(map ? Row{"index map", map->value, {map->rule}} : Row{"index map", "", {}});
  const lang::ArgumentQuery query{options.task, options.argument, options.regions, kind};
  const auto memories = policy.memories(query);
  rows.push_back(memories ? Row{"memories", words(memories->value), {memories->rule}}
                          : Row{"memories", "", {}});
  for (const MemoryKind memory : memories ? memories->value : std::vector<MemoryKind>{}) {
    if (memory == MemoryKind::Virtual) continue;
    const std::string subject = fmt::format("layout in {}", to_string(memory));
    const auto layout = policy.layout(query, memory);
    rows.push_back(layout ? Row{subject, to_string(layout->layout), layout->rules}
                          : Row{subject, "", {}});
  }
  return rows;
}

void print_table(const SourceFile& source, const Options& options, ProcessorKind kind,
                 const std::vector<Row>& rows) {
  std::string argument = "any argument";
  if (options.argument >= 0) argument = fmt::format("argument {}", options.argument);
  if (!options.regions.empty()) {
    argument =
        (options.argument >= 0 ? argument + ", " : "") + "region " + join(options.regions, ", ");
  }
  fmt::print("task {} on {}, {}\n\n", options.task, to_string(kind), argument);
  std::vector<std::vector<std::string>> cells;
  for (const Row& row : rows) {
    if (row.rules.empty()) {
      cells.push_back({row.subject, "-", "left to the program's own mapper"});
      continue;
    }
    for (std::size_t i = 0; i < row.rules.size(); ++i) {
      cells.push_back(
          {i == 0 ? row.subject : "", i == 0 ? row.value : "",
           fmt::format("{}:{}: {}", source.name(), row.rules[i].line, row.rules[i].text)});
    }
  }
  fmt::print("{}", render_table({"decision", "value", "rule"}, cells));
}

void print_json(const Options& options, ProcessorKind kind, const std::vector<Row>& rows) {
  nlohmann::ordered_json json = {{"task", options.task}, {"kind", to_string(kind)}};
  if (options.argument >= 0) json["argument"] = options.argument;
  if (!options.regions.empty()) json["regions"] = options.regions;
  json["decisions"] = nlohmann::ordered_json::array();
  for (const Row& row : rows) {
    nlohmann::ordered_json rules = nlohmann::ordered_json::array();
    for (const lang::RuleRef& rule : row.rules)
      rules.push_back({{"line", rule.line}, {"text", rule.text}});
    nlohmann::ordered_json value =
        row.rules.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(row.value);
    json["decisions"].push_back(
        {{"decision", row.subject}, {"value", std::move(value)}, {"rules", std::move(rules)}});
  }
  fmt::print("{}\n", json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

/// The kind asked for, or the first the mapping prefers for the task.
Result<ProcessorKind> explained_kind(const lang::Policy& policy, const Options& options) {
  if (!options.kind.empty()) {
    if (const auto kind = parse_processor_kind(options.kind)) return *kind;
    return failure(fmt::format("there is no processor kind `{}`", options.kind),
                   "kinds are CPU, GPU, OMP, IO, PY and PROC");
  }
  const auto processors = policy.processors(options.task);
  if (processors) return processors->value.front();
  return failure(fmt::format("no Task rule says where `{}` runs", options.task),
                 "say it: --kind GPU");
}

}  // namespace

int run_explain(const std::vector<std::string>& arguments) {
  CLI::App app(
      "Shows what a mapping program decides for a task and one of its arguments, and by which "
      "rule.",
      "castra explain");
  Options options;
  app.add_option("FILE", options.file, "the mapping program; - reads standard input")->required();
  app.add_option("--task", options.task, "name of the task")->required();
  app.add_option(
      "--region", options.regions,
      "a name of the argument's region; repeat it for further names, most specific first");
  app.add_option("--argument", options.argument, "position of the argument, from 0")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--kind", options.kind,
                 "processor kind the task runs on (default: the first the mapping prefers)");
  add_compat_option(app, options.profile);
  app.add_flag("--json", options.json, "machine-readable output");
  add_constants_option(app, options.constants);
  if (const auto code = parse(app, arguments)) return *code;

  const auto file = read_mapping(options.file);
  if (!file) return fail(file.error(), kEnvironment);
  const auto source = define_constants(*file, options.constants);
  if (!source) return fail(source.error(), kUsage);
  DiagnosticSink sink;
  const auto policy = lang::compile(*source, sink, {options.profile});
  if (!policy) {
    fmt::print(stderr, "{}", render_all(**source, sink));
    return kWrongProgram;
  }
  const auto kind = explained_kind(*policy, options);
  if (!kind) return fail(kind.error(), kUsage);
  const auto rows = decisions(*policy, options, *kind);
  if (options.json) {
    print_json(options, *kind, rows);
  } else {
    print_table(**source, options, *kind, rows);
  }
  return kOk;
}

}  // namespace castra::cli
