#include "lang/layout_places.h"

#include <fmt/format.h>

#include <algorithm>

#include "lang/bind.h"

namespace castra::lang {
namespace {

bool same(const RuleTrace& a, const RuleTrace& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const TracedRule& x, const TracedRule& y) {
                      return x.rule.span.begin == y.rule.span.begin && x.effect == y.effect;
                    });
}

}  // namespace

std::vector<std::optional<MemoryKind>> layout_places(const Policy& policy,
                                                     const ArgumentQuery& query) {
  std::vector<std::optional<MemoryKind>> places;
  if (const auto memories = policy.memories(query)) {
    for (const MemoryKind memory : memories->value) {
      if (memory != MemoryKind::Virtual) places.emplace_back(memory);
    }
    return places;
  }
  const MemoryKind first = default_memory(query.processor);
  const RuleTrace trace = policy.trace_layout(query, first);
  if (!trace.empty()) places.emplace_back(first);
  bool everywhere = true;
  for (const MemoryKind memory : kAllMemoryKinds) {
    if (memory == first || memory == MemoryKind::Virtual) continue;
    const RuleTrace other = policy.trace_layout(query, memory);
    everywhere = everywhere && same(trace, other);
    if (!other.empty()) places.emplace_back(memory);
  }
  if (everywhere && !places.empty()) places = {std::nullopt};
  return places;
}

MemoryKind representative(const std::optional<MemoryKind>& place, ProcessorKind kind) {
  return place.value_or(default_memory(kind));
}

std::string layout_title(const std::optional<MemoryKind>& place) {
  return place ? fmt::format("layout in {}", to_string(*place)) : "layout";
}

}  // namespace castra::lang
