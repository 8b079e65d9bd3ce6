#pragma once

#include "lang/profile.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace castra::cli {

/// Adds `--compat NAME`, which sets `profile`. Keeps a reference.
CLI::Option* add_compat_option(CLI::App& app, lang::Profile& profile);

}  // namespace castra::cli
