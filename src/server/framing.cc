#include "server/framing.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "support/text.h"

namespace castra::server {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kHeaderEnd = "\r\n\r\n";

bool same_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

std::optional<std::size_t> parse_length(std::string_view digits) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size())
    return std::nullopt;
  return value;
}

}  // namespace

void MessageReader::feed(std::string_view bytes) {
  if (failed_) return;
  const std::size_t dropped = std::min(skip_, bytes.size());
  skip_ -= dropped;
  bytes.remove_prefix(dropped);
  buffer_.erase(0, at_);
  at_ = 0;
  buffer_ += bytes;
}

std::optional<MessageReader::Item> MessageReader::fail(std::string reason) {
  failed_ = true;
  buffer_.clear();
  at_ = 0;
  return BadFraming{std::move(reason)};
}

std::optional<MessageReader::Item> MessageReader::next() {
  if (failed_) return std::nullopt;
  if (!length_ && !read_header()) {
    if (failure_) return fail(*failure_);
    return std::nullopt;
  }
  const std::size_t available = buffer_.size() - at_;
  if (*length_ > kMaxMessageBytes) {
    const std::size_t dropped = std::min(*length_, available);
    at_ += dropped;
    skip_ = *length_ - dropped;
    length_.reset();
    return MessageTooLarge{};
  }
  if (available < *length_) return std::nullopt;
  std::string message = buffer_.substr(at_, *length_);
  at_ += *length_;
  length_.reset();
  return message;
}

bool MessageReader::read_header() {
  const std::string_view rest = std::string_view(buffer_).substr(at_);
  const std::size_t end = rest.find(kHeaderEnd);
  if (std::min(end, rest.size()) > kMaxHeaderBytes) {
    failure_ = "the header of a message has no end";
    return false;
  }
  if (end == std::string_view::npos) return false;
  std::string_view header = rest.substr(0, end);
  at_ += end + kHeaderEnd.size();
  while (!header.empty()) {
    const std::string_view line = header.substr(0, header.find(kLineEnd));
    header.remove_prefix(std::min(header.size(), line.size() + kLineEnd.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) {
      failure_ = "a header line has no colon";
      return false;
    }
    if (!same_ignoring_case(trim(line.substr(0, colon)), "content-length")) continue;
    length_ = parse_length(trim(line.substr(colon + 1)));
    if (!length_) {
      failure_ = "Content-Length is not a number";
      return false;
    }
  }
  if (!length_) failure_ = "a message has no Content-Length";
  return length_.has_value();
}

std::string framed(std::string_view message) {
  return "Content-Length: " + std::to_string(message.size()) + "\r\n\r\n" + std::string(message);
}

}  // namespace castra::server
