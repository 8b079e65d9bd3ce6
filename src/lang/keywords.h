#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "lang/ast.h"

/// The words of the language, one table each, for the parser, the exported grammars and editors.
/// Processor and memory kinds are in machine/kinds.h, transforms in lang/builtins.h.
namespace castra::lang {

/// Words that start a rule, and `def`.
std::span<const std::string_view> statement_keywords();
/// The other words that can be neither a variable nor, without quotes, a task or region.
std::span<const std::string_view> other_keywords();

/// A word that a Layout statement may list; `Align` takes a relation and a number besides.
struct LayoutWord {
  std::string_view word;
  Layout part;  ///< empty for Align
};
std::span<const LayoutWord> layout_words();
inline constexpr std::int64_t kMaxAlignment = 65536;  ///< bytes; alignments are powers of two

std::span<const std::string_view> steal_scopes();

/// A second spelling of a memory kind, from a dialect.
inline constexpr std::string_view kRegisteredAlias = "REGSOCKMEM";

/// Functions that need no definition.
std::vector<std::string_view> function_words();
/// What may stand after a dot, sorted.
std::vector<std::string_view> member_words();

/// All types a parameter may be declared with.
std::span<const ParameterType> parameter_types();

}  // namespace castra::lang
