#include <algorithm>
#include <set>
#include <utility>

#include "lang/checker.h"
#include "lang/diagnostics.h"
#include "lang/import_impl.h"
#include "lang/parser.h"
#include "lang/policy.h"
#include "lang/printer.h"
#include "lang/token.h"
#include "support/text.h"

/// The form of August 2022. Where it differs from today's language:
///   IndexTaskMap TASK MACHINE FUNCTION   the function takes (IPoint, ISpace, MSpace) and returns
///   the
///                                        coordinate in that machine, a tuple or (rank 1) an
///                                        integer;
///   InstanceLimit TASK KIND n;
///   split(d, f)          sizes (s/f, f), old index i*f + j: the last new dimension fastest;
///   balance_split(d, n)  factors ascending, the last new dimension fastest;
///   one Layout rule decides all members, first rules win.
/// The conversion edits the text where these stand, so everything else stays as it was written.
namespace castra::lang::detail {
namespace {

/// `IndexTaskMap targets machine function;`
struct OldMap {
  SourceSpan statement;  ///< without the semicolon
  SourceSpan targets;
  Identifier machine;
  Identifier function;
};

/// Calls `visit` on every expression of a program, an expression before its parts.
template <typename Visit>
class Expressions {
 public:
  explicit Expressions(Visit visit) : visit_(std::move(visit)) {}

  void of(const Ast& ast) {
    for (const Statement& statement : ast.statements) {
      if (const auto* assign = std::get_if<AssignStmt>(&statement.node)) add(assign->value);
      if (const auto* print = std::get_if<PrintStmt>(&statement.node)) add(print->arguments);
      if (const auto* function = std::get_if<FunctionDef>(&statement.node)) {
        for (const FunctionStmt& inner : function->body) {
          if (const auto* assign = std::get_if<AssignStmt>(&inner.node)) add(assign->value);
          if (const auto* result = std::get_if<ReturnStmt>(&inner.node)) add(result->value);
          if (const auto* print = std::get_if<PrintStmt>(&inner.node)) add(print->arguments);
        }
      }
      run();
    }
  }

 private:
  void run() {
    while (!left_.empty()) {
      const Expr& expr = *left_.back();
      left_.pop_back();
      visit_(expr);
      std::visit([this](const auto& node) { this->parts(node); }, expr.node);
    }
  }

  void add(const ExprPtr& expr) {
    if (expr) left_.push_back(expr.get());
  }
  void add(const std::vector<ExprPtr>& list) {
    for (const ExprPtr& expr : list) add(expr);
  }

  template <typename Node>
  void parts(const Node& node) {
    if constexpr (requires { node.items; }) add(node.items);
    if constexpr (requires { node.body; }) add(node.body);
    if constexpr (requires { node.range; }) add(node.range);
    if constexpr (requires { node.operand; }) add(node.operand);
    if constexpr (requires { node.left; }) add(node.left);
    if constexpr (requires { node.right; }) add(node.right);
    if constexpr (requires { node.condition; }) add(node.condition);
    if constexpr (requires { node.yes; }) add(node.yes);
    if constexpr (requires { node.no; }) add(node.no);
    if constexpr (requires { node.callee; }) add(node.callee);
    if constexpr (requires { node.arguments; }) add(node.arguments);
    if constexpr (requires { node.object; }) add(node.object);
    if constexpr (requires { node.indices; }) add(node.indices);
    if constexpr (requires { node.low; }) add(node.low);
    if constexpr (requires { node.high; }) add(node.high);
  }

  Visit visit_;
  std::vector<const Expr*> left_;
};

/// `object.member(arguments)` with that member, or null.
const CallExpr* method_call(const Expr& expr, std::string_view member) {
  const auto* call = expr.as<CallExpr>();
  const auto* callee = call == nullptr ? nullptr : call->callee->as<MemberExpr>();
  return callee != nullptr && callee->member.value == member ? call : nullptr;
}

std::optional<std::int64_t> literal(const Expr& expr) {
  const auto* integer = expr.as<IntegerExpr>();
  return integer == nullptr ? std::nullopt : std::optional(integer->value);
}

class D1Importer {
 public:
  D1Importer(const SourceFile& source, DiagnosticSink& sink)
      : source_(source), sink_(sink), first_(sink) {}

