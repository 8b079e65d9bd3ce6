#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "search/driver.h"

namespace castra::cli {

/// The JSON events of `castra optimize --json`, one object per line, each with "event".
nlohmann::ordered_json trying_event(int number, const search::Proposal& proposal);
nlohmann::ordered_json trial_event(const search::Trial& trial, const search::History& history);
nlohmann::ordered_json confirmation_event(const search::Confirmation& confirmation);

std::string one_line(const nlohmann::ordered_json& event);

}  // namespace castra::cli
