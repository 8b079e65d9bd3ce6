#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace castra::run {

/// How much of a stream is kept: its beginning and its end. Memory is bounded by twice the sum.
struct CaptureLimit {
  std::size_t head = std::size_t{64} << 10;
  std::size_t tail = std::size_t{256} << 10;
};

/// A stream of which only the beginning and the end are kept.
class CapturedText {
 public:
  explicit CapturedText(CaptureLimit limit = {}) : limit_(limit) {}

  void append(std::string_view bytes);
  /// Bytes that went by, kept or not.
  std::uint64_t total() const { return total_; }
  bool truncated() const { return total_ > head_.size() + kept_tail().size(); }
  /// Beginning and end; where something was left out, a line of its own says how many bytes.
  std::string text() const;

 private:
  std::string_view kept_tail() const;

  CaptureLimit limit_;
  std::string head_;
  std::string tail_;  ///< up to twice the limit, cut back when full
  std::uint64_t total_ = 0;
};

}  // namespace castra::run
