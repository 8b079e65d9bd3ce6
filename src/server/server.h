#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "server/document.h"
#include "server/framing.h"
#include "server/protocol.h"

namespace castra::server {

/// What an editor may make the server hold. Texts beyond it are not followed, and the editor's user
/// is told so.
inline constexpr std::size_t kMaxDocumentBytes = std::size_t{4} << 20;
inline constexpr std::size_t kMaxDocuments = 256;
/// Bytes moved for the edits of one message.
inline constexpr std::size_t kMaxEditWork = std::size_t{2} << 30;

/// The language server: bytes in, bytes out, no other effect. Whatever the bytes, it answers as the
/// protocol says; after a stream whose messages cannot be told apart it asks to be ended.
class Server {
 public:
  explicit Server(Setting setting) : setting_(std::move(setting)) {}

  /// Takes bytes of the client and gives what is to be sent. A request that is cancelled by a later
  /// message of the same bytes is answered as cancelled. Findings of changed documents are
  /// published once all messages of the bytes are handled.
  std::string feed(std::string_view bytes);

  /// The client has asked for the end, or its stream cannot be read any further.
  bool ended() const { return exit_code_.has_value(); }
  /// As the protocol says: 0 if the end was announced by `shutdown`, else 1.
  int exit_code() const { return exit_code_.value_or(state_ == State::ShutDown ? 0 : 1); }

 private:
  enum class State : std::uint8_t { Fresh, Running, ShutDown };

  void handle(const Json& message);
  void handle_request(const Json& id, const std::string& method, const Json& params);
  void handle_notification(const std::string& method, const Json& params);
  Reply answer(const std::string& method, const Json& params);
  Reply initialize();
  Reply about_document(const std::string& method, const Json& params);

  void opened(const Json& params);
  void changed(const Json& params);
  void closed(const Json& params);
  /// False if the edits are malformed or more than the budget allows.
  bool apply_changes(Document& document, const Json& changes);
  void give_up(const std::string& uri, const std::string& reason);
  void publish_changed();

  void send(const Json& message);
  void show(const std::string& text);
  void note_cancellation(const Json& message);

  Setting setting_;
  State state_ = State::Fresh;
  std::optional<int> exit_code_;
  MessageReader reader_;
  std::map<std::string, Document> documents_;
  std::set<std::string> changed_;
  std::set<std::string> cancelled_;  ///< ids as JSON text, of the messages now being handled
  std::string output_;
};

}  // namespace castra::server
