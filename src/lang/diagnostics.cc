#include "lang/diagnostics.h"

#include <array>

namespace castra::lang {
namespace {

constexpr std::array kTable = {
#define CASTRA_DIAGNOSTIC(name, code, severity, message, why) \
  FindingInfo{Finding::name, code, Severity::severity, message, why},
#include "lang/diagnostics.def"
#undef CASTRA_DIAGNOSTIC
};

}  // namespace

std::span<const FindingInfo> finding_table() { return kTable; }

const FindingInfo& info(Finding finding) { return kTable[static_cast<std::size_t>(finding)]; }

std::string quoted_excerpt(std::string_view text, std::size_t limit) {
  std::string out;
  for (const char c : text) {
    if (out.size() >= limit) return out + "...";
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace castra::lang
