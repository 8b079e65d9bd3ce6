#include "lang/keywords.h"

#include <algorithm>
#include <array>

#include "lang/builtins.h"

namespace castra::lang {
namespace {

using namespace std::string_view_literals;

constexpr std::array kStatementKeywords = {
    "Task"sv,         "Region"sv,        "Layout"sv,           "InstanceLimit"sv, "CollectMemory"sv,
    "IndexTaskMap"sv, "SingleTaskMap"sv, "ControlReplicate"sv, "TaskSteal"sv,     "def"sv};
constexpr std::array kOtherKeywords = {"return"sv, "print"sv, "tuple"sv, "for"sv,
                                       "in"sv,     "True"sv,  "False"sv};
constexpr std::array kParameterTypes = {
    ParameterType::Int,    ParameterType::Bool,   ParameterType::Tuple, ParameterType::IPoint,
    ParameterType::ISpace, ParameterType::MSpace, ParameterType::Task};
static_assert(kParameterTypes.size() == static_cast<std::size_t>(ParameterType::Task),
              "every type but Untyped, which is none");
constexpr std::array kStealScopes = {"SAME_NODE"sv, "ANY_NODE"sv};

const std::array kLayoutWords = {
    LayoutWord{"C_order", {DimensionOrder::C, {}, {}, {}, {}}},
    LayoutWord{"F_order", {DimensionOrder::F, {}, {}, {}, {}}},
    LayoutWord{"SOA", {{}, FieldOrder::StructOfArrays, {}, {}, {}}},
    LayoutWord{"AOS", {{}, FieldOrder::ArrayOfStructs, {}, {}, {}}},
    LayoutWord{"Compact", {{}, {}, {}, true, {}}},
    LayoutWord{"Exact", {{}, {}, {}, {}, true}},
    LayoutWord{"Align", {}},
    LayoutWord{"No_Align", {{}, {}, Alignment{Relation::Equal, 0}, {}, {}}},
};

}  // namespace

std::span<const std::string_view> statement_keywords() { return kStatementKeywords; }
std::span<const std::string_view> other_keywords() { return kOtherKeywords; }
std::span<const LayoutWord> layout_words() { return kLayoutWords; }
std::span<const std::string_view> steal_scopes() { return kStealScopes; }

std::vector<std::string_view> function_words() {
  std::vector<std::string_view> words = {"Machine"};
  for (const BuiltinInfo& builtin : builtins()) words.push_back(builtin.name);
  return words;
}

std::vector<std::string_view> member_words() {
  std::vector<std::string_view> words;
  for (const MemberInfo& member : members()) words.push_back(member.name);
  for (const TransformInfo& transform : transforms()) words.push_back(transform.name);
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

std::span<const ParameterType> parameter_types() { return kParameterTypes; }

}  // namespace castra::lang
