#include "fuzz_target.h"

#include <algorithm>
#include <array>

#include "language_fuzz.h"
#include "server_fuzz.h"
#include "token_mutator.h"

namespace castra {
namespace {

constexpr std::array kTargets = {
    FuzzTarget{"lexer", lang::exercise_lexer, lang::mutate_tokens},
    FuzzTarget{"parser", lang::exercise_parser, lang::mutate_tokens},
    FuzzTarget{"checker", lang::exercise_checker, lang::mutate_tokens},
    FuzzTarget{"evaluator", lang::exercise_evaluator, lang::mutate_tokens},
    FuzzTarget{"importer", lang::exercise_importer, lang::mutate_tokens},
    FuzzTarget{"server", server::exercise_server, server::mutate_messages},
};

}  // namespace

std::span<const FuzzTarget> fuzz_targets() { return kTargets; }

const FuzzTarget* find_fuzz_target(std::string_view name) {
  const auto found = std::find_if(kTargets.begin(), kTargets.end(),
                                  [&](const FuzzTarget& target) { return target.name == name; });
  return found == kTargets.end() ? nullptr : &*found;
}

}  // namespace castra
