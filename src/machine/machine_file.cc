// Reads *.machine.toml. External interface: parse_machine, load_machine, builtin_machines.
#include <fmt/format.h>

#include <toml++/toml.h>
#include <algorithm>
#include <cmath>
#include <filesystem>

#include "machine/machine.h"
#include "support/file.h"
#include "support/text.h"

namespace castra {
namespace {

constexpr int kMaxNodes = 1024;            // LEGION_MAX_NUM_NODES of the PyPI build
constexpr int kMaxProcessorsPerNode = 64;  // LEGION_MAX_NUM_PROCS of the PyPI build
constexpr std::size_t kMaxFileBytes = 1 << 20;

/// Walks one file; the first fault ends the walk.
class Reader {
 public:
  explicit Reader(std::string name) : name_(std::move(name)) {}

  Result<Machine> machine(const toml::table& root) {
    if (auto s = allow(root, {"name", "description", "nodes", "processor", "memory"}); !s)
      return fail(s);
    Machine machine;
    auto text = string(root, "name", true);
    if (!text) return fail(text);
    machine.name = *text;
    if (!(text = string(root, "description", false))) return fail(text);
    machine.description = *text;
    auto nodes = integer(root, "nodes", 1, 1, kMaxNodes);
    if (!nodes) return fail(nodes);
    machine.nodes = static_cast<int>(*nodes);
    auto tables = array(root, "processor");
    if (!tables) return fail(tables);
    for (const toml::table* table : *tables) {
      auto group = processor(*table);
      if (!group) return fail(group);
      if (stated(machine.processors, group->kind))
        return at(*table, fmt::format("{} processors are stated twice", to_string(group->kind)));
      machine.processors.push_back(*group);
    }
    if (!(tables = array(root, "memory"))) return fail(tables);
    for (const toml::table* table : *tables) {
      auto group = memory(*table);
      if (!group) return fail(group);
      if (stated(machine.memories, group->kind))
        return at(*table, fmt::format("{} is stated twice", to_string(group->kind)));
      machine.memories.push_back(*group);
    }
    return machine;
  }

 private:
  template <typename Group, typename Kind>
  static bool stated(const std::vector<Group>& groups, Kind kind) {
    return std::ranges::any_of(groups, [kind](const Group& group) { return group.kind == kind; });
  }

  template <typename T>
  static tl::unexpected<Error> fail(const Result<T>& result) {
    return tl::unexpected<Error>(result.error());
  }

  tl::unexpected<Error> at(const toml::node& node, const std::string& what) const {
    return failure(fmt::format("{}:{}: {}", name_, node.source().begin.line, what),
                   "see docs/machine.md for the keys of a machine file");
  }

  Status allow(const toml::table& table, std::initializer_list<const char*> allowed) const {
    const std::vector<std::string> keys(allowed.begin(), allowed.end());
    for (const auto& [key, value] : table) {
      const std::string word(key.str());
      if (std::find(keys.begin(), keys.end(), word) != keys.end()) continue;
      const auto near = did_you_mean(word, keys);
      return at(value, fmt::format("unknown key `{}`{}", word,
                                   near ? "; did you mean `" + *near + "`?" : ""));
    }
    return {};
  }

  Result<std::string> string(const toml::table& table, const char* key, bool required) const {
    const toml::node* node = table.get(key);
    if (node == nullptr) {
      if (!required) return std::string();
      return at(table, fmt::format("`{}` is missing", key));
    }
    const auto value = node->value_exact<std::string>();
    if (!value) return at(*node, fmt::format("`{}` must be a string", key));
    return *value;
  }

  Result<std::int64_t> integer(const toml::table& table, const char* key, std::int64_t fallback,
                               std::int64_t low, std::int64_t high) const {
    const toml::node* node = table.get(key);
    if (node == nullptr) return fallback;
    const auto value = node->value_exact<std::int64_t>();
    if (!value || *value < low || *value > high) {
      return at(*node, fmt::format("`{}` must be an integer from {} to {}", key, low, high));
    }
    return *value;
  }

  Result<std::vector<const toml::table*>> array(const toml::table& root, const char* key) const {
    std::vector<const toml::table*> tables;
    const toml::node* node = root.get(key);
    if (node == nullptr) return tables;
    const toml::array* list = node->as_array();
    if (list == nullptr) return at(*node, fmt::format("write `[[{0}]]`, not `[{0}]`", key));
    for (const toml::node& element : *list) {
      if (!element.is_table()) return at(element, fmt::format("`{}` must hold tables", key));
      tables.push_back(element.as_table());
    }
    return tables;
  }

