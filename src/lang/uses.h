#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "lang/checked_program.h"

namespace castra::lang {

/// What a function, or the value of a global variable, refers to.
struct Use {
  std::set<std::string, std::less<>> calls;   ///< functions of the program
  std::set<std::string, std::less<>> always;  ///< those of them that every evaluation calls
  std::set<std::string, std::less<>> reads;   ///< global variables
  std::set<std::string, std::less<>> locals;  ///< parameters and variables of its own that it reads
};

/// Who uses whom in a program. O(size of the tree * log of the number of names).
class Uses {
 public:
  explicit Uses(const CheckedProgram& program);

  const Use& of_function(std::string_view name) const;
  bool named_by_rules(std::string_view function) const { return bound_.contains(function); }
  /// By another function, a global variable or a print outside functions.
  bool called(std::string_view function) const { return called_.contains(function); }
  /// By a function, another global variable or a print.
  bool read(std::string_view variable) const { return read_.contains(variable); }
  /// May call itself, through others or not.
  bool recursive(std::string_view function) const { return recursive_.contains(function); }
  /// Calls itself whenever it is called, through others or not.
  bool endless(std::string_view function) const { return endless_.contains(function); }

 private:
  using Names = std::set<std::string, std::less<>>;
  using Graph = std::map<std::string, Use, std::less<>>;

  Graph functions_;
  Names bound_;
  Names called_;
  Names read_;
  Names recursive_;
  Names endless_;
};

}  // namespace castra::lang
