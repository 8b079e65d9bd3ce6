#include <nlohmann/json.hpp>

#include "lang/format.h"
#include "server/features.h"

namespace castra::server {

Json formatting(const Document& document, const Analysis& analysis) {
  if (!analysis.parses) return nullptr;
  const std::string& before = document.text().bytes();
  const std::string after = lang::format(analysis.ast, *analysis.source);
  Json edits = Json::array();
  if (after == before) return edits;
  const auto end = static_cast<std::uint32_t>(before.size());
  edits.push_back({{"range", to_json(document.text().range({0, end}))}, {"newText", after}});
  return edits;
}

}  // namespace castra::server
