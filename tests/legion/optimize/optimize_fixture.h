#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "lang/policy.h"
#include "run/process.h"
#include "store/journal.h"
#include "support/file.h"

namespace castra {

inline const std::string kCastra = std::string(CASTRA_BUILD_DIR) + "/bin/castra";
/// Right results in a tenth of a second.
inline const std::string kCircuit =
    std::string(CASTRA_BUILD_DIR) +
    "/apps/circuit/circuit -p 4 -npp 50 -wpp 100 -l 2 -i 20 -checks -ll:cpu 2";

/// A folder of its own per test, in which castra runs as from a shell and leaves its journal.
class Optimize : public ::testing::Test {
 protected:
  run::ProcessResult shell(const std::string& script, double timeout_s = 200) const {
    run::ProcessSpec spec;
    spec.argv = {"/bin/sh", "-c", script};
    spec.working_directory = folder.path();
    spec.timeout_s = timeout_s;
    return run::run_process(spec).value();
  }
  run::ProcessResult castra(const std::string& arguments, double timeout_s = 200) const {
    return shell("exec " + kCastra + " " + arguments, timeout_s);
  }
  std::unique_ptr<store::Journal> journal() const {
    auto journal = store::Journal::open_existing(folder.path() + "/castra.db");
    EXPECT_TRUE(journal && (*journal)->continue_last()->has_value());
    return std::move(*journal);
  }
  std::vector<search::Trial> trials() const { return journal()->trials().value(); }
  static bool compiles(const std::string& text) {
    DiagnosticSink sink;
    return lang::compile(std::make_shared<const SourceFile>("best", text), sink) != nullptr;
  }

  TemporaryDirectory folder = *TemporaryDirectory::create();
};

}  // namespace castra
