#include "failover/lookup/query_name.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace tidemark::failover {
namespace {

using ::testing::Optional;

TEST(QueryName, AsciiInAnyCaseWithOrWithoutTheRoot) {
  EXPECT_THAT(QueryName("Example.COM"), Optional(std::string("example.com")));
  EXPECT_THAT(QueryName("example.com."), Optional(std::string("example.com")));
  EXPECT_THAT(QueryName("_x.example.com"), Optional(std::string("_x.example.com")));
}

TEST(QueryName, ULabelsOfEveryFormAndMixtureGiveALabels) {
  constexpr char kName[] = "xn--bcher-kva.example";
  EXPECT_THAT(QueryName("b\xC3\xBC"
                        "cher.example"),
              Optional(std::string(kName)));
  EXPECT_THAT(QueryName("B\xC3\x9C"
                        "CHER.Example."),
              Optional(std::string(kName)));
  EXPECT_THAT(QueryName("bu\xCC\x88"
                        "cher.example"),
              Optional(std::string(kName)));
  EXPECT_THAT(QueryName("XN--bcher-KVA.example"), Optional(std::string(kName)));
  EXPECT_THAT(QueryName("b\xC3\xBC"
                        "cher.xn--bcher-kva.example"),
              Optional(std::string("xn--bcher-kva.xn--bcher-kva.example")));
  // RFC 5895: an ideographic full stop is a dot.
  EXPECT_THAT(QueryName("b\xC3\xBC"
                        "cher\xE3\x80\x82"
                        "example"),
              Optional(std::string(kName)));
}

TEST(QueryName, EverythingElseIsNoName) {
  for (const std::string& text :
       {std::string(), std::string("."), std::string("a..b"), std::string("a b.example"),
        std::string("a/b"), std::string("*.example"), std::string("a\0.example", 10),
        std::string("b\xC3\xBC\0cher.example", 14), std::string("\xFF.example"),
        std::string("b\xC3.example"), std::string("a\r\nb.example"), std::string(64, 'a'),
        std::string(300, 'a'), std::string(5000, 'a'),
        std::string("\xE2\x80\xAE"
                    "a.example")}) {
    EXPECT_EQ(QueryName(text), std::nullopt) << text;
  }
}

TEST(UnicodeName, OnlyWhatLeadsBack) {
  EXPECT_EQ(UnicodeNameOf("example.com"), "");
  EXPECT_EQ(UnicodeNameOf("xn--bcher-kva.example"),
            "b\xC3\xBC"
            "cher.example");
  EXPECT_EQ(UnicodeNameOf("www.xn--bcher-kva.example"),
            "www.b\xC3\xBC"
            "cher.example");
  // Decodes to nothing, or to what has another A-label.
  EXPECT_EQ(UnicodeNameOf("xn--.example"), "");
  EXPECT_EQ(UnicodeNameOf("xn--a.example"), "");
  EXPECT_EQ(UnicodeNameOf("xn--abc-.example"), "");
}

}  // namespace
}  // namespace tidemark::failover
