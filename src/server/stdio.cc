#include "server/stdio.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

namespace castra::server {
namespace {

constexpr std::size_t kChunk = std::size_t{64} << 10;

Status write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0)
      return failure(fmt::format("cannot write to the client: {}", std::strerror(errno)));
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

Result<int> serve_stdio(Setting setting) {
  Server server(std::move(setting));
  std::vector<char> buffer(kChunk);
  while (!server.ended()) {
    const ssize_t count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0)
      return failure(fmt::format("cannot read from the client: {}", std::strerror(errno)));
    if (count == 0) break;
    const std::string answer = server.feed({buffer.data(), static_cast<std::size_t>(count)});
    const Status sent = write_all(answer);
    if (!sent) return tl::unexpected(sent.error());
  }
  return server.exit_code();
}

}  // namespace castra::server
