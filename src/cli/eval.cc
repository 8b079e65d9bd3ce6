#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/compat_option.h"
#include "cli/constants_option.h"
#include "cli/mapping_file.h"
#include "lang/policy.h"
#include "support/text.h"

namespace castra::cli {
namespace {

struct Options {
  std::string file;
  std::vector<std::string> constants;
  std::string function;
  std::string domain;
  std::string origin;
  std::string machine;
  lang::Profile profile;
  bool json = false;
};

constexpr std::size_t kMaxDimensions = 6;

/// Integers separated by one character; nothing if any is malformed.
std::optional<Point> parse_integers(std::string_view text, char separator) {
  Point point;
  for (const std::string_view part : split(text, separator)) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
    if (error != std::errc() || end != part.data() + part.size()) return std::nullopt;
    point.push_back(value);
  }
  if (point.size() > kMaxDimensions) return std::nullopt;
  return point;
}

Result<Rect> parse_domain(const Options& options) {
  const auto extents = parse_integers(options.domain, 'x');
  const bool positive =
      extents && std::all_of(extents->begin(), extents->end(), [](auto n) { return n > 0; });
  if (!positive) {
    return failure(
        fmt::format("`--domain {}` is not a launch domain", options.domain),
        "write the extents, for example --domain 8 or --domain 4x4 (up to 6 dimensions)");
  }
  Rect rect = rect_of_extents(*extents);
  if (options.origin.empty()) return rect;
  const auto origin = parse_integers(options.origin, ',');
  if (!origin || origin->size() != extents->size()) {
    return failure(
        fmt::format("`--origin {}` does not fit the domain {}", options.origin, options.domain),
        "write one integer per dimension, for example --origin 0,0");
  }
  for (std::size_t d = 0; d < origin->size(); ++d) {
    if (__builtin_add_overflow(rect.hi[d], (*origin)[d], &rect.hi[d])) {
      return failure("the launch domain does not fit 64-bit coordinates", "use a smaller origin");
    }
    rect.lo[d] = (*origin)[d];
  }
  return rect;
}

/// Whether a machine that could not be read was meant as NODESxPROCESSORS.
bool looks_like_shape(const std::string& text) {
  const bool path = text.find('/') != std::string::npos || text.ends_with(".toml");
  return text.empty() ||
         (!path && std::string_view("0123456789+-").find(text.front()) != std::string_view::npos);
}

void print_table(const Rect& domain, const lang::Placement& placement) {
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < placement.points.size(); ++i) {
    const lang::ProcessorSet& set = placement.points[i];
    rows.push_back({to_string(domain.at(static_cast<std::int64_t>(i))), std::to_string(set.node),
                    fmt::format("{}", fmt::join(set.processors, ","))});
  }
  fmt::print("{}", render_table({"point", "node", std::string(to_string(placement.kind))}, rows));
}

/// One point a line, so that large tables stay readable and diffable.
void print_json(const Rect& domain, const lang::Placement& placement) {
  fmt::print("{{\"kind\": \"{}\", \"points\": [", to_string(placement.kind));
  for (std::size_t i = 0; i < placement.points.size(); ++i) {
    const lang::ProcessorSet& set = placement.points[i];
    const Point point = domain.at(static_cast<std::int64_t>(i));
    fmt::print("{}\n  {{\"point\": [{}], \"node\": {}, \"processor\": {}", i == 0 ? "" : ",",
               fmt::join(point, ", "), set.node, set.processors.front());
    if (set.processors.size() > 1)
      fmt::print(", \"processors\": [{}]", fmt::join(set.processors, ", "));
    fmt::print("}}");
  }
  fmt::print("\n]}}\n");
}

}  // namespace

int run_eval(const std::vector<std::string>& arguments) {
  CLI::App app(
      "Evaluates an index function of a mapping program at every point of a launch domain.",
      "castra eval");
  Options options;
  app.add_option("FILE", options.file, "the mapping program; - reads standard input")->required();
  app.add_option("FUNCTION", options.function, "a function of one Task")->required();
  app.add_option("--domain", options.domain, "extents of the launch domain, for example 4x4")
      ->required();
  app.add_option("--machine", options.machine,
                 "NODESxPROCESSORS (of every kind), for example 2x4, or a machine's name or file")
      ->required();
  app.add_option("--origin", options.origin,
                 "lowest point of the domain, for example 1,1 (default: zeros)");
  add_compat_option(app, options.profile);
  app.add_flag("--json", options.json, "machine-readable output");
  add_constants_option(app, options.constants);
  if (const auto code = parse(app, arguments)) return *code;

  const auto domain = parse_domain(options);
  if (!domain) return fail(domain.error(), kUsage);
  const auto machine = parse_shape(options.machine);
  if (!machine)
    return fail(machine.error(), looks_like_shape(options.machine) ? kUsage : kEnvironment);
  const auto file = read_mapping(options.file);
  if (!file) return fail(file.error(), kEnvironment);
  const auto source = define_constants(*file, options.constants);
  if (!source) return fail(source.error(), kUsage);
  DiagnosticSink sink;
  const auto policy = lang::compile(*source, sink, {options.profile});
  if (!policy) {
    fmt::print(stderr, "{}", render_all(**source, sink));
    return kWrongProgram;
  }
  const auto result = policy->evaluate(options.function, *domain, *machine);
  if (!result) {
    // A function that does not exist has no place in the file.
    const Diagnostic& error = result.error();
    if (error.span.begin == error.span.end) return fail({error.message, error.help}, kWrongProgram);
    fmt::print(stderr, "{}", render(**source, error));
    return kWrongProgram;
  }
  if (!*result) {
    return fail({fmt::format("`{}` uses a processor kind the machine {} does not have",
                             options.function, options.machine),
                 "choose a machine with that kind"},
                kWrongProgram);
  }
  options.json ? print_json(*domain, **result) : print_table(*domain, **result);
  return kOk;
}

}  // namespace castra::cli
