#pragma once

#include <atomic>

#include "search/llm/provider.h"

namespace castra::run {

/// Runs the commands of a language model's provider: the prompt on standard input, standard output
/// as the reply; whatever the command starts is gone when it ends, is late, or prints past the
/// limit.
search::llm::CommandRunner command_runner(const std::atomic<bool>* cancel);

}  // namespace castra::run
