#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace castra::apps {

/// One value that is not what the reference says.
struct Difference {
  std::string quantity;  ///< "node_voltage"
  std::int64_t id = 0;
  float got = 0;
  float expected = 0;
  float tolerance = 0;
};

/// Collects where a program's values leave the reference's.
class Comparison {
 public:
  /// Compares element by element; `expected` and `tolerance` (absolute) are as long as `got`. A
  /// value that is not finite always differs.
  void add(const std::string& quantity, std::span<const float> got, std::span<const float> expected,
           std::span<const float> tolerance);

  bool same() const { return different_ == 0; }

  /// "SUCCESS! ..." or "FAILURE! ..." with the first few differences, one per line, newline at the
  /// end.
  std::string report() const;

 private:
  static constexpr std::size_t kShown = 8;

  std::int64_t compared_ = 0;
  std::int64_t different_ = 0;
  std::vector<Difference> shown_;
};

}  // namespace castra::apps
