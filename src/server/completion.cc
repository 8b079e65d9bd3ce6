#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "lang/builtins.h"
#include "lang/keywords.h"
#include "lang/printer.h"
#include "lang/vocabulary.h"
#include "server/completion_slot.h"
#include "server/features.h"

namespace castra::server {
namespace {

using lang::WordClass;
using lang::WordInfo;
using What = CompletionSlot::What;

// CompletionItemKind of the protocol.
constexpr int kMethod = 2;
constexpr int kFunction = 3;
constexpr int kVariable = 6;
constexpr int kProperty = 10;
constexpr int kKeyword = 14;
constexpr int kEnumMember = 20;
constexpr int kConstant = 21;
constexpr int kStruct = 22;

constexpr std::size_t kMaxItems = 500;

/// Collects items; of two with one label the first stays.
class Items {
 public:
  Items(const Document& document, const Analysis& analysis, const Setting& setting,
        const CompletionSlot& slot)
      : document_(document), analysis_(analysis), setting_(setting), slot_(slot) {}

  Json finish() {
    return {{"isIncomplete", items_.size() >= kMaxItems}, {"items", std::move(items_)}};
  }

  void add(const std::string& label, int kind, std::string_view detail,
           std::string_view documentation = {}) {
    if (items_.size() >= kMaxItems || !labels_.insert({label, true}).second) return;
    Json item = {
        {"label", label},
        {"kind", kind},
        {"textEdit", {{"range", to_json(document_.text().range(slot_.word))}, {"newText", label}}},
        {"sortText", sort_key()}};
    if (!detail.empty()) item["detail"] = std::string(detail);
    if (!documentation.empty()) item["documentation"] = markdown(std::string(documentation));
    items_.push_back(std::move(item));
  }

  void add_name(const std::string& name, int kind, std::string_view detail,
                std::string_view documentation = {}) {
    add(slot_.quoted ? lang::quoted_name(name) : lang::name_as_written(name), kind, detail,
        documentation);
  }

  void words(WordClass word_class, int kind) {
    for (const WordInfo& word : lang::vocabulary()) {
      if (word.word_class == word_class) add(std::string(word.word), kind, word.form, word.help);
    }
  }

  void tasks() {
    if (setting_.program) {
      for (const Task& task : setting_.program->tasks)
        add_name(task.name, kStruct, "task of the program", variants(task));
    }
    names_in_text(Role::Task, kStruct, "task named in this file");
  }

  void regions() {
    if (setting_.program) {
      for (const Launch& launch : setting_.program->launches) {
        if (!about(launch.task)) continue;
        for (const Requirement& requirement : launch.requirements) argument(launch, requirement);
      }
    }
    names_in_text(Role::Region, kProperty, "region named in this file");
  }

  void processors() {
    for (const WordInfo& word : lang::vocabulary()) {
      if (word.word_class != WordClass::Processor) continue;
      const auto kind = parse_processor_kind(word.word);
      if (!on_machine(kind)) continue;
      add(std::string(word.word), kEnumMember, count_of(*kind), word.help);
    }
  }

  void memories() {
    for (const WordInfo& word : lang::vocabulary()) {
      if (word.word_class != WordClass::Memory) continue;
      const auto kind = word.word == lang::kRegisteredAlias ? MemoryKind::Registered
                                                            : parse_memory_kind(word.word);
      if (kind && !on_machine(*kind)) continue;
      add(std::string(word.word), kEnumMember, kind ? capacity_of(*kind) : "", word.help);
    }
  }

  void functions_of_one_task() {
    for (const lang::Statement& statement : analysis_.ast.statements) {
      const auto* function = std::get_if<lang::FunctionDef>(&statement.node);
      if (function == nullptr || function->parameters.size() != 1) continue;
      add(function->name.value, kFunction, analysis_.source->slice(function->header));
    }
  }

  /// Names that an expression at the slot may use: local ones before it, and all global ones.
  void names() {
    const lang::Statement* around = nullptr;
    for (const lang::Statement& statement : analysis_.ast.statements) {
      if (statement.span.begin <= slot_.word.begin && slot_.word.begin <= statement.span.end)
        around = &statement;
    }
    for (const Occurrence& occurrence : analysis_.occurrences) {
      const bool defines = occurrence.definition == occurrence.span;
      if (!defines || occurrence.statement != around || occurrence.span.begin >= slot_.word.begin)
        continue;
      if (occurrence.role == Role::Parameter) add(occurrence.name, kVariable, "parameter");
      if (occurrence.role == Role::Variable) add(occurrence.name, kVariable, "variable");
    }
    names_near_by();
    for (const lang::Statement& statement : analysis_.ast.statements) {
      if (const auto* function = std::get_if<lang::FunctionDef>(&statement.node)) {
        add(function->name.value, kFunction, analysis_.source->slice(function->header));
      } else if (const auto* assign = std::get_if<lang::AssignStmt>(&statement.node)) {
        add(assign->name.value, kVariable, "variable of the program");
      }
    }
  }

 private:
  std::string sort_key() const {
    std::string number = std::to_string(items_.size());
    return std::string(4 - std::min<std::size_t>(4, number.size()), '0') + number;
  }

  bool about(const std::string& task) const {
    return std::any_of(slot_.tasks.begin(), slot_.tasks.end(),
                       [&](const std::string& name) { return name == "*" || name == task; });
  }

