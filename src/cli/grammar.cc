#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <string_view>

#include "cli/arguments.h"
#include "cli/command.h"
#include "lang/ast_json.h"
#include "lang/grammar.h"
#include "support/file.h"
#include "support/text.h"

namespace castra::cli {
namespace {

struct Format {
  std::string_view name;
  std::string (*text)();
};

constexpr std::array kFormats = {
    Format{"ebnf", lang::grammar_ebnf},
    Format{"gbnf", lang::grammar_gbnf},
    Format{"json-schema", lang::ast_schema},
    Format{"textmate", lang::grammar_textmate},
};

}  // namespace

int run_grammar(const std::vector<std::string>& arguments) {
  CLI::App app(
      "Prints the grammar of the mapping language: ebnf to read, gbnf for constrained decoding\n"
      "(llama.cpp), json-schema for `castra dump --ast`, textmate for editors.",
      "castra grammar");
  std::string chosen = "ebnf";
  std::string output;
  app.add_option("--format", chosen, "ebnf (default), gbnf, json-schema or textmate");
  app.add_option("-o,--output", output, "write to this file instead of standard output");
  if (const auto code = parse(app, arguments)) return *code;

  std::vector<std::string> names;
  for (const Format& format : kFormats) {
    names.emplace_back(format.name);
    if (format.name != chosen) continue;
    const std::string text = format.text();
    if (output.empty() || output == "-") {
      fmt::print("{}", text);
      return kOk;
    }
    const Status written = write_file(output, text);
    return written ? kOk : fail(written.error(), kEnvironment);
  }
  const auto nearest = did_you_mean(chosen, names);
  return fail({fmt::format("there is no grammar format '{}'", chosen),
               nearest ? fmt::format("did you mean `--format {}`?", *nearest)
                       : "formats are " + join(names, ", ")},
              kUsage);
}

}  // namespace castra::cli
