// What the writer cannot write, and that it then writes nothing more.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/testing.h"
#include "rde/records.h"
#include "rde/writer.h"
#include "rde/writer_testing.h"

namespace tidemark::rde {
namespace {

using base::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(XmlWriter, WhatXmlCannotCarryIsInvalidArgumentWithoutTheValue) {
  const std::string bad[] = {std::string("\0", 1),
                             "\x01",
                             "\x1f",
                             "\xff",
                             "\xc0\xaf",
                             "\xed\xa0\x80",
                             "\xef\xbf\xbe",
                             "\xc3",
                             "\xf4\x90\x80\x80",
                             "\xe0\x9f\xbf",
                             "\xf0\x8f\xbf\xbf",
                             "\x80"};
  for (const std::string& value : bad) {
    Contact contact;
    contact.email = absl::StrCat("secret", value);
    const absl::Status in_text = Document({contact}).status();
    EXPECT_THAT(in_text, StatusIs(absl::StatusCode::kInvalidArgument,
                                  ::testing::AllOf(HasSubstr("email"), Not(HasSubstr("secret")))));
    Contact other;
    other.voice = {"+1.2", value};
    EXPECT_THAT(Document({other}), StatusIs(absl::StatusCode::kInvalidArgument));
  }
  for (const std::string value : {"\u00e9", "\u9f99", "\U0001F600", "\xef\xbf\xbd", "\x7f"}) {
    Contact contact;
    contact.email = value;
    EXPECT_OK(Document({contact}));
  }
}

TEST(XmlWriter, FirstFailureLatches) {
  std::string text;
  base::StringSink sink(text, 1 << 20);
  XmlWriter writer(sink);
  ASSERT_OK(writer.Begin(FullInfo()));
  Domain bad;
  bad.name = "\x02";
  EXPECT_THAT(writer.Write(bad), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(writer.Write(Domain()), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(writer.Close(), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(text, "");
}

TEST(XmlWriter, FailureOfTheSinkLatches) {
  std::string text;
  base::StringSink sink(text, 10);
  XmlWriter writer(sink);
  ASSERT_OK(writer.Begin(FullInfo()));
  EXPECT_THAT(writer.Close(), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(writer.Close(), StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST(XmlWriter, DeleteOfWhatHasNoDeleteIsInvalidArgument) {
  const Delete policy{std::string(kPolicyUri), Delete::KeyKind::kId, "a"};
  const Delete contact{std::string(kContactUri), Delete::KeyKind::kRoid, "C1-EXAMPLE"};
  EXPECT_THAT(Document({policy}), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Document({contact}), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Document({UnknownObject{"urn:x", "y"}}),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(XmlWriter, NothingIsWrittenAfterClose) {
  std::string text;
  base::StringSink sink(text, 1 << 20);
  XmlWriter writer(sink);
  ASSERT_OK(writer.Begin(FullInfo()));
  ASSERT_OK(writer.Close());
  const std::string closed = text;
  EXPECT_OK(writer.Close());
  EXPECT_THAT(writer.Write(Domain()), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(text, closed);
}

}  // namespace
}  // namespace tidemark::rde
