#include "support/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

namespace castra {
namespace {

std::string errno_text() { return std::strerror(errno); }

/// Closes on scope exit; -1 means nothing to close.
struct Descriptor {
  int fd = -1;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
};

tl::unexpected<Error> cannot_write(const std::string& path) {
  return failure(fmt::format("cannot write '{}': {}", path, errno_text()),
                 "choose a path in an existing folder you may write to");
}

/// False leaves errno.
bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t put = ::write(fd, content.data(), content.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

Status write_in_place(const std::string& path, std::string_view content) {
  const Descriptor file{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};
  if (file.fd < 0 || !write_all(file.fd, content)) return cannot_write(path);
  return {};
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t limit) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.fd < 0) return failure(fmt::format("cannot read '{}': {}", path, errno_text()));
  struct stat info{};
  if (::fstat(file.fd, &info) != 0)
    return failure(fmt::format("cannot stat '{}': {}", path, errno_text()));
  if (S_ISDIR(info.st_mode))
    return failure(fmt::format("cannot read '{}': it is a directory", path));
  std::string content;
  char buffer[1 << 16];
  for (;;) {
    const ssize_t got = ::read(file.fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure(fmt::format("cannot read '{}': {}", path, errno_text()));
    if (got == 0) return content;
    content.append(buffer, static_cast<std::size_t>(got));
    if (content.size() > limit) {
      return failure(fmt::format("'{}' is larger than the limit of {} bytes", path, limit));
    }
  }
}

namespace {

Status unless_changed(const std::string& path, const std::string* expected) {
  if (expected == nullptr) return {};
  const auto now = read_file(path);
  if (!now) return tl::unexpected(now.error());
  if (*now == *expected) return {};
  return failure(fmt::format("'{}' changed since it was read; it is left alone", path),
                 "run the command again");
}

/// With `expected`, only over exactly that content, looked at last thing before the new one is in
/// place.
Status write(const std::string& path, std::string_view content, const std::string* expected) {
  struct stat existing{};
  const bool exists = ::stat(path.c_str(), &existing) == 0;
  if (exists && !S_ISREG(existing.st_mode)) return write_in_place(path, content);
  std::error_code unresolved;
  const std::filesystem::path resolved = std::filesystem::canonical(path, unresolved);
  const std::string target = unresolved ? path : resolved.string();

  std::string scratch = target + ".XXXXXX";
  Descriptor file{::mkstemp(scratch.data())};
  if (file.fd < 0) return cannot_write(path);
  ::fchmod(file.fd, exists ? existing.st_mode & 07777 : 0644);
  if (!write_all(file.fd, content) || ::fsync(file.fd) != 0) {
    auto error = cannot_write(path);
    ::unlink(scratch.c_str());
    return error;
  }
  if (auto unchanged = unless_changed(target, expected); !unchanged) {
    ::unlink(scratch.c_str());
    return unchanged;
  }
  if (::rename(scratch.c_str(), target.c_str()) != 0) {
    auto error = cannot_write(path);
    ::unlink(scratch.c_str());
    return error;
  }
  return {};
}

}  // namespace

Status write_file(const std::string& path, std::string_view content) {
  return write(path, content, nullptr);
}

Status replace_file(const std::string& path, const std::string& expected,
                    std::string_view content) {
  return write(path, content, &expected);
}

Result<TemporaryDirectory> TemporaryDirectory::create() {
  const char* root = std::getenv("TMPDIR");
  std::string pattern =
      std::string(root != nullptr && *root != '\0' ? root : "/tmp") + "/castra-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) {
    return failure(fmt::format("cannot make a folder '{}': {}", pattern, errno_text()),
                   "set TMPDIR to a folder you may write to");
  }
  return TemporaryDirectory(std::move(pattern));
}

TemporaryDirectory::TemporaryDirectory(TemporaryDirectory&& other) noexcept
    : path_(std::exchange(other.path_, {})) {}

TemporaryDirectory::~TemporaryDirectory() {
  if (path_.empty()) return;
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace castra
