#include "search/agent/describe.h"
#include "search/agent/llm_optimizer.h"
#include "support/rng.h"

namespace castra::search::agent {

Result<std::unique_ptr<Optimizer>> make_llm_optimizer(LlmOptions options, const SearchSpace& space,
                                                      const Program& program,
                                                      const Machine& machine) {
  options.provider.seed = options.seed;
  auto templates = PromptTemplates::load(options.share_directory);
  if (!templates) return tl::unexpected(templates.error());
  auto provider = llm::make_provider(options.provider);
  if (!provider) return tl::unexpected(provider.error());
  if (options.start.empty()) {
    Rng rng(options.seed);
    options.start = space.render(space.random(rng));
  }
  LlmParts parts;
  parts.provider = std::move(*provider);
  parts.templates = std::move(*templates);
  parts.study = {describe_program(program), describe_machine(machine),
                 describe_choices(space.choices())};
  parts.prompt.level = options.level;
  parts.start = std::move(options.start);
  parts.compile = [profile = options.profile](const std::string& mapping) {
    return compile_mapping(mapping, profile);
  };
  parts.observer = std::move(options.observer);
  return std::make_unique<LlmOptimizer>(std::move(parts));
}

}  // namespace castra::search::agent
