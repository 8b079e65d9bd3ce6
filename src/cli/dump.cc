#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/constants_option.h"
#include "cli/mapping_file.h"
#include "lang/ast_json.h"
#include "lang/bind.h"
#include "lang/parser.h"
#include "lang/policy_table.h"
#include "mapping/mapping_json.h"

namespace castra::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  Reading reading;
  std::string file;
  std::string program;
  std::string machine;
  bool ast = false;
  bool policy = false;
  bool mapping = false;
  bool json = false;
};

/// Of a program that parses, whether or not it checks.
int dump_ast(const Options& options) {
  const auto file = read_mapping(options.file);
  if (!file) return fail(file.error(), kEnvironment);
  const auto source = define_constants(*file, options.reading.constants);
  if (!source) return source.error();
  DiagnosticSink sink;
  const lang::Ast ast = lang::parse(**source, sink, options.reading.profile);
  if (sink.has_errors()) {
    return wrong_program(**source, sink, options.json);
  }
  print_json(lang::ast_json(ast, source->get()));
  return kOk;
}

Json rules_json(const std::vector<lang::RuleRef>& rules) {
  Json array = Json::array();
  for (const lang::RuleRef& rule : rules)
    array.push_back({{"line", rule.line}, {"text", rule.text}});
  return array;
}

int dump_policy(const lang::Policy& policy) {
  const lang::RuleNames names = lang::rule_names(policy);
  const auto table = lang::policy_table(policy, names);
  if (!table) return fail(table.error(), kUsage);
  Json decisions = Json::array();
  for (const lang::PolicyRow& row : lang::condensed(*table)) {
    Json json = {{"task", row.task ? Json(*row.task) : Json()}};
    if (row.argument) {
      json["region"] = row.region ? Json(*row.region) : Json();
      json["argument"] = row.position ? Json(*row.position) : Json();
    }
    json["decision"] = row.what;
    json["where"] = row.where;
    json["value"] = row.value;
    json["rules"] = rules_json(row.rules);
    decisions.push_back(std::move(json));
  }
  print_json({{"castra_policy", 1},
              {"file", policy.source().name()},
              {"tasks", names.tasks},
              {"regions", names.regions},
              {"positions", names.positions},
              {"decisions", std::move(decisions)}});
  return kOk;
}

int dump_mapping(const Options& options, const lang::Policy& policy) {
  const auto program = load_program(options.program);
  if (!program) return fail(program.error(), kEnvironment);
  Machine machine = program->machine;
  if (!options.machine.empty()) {
    auto loaded = load_machine(options.machine, share_directory());
    if (!loaded) return fail(loaded.error(), kEnvironment);
    machine = std::move(*loaded);
  }
  Json json = to_json(lang::bind(policy, *program, machine));
  json["file"] = policy.source().name();
  json["program"] = options.program;
  json["machine"] = machine.name;
  print_json(json);
  return kOk;
}

}  // namespace

int run_dump(const std::vector<std::string>& arguments) {
  CLI::App app(
      "Prints a mapping program in one of its inner forms, as JSON: its syntax tree, what its "
      "rules\ndecide for every name they distinguish, or every decision for one recorded program.",
      "castra dump");
  Options options;
  app.add_option("FILE", options.file, "the mapping program; - reads standard input")->required();
  auto* form = app.add_option_group("form", "which form");
  form->add_flag("--ast", options.ast,
                 "the syntax tree; `castra grammar --format json-schema` describes it");
  form->add_flag("--policy", options.policy, "what the rules decide, without a program");
  auto* mapping = form->add_flag("--mapping", options.mapping,
                                 "every task, argument and point; needs --program");
  form->require_option(1);
  auto* program =
      app.add_option("--program", options.program, "the recorded program")->needs(mapping);
  app.add_option("--machine", options.machine,
                 "a built-in name or a .machine.toml (default: the recorded machine)")
      ->needs(program);
  app.add_flag("--json", options.json,
               "JSON, which is the only form; with it, findings too are JSON on standard output");
  add_reading_options(app, options.reading);
  if (const auto code = parse(app, arguments)) return *code;
  if (options.mapping && options.program.empty()) {
    return fail({"--mapping needs a program", "add --program FILE, as `castra record` wrote it"},
                kUsage);
  }
  if (options.ast) return dump_ast(options);
  const auto policy = compile_mapping(options.file, options.reading, options.json);
  if (!policy) return policy.error();
  return options.policy ? dump_policy(**policy) : dump_mapping(options, **policy);
}

}  // namespace castra::cli
