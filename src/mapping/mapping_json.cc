#include "mapping/mapping_json.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace castra {
namespace {

using Json = nlohmann::ordered_json;

template <typename Kinds>
Json words(const Kinds& kinds) {
  Json array = Json::array();
  for (const auto kind : kinds) array.push_back(to_string(kind));
  return array;
}

Json by(const DecidedBy& rule) {
  if (rule.line == 0) return nullptr;
  return {{"line", rule.line}, {"text", rule.text}};
}

Json to_json(const ArgumentDecision& argument) {
  return {{"argument", argument.index},
          {"memories", argument.memories ? words(*argument.memories) : Json()},
          {"memories_by", by(argument.memories_by)},
          {"layout", argument.layout ? Json(to_string(*argument.layout)) : Json()},
          {"collected", argument.collected},
          {"collected_by", by(argument.collected_by)}};
}

/// The decision and its rule, null if there is none.
template <typename T, typename Shown>
void add(Json& json, const std::string& name, const std::optional<RuledValue<T>>& decision,
         const Shown& shown) {
  json[name] = decision ? Json(shown(decision->value)) : Json();
  json[name + "_by"] = decision ? by(decision->by) : Json();
}

Json to_json(const TaskDecision& task) {
  Json arguments = Json::array();
  for (const ArgumentDecision& argument : task.arguments) arguments.push_back(to_json(argument));
  Json json = {{"task", task.task},
               {"kind", to_string(task.kind)},
               {"kind_decided", task.kind_decided},
               {"kinds_listed", words(task.listed)},
               {"kind_by", by(task.kind_by)},
               {"arguments", std::move(arguments)}};
  const auto itself = [](auto value) { return value; };
  add(json, "instance_limit", task.instance_limit, itself);
  add(json, "control_replicated", task.replicated, itself);
  add(json, "task_steal", task.steals, [](StealScope scope) { return to_string(scope); });
  return json;
}

Json to_json(const LaunchDecision& launch) {
  Json json = {{"task", launch.task},
               {"low", launch.domain.lo},
               {"high", launch.domain.hi},
               {"by", by(launch.by)},
               {"points", nullptr}};
  if (!launch.failure.empty()) json["failure"] = launch.failure;
  if (!launch.processors) return json;
  Json points = Json::array();
  for (std::size_t i = 0; i < launch.processors->size(); ++i) {
    const std::vector<int>& owner = (*launch.processors)[i];
    points.push_back({{"point", launch.domain.at(static_cast<std::int64_t>(i))},
                      {"node", owner.front()},
                      {"processors", std::vector<int>(owner.begin() + 1, owner.end())}});
  }
  json["points"] = std::move(points);
  return json;
}

Json to_json(const SingleDecision& single) {
  Json json = {{"task", single.task}, {"by", by(single.by)}, {"placement", nullptr}};
  if (!single.failure.empty()) json["failure"] = single.failure;
  if (single.depends_run) json["depends_on_run"] = true;
  if (!single.processors) return json;
  const std::vector<int>& owner = *single.processors;
  json["placement"] = {{"node", owner.front()},
                       {"processors", std::vector<int>(owner.begin() + 1, owner.end())}};
  return json;
}

}  // namespace

Json to_json(const Mapping& mapping) {
  Json tasks = Json::array();
  for (const TaskDecision& task : mapping.tasks) tasks.push_back(to_json(task));
  Json launches = Json::array();
  for (const LaunchDecision& launch : mapping.launches) launches.push_back(to_json(launch));
  Json singles = Json::array();
  for (const SingleDecision& single : mapping.singles) singles.push_back(to_json(single));
  return {{"castra_mapping", kMappingJsonVersion},
          {"tasks", std::move(tasks)},
          {"launches", std::move(launches)},
          {"singles", std::move(singles)}};
}

}  // namespace castra
