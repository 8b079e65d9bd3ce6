#pragma once

#include <fmt/format.h>

#include <array>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "lang/message.h"
#include "support/diagnostic.h"

namespace castra::lang {

/// Everything the language can report; the rows are in diagnostics.def.
enum class Finding {
#define CASTRA_DIAGNOSTIC(name, ...) name,
#include "lang/diagnostics.def"
#undef CASTRA_DIAGNOSTIC
};

/// How the example of a row is examined (lang/diagnostic_examples.h).
enum class ExampleSetting : std::uint8_t {
  Check,       ///< compiled, and compared with the row's sample program and machine, if it has any
  Evaluation,  ///< the function `f` evaluated over a launch domain on 2 nodes of 4 processors
  SingleTask,  ///< the task `work` placed there: on GPU 0 of node 0, its parent `main` on CPU 0
  Import,      ///< converted as a program of an earlier form
};

struct FindingInfo {
  Finding finding;
  std::string_view name;  ///< of the enumerator
  std::string_view code;  ///< stable, unique
  Severity severity;
  std::string_view message;  ///< lang/message.h
  std::string_view why;
  std::string_view example = {};
  std::string_view repeated = {};
  std::size_t times = 0;
  std::string_view ending = {};
  ExampleSetting setting = ExampleSetting::Check;
  std::string_view program = {};
  std::string_view machine = {};
  std::string_view define = {};
  bool compat = false;
  std::string_view domain = "4";
  std::string_view also = {};
  bool fix = false;
  std::string_view old_wording = {};
};

inline constexpr std::array kFindingTable = {
#define CASTRA_DIAGNOSTIC(name_, code_, severity_, message_, why_, ...) \
  FindingInfo{.finding = Finding::name_,                                \
              .name = #name_,                                           \
              .code = code_,                                            \
              .severity = Severity::severity_,                          \
              .message = message_,                                      \
              .why = why_ __VA_OPT__(, ) __VA_ARGS__},
#include "lang/diagnostics.def"
#undef CASTRA_DIAGNOSTIC
};

/// One row per Finding, in declaration order.
constexpr std::span<const FindingInfo> finding_table() { return kFindingTable; }
constexpr const FindingInfo& info(Finding finding) {
  return kFindingTable[static_cast<std::size_t>(finding)];
}
/// Null if no row has that code.
const FindingInfo* find_code(std::string_view code);
/// What to do about a member that this sort of launch does not have; empty for other findings.
std::string_view launch_help(Finding finding);

template <typename T>
concept IntegerArgument = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char>;

/// A finding whose row has exactly these arguments; anything else does not compile. Where the
/// finding is only known at run time, write `runtime_finding(finding)`: then a wrong number of
/// arguments leaves places of the message empty.
template <typename... Args>
class FindingWith {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): stands for a Finding in calls of diagnose
  consteval FindingWith(Finding finding) : finding_(finding) {
    const std::string_view message = info(finding).message;
    constexpr std::array<bool, sizeof...(Args)> kIntegers = {IntegerArgument<Args>...};
    if (argument_count(message) != sizeof...(Args)) throw "wrong number of arguments for this row";
    for (std::size_t i = 0; i < sizeof...(Args); ++i) {
      if (argument_of(message, i).integer && !kIntegers[i]) throw "this argument is an integer";
    }
  }
  // NOLINTNEXTLINE(google-explicit-constructor)
  FindingWith(RuntimeFinding<Finding> finding) : finding_(finding.value) {}
  Finding finding() const { return finding_; }

 private:
  Finding finding_;
};

inline RuntimeFinding<Finding> runtime_finding(Finding finding) { return {finding}; }

/// A diagnostic of the table with its message filled in; the caller adds help, labels and fix-its.
template <typename... Args>
Diagnostic diagnose(std::type_identity_t<FindingWith<Args...>> finding, SourceSpan span,
                    const Args&... args) {
  [[maybe_unused]] const auto value = [](const auto& argument) -> ArgumentValue {
    if constexpr (IntegerArgument<std::remove_cvref_t<decltype(argument)>>) {
      return static_cast<std::int64_t>(argument);
    } else {
      return fmt::format("{}", argument);
    }
  };
  const FindingInfo& row = info(finding.finding());
  Diagnostic diagnostic;
  diagnostic.code = row.code;
  diagnostic.severity = row.severity;
  diagnostic.span = span;
  diagnostic.arguments = name_arguments(row.message, {value(args)...});
  diagnostic.message = fill_message(row.message, diagnostic.arguments);
  return diagnostic;
}

/// What the public DSLMapper compiler says of this mistake; empty if it says nothing. `line` is the
/// finding's.
std::string old_wording(const Diagnostic& diagnostic, int line);

/// `text` for a message: control characters escaped, cut after `limit` bytes with "...".
std::string quoted_excerpt(std::string_view text, std::size_t limit = 60);

/// "1 argument", "3 arguments".
std::string counted(std::size_t count, std::string_view noun);

}  // namespace castra::lang
