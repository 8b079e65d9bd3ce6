#include <cstdio>

#include "circuit/config.h"
#include "circuit/expert_mapper.h"
#include "circuit/tasks.h"
#include "common/install_mapper.h"
#include "common/report.h"
#include "common/single_processor_mapper.h"

namespace {

using namespace castra::apps;

void install(circuit::MapperChoice choice) {
  switch (choice) {
    case circuit::MapperChoice::Default:
      return;  // Legion installs its own
    case circuit::MapperChoice::Bad:
      install_mapper<SingleProcessorMapper>();
      return;
    case circuit::MapperChoice::Expert:
      circuit::install_expert_mapper();
      return;
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto line = circuit::parse_command_line({argv + 1, argv + argc});
  if (!line) return report_wrong_use("circuit", line.error().to_string().c_str());
  if (line->show_help) {
    std::fputs(line->help.c_str(), stdout);
    return 0;
  }
  circuit::register_top_level_task();
  circuit::register_init_tasks();
  circuit::register_simulation_tasks();
  circuit::register_report_tasks(line->config);
  install(line->config.mapper);
  return Legion::Runtime::start(argc, argv);
}
