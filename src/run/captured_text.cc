#include "run/captured_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace castra::run {

void CapturedText::append(std::string_view bytes) {
  total_ += bytes.size();
  const std::size_t to_head = std::min(limit_.head - head_.size(), bytes.size());
  head_.append(bytes.substr(0, to_head));
  bytes.remove_prefix(to_head);
  if (bytes.size() > limit_.tail) bytes.remove_prefix(bytes.size() - limit_.tail);
  if (tail_.size() + bytes.size() > 2 * limit_.tail) {
    tail_.erase(0, tail_.size() - std::min(tail_.size(), limit_.tail));
  }
  tail_.append(bytes);
}

std::string_view CapturedText::kept_tail() const {
  const std::string_view tail = tail_;
  return tail.substr(tail.size() - std::min(tail.size(), limit_.tail));
}

std::string CapturedText::text() const {
  const std::string_view tail = kept_tail();
  if (!truncated()) return head_ + std::string(tail);
  return fmt::format("{}\n... {} bytes left out ...\n{}", head_,
                     total_ - head_.size() - tail.size(), tail);
}

}  // namespace castra::run
