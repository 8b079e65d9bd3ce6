#include "cli/constants_option.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/arguments.h"
#include "cli/command.h"
#include "lang/constants.h"

namespace castra::cli {

void add_constants_option(CLI::App& app, std::vector<std::string>& definitions) {
  app.add_option("-D,--define", definitions,
                 "name=value: give a variable of the mapping program this value, or define it")
      ->allow_extra_args(false);
}

tl::expected<std::shared_ptr<const SourceFile>, int> define_constants(
    const std::shared_ptr<const SourceFile>& source, const std::vector<std::string>& definitions,
    DiagnosticSink* warnings) {
  std::vector<lang::ConstantDefinition> constants;
  for (const std::string& text : definitions) {
    constants.emplace_back();
    if (lang::split_constant(text, constants.back())) continue;
    return tl::unexpected(fail({fmt::format("`-D {}` is not a definition", text),
                                "write a name, `=` and a value, for example -D nodes=4"},
                               kUsage));
  }
  DiagnosticSink sink;
  auto result = lang::with_constants(source, constants, sink);
  if (!sink.has_errors()) {
    for (const Diagnostic& warning : sink.diagnostics()) {
      if (warnings != nullptr) warnings->report(warning);
    }
    return result;
  }
  fmt::print(stderr, "{}", render_all(*source, sink));
  return tl::unexpected(kUsage);
}

}  // namespace castra::cli
