#pragma once

#include <map>
#include <string>
#include <vector>

#include "lang/ast.h"
#include "lang/import.h"

/// Private to the importers' files: import.cc (form, what they share), import_d0.cc, import_d1.cc.
namespace castra::lang::detail {

/// A conversion in the making: the text without its head comment, and what the comment says.
struct Conversion {
  std::string text;
  std::vector<std::string> remarks;  ///< one line each
};

std::optional<Conversion> import_d0(const SourceFile& source, DiagnosticSink& sink);
std::optional<Conversion> import_d1(const SourceFile& source, DiagnosticSink& sink);

/// Applies edits that do not overlap; of several insertions at one place the first given comes
/// first.
std::string apply_edits(std::string_view text, std::vector<FixIt> edits);

/// Which rules of a program an earlier rule of the same subject hides: the old tables kept the
/// first.
class FirstRules {
 public:
  explicit FirstRules(DiagnosticSink& sink) : sink_(sink) {}
  /// False, with a warning at `span`, if there was a rule of this key before.
  bool keep(const std::string& key, SourceSpan span, const std::string& what);

 private:
  DiagnosticSink& sink_;
  std::map<std::string, SourceSpan> first_;
};

}  // namespace castra::lang::detail
