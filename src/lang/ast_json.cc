#include "lang/ast_json.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "lang/ast_fields.h"
#include "lang/keywords.h"
#include "support/check.h"

namespace castra::lang {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kEverything = "*";

// Values of members. A target is an object, so that a task named `*` is not every task.

class JsonWriter {
 public:
  explicit JsonWriter(const SourceFile* source) : source_(source) {}

  template <typename Node>
  Json node(const Node& value) const {
    Fields fields{this, {{"node", detail::node_name<Node>()}}};
    detail::visit_fields(fields, value);
    return std::move(fields.object);
  }
  Json statement(const Statement& statement) const { return placed(statement); }

 private:
  struct Fields {
    const JsonWriter* writer;
    Json object;
    template <typename Member>
    void operator()(const char* name, const Member& member) {
      object[name] = writer->value(member);
    }
    void optional(const char* name, const ExprPtr& member) {
      if (member) object[name] = writer->value(member);
    }
  };

  /// A Statement or a FunctionStmt: its node, and where it stands.
  template <typename Placed>
  Json placed(const Placed& statement) const {
    Json object = std::visit([this](const auto& node) { return this->node(node); }, statement.node);
    if (source_ != nullptr) {
      const LineColumn begin = source_->locate(statement.span.begin);
      const LineColumn end = source_->locate(statement.span.end);
      object["at"] = {{"line", begin.line},
                      {"column", begin.column},
                      {"end_line", end.line},
                      {"end_column", end.column}};
    }
    return object;
  }

  Json value(std::int64_t number) const { return number; }
  Json value(bool truth) const { return truth; }
  Json value(const std::string& text) const { return text; }
  Json value(ProcessorKind kind) const { return to_string(kind); }
  Json value(MemoryKind kind) const { return to_string(kind); }
  Json value(UnaryOperator op) const { return to_string(op); }
  Json value(BinaryOperator op) const { return to_string(op); }
  Json value(ParameterType type) const { return to_string(type); }
  Json value(const std::optional<ProcessorKind>& kind) const {
    return kind ? value(*kind) : Json(kEverything);
  }
  Json value(const std::variant<Any, MemoryKind, ProcessorKind>& place) const {
    if (const auto* memory = std::get_if<MemoryKind>(&place)) return value(*memory);
    if (const auto* processor = std::get_if<ProcessorKind>(&place)) return value(*processor);
    return kEverything;
  }
  Json value(const LayoutConstraint& constraint) const { return to_string(constraint.part); }
  Json value(const Target& target) const {
    if (const std::string* name = target.name()) return {{"name", *name}};
    if (const int* position = std::get_if<int>(&target.what)) return {{"argument", *position}};
    if (const auto* kind = std::get_if<ProcessorKind>(&target.what))
      return {{"processor", value(*kind)}};
    return {{"all", true}};
  }
  Json value(const Parameter& parameter) const { return node(parameter); }
  Json value(const FunctionStmt& statement) const { return placed(statement); }
  Json value(const ExprPtr& expr) const {
    return std::visit([this](const auto& node) { return this->node(node); }, expr->node);
  }
  template <typename T>
  Json value(const Located<T>& located) const {
    return value(located.value);
  }
  template <typename T>
  Json value(const std::vector<T>& list) const {
    Json array = Json::array();
    for (const T& item : list) array.push_back(value(item));
    return array;
  }