  std::optional<Conversion> run() {
    blank_old_operands();
    const SourceFile shadow(source_.name(), shadow_);
    Ast ast = parse(shadow, sink_);
    if (sink_.has_errors() || !check_old_maps(ast)) return std::nullopt;
    Expressions([this](const Expr& expr) { convert(expr); }).of(ast);
    drop_hidden_rules(ast);
    complete_layouts(ast);
    check_rest(std::move(ast), shadow);
    if (sink_.has_errors()) return std::nullopt;
    std::vector<FixIt> without_maps = edits_;
    for (const OldMap& map : maps_) without_maps.push_back({map.statement, ""});
    convert_maps(apply_edits(source_.text(), std::move(without_maps)));
    return Conversion{apply_edits(source_.text(), edits_), remarks()};
  }

 private:
  // The operands today's parser does not know

  /// Finds them by their tokens and writes blanks over them in a copy of the text, so that it
  /// parses and every place stays where it is.
  void blank_old_operands() {
    shadow_ = std::string(source_.text());
    DiagnosticSink reported_by_the_parser;
    const std::vector<Token> tokens = lex(source_, reported_by_the_parser);
    int braces = 0;
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
      if (tokens[i].kind == TokenKind::LeftBrace) ++braces;
      if (tokens[i].kind == TokenKind::RightBrace) --braces;
      if (braces != 0 || tokens[i].kind != TokenKind::Word) continue;
      const std::string_view word = text(tokens[i]);
      if (word == "IndexTaskMap") index_map(tokens, i);
      if (word == "InstanceLimit") instance_limit(tokens, i);
    }
  }

  std::string_view text(const Token& token) const { return source_.slice(token.span); }

  /// First token behind a name, a star or a list of names.
  static std::size_t after_targets(const std::vector<Token>& tokens, std::size_t at) {
    while (at + 2 < tokens.size() && tokens[at + 1].kind == TokenKind::Comma) at += 2;
    return std::min(at + 1, tokens.size() - 1);
  }

  void index_map(const std::vector<Token>& tokens, std::size_t keyword) {
    const std::size_t machine = after_targets(tokens, keyword + 1);
    if (machine + 1 >= tokens.size() || tokens[machine].kind != TokenKind::Word) return;
    const Token& function = tokens[machine + 1];
    if (function.kind != TokenKind::Word) {
      Diagnostic d = diagnose(Finding::OldOperands, tokens[machine].span, "IndexTaskMap");
      d.help = "write `IndexTaskMap TASK MACHINE FUNCTION;`";
      return sink_.report(std::move(d));
    }
    OldMap map;
    map.statement = {tokens[keyword].span.begin, function.span.end};
    map.targets = {tokens[keyword + 1].span.begin, tokens[machine - 1].span.end};
    map.machine = {std::string(text(tokens[machine])), tokens[machine].span};
    map.function = {std::string(text(function)), function.span};
    blank(tokens[machine].span);
    maps_.push_back(std::move(map));
  }

  void instance_limit(const std::vector<Token>& tokens, std::size_t keyword) {
    const std::size_t kind = after_targets(tokens, keyword + 1);
    if (tokens[kind].kind != TokenKind::Word ||
        !parse_processor_kind(std::string(text(tokens[kind]))))
      return;
    blank(tokens[kind].span);
    edits_.push_back({tokens[kind].span, ""});
    ++limits_;
  }

  void blank(SourceSpan span) {
    std::fill(shadow_.begin() + span.begin, shadow_.begin() + span.end, ' ');
  }

  // Checks with the places of the original

