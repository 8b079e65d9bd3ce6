#pragma once

#include <string>

#include "lang/checked_program.h"

namespace castra::lang::detail {

/// Whether a function that a rule names is never passed over for a task on that kind of processor:
/// all it places on, and all it asks a machine for, is of that kind. False where that is not known.
bool always_places_on(const CheckedProgram& program, const std::string& function,
                      ProcessorKind kind);

}  // namespace castra::lang::detail
