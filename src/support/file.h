#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "support/result.h"

namespace castra {

/// Reads a whole regular file. Fails, naming path and cause, if it is absent, a directory,
/// unreadable or larger than `limit` bytes.
Result<std::string> read_file(const std::string& path, std::size_t limit = std::size_t{64} << 20);

/// Writes through a temporary file beside `path` and renames it, so that a reader or a crash sees
/// the old content or the new, never half.
Status write_file(const std::string& path, std::string_view content);

/// The same for a file that was read before: fails, and leaves it alone, if it no longer holds what
/// it held then. Modes stay, links are followed.
Status replace_file(const std::string& path, const std::string& expected, std::string_view content);

/// A directory of our own under $TMPDIR (or /tmp), removed with all it holds on destruction.
class TemporaryDirectory {
 public:
  static Result<TemporaryDirectory> create();
  TemporaryDirectory(TemporaryDirectory&& other) noexcept;
  TemporaryDirectory& operator=(TemporaryDirectory&&) = delete;
  ~TemporaryDirectory();

  const std::string& path() const { return path_; }

 private:
  explicit TemporaryDirectory(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace castra
