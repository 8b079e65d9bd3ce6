#pragma once

#include <string>

#include "lang/ast.h"
#include "lang/profile.h"
#include "support/source.h"

namespace castra::lang {

inline constexpr std::size_t kFormatColumns = 100;

/// The program in canonical form with its comments: what print() writes, statements that do not fit
/// kFormatColumns continued on lines indented by four more, at most one blank line in a row and
/// always one around a function. A comment stays with its statement: on lines of its own above it,
/// after it, or after the same token inside it. Formatting the result again changes nothing.
/// Precondition: `ast` is parse(source) under some profile, which reported no errors; the result
/// means the same under all. O(size of the text).
std::string format(const Ast& ast, const SourceFile& source);

/// Whether `after`, made from `before` by format(), is still the same program: it has the tree that
/// `before` has under `profile` whatever profile reads it, and the same comments in the same order.
/// Both must parse without errors.
bool same_program(const SourceFile& before, const SourceFile& after, const Profile& profile = {});

}  // namespace castra::lang
