#pragma once

#include <memory>
#include <string>
#include <vector>

#include "support/result.h"
#include "support/source.h"

namespace CLI {
class App;
}

namespace castra::cli {

/// The option `-D name=value`, which may be repeated.
void add_constants_option(CLI::App& app, std::vector<std::string>& definitions);

/// The mapping program with these constants: lang::with_constants. An error if one is malformed.
Result<std::shared_ptr<const SourceFile>> define_constants(
    const std::shared_ptr<const SourceFile>& source, const std::vector<std::string>& definitions);

}  // namespace castra::cli
