#include "lang/vocabulary.h"

#include <algorithm>
#include <vector>

#include "lang/builtins.h"

namespace castra::lang {
namespace {

constexpr WordInfo kWords[] = {
    {"Task", WordClass::Statement, "Task task GPU, CPU;",
     "runs a task on the first of these kinds that the machine has and the task has code for"},
    {"Region", WordClass::Statement, "Region task region GPU FBMEM, ZCMEM;",
     "places an argument of a task, when it runs on that kind or on any (`*`), in the first of "
     "these memories that exists and has room"},
    {"Layout", WordClass::Statement, "Layout task region FBMEM SOA C_order;",
     "lays out an argument's instances in that memory, or for tasks on a kind of processor, or "
     "everywhere (`*`)"},
    {"InstanceLimit", WordClass::Statement, "InstanceLimit task 4;",
     "lets at most so many instances of a task be in flight on a node, each task counted for "
     "itself; 0 is no limit"},
    {"CollectMemory", WordClass::Statement, "CollectMemory task region;",
     "lets the runtime free an argument's instances after the task, if the task only reads it"},
    {"IndexTaskMap", WordClass::Statement, "IndexTaskMap task function;",
     "binds the function that gives the processor of every point of an index launch; a processor "
     "kind may stand for the task"},
    {"SingleTaskMap", WordClass::Statement, "SingleTaskMap task function;",
     "binds the function that gives the processor of a task launched singly"},
    {"ControlReplicate", WordClass::Statement, "ControlReplicate task;",
     "replicates the control of these tasks; if a program has such a statement, of those they name "
     "and no others"},
    {"TaskSteal", WordClass::Statement, "TaskSteal task GPU SAME_NODE;",
     "lets idle processors of a kind, or of any (`*`), take a task over from others on their node, "
     "or from any (`ANY_NODE`)"},
    {"language", WordClass::Statement, "language 1;", "states the version of the language"},
    {"def", WordClass::Statement, "def function(Task task) { return machine[0, 0]; }",
     "defines a function"},
    {"print", WordClass::FunctionStatement, "print(\"{}\", value);",
     "shows values, one for every {}, whenever the function (or, outside functions, the program) "
     "is "
     "evaluated"},
    {"return", WordClass::FunctionStatement, "return machine[node, processor];",
     "gives the function's result"},
    {"CPU", WordClass::Processor, "CPU", "a core that runs one task at a time"},
    {"GPU", WordClass::Processor, "GPU", "a graphics processor"},
    {"OMP", WordClass::Processor, "OMP", "a group of cores that runs an OpenMP task"},
    {"IO", WordClass::Processor, "IO", "a thread for input and output"},
    {"PY", WordClass::Processor, "PY", "a Python interpreter"},
    {"PROC", WordClass::Processor, "PROC", "a group of processors"},
    {"SYSMEM", WordClass::Memory, "SYSMEM", "the memory of a node"},
    {"FBMEM", WordClass::Memory, "FBMEM", "the frame buffer of a GPU"},
    {"ZCMEM", WordClass::Memory, "ZCMEM", "host memory that GPUs can address (zero-copy)"},
    {"SOCKMEM", WordClass::Memory, "SOCKMEM", "the memory of a socket"},
    {"RDMEM", WordClass::Memory, "RDMEM", "registered memory, for transfers between nodes"},
    {"REGSOCKMEM", WordClass::Memory, "REGSOCKMEM", "another name of RDMEM"},
    {"VIRTUAL", WordClass::Memory, "VIRTUAL", "no instance at all: the task only launches others"},
    {"SOA", WordClass::Constraint, "SOA", "fields apart: a structure of arrays"},
    {"AOS", WordClass::Constraint, "AOS", "fields interleaved: an array of structures"},
    {"C_order", WordClass::Constraint, "C_order", "the last dimension varies fastest"},
    {"F_order", WordClass::Constraint, "F_order", "the first dimension varies fastest"},
    {"Align", WordClass::Constraint, "Align==128", "alignment in bytes, a power of two"},
    {"No_Align", WordClass::Constraint, "No_Align", "no alignment is asked for"},
    {"Compact", WordClass::Constraint, "Compact", "only the points that are used are stored"},
    {"Exact", WordClass::Constraint, "Exact", "the instance covers exactly the region"},
    {"SAME_NODE", WordClass::StealScope, "SAME_NODE", "by processors of the same node"},
    {"ANY_NODE", WordClass::StealScope, "ANY_NODE", "by processors of any node"},
    {"Task", WordClass::ParameterType, "Task task", "the task a function places"},
    {"int", WordClass::ParameterType, "int n", "a signed 64-bit integer"},
    {"bool", WordClass::ParameterType, "bool b", "a truth value"},
    {"tuple", WordClass::ParameterType, "tuple t", "a tuple of any elements"},
    {"IPoint", WordClass::ParameterType, "IPoint point", "a tuple of integers: a point"},
    {"ISpace", WordClass::ParameterType, "ISpace space", "a tuple of integers: extents"},
    {"MSpace", WordClass::ParameterType, "MSpace machine", "a machine"},
    {"True", WordClass::Literal, "True", "a truth value"},
    {"False", WordClass::Literal, "False", "a truth value"},
    {"tuple", WordClass::Literal, "tuple(i for i in (0, 1, 2))",
     "a tuple with one element for every element of another"},
    {"Machine", WordClass::Function, "Machine(GPU)",
     "the processors of a kind as a grid: nodes x processors per node"},
};

std::string_view transform_help(std::string_view name) {
  if (name == "merge") return "makes one dimension of two";
  if (name == "split") return "makes two dimensions of one: of the given size, and the rest";
  if (name == "swap") return "exchanges two dimensions";
  if (name == "slice") return "keeps only indices low to high of a dimension";
  if (name == "reverse") return "counts a dimension from its end";
  if (name == "balance_split") return "splits a dimension into about equal factors";
  if (name == "greedy_split") return "splits a dimension by the extents, largest prime first";
  return "splits a dimension so that blocks of the extents are as square as possible";
}

WordClass class_of(MemberOwner owner) {
  switch (owner) {
    case MemberOwner::Task:
      return WordClass::TaskMember;
    case MemberOwner::Machine:
      return WordClass::MachineMember;
    case MemberOwner::Tuple:
      return WordClass::TupleMember;
  }
  return WordClass::TaskMember;
}

std::vector<WordInfo> all_words() {
  std::vector<WordInfo> words(std::begin(kWords), std::end(kWords));
  for (const BuiltinInfo& builtin : builtins())
    words.push_back({builtin.name, WordClass::Function, builtin.form, builtin.does});
  for (const MemberInfo& member : members())
    words.push_back({member.name, class_of(member.owner), member.form, member.does});
  for (const TransformInfo& transform : transforms()) {
    words.push_back(
        {transform.name, WordClass::Transform, transform.form, transform_help(transform.name)});
  }
  return words;
}

}  // namespace

std::span<const WordInfo> vocabulary() {
  static const std::vector<WordInfo> kAll = all_words();
  return kAll;
}

const WordInfo* find_word(std::string_view word) {
  const auto words = vocabulary();
  const auto found =
      std::find_if(words.begin(), words.end(), [&](const WordInfo& w) { return w.word == word; });
  return found == words.end() ? nullptr : &*found;
}

const WordInfo* find_word(std::string_view word, WordClass word_class) {
  const auto words = vocabulary();
  const auto found = std::find_if(words.begin(), words.end(), [&](const WordInfo& w) {
    return w.word == word && w.word_class == word_class;
  });
  return found == words.end() ? nullptr : &*found;
}

}  // namespace castra::lang
