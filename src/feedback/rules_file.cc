#include <fmt/format.h>

#include <toml++/toml.h>
#include <algorithm>
#include <filesystem>
#include <set>

#include "feedback/fields.h"
#include "feedback/rules.h"
#include "support/file.h"
#include "support/text.h"

namespace castra {
namespace {

constexpr std::size_t kFileBudget = std::size_t{1} << 20;
const std::vector<std::string> kKeys = {"id",      "level",   "outcome", "match",
                                        "explain", "suggest", "example", "fallback"};
const std::vector<std::string> kLevels = {"compile", "execution", "performance"};

tl::unexpected<Error> unknown(const std::string& where, const std::string& what,
                              const std::string& word, const std::vector<std::string>& known) {
  const auto near = did_you_mean(word, known);
  return failure(fmt::format("{}: unknown {} '{}'", where, what, word),
                 near ? fmt::format("did you mean '{}'?", *near)
                      : fmt::format("it is one of: {}", join(known, ", ")));
}

/// Reads one [[rule]] table; remembers the first fault.
class RuleReader {
 public:
  RuleReader(const toml::table& table, std::string where)
      : table_(table), where_(std::move(where)) {}

  Result<FeedbackRule> read() {
    FeedbackRule rule;
    rule.id = text("id", true);
    if (!rule.id.empty()) where_ += fmt::format(" '{}'", rule.id);
    check_keys();
    rule.stage = stage(text("level", true));
    rule.outcomes = list("outcome");
    rule.explain = text("explain", false);
    rule.suggest = text("suggest", false);
    rule.example = text("example", true);
    rule.fallback = flag("fallback");
    const auto patterns = list("match");
    check_outcomes(rule);
    compile(patterns, rule);
    if (rule.outcomes.empty() && patterns.empty()) fail("needs 'outcome' or 'match'");
    if (rule.explain.empty() && rule.suggest.empty()) fail("needs 'explain' or 'suggest'");
    check_template(rule, "explain", rule.explain);
    check_template(rule, "suggest", rule.suggest);
    if (error_) return tl::unexpected(*error_);
    return rule;
  }

 private:
  void fail(const std::string& what, const std::string& remedy = {}) {
    if (!error_) error_ = Error{fmt::format("{}: {}", where_, what), remedy};
  }

  void check_keys() {
    for (const auto& [key, value] : table_) {
      const std::string name{key.str()};
      if (std::find(kKeys.begin(), kKeys.end(), name) == kKeys.end() && !error_) {
        error_ = unknown(where_, "key", name, kKeys).value();
      }
    }
  }

  std::string text(const char* key, bool required) {
    const toml::node* node = table_.get(key);
    if (node == nullptr) {
      if (required) fail(fmt::format("key '{}' is missing", key));
      return {};
    }
    const auto value = node->value_exact<std::string>();
    if (!value || value->empty())
      fail(fmt::format("key '{}' must be a text that is not empty", key));
    return value.value_or("");
  }

  bool flag(const char* key) {
    const toml::node* node = table_.get(key);
    if (node != nullptr && !node->is_boolean())
      fail(fmt::format("key '{}' must be true or false", key));
    return node != nullptr && node->value_or(false);
  }

  std::vector<std::string> list(const char* key) {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return {};
    std::vector<std::string> values;
    if (const toml::array* array = node->as_array()) {
      for (const toml::node& item : *array) {
        if (const auto value = item.value_exact<std::string>()) values.push_back(*value);
      }
      if (values.size() == array->size() && !values.empty()) return values;
    }
    fail(fmt::format("key '{}' must be a list of texts that is not empty", key));
    return {};
  }

  FeedbackStage stage(const std::string& level) {
    const auto at = std::find(kLevels.begin(), kLevels.end(), level);
    if (at == kLevels.end()) {
      if (!error_) error_ = unknown(where_ + ", key 'level'", "level", level, kLevels).value();
      return FeedbackStage::Compile;
    }
    return static_cast<FeedbackStage>(at - kLevels.begin());
  }

  void check_outcomes(const FeedbackRule& rule) {
    const auto known = outcome_words(rule.stage);
    for (const std::string& word : rule.outcomes) {
      if (std::find(known.begin(), known.end(), word) == known.end() && !error_) {
        error_ = unknown(where_ + ", key 'outcome'", "outcome of this level", word, known).value();
      }
    }
  }

