#include "search/agent/reply_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "search/agent/statement_finder.h"
#include "search/llm/provider.h"
#include "support/text.h"
#include "support/utf8.h"

namespace castra::search::agent {
namespace {

using Json = nlohmann::json;

std::string lowered(std::string_view text) {
  std::string out{text};
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

bool is_program_key(const std::string& key) {
  return key == "mapping" || key == "program" || key == "mapper" || key == "code";
}
bool is_reason_key(const std::string& key) {
  return key == "reasoning" || key == "reason" || key == "explanation";
}

/// A text between ``` lines, with the word after the opening fence.
struct Fence {
  std::string info;
  std::string_view body;
};

std::vector<Fence> find_fences(std::string_view text) {
  std::vector<Fence> fences;
  std::size_t at = text.find("```");
  while (at != std::string_view::npos) {
    const std::size_t line_end = text.find('\n', at);
    if (line_end == std::string_view::npos) break;
    const std::string_view info = trim(text.substr(at + 3, line_end - at - 3));
    const std::size_t close = text.find("```", line_end);
    const std::string_view body =
        text.substr(line_end + 1, close == std::string_view::npos ? close : close - line_end - 1);
    fences.push_back({lowered(info), body});
    if (close == std::string_view::npos) break;
    at = text.find("```", close + 3);
  }
  return fences;
}

/// Gathers edits from the forms a reply may take.
class ReplyReader {
 public:
  ParsedReply read(std::string_view reply) {
    const std::string clean = printable(reply.substr(0, llm::kReplyBudget));
    const std::string_view text = without_thoughts(clean);
    if (trim(text) == "TERMINATE") {
      reply_.gives_up = true;
      return std::move(reply_);
    }
    read_tags(text);
    if (reply_.edits.empty()) read_json(text);
    if (reply_.edits.empty()) read_fences(text);
    if (reply_.edits.empty()) add_program(find_statements(text));
    if (reply_.edits.empty() && reply_.notes.empty()) {
      reply_.notes.emplace_back("the reply holds no statement of the mapping language");
    }
    return std::move(reply_);
  }

 private:
  /// What a model thought aloud before its answer is not the answer.
  static std::string_view without_thoughts(std::string_view text) {
    const std::size_t end = text.rfind("</think>");
    return end == std::string_view::npos ? text : text.substr(end + 8);
  }

  void add_block(Block block, std::string_view text) {
    const auto fences = find_fences(text);
    text = trim(fences.empty() ? text : fences.front().body);
    if (text.size() > kBlockBudget) {
      reply_.notes.push_back(
          fmt::format("block {} is longer than {} bytes", to_string(block), kBlockBudget));
    } else if (lowered(text) == "none") {
      reply_.edits[block] = "";
    } else if (!text.empty()) {
      reply_.edits[block] = text;
    }
  }

  void add_program(std::string_view text) {
    const DecisionBlocks blocks = DecisionBlocks::from_mapping(text);
    for (const Block block : kAllBlocks) add_block(block, blocks[block]);
  }

  void set_reason(std::string_view text) {
    if (reply_.reasoning.empty()) reply_.reasoning = one_line(text, kReasonBudget);
  }

  void add(const std::string& key, std::string_view text) {
    if (const auto block = parse_block(key)) {
      add_block(*block, text);
    } else if (is_program_key(key)) {
      const auto fences = find_fences(text);
      add_program(fences.empty() ? text : fences.front().body);
    } else if (is_reason_key(key)) {
      set_reason(text);
    }
  }

  static bool is_known(const std::string& key) {
    return parse_block(key).has_value() || is_program_key(key) || is_reason_key(key);
  }

  struct Tag {
    std::string name;
    bool closing = false;
    std::size_t begin = 0;
    std::size_t end = 0;  ///< behind '>'
  };
  static std::vector<Tag> find_tags(std::string_view text) {
    std::vector<Tag> tags;
    for (std::size_t at = text.find('<'); at != std::string_view::npos;
         at = text.find('<', at + 1)) {
      const bool closing = at + 1 < text.size() && text[at + 1] == '/';
      const std::size_t begin = at + (closing ? 2 : 1);
      const std::size_t end = text.substr(begin, 40).find('>');
      if (end == std::string_view::npos) continue;
      std::string name = lowered(trim(text.substr(begin, end)));
      if (is_known(name)) tags.push_back({std::move(name), closing, at, begin + end + 1});
    }
    return tags;
  }

  /// A tag that is never closed reaches to the next known tag.
  void read_tags(std::string_view text) {
    const auto tags = find_tags(text);
    for (std::size_t i = 0; i < tags.size(); ++i) {
      if (tags[i].closing) continue;
      const std::size_t end = i + 1 < tags.size() ? tags[i + 1].begin : text.size();
      add(tags[i].name, text.substr(tags[i].end, end - tags[i].end));
    }
  }

  void read_fences(std::string_view text) {
    std::string program;
    for (const Fence& fence : find_fences(text)) {
      program += fence.body;
      program += '\n';
    }
    if (!trim(find_statements(program)).empty()) add_program(program);
  }

  void read_json(std::string_view text) {
    for (std::size_t at = text.find('{'); at != std::string_view::npos;
         at = text.find('{', at + 1)) {
      const std::string_view rest = trim(text.substr(at + 1));
      if (rest.empty() || rest.front() != '"') continue;
      const std::size_t end = text.rfind('}');
      if (end == std::string_view::npos || end < at) return;
      const Json json = Json::parse(text.substr(at, end - at + 1), nullptr, false);
      if (json.is_object()) {
        read_object(json, 0);
      } else {
        reply_.notes.emplace_back("the reply looks like JSON but is not");
      }
      return;
    }
  }

  void read_object(const Json& object, int depth) {
    for (const auto& [raw_key, value] : object.items()) {
      const std::string key = lowered(raw_key);
      if (value.is_object() && depth < 2 && !is_known(key)) {
        read_object(value, depth + 1);
      } else if (value.is_string()) {
        add(key, value.get_ref<const std::string&>());
      } else if (value.is_array()) {
        add(key, joined(value));
      } else if (is_known(key) && !value.is_null()) {
        reply_.notes.push_back(fmt::format("key '{}' holds no text", one_line(key, 40)));
      }
    }
  }

  static std::string joined(const Json& array) {
    std::string text;
    for (const Json& item : array) {
      if (item.is_string()) text += item.get_ref<const std::string&>() + "\n";
    }
    return text;
  }

  ParsedReply reply_;
};

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const auto first = static_cast<unsigned char>(text.front());
    const bool shown = length > 1 || (length == 1 && first >= 32 && first != 127) ||
                       first == '\n' || first == '\t' || first == '\r';
    if (shown) {
      out += text.substr(0, length);
    } else {
      out += '?';
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

std::string one_line(std::string_view text, std::size_t limit) {
  std::string out;
  text = trim(text);
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const auto first = static_cast<unsigned char>(text.front());
    if (out.size() + std::max<std::size_t>(length, 1) > limit) return out + "...";
    if (length > 1 || (length == 1 && first > 32 && first != 127)) {
      out += text.substr(0, length);
    } else if (std::isspace(first) != 0) {
      if (!out.empty() && out.back() != ' ') out += ' ';
    } else {
      out += '?';
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

ParsedReply parse_reply(std::string_view reply) { return ReplyReader().read(reply); }

}  // namespace castra::search::agent
