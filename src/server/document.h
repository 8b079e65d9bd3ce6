#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lang/ast.h"
#include "lang/policy.h"
#include "lang/program_types.h"
#include "lang/token.h"
#include "machine/machine.h"
#include "program/program.h"
#include "server/occurrences.h"
#include "server/text.h"
#include "support/diagnostic.h"

namespace castra::server {

/// What mappings are compared with, if known.
struct Setting {
  std::optional<Program> program;
  std::optional<Machine> machine;
  lang::Profile profile = {};  ///< how mappings are read and obeyed

  /// The machine to evaluate on: the one given, else the one the program was recorded on.
  const Machine* evaluation_machine() const;
};

/// Everything known of one text of a document. Pointers inside refer to its own members.
struct Analysis {
  std::shared_ptr<const SourceFile> source;
  std::vector<lang::Token> tokens;
  lang::Ast ast;
  std::vector<Diagnostic> diagnostics;  ///< by position
  std::size_t suppressed = 0;
  std::shared_ptr<const lang::Policy> policy;  ///< null if there are errors in the text itself
  std::vector<Occurrence> occurrences;
  bool parses = false;  ///< no errors of spelling or syntax

  /// Inferred when first asked for; null if there is no policy. Not safe to ask from several
  /// threads.
  const lang::ProgramTypes* types() const;
  mutable std::optional<lang::ProgramTypes> inferred;  ///< by types()

  /// The token that contains the offset or ends there; null if none does.
  const lang::Token* token_at(std::uint32_t offset) const;
};

/// An open document of the editor.
class Document {
 public:
  Document(std::string uri, std::int64_t version, std::string text)
      : uri_(std::move(uri)), version_(version), text_(std::move(text)) {}

  const std::string& uri() const { return uri_; }
  std::int64_t version() const { return version_; }
  const Text& text() const { return text_; }

  /// Replaces part of the text, or all of it. The analysis is made again when next asked for.
  void edit(std::optional<Range> range, std::string_view replacement);
  void set_version(std::int64_t version) { version_ = version; }

  /// Computed once per text. Cost: a compilation, and a comparison with the setting.
  const Analysis& analysis(const Setting& setting);

 private:
  std::string uri_;
  std::int64_t version_;
  Text text_;
  std::unique_ptr<const Analysis> analysis_;
};

}  // namespace castra::server
