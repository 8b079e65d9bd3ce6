#include "lang/ast_json.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "lang/parser.h"
#include "support/file.h"

namespace castra::lang {
namespace {

using Json = nlohmann::json;

/// The part of JSON Schema that ast_schema() uses. Returns the path of the first violation, or "".
std::string violation(const Json& schema, const Json& value, const Json& root,
                      const std::string& path) {
  if (schema.contains("$ref")) {
    const std::string name =
        schema["$ref"].get<std::string>().substr(std::string("#/$defs/").size());
    if (!root["$defs"].contains(name)) return path + ": no definition " + name;
    return violation(root["$defs"][name], value, root, path);
  }
  if (schema.contains("const") && schema["const"] != value) return path + ": const";
  if (schema.contains("enum")) {
    bool found = false;
    for (const Json& one : schema["enum"]) found = found || one == value;
    if (!found) return path + ": enum";
  }
  if (schema.contains("oneOf")) {
    int matches = 0;
    for (const Json& one : schema["oneOf"]) matches += violation(one, value, root, path).empty();
    if (matches != 1) return path + ": matches " + std::to_string(matches) + " alternatives";
  }
  if (schema.contains("type")) {
    const std::string type = schema["type"];
    const bool right = (type == "object" && value.is_object()) ||
                       (type == "array" && value.is_array()) ||
                       (type == "string" && value.is_string()) ||
                       (type == "integer" && value.is_number_integer()) ||
                       (type == "boolean" && value.is_boolean());
    if (!right) return path + ": not of type " + type;
  }
  if (schema.contains("minimum") && value < schema["minimum"]) return path + ": minimum";
  if (schema.contains("items")) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      const auto found = violation(schema["items"], value[i], root, path + "/" + std::to_string(i));
      if (!found.empty()) return found;
    }
  }
  if (!schema.contains("properties")) return "";
  for (const Json& name : schema["required"]) {
    if (!value.contains(name.get<std::string>())) return path + ": lacks " + name.dump();
  }
  for (const auto& [name, member] : value.items()) {
    if (!schema["properties"].contains(name)) return path + ": unknown member " + name;
    const auto found = violation(schema["properties"][name], member, root, path + "/" + name);
    if (!found.empty()) return found;
  }
  return "";
}

Json tree(const std::string& text) {
  const SourceFile source("t", text);
  DiagnosticSink sink;
  const Ast ast = parse(source, sink);
  EXPECT_FALSE(sink.has_errors()) << render_all(source, sink);
  return Json::parse(ast_json(ast, &source).dump());
}

TEST(AstJson, SaysWhatWasWrittenAndWhere) {
  const Json json = tree("Region foo, \"*\" 1 GPU FBMEM, ZCMEM;\nx = -a.size[1:] + 2;\n");
  const Json& region = json["statements"][0];
  EXPECT_EQ(region["node"], "Region");
  EXPECT_EQ(region["tasks"], Json::parse(R"([{"name": "foo"}, {"name": "*"}])"));
  EXPECT_EQ(region["regions"], Json::parse(R"([{"argument": 1}])"));
  EXPECT_EQ(region["processor"], "GPU");
  EXPECT_EQ(region["memories"], Json::parse(R"(["FBMEM", "ZCMEM"])"));
  EXPECT_EQ(json["statements"][1]["at"]["line"], 2);
  EXPECT_EQ(json["statements"][1]["value"], Json::parse(R"({
    "node": "binary", "operator": "+",
    "left": {"node": "unary", "operator": "-",
             "operand": {"node": "slice",
                         "object": {"node": "member", "object": {"node": "name", "name": "a"},
                                    "member": "size"},
                         "low": {"node": "integer", "value": 1}}},
    "right": {"node": "integer", "value": 2}})"));
}

TEST(AstJson, EveryProgramOfTheRepositoryFitsTheSchema) {
  const Json schema = Json::parse(ast_schema());
  int programs = 0;
  for (const char* folder : {"share", "tests"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(
             std::string(CASTRA_SOURCE_DIR) + "/" + folder)) {
      if (entry.path().extension() != ".castra") continue;
      const SourceFile source("t", read_file(entry.path().string()).value());
      DiagnosticSink sink;
      const Ast ast = parse(source, sink);
      if (sink.has_errors()) continue;
      for (const SourceFile* place : {static_cast<const SourceFile*>(nullptr), &source}) {
        const Json json = Json::parse(ast_json(ast, place).dump());
        EXPECT_EQ(violation(schema, json, schema, ""), "") << entry.path();
      }
      ++programs;
    }
  }
  EXPECT_GE(programs, 15);
}

TEST(AstJson, TheSchemaRefusesWhatIsNoTree) {
  const Json schema = Json::parse(ast_schema());
  Json json = tree("Task a CPU;\nx = (1, 2);\n");
  ASSERT_EQ(violation(schema, json, schema, ""), "");
  Json wrong = json;
  wrong["statements"][0]["processors"][0] = "XPU";
  EXPECT_NE(violation(schema, wrong, schema, ""), "");
  wrong = json;
  wrong["statements"][1]["value"].erase("items");
  EXPECT_NE(violation(schema, wrong, schema, ""), "");
  wrong = json;
  wrong["statements"][0]["extra"] = 1;
  EXPECT_NE(violation(schema, wrong, schema, ""), "");
  wrong = json;
  wrong["castra_ast"] = 2;
  EXPECT_NE(violation(schema, wrong, schema, ""), "");
}

}  // namespace
}  // namespace castra::lang
