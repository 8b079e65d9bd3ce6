#pragma once

#include <atomic>

#include "cli/search_view.h"
#include "cli/study.h"

namespace castra::cli {

struct ViewOptions {
  bool json = false;
  bool quiet = false;
  std::string folder;  ///< not empty: where the study's paths hold, if not in the user's folder
};

/// Searches (or goes on searching: `history` may hold trials), prints the result, writes the
/// mapping file, and returns the exit code. The last part of both `optimize` and `resume`.
int search_and_report(const store::Study& study, StudySettings settings, store::Journal& journal,
                      search::History history, const ViewOptions& view,
                      const std::atomic<bool>& interrupted);

}  // namespace castra::cli
