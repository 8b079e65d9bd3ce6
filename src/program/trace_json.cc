#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "program/json.h"
#include "program/json_lines.h"
#include "program/json_node.h"

namespace castra {
namespace {

using Json = nlohmann::ordered_json;
using detail::JsonNode;

constexpr const char* kFormat = "castra-trace";

template <typename Name>
Json write_place(const Name& name) {
  return {{"kind", to_string(name.kind)}, {"node", name.node}, {"index", name.index}};
}

Json write(const ArgumentTrace& argument) {
  Json instances = Json::array();
  for (const auto& use : argument.instances) {
    instances.push_back({{"memory", write_place(use.memory)},
                         {"bytes", use.bytes.value},
                         {"layout", use.layout},
                         {"created", use.created},
                         {"instance", use.instance}});
  }
  return {
      {"index", argument.index}, {"virtual", argument.virtual_mapping}, {"instances", instances}};
}

Json write(const PointTrace& point) {
  Json arguments = Json::array();
  for (const auto& argument : point.arguments) arguments.push_back(write(argument));
  Json where;
  if (point.point) where = *point.point;
  Json ran_on;
  if (point.ran_on) ran_on = write_place(*point.ran_on);
  return {{"launch", point.launch},
          {"task", point.task},
          {"point", where},
          {"target", write_place(point.target)},
          {"ran_on", ran_on},
          {"start_ns", point.start.value},
          {"end_ns", point.end.value},
          {"by_policy", point.by_policy},
          {"arguments", arguments}};
}

Json write(const CopyTrace& copy) {
  return {{"from", write_place(copy.from)},
          {"to", write_place(copy.to)},
          {"bytes", copy.bytes.value},
          {"start_ns", copy.start.value},
          {"end_ns", copy.end.value}};
}

template <typename Name, typename Kind>
Name read_place(const JsonNode& node, std::optional<Kind> (*parse)(std::string_view),
                const char* what) {
  return {node.at("kind").word(parse, what), static_cast<int>(node.at("node").integer(0, 1 << 20)),
          static_cast<int>(node.at("index").integer(0, 1 << 20))};
}

ProcessorName read_processor(const JsonNode& node) {
  return read_place<ProcessorName>(node, &parse_processor_kind, "processor kind");
}

MemoryName read_memory(const JsonNode& node) {
  return read_place<MemoryName>(node, &parse_memory_kind, "memory kind");
}

InstanceUse read_instance(const JsonNode& node) {
  return {read_memory(node.at("memory")), Bytes{node.at("bytes").count()}, node.at("layout").text(),
          node.at("created").boolean(), node.at("instance").count()};
}

ArgumentTrace read_argument(const JsonNode& node) {
  return {static_cast<int>(node.at("index").integer(0, 1 << 20)), node.at("virtual").boolean(),
          node.at("instances").list(read_instance)};
}

PointTrace read_point(const JsonNode& node) {
  PointTrace point;
  point.launch = node.at("launch").count();
  point.task = node.at("task").text();
  if (const auto where = node.find("point")) {
    point.point = where->list([](const JsonNode& number) { return number.integer(); });
  }
  point.target = read_processor(node.at("target"));
  if (const auto ran_on = node.find("ran_on")) point.ran_on = read_processor(*ran_on);
  point.start = Nanoseconds{node.at("start_ns").integer(0)};
  point.end = Nanoseconds{node.at("end_ns").integer(0)};
  point.by_policy = node.at("by_policy").boolean();
  point.arguments = node.at("arguments").list(read_argument);
  return point;
}

CopyTrace read_copy(const JsonNode& node) {
  return {read_memory(node.at("from")), read_memory(node.at("to")), Bytes{node.at("bytes").count()},
          Nanoseconds{node.at("start_ns").integer(0)}, Nanoseconds{node.at("end_ns").integer(0)}};
}

}  // namespace

std::string to_json(const Trace& trace) {
  return fmt::format(
      "{{\n\"format\": \"{}\",\n\"version\": {},\n\"points\": {},\n\"copies\": {}\n}}\n", kFormat,
      Trace::kVersion,
      detail::json_lines(trace.points, [](const auto& record) { return write(record); }),
      detail::json_lines(trace.copies, [](const auto& record) { return write(record); }));
}

Result<Trace> trace_from_json(const std::string& text, const std::string& name) {
  const auto document = detail::parse_json_file(text, name, kFormat, Trace::kVersion);
  if (!document) return tl::unexpected(document.error());
  std::optional<Error> fault;
  const JsonNode root(*document, fault, name);
  Trace trace;
  trace.points = root.at("points").list(read_point);
  trace.copies = root.at("copies").list(read_copy);
  if (fault) return tl::unexpected(*fault);
  return trace;
}

}  // namespace castra
