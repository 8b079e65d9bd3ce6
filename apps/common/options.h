#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "support/result.h"

namespace castra::apps {

/// The command line of a bundled program: `-name value` and bare `-name` switches in any order, the
/// last of a repeated option winning. Options of Legion and Realm (`-ll:gpu 4`, `-lg:safe_mapper`,
/// `-level`, `-logfile`...) are skipped, for the runtime reads the same command line.
class OptionTable {
 public:
  /// `summary` is the first paragraph of the help text.
  OptionTable(std::string program, std::string summary)
      : program_(std::move(program)), summary_(std::move(summary)) {}

  /// An option with an integer value in [least, most]. `*target` holds the default now and the
  /// value after `parse`; it must outlive the table. So in the following two.
  void add_integer(std::string name, std::string help, std::int64_t* target, std::int64_t least,
                   std::int64_t most = std::numeric_limits<std::int32_t>::max());
  void add_switch(std::string name, std::string help, bool* target);
  void add_choice(std::string name, std::string help, std::string* target,
                  std::vector<std::string> choices);

  /// What the command line asks for.
  enum class Request { Run, ShowHelp };

  /// Reads `arguments` (without the program's name) into the targets. Unknown option, missing,
  /// malformed or out-of-range value: an Error naming the option; targets read before it keep what
  /// was read.
  Result<Request> parse(std::span<const char* const> arguments) const;

  std::string help() const;

 private:
  enum class Kind { Integer, Switch, Choice };
  struct Option {
    Kind kind;
    std::string name;
    std::string help;
    std::int64_t* integer = nullptr;
    std::int64_t least = 0;
    std::int64_t most = 0;
    bool* flag = nullptr;
    std::string* choice = nullptr;
    std::vector<std::string> choices = {};
  };

  const Option* find(std::string_view name) const;
  Error unknown(std::string_view word) const;
  Status read_value(const Option& option, std::string_view text) const;

  std::string program_;
  std::string summary_;
  std::vector<Option> options_;
};

/// How many leading words of `arguments` are one option of the runtime with its value, if any; 0 if
/// the first word is not an option of the runtime.
std::size_t runtime_option_length(std::span<const char* const> arguments);

}  // namespace castra::apps
