#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>

#include "lang/repair.h"
#include "support/result.h"

namespace castra::cli {

/// What goes to standard output after a repair.
enum class Show : std::uint8_t { Nothing, Text, Difference };

/// Says on standard error what was repaired.
void print_repair(const SourceFile& before, const lang::Repair& repair, Show show);
nlohmann::ordered_json fixed_json(const lang::Repair& repair);

/// Replaces the file, atomically. Nothing to repair: it stays untouched. Fails if it no longer
/// holds what was examined.
Status write_repaired(const std::string& path, const SourceFile& before,
                      const lang::Repair& repair);

}  // namespace castra::cli
