#include "cli/search_events.h"

#include <nlohmann/json.hpp>

namespace castra::cli {

nlohmann::ordered_json trying_event(int number, const search::Proposal& proposal) {
  return {{"event", "trying"},
          {"trial", number},
          {"origin", proposal.origin},
          {"reason", proposal.reason}};
}

nlohmann::ordered_json trial_event(const search::Trial& trial, const search::History& history) {
  nlohmann::ordered_json event = {{"event", "trial"},
                                  {"trial", trial.number},
                                  {"origin", trial.proposal.origin},
                                  {"reason", trial.proposal.reason},
                                  {"outcome", outcome_word(trial.outcome)},
                                  {"summary", summary(trial.outcome, history.metric())},
                                  {"value", nullptr},
                                  {"samples", nlohmann::ordered_json::array()},
                                  {"seconds", trial.outcome.seconds},
                                  {"duplicate_of", nullptr},
                                  {"best", trial.accepted}};
  if (const Measured* measured = trial.outcome.measured()) {
    event["value"] = measured->value;
    event["samples"] = measured->samples;
  }
  if (trial.duplicate_of) event["duplicate_of"] = *trial.duplicate_of;
  return event;
}

nlohmann::ordered_json confirmation_event(const search::Confirmation& confirmation) {
  return {{"event", "confirmation"},         {"trial", confirmation.trial},
          {"own", confirmation.own},         {"candidate", confirmation.candidate},
          {"speedup", confirmation.speedup}, {"better", confirmation.better},
          {"failure", confirmation.failure}};
}

std::string one_line(const nlohmann::ordered_json& event) {
  return event.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace castra::cli
