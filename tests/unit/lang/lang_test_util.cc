#include "lang_test_util.h"

#include <algorithm>

namespace castra::lang {

std::vector<std::string> Compiled::codes(Severity at_least) const {
  std::vector<const Diagnostic*> kept;
  for (const Diagnostic& d : diagnostics) {
    if (d.severity >= at_least) kept.push_back(&d);
  }
  std::stable_sort(kept.begin(), kept.end(),
                   [](const auto* a, const auto* b) { return a->span.begin < b->span.begin; });
  std::vector<std::string> codes;
  for (const auto* d : kept) codes.push_back(d->code);
  return codes;
}

Compiled compile_text(const std::string& text, const Profile& profile) {
  Compiled result;
  result.source = std::make_shared<const SourceFile>("t.castra", text);
  DiagnosticSink sink;
  result.policy = compile(result.source, sink, {profile});
  result.diagnostics = sink.diagnostics();
  result.rendered = render_all(*result.source, sink);
  return result;
}

MachineShape shape(int nodes, int per_node) {
  MachineShape machine;
  machine.nodes = nodes;
  for (const ProcessorKind kind : kAllProcessorKinds) machine.set(kind, per_node);
  return machine;
}

std::string place_digits(const PlaceResult& result) {
  if (!result) return "error: " + result.error().code + " " + result.error().message;
  if (!*result) return "none";
  std::string out;
  for (const ProcessorSet& set : (*result)->points) {
    if (!out.empty()) out += ' ';
    out += std::to_string(set.node);
    if (set.processors.size() > 1) out += '{';
    for (const int processor : set.processors) out += std::to_string(processor);
    if (set.processors.size() > 1) out += '}';
  }
  return out;
}

}  // namespace castra::lang
