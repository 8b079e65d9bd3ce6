#pragma once

#include <string>

#include "lang/ast.h"
#include "server/document.h"

/// The types of things in a document, as text; empty where they are not known, and while the
/// program has errors.
namespace castra::server {

std::string result_type(const Analysis& analysis, const lang::FunctionDef& function);

/// Of a parameter or variable. Precondition: it has a definition.
std::string type_of(const Analysis& analysis, const Occurrence& occurrence);

/// Of the member or the call that is named by the word in this place.
std::string type_at(const Analysis& analysis, SourceSpan word);

}  // namespace castra::server
