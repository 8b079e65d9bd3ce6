#include "cli/mapping_file.h"

#include <fmt/format.h>

#include <charconv>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/compat_option.h"
#include "cli/constants_option.h"
#include "lang/diagnostics.h"
#include "lang/parser.h"
#include "program/json.h"
#include "support/file.h"
#include "support/text.h"

namespace castra::cli {
namespace {

constexpr int kMaxNodes = 65536;
constexpr int kMaxPerNode = 65536;

std::optional<int> positive(std::string_view text, int limit) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 1 || value > limit)
    return std::nullopt;
  return value;
}

/// One byte more than a program may have, so that the parser can say it is too large.
std::string read_standard_input() {
  std::string text(lang::kMaxSourceBytes + 1, '\0');
  std::cin.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::cin.gcount()));
  return text;
}

nlohmann::ordered_json place_json(const SourceFile& source, SourceSpan span) {
  const LineColumn begin = source.locate(span.begin);
  const LineColumn end = source.locate(span.end);
  return {{"line", begin.line},       {"column", begin.column}, {"end_line", end.line},
          {"end_column", end.column}, {"begin", span.begin},    {"end", span.end}};
}

}  // namespace

Result<std::shared_ptr<const SourceFile>> read_mapping(const std::string& path) {
  if (path == "-") return std::make_shared<const SourceFile>("<stdin>", read_standard_input());
  auto text = read_file(path);
  if (!text) return tl::unexpected(text.error());
  return std::make_shared<const SourceFile>(path, std::move(*text));
}

void add_reading_options(CLI::App& app, Reading& reading) {
  add_compat_option(app, reading.profile);
  add_constants_option(app, reading.constants);
}

tl::expected<std::shared_ptr<const lang::Policy>, int> compile_mapping(const std::string& path,
                                                                       const Reading& reading,
                                                                       bool json) {
  const auto file = read_mapping(path);
  if (!file) return tl::unexpected(fail(file.error(), kEnvironment));
  const auto source = define_constants(*file, reading.constants);
  if (!source) return tl::unexpected(source.error());
  DiagnosticSink sink;
  auto policy = lang::compile(*source, sink, {reading.profile});
  if (policy) return policy;
  return tl::unexpected(wrong_program(**source, sink, json));
}

void print_log(const SourceFile& source, const lang::PlaceLog& log) {
  for (const std::string& line : log.printed) fmt::print(stderr, "{}\n", line);
  if (log.left_out > 0) fmt::print(stderr, "({} more lines printed)\n", log.left_out);
  for (const Diagnostic& note : log.notes) fmt::print(stderr, "{}", render(source, note));
}

Result<Program> load_program(const std::string& path) {
  const auto text = read_file(path);
  if (!text) return tl::unexpected(text.error());
  return program_from_json(*text, path);
}

void print_json(const nlohmann::ordered_json& json) {
  fmt::print("{}\n", json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

nlohmann::ordered_json to_json(const SourceFile& source, const Diagnostic& diagnostic) {
  nlohmann::ordered_json json = {{"file", source.name()}};
  json.update(place_json(source, diagnostic.span));
  json["severity"] = to_string(diagnostic.severity);
  json["code"] = diagnostic.code;
  json["message"] = diagnostic.message;
  json["arguments"] = nlohmann::ordered_json::object();
  for (const DiagnosticArgument& argument : diagnostic.arguments) {
    std::visit([&](const auto& value) { json["arguments"][argument.name] = value; },
               argument.value);
  }
  json["help"] = diagnostic.help;
  json["labels"] = nlohmann::ordered_json::array();
  for (const Label& label : diagnostic.labels) {
    json["labels"].push_back(place_json(source, label.span));
    json["labels"].back()["text"] = label.text;
  }
  json["old_wording"] = lang::old_wording(diagnostic, source.locate(diagnostic.span.begin).line);
  json["fix_is_certain"] = !diagnostic.fixes.empty() && diagnostic.fix_is_certain;
  json["fixes"] = nlohmann::ordered_json::array();
  for (const FixIt& fix : diagnostic.fixes) {
    json["fixes"].push_back(place_json(source, fix.span));
    json["fixes"].back()["replacement"] = fix.replacement;
  }
  return json;
}

nlohmann::ordered_json findings_json(const SourceFile& source, const DiagnosticSink& sink) {
  nlohmann::ordered_json findings = nlohmann::ordered_json::array();
  for (const Diagnostic& diagnostic : sink.diagnostics())
    findings.push_back(to_json(source, diagnostic));
  return {{"format", "castra-check"},
          {"version", 1},
          {"file", source.name()},
          {"ok", !sink.has_errors()},
          {"errors", sink.error_count()},
          {"suppressed", sink.suppressed()},
          {"diagnostics", std::move(findings)}};
}

int wrong_program(const SourceFile& source, const DiagnosticSink& sink, bool json) {
  if (json) {
    print_json(findings_json(source, sink));
  } else {
    fmt::print(stderr, "{}", render_all(source, sink));
  }
  return kWrongProgram;
}

int wrong_program(const SourceFile& source, const Diagnostic& finding, bool json) {
  DiagnosticSink sink;
  sink.report(finding);
  return wrong_program(source, sink, json);
}

Result<MachineShape> parse_shape(const std::string& text) {
  const auto parts = split(text, 'x');
  if (parts.size() == 2) {
    const auto nodes = positive(parts[0], kMaxNodes);
    const auto per_node = positive(parts[1], kMaxPerNode);
    if (nodes && per_node) {
      MachineShape shape;
      shape.nodes = *nodes;
      for (const ProcessorKind kind : kAllProcessorKinds) shape.set(kind, *per_node);
      return shape;
    }
  }
  const auto machine = load_machine(text, share_directory());
  if (!machine) {
    Error error = machine.error();
    if (parts.size() == 2 && text.find_first_not_of("0123456789x+-") == std::string::npos) {
      error = {fmt::format("'{}' is not NODESxPROCESSORS", text),
               fmt::format("both are whole numbers, 1 to {} and 1 to {}, for example 2x4",
                           kMaxNodes, kMaxPerNode)};
      return tl::unexpected(std::move(error));
    }
    error.remedy = "write NODESxPROCESSORS, for example 2x4; " + error.remedy;
    return tl::unexpected(std::move(error));
  }
  return machine->shape();
}

}  // namespace castra::cli
