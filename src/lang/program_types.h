#pragma once

#include <map>
#include <string>
#include <vector>

#include "lang/by_node.h"
#include "lang/checked_program.h"
#include "lang/types.h"

namespace castra::lang {

/// What is known of a function's variables and result, over all calls of it.
struct FunctionTypes {
  std::vector<Type> parameters;  ///< as declared, made precise where all calls agree
  Type result;
  /// Local variables by name, loop variables left out.
  std::map<std::string, Type, std::less<>> locals;
};

/// The types in a program: for tools that show them; placing needs none.
struct ProgramTypes {
  /// Of every expression: what all uses of it have in common, over all calls of the function it
  /// stands in. Nothing for one that was not followed.
  ByNode<Type> expressions;
  std::map<std::string, FunctionTypes, std::less<>> functions;
  std::map<std::string, Type, std::less<>> variables;
};

/// Follows every function, called or not, with the types its callers give. Work is bounded; past
/// the bound things are of unknown type. Valid as long as the program.
ProgramTypes infer_types(const CheckedProgram& program);

}  // namespace castra::lang