  bool check_old_maps(const Ast& ast) {
    const Symbols symbols = collect_symbols(ast);
    for (const OldMap& map : maps_) {
      const auto function = symbols.functions.find(map.function.value);
      if (function == symbols.functions.end()) {
        sink_.report(diagnose(Finding::UndefinedFunction, map.function.span, map.function.value));
        continue;
      }
      if (!symbols.variables.contains(map.machine.value)) {
        Diagnostic d = diagnose(Finding::UndefinedName, map.machine.span, map.machine.value);
        d.help = "name a global variable that holds a machine";
        sink_.report(std::move(d));
      }
      const auto& parameters = function->second->parameters;
      const bool tuples = parameters.size() == 3 && takes(parameters[0], ParameterType::IPoint) &&
                          takes(parameters[1], ParameterType::ISpace) &&
                          takes(parameters[2], ParameterType::MSpace);
      if (tuples) continue;
      Diagnostic d = diagnose(Finding::OldEntry, map.function.span, map.function.value);
      d.labels.push_back({function->second->header, "defined here"});
      d.help = fmt::format("define it as `def {}(IPoint point, ISpace space, MSpace machine)`",
                           map.function.value);
      sink_.report(std::move(d));
    }
    return !sink_.has_errors();
  }

  static bool takes(const Parameter& parameter, ParameterType type) {
    const bool tuple = type != ParameterType::MSpace;
    return parameter.type == type || parameter.type == ParameterType::Untyped ||
           (tuple &&
            (parameter.type == ParameterType::IPoint || parameter.type == ParameterType::ISpace));
  }

  /// Everything but the maps has today's meaning; only errors are of interest.
  void check_rest(Ast ast, const SourceFile& shadow) {
    std::erase_if(ast.statements, [](const Statement& statement) {
      return std::holds_alternative<MapStmt>(statement.node);
    });
    DiagnosticSink found;
    check_program(std::move(ast), shadow, found, dslmapper(Naming::Name));
    for (const Diagnostic& d : found.diagnostics()) {
      if (d.severity == Severity::Error) sink_.report(d);
    }
  }

  // Transforms

  void convert(const Expr& expr) {
    if (const CallExpr* swap = method_call(expr, "swap")) return undo_swap(expr, *swap);
    if (method_call(expr, "merge") != nullptr) warn_of_merge(*expr.as<CallExpr>());
    if (done_.contains(&expr)) return;
    const auto dimensions = reversed_dimensions(expr);
    if (!dimensions) return;
    const SourceSpan after{expr.span.end, expr.span.end};
    edits_.push_back({after, fmt::format(".swap({}, {})", dimensions->first, dimensions->second)});
    ++splits_;
  }

  /// The program itself swaps what the conversion would swap back.
  void undo_swap(const Expr& expr, const CallExpr& swap) {
    const Expr& split = *swap.callee->as<MemberExpr>()->object;
    const auto dimensions = reversed_dimensions(split);
    if (!dimensions || swap.arguments.size() != 2) return;
    const auto a = literal(*swap.arguments[0]);
    const auto b = literal(*swap.arguments[1]);
    if (!a || !b) return;
    const std::string low = std::to_string(std::min(*a, *b));
    const std::string high = std::to_string(std::max(*a, *b));
    if (dimensions->first != low || dimensions->second != high) return;
    edits_.push_back({{split.span.end, expr.span.end}, ""});
    done_.insert(&split);
    ++splits_;
  }

  /// The two dimensions that today's split gives in the other order, as text; nothing if the
  /// expression is no split, or one into one part. Into three parts the middle one stays.
  std::optional<std::pair<std::string, std::string>> reversed_dimensions(const Expr& expr) {
    const CallExpr* call = method_call(expr, "split");
    const bool balanced = call == nullptr;
    if (balanced) call = method_call(expr, "balance_split");
    if (call == nullptr || call->arguments.size() != 2) return std::nullopt;
    std::int64_t parts = 2;
    if (balanced) {
      const auto written = literal(*call->arguments[1]);
      if (written == 1) return std::nullopt;
      if (written != 2 && written != 3) {
        if (!reported_.insert(&expr).second) return std::nullopt;
        Diagnostic d = diagnose(Finding::OldParts, call->arguments[1]->span);
        d.help = "write 2 or 3";
        sink_.report(std::move(d));
        return std::nullopt;
      }
      parts = *written;
    }
    const Expr& dimension = *call->arguments[0];
    if (const auto d = literal(dimension))
      return std::pair(std::to_string(*d), std::to_string(*d + parts - 1));
    const std::string written(source_.slice(dimension.span));
    return std::pair(written, fmt::format("({}) + {}", written, parts - 1));
  }