  static std::string variants(const Task& task) {
    std::string text = "runs on";
    for (const TaskVariant& variant : task.variants)
      text += " " + std::string(to_string(variant.processor));
    return text;
  }

  void argument(const Launch& launch, const Requirement& requirement) {
    const std::string detail = "argument " + std::to_string(requirement.index) + " of " +
                               launch.task + ", " + std::string(to_string(requirement.privilege));
    for (const std::string& name : requirement.names) add_name(name, kProperty, detail);
    if (!slot_.quoted) add(std::to_string(requirement.index), kConstant, detail);
  }

  void names_in_text(Role role, int kind, std::string_view detail) {
    for (const Occurrence& occurrence : analysis_.occurrences) {
      const bool name = occurrence.role == role && occurrence.name != "*";
      const bool here =
          occurrence.span.begin <= slot_.word.end && slot_.word.begin <= occurrence.span.end;
      if (name && !here) add_name(occurrence.name, kind, detail);
    }
  }

  /// Parameters and variables of a function that does not parse yet: what is assigned between the
  /// last `def` and the slot, and the words of that header.
  void names_near_by() {
    const auto& tokens = analysis_.tokens;
    std::size_t end = 0;
    std::size_t begin = 0;
    for (; end < tokens.size() && tokens[end].span.end <= slot_.word.begin; ++end) {
      if (text(tokens[end]) == "def") begin = end;
      if (tokens[end].kind == lang::TokenKind::RightBrace) begin = end + 1;
    }
    if (begin >= end || text(tokens[begin]) != "def") return;
    bool header = true;
    for (std::size_t i = begin; i + 1 < end; ++i) {
      const lang::TokenKind next = tokens[i + 1].kind;
      if (tokens[i].kind == lang::TokenKind::RightParen) header = false;
      if (tokens[i].kind != lang::TokenKind::Word) continue;
      const bool parameter =
          header && (next == lang::TokenKind::Comma || next == lang::TokenKind::RightParen);
      if (parameter) add(std::string(text(tokens[i])), kVariable, "parameter");
      if (!header && next == lang::TokenKind::Assign)
        add(std::string(text(tokens[i])), kVariable, "variable");
    }
  }

  std::string_view text(const lang::Token& token) const {
    return analysis_.source->slice(token.span);
  }

  bool on_machine(std::optional<ProcessorKind> kind) const {
    return kind && (!setting_.machine || setting_.machine->find(*kind) != nullptr);
  }
  bool on_machine(MemoryKind kind) const {
    return kind == MemoryKind::Virtual || !setting_.machine ||
           setting_.machine->find(kind) != nullptr;
  }

  std::string count_of(ProcessorKind kind) const {
    if (!setting_.machine) return {};
    return std::to_string(setting_.machine->find(kind)->per_node) + " a node on " +
           setting_.machine->name;
  }
  std::string capacity_of(MemoryKind kind) const {
    const MemoryGroup* group = setting_.machine ? setting_.machine->find(kind) : nullptr;
    return group == nullptr ? "" : to_string(group->capacity) + " on " + setting_.machine->name;
  }

  const Document& document_;
  const Analysis& analysis_;
  const Setting& setting_;
  const CompletionSlot& slot_;
  std::map<std::string, bool, std::less<>> labels_;
  Json items_ = Json::array();
};

void add_members(const CompletionSlot& slot, Items& items) {
  const auto wanted = [&](WordClass word_class) { return !slot.owner || slot.owner == word_class; };
  if (wanted(WordClass::TaskMember)) items.words(WordClass::TaskMember, kProperty);
  if (wanted(WordClass::MachineMember)) {
    items.words(WordClass::MachineMember, kProperty);
    items.words(WordClass::Transform, kMethod);
  }
  if (wanted(WordClass::TupleMember)) items.words(WordClass::TupleMember, kProperty);
}

void add_expression(const CompletionSlot& slot, Items& items) {
  if (slot.callee == "Machine") return items.processors();
  if (slot.callee == "has") return items.memories();
  items.names();
  items.words(WordClass::Function, kFunction);
  items.words(WordClass::Literal, kKeyword);
}

void fill(const CompletionSlot& slot, Items& items) {
  switch (slot.what) {
    case What::Nothing:
      return;
    case What::Statement:
      items.words(WordClass::Statement, kKeyword);
      return items.add("print", kKeyword, "");
    case What::FunctionStatement:
      return items.words(WordClass::FunctionStatement, kKeyword);
    case What::Task:
      items.tasks();
      if (slot.processor) items.processors();
      return;
    case What::Region:
      return items.regions();
    case What::Processor:
      return items.processors();
    case What::Memory:
      return items.memories();
    case What::Place:
      items.memories();
      return items.processors();
    case What::Constraint:
      return items.words(WordClass::Constraint, kKeyword);
    case What::StealScope:
      return items.words(WordClass::StealScope, kKeyword);
    case What::Function:
      return items.functions_of_one_task();
    case What::ParameterType:
      return items.words(WordClass::ParameterType, kStruct);
    case What::Expression:
      return add_expression(slot, items);
    case What::Member:
      return add_members(slot, items);
  }
}

}  // namespace

Json completion(const Document& document, const Analysis& analysis, const Setting& setting,
                Position position) {
  const CompletionSlot slot =
      completion_slot(*analysis.source, analysis.tokens, document.text().offset(position));
  Items items(document, analysis, setting, slot);
  fill(slot, items);
  if (slot.star) items.add("*", kConstant, "every one");
  return items.finish();
}

}  // namespace castra::server
