#include "common/options.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include "support/text.h"

namespace castra::apps {
namespace {

// Every option that Legion 25.12, its mappers and Realm 25.6 read is one of these words or starts
// with one of these prefixes.
constexpr std::array<std::string_view, 17> kRuntimePrefixes = {
    "-ll:",  "-lg:", "-dm:",   "-hl:",    "-cuda:", "-hip:", "-numa:",   "-gex:",   "-ucx:",
    "-mpi:", "-ib:", "-hdf5:", "-realm:", "-tm:",   "-pr:",  "-kokkos:", "-openmp:"};
constexpr std::array<std::string_view, 5> kRuntimeWords = {"-level", "-logfile", "-logtime",
                                                           "-errlevel", "-cat"};

bool is_runtime_option(std::string_view word) {
  const auto begins = [&](std::string_view prefix) { return word.starts_with(prefix); };
  return std::any_of(kRuntimePrefixes.begin(), kRuntimePrefixes.end(), begins) ||
         std::find(kRuntimeWords.begin(), kRuntimeWords.end(), word) != kRuntimeWords.end();
}

bool looks_like_option(std::string_view word) {
  return word.size() > 1 && word[0] == '-' && !std::isdigit(static_cast<unsigned char>(word[1]));
}

}  // namespace

std::size_t runtime_option_length(std::span<const char* const> arguments) {
  if (arguments.empty() || !is_runtime_option(arguments[0])) return 0;
  const bool has_value = arguments.size() > 1 && !looks_like_option(arguments[1]);
  return has_value ? 2 : 1;
}

void OptionTable::add_integer(std::string name, std::string help, std::int64_t* target,
                              std::int64_t least, std::int64_t most) {
  Option option{.kind = Kind::Integer, .name = std::move(name), .help = std::move(help)};
  option.integer = target;
  option.least = least;
  option.most = most;
  options_.push_back(std::move(option));
}

void OptionTable::add_switch(std::string name, std::string help, bool* target) {
  Option option{.kind = Kind::Switch, .name = std::move(name), .help = std::move(help)};
  option.flag = target;
  options_.push_back(std::move(option));
}

void OptionTable::add_choice(std::string name, std::string help, std::string* target,
                             std::vector<std::string> choices) {
  Option option{.kind = Kind::Choice, .name = std::move(name), .help = std::move(help)};
  option.choice = target;
  option.choices = std::move(choices);
  options_.push_back(std::move(option));
}

const OptionTable::Option* OptionTable::find(std::string_view name) const {
  const auto found = std::find_if(options_.begin(), options_.end(),
                                  [&](const Option& option) { return option.name == name; });
  return found == options_.end() ? nullptr : &*found;
}

Error OptionTable::unknown(std::string_view word) const {
  if (!looks_like_option(word)) {
    return {"unexpected argument '" + std::string(word) + "'",
            program_ + " takes options only; see " + program_ + " --help"};
  }
  std::vector<std::string> names;
  names.reserve(options_.size());
  for (const Option& option : options_) names.push_back(option.name);
  const auto near = did_you_mean(word, names);
  return {"unknown option '" + std::string(word) + "'" +
              (near ? "; did you mean '" + *near + "'?" : ""),
          "see " + program_ + " --help"};
}

Status OptionTable::read_value(const Option& option, std::string_view text) const {
  if (option.kind == Kind::Choice) {
    if (std::find(option.choices.begin(), option.choices.end(), text) == option.choices.end()) {
      return failure("option " + option.name + " does not know '" + std::string(text) + "'",
                     "use one of: " + join(option.choices, ", "));
    }
    *option.choice = text;
    return {};
  }
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const std::string range = "give a whole number from " + std::to_string(option.least) + " to " +
                            std::to_string(option.most);
  if (error != std::errc() || end != text.data() + text.size()) {
    return failure("option " + option.name + " needs a number, not '" + std::string(text) + "'",
                   range);
  }
  if (value < option.least || value > option.most) {
    return failure("option " + option.name + " cannot be " + std::string(text), range);
  }
  *option.integer = value;
  return {};
}

Result<OptionTable::Request> OptionTable::parse(std::span<const char* const> arguments) const {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view word = arguments[i];
    if (word == "--help" || word == "-h") return Request::ShowHelp;
    if (const std::size_t length = runtime_option_length(arguments.subspan(i)); length > 0) {
      i += length - 1;
      continue;
    }
    const Option* option = find(word);
    if (option == nullptr) return tl::unexpected(unknown(word));
    if (option->kind == Kind::Switch) {
      *option->flag = true;
      continue;
    }
    if (i + 1 == arguments.size()) {
      return failure("option " + option->name + " needs a value", "see " + program_ + " --help");
    }
    if (auto read = read_value(*option, arguments[++i]); !read) return tl::unexpected(read.error());
  }
  return Request::Run;
}

std::string OptionTable::help() const {
  std::vector<std::vector<std::string>> rows;
  for (const Option& option : options_) {
    switch (option.kind) {
      case Kind::Integer:
        rows.push_back({"  " + option.name + " N",
                        option.help + " [" + std::to_string(*option.integer) + "]"});
        break;
      case Kind::Switch:
        rows.push_back({"  " + option.name, option.help});
        break;
      case Kind::Choice:
        rows.push_back({"  " + option.name + " " + join(option.choices, "|"),
                        option.help + " [" + *option.choice + "]"});
        break;
    }
  }
  return "usage: " + program_ + " [options]\n\n" + summary_ + "\n\n" +
         render_table({"options:", ""}, rows) +
         "\nOptions of Legion and Realm, such as -ll:cpu 4, are handed to the runtime.\n";
}

}  // namespace castra::apps
