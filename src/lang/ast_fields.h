#pragma once

#include <string_view>
#include <type_traits>

#include "lang/ast.h"

/// The members of every kind of node by name: the one description behind the JSON form of a tree
/// and its schema.
namespace castra::lang::detail {

template <typename Node>
constexpr std::string_view node_name() {
  if constexpr (std::is_same_v<Node, BadExpr>) return "error";
  if constexpr (std::is_same_v<Node, IntegerExpr>) return "integer";
  if constexpr (std::is_same_v<Node, BoolExpr>) return "boolean";
  if constexpr (std::is_same_v<Node, TextExpr>) return "text";
  if constexpr (std::is_same_v<Node, NameExpr>) return "name";
  if constexpr (std::is_same_v<Node, ProcessorExpr>) return "processor";
  if constexpr (std::is_same_v<Node, MemoryExpr>) return "memory";
  if constexpr (std::is_same_v<Node, WildcardExpr>) return "wildcard";
  if constexpr (std::is_same_v<Node, TupleExpr>) return "tuple";
  if constexpr (std::is_same_v<Node, ComprehensionExpr>) return "comprehension";
  if constexpr (std::is_same_v<Node, UnaryExpr>) return "unary";
  if constexpr (std::is_same_v<Node, BinaryExpr>) return "binary";
  if constexpr (std::is_same_v<Node, ConditionalExpr>) return "conditional";
  if constexpr (std::is_same_v<Node, CallExpr>) return "call";
  if constexpr (std::is_same_v<Node, IndexExpr>) return "index";
  if constexpr (std::is_same_v<Node, SliceExpr>) return "slice";
  if constexpr (std::is_same_v<Node, MemberExpr>) return "member";
  if constexpr (std::is_same_v<Node, TaskStmt>) return "Task";
  if constexpr (std::is_same_v<Node, RegionStmt>) return "Region";
  if constexpr (std::is_same_v<Node, LayoutStmt>) return "Layout";
  if constexpr (std::is_same_v<Node, InstanceLimitStmt>) return "InstanceLimit";
  if constexpr (std::is_same_v<Node, CollectMemoryStmt>) return "CollectMemory";
  if constexpr (std::is_same_v<Node, MapStmt>) return "TaskMap";
  if constexpr (std::is_same_v<Node, ControlReplicateStmt>) return "ControlReplicate";
  if constexpr (std::is_same_v<Node, TaskStealStmt>) return "TaskSteal";
  if constexpr (std::is_same_v<Node, LanguageStmt>) return "language";
  if constexpr (std::is_same_v<Node, FunctionDef>) return "def";
  if constexpr (std::is_same_v<Node, Parameter>) return "parameter";
  if constexpr (std::is_same_v<Node, AssignStmt>) return "assignment";
  if constexpr (std::is_same_v<Node, PrintStmt>) return "print";
  if constexpr (std::is_same_v<Node, ReturnStmt>) return "return";
  return "";
}

/// Calls visit(name, member) for each member of a node; visit.optional(name, member) for an
/// expression that may be absent. `Node` may be const.
template <typename Visitor, typename Node>
void visit_fields(Visitor& visit, Node& node) {
  using N = std::remove_const_t<Node>;
  if constexpr (std::is_same_v<N, IntegerExpr> || std::is_same_v<N, BoolExpr> ||
                std::is_same_v<N, TextExpr>) {
    visit("value", node.value);
  } else if constexpr (std::is_same_v<N, NameExpr>) {
    visit("name", node.name);
  } else if constexpr (std::is_same_v<N, ProcessorExpr> || std::is_same_v<N, MemoryExpr>) {
    visit("kind", node.kind);
  } else if constexpr (std::is_same_v<N, TupleExpr>) {
    visit("items", node.items);
  } else if constexpr (std::is_same_v<N, ComprehensionExpr>) {
    visit("body", node.body);
    visit("variable", node.variable);
    visit("range", node.range);
    visit.optional("condition", node.condition);
  } else if constexpr (std::is_same_v<N, UnaryExpr>) {
    visit("operator", node.op);
    visit("operand", node.operand);
  } else if constexpr (std::is_same_v<N, BinaryExpr>) {
    visit("operator", node.op);
    visit("left", node.left);
    visit("right", node.right);
  } else if constexpr (std::is_same_v<N, ConditionalExpr>) {
    visit("condition", node.condition);
    visit("yes", node.yes);
    visit("no", node.no);
  } else if constexpr (std::is_same_v<N, CallExpr>) {
    visit("callee", node.callee);
    visit("arguments", node.arguments);
  } else if constexpr (std::is_same_v<N, IndexExpr>) {
    visit("object", node.object);
    visit("indices", node.indices);
  } else if constexpr (std::is_same_v<N, SliceExpr>) {
    visit("object", node.object);
    visit.optional("low", node.low);
    visit.optional("high", node.high);
  } else if constexpr (std::is_same_v<N, MemberExpr>) {
    visit("object", node.object);
    visit("member", node.member);
  } else if constexpr (std::is_same_v<N, TaskStmt>) {
    visit("tasks", node.tasks);
    visit("processors", node.processors);
  } else if constexpr (std::is_same_v<N, RegionStmt>) {
    visit("tasks", node.tasks);
    visit("regions", node.regions);
    visit("processor", node.processor);
    visit("memories", node.memories);
  } else if constexpr (std::is_same_v<N, LayoutStmt>) {
    visit("tasks", node.tasks);
    visit("regions", node.regions);
    visit("place", node.place);
    visit("constraints", node.constraints);
  } else if constexpr (std::is_same_v<N, InstanceLimitStmt>) {
    visit("tasks", node.tasks);
    visit("limit", node.limit);
  } else if constexpr (std::is_same_v<N, CollectMemoryStmt>) {
    visit("tasks", node.tasks);
    visit("regions", node.regions);
  } else if constexpr (std::is_same_v<N, MapStmt>) {
    visit("single", node.single);
    visit("targets", node.targets);
    visit("function", node.function);
  } else if constexpr (std::is_same_v<N, ControlReplicateStmt>) {
    visit("tasks", node.tasks);
  } else if constexpr (std::is_same_v<N, TaskStealStmt>) {
    visit("tasks", node.tasks);
    visit("processor", node.processor);
    visit("any_node", node.any_node);
  } else if constexpr (std::is_same_v<N, LanguageStmt>) {
    visit("version", node.version);
  } else if constexpr (std::is_same_v<N, FunctionDef>) {
    visit("name", node.name);
    visit("parameters", node.parameters);
    visit("body", node.body);
  } else if constexpr (std::is_same_v<N, Parameter>) {
    visit("type", node.type);
    visit("name", node.name);
  } else if constexpr (std::is_same_v<N, AssignStmt>) {
    visit("name", node.name);
    visit("value", node.value);
  } else if constexpr (std::is_same_v<N, PrintStmt>) {
    visit("format", node.format);
    visit("arguments", node.arguments);
  } else if constexpr (std::is_same_v<N, ReturnStmt>) {
    visit("value", node.value);
  } else {
    static_assert(std::is_empty_v<N>, "a node with members needs its row here");
  }
}

}  // namespace castra::lang::detail
