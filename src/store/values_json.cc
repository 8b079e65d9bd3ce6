#include "store/values_json.h"

#include <nlohmann/json.hpp>
#include <type_traits>

namespace castra::store {
namespace {

using Json = nlohmann::ordered_json;

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json span_json(SourceSpan span) { return Json::array({span.begin, span.end}); }
SourceSpan read_span(const Json& json) {
  return {json.at(0).get<std::uint32_t>(), json.at(1).get<std::uint32_t>()};
}

template <typename T>
Json optional_json(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}
template <typename T>
std::optional<T> read_optional(const Json& json, const char* key) {
  const Json& value = json.at(key);
  return value.is_null() ? std::nullopt : std::optional<T>(value.get<T>());
}

Json diagnostic_json(const Diagnostic& d) {
  Json labels = Json::array();
  for (const Label& label : d.labels)
    labels.push_back({{"span", span_json(label.span)}, {"text", label.text}});
  Json fixes = Json::array();
  for (const FixIt& fix : d.fixes) {
    fixes.push_back({{"span", span_json(fix.span)}, {"replacement", fix.replacement}});
  }
  return {{"code", d.code},
          {"severity", static_cast<int>(d.severity)},
          {"span", span_json(d.span)},
          {"message", d.message},
          {"help", d.help},
          {"labels", labels},
          {"fixes", fixes}};
}

Diagnostic read_diagnostic(const Json& json) {
  Diagnostic d;
  d.code = json.at("code");
  const int severity = json.at("severity");
  d.severity = severity == static_cast<int>(Severity::Note)      ? Severity::Note
               : severity == static_cast<int>(Severity::Warning) ? Severity::Warning
                                                                 : Severity::Error;
  d.span = read_span(json.at("span"));
  d.message = json.at("message");
  d.help = json.at("help");
  for (const Json& label : json.at("labels")) {
    d.labels.push_back({read_span(label.at("span")), label.at("text")});
  }
  for (const Json& fix : json.at("fixes")) {
    d.fixes.push_back({read_span(fix.at("span")), fix.at("replacement")});
  }
  return d;
}

Json details(const Measured& m) {
  return {{"samples", m.samples}, {"value", m.value}, {"verified", m.verified}};
}
Json details(const CompileError& e) {
  Json diagnostics = Json::array();
  for (const Diagnostic& d : e.diagnostics) diagnostics.push_back(diagnostic_json(d));
  return {{"diagnostics", diagnostics}, {"rendered", e.rendered}};
}
Json details(const InvalidMapping& e) { return {{"reasons", e.reasons}}; }
Json details(const RunFailed& e) {
  return {{"exit_code", optional_json(e.exit_code)},
          {"signal", optional_json(e.signal)},
          {"reason", e.reason}};
}
Json details(const OutOfMemory& e) {
  return {{"task", e.task},
          {"argument", e.argument},
          {"memory", e.memory},
          {"wanted", e.wanted ? Json(e.wanted->value) : Json(nullptr)},
          {"reason", e.reason}};
}
Json details(const TimedOut& e) { return {{"limit_s", e.limit_s}, {"cutoff", e.cutoff}}; }
Json details(const WrongResult& e) { return {{"reason", e.reason}}; }

CompileError read_compile_error(const Json& json) {
  CompileError error;
  for (const Json& d : json.at("diagnostics")) error.diagnostics.push_back(read_diagnostic(d));
  error.rendered = json.at("rendered");
  return error;
}

OutOfMemory read_out_of_memory(const Json& json) {
  OutOfMemory error;
  error.task = json.at("task");
  error.argument = json.at("argument");
  error.memory = json.at("memory");
  if (const auto wanted = read_optional<std::uint64_t>(json, "wanted"))
    error.wanted = Bytes{*wanted};
  error.reason = json.at("reason");
  return error;
}

OutcomeVariant read_result(const std::string& word, const Json& json) {
  if (word == "measured") {
    return Measured{json.at("samples").get<std::vector<double>>(), json.at("value"),
                    json.at("verified")};
  }
  if (word == "compile-error") return read_compile_error(json);
  if (word == "invalid-mapping") {
    return InvalidMapping{json.at("reasons").get<std::vector<std::string>>()};
  }
  if (word == "run-failed") {
    return RunFailed{read_optional<int>(json, "exit_code"), read_optional<int>(json, "signal"),
                     json.at("reason")};
  }
  if (word == "out-of-memory") return read_out_of_memory(json);
  if (word == "timed-out") return TimedOut{json.at("limit_s"), json.at("cutoff")};
  if (word == "wrong-result") return WrongResult{json.at("reason")};
  throw nlohmann::json::other_error::create(501, "unknown outcome '" + word + "'", nullptr);
}

/// The one place where the JSON library's exceptions end.
template <typename Read>
auto parse(const std::string& text, const char* what, Read read)
    -> Result<std::invoke_result_t<Read, const Json&>> {
  try {
    return read(Json::parse(text));
  } catch (const nlohmann::json::exception& error) {
    return failure(std::string("cannot read ") + what + " in the journal: " + error.what());
  }
}

}  // namespace

std::string to_json(const Outcome& outcome) {
  const Json result = std::visit([](const auto& value) { return details(value); }, outcome.result);
  return dump({{"outcome", outcome_word(outcome)},
               {"result", result},
               {"seconds", outcome.seconds},
               {"raw_text", outcome.raw_text}});
}

std::string to_json(const Feedback& feedback) {
  return dump({{"system", feedback.system},
               {"explanations", feedback.explanations},
               {"suggestions", feedback.suggestions},
               {"rules", feedback.rules}});
}

Result<Outcome> outcome_from_json(const std::string& text) {
  return parse(text, "an outcome", [](const Json& json) {
    Outcome outcome;
    outcome.result = read_result(json.at("outcome"), json.at("result"));
    outcome.seconds = json.at("seconds");
    outcome.raw_text = json.at("raw_text");
    return outcome;
  });
}

Result<Feedback> feedback_from_json(const std::string& text) {
  return parse(text, "feedback", [](const Json& json) {
    return Feedback{json.at("system"), json.at("explanations").get<std::vector<std::string>>(),
                    json.at("suggestions").get<std::vector<std::string>>(),
                    json.at("rules").get<std::vector<std::string>>()};
  });
}

}  // namespace castra::store
