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

Status write_file(const std::string& path, std::string_view content) {
  std::string scratch = path + ".XXXXXX";
  Descriptor file{::mkstemp(scratch.data())};
  if (file.fd < 0) {
    return failure(fmt::format("cannot write '{}': {}", path, errno_text()),
                   "choose a path in an existing folder you may write to");
  }
  ::fchmod(file.fd, 0644);
  while (!content.empty()) {
    const ssize_t put = ::write(file.fd, content.data(), content.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) {
      const std::string cause = errno_text();
      ::unlink(scratch.c_str());
      return failure(fmt::format("cannot write '{}': {}", path, cause));
    }
    content.remove_prefix(static_cast<std::size_t>(put));
  }
  if (::fsync(file.fd) != 0 || ::rename(scratch.c_str(), path.c_str()) != 0) {
    const std::string cause = errno_text();
    ::unlink(scratch.c_str());
    return failure(fmt::format("cannot write '{}': {}", path, cause));
  }
  return {};
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
