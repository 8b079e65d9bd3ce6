#include "search/policy_checker.h"

#include <memory>

#include "lang/bind.h"
#include "lang/policy.h"
#include "mapping/mapping.h"
#include "support/diagnostic.h"
#include "support/source.h"

namespace castra::search {
namespace {

constexpr std::size_t kMaxMappingBytes = std::size_t{1} << 20;

Outcome refusal(OutcomeVariant why) {
  Outcome outcome;
  outcome.result = std::move(why);
  return outcome;
}

}  // namespace

PolicyChecker::PolicyChecker(const Program& program, const Machine& machine,
                             const lang::Profile& profile)
    : program_(program), machine_(machine), profile_(profile) {
  DiagnosticSink sink;
  const auto nothing =
      lang::compile(std::make_shared<const SourceFile>("mapping", "# nothing\n"), sink);
  if (nothing) undecided_ = lang::bind(*nothing, program_, machine_).fingerprint();
}

CheckedMapping PolicyChecker::check(const std::string& mapping) const {
  CheckedMapping checked;
  checked.identity = "text " + mapping;
  if (mapping.size() > kMaxMappingBytes) {
    checked.refused = refusal(InvalidMapping{{"the mapping is larger than 1 MiB"}});
    return checked;
  }
  const auto source = std::make_shared<const SourceFile>("mapping", mapping);
  DiagnosticSink sink;
  const auto policy = lang::compile(source, sink, {profile_});
  if (!policy) {
    checked.refused = refusal(CompileError{sink.diagnostics(), render_all(*source, sink)});
    return checked;
  }
  const Mapping decisions = lang::bind(*policy, program_, machine_);
  const std::string fingerprint = decisions.fingerprint();
  checked.identity = fingerprint == undecided_ ? std::string(kOwnMapper) : "decides " + fingerprint;
  if (auto reasons = verify(decisions, program_, machine_); !reasons.empty()) {
    checked.refused = refusal(InvalidMapping{std::move(reasons)});
  }
  return checked;
}

}  // namespace castra::search
