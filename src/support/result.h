#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace castra {

/// Something about the environment stopped us: a file, a process, the network, a data file made by
/// another version. Faults in a mapping program are Diagnostics instead, and what happened to a
/// mapping that ran is an Outcome.
struct Error {
  std::string what;    ///< what went wrong, naming the file or command; lower case, no full stop
  std::string remedy;  ///< what the reader can do about it; may be empty

  /// "what" or "what\n  remedy: ...", ready for a terminal.
  std::string to_string() const { return remedy.empty() ? what : what + "\n  remedy: " + remedy; }
};

template <typename T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

inline tl::unexpected<Error> failure(std::string what, std::string remedy = {}) {
  return tl::unexpected<Error>(Error{std::move(what), std::move(remedy)});
}

}  // namespace castra
