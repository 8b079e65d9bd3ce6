#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace castra::server {

/// Larger messages are skipped, not stored.
inline constexpr std::size_t kMaxMessageBytes = std::size_t{16} << 20;
inline constexpr std::size_t kMaxHeaderBytes = std::size_t{8} << 10;

/// A message was announced with more than kMaxMessageBytes; its body has been dropped.
struct MessageTooLarge {};
/// The bytes are not framed as the protocol says; where the next message starts cannot be known.
struct BadFraming {
  std::string reason;
};

/// Takes apart the byte stream of the language server protocol: header lines ended by CRLF, one of
/// them Content-Length, an empty line, and that many bytes. Memory: at most one message and what
/// was fed beyond it.
class MessageReader {
 public:
  using Item = std::variant<std::string, MessageTooLarge, BadFraming>;

  void feed(std::string_view bytes);
  /// The next complete message, or what is wrong; nothing if more bytes are needed. After
  /// BadFraming there is nothing more.
  std::optional<Item> next();

 private:
  /// False if the header is not complete yet; sets failure_ if it is wrong.
  bool read_header();
  std::optional<Item> fail(std::string reason);

  std::string buffer_;
  std::size_t at_ = 0;                 ///< start of what is not consumed yet
  std::optional<std::size_t> length_;  ///< of the message whose header has been read
  std::size_t skip_ = 0;               ///< bytes of a dropped body still to come
  std::optional<std::string> failure_;
  bool failed_ = false;
};

/// The message with its header.
std::string framed(std::string_view message);

}  // namespace castra::server
