#include "base/config.h"

// Without exceptions toml++ answers with a parse_result.
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include <set>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/status.h"

namespace tidemark::base {
namespace {

absl::string_view TypeName(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "a list";
    case toml::node_type::string:
      return "a string";
    case toml::node_type::integer:
      return "an integer";
    case toml::node_type::floating_point:
      return "a floating-point number";
    case toml::node_type::boolean:
      return "a boolean";
    default:
      return "a date or time";
  }
}

// `name` as it appears in a dotted key. One with a dot inside is quoted, so that it can never be
// taken for a path that somebody asked for.
std::string Segment(absl::string_view name) {
  const bool is_bare =
      !name.empty() && !absl::StrContains(name, ".") && absl::CHexEscape(name) == name;
  return is_bare ? std::string(name) : absl::StrCat("\"", absl::CHexEscape(name), "\"");
}

}  // namespace

struct Config::Impl {
  std::string name;
  std::string folder;  // "" or with a slash at its end
  toml::table root;
  std::set<std::string, std::less<>> asked;

  // The node at `key`, or null.
  const toml::node* Find(absl::string_view key) const;
  // The same, and remembers that it was asked for.
  const toml::node* Ask(absl::string_view key);
  absl::Status Wrong(absl::string_view key, const toml::node& node, absl::string_view why) const;
  absl::Status Missing(absl::string_view key) const;
  // True if some asked key begins with `prefix`.
  bool AnyAskedBelow(absl::string_view prefix) const;
  void CollectUnknown(const toml::node& node, const std::string& path,
                      std::vector<std::string>& unknown) const;
  std::string Resolve(absl::string_view path) const;
};

const toml::node* Config::Impl::Find(absl::string_view key) const {
  const toml::node* node = &root;
  for (absl::string_view part : absl::StrSplit(key, '.')) {
    if (const toml::table* table = node->as_table()) {
      node = table->get(std::string_view(part.data(), part.size()));
    } else if (const toml::array* array = node->as_array()) {
      size_t index;
      node = absl::SimpleAtoi(part, &index) ? array->get(index) : nullptr;
    } else {
      return nullptr;
    }
    if (node == nullptr) return nullptr;
  }
  return node;
}

const toml::node* Config::Impl::Ask(absl::string_view key) {
  asked.emplace(key);
  return Find(key);
}

absl::Status Config::Impl::Wrong(absl::string_view key, const toml::node& node,
                                 absl::string_view why) const {
  return absl::InvalidArgumentError(
      absl::StrCat(name, ":", node.source().begin.line, ": ", key, ": ", why));
}

absl::Status Config::Impl::Missing(absl::string_view key) const {
  return absl::InvalidArgumentError(absl::StrCat(name, ": ", key, ": is required"));
}

bool Config::Impl::AnyAskedBelow(absl::string_view prefix) const {
  const auto it = asked.lower_bound(prefix);
  return it != asked.end() && absl::StartsWith(*it, prefix);
}

// Recursion is as deep as the file. toml++ refuses values nested deeper than 256, but not a dotted
// key of many parts, over which it recurses itself: the operator's file is trusted so far.
void Config::Impl::CollectUnknown(const toml::node& node, const std::string& path,
                                  std::vector<std::string>& unknown) const {
  const std::string prefix = path.empty() ? "" : absl::StrCat(path, ".");
  const toml::table* const table = node.as_table();
  const toml::array* const array = node.as_array();
  if (table != nullptr && (!table->empty() || path.empty())) {
    for (const auto& [key, child] : *table) {
      CollectUnknown(child, absl::StrCat(prefix, Segment({key.str().data(), key.str().size()})),
                     unknown);
    }
    return;
  }
  if (array != nullptr && array->is_array_of_tables()) {
    for (size_t i = 0; i < array->size(); ++i) {
      CollectUnknown((*array)[i], absl::StrCat(prefix, i), unknown);
    }
    return;
  }
  // A value; or an empty table, which is known if something in it would have been.
  if (asked.contains(path) || (table != nullptr && AnyAskedBelow(prefix))) return;
  unknown.push_back(absl::StrCat(path, " (line ", node.source().begin.line, ")"));
}

std::string Config::Impl::Resolve(absl::string_view path) const {
  if (path.empty() || absl::StartsWith(path, "/")) return std::string(path);
  return absl::StrCat(folder, path);
}

Config::Config(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Config::Config(Config&&) noexcept = default;
Config& Config::operator=(Config&&) noexcept = default;
Config::~Config() = default;

absl::StatusOr<Config> Config::Load(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadSmallFile(path));
  return Parse(text, path);
}

