#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lang/policy.h"

namespace castra::lang {

/// The memories in which the layout of an argument is to be shown: those its Region rules list
/// (VIRTUAL has none). Where no rule does, nothing, standing for every memory, if the same rules
/// give the layout in all; else those that some rule is about, the default mapper's first. Empty if
/// no rule is about its layout at all.
std::vector<std::optional<MemoryKind>> layout_places(const Policy& policy,
                                                     const ArgumentQuery& query);

/// Any memory stands for every memory.
MemoryKind representative(const std::optional<MemoryKind>& place, ProcessorKind kind);

/// "layout in FBMEM", "layout".
std::string layout_title(const std::optional<MemoryKind>& place);

}  // namespace castra::lang
