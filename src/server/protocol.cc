#include "server/protocol.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

namespace castra::server {
namespace {

constexpr int kMaxNesting = 100;

/// Of brackets outside strings. The parser itself does not recurse, but what walks the value does.
bool nests_too_deeply(std::string_view text) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kMaxNesting) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

std::optional<std::uint32_t> unsigned_number(const Json* value) {
  constexpr std::uint64_t kMax = std::numeric_limits<std::int32_t>::max();
  if (value == nullptr || !value->is_number_unsigned() || value->get<std::uint64_t>() > kMax)
    return std::nullopt;
  return value->get<std::uint32_t>();
}

std::optional<Position> position_of(const Json& value) {
  const auto line = unsigned_number(find(value, {"line"}));
  const auto character = unsigned_number(find(value, {"character"}));
  if (!line || !character) return std::nullopt;
  return Position{*line, *character};
}

}  // namespace

tl::expected<Json, RpcError> parse_message(std::string_view text) {
  if (nests_too_deeply(text))
    return tl::unexpected(RpcError{ErrorCode::ParseError, "the message nests too deeply"});
  Json message = Json::parse(text, nullptr, false);
  if (message.is_discarded())
    return tl::unexpected(RpcError{ErrorCode::ParseError, "the message is not JSON"});
  if (!message.is_object())
    return tl::unexpected(RpcError{ErrorCode::InvalidRequest, "a message is one JSON object"});
  return message;
}

Json response(const Json& id, const Reply& reply) {
  Json message = {{"jsonrpc", "2.0"}, {"id", id}};
  if (reply) {
    message["result"] = *reply;
  } else {
    message["error"] = {{"code", static_cast<int>(reply.error().code)},
                        {"message", reply.error().message}};
  }
  return message;
}

Json notification(std::string_view method, const Json& params) {
  return {{"jsonrpc", "2.0"}, {"method", method}, {"params", params}};
}

std::string dump(const Json& message) {
  return message.dump(-1, ' ', false, Json::error_handler_t::replace);
}

const Json* find(const Json& value, std::initializer_list<std::string_view> path) {
  const Json* at = &value;
  for (const std::string_view key : path) {
    if (!at->is_object()) return nullptr;
    const auto member = at->find(key);
    if (member == at->end()) return nullptr;
    at = &*member;
  }
  return at;
}

std::optional<std::string> find_text(const Json& value,
                                     std::initializer_list<std::string_view> path) {
  const Json* text = find(value, path);
  if (text == nullptr || !text->is_string()) return std::nullopt;
  return text->get<std::string>();
}

std::optional<Position> find_position(const Json& value,
                                      std::initializer_list<std::string_view> path) {
  const Json* position = find(value, path);
  if (position == nullptr) return std::nullopt;
  return position_of(*position);
}

std::optional<Range> find_range(const Json& value, std::initializer_list<std::string_view> path) {
  const Json* range = find(value, path);
  if (range == nullptr) return std::nullopt;
  const auto start = find_position(*range, {"start"});
  const auto end = find_position(*range, {"end"});
  if (!start || !end) return std::nullopt;
  return Range{*start, std::max(*start, *end)};
}

Json to_json(Position position) {
  return {{"line", position.line}, {"character", position.character}};
}

Json to_json(Range range) { return {{"start", to_json(range.start)}, {"end", to_json(range.end)}}; }

Json markdown(std::string text) { return {{"kind", "markdown"}, {"value", std::move(text)}}; }

}  // namespace castra::server
