#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/explain_decisions.h"
#include "cli/mapping_file.h"
#include "support/text.h"

namespace castra::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  Reading reading;
  std::string file;
  std::string task;
  std::vector<std::string> regions;
  int argument = -1;
  std::string kind;
  std::string program;
  std::string machine;
  bool json = false;
};

/// The files the answer depends on besides the mapping.
struct Context {
  std::optional<ProcessorKind> kind;
  std::optional<Program> program;
  std::optional<Machine> machine;  ///< as asked for, else the program's
};

tl::expected<Context, int> read_context(const Options& options) {
  Context context;
  if (!options.kind.empty()) {
    context.kind = parse_processor_kind(options.kind);
    if (!context.kind) {
      return tl::unexpected(fail({fmt::format("there is no processor kind `{}`", options.kind),
                                  "kinds are CPU, GPU, OMP, IO, PY and PROC"},
                                 kUsage));
    }
  }
  if (!options.program.empty()) {
    auto program = load_program(options.program);
    if (!program) return tl::unexpected(fail(program.error(), kEnvironment));
    context.machine = program->machine;
    context.program = std::move(*program);
  }
  if (!options.machine.empty()) {
    auto machine = load_machine(options.machine, share_directory());
    if (!machine) return tl::unexpected(fail(machine.error(), kEnvironment));
    context.machine = std::move(*machine);
  }
  return context;
}

/// The kind asked for, or the first of the task's list that machine and program allow. None: no
/// Task rule, and nothing asked for.
std::optional<ProcessorKind> kind_of(const lang::Policy& policy, const Context& context,
                                     std::string_view task) {
  if (context.kind) return context.kind;
  const auto processors = policy.processors(task);
  if (!processors) return std::nullopt;
  const Task* known = context.program ? context.program->find_task(task) : nullptr;
  for (const ProcessorKind kind : processors->value) {
    const bool here = !context.machine || context.machine->find(kind) != nullptr;
    if (here && (known == nullptr || known->has_variant(kind))) return kind;
  }
  return processors->value.front();
}

/// The arguments of a task to explain: those asked for, else all the program knows, else any.
Result<std::vector<Subject>> subjects_of(const Options& options, const Context& context,
                                         const Subject& task) {
  Subject subject = task;
  subject.argument = options.argument;
  subject.regions = options.regions;
  if (!context.program || task.other_task) return std::vector{subject};
  const auto arguments = arguments_of(*context.program, task.task);
  if (!arguments) return tl::unexpected(arguments.error());
  const bool all = options.argument < 0 && options.regions.empty();
  std::vector<Subject> found;
  for (const Requirement& requirement : *arguments) {
    const bool position = options.argument < 0 || requirement.index == options.argument;
    const bool name =
        options.regions.empty() || std::find(requirement.names.begin(), requirement.names.end(),
                                             options.regions.front()) != requirement.names.end();
    if (!position || !name) continue;
    subject.argument = requirement.index;
    subject.regions = requirement.names;
    found.push_back(subject);
  }
  if (found.empty() && !all && !options.task.empty()) {
    std::vector<std::string> known;
    for (const Requirement& requirement : *arguments) {
      known.push_back(fmt::format(
          "{} ({})", requirement.index,
          requirement.names.empty() ? "no name" : printable(requirement.names.front())));
    }
    return failure(fmt::format("task `{}` has no {} in {}", task.task, subject.argument_text(),
                               options.program),
                   known.empty() ? "it has no arguments" : "it has " + join(known, ", "));
  }
  if (found.empty() && all) found.push_back(subject);
  return found;
}

// One task

std::vector<std::string> cells_of(const DecisionRow& row, const SourceFile& source,
                                  const lang::RuleRef* rule, std::string effect) {
  return {row.decision, row.rules.empty() ? "-" : row.value, std::move(effect),
          rule == nullptr ? "left to the program's own mapper"
                          : fmt::format("{}:{}: {}", source.name(), rule->line, rule->text)};
}

