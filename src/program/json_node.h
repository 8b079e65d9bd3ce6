#pragma once

#include <cstdint>
#include <limits>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "support/result.h"

namespace castra::detail {

/// A place in a parsed JSON file that reports what it does not like with its path
/// ("$.launches[3].count"). The first fault is kept by the document; readers go on with default
/// values and look once, at the end.
class JsonNode {
 public:
  JsonNode(const nlohmann::json& value, std::optional<Error>& fault, const std::string& file)
      : value_(&value), fault_(&fault), file_(&file) {}

  /// Member that must exist; a JSON null stands in (and the fault is noted) when it does not.
  JsonNode at(const char* key) const;
  /// Member that may be absent or null.
  std::optional<JsonNode> find(const char* key) const;

  std::string text() const;
  bool boolean() const;
  /// An integer within [low, high].
  std::int64_t integer(std::int64_t low = std::numeric_limits<std::int64_t>::min(),
                       std::int64_t high = std::numeric_limits<std::int64_t>::max()) const;
  std::uint64_t count() const;

  /// Reads an array by applying `read` to each element.
  template <typename Read>
  auto list(Read read) const {
    std::vector<std::invoke_result_t<Read, JsonNode>> result;
    const std::size_t n = elements();
    result.reserve(n);
    for (std::size_t i = 0; i < n && !*fault_; ++i) result.push_back(read(element(i)));
    return result;
  }

  /// A word of a closed vocabulary.
  template <typename T>
  T word(std::optional<T> (*parse)(std::string_view), const char* what) const {
    const std::string spelling = text();
    if (const auto parsed = parse(spelling)) return *parsed;
    complain("'" + spelling + "' is not a " + what);
    return T{};
  }

  void complain(const std::string& message) const;

 private:
  JsonNode(const nlohmann::json& value, const JsonNode& parent, const char* key, std::size_t index)
      : value_(&value),
        fault_(parent.fault_),
        file_(parent.file_),
        parent_(&parent),
        key_(key),
        index_(index) {}
  /// Number of elements; notes a fault if this is not an array.
  std::size_t elements() const;
  JsonNode element(std::size_t i) const;
  std::string path() const;

  const nlohmann::json* value_;
  std::optional<Error>* fault_;
  const std::string* file_;
  const JsonNode* parent_ = nullptr;  ///< outlives this: nodes are used down the call stack only
  const char* key_ = nullptr;
  std::size_t index_ = 0;
};

/// Parses `text` (at most 64 MiB) and checks {"format": format, "version": <= version}.
Result<nlohmann::json> parse_json_file(const std::string& text, const std::string& name,
                                       const std::string& format, int version);

}  // namespace castra::detail