  void warn_of_merge(const CallExpr& merge) {
    if (merge.arguments.size() != 2) return;
    const auto a = literal(*merge.arguments[0]);
    const auto b = literal(*merge.arguments[1]);
    if (!a || !b || *a < *b) return;
    Diagnostic d =
        diagnose(Finding::OldMerge, {merge.arguments[0]->span.begin, merge.arguments[1]->span.end});
    d.help = "compare the placement with what the program did";
    sink_.report(std::move(d));
  }

  // Rules

  void drop_hidden_rules(const Ast& ast) {
    for (const Statement& statement : ast.statements) {
      std::visit(
          [&](const auto& s) {
            using S = std::decay_t<decltype(s)>;
            const auto key = key_of(s);
            if (key.empty()) return;
            if (first_.keep(key, statement.span, key)) return;
            if constexpr (std::is_same_v<S, MapStmt>) {
              std::erase_if(maps_, [&](const OldMap& map) {
                return map.statement.begin == statement.span.begin;
              });
            }
            edits_.push_back({with_semicolon(statement.span), ""});
            dropped_.insert(statement.span.begin);
          },
          statement.node);
    }
  }

  SourceSpan with_semicolon(SourceSpan span) const {
    const bool more = span.end < source_.text().size() && source_.text()[span.end] == ';';
    return {span.begin, span.end + (more ? 1 : 0)};
  }

  static std::string names(const std::vector<Target>& targets) {
    std::string out;
    for (const Target& target : targets) {
      if (!out.empty()) out += ", ";
      if (const auto* name = target.name()) out += quoted_excerpt(*name);
      if (const auto* position = std::get_if<int>(&target.what)) out += std::to_string(*position);
      if (target.any()) out += '*';
    }
    return out;
  }

  /// What a rule is about, in words; empty for what is no such rule.
  static std::string key_of(const TaskStmt& s) { return "task `" + names(s.tasks) + "`"; }
  static std::string key_of(const RegionStmt& s) {
    return fmt::format("region `{}` of task `{}` on {}", names(s.regions), names(s.tasks),
                       s.processor ? to_string(*s.processor) : "*");
  }
  static std::string key_of(const MapStmt& s) {
    return s.single ? "" : "the index map of `" + names(s.targets) + "`";
  }
  static std::string key_of(const InstanceLimitStmt& s) {
    return "the limit of `" + names(s.tasks) + "`";
  }
  template <typename Other>
  static std::string key_of(const Other& /*other*/) {
    return "";
  }

  /// Rules were not merged: what a rule left open was F_order and SOA, whatever weaker ones said.
  void complete_layouts(const Ast& ast) {
    std::vector<const Statement*> layouts;
    for (const Statement& statement : ast.statements)
      if (std::holds_alternative<LayoutStmt>(statement.node)) layouts.push_back(&statement);
    if (layouts.size() < 2) return;
    for (const Statement* statement : layouts) {
      Layout said;
      for (const LayoutConstraint& c : std::get<LayoutStmt>(statement->node).constraints)
        said = c.part.merged_over(said);
      std::string missing;
      if (!said.fields) missing += " SOA";
      if (!said.dimensions) missing += " F_order";
      std::uint32_t end = statement->span.end;
      while (end > statement->span.begin && source_.text()[end - 1] == ';') --end;
      if (!missing.empty()) edits_.push_back({{end, end}, missing});
      completed_ = completed_ || !missing.empty();
    }
  }

