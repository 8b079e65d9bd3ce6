#include "common/processors.h"

#include <algorithm>

namespace castra::apps {

std::vector<Legion::Processor> local_processors(const Legion::Machine& machine,
                                                Legion::Processor near,
                                                Realm::Processor::Kind kind) {
  Legion::Machine::ProcessorQuery query(machine);
  query.only_kind(kind).same_address_space_as(near);
  std::vector<Legion::Processor> processors(query.begin(), query.end());
  std::sort(processors.begin(), processors.end());
  return processors;
}

}  // namespace castra::apps
