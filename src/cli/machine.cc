#include "machine/machine.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/command.h"
#include "support/text.h"

namespace castra::cli {
namespace {

nlohmann::ordered_json to_json(const Machine& machine) {
  nlohmann::ordered_json json = {
      {"name", machine.name}, {"description", machine.description}, {"nodes", machine.nodes}};
  for (const ProcessorGroup& group : machine.processors) {
    json["processors"].push_back(
        {{"kind", to_string(group.kind)}, {"per_node", group.per_node}, {"model", group.model}});
  }
  for (const MemoryGroup& group : machine.memories) {
    std::vector<std::string> visible;
    for (ProcessorKind kind : group.visible_from) visible.emplace_back(to_string(kind));
    json["memories"].push_back({{"kind", to_string(group.kind)},
                                {"per_node", group.per_node},
                                {"bytes", group.capacity.value},
                                {"visible_from", visible}});
  }
  return json;
}

void print_table(const Machine& machine) {
  fmt::print("{}: {}\n\n", machine.name, machine.description);
  std::vector<std::vector<std::string>> rows;
  for (const ProcessorGroup& group : machine.processors) {
    rows.push_back(
        {std::string(to_string(group.kind)), std::to_string(group.per_node), "", group.model});
  }
  for (const MemoryGroup& group : machine.memories) {
    std::vector<std::string> visible;
    for (ProcessorKind kind : group.visible_from) visible.emplace_back(to_string(kind));
    rows.push_back({std::string(to_string(group.kind)), std::to_string(group.per_node),
                    to_string(group.capacity), "seen by " + join(visible, ", ")});
  }
  fmt::print("{}", render_table({"kind", "per node", "each", ""}, rows));
  fmt::print("\nLegion options: {}\n", join(legion_options(machine), " "));
}

int list_machines(bool json) {
  const std::vector<std::string> names = builtin_machines(share_directory());
  if (json) {
    fmt::print("{}\n", nlohmann::json(names).dump());
    return kOk;
  }
  for (const std::string& name : names) {
    const auto machine = load_machine(name, share_directory());
    fmt::print("{:<10}{}\n", name, machine ? machine->description : machine.error().what);
  }
  return kOk;
}

}  // namespace

int run_machine(const std::vector<std::string>& arguments) {
  CLI::App app("Shows a machine: processors, memories, and the Legion options that imitate it.",
               "castra machine");
  std::string name;
  bool json = false;
  app.add_option("MACHINE", name,
                 "a built-in name, or the path of a .machine.toml; none lists the names");
  app.add_flag("--json", json, "machine-readable output");
  if (const auto code = parse(app, arguments)) return *code;
  if (name.empty()) return list_machines(json);
  const auto machine = load_machine(name, share_directory());
  if (!machine) return fail(machine.error(), kEnvironment);
  if (json) {
    fmt::print("{}\n", to_json(*machine).dump(2));
  } else {
    print_table(*machine);
  }
  return kOk;
}

}  // namespace castra::cli