  Result<ProcessorKind> processor_kind(const toml::node& node, const std::string& word) const {
    if (const auto kind = parse_processor_kind(word)) return *kind;
    return at(node,
              fmt::format("`{}` is not a processor kind (CPU, GPU, OMP, IO, PY, PROC)", word));
  }

  Result<ProcessorGroup> processor(const toml::table& table) const {
    if (auto s = allow(table, {"kind", "per_node", "model"}); !s) return fail(s);
    const auto word = string(table, "kind", true);
    if (!word) return fail(word);
    const auto kind = processor_kind(table, *word);
    if (!kind) return fail(kind);
    const auto count = integer(table, "per_node", 1, 0, kMaxProcessorsPerNode);
    if (!count) return fail(count);
    const auto model = string(table, "model", false);
    if (!model) return fail(model);
    return ProcessorGroup{*kind, static_cast<int>(*count), *model};
  }

  Result<MemoryGroup> memory(const toml::table& table) const {
    if (auto s = allow(table, {"kind", "per_node", "capacity_gib", "visible_from", "source"}); !s)
      return fail(s);
    const auto word = string(table, "kind", true);
    if (!word) return fail(word);
    const auto kind = parse_memory_kind(*word);
    if (!kind || *kind == MemoryKind::Virtual) {
      return at(
          table,
          fmt::format("`{}` is not a memory kind (SYSMEM, FBMEM, ZCMEM, SOCKMEM, RDMEM)", *word));
    }
    const auto count = integer(table, "per_node", 1, 0, kMaxProcessorsPerNode);
    if (!count) return fail(count);
    const toml::node* size = table.get("capacity_gib");
    const auto gib = size != nullptr ? size->value<double>() : std::nullopt;
    if (!gib || !(*gib > 0) || *gib > 1e6) {
      return at(size != nullptr ? *size : table,
                "`capacity_gib` must be a number above 0, at most 1e6");
    }
    MemoryGroup group;
    group.kind = *kind;
    group.per_node = static_cast<int>(*count);
    group.capacity = Bytes{static_cast<std::uint64_t>(std::llround(*gib * 1073741824.0))};
    const toml::node* visible = table.get("visible_from");
    if (visible == nullptr || !visible->is_array())
      return at(table, "`visible_from` must list processor kinds");
    for (const toml::node& element : *visible->as_array()) {
      const auto name = element.value_exact<std::string>();
      const auto from = processor_kind(element, name.value_or(""));
      if (!from) return fail(from);
      group.visible_from.push_back(*from);
    }
    const auto source = string(table, "source", false);
    if (!source) return fail(source);
    group.source = *source;
    return group;
  }

  std::string name_;
};

constexpr std::string_view kSuffix = ".machine.toml";

}  // namespace

Result<Machine> parse_machine(const std::string& text, const std::string& name) {
  try {
    return Reader(name).machine(toml::parse(text, name));
  } catch (const toml::parse_error& error) {
    return failure(fmt::format("{}:{}: {}", name, error.source().begin.line, error.description()));
  }
}

std::vector<std::string> builtin_machines(const std::string& share_directory) {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry :
       std::filesystem::directory_iterator(share_directory + "/machines", ignored)) {
    const std::string file = entry.path().filename().string();
    if (file.ends_with(kSuffix)) names.push_back(file.substr(0, file.size() - kSuffix.size()));
  }
  std::sort(names.begin(), names.end());
  return names;
}

Result<Machine> load_machine(const std::string& name_or_path, const std::string& share_directory) {
  const bool is_path =
      name_or_path.find('/') != std::string::npos || name_or_path.ends_with(".toml");
  std::string path = name_or_path;
  if (!is_path) {
    const std::vector<std::string> names = builtin_machines(share_directory);
    if (std::find(names.begin(), names.end(), name_or_path) == names.end()) {
      const auto near = did_you_mean(name_or_path, names);
      return failure(fmt::format("there is no machine called '{}'", name_or_path),
                     fmt::format("{}use one of: {}; or give the path of a .toml file",
                                 near ? "did you mean '" + *near + "'? " : "", join(names, ", ")));
    }
    path = fmt::format("{}/machines/{}{}", share_directory, name_or_path, kSuffix);
  }
  return read_file(path, kMaxFileBytes).and_then([&path](const std::string& text) {
    return parse_machine(text, path);
  });
}

}  // namespace castra