std::string table_text(const std::vector<DecisionRow>& rows, const SourceFile& source) {
  std::vector<std::vector<std::string>> cells;
  for (const DecisionRow& row : rows) {
    const std::size_t first = cells.size();
    if (row.rules.empty()) cells.push_back(cells_of(row, source, nullptr, ""));
    for (const lang::TracedRule& traced : row.trace) {
      cells.push_back(
          cells_of(row, source, &traced.rule, std::string(lang::to_string(traced.effect))));
    }
    // A default that no matching rule states, such as a task that others are replicated without.
    if (!row.rules.empty() && row.trace.empty())
      cells.push_back(cells_of(row, source, &row.rules.front(), "decides"));
    for (std::size_t i = first + 1; i < cells.size(); ++i) cells[i][0] = cells[i][1] = "";
  }
  return render_table({"decision", "value", "effect", "rule"}, cells);
}

Json rule_json(const lang::RuleRef& rule) { return {{"line", rule.line}, {"text", rule.text}}; }

Json subject_json(const lang::Policy& policy, const Subject& subject) {
  Json json = {{"task", subject.other_task ? Json() : Json(subject.task)},
               {"kind", to_string(subject.kind)}};
  if (subject.argument >= 0) json["argument"] = subject.argument;
  if (!subject.regions.empty()) json["regions"] = subject.regions;
  json["decisions"] = Json::array();
  for (const DecisionRow& row : decisions(policy, subject)) {
    Json rules = Json::array();
    for (const lang::RuleRef& rule : row.rules) rules.push_back(rule_json(rule));
    Json trace = Json::array();
    for (const lang::TracedRule& traced : row.trace) {
      trace.push_back(rule_json(traced.rule));
      trace.back()["effect"] = lang::to_string(traced.effect);
    }
    json["decisions"].push_back({{"decision", row.decision},
                                 {"value", row.rules.empty() ? Json() : Json(row.value)},
                                 {"rules", std::move(rules)},
                                 {"trace", std::move(trace)}});
  }
  return json;
}

int explain_task(const Options& options, const lang::Policy& policy, const Context& context) {
  Subject task;
  task.task = options.task;
  const auto kind = kind_of(policy, context, options.task);
  if (!kind) {
    return fail(
        {fmt::format("no Task rule says where `{}` runs", options.task), "say it: --kind GPU"},
        kUsage);
  }
  task.kind = *kind;
  const auto subjects = subjects_of(options, context, task);
  if (!subjects) return fail(subjects.error(), kUsage);
  if (options.json) {
    if (subjects->size() == 1) {
      print_json(subject_json(policy, subjects->front()));
      return kOk;
    }
    Json json = Json::array();
    for (const Subject& subject : *subjects) json.push_back(subject_json(policy, subject));
    print_json({{"tasks", std::move(json)}});
    return kOk;
  }
  for (std::size_t i = 0; i < subjects->size(); ++i) {
    const Subject& subject = (*subjects)[i];
    if (i > 0) fmt::print("\n");
    fmt::print("{} on {}, {}\n\n", subject.task_text(), to_string(subject.kind),
               subject.argument_text());
    std::vector<DecisionRow> rows = decisions(policy, subject);
    // What is about the task is said with its first argument.
    const auto about_argument = [](const DecisionRow& row) {
      return row.decision == "memories" || row.decision == "collected" ||
             row.decision.starts_with("layout");
    };
    if (i > 0) std::erase_if(rows, [&](const DecisionRow& row) { return !about_argument(row); });
    fmt::print("{}", table_text(rows, policy.source()));
    if (!context.machine) continue;
    for (const std::string& note : machine_notes(policy, subject, *context.machine))
      fmt::print("note: {}\n", note);
  }
  return kOk;
}

// All tasks

std::vector<Subject> all_tasks(const lang::Policy& policy, const Context& context) {
  std::vector<Subject> tasks;
  const auto add = [&](const std::string& name) {
    tasks.emplace_back();
    tasks.back().task = name;
  };
  if (context.program) {
    for (const Task& task : context.program->tasks) add(task.name);
  } else {
    for (const auto& use : policy.task_names()) add(use.name);
    tasks.emplace_back();
    tasks.back().other_task = true;
  }
  return tasks;
}

