#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/study.h"

namespace castra::cli {

std::string to_json(const StudySettings& settings) {
  const search::SearchSettings& search = settings.search;
  nlohmann::ordered_json json = {
      {"virtual_machine", settings.virtual_machine},
      {"provider", settings.provider},
      {"model", settings.model},
      {"feedback", settings.feedback},
      {"reply_timeout_s", settings.reply_timeout_s},
      {"check", settings.check},
      {"reference", settings.reference},
      {"timeout_s", settings.timeout_s},
      {"out", settings.out},
      {"compat", lang::name_of(settings.profile)},
      {"budget", search.budget},
      {"repeats", search.repeats},
      {"cutoff", search.cutoff},
      {"time_limit_s",
       search.time_limit_s ? nlohmann::ordered_json(*search.time_limit_s) : nullptr},
      {"free_limit", search.free_limit},
      {"confirm_rounds", search.confirm_rounds},
      {"confirm_candidates", search.confirm_candidates},
      {"start", search.start},
  };
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Result<StudySettings> study_settings_from_json(const std::string& text) {
  try {
    const auto json = nlohmann::json::parse(text);
    StudySettings settings;
    settings.virtual_machine = json.at("virtual_machine");
    settings.provider = json.at("provider");
    settings.model = json.at("model");
    settings.feedback = json.at("feedback");
    settings.reply_timeout_s = json.at("reply_timeout_s");
    settings.check = json.at("check");
    settings.reference = json.at("reference");
    settings.timeout_s = json.at("timeout_s");
    settings.out = json.at("out");
    const std::string compat = json.value("compat", "castra");  // older journals do not say
    const auto profile = lang::profile_named(compat);
    if (!profile)
      return failure(fmt::format("the journal names an unknown profile `{}`", compat),
                     "resume it with the version that wrote it");
    settings.profile = *profile;
    search::SearchSettings& search = settings.search;
    search.budget = json.at("budget");
    search.repeats = json.at("repeats");
    search.cutoff = json.at("cutoff");
    if (!json.at("time_limit_s").is_null())
      search.time_limit_s = json.at("time_limit_s").get<double>();
    search.free_limit = json.at("free_limit");
    search.confirm_rounds = json.at("confirm_rounds");
    search.confirm_candidates = json.at("confirm_candidates");
    search.start = json.at("start");
    return settings;
  } catch (const nlohmann::json::exception& error) {
    return failure(fmt::format("cannot read the settings in the journal: {}", error.what()),
                   "the file was changed by something else");
  }
}

}  // namespace castra::cli
