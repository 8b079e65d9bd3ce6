#include "cli/constants_option.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "lang/constants.h"

namespace castra::cli {

void add_constants_option(CLI::App& app, std::vector<std::string>& definitions) {
  app.add_option("-D,--define", definitions,
                 "name=value: give a variable of the mapping program this value, or define it")
      ->allow_extra_args(false);
}

Result<std::shared_ptr<const SourceFile>> define_constants(
    const std::shared_ptr<const SourceFile>& source, const std::vector<std::string>& definitions) {
  std::vector<lang::ConstantDefinition> constants;
  for (const std::string& text : definitions) {
    constants.emplace_back();
    if (lang::split_constant(text, constants.back())) continue;
    return failure(fmt::format("`-D {}` is not a definition", text),
                   "write a name, `=` and a value, for example -D nodes=4");
  }
  DiagnosticSink sink;
  auto result = lang::with_constants(source, constants, sink);
  if (!sink.has_errors()) return result;
  const Diagnostic& first = sink.diagnostics().front();
  return failure(first.message, first.help);
}

}  // namespace castra::cli
