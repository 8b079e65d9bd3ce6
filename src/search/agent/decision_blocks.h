#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace castra::search::agent {

/// The six decisions of the agent, in the order in which a mapping states them.
enum class Block : std::uint8_t { Task, Region, Layout, InstanceLimit, IndexMap, SingleMap };
inline constexpr std::array kAllBlocks = {Block::Task,          Block::Region,   Block::Layout,
                                          Block::InstanceLimit, Block::IndexMap, Block::SingleMap};

/// "task", "region", "layout", "instance_limit", "index_map", "single_map": tag and key of a reply.
std::string_view to_string(Block block);
/// The above in any case, with '-' or ' ' for '_', and common variations ("index_task_map",
/// "tasks").
std::optional<Block> parse_block(std::string_view word);

/// One statement of a mapping program, by its first word: not parsed, so it may be wrong.
struct Statement {
  Block block = Block::Task;
  std::string text;  ///< without surrounding blanks and comments before it
};
/// Splits at `;` and after the body of a `def`, minding strings and comments. Text that ends
/// nowhere makes one last statement. Total: joined, the statements hold everything but comments
/// between them.
std::vector<Statement> split_statements(std::string_view mapping);

/// Fragments of the mapping language, one per decision. Joined in order they are a mapping program.
struct DecisionBlocks {
  std::array<std::string, kAllBlocks.size()> text;  ///< indexed by Block; empty: nothing decided

  std::string& operator[](Block block) { return text[static_cast<std::size_t>(block)]; }
  const std::string& operator[](Block block) const { return text[static_cast<std::size_t>(block)]; }

  /// Every block that is not empty under a comment with its name.
  std::string assemble() const;
  /// Sorts a program's statements into blocks, keeping their order within a block. Functions and
  /// variables go to the index map block, which stands before the single map block.
  static DecisionBlocks from_mapping(std::string_view mapping);

  bool operator==(const DecisionBlocks&) const = default;
};

}  // namespace castra::search::agent
