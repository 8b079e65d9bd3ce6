#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "server/document.h"
#include "server/protocol.h"

/// The answers to the editor's questions about one document, each a value of the protocol. Pure.
namespace castra::server {

/// Parameters of textDocument/publishDiagnostics.
Json diagnostics_of(const Document& document, const Analysis& analysis);
/// One finding as the protocol's Diagnostic; `document` is also where its labels are.
Json to_json(const Document& document, const Diagnostic& diagnostic);

/// A quick fix for every fix-it of a finding that touches the range, and one for all of the
/// document.
Json code_actions(const Document& document, const Analysis& analysis, Range range);

/// Null where there is nothing to say.
Json hover(const Document& document, const Analysis& analysis, const Setting& setting,
           Position position);

Json completion(const Document& document, const Analysis& analysis, const Setting& setting,
                Position position);

/// Null for what has no definition in the document.
Json definition(const Document& document, const Analysis& analysis, Position position);
Json references(const Document& document, const Analysis& analysis, Position position);

/// One edit that replaces the whole text, or none if it is canonical already. Comments stay. Null
/// while the text does not parse.
Json formatting(const Document& document, const Analysis& analysis);

/// Functions with their parameters and variables, global variables, rules.
Json document_symbols(const Document& document, const Analysis& analysis);

}  // namespace castra::server
