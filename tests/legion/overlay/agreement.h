#pragma once

#include <string>
#include <vector>

#include "lang/policy.h"
#include "program/program.h"
#include "program/trace.h"

namespace castra {

/// What was compared, so that a test can see that something was.
struct Agreement {
  std::vector<std::string> differences;  ///< one line each
  int points = 0;     ///< whose processor the policy decides and that were compared
  int arguments = 0;  ///< whose memory the policy decides
  int layouts = 0;    ///< whose layout the policy decides
};

/// Compares every mapped point task of a run with the policy's answers, asked afresh: processor
/// chosen and processor it ran on, memory (`fall_through`: any of the list) and layout.
Agreement compare(const lang::Policy& policy, const Program& program, const Trace& trace,
                  bool fall_through);

}  // namespace castra
