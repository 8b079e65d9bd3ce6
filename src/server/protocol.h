#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "server/text.h"

/// JSON-RPC 2.0 and the structures that several requests of the language server protocol share.
namespace castra::server {

using Json = nlohmann::json;

enum class ErrorCode : int {
  ParseError = -32700,
  InvalidRequest = -32600,
  MethodNotFound = -32601,
  InvalidParams = -32602,
  ServerNotInitialized = -32002,
  RequestCancelled = -32800,
};

struct RpcError {
  ErrorCode code;
  std::string message;
};
using Reply = tl::expected<Json, RpcError>;

/// The message as JSON: an object nested at most 100 deep, in UTF-8.
tl::expected<Json, RpcError> parse_message(std::string_view text);

Json response(const Json& id, const Reply& reply);
Json notification(std::string_view method, const Json& params);
/// Text whose bytes are not UTF-8 (an excerpt may be cut) is sent with replacement characters.
std::string dump(const Json& message);

/// Member at the end of a path of objects; null if there is none.
const Json* find(const Json& value, std::initializer_list<std::string_view> path);
std::optional<std::string> find_text(const Json& value,
                                     std::initializer_list<std::string_view> path);
std::optional<Position> find_position(const Json& value,
                                      std::initializer_list<std::string_view> path);
std::optional<Range> find_range(const Json& value, std::initializer_list<std::string_view> path);

Json to_json(Position position);
Json to_json(Range range);
Json markdown(std::string text);

}  // namespace castra::server
