#pragma once

#include "search/llm/provider.h"
#include "search/llm/retry.h"
#include "search/llm/spec.h"

namespace castra::search::llm {

/// A folder of numbered files: 0001.prompt.txt is written whole, then 0001.reply.txt is waited for.
/// A person or another tool answers. A number whose prompt file holds exactly the present prompt is
/// taken up again, so that an interrupted study finds a reply that was given meanwhile; a number
/// with a reply but no prompt (an answer laid out in advance) is used at once; numbers of other
/// prompts are passed over.
class MailboxProvider : public Provider {
 public:
  MailboxProvider(MailboxSpec spec, const ProviderOptions& options);
  Result<Reply> complete(const Prompt& prompt) override;
  std::string describe() const override { return "mailbox: " + directory_; }

 private:
  std::string path(int number, const char* what) const;
  /// Chooses the next number and makes sure its prompt file is there.
  Status post(const std::string& text);
  Result<Reply> wait();

  std::string directory_;
  double timeout_s_;
  std::function<void(const std::string&)> notice_;
  Sleeper sleep_;
  int number_ = 0;  ///< of the latest exchange; the next one is larger
};

}  // namespace castra::search::llm
