#pragma once

#include <map>
#include <string>

#include "support/result.h"

namespace castra::search::agent {

using PromptValues = std::map<std::string, std::string>;

/// The texts a model is given, from share/castra/prompts/*.txt: data that a user may copy and
/// change.
/// `{{name}}` stands for a value; which names a file may use is checked when it is read.
class PromptTemplates {
 public:
  /// Errors name the file, and the placeholder it should not use.
  static Result<PromptTemplates> load(const std::string& share_directory);

  /// The language guide and reply format as they stand, role and task in `system.txt`.
  std::string system() const;
  std::string proposal(const PromptValues& values) const;  ///< propose.txt
  std::string repair(const PromptValues& values) const;    ///< repair.txt
  const std::string& language_guide() const { return texts_.at("language_guide.txt"); }

 private:
  std::map<std::string, std::string> texts_;  ///< by file name
};

}  // namespace castra::search::agent
