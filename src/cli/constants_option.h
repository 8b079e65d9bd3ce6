#pragma once

#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "support/diagnostic.h"
#include "support/source.h"

namespace CLI {
class App;
}

namespace castra::cli {

/// The option `-D name=value`, which may be repeated.
void add_constants_option(CLI::App& app, std::vector<std::string>& definitions);

/// The mapping program with these constants: lang::with_constants. If one is malformed that has
/// been reported on standard error, and the error is the command's exit code. `warnings` gets what
/// else is to be said; it may be null.
tl::expected<std::shared_ptr<const SourceFile>, int> define_constants(
    const std::shared_ptr<const SourceFile>& source, const std::vector<std::string>& definitions,
    DiagnosticSink* warnings = nullptr);

}  // namespace castra::cli
