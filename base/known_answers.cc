#include "base/known_answers.h"

#include <gtest/gtest.h>

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/status.h"

namespace tidemark::base {

KnownAnswers::KnownAnswers(absl::string_view text) {
  for (const absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    if (absl::StartsWith(line, "#")) continue;
    const std::pair<std::string, std::string> entry =
        absl::StrSplit(line, absl::MaxSplits(' ', 1));
    const bool first = values_.insert(entry).second;
    EXPECT_TRUE(first) << entry.first << " stands there twice";
  }
}

absl::StatusOr<KnownAnswers> KnownAnswers::Read(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadSmallFile(path));
  return KnownAnswers(text);
}

std::string KnownAnswers::Hex(const std::string& name) const {
  const auto found = values_.find(name);
  EXPECT_NE(found, values_.end()) << name;
  return found == values_.end() ? "" : found->second;
}

std::string KnownAnswers::Value(const std::string& name) const {
  const absl::StatusOr<std::string> value = HexDecode(Hex(name));
  EXPECT_TRUE(value.ok()) << name << ": " << value.status();
  return value.value_or("");
}

}  // namespace tidemark::base
