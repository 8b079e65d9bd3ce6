#pragma once

#include <string>

#include "machine/machine.h"
#include "mapping/metric.h"
#include "program/program.h"
#include "search/space.h"

namespace castra::search::agent {

/// Facts of a study in words for a model: one line per fact, deterministic. Long lists are cut with
/// a count of what was left out.
std::string describe_program(const Program& program);
std::string describe_machine(const Machine& machine);
/// The legal values of every decision, choices with equal values on one line.
std::string describe_choices(const std::vector<Choice>& choices);
/// "Make the run's wall time (s) as small as possible."
std::string describe_objective(const Metric& metric);

}  // namespace castra::search::agent
