#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "program/json.h"
#include "program/json_lines.h"
#include "program/json_node.h"

namespace castra {
namespace {

using Json = nlohmann::ordered_json;
using detail::JsonNode;

constexpr const char* kFormat = "castra-program";

Json write(const Machine& machine) {
  Json processors = Json::array();
  for (const auto& group : machine.processors) {
    processors.push_back(
        {{"kind", to_string(group.kind)}, {"per_node", group.per_node}, {"model", group.model}});
  }
  Json memories = Json::array();
  for (const auto& group : machine.memories) {
    Json visible = Json::array();
    for (const auto kind : group.visible_from) visible.push_back(to_string(kind));
    memories.push_back({{"kind", to_string(group.kind)},
                        {"per_node", group.per_node},
                        {"capacity", group.capacity.value},
                        {"visible_from", visible},
                        {"source", group.source}});
  }
  return {{"name", machine.name},
          {"description", machine.description},
          {"nodes", machine.nodes},
          {"processors", processors},
          {"memories", memories}};
}

Json write(const Task& task) {
  Json variants = Json::array();
  for (const auto& variant : task.variants) {
    variants.push_back({{"id", variant.id},
                        {"processor", to_string(variant.processor)},
                        {"leaf", variant.leaf},
                        {"inner", variant.inner}});
    if (variant.layouts.empty()) continue;
    Json& layouts = variants.back()["layouts"] = Json::array();
    for (const auto& [argument, layout] : variant.layouts)
      layouts.push_back({{"argument", argument}, {"layout", layout}});
  }
  return {{"id", task.id}, {"name", task.name}, {"variants", variants}};
}

Json write(const Requirement& requirement) {
  Json fields = Json::array();
  for (const auto& field : requirement.fields) {
    fields.push_back({{"id", field.id}, {"name", field.name}, {"size", field.size.value}});
  }
  Json json = {{"index", requirement.index},
               {"privilege", to_string(requirement.privilege)},
               {"reduction", requirement.reduction},
               {"names", requirement.names},
               {"fields", fields},
               {"dimensions", requirement.dimensions},
               {"bytes", requirement.bytes.value},
               {"max_bytes", requirement.max_bytes.value}};
  if (requirement.least_bytes) json["least_bytes"] = requirement.least_bytes->value;
  return json;
}

Json write(const Launch& launch) {
  Json requirements = Json::array();
  for (const auto& requirement : launch.requirements) requirements.push_back(write(requirement));
  Json domain;
  if (launch.domain) domain = {{"lo", launch.domain->lo}, {"hi", launch.domain->hi}};
  return {{"task", launch.task},
          {"domain", domain},
          {"count", launch.count},
          {"requirements", requirements},
          {"total_time_ns", launch.total_time.value},
          {"timed_points", launch.timed_points}};
}

Machine read_machine(const JsonNode& node) {
  Machine machine;
  machine.name = node.at("name").text();
  machine.description = node.at("description").text();
  machine.nodes = static_cast<int>(node.at("nodes").integer(1, 1024));
  machine.processors = node.at("processors").list([](const JsonNode& group) {
    return ProcessorGroup{group.at("kind").word(&parse_processor_kind, "processor kind"),
                          static_cast<int>(group.at("per_node").integer(0, 1 << 16)),
                          group.at("model").text()};
  });
  machine.memories = node.at("memories").list([](const JsonNode& group) {
    return MemoryGroup{group.at("kind").word(&parse_memory_kind, "memory kind"),
                       static_cast<int>(group.at("per_node").integer(0, 1 << 16)),
                       Bytes{group.at("capacity").count()},
                       group.at("visible_from").list([](const JsonNode& kind) {
                         return kind.word(&parse_processor_kind, "processor kind");
                       }),
                       group.at("source").text()};
  });
  return machine;
}

std::uint32_t read_id(const JsonNode& node) {
  return static_cast<std::uint32_t>(node.integer(0, std::numeric_limits<std::uint32_t>::max()));
}

Task read_task(const JsonNode& node) {
  Task task;
  task.id = read_id(node.at("id"));
  task.name = node.at("name").text();
  task.variants = node.at("variants").list([](const JsonNode& variant) {
    TaskVariant result{read_id(variant.at("id")),
                       variant.at("processor").word(&parse_processor_kind, "processor kind"),
                       variant.at("leaf").boolean(), variant.at("inner").boolean()};
    if (const auto layouts = variant.find("layouts")) {
      for (auto& [argument, layout] : layouts->list([](const JsonNode& entry) {
             return std::pair(static_cast<int>(entry.at("argument").integer(0, 1 << 20)),
                              entry.at("layout").text());
           }))
        result.layouts.emplace(argument, std::move(layout));
    }
    return result;
  });
  return task;
}

Requirement read_requirement(const JsonNode& node) {
  Requirement requirement;
  requirement.index = static_cast<int>(node.at("index").integer(0, 1 << 20));
  requirement.privilege = node.at("privilege").word(&parse_privilege, "privilege");
  requirement.reduction = node.at("reduction").integer();
  requirement.names = node.at("names").list([](const JsonNode& name) { return name.text(); });
  requirement.fields = node.at("fields").list([](const JsonNode& field) {
    return Field{read_id(field.at("id")), field.at("name").text(), Bytes{field.at("size").count()}};
  });
  requirement.dimensions = static_cast<int>(node.at("dimensions").integer(1, 16));
  requirement.bytes = Bytes{node.at("bytes").count()};
  requirement.max_bytes = Bytes{node.at("max_bytes").count()};
  if (const auto least = node.find("least_bytes")) requirement.least_bytes = Bytes{least->count()};
  return requirement;
}

Rect read_rect(const JsonNode& node) {
  const auto coordinate = [](const JsonNode& number) { return number.integer(); };
  Rect rect{node.at("lo").list(coordinate), node.at("hi").list(coordinate)};
  if (rect.lo.size() != rect.hi.size() || rect.lo.empty() || rect.lo.size() > 16) {
    node.complain("lo and hi need the same number of coordinates, 1 to 16");
  }
  return rect;
}

Launch read_launch(const JsonNode& node) {
  Launch launch;
  launch.task = node.at("task").text();
  if (const auto domain = node.find("domain")) launch.domain = read_rect(*domain);
  launch.count = node.at("count").integer(0);
  launch.requirements = node.at("requirements").list(read_requirement);
  launch.total_time = Nanoseconds{node.at("total_time_ns").integer(0)};
  launch.timed_points = node.at("timed_points").integer(0);
  return launch;
}

}  // namespace

std::string to_json(const Program& program) {
  const auto dump = [](const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
  };
  return fmt::format(
      "{{\n\"format\": \"{}\",\n\"version\": {},\n\"command\": {},\n\"machine\": {},\n"
      "\"tasks\": {},\n\"launches\": {}\n}}\n",
      kFormat, Program::kVersion, dump(program.command), dump(write(program.machine)),
      detail::json_lines(program.tasks, [](const auto& record) { return write(record); }),
      detail::json_lines(program.launches, [](const auto& record) { return write(record); }));
}

Result<Program> program_from_json(const std::string& text, const std::string& name) {
  const auto document = detail::parse_json_file(text, name, kFormat, Program::kVersion);
  if (!document) return tl::unexpected(document.error());
  std::optional<Error> fault;
  const JsonNode root(*document, fault, name);
  Program program;
  program.command = root.at("command").list([](const JsonNode& word) { return word.text(); });
  program.machine = read_machine(root.at("machine"));
  program.tasks = root.at("tasks").list(read_task);
  program.launches = root.at("launches").list(read_launch);
  for (const auto& launch : program.launches) {
    if (!fault && program.find_task(launch.task) == nullptr) {
      root.at("launches").complain("task '" + launch.task + "' is not in the list of tasks");
    }
  }
  if (fault) return tl::unexpected(*fault);
  return program;
}

}  // namespace castra
