#include "cli/compat_option.h"

#include <CLI/CLI.hpp>

namespace castra::cli {

CLI::Option* add_compat_option(CLI::App& app, lang::Profile& profile) {
  const auto set = [&profile](const std::string& name) {
    const auto named = lang::profile_named(name);
    if (!named) {
      throw CLI::ValidationError(
          "--compat", "there is no profile `" + name + "`; name " + lang::compat_names());
    }
    profile = *named;
  };
  return app.add_option_function<std::string>(
      "--compat", set,
      "read and obey the mapping as the published implementation does: dslmapper (regions by "
      "position) or dslmapper-names (regions by name)");
}

}  // namespace castra::cli
