#include <algorithm>

#include "lang/diagnostics.h"
#include "lang/import_impl.h"
#include "lang/printer.h"
#include "support/text.h"

/// The form of April 2022: one statement a line, `task NAME KIND`, `taskdefault KIND`, `region TASK
/// REGION MEMORY`, `regiondefault KIND MEMORY`; names may hold dots. A named rule beat a default.
namespace castra::lang::detail {
namespace {

struct Word {
  std::string_view text;
  SourceSpan span;
};

class D0Importer {
 public:
  D0Importer(const SourceFile& source, DiagnosticSink& sink)
      : source_(source), sink_(sink), first_(sink) {}

  Conversion run() {
    const std::string_view text = source_.text();
    for (std::size_t begin = 0; begin <= text.size();) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      convert(words(begin, end));
      begin = end + 1;
    }
    Conversion conversion;
    conversion.text = print(ast_);
    conversion.remarks.push_back(
        "Defaults became rules for `*`; a region's rule holds on every kind of processor.");
    return conversion;
  }

 private:
  /// Of one line; commas and semicolons separate like blanks, comments are left out.
  std::vector<Word> words(std::size_t begin, std::size_t end) const {
    const std::string_view text = source_.text();
    std::vector<Word> found;
    const auto blank = [](char c) {
      return c == ' ' || c == '\t' || c == '\r' || c == ',' || c == ';';
    };
    for (std::size_t at = begin; at < end;) {
      if (blank(text[at])) {
        ++at;
        continue;
      }
      if (text[at] == '#' || text.substr(at, 2) == "//") break;
      std::size_t stop = at;
      while (stop < end && !blank(text[stop]) && text[stop] != '#') ++stop;
      found.push_back({text.substr(at, stop - at),
                       {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(stop)}});
      at = stop;
    }
    return found;
  }

  void convert(const std::vector<Word>& line) {
    if (line.empty()) return;
    const Word& keyword = line.front();
    if (keyword.text == "task") return task(line, 2);
    if (keyword.text == "taskdefault") return task(line, 1);
    if (keyword.text == "region") return region(line);
    if (keyword.text == "regiondefault") return region_default(line);
    Diagnostic d = diagnose(Finding::NotInOldForm, keyword.span, quoted_excerpt(keyword.text));
    d.help = "statements of that form are task, taskdefault, region and regiondefault";
    const std::vector<std::string> known = {"task", "taskdefault", "region", "regiondefault"};
    if (const auto nearest = did_you_mean(keyword.text, known))
      d.help = fmt::format("did you mean `{}`?", *nearest);
    sink_.report(std::move(d));
  }

  bool enough(const std::vector<Word>& line, std::size_t words, std::string_view form) {
    if (line.size() >= words) return true;
    Diagnostic d = diagnose(Finding::OldOperands, line.back().span, line.front().text);
    d.help = fmt::format("write `{}`", form);
    sink_.report(std::move(d));
    return false;
  }

  static Target target(const Word& word) {
    if (word.text == "*") return {Any{}, word.span};
    return {std::string(word.text), word.span};
  }

  /// Regions may be given by position.
  static Target region_target(const Word& word) {
    const bool number = word.text.size() <= 6 &&
                        std::ranges::all_of(word.text, [](char c) { return c >= '0' && c <= '9'; });
    if (number) return {std::stoi(std::string(word.text)), word.span};
    return target(word);
  }

  std::optional<ProcessorKind> processor(const Word& word) {
    if (const auto kind = parse_processor_kind(std::string(word.text))) return kind;
    Diagnostic d = diagnose(Finding::UnknownProcessor, word.span, quoted_excerpt(word.text));
    d.help = "processor kinds are CPU, GPU, OMP, IO, PY and PROC";
    sink_.report(std::move(d));
    return std::nullopt;
  }

  template <typename Kind, typename Read>
  std::vector<Located<Kind>> kinds(const std::vector<Word>& line, std::size_t from, Read&& read) {
    std::vector<Located<Kind>> list;
    for (std::size_t i = from; i < line.size(); ++i) {
      if (const auto kind = read(line[i])) list.push_back({*kind, line[i].span});
    }
    return list;
  }

  std::vector<Located<MemoryKind>> memories(const std::vector<Word>& line, std::size_t from) {
    return kinds<MemoryKind>(line, from, [this](const Word& word) -> std::optional<MemoryKind> {
      if (const auto kind = parse_memory_kind(std::string(word.text))) return kind;
      Diagnostic d = diagnose(Finding::UnknownMemory, word.span, quoted_excerpt(word.text));
      d.help = "memory kinds are SYSMEM, FBMEM, ZCMEM, SOCKMEM, RDMEM and VIRTUAL";
      sink_.report(std::move(d));
      return std::nullopt;
    });
  }

  template <typename Node>
  void add(const std::vector<Word>& line, const std::string& key, Node node) {
    const SourceSpan span{line.front().span.begin, line.back().span.end};
    if (first_.keep(key, span, key)) ast_.statements.push_back({span, std::move(node)});
  }

  /// `task NAME KIND..` or `taskdefault KIND..`: the kinds start at `from`.
  void task(const std::vector<Word>& line, std::size_t from) {
    if (!enough(line, from + 1, from == 2 ? "task NAME KIND" : "taskdefault KIND")) return;
    TaskStmt node;
    node.tasks.push_back(from == 2 ? target(line[1]) : Target{Any{}, line[0].span});
    node.processors =
        kinds<ProcessorKind>(line, from, [this](const Word& word) { return processor(word); });
    const std::string name(from == 2 ? line[1].text : "*");
    add(line, "task `" + quoted_excerpt(name) + "`", std::move(node));
  }

  void region(const std::vector<Word>& line) {
    if (!enough(line, 4, "region TASK REGION MEMORY")) return;
    RegionStmt node;
    node.tasks.push_back(target(line[1]));
    node.regions.push_back(region_target(line[2]));
    node.memories = memories(line, 3);
    add(line,
        fmt::format("region `{}` of task `{}`", quoted_excerpt(line[2].text),
                    quoted_excerpt(line[1].text)),
        std::move(node));
  }

  void region_default(const std::vector<Word>& line) {
    if (!enough(line, 3, "regiondefault KIND MEMORY")) return;
    RegionStmt node;
    node.tasks.push_back({Any{}, line[0].span});
    node.regions.push_back({Any{}, line[0].span});
    node.processor = processor(line[1]);
    if (!node.processor) return;
    node.memories = memories(line, 2);
    add(line, fmt::format("all regions on {}", to_string(*node.processor)), std::move(node));
  }

  const SourceFile& source_;
  DiagnosticSink& sink_;
  FirstRules first_;
  Ast ast_;
};

}  // namespace

std::optional<Conversion> import_d0(const SourceFile& source, DiagnosticSink& sink) {
  return D0Importer(source, sink).run();
}

}  // namespace castra::lang::detail
