// The tables against IANA's files as published: ../shared/spec/iana.
#include "verifier/rules/dnssec_numbers.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/testing.h"

namespace tidemark::verifier {
namespace {

// The text of the first <tag> in `record`.
std::string TextOf(const std::string& record, const std::string& tag) {
  const size_t at = record.find("<" + tag + ">");
  if (at == std::string::npos) return "";
  const size_t begin = at + tag.size() + 2;
  return record.substr(begin, record.find('<', begin) - begin);
}

template <typename Each>
int ForEachRecord(const std::string& registry, const std::string& tag, Each each) {
  int seen = 0;
  for (size_t at = registry.find("<record"); at != std::string::npos;
       at = registry.find("<record", at + 1)) {
    const std::string record = registry.substr(at, registry.find("</record>", at) - at);
    int number = 0;
    if (!absl::SimpleAtoi(TextOf(record, tag), &number)) continue;  // a range: none is assigned
    ++seen;
    each(static_cast<uint8_t>(number), record);
  }
  return seen;
}

TEST(DnssecNumbers, AlgorithmsAreThoseOfIana) {
  const std::optional<std::string> shared = base::SharedDir();
  if (!shared.has_value()) GTEST_SKIP() << base::kNoSharedDir;
  ASSERT_OK_AND_ASSIGN(std::string xml,
                       base::ReadSmallFile(*shared + "/spec/iana/dns-sec-alg-numbers.xml"));
  xml.resize(xml.find("id=\"prime-lengths\""));
  const int seen = ForEachRecord(xml, "number", [](uint8_t number, const std::string& record) {
    const bool signs = TextOf(record, "signing") == "Y";
    // RSA/MD5 was one once: deposits may still have it, IANA no longer lists it for signing.
    if (number == 1) return;
    EXPECT_EQ(AlgorithmStanding(number) != Standing::kUnknown, signs) << int{number};
  });
  EXPECT_GT(seen, 15);
  for (const int number : {18, 22, 24, 122, 123, 251}) {
    EXPECT_EQ(AlgorithmStanding(static_cast<uint8_t>(number)), Standing::kUnknown) << number;
  }
}

TEST(DnssecNumbers, DigestTypesAreThoseOfIana) {
  const std::optional<std::string> shared = base::SharedDir();
  if (!shared.has_value()) GTEST_SKIP() << base::kNoSharedDir;
  ASSERT_OK_AND_ASSIGN(const std::string xml,
                       base::ReadSmallFile(*shared + "/spec/iana/ds-rr-types.xml"));
  EXPECT_TRUE(absl::StrContains(xml, "<updated>2024-02-07</updated>"));
  const int seen = ForEachRecord(xml, "value", [](uint8_t number, const std::string& record) {
    const bool assigned = TextOf(record, "description") != "Reserved";
    EXPECT_EQ(DigestTypeOf(number).standing != Standing::kUnknown, assigned) << int{number};
    EXPECT_EQ(DigestTypeOf(number).bytes > 0, assigned) << int{number};
  });
  EXPECT_EQ(seen, 7);
  EXPECT_EQ(DigestTypeOf(7).standing, Standing::kUnknown);
}

}  // namespace
}  // namespace tidemark::verifier
