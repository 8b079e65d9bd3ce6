#include "lang/program_types.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "check_property.h"
#include "lang/evaluator.h"
#include "lang/policy.h"

/// What the checker infers holds of what the evaluator computes.
namespace castra::lang {
namespace {

int upto(int most) { return pick_number<int>(0, most + 1); }

std::string integer(int depth);
std::string truth(int depth);
std::string tuple(int depth);
std::string machine(int depth);

std::string integer(int depth) {
  if (depth <= 0) return std::to_string(upto(5));
  switch (upto(9)) {
    case 0:
      return "(" + integer(depth - 1) + " + " + integer(depth - 1) + ")";
    case 1:
      return "(" + integer(depth - 1) + " / " + integer(depth - 1) + ")";
    case 2:
      return tuple(depth - 1) + "[0]";
    case 3:
      return "len(" + tuple(depth - 1) + ")";
    case 4:
      return "max(" + integer(depth - 1) + ", " + integer(depth - 1) + ")";
    case 5:
      return "(" + truth(depth - 1) + " ? " + integer(depth - 1) + " : " + integer(depth - 1) + ")";
    case 6:
      return "twice(" + integer(depth - 1) + ")";
    case 7:
      return machine(depth - 1) + ".size[-1]";
    case 8:
      return "sum(" + tuple(depth - 1) + ")";
    default:
      return "-" + integer(depth - 1);
  }
}

std::string truth(int depth) {
  if (depth <= 0) return upto(1) == 0 ? "True" : "False";
  switch (upto(4)) {
    case 0:
      return "(" + integer(depth - 1) + " < " + integer(depth - 1) + ")";
    case 1:
      return "(" + tuple(depth - 1) + " == " + tuple(depth - 1) + ")";
    case 2:
      return "(" + tuple(depth - 1) + " >= " + integer(depth - 1) + ")";
    case 3:
      return "(" + truth(depth - 1) + " && " + truth(depth - 1) + ")";
    default:
      return "all(tuple(i < 3 for i in " + tuple(depth - 1) + "))";
  }
}

std::string tuple(int depth) {
  if (depth <= 0) return upto(1) == 0 ? "(1, 2)" : "()";
  switch (upto(9)) {
    case 0:
      return "(" + integer(depth - 1) + ", " + integer(depth - 1) + ", 7)";
    case 1:
      return "(*" + tuple(depth - 1) + ", " + integer(depth - 1) + ")";
    case 2:
      return "(" + tuple(depth - 1) + " * " + integer(depth - 1) + ")";
    case 3:
      return tuple(depth - 1) + "[" + std::to_string(upto(2)) + ":]";
    case 4:
      return "tuple(i + 1 for i in " + tuple(depth - 1) + ")";
    case 5:
      return "tuple(i for i in " + tuple(depth - 1) + " if i > 1)";
    case 6:
      return "range(" + integer(depth - 1) + " % 9)";
    case 7:
      return machine(depth - 1) + ".size";
    case 8:
      return "same(" + tuple(depth - 1) + ")";
    default:
      return "(" + truth(depth - 1) + " ? " + tuple(depth - 1) + " : " + tuple(depth - 1) + ")";
  }
}

std::string machine(int depth) {
  if (depth <= 0) return upto(1) == 0 ? "Machine(GPU)" : "Machine(CPU)";
  switch (upto(5)) {
    case 0:
      return machine(depth - 1) + ".merge(0, 1)";
    case 1:
      return machine(depth - 1) + ".split(0, 2)";
    case 2:
      return machine(depth - 1) + ".auto_split(0, " + tuple(depth - 1) + ")";
    case 3:
      return "same(" + machine(depth - 1) + ")";
    case 4:
      return "flat(" + machine(depth - 1) + ")";
    default:
      return "(" + truth(depth - 1) + " ? " + machine(depth - 1) + " : " + machine(depth - 1) + ")";
  }
}

/// Whether a value is one of the type.
bool holds(const Type& type, const Value& value) {
  using Tag = Type::Tag;
  switch (type.tag) {
    case Tag::Unknown:
      return true;
    case Tag::Integer:
      return value.as<std::int64_t>() != nullptr;
    case Tag::Boolean:
      return value.as<bool>() != nullptr;
    case Tag::Tuple: {
      const auto* items = value.tuple();
      if (items == nullptr) return false;
      if (type.length && static_cast<std::size_t>(*type.length) != items->size()) return false;
      for (const Value& item : *items) {
        if (!holds(type.item(), item)) return false;
      }
      return true;
    }
    case Tag::Machine: {
      const MachineSpace* space = value.machine();
      return space != nullptr && (!type.kind || *type.kind == space->kind()) &&
             (!type.length || *type.length == space->dimensions());
    }
    case Tag::Point: {
      const auto* point = value.as<MachinePoint>();
      return point != nullptr && (!type.kind || *type.kind == point->kind);
    }
    default:
      return false;
  }
}

void inferred_types_hold() {
  const int depth = 1 + upto(4);
  std::string text;
  switch (upto(4)) {
    case 0:
      text = integer(depth);
      break;
    case 1:
      text = truth(depth);
      break;
    case 2:
      text = tuple(depth);
      break;
    case 3:
      text = machine(depth) + "[" + integer(1) + ", *(0,)]";
      break;
    default:
      text = machine(depth);
  }
  const auto source = std::make_shared<const SourceFile>(
      "t",
      "def twice(int n) { return n < 1 ? 0 : 2 + twice(n - 1); }\n"
      "def same(x) { return x; }\ndef flat(MSpace m) { return m.merge(0, 1); }\nx = " +
          text + ";\n");
  DiagnosticSink sink;
  const auto policy = compile(source, sink);
  if (policy == nullptr) {
    // The generator makes well-typed programs: only lengths and values may be wrong.
    for (const Diagnostic& d : sink.diagnostics())
      RC_ASSERT(d.severity != Severity::Error || d.code.starts_with("E05"));
    return;
  }
  MachineShape shape;
  shape.nodes = 4;
  for (const ProcessorKind kind : kAllProcessorKinds) shape.set(kind, 2);
  Evaluator evaluator(policy->program().symbols, shape, {});
  const Value value = evaluator.variable("x");
  if (evaluator.error()) {
    // A fault of values, never of types: those were found before.
    RC_ASSERT(evaluator.error()->code != "E0505" && evaluator.error()->code != "E0215");
    return;
  }
  RC_ASSERT(holds(infer_types(policy->program()).variables.at("x"), value));
}

TEST(TypesProperty, InferredTypesHoldOfValues) {
  check_property("inferred types hold of values", inferred_types_hold, 2000);
}

}  // namespace
}  // namespace castra::lang
