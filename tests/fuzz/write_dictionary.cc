#include <cstdio>
#include <string>

#include "token_mutator.h"

/// Writes the language's vocabulary to standard output as a libFuzzer dictionary.
int main() {
  for (const std::string& word : castra::lang::fuzz_vocabulary()) {
    std::string escaped;
    for (const char c : word) {
      if (c == '"' || c == '\\') escaped += '\\';
      escaped += c == '\n' ? std::string("\\x0a") : std::string(1, c);
    }
    std::printf("\"%s\"\n", escaped.c_str());
  }
}
