#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace castra::lang {

/// How a rule may say which argument it is about.
enum class Naming : std::uint8_t {
  Both,   ///< by position or by name, in one program
  Index,  ///< rules that name a region never apply
  Name,   ///< rules that give a position never apply
};

/// The points in which the published implementation of the language (DSLMapper) reads or obeys a
/// program otherwise than Castra does. The default is Castra's own behaviour; see
/// docs/decisions/0004-behaviour-profile.md for each point. A value: fixed when a program is
/// compiled and asked for wherever the two differ.
struct Profile {
  // Rules
  bool first_rule_wins = false;  ///< of equally specific ones, and of functions of one name
  Naming naming = Naming::Both;
  bool concatenate_memories = false;     ///< the memories of all matching Region rules, one list
  bool capacity_fall_through = true;     ///< a full memory passes to the next of the list
  bool unusable_kinds_default = false;   ///< a Task rule no kind of which fits counts as none
  bool merge_layouts = true;             ///< else one rule decides all members
  bool star_maps = true;                 ///< `IndexTaskMap *` and `SingleTaskMap *` apply
  bool maps_travel = true;               ///< else a map for another kind of processor is an error
  bool limits_on_index_launches = true;  ///< else InstanceLimit there ends the run

  // Expressions
  bool left_conditional = false;  ///< a ? b : c ? d : e is (a ? b : c) ? d : e
  bool eager_logic = false;       ///< && and || evaluate both sides
  bool rebinding = true;          ///< else a second assignment of a local has no effect
  bool slice_zero_is_end = false;
  bool minus_one_is_wildcard = false;   ///< as an index of a machine of several dimensions
  bool indices_may_alias = false;       ///< only the processor an index leads to is checked
  bool processor_ignores_kind = false;  ///< task.processor(m): the number counts, not the kind
  bool split_drops_remainder = false;   ///< a factor that does not divide loses processors
  bool wrapping_int32 = false;          ///< integers have 32 bits and wrap

  // What only a mapper on a real runtime sees
  bool first_processor = false;          ///< single tasks go to the first processor of their kind
  bool exhausted_list_defaults = false;  ///< no memory of the list exists: the default mapper's
  bool aos_f_order_omits_x = false;
  bool shared_layouts = false;  ///< the first layout of a field space in a memory kind stays

  bool operator==(const Profile&) const = default;
};

/// DSLMapper as published, run without (Index) or with (Name) its switch for region names.
Profile dslmapper(Naming naming = Naming::Index);

/// The name a profile has on the command line: "castra", "dslmapper", "dslmapper-names".
std::string_view name_of(const Profile& profile);
std::optional<Profile> profile_named(std::string_view name);
/// "`dslmapper` or `dslmapper-names`": what --compat takes.
std::string compat_names();

}  // namespace castra::lang
