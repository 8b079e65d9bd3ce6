#include "search/llm/mailbox_provider.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>

#include "support/file.h"
#include "support/text.h"

namespace castra::search::llm {
namespace {

constexpr double kDefaultTimeout = 3600;
constexpr double kPollSeconds = 0.1;
constexpr int kLastNumber = 999999;
constexpr std::size_t kFileBudget = std::size_t{16} << 20;

/// Size of a regular file, 0 if it is not there.
std::uintmax_t size_of(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  return error ? 0 : size;
}

}  // namespace

MailboxProvider::MailboxProvider(MailboxSpec spec, const ProviderOptions& options)
    : directory_(std::move(spec.directory)),
      timeout_s_(options.timeout_s > 0 ? options.timeout_s : kDefaultTimeout),
      notice_(options.notice),
      sleep_(cancellable_sleep(options.cancel)) {}

std::string MailboxProvider::path(int number, const char* what) const {
  return (std::filesystem::path(directory_) / fmt::format("{:04}.{}.txt", number, what)).string();
}

Status MailboxProvider::post(const std::string& text) {
  while (++number_ <= kLastNumber) {
    const std::string file = path(number_, "prompt");
    std::error_code error;
    if (!std::filesystem::exists(file, error)) return write_file(file, text);
    if (size_of(file) != text.size()) continue;
    const auto earlier = read_file(file, kFileBudget);
    if (earlier && *earlier == text) return {};
  }
  return failure(fmt::format("the mailbox '{}' is full", directory_), "use an empty folder");
}

Result<Reply> MailboxProvider::wait() {
  const auto start = std::chrono::steady_clock::now();
  const auto waited = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  const std::string file = path(number_, "reply");
  std::uintmax_t seen = size_of(file);
  if (seen == 0 && notice_) {
    notice_(fmt::format("waiting for a reply: read {} and write the answer to {}",
                        path(number_, "prompt"), file));
  }
  for (;;) {
    if (waited() > timeout_s_) {
      return failure(fmt::format("no reply in '{}' within {:.0f} s", file, timeout_s_),
                     "write the reply there and resume the study, or allow more time");
    }
    if (!sleep_(kPollSeconds)) return failure("interrupted while waiting for the model");
    const std::uintmax_t now = size_of(file);
    if (now > 0 && now == seen) break;  // written, and no longer growing
    seen = now;
  }
  auto text = read_file(file, kFileBudget);
  if (!text) return tl::unexpected(text.error());
  Reply reply;
  reply.seconds = waited();
  reply.truncated = text->size() > kReplyBudget;
  reply.text = text->substr(0, kReplyBudget);
  return reply;
}

Result<Reply> MailboxProvider::complete(const Prompt& prompt) {
  if (auto posted = post(prompt.text()); !posted) return tl::unexpected(posted.error());
  return wait();
}

}  // namespace castra::search::llm
