#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "machine/machine.h"
#include "mapping/mapping.h"
#include "program/program.h"

namespace castra {

/// Points that need more at once than their memories hold: every argument of a running point has an
/// instance, and an instance lives in a memory of its list, so what can only live in some memories
/// must fit them together. A lower bound that holds however instances are laid out and whichever
/// memory of a list each takes: arguments that may share an instance (both read, or both reduced
/// by one operator, over a common field) count once, and bytes of the point where one argument is
/// largest are counted for the others only as far as the recorded sums force them. Assumes
/// exclusive coherence, and that a point uses its own processor's frame buffer. At most one fault
/// per task. Cost: launches * arguments * sets of memory kinds (31).
std::vector<Fault> find_overflows(const Mapping& mapping, const Program& program,
                                  const Machine& machine);

/// Launches that write more, over all points of one processor or node, than its memories hold. A
/// point's output lives only where it was written until something copies it, so this usually runs
/// out of memory; not always, as the program may copy in between. At most one per task.
std::vector<Fault> find_pressures(const Mapping& mapping, const Program& program,
                                  const Machine& machine);

inline constexpr std::string_view kNoMemory = "none";

/// "FBMEM (15.0 GiB), ZCMEM (2.00 GiB)": memories of at least that capacity that the processors can
/// address; kNoMemory if there is none.
std::string visible_memories(const Machine& machine, ProcessorKind kind, Bytes at_least);

}  // namespace castra