absl::StatusOr<Config> Config::Parse(absl::string_view text, const std::string& name) {
  toml::parse_result result = toml::parse(std::string_view(text.data(), text.size()), name);
  if (!result) {
    const std::string_view why = result.error().description();
    return absl::InvalidArgumentError(
        absl::StrCat(name, ":", result.error().source().begin.line, ": ",
                     absl::CHexEscape(absl::string_view(why.data(), why.size()))));
  }
  auto impl = std::make_unique<Impl>();
  impl->name = name;
  impl->folder = name.substr(0, name.rfind('/') + 1);  // npos + 1 is 0
  impl->root = std::move(result).table();
  return Config(std::move(impl));
}

bool Config::Has(absl::string_view key) const { return impl_->Find(key) != nullptr; }

absl::StatusOr<std::string> Config::RequiredString(absl::string_view key) const {
  const toml::node* node = impl_->Ask(key);
  if (node == nullptr) return impl_->Missing(key);
  if (!node->is_string()) {
    return impl_->Wrong(key, *node, absl::StrCat("is ", TypeName(*node), ", want a string"));
  }
  return node->as_string()->get();
}

absl::StatusOr<std::string> Config::StringOr(absl::string_view key,
                                             absl::string_view default_value) const {
  if (impl_->Ask(key) == nullptr) return std::string(default_value);
  return RequiredString(key);
}

absl::StatusOr<int64_t> Config::IntOr(absl::string_view key, int64_t default_value, int64_t min,
                                      int64_t max) const {
  const toml::node* node = impl_->Ask(key);
  if (node == nullptr) return default_value;
  if (!node->is_integer()) {
    return impl_->Wrong(key, *node, absl::StrCat("is ", TypeName(*node), ", want an integer"));
  }
  const int64_t value = node->as_integer()->get();
  if (value < min || value > max) {
    return impl_->Wrong(key, *node, absl::StrCat("is ", value, ", want ", min, " to ", max));
  }
  return value;
}

absl::StatusOr<bool> Config::BoolOr(absl::string_view key, bool default_value) const {
  const toml::node* node = impl_->Ask(key);
  if (node == nullptr) return default_value;
  if (!node->is_boolean()) {
    return impl_->Wrong(key, *node, absl::StrCat("is ", TypeName(*node), ", want true or false"));
  }
  return node->as_boolean()->get();
}

absl::StatusOr<absl::Duration> Config::DurationOr(absl::string_view key,
                                                  absl::Duration default_value, absl::Duration min,
                                                  absl::Duration max) const {
  const toml::node* node = impl_->Ask(key);
  if (node == nullptr) return default_value;
  ASSIGN_OR_RETURN(const std::string text, RequiredString(key));
  absl::Duration value;
  if (!absl::ParseDuration(text, &value)) {
    return impl_->Wrong(key, *node, "is not a duration such as \"90s\" or \"1h30m\"");
  }
  if (value < min || value > max) {
    return impl_->Wrong(key, *node,
                        absl::StrCat("is ", absl::FormatDuration(value), ", want ",
                                     absl::FormatDuration(min), " to ", absl::FormatDuration(max)));
  }
  return value;
}

absl::StatusOr<std::vector<std::string>> Config::StringListOr(
    absl::string_view key, std::vector<std::string> default_value) const {
  const toml::node* node = impl_->Ask(key);
  if (node == nullptr) return default_value;
  if (!node->is_array()) {
    return impl_->Wrong(key, *node,
                        absl::StrCat("is ", TypeName(*node), ", want a list of strings"));
  }
  std::vector<std::string> values;
  for (const toml::node& element : *node->as_array()) {
    if (!element.is_string()) {
      return impl_->Wrong(
          key, element,
          absl::StrCat("element ", values.size(), " is ", TypeName(element), ", want a string"));
    }
    values.push_back(element.as_string()->get());
  }
  return values;
}

absl::StatusOr<std::string> Config::RequiredPath(absl::string_view key) const {
  ASSIGN_OR_RETURN(const std::string path, RequiredString(key));
  if (path.empty()) return impl_->Wrong(key, *impl_->Find(key), "is empty, want a path");
  return impl_->Resolve(path);
}

absl::StatusOr<std::string> Config::PathOr(absl::string_view key,
                                           absl::string_view default_value) const {
  if (impl_->Ask(key) == nullptr) return impl_->Resolve(default_value);
  return RequiredPath(key);
}

absl::StatusOr<size_t> Config::TableCount(absl::string_view key) const {
  const toml::node* node = impl_->Ask(key);
  if (node == nullptr) return 0;
  const toml::array* array = node->as_array();
  if (array == nullptr || (!array->empty() && !array->is_array_of_tables())) {
    return impl_->Wrong(key, *node, absl::StrCat("is ", TypeName(*node), ", want tables [[...]]"));
  }
  return array->size();
}

absl::Status Config::CheckAllKeysKnown() const {
  std::vector<std::string> unknown;
  impl_->CollectUnknown(impl_->root, "", unknown);
  if (unknown.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(impl_->name, ": unknown key: ", absl::StrJoin(unknown, ", ")));
}

}  // namespace tidemark::base