/// Whether a processor of the kind asked for may run the task at all.
bool may_run_on(const lang::Policy& policy, const Context& context, const Subject& task,
                ProcessorKind kind) {
  const Task* known = context.program ? context.program->find_task(task.task) : nullptr;
  if (known != nullptr && !known->has_variant(kind)) return false;
  const auto processors = policy.processors(task.other_task ? "\n" : task.task);
  return !processors || std::find(processors->value.begin(), processors->value.end(), kind) !=
                            processors->value.end();
}

std::vector<std::string> overview_cells(const lang::Policy& policy, const Subject& subject) {
  std::string processors = "-", map = "-", memories = "-", layout = "-";
  std::vector<int> lines;
  for (const DecisionRow& row : decisions(policy, subject)) {
    const bool layout_row = row.decision.starts_with("layout");
    if (row.rules.empty()) continue;
    if (row.decision == "processors") processors = row.value;
    if (row.decision == "index map") map = row.value;
    if (row.decision == "memories") memories = row.value;
    if (layout_row && layout != "-") continue;  // the first memory's stands for all
    if (layout_row) layout = row.value;
    for (const lang::RuleRef& rule : row.rules) lines.push_back(rule.line);
  }
  std::sort(lines.begin(), lines.end());
  lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  std::vector<std::string> numbers;
  for (const int line : lines) numbers.push_back(std::to_string(line));
  return {subject.other_task ? "(any other)" : subject.task,
          processors,
          std::string(to_string(subject.kind)),
          map,
          subject.argument_text(),
          memories,
          layout,
          join(numbers, " ")};
}

int explain_all(const Options& options, const lang::Policy& policy, const Context& context) {
  Json json = Json::array();
  std::vector<std::vector<std::string>> cells;
  for (Subject task : all_tasks(policy, context)) {
    if (context.kind && !may_run_on(policy, context, task, *context.kind)) continue;
    task.kind =
        kind_of(policy, context, task.other_task ? "\n" : task.task).value_or(ProcessorKind::Cpu);
    const auto subjects = subjects_of(options, context, task);
    if (!subjects) return fail(subjects.error(), kUsage);
    for (const Subject& subject : *subjects) {
      if (options.json) {
        json.push_back(subject_json(policy, subject));
      } else {
        cells.push_back(overview_cells(policy, subject));
      }
    }
  }
  if (options.json) {
    print_json({{"tasks", std::move(json)}});
    return kOk;
  }
  fmt::print("{}", render_table({"task", "processors", "on", "index map", "argument", "memories",
                                 "layout", "lines"},
                                cells));
  return kOk;
}

}  // namespace

int run_explain(const std::vector<std::string>& arguments) {
  CLI::App app(
      "Shows what a mapping program decides, and by which rules: of all that match, which won, and "
      "why\nthe others did not. For one task and argument; without --task, a table of all tasks.",
      "castra explain");
  Options options;
  app.add_option("FILE", options.file, "the mapping program; - reads standard input")->required();
  app.add_option("--task", options.task, "name of the task");
  app.add_option(
      "--region", options.regions,
      "a name of the argument's region; repeat it for further names, most specific first");
  app.add_option("--argument", options.argument, "position of the argument, from 0")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--kind,--processor", options.kind,
                 "processor kind the task runs on (default: the first the mapping prefers); "
                 "without --task, only tasks that may run there");
  app.add_option("--program", options.program,
                 "a recorded program: gives tasks, arguments and the names of their regions");
  app.add_option("--machine", options.machine,
                 "a built-in name or a .machine.toml: what it lacks is passed over");
  app.add_flag("--json", options.json, "machine-readable output");
  add_reading_options(app, options.reading);
  if (const auto code = parse(app, arguments)) return *code;

  const auto context = read_context(options);
  if (!context) return context.error();
  const auto policy = compile_mapping(options.file, options.reading, options.json);
  if (!policy) return policy.error();
  return options.task.empty() ? explain_all(options, **policy, *context)
                              : explain_task(options, **policy, *context);
}

}  // namespace castra::cli
