#include "cli/check_fix.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "support/file.h"
#include "support/line_diff.h"

namespace castra::cli {

void print_repair(const SourceFile& before, const lang::Repair& repair, Show show) {
  for (const lang::AppliedFix& fix : repair.applied) {
    fmt::print(stderr, "{}:{}:{}: fixed[{}]: {}{}{}\n", before.name(), fix.place.line,
               fix.place.column, fix.code, fix.message, fix.help.empty() ? "" : "; ", fix.help);
  }
  const bool passes = !repair.applied.empty() && repair.applied.back().pass > 1;
  fmt::print(stderr, "{}: {} fixed{}{}\n", before.name(), repair.applied.size(),
             passes ? fmt::format(" in {} passes, each numbered by its own lines",
                                  repair.applied.back().pass)
                    : "",
             show == Show::Difference ? "; nothing is written" : "");
  if (show == Show::Text) fmt::print("{}", repair.text);
  if (show == Show::Difference) {
    fmt::print("{}", unified_diff(before.text(), repair.text, before.name(),
                                  before.name() + " (repaired)"));
  }
}

nlohmann::ordered_json fixed_json(const lang::Repair& repair) {
  nlohmann::ordered_json fixed = nlohmann::ordered_json::array();
  for (const lang::AppliedFix& fix : repair.applied) {
    fixed.push_back({{"code", fix.code},
                     {"pass", fix.pass},
                     {"line", fix.place.line},
                     {"column", fix.place.column},
                     {"message", fix.message},
                     {"help", fix.help}});
  }
  return fixed;
}

Status write_repaired(const std::string& path, const SourceFile& before,
                      const lang::Repair& repair) {
  if (repair.text == before.text()) return {};
  return replace_file(path, before.text(), repair.text);
}

}  // namespace castra::cli
