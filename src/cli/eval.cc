#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/eval_single.h"
#include "cli/mapping_file.h"
#include "cli/placement_picture.h"
#include "cli/recorded_launch.h"
#include "lang/bind.h"
#include "lang/policy.h"
#include "support/file.h"
#include "support/text.h"

namespace castra::cli {
namespace {

struct Options {
  Reading reading;
  std::string file;
  std::string function;
  std::string domain;
  std::string origin;
  std::string machine;
  std::string task;
  std::string program;
  std::string svg;
  std::string colour = "auto";
  bool picture = false;
  bool json = false;
  SingleTaskOptions single;
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

tl::expected<MachineShape, int> read_shape(const std::string& text) {
  auto shape = parse_shape(text);
  if (shape) return *shape;
  return tl::unexpected(fail(shape.error(), looks_like_shape(text) ? kUsage : kEnvironment));
}

/// What the command evaluates over, as the options or the program have it.
struct Setting {
  std::optional<Rect> domain;  ///< always with a function
  MachineShape machine;
  std::vector<std::int64_t> region_bytes;  ///< empty without a program
};

/// Fills in what a recorded launch knows; else the exit code, with the reason printed.
std::optional<int> read_launch(const Options& options, Setting& setting) {
  const auto program = load_program(options.program);
  if (!program) return fail(program.error(), kEnvironment);
  const auto launch = options.single.task.empty()
                          ? find_index_launch(*program, options.task, setting.domain)
                          : find_single_launch(*program, options.single.task);
  if (!launch) return fail(launch.error(), kUsage);
  setting.domain = (*launch)->domain;
  setting.region_bytes = lang::region_bytes(**launch);
  if (options.machine.empty()) setting.machine = program->machine.shape();
  return std::nullopt;
}

tl::expected<Setting, int> read_setting(const Options& options) {
  Setting setting;
  if (!options.domain.empty()) {
    auto domain = parse_domain(options);
    if (!domain) return tl::unexpected(fail(domain.error(), kUsage));
    setting.domain = std::move(*domain);
  }
  if (!options.machine.empty()) {
    const auto machine = read_shape(options.machine);
    if (!machine) return tl::unexpected(machine.error());
    setting.machine = *machine;
  }
  if (options.program.empty()) return setting;
  if (const auto code = read_launch(options, setting)) return tl::unexpected(*code);
  return setting;
}

/// Of the two forms of the command one must be whole; else the exit code, with the reason printed.
std::optional<int> check_form(const Options& options) {
  const std::string example = "castra eval FILE FUNCTION --domain 4x4 --machine 2x4";
  const std::string single = "castra eval FILE --single TASK --on GPU:0:0 --machine 2x4";
  if (options.machine.empty() && options.program.empty()) {
    return fail({"--machine is required", options.single.task.empty() ? example : single}, kUsage);
  }
  if (options.single.task.empty()) {
    if (options.function.empty()) return fail({"no function is named", example}, kUsage);
    if (!options.program.empty() && options.task.empty()) {
      return fail({"--program needs --task", "name the task whose launch it is: --task NAME"},
                  kUsage);
    }
    if (options.domain.empty() && options.program.empty())
      return fail({"--domain is required", example}, kUsage);
    if (options.domain.empty() && !options.origin.empty())
      return fail({"--origin needs --domain", example}, kUsage);
    return std::nullopt;
  }
  if (options.single.on.empty()) return fail({"--single needs --on", single}, kUsage);
  const bool index = !options.function.empty() || !options.domain.empty() ||
                     !options.origin.empty() || !options.task.empty() || options.picture ||
                     !options.svg.empty();
  if (index) {
    return fail({"with --single there is no function, domain, origin, task or picture", single},
                kUsage);
  }
  return std::nullopt;
}

void print_table(const Rect& domain, const lang::Placement& placement) {
  constexpr std::size_t kBlock = 65536;  // rows in memory at a time
  const std::size_t size = placement.points.size();
  for (std::size_t first = 0; first == 0 || first < size; first += kBlock) {
    std::vector<std::vector<std::string>> rows;
    for (std::size_t i = first; i < std::min(first + kBlock, size); ++i) {
      const lang::ProcessorSet& set = placement.points[i];
      rows.push_back({to_string(domain.at(static_cast<std::int64_t>(i))), std::to_string(set.node),
                      fmt::format("{}", fmt::join(set.processors, ","))});
    }
    const std::string text =
        render_table({"point", "node", std::string(to_string(placement.kind))}, std::move(rows));
    fmt::print("{}", first == 0 ? text : text.substr(text.find('\n') + 1));
  }
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

/// As agreed among command-line tools (no-color.org).
bool use_colour(const std::string& choice) {
  if (choice != "auto") return choice == "always";
  const char* off = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  const bool dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
  return isatty(STDOUT_FILENO) == 1 && !dumb && (off == nullptr || *off == '\0');
}

/// "block over [(0)..(7)] on 2 nodes x 4 GPU".
std::string title(const Options& options, const Rect& domain, const lang::Placement& placement,
                  const MachineShape& machine) {
  return fmt::format("{} over {} on {} node{} x {} {}", options.function, to_string(domain),
                     machine.nodes, machine.nodes == 1 ? "" : "s", machine.count(placement.kind),
                     to_string(placement.kind));
}

int show(const Options& options, const PlacementView& view) {
  if (!options.svg.empty()) {
    const auto drawn = draw_svg(view);
    if (!drawn) return fail(drawn.error(), kUsage);
    const Status written = write_file(options.svg, *drawn);
    if (!written) return fail(written.error(), kEnvironment);
  }
  if (options.json) {
    print_json(view.domain, view.placement);
  } else if (options.picture) {
    const auto drawn = draw_text(view, use_colour(options.colour));
    if (!drawn) return fail(drawn.error(), kUsage);
    fmt::print("{}", *drawn);
  } else if (options.svg.empty()) {
    print_table(view.domain, view.placement);
  }
  return kOk;
}

}  // namespace

int run_eval(const std::vector<std::string>& arguments) {
  CLI::App app(
      "Evaluates an index function of a mapping program at every point of a launch domain; with "
      "--single, says\nwhere a SingleTaskMap puts one task.",
      "castra eval");
  Options options;
  app.add_option("FILE", options.file, "the mapping program; - reads standard input")->required();
  app.add_option("FUNCTION", options.function, "a function of one Task");
  app.add_option("--domain", options.domain, "extents of the launch domain, for example 4x4");
  app.add_option("--machine", options.machine,
                 "NODESxPROCESSORS (of every kind), for example 2x4, or a machine's name or file "
                 "(default with --program: the recorded machine)");
  app.add_option("--origin", options.origin,
                 "lowest point of the domain, for example 1,1 (default: zeros)");
  app.add_option("--task", options.task, "what `task.name` is (default: not known)");
  app.add_option("--program", options.program,
                 "a recorded program: gives the sizes that `task.region_bytes` asks for, of its "
                 "launch of --task over\n--domain (default: the only domain it has), or of "
                 "--single");
  auto* single = app.add_option("--single", options.single.task,
                                "instead of FUNCTION and --domain: place this task, launched "
                                "singly, by its SingleTaskMap rule");
  app.add_option("--on", options.single.on,
                 "with --single: KIND:NODE:PROCESSOR where it would run otherwise, e.g. GPU:0:0")
      ->needs(single);
  app.add_option("--parent", options.single.parents,
                 "with --single: NAME:KIND:NODE:PROCESSOR of the task that launches it; repeat it "
                 "for further ancestors")
      ->needs(single)
      ->allow_extra_args(false);
  auto* json = app.add_flag("--json", options.json, "machine-readable output");
  app.add_flag("--picture", options.picture,
               "draw the points as letters, one per owner, with a legend, instead of a table")
      ->excludes(json);
  app.add_option("--svg", options.svg, "draw the points into this SVG file");
  app.add_option("--color", options.colour, "colours in the picture: auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  add_reading_options(app, options.reading);
  if (const auto code = parse(app, arguments)) return *code;

  if (const auto code = check_form(options)) return *code;
  auto setting = read_setting(options);
  if (!setting) return setting.error();
  const MachineShape& machine = setting->machine;
  if (!options.single.task.empty()) {
    options.single.json = options.json;
    options.single.region_bytes = std::move(setting->region_bytes);
    return eval_single(options.single, options.file, options.reading, machine);
  }
  const Rect& domain = *setting->domain;
  const auto compiled = compile_mapping(options.file, options.reading, options.json);
  if (!compiled) return compiled.error();
  const lang::Policy& policy = **compiled;
  lang::PlaceLog log;
  const auto result = policy.evaluate(
      options.function, {options.task, ProcessorKind::Cpu, domain, setting->region_bytes}, machine,
      &log);
  print_log(policy.source(), log);
  if (!result) return wrong_program(policy.source(), result.error(), options.json);
  if (!*result) {
    return fail(
        {fmt::format("`{}` uses a processor kind the machine {} does not have", options.function,
                     options.machine.empty() ? "of the program" : options.machine),
         "choose a machine with that kind"},
        kWrongProgram);
  }
  return show(options, {title(options, domain, **result, machine), domain, **result, machine});
}

}  // namespace castra::cli
