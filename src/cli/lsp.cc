#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <csignal>

#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/compat_option.h"
#include "program/json.h"
#include "server/stdio.h"
#include "support/file.h"

namespace castra::cli {
namespace {

Result<server::Setting> read_setting(const std::string& program, const std::string& machine) {
  server::Setting setting;
  if (!program.empty()) {
    const auto text = read_file(program);
    if (!text) return tl::unexpected(text.error());
    auto parsed = program_from_json(*text, program);
    if (!parsed) return tl::unexpected(parsed.error());
    setting.program = std::move(*parsed);
  }
  if (!machine.empty()) {
    auto loaded = load_machine(machine, share_directory());
    if (!loaded) return tl::unexpected(loaded.error());
    setting.machine = std::move(*loaded);
  }
  return setting;
}

}  // namespace

int run_lsp(const std::vector<std::string>& arguments) {
  CLI::App app(
      "Serves an editor by the language server protocol, on standard input and output: findings\n"
      "while you type, what a rule decides, completion, quick fixes (docs/editors.md).",
      "castra lsp");
  std::string program;
  std::string machine;
  lang::Profile profile;
  bool stdio = false;
  app.add_option("--program", program, "the recorded program that the mappings are for");
  app.add_option("--machine", machine,
                 "the machine they are for: a built-in name or a .machine.toml");
  add_compat_option(app, profile);
  app.add_flag("--stdio", stdio, "standard input and output; editors pass it, it is the only way");
  if (const auto code = parse(app, arguments)) return *code;

  auto setting = read_setting(program, machine);
  if (!setting) return fail(setting.error(), kEnvironment);
  setting->profile = profile;
  std::signal(SIGPIPE, SIG_IGN);  // a client that went away is an error of a write
  const auto code = server::serve_stdio(std::move(*setting));
  return code ? *code : fail(code.error(), kEnvironment);
}

}  // namespace castra::cli