  const SourceFile* source_;
};

// The schema: the same members by type

template <typename T>
struct TypeOf {};

Json reference(const std::string& name) { return {{"$ref", "#/$defs/" + name}}; }

template <typename Words, typename Spelling>
Json words(const Words& list, Spelling&& spelling) {
  Json array = Json::array();
  for (const auto& one : list) array.push_back(spelling(one));
  return array;
}

template <typename Kinds>
Json kinds(const Kinds& list) {
  return words(list, [](auto kind) { return to_string(kind); });
}

/// All operators, in the order of their enumeration, which ends with `last`.
template <typename Operator>
Json operators(Operator last) {
  Json array = Json::array();
  for (int i = 0; i <= static_cast<int>(last); ++i)
    array.push_back(to_string(static_cast<Operator>(i)));
  return array;
}

Json with_everything(Json list) {
  list.insert(list.begin(), kEverything);
  return {{"enum", std::move(list)}};
}

Json constraint_words() {
  Json array = Json::array();
  for (const LayoutWord& one : layout_words()) {
    if (!one.part.empty()) {
      array.push_back(one.word);
      continue;
    }
    for (const char* relation : {"==", "!=", "<", "<=", ">", ">="}) {
      for (std::int64_t bytes = 1; bytes <= kMaxAlignment; bytes *= 2)
        array.push_back(std::string(one.word) + relation + std::to_string(bytes));
    }
  }
  return array;
}

Json type(TypeOf<std::int64_t>) { return {{"type", "integer"}}; }
Json type(TypeOf<bool>) { return {{"type", "boolean"}}; }
Json type(TypeOf<std::string>) { return {{"type", "string"}}; }
Json type(TypeOf<ProcessorKind>) { return reference("processor_kind"); }
Json type(TypeOf<MemoryKind>) { return reference("memory_kind"); }
Json type(TypeOf<UnaryOperator>) { return {{"enum", operators(UnaryOperator::Unpack)}}; }
Json type(TypeOf<BinaryOperator>) { return {{"enum", operators(BinaryOperator::Remainder)}}; }
Json type(TypeOf<ParameterType>) {
  Json list = kinds(parameter_types());
  list.push_back(to_string(ParameterType::Untyped));
  return {{"enum", std::move(list)}};
}
Json type(TypeOf<std::optional<ProcessorKind>>) {
  return with_everything(kinds(kAllProcessorKinds));
}
Json type(TypeOf<std::variant<Any, MemoryKind, ProcessorKind>>) {
  Json list = kinds(kAllMemoryKinds);
  for (const ProcessorKind kind : kAllProcessorKinds) list.push_back(to_string(kind));
  return with_everything(std::move(list));
}
Json type(TypeOf<LayoutConstraint>) { return reference("constraint"); }
Json type(TypeOf<Target>) { return reference("target"); }
Json type(TypeOf<Parameter>) { return reference("parameter"); }
Json type(TypeOf<FunctionStmt>) { return reference("function_statement"); }
Json type(TypeOf<ExprPtr>) { return reference("expression"); }
template <typename T>
Json type(TypeOf<Located<T>>) {
  return type(TypeOf<T>{});
}
template <typename T>
Json type(TypeOf<std::vector<T>>) {
  return {{"type", "array"}, {"items", type(TypeOf<T>{})}};
}

struct SchemaFields {
  Json properties;
  Json required = {"node"};
  template <typename Member>
  void operator()(const char* name, const Member&) {
    properties[name] = type(TypeOf<Member>{});
    required.push_back(name);
  }
  void optional(const char* name, const ExprPtr&) { properties[name] = reference("expression"); }
};

template <typename Node>
Json node_schema(bool with_place) {
  SchemaFields fields;
  fields.properties["node"] = {{"const", detail::node_name<Node>()}};
  const Node node{};
  detail::visit_fields(fields, node);
  if (with_place) fields.properties["at"] = reference("place");
  return {{"type", "object"},
          {"properties", std::move(fields.properties)},
          {"required", std::move(fields.required)},
          {"additionalProperties", false}};
}

/// One of the alternatives of a variant; a tree for use has no BadExpr.
template <typename... Nodes>
Json any_node(TypeOf<std::variant<Nodes...>>, bool with_place) {
  Json array = Json::array();
  const auto add = [&]<typename Node>(TypeOf<Node>) {
    if constexpr (!std::is_same_v<Node, BadExpr>) array.push_back(node_schema<Node>(with_place));
  };
  (add(TypeOf<Nodes>{}), ...);
  return {{"oneOf", std::move(array)}};
}

Json object_schema(Json properties) {
  Json required = Json::array();
  for (const auto& [name, value] : properties.items()) required.push_back(name);
  return {{"type", "object"},
          {"properties", std::move(properties)},
          {"required", std::move(required)},
          {"additionalProperties", false}};
}

}  // namespace

Json ast_json(const Ast& ast, const SourceFile* source) {
  const JsonWriter writer(source);
  Json statements = Json::array();
  for (const Statement& statement : ast.statements)
    statements.push_back(writer.statement(statement));
  return {{"castra_ast", kAstJsonVersion}, {"statements", std::move(statements)}};
}

std::string ast_schema() {
  const Json count = {{"type", "integer"}, {"minimum", 1}};
  Json definitions;
  definitions["processor_kind"] = {{"enum", kinds(kAllProcessorKinds)}};
  definitions["memory_kind"] = {{"enum", kinds(kAllMemoryKinds)}};
  definitions["constraint"] = {{"enum", constraint_words()}};
  definitions["target"] = {{"oneOf",
                            {object_schema({{"all", {{"const", true}}}}),
                             object_schema({{"name", {{"type", "string"}}}}),
                             object_schema({{"argument", {{"type", "integer"}, {"minimum", 0}}}}),
                             object_schema({{"processor", reference("processor_kind")}})}}};
  definitions["place"] = object_schema(
      {{"line", count}, {"column", count}, {"end_line", count}, {"end_column", count}});
  definitions["parameter"] = node_schema<Parameter>(false);
  definitions["expression"] = any_node(TypeOf<decltype(Expr::node)>{}, false);
  definitions["function_statement"] = any_node(TypeOf<decltype(FunctionStmt::node)>{}, true);
  definitions["statement"] = any_node(TypeOf<decltype(Statement::node)>{}, true);
  Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                 {"title", "A Castra mapping program as a syntax tree"}};
  schema.update(
      object_schema({{"castra_ast", {{"const", kAstJsonVersion}}},
                     {"statements", {{"type", "array"}, {"items", reference("statement")}}}}));
  schema["$defs"] = std::move(definitions);
  return schema.dump(2) + "\n";
}

}  // namespace castra::lang
