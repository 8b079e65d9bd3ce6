#include "lang/profile.h"

namespace castra::lang {

Profile dslmapper(Naming naming) {
  Profile profile;
  profile.first_rule_wins = true;
  profile.naming = naming;
  profile.concatenate_memories = true;
  profile.capacity_fall_through = false;
  profile.unusable_kinds_default = true;
  profile.merge_layouts = false;
  profile.star_maps = false;
  profile.maps_travel = false;
  profile.limits_on_index_launches = false;
  profile.left_conditional = true;
  profile.eager_logic = true;
  profile.rebinding = false;
  profile.slice_zero_is_end = true;
  profile.minus_one_is_wildcard = true;
  profile.indices_may_alias = true;
  profile.processor_ignores_kind = true;
  profile.split_drops_remainder = true;
  profile.wrapping_int32 = true;
  profile.first_processor = true;
  profile.exhausted_list_defaults = true;
  profile.aos_f_order_omits_x = true;
  profile.shared_layouts = true;
  return profile;
}

std::string_view name_of(const Profile& profile) {
  if (profile == dslmapper(Naming::Index)) return "dslmapper";
  if (profile == dslmapper(Naming::Name)) return "dslmapper-names";
  return "castra";
}

std::optional<Profile> profile_named(std::string_view name) {
  if (name == "castra") return Profile{};
  if (name == "dslmapper") return dslmapper(Naming::Index);
  if (name == "dslmapper-names") return dslmapper(Naming::Name);
  return std::nullopt;
}

std::string compat_names() { return "`dslmapper` or `dslmapper-names`"; }

}  // namespace castra::lang
