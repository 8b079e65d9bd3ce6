#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/mapping_file.h"
#include "lang/import.h"
#include "support/file.h"

namespace castra::cli {

int run_import(const std::vector<std::string>& arguments) {
  CLI::App app(
      "Converts a mapping program of an earlier form of the language so that it decides the same "
      "today.",
      "castra import");
  std::string file;
  std::string dialect = "auto";
  std::string out;
  bool json = false;
  app.add_option("FILE", file, "the old program; - reads standard input")->required();
  app.add_option("--dialect", dialect,
                 "d0 (April 2022: task, region), d1 (August 2022: index maps with a machine) or "
                 "auto (default)")
      ->check(CLI::IsMember({"auto", "d0", "d1"}));
  app.add_option("-o,--out", out, "write the program here instead of to standard output");
  app.add_flag("--json", json, "findings and, as `text`, the program as JSON on standard output");
  if (const auto code = parse(app, arguments)) return *code;

  const auto source = read_mapping(file);
  if (!source) return fail(source.error(), kEnvironment);
  std::optional<lang::Dialect> form;
  if (dialect == "d0") form = lang::Dialect::D0;
  if (dialect == "d1") form = lang::Dialect::D1;
  DiagnosticSink sink;
  const auto imported = lang::import_program(**source, form, sink);
  if (!imported) return wrong_program(**source, sink, json);
  if (!json) fmt::print(stderr, "{}", render_all(**source, sink));
  if (!out.empty()) {
    if (const auto written = write_file(out, imported->text); !written)
      return fail(written.error(), kEnvironment);
  }
  if (json) {
    nlohmann::ordered_json findings = findings_json(**source, sink);
    findings["text"] = imported->text;
    print_json(findings);
    return kOk;
  }
  if (out.empty()) fmt::print("{}", imported->text);
  return kOk;
}

}  // namespace castra::cli
