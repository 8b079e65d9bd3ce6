#pragma once

#include <optional>
#include <string>

#include "program/program.h"
#include "support/result.h"

namespace castra::cli {

/// The first recorded index launch of a task over this domain; without one, over the only domain
/// that the program launches it over. Fails if the program has no such launch, and says which it
/// has.
Result<const Launch*> find_index_launch(const Program& program, const std::string& task,
                                        const std::optional<Rect>& domain);
/// The same for a task that is launched singly.
Result<const Launch*> find_single_launch(const Program& program, const std::string& task);

}  // namespace castra::cli
