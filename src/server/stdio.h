#pragma once

#include "server/server.h"
#include "support/result.h"

namespace castra::server {

/// Serves a client on standard input and output until it asks for the end or closes the input. The
/// exit code; an error if the output cannot be written.
Result<int> serve_stdio(Setting setting);

}  // namespace castra::server
