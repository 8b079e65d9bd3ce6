#include "server/server.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "server/features.h"

namespace castra::server {
namespace {

tl::unexpected<RpcError> refuse(ErrorCode code, std::string message) {
  return tl::unexpected(RpcError{code, std::move(message)});
}

bool is_id(const Json& id) { return id.is_string() || id.is_number_integer(); }

}  // namespace

std::string Server::feed(std::string_view bytes) {
  reader_.feed(bytes);
  std::vector<tl::expected<Json, RpcError>> messages;
  std::optional<std::string> broken;
  while (auto item = reader_.next()) {
    if (const auto* text = std::get_if<std::string>(&*item)) {
      messages.push_back(parse_message(*text));
      if (messages.back()) note_cancellation(*messages.back());
    } else if (std::holds_alternative<MessageTooLarge>(*item)) {
      messages.push_back(
          refuse(ErrorCode::InvalidRequest,
                 fmt::format("a message may have {} bytes at most", kMaxMessageBytes)));
    } else {
      broken = std::get<BadFraming>(*item).reason;
    }
  }
  for (const auto& message : messages) {
    if (ended()) break;
    if (message) {
      handle(*message);
    } else {
      send(response(nullptr, tl::unexpected(message.error())));
    }
  }
  cancelled_.clear();
  if (!ended()) publish_changed();
  if (broken && !ended()) {
    send(response(nullptr, refuse(ErrorCode::ParseError, *broken)));
    exit_code_ = 1;
  }
  return std::exchange(output_, {});
}

void Server::note_cancellation(const Json& message) {
  if (find_text(message, {"method"}) != "$/cancelRequest") return;
  const Json* id = find(message, {"params", "id"});
  if (id != nullptr) cancelled_.insert(dump(*id));
}

void Server::send(const Json& message) { output_ += framed(dump(message)); }

void Server::show(const std::string& text) {
  constexpr int kWarning = 2;
  send(notification("window/showMessage", {{"type", kWarning}, {"message", text}}));
}

void Server::handle(const Json& message) {
  const Json* id = find(message, {"id"});
  const auto method = find_text(message, {"method"});
  if (id != nullptr && !is_id(*id)) {
    if (!method && id->is_null())
      return;  // a response to a message of ours that was not understood
    return send(response(nullptr, refuse(ErrorCode::InvalidRequest, "an id is a number or text")));
  }
  if (find_text(message, {"jsonrpc"}) != "2.0") {
    return send(response(id != nullptr ? *id : Json(),
                         refuse(ErrorCode::InvalidRequest, "`jsonrpc` must be \"2.0\"")));
  }
  if (!method) {
    const bool is_response =
        id != nullptr && (message.contains("result") || message.contains("error"));
    if (is_response) return;  // the server asks nothing of the client
    return send(response(id != nullptr ? *id : Json(),
                         refuse(ErrorCode::InvalidRequest, "a message names its method")));
  }
  const Json* params = find(message, {"params"});
  const Json none = Json::object();
  if (params != nullptr && !params->is_object() && !params->is_array() && !params->is_null()) {
    if (id == nullptr) return;
    return send(response(*id, refuse(ErrorCode::InvalidRequest, "`params` is an object")));
  }
  if (id != nullptr) return handle_request(*id, *method, params != nullptr ? *params : none);
  handle_notification(*method, params != nullptr ? *params : none);
}

void Server::handle_request(const Json& id, const std::string& method, const Json& params) {
  if (cancelled_.contains(dump(id)))
    return send(response(id, refuse(ErrorCode::RequestCancelled, "cancelled")));
  send(response(id, answer(method, params)));
}

Reply Server::answer(const std::string& method, const Json& params) {
  if (state_ == State::ShutDown)
    return refuse(ErrorCode::InvalidRequest, "the server has been shut down");
  if (method == "initialize") return initialize();
  if (state_ == State::Fresh)
    return refuse(ErrorCode::ServerNotInitialized, "the first request is `initialize`");
  if (method == "shutdown") {
    state_ = State::ShutDown;
    return Json();
  }
  return about_document(method, params);
}

Reply Server::initialize() {
  if (state_ != State::Fresh)
    return refuse(ErrorCode::InvalidRequest, "the server is initialized already");
  state_ = State::Running;
  constexpr int kIncremental = 2;
  Json capabilities = {
      {"positionEncoding", "utf-16"},
      {"textDocumentSync", {{"openClose", true}, {"change", kIncremental}}},
      {"hoverProvider", true},
      {"completionProvider", {{"triggerCharacters", {".", " ", ",", "("}}}},
      {"definitionProvider", true},
      {"referencesProvider", true},
      {"documentSymbolProvider", true},
      {"documentFormattingProvider", true},
      {"codeActionProvider", {{"codeActionKinds", {"quickfix", "source.fixAll.castra"}}}},
  };
  return Json{{"capabilities", std::move(capabilities)}, {"serverInfo", {{"name", "castra"}}}};
}

Reply Server::about_document(const std::string& method, const Json& params) {
  enum class Needs : std::uint8_t { Nothing, Position, Range };
  struct Row {
    std::string_view method;
    Needs needs;
  };
  constexpr Row kMethods[] = {
      {"textDocument/hover", Needs::Position},         {"textDocument/completion", Needs::Position},
      {"textDocument/definition", Needs::Position},    {"textDocument/references", Needs::Position},
      {"textDocument/documentSymbol", Needs::Nothing}, {"textDocument/formatting", Needs::Nothing},
      {"textDocument/codeAction", Needs::Range},
  };
  const Row* row = nullptr;
  for (const Row& known : kMethods) {
    if (known.method == method) row = &known;
  }
  if (row == nullptr)
    return refuse(ErrorCode::MethodNotFound, fmt::format("there is no method `{}`", method));
  const auto uri = find_text(params, {"textDocument", "uri"});
  const auto position = find_position(params, {"position"});
  const auto range = find_range(params, {"range"});
  if (!uri || (row->needs == Needs::Position && !position) ||
      (row->needs == Needs::Range && !range))
    return refuse(ErrorCode::InvalidParams, fmt::format("`{}` lacks a parameter", method));
  const auto open = documents_.find(*uri);
  if (open == documents_.end()) return refuse(ErrorCode::InvalidParams, "the document is not open");
  Document& document = open->second;
  const Analysis& analysis = document.analysis(setting_);
  if (method == "textDocument/hover") return hover(document, analysis, setting_, *position);
  if (method == "textDocument/completion")
    return completion(document, analysis, setting_, *position);
  if (method == "textDocument/definition") return definition(document, analysis, *position);
  if (method == "textDocument/references") return references(document, analysis, *position);
  if (method == "textDocument/formatting") return formatting(document, analysis);
  if (method == "textDocument/documentSymbol") return document_symbols(document, analysis);
  return code_actions(document, analysis, *range);
}

void Server::handle_notification(const std::string& method, const Json& params) {
  if (method == "exit") {
    exit_code_ = state_ == State::ShutDown ? 0 : 1;
    return;
  }
  if (state_ != State::Running) return;
  if (method == "textDocument/didOpen") return opened(params);
  if (method == "textDocument/didChange") return changed(params);
  if (method == "textDocument/didClose") return closed(params);
}

void Server::opened(const Json& params) {
  const auto uri = find_text(params, {"textDocument", "uri"});
  auto text = find_text(params, {"textDocument", "text"});
  const Json* version = find(params, {"textDocument", "version"});
  if (!uri || !text || version == nullptr || !version->is_number_integer()) return;
  if (text->size() > kMaxDocumentBytes ||
      (documents_.size() >= kMaxDocuments && !documents_.contains(*uri)))
    return give_up(
        *uri, text->size() > kMaxDocumentBytes ? "it is too large" : "too many documents are open");
  documents_.insert_or_assign(*uri, Document(*uri, version->get<std::int64_t>(), std::move(*text)));
  changed_.insert(*uri);
}

void Server::changed(const Json& params) {
  const auto uri = find_text(params, {"textDocument", "uri"});
  const Json* version = find(params, {"textDocument", "version"});
  const Json* changes = find(params, {"contentChanges"});
  if (!uri || version == nullptr || !version->is_number_integer() || changes == nullptr ||
      !changes->is_array())
    return;
  const auto open = documents_.find(*uri);
  if (open == documents_.end()) return;
  open->second.set_version(version->get<std::int64_t>());
  if (!apply_changes(open->second, *changes))
    return give_up(*uri, "its changes are malformed, or too many or too large");
  changed_.insert(*uri);
}

bool Server::apply_changes(Document& document, const Json& changes) {
  std::size_t work = 0;
  for (const Json& change : changes) {
    const auto text = find_text(change, {"text"});
    const auto range = find_range(change, {"range"});
    if (!text || (change.contains("range") && !range)) return false;
    work += document.text().bytes().size() + text->size();
    if (work > kMaxEditWork) return false;
    document.edit(range, *text);
    if (document.text().bytes().size() > kMaxDocumentBytes) return false;
  }
  return true;
}

void Server::closed(const Json& params) {
  const auto uri = find_text(params, {"textDocument", "uri"});
  if (!uri || documents_.erase(*uri) == 0) return;
  changed_.erase(*uri);
  send(notification("textDocument/publishDiagnostics",
                    {{"uri", *uri}, {"diagnostics", Json::array()}}));
}

void Server::give_up(const std::string& uri, const std::string& reason) {
  documents_.erase(uri);
  changed_.erase(uri);
  show(fmt::format("castra does not follow {} any more: {}; close it and open it again", uri,
                   reason));
  send(notification("textDocument/publishDiagnostics",
                    {{"uri", uri}, {"diagnostics", Json::array()}}));
}

void Server::publish_changed() {
  for (const std::string& uri : changed_) {
    Document& document = documents_.at(uri);
    send(notification("textDocument/publishDiagnostics",
                      diagnostics_of(document, document.analysis(setting_))));
  }
  changed_.clear();
}

}  // namespace castra::server
