#include "program/json_node.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace castra::detail {
namespace {

constexpr std::size_t kTextLimit = std::size_t{64} << 20;
const nlohmann::json kNull;

}  // namespace

JsonNode JsonNode::at(const char* key) const {
  if (value_->is_object()) {
    const auto member = value_->find(key);
    if (member != value_->end()) return {*member, *this, key, 0};
    complain(fmt::format("member '{}' is missing", key));
  } else {
    complain("expected an object");
  }
  return {kNull, *this, key, 0};
}

std::optional<JsonNode> JsonNode::find(const char* key) const {
  if (!value_->is_object()) {
    complain("expected an object");
    return std::nullopt;
  }
  const auto member = value_->find(key);
  if (member == value_->end() || member->is_null()) return std::nullopt;
  return JsonNode{*member, *this, key, 0};
}

std::string JsonNode::text() const {
  if (value_->is_string()) return value_->get<std::string>();
  complain("expected a string");
  return {};
}

bool JsonNode::boolean() const {
  if (value_->is_boolean()) return value_->get<bool>();
  complain("expected true or false");
  return false;
}

std::int64_t JsonNode::integer(std::int64_t low, std::int64_t high) const {
  const bool representable =
      value_->is_number_integer() &&
      (!value_->is_number_unsigned() ||
       value_->get<std::uint64_t>() <=
           static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
  if (!representable) {
    complain("expected an integer");
    return low > 0 ? low : 0;
  }
  const auto number = value_->get<std::int64_t>();
  if (number < low || number > high) {
    complain(fmt::format("{} is outside {}..{}", number, low, high));
    return low;
  }
  return number;
}

std::uint64_t JsonNode::count() const {
  if (value_->is_number_unsigned()) return value_->get<std::uint64_t>();
  complain("expected a non-negative integer");
  return 0;
}

std::size_t JsonNode::elements() const {
  if (value_->is_array()) return value_->size();
  complain("expected an array");
  return 0;
}

JsonNode JsonNode::element(std::size_t i) const { return {(*value_)[i], *this, nullptr, i}; }

std::string JsonNode::path() const {
  if (parent_ == nullptr) return "$";
  return parent_->path() +
         (key_ != nullptr ? fmt::format(".{}", key_) : fmt::format("[{}]", index_));
}

void JsonNode::complain(const std::string& message) const {
  if (!*fault_) *fault_ = Error{fmt::format("{}: {}: {}", *file_, path(), message), ""};
}

Result<nlohmann::json> parse_json_file(const std::string& text, const std::string& name,
                                       const std::string& format, int version) {
  if (text.size() > kTextLimit) {
    return failure(fmt::format("{}: larger than the limit of 64 MiB", name));
  }
  nlohmann::json document;
  try {
    document = nlohmann::json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    return failure(fmt::format("{}: not valid JSON at byte {}", name, error.byte),
                   "the file may be truncated; write it again");
  }
  std::optional<Error> fault;
  const JsonNode root(document, fault, name);
  const std::string found = root.at("format").text();
  const std::int64_t found_version = root.at("version").integer(0);
  if (fault) return tl::unexpected(*fault);
  if (found != format) {
    return failure(fmt::format("{}: this is a '{}' file, expected '{}'", name, found, format));
  }
  if (found_version > version) {
    return failure(fmt::format("{}: {} version {} is newer than {}, the newest this Castra reads",
                               name, format, found_version, version),
                   "use a newer Castra, or write the file again with this one");
  }
  return document;
}

}  // namespace castra::detail
