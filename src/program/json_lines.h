#pragma once

#include <string>
#include <vector>

namespace castra::detail {

/// A JSON array with one record a line, so that a file of many thousands can be read and compared.
/// `write` turns a record into JSON; bytes that are not UTF-8 are replaced.
template <typename T, typename Write>
std::string json_lines(const std::vector<T>& records, Write&& write) {
  using Json = decltype(write(records.front()));
  std::string text = "[";
  for (std::size_t i = 0; i < records.size(); ++i) {
    text += i == 0 ? "\n" : ",\n";
    text += write(records[i]).dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  return text + "\n]";
}

}  // namespace castra::detail
