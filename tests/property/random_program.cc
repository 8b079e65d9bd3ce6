#include "random_program.h"

#include <functional>
#include <string>
#include <vector>

#include "check_property.h"
#include "lang/token.h"

namespace castra::lang {
namespace {

std::string pick(const std::vector<std::string>& words) { return *rc::gen::elementOf(words); }

std::string random_name() { return pick({"a", "b", "mgpu", "size", "task_1", "x9"}); }

std::string list(const std::function<std::string()>& item, int at_least,
                 const std::string& separator = ", ") {
  std::string out;
  const int count = pick_number<int>(at_least, at_least + 3);
  for (int i = 0; i < count; ++i) out += (i > 0 ? separator : "") + item();
  return out;
}

int upto_two() { return pick_number<int>(0, 3); }

/// A name or, where allowed, a position.
std::string random_target(bool index) {
  switch (pick_number<int>(0, index ? 3 : 2)) {
    case 0:
      return random_name();
    case 1:
      return quote(
          *rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab .:<>\"\\-0Task"))));
    default:
      return std::to_string(pick_number<int>(0, 9));
  }
}

/// `*` or a list.
std::string random_targets(bool index) {
  if (pick_number<int>(0, 3) == 0) return "*";
  return list([index] { return random_target(index); }, 1);
}

/// An expression with every form of node; fully parenthesised at random, so that precedence
/// matters.
std::string random_expression(int depth) {
  const auto below = [depth] { return random_expression(depth - 1); };
  const auto item = [&] {
    return (pick_number<int>(0, 4) == 0 ? "*" : "") + ("(" + below() + ")");
  };
  if (depth == 0) return pick({"0", "42", "True", "x", "GPU", "FBMEM", "()", "(*)", "\"a b\""});
  switch (pick_number<int>(0, 13)) {
    case 0:
      return "(" + below() + ")";
    case 1:
      return "(" + below() + ", " + list(item, 0) + ")";
    case 2:
      return "-" + below();
    case 3:
      return "!" + below();
    case 4:
    case 5:
      return below() + " " + pick({"+ 1 -", "* 2 %", "&& True ||", "== 1 <"}) + " 3 " +
             pick({"+", "-", "*", "/", "%", "<", "<=", ">", ">=", "==", "!=", "&&", "||"}) + " (" +
             below() + ")";
    case 6:
      return "(" + below() + ") ? " + below() + " : " + below();
    case 11:  // the one form that the profiles read differently
      return "x ? " + below() + " : y ? " + below() + " : " + below();
    case 7:
      return random_name() + "(" + list(item, 0) + ")";
    case 8:
      return "(" + below() + ")[" + (pick_number<int>(0, 3) == 0 ? "*" : below()) + ", " +
             list(item, 1) + "]";
    case 9:
      return "(" + below() + ")[" + pick({"", "1"}) + ":" + pick({"", "-1"}) + "]";
    case 10:
      return "(" + below() + ")." + random_name();
    default:
      return "tuple(" + below() + " for " + random_name() + " in " + below() +
             (upto_two() == 0 ? " if " + below() : "") + ")";
  }
}

}  // namespace

std::string random_statement() {
  const auto task = [] { return random_targets(false); };
  const auto region = [] { return random_targets(true); };
  const auto processor = [] { return pick({"CPU", "GPU", "OMP", "IO", "PY", "PROC"}); };
  const auto memory = [] {
    return pick({"SYSMEM", "FBMEM", "ZCMEM", "SOCKMEM", "RDMEM", "VIRTUAL"});
  };
  const auto expression = [] { return random_expression(pick_number<int>(0, 5)); };
  const auto body = [&] {
    return "{ " + random_name() + " = " + expression() + "; print(\"{}\", " + expression() +
           "); return " + expression() + "; }";
  };
  switch (pick_number<int>(0, 12)) {
    case 0:
      return "Task " + task() + " " + list(processor, 1) + ";";
    case 1:
      return "Region " + task() + " " + region() + " " + pick({"*", "GPU", "CPU"}) + " " +
             list(memory, 1) + ";";
    case 2:
      return "Layout " + task() + " " + region() + " " + pick({"*", "GPU", "FBMEM"}) + " " +
             list(
                 [] {
                   return pick({"SOA", "AOS", "C_order", "F_order", "Compact", "Exact", "No_Align",
                                "Align==64", "Align >= 8"});
                 },
                 0, " ") +
             ";";
    case 3:
      return "InstanceLimit " + task() + " 3;";
    case 4:
      return "CollectMemory " + task() + " " + region() + ";";
    case 5:
      return pick({"IndexTaskMap ", "SingleTaskMap "}) + pick({"*", "GPU", "a, b"}) + " f;";
    case 6:
      return "ControlReplicate " + task() + ";";
    case 7:
      return "TaskSteal " + task() + pick({" CPU ", " * "}) + pick({"SAME_NODE", "ANY_NODE"}) + ";";
    case 8:
      return "def f(" +
             list(
                 [] {
                   return pick({"int", "bool", "tuple", "IPoint", "ISpace", "MSpace", "Task"}) +
                          " " + random_name();
                 },
                 0) +
             ") " + body();
    case 9:
      return "print(\"text\");";
    case 10:
      return "language 1;";
    default:
      return random_name() + " = " + expression() + ";";
  }
}

}  // namespace castra::lang
