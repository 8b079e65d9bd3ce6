#include "search/agent/decision_blocks.h"

#include <algorithm>
#include <cctype>
#include <map>

#include "lang/characters.h"
#include "support/text.h"

namespace castra::search::agent {
namespace {

std::string_view first_word(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && lang::is_word(text[end])) ++end;
  return text.substr(0, end);
}

Block block_of(std::string_view statement) {
  static const std::map<std::string_view, Block> kWords = {{"Task", Block::Task},
                                                           {"TaskSteal", Block::Task},
                                                           {"ControlReplicate", Block::Task},
                                                           {"language", Block::Task},
                                                           {"Region", Block::Region},
                                                           {"Layout", Block::Layout},
                                                           {"InstanceLimit", Block::InstanceLimit},
                                                           {"CollectMemory", Block::InstanceLimit},
                                                           {"IndexTaskMap", Block::IndexMap},
                                                           {"SingleTaskMap", Block::SingleMap}};
  const auto known = kWords.find(first_word(statement));
  return known == kWords.end() ? Block::IndexMap : known->second;
}

/// Finds the ends of statements in a text.
class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {}

  std::vector<Statement> split() {
    std::vector<Statement> statements;
    for (;;) {
      skip_blanks();
      if (at_ >= text_.size()) return statements;
      const std::size_t begin = at_;
      if (first_word(text_.substr(begin)) == "def") {
        skip_function();
      } else {
        skip_to_semicolon();
      }
      const std::string_view text = trim(text_.substr(begin, at_ - begin));
      if (text != ";") statements.push_back({block_of(text), std::string(text)});
    }
  }

 private:
  void skip_comment() {
    while (at_ < text_.size() && text_[at_] != '\n') ++at_;
  }
  bool at_comment() const {
    return text_[at_] == '#' ||
           (text_[at_] == '/' && at_ + 1 < text_.size() && text_[at_ + 1] == '/');
  }
  void skip_blanks() {
    while (at_ < text_.size()) {
      if (at_comment()) {
        skip_comment();
      } else if (std::isspace(static_cast<unsigned char>(text_[at_])) != 0) {
        ++at_;
      } else {
        return;
      }
    }
  }
  /// Steps over one character, a whole string or a whole comment.
  void step() {
    if (at_comment()) return skip_comment();
    if (text_[at_] != '"') {
      ++at_;
      return;
    }
    for (++at_; at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\n'; ++at_) {
    }
    if (at_ < text_.size()) ++at_;
  }
  void skip_to_semicolon() {
    while (at_ < text_.size() && text_[at_] != ';') step();
    if (at_ < text_.size()) ++at_;
  }
  /// A body in braces, or, in the colon form of the published grammar, all up to its return.
  void skip_function() {
    while (at_ < text_.size() && text_[at_] != '{' && text_[at_] != ':') step();
    if (at_ < text_.size() && text_[at_] == ':') return skip_colon_body();
    int depth = 0;
    while (at_ < text_.size()) {
      if (text_[at_] == '{') ++depth;
      if (text_[at_] == '}' && --depth == 0) {
        ++at_;
        return;
      }
      step();
    }
  }
  void skip_colon_body() {
    ++at_;
    skip_blanks();
    if (at_ < text_.size() && text_[at_] == '{') return skip_function();
    while (at_ < text_.size()) {
      skip_blanks();
      const bool last = first_word(text_.substr(at_)) == "return";
      while (at_ < text_.size() && text_[at_] != ';' && text_[at_] != '\n') step();
      if (at_ < text_.size()) ++at_;
      if (last) return;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::string_view to_string(Block block) {
  switch (block) {
    case Block::Task:
      return "task";
    case Block::Region:
      return "region";
    case Block::Layout:
      return "layout";
    case Block::InstanceLimit:
      return "instance_limit";
    case Block::IndexMap:
      return "index_map";
    case Block::SingleMap:
      return "single_map";
  }
  return "";
}

std::optional<Block> parse_block(std::string_view word) {
  static const std::map<std::string, Block> kNames = {{"task", Block::Task},
                                                      {"tasks", Block::Task},
                                                      {"region", Block::Region},
                                                      {"regions", Block::Region},
                                                      {"layout", Block::Layout},
                                                      {"layouts", Block::Layout},
                                                      {"instance_limit", Block::InstanceLimit},
                                                      {"instance_limits", Block::InstanceLimit},
                                                      {"instancelimit", Block::InstanceLimit},
                                                      {"index_map", Block::IndexMap},
                                                      {"index_maps", Block::IndexMap},
                                                      {"index_task_map", Block::IndexMap},
                                                      {"indextaskmap", Block::IndexMap},
                                                      {"single_map", Block::SingleMap},
                                                      {"single_maps", Block::SingleMap},
                                                      {"single_task_map", Block::SingleMap},
                                                      {"singletaskmap", Block::SingleMap}};
  std::string name{trim(word)};
  for (char& c : name) {
    c = c == '-' || c == ' ' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  if (name.ends_with("_decision")) name.resize(name.size() - 9);
  if (name.ends_with("_block")) name.resize(name.size() - 6);
  const auto known = kNames.find(name);
  if (known == kNames.end()) return std::nullopt;
  return known->second;
}

std::vector<Statement> split_statements(std::string_view mapping) {
  return Splitter(mapping).split();
}

std::string DecisionBlocks::assemble() const {
  std::string out;
  for (const Block block : kAllBlocks) {
    const std::string_view body = trim((*this)[block]);
    if (body.empty()) continue;
    std::string title{to_string(block)};
    std::replace(title.begin(), title.end(), '_', ' ');
    out += "# " + title + "\n";
    out += body;
    out += '\n';
  }
  return out;
}

DecisionBlocks DecisionBlocks::from_mapping(std::string_view mapping) {
  DecisionBlocks blocks;
  for (const Statement& statement : split_statements(mapping)) {
    std::string& text = blocks[statement.block];
    if (!text.empty()) text += '\n';
    text += statement.text;
  }
  return blocks;
}

}  // namespace castra::search::agent