  void compile(const std::vector<std::string>& patterns, FeedbackRule& rule) {
    for (const std::string& expression : patterns) {
      auto pattern = LinePattern::compile(expression);
      if (!pattern) {
        fail(fmt::format("key 'match': {}", pattern.error().what));
        return;
      }
      rule.match.push_back(std::make_shared<const LinePattern>(std::move(*pattern)));
    }
  }

  /// A placeholder must be a group of some pattern or a field of some outcome it applies to.
  void check_template(const FeedbackRule& rule, const char* key, const std::string& text) {
    std::set<std::string> known;
    for (const auto& pattern : rule.match) {
      for (const std::string& name : pattern->names()) known.insert(name);
    }
    for (const std::string& word :
         rule.outcomes.empty() ? outcome_words(rule.stage) : rule.outcomes) {
      for (const std::string& name : field_names(word)) known.insert(name);
    }
    const auto names = placeholders(text);
    if (!names) {
      fail(fmt::format("key '{}' {}", key, names.error().what));
      return;
    }
    for (const std::string& name : *names) {
      if (known.count(name) == 0) {
        fail(
            fmt::format("key '{}' uses '{{{}}}', which no pattern and no outcome gives", key, name),
            known.empty() ? ""
                          : "known here: " +
                                join(std::vector<std::string>(known.begin(), known.end()), ", "));
      }
    }
  }

  const toml::table& table_;
  std::string where_;
  std::optional<Error> error_;
};

Result<std::vector<FeedbackRule>> read_rules(const toml::table& file, const std::string& name) {
  for (const auto& [key, value] : file) {
    if (key.str() != "rule") return unknown(name, "key", std::string(key.str()), {"rule"});
  }
  const toml::array* tables = file["rule"].as_array();
  if (tables == nullptr || tables->empty()) {
    return failure(fmt::format("{}: holds no rules", name), "write at least one [[rule]] table");
  }
  std::vector<FeedbackRule> rules;
  for (std::size_t i = 0; i < tables->size(); ++i) {
    const std::string where = fmt::format("{}: rule {}", name, i + 1);
    const toml::table* table = tables->get(i)->as_table();
    if (table == nullptr) return failure(where + ": is not a table", "write it as [[rule]]");
    auto rule = RuleReader(*table, where).read();
    if (!rule) return tl::unexpected(rule.error());
    rules.push_back(std::move(*rule));
  }
  return rules;
}

}  // namespace

Result<FeedbackRules> FeedbackRules::parse(const std::string& text, const std::string& name) {
  toml::table file;
  try {
    file = toml::parse(text);
  } catch (const toml::parse_error& error) {
    return failure(fmt::format("{}:{}: {}", name, error.source().begin.line, error.description()));
  }
  auto read = read_rules(file, name);
  if (!read) return tl::unexpected(read.error());
  FeedbackRules rules;
  for (FeedbackRule& rule : *read) {
    FeedbackRules one;
    one.rules_.push_back(std::move(rule));
    if (auto added = rules.append(std::move(one)); !added) {
      return failure(fmt::format("{}: {}", name, added.error().what));
    }
  }
  return rules;
}

Status FeedbackRules::append(FeedbackRules other) {
  for (FeedbackRule& rule : other.rules_) {
    const bool known = std::any_of(rules_.begin(), rules_.end(),
                                   [&](const FeedbackRule& mine) { return mine.id == rule.id; });
    if (known)
      return failure(fmt::format("rule '{}' is defined twice", rule.id), "rename one of them");
    rules_.push_back(std::move(rule));
  }
  return {};
}

Result<FeedbackRules> FeedbackRules::load(const std::string& share_directory) {
  const std::filesystem::path folder = std::filesystem::path(share_directory) / "feedback";
  std::vector<std::string> paths;
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    if (it->path().extension() == ".toml") paths.push_back(it->path().string());
  }
  if (error || paths.empty()) {
    return failure(fmt::format("no feedback rules in '{}'", folder.string()),
                   "reinstall Castra, or put the *.toml files of share/castra/feedback there");
  }
  std::sort(paths.begin(), paths.end());
  FeedbackRules all;
  for (const std::string& path : paths) {
    auto text = read_file(path, kFileBudget);
    if (!text) return tl::unexpected(text.error());
    auto rules = parse(*text, path);
    if (!rules) return tl::unexpected(rules.error());
    if (auto added = all.append(std::move(*rules)); !added) {
      return failure(fmt::format("{}: {}", path, added.error().what), added.error().remedy);
    }
  }
  return all;
}

}  // namespace castra
