#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "support/source.h"

namespace castra {

enum class Severity { Note, Warning, Error };

/// Replace the text of `span` by `replacement`; an empty span inserts.
struct FixIt {
  SourceSpan span;
  std::string replacement;
};

/// A second place that explains the first ("first declared here").
struct Label {
  SourceSpan span;
  std::string text;
};

/// What a message says of this one place: a word, a description or a number.
using ArgumentValue = std::variant<std::string, std::int64_t>;
std::string to_string(const ArgumentValue& value);

struct DiagnosticArgument {
  std::string name;
  ArgumentValue value;
  bool operator==(const DiagnosticArgument&) const = default;
};

/// One finding about a program text. `code` is stable ("E0012"); `message` is lower case without a
/// full stop and names what was seen; `help` says what to write instead, if that is known. `fixes`
/// belong together: all of them or none; `fix_is_certain` says that they give what the author must
/// have meant, so that a tool may apply them without asking.
struct Diagnostic {
  std::string code;
  Severity severity = Severity::Error;
  SourceSpan span;
  std::string message;
  std::vector<DiagnosticArgument> arguments;  ///< what stands in the message's places
  std::string help;
  std::vector<Label> labels;
  std::vector<FixIt> fixes;
  bool fix_is_certain = true;
};

/// Collects findings in the order they were made; stages keep going after reporting. Bounded: past
/// `limit` errors further ones are counted, not stored, so hostile input cannot exhaust memory.
class DiagnosticSink {
 public:
  explicit DiagnosticSink(std::size_t limit = 100) : limit_(limit) {}

  void report(Diagnostic diagnostic);
  /// Calls `change` with every finding stored, in order, to add advice; code and severity stay.
  template <typename Change>
  void revise(Change&& change) {
    for (Diagnostic& diagnostic : diagnostics_) change(diagnostic);
  }

  const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }
  std::size_t error_count() const { return errors_; }
  bool has_errors() const { return errors_ > 0; }
  std::size_t suppressed() const { return suppressed_; }

 private:
  std::size_t limit_;
  std::size_t errors_ = 0;
  std::size_t suppressed_ = 0;
  std::vector<Diagnostic> diagnostics_;
};

std::string to_string(Severity severity);

/// `name:line:col: error[E0012]: message`, the source line, a caret under the span, labels, help.
/// The only function that renders a location; ends with a newline. No colour codes. A finding with
/// the span {} is about the whole text and has none.
std::string render(const SourceFile& source, const Diagnostic& diagnostic);
/// All of a sink's findings by position, with a count of what was suppressed.
std::string render_all(const SourceFile& source, const DiagnosticSink& sink);

}  // namespace castra
