#include "verifier/rules/epp_namespaces.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/testing.h"

namespace tidemark::verifier {
namespace {

using ::testing::ElementsAreArray;
using ::testing::SizeIs;

TEST(EppNamespaces, AreThoseOfTheStoredListInItsOrder) {
  const std::optional<std::string> shared = base::SharedDir();
  if (!shared.has_value()) GTEST_SKIP() << base::kNoSharedDir;
  ASSERT_OK_AND_ASSIGN(const std::string yaml,
                       base::ReadSmallFile(*shared + "/spec/iana/epp-extensions.yaml"));
  std::vector<std::string> objects, extensions;
  std::vector<std::string>* list = nullptr;
  std::string date;
  for (absl::string_view line : absl::StrSplit(yaml, '\n')) {
    line = absl::StripAsciiWhitespace(line);
    if (line == "objects:") list = &objects;
    if (line == "extensions:") list = &extensions;
    if (absl::ConsumePrefix(&line, "last-updated: ")) date = std::string(line);
    if (list != nullptr && absl::ConsumePrefix(&line, "uri:")) {
      list->emplace_back(absl::StripAsciiWhitespace(line));
    }
  }
  EXPECT_EQ(date, kEppNamespacesDate);
  EXPECT_THAT(objects, SizeIs(16));
  EXPECT_THAT(EppObjectNamespaces(), ElementsAreArray(objects));
  EXPECT_THAT(EppExtensionNamespaces(), ElementsAreArray(extensions));
}

}  // namespace
}  // namespace tidemark::verifier
