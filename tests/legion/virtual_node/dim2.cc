#include "virtual_node/program.h"

namespace castra::virtual_node {

template void register_tasks_of_dim<2>();
template std::size_t run_dim<2>(const Placement&, Legion::Context, Legion::Runtime*, std::string&);

}  // namespace castra::virtual_node