  // Maps

  void convert_maps(const std::string& rest) {
    std::set<std::pair<std::string, std::string>> defined;
    for (const OldMap& map : maps_) {
      const std::string name = name_for(map);
      std::string replacement;
      if (defined.emplace(map.machine.value, map.function.value).second)
        replacement = wrapper(map, name, returns_tuple(map, rest)) + "\n";
      replacement += fmt::format("IndexTaskMap {} {}", source_.slice(map.targets), name);
      edits_.push_back({map.statement, std::move(replacement)});
    }
  }

  /// A name nothing in the program has.
  std::string name_for(const OldMap& map) {
    const auto known = names_.find({map.machine.value, map.function.value});
    if (known != names_.end()) return known->second;
    std::string name = map.function.value + "_on_" + map.machine.value;
    while (source_.text().find(name) != std::string_view::npos) name += "_";
    names_[{map.machine.value, map.function.value}] = name;
    return name;
  }

  static std::string wrapper(const OldMap& map, const std::string& name, bool tuple) {
    return fmt::format("def {}(Task task) {{ return {}[{}{}(task.ipoint, task.ispace, {})]; }}",
                       name, map.machine.value, tuple ? "*" : "", map.function.value,
                       map.machine.value);
  }

  /// Whether the function returns a tuple, by what compiles and evaluates. A coordinate of a
  /// machine of rank 1 may be either.
  bool returns_tuple(const OldMap& map, const std::string& rest) const {
    const auto fits = [&](bool tuple) {
      const auto program = compiled(map, rest, tuple);
      if (program == nullptr) return false;
      MachineShape shape;
      shape.nodes = 4;
      for (const ProcessorKind kind : kAllProcessorKinds) shape.set(kind, 4);
      for (const std::vector<std::int64_t>& extents :
           {std::vector<std::int64_t>{2}, {2, 2}, {2, 2, 2}}) {
        const auto placed = program->evaluate("castra_probe", rect_of_extents(extents), shape);
        if (placed && *placed) return true;
      }
      return false;
    };
    if (fits(true)) return true;
    if (fits(false)) return false;
    return compiled(map, rest, true) != nullptr;
  }

  std::shared_ptr<const Policy> compiled(const OldMap& map, const std::string& rest,
                                         bool tuple) const {
    std::string text = rest + "\n" + wrapper(map, "castra_probe", tuple) + "\n";
    DiagnosticSink ignored;
    return compile(std::make_shared<const SourceFile>(source_.name(), std::move(text)), ignored);
  }

  std::vector<std::string> remarks() const {
    std::vector<std::string> lines;
    if (splits_ > 0) {
      lines.push_back(
          "split and balance_split counted the last new dimension fastest (today the first): ");
      lines.back() += "a swap, added or left out, keeps the old order.";
    }
    if (!maps_.empty())
      lines.push_back("Index maps with a machine operand became functions of a task.");
    if (limits_ > 0) lines.push_back("The processor kinds of InstanceLimit were left out.");
    if (completed_)
      lines.push_back("Layout rules were not merged: SOA and F_order are written out.");
    if (!dropped_.empty()) lines.push_back("Rules that an earlier equal one hid were left out.");
    return lines;
  }

  const SourceFile& source_;
  DiagnosticSink& sink_;
  FirstRules first_;
  std::string shadow_;
  std::vector<OldMap> maps_;
  std::vector<FixIt> edits_;
  std::map<std::pair<std::string, std::string>, std::string> names_;
  std::set<const Expr*> done_;      ///< splits whose swap was taken out
  std::set<const Expr*> reported_;  ///< splits that cannot be converted
  std::set<std::uint32_t> dropped_;
  int splits_ = 0;
  int limits_ = 0;
  bool completed_ = false;
};

}  // namespace

std::optional<Conversion> import_d1(const SourceFile& source, DiagnosticSink& sink) {
  return D1Importer(source, sink).run();
}

}  // namespace castra::lang::detail
