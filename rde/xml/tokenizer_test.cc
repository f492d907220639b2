// Our tokenizer and libxml2's give the same events and the same kinds of errors.
#include "rde/xml/tokenizer.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/testing.h"
#include "rde/xml/event_log.h"
#include "rde/xml/libxml2_tokenizer.h"

namespace tidemark::rde::xml {
namespace {

using ::testing::HasSubstr;

struct Implementation {
  std::string name;
  TokenizerFactory factory;
};

class TokenizerTest : public testing::TestWithParam<Implementation> {
 protected:
  EventLog Read(absl::string_view xml, size_t chunk_bytes = 0) const {
    return Tokenize(GetParam().factory, xml, chunk_bytes);
  }
  // The events of a good document, the same in whatever chunks.
  std::string Events(absl::string_view xml) const {
    const EventLog log = Read(xml);
    EXPECT_FALSE(log.error.has_value()) << xml << "\n" << log.error->detail;
    EXPECT_EQ(Read(xml, 1).events, log.events) << xml;
    EXPECT_EQ(Read(xml, 7).events, log.events) << xml;
    return log.events;
  }
  void ExpectError(ErrorKind kind, absl::string_view xml) const {
    for (const size_t chunk_bytes : {0u, 1u, 7u}) {
      const EventLog log = Read(xml, chunk_bytes);
      ASSERT_TRUE(log.error.has_value()) << xml.substr(0, 200);
      EXPECT_EQ(log.error->kind, kind) << xml.substr(0, 200) << "\n" << log.error->detail;
      EXPECT_GE(log.error->position.line, 1);
      EXPECT_LE(log.error->position.offset, static_cast<int64_t>(xml.size()));
    }
  }
  void ExpectMalformed(absl::string_view xml) const { ExpectError(ErrorKind::kNotWellFormed, xml); }
};

INSTANTIATE_TEST_SUITE_P(All, TokenizerTest,
                         testing::Values(Implementation{"Ours", NewTokenizer},
                                         Implementation{"Libxml2", NewLibxml2Tokenizer}),
                         [](const auto& info) { return info.param.name; });

std::string Times(size_t n, absl::string_view text) {
  std::string result;
  for (size_t i = 0; i < n; ++i) absl::StrAppend(&result, text);
  return result;
}

TEST_P(TokenizerTest, ElementsAndPositions) {
  EXPECT_EQ(Events("<a>\n <b/>x\r\n<c\n d='1'\n/></a>\n"),
            "<1:0 { -2}a\n\"\\n \"\n<2:5 { -2}b\n>\n\"x\\n\"\n<3:12 { -2}c { -2}d=\"1\"\n>\n>\n");
  EXPECT_EQ(Events("<?xml version='1.0'?>\n<a b='>' c=\"'\">\u4E2D</a>"),
            "<2:22 { -2}a { -2}b=\">\" { -2}c=\"\\'\"\n\"\\xe4\\xb8\\xad\"\n>\n");
}

TEST_P(TokenizerTest, AByteOrderMarkCountsForTheOffset) {
  EXPECT_EQ(Events("\xEF\xBB\xBF<a/>"), "<1:3 { -2}a\n>\n");
  EXPECT_EQ(
      Events("\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"utf-8\" standalone='yes' ?>\n<a/>"),
      "<2:60 { -2}a\n>\n");
}

TEST_P(TokenizerTest, Namespaces) {
  EXPECT_EQ(Events("<a xmlns='urn:known' b='1'><p:b xmlns:p='urn:p' p:c='2'/><c xmlns=''/></a>"),
            "<1:0 {urn:known 0}a { -2}b=\"1\" xmlns:=urn:known\n"
            "<1:27 {urn:p -1}b {urn:p -1}c=\"2\" xmlns:p=urn:p\n>\n"
            "<1:57 { -2}c xmlns:=\n>\n>\n");
  // The innermost declaration counts, and ends with its element.
  EXPECT_EQ(Events("<p:a xmlns:p='urn:known'><p:b xmlns:p='urn:other'><p:c/></p:b><p:d/></p:a>"),
            "<1:0 {urn:known 0}a xmlns:p=urn:known\n<1:25 {urn:other 1}b xmlns:p=urn:other\n"
            "<1:50 {urn:other 1}c\n>\n>\n<1:62 {urn:known 0}d\n>\n>\n");
  EXPECT_EQ(
      Events("<a xml:lang='en' xmlns:xml='http://www.w3.org/XML/1998/namespace'/>").substr(0, 60),
      "<1:0 { -2}a {http://www.w3.org/XML/1998/namespace -1}lang=\"e");
}

TEST_P(TokenizerTest, NamespaceErrors) {
  ExpectMalformed("<p:a/>");
  ExpectMalformed("<a p:b='1'/>");
  ExpectMalformed("<a xmlns:p=''/>");
  ExpectMalformed("<p:a xmlns:p='urn:p'/><p:a/>");
  ExpectMalformed("<a xmlns:p='urn:x' xmlns:q='urn:x' p:b='1' q:b='2'/>");
  ExpectMalformed("<a xmlns:p='urn:x' xmlns:p='urn:y'/>");
  ExpectMalformed("<a xmlns='urn:x' xmlns='urn:y'/>");
  ExpectMalformed("<a xmlns:xml='urn:x'/>");
  ExpectMalformed("<a xmlns='http://www.w3.org/XML/1998/namespace'/>");
  ExpectMalformed("<a xmlns:xmlns='urn:x'/>");
  ExpectMalformed("<a:b:c xmlns:a='urn:x'/>");
  ExpectMalformed("<:a/>");
  ExpectMalformed("<a: xmlns:a='urn:x'/>");
}

TEST_P(TokenizerTest, TextAndReferences) {
  EXPECT_EQ(Events("<a>1 &lt;&gt;&amp;&quot;&apos; &#65;&#x42;&#x4e2d;\r\n\r2</a>"),
            "<1:0 { -2}a\n\"1 <>&\\\"\\' AB\\xe4\\xb8\\xad\\n\\n2\"\n>\n");
  EXPECT_EQ(Events("<a>x<![CDATA[<&]]]]><!-- - -->y<?p q?>z]]&gt;</a>"),
            "<1:0 { -2}a\n\"x<&]]yz]]>\"\n>\n");
  EXPECT_EQ(Events("<a b='&lt;&amp;&#10; \t\n&#x9;'/>"), "<1:0 { -2}a { -2}b=\"<&\\n   \\t\"\n>\n");
  EXPECT_EQ(Events("<!-- x --><?p?><a></a><!-- y --> \n"), "<1:15 { -2}a\n>\n");
}

TEST_P(TokenizerTest, BadText) {
  ExpectMalformed("<a>]]></a>");
  ExpectMalformed("<a>&unknown;</a>");
  ExpectMalformed("<a>&lt</a>");
  ExpectMalformed("<a>& </a>");
  ExpectMalformed("<a>&#0;</a>");
  ExpectMalformed("<a>&#xFFFE;</a>");
  ExpectMalformed("<a>&#xD800;</a>");
  ExpectMalformed("<a>&#x110000;</a>");
  ExpectMalformed("<a>&#99999999999999999999;</a>");
  ExpectMalformed("<a>&#;</a>");
  ExpectMalformed("<a>&#X41;</a>");
  ExpectMalformed("<a>\x01</a>");
  ExpectMalformed("<a b='&unknown;'/>");
  ExpectMalformed("<a b='<'/>");
  ExpectMalformed("<a b='\x01'/>");
  ExpectMalformed("<a><!-- -- --></a>");
  ExpectMalformed("<a><!-- ---></a>");
  ExpectMalformed("<a><!- x --></a>");
  ExpectMalformed("<a><![CDATA [x]]></a>");
  ExpectMalformed("<![CDATA[x]]><a/>");
  ExpectMalformed("<a/><![CDATA[x]]>");
  ExpectMalformed("<a><!ELEMENT b></a>");
}

TEST_P(TokenizerTest, OnlyUtf8) {
  // Stray, cut, overlong, surrogate, too high, non-characters.
  for (const absl::string_view bad :
       {"\x80", "\xC3", "\xC3(", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80",
        "\xF8\x88\x80\x80\x80", "\xFF", "\xEF\xBF\xBE", "\xEF\xBF\xBF"}) {
    ExpectMalformed(absl::StrCat("<a>", bad, "</a>"));
    ExpectMalformed(absl::StrCat("<a b='", bad, "'/>"));
    ExpectMalformed(absl::StrCat("<a><!--", bad, "--></a>"));
    ExpectMalformed(absl::StrCat("<a", bad, "/>"));
  }
  EXPECT_EQ(Events("<\u00E9l\u00E9ment \u4E2D='\U0001F600'/>"),
            "<1:0 { -2}\u00E9l\u00E9ment { -2}\u4E2D=\"\\xf0\\x9f\\x98\\x80\"\n>\n");
  ExpectMalformed("<\u00D7/>");
  ExpectMalformed("<\u0300a/>");
}

TEST_P(TokenizerTest, Structure) {
  ExpectMalformed("");
  ExpectMalformed(" ");
  ExpectMalformed("text");
  ExpectMalformed("<a>");
  ExpectMalformed("<a></b>");
  ExpectMalformed("<a></ab>");
  ExpectMalformed("<ab></a>");
  ExpectMalformed("</a>");
  ExpectMalformed("<a/><b/>");
  ExpectMalformed("<a/>text");
  ExpectMalformed("x<a/>");
  ExpectMalformed("<a/>&#32;");
  ExpectMalformed("<a></a b>");
  ExpectMalformed("< a/>");
  ExpectMalformed("<a / >");
  ExpectMalformed("<1a/>");
  ExpectMalformed("<a b/>");
  ExpectMalformed("<a b=c/>");
  ExpectMalformed("<a b='1' b='2'/>");
  ExpectMalformed("<a b='1'c='2'/>");
  ExpectMalformed("<a b='1/>");
  ExpectMalformed("<a><b></a></b>");
  ExpectMalformed("<a><");
  EXPECT_EQ(Events("<a ></a\n>"), "<1:0 { -2}a\n>\n");
}

TEST_P(TokenizerTest, DeclarationsAndInstructions) {
  ExpectMalformed(" <?xml version='1.0'?><a/>");
  ExpectMalformed("<a><?xml version='1.0'?></a>");
  ExpectMalformed("<?XML version='1.0'?><a/>");
  ExpectMalformed("<?xml?><a/>");
  ExpectMalformed("<?xml encoding='UTF-8'?><a/>");
  ExpectMalformed("<?xml version='2.0'?><a/>");
  ExpectMalformed("<?xml version='1.0' standalone='maybe'?><a/>");
  ExpectMalformed("<?xml version='1.0' encoding='ISO-8859-1'?><a/>");
  ExpectMalformed("<?xml version='1.0' encoding='UTF-16'?><a/>");
  ExpectMalformed("<?xml version='1.0' x='y'?><a/>");
  ExpectMalformed("<?xml version='1.0'");
  ExpectMalformed(absl::StrCat("<?xml version='1.0'", std::string(2000, ' '), "?><a/>"));
  ExpectMalformed("<? x?><a/>");
  ExpectMalformed("<?a:b x?><a/>");
  ExpectMalformed("<a><?p</a>");
  EXPECT_EQ(Events("<?xmlx version='1.0'?><a/>"), "<1:22 { -2}a\n>\n");
  EXPECT_EQ(Events("<?xml version=\"1.1\" encoding='us-ascii'?><a>b</a>"),
            "<1:41 { -2}a\n\"b\"\n>\n");
  ExpectMalformed("<?xml version='1.0' encoding='US-ASCII'?><a>\u00E9</a>");
  ExpectMalformed("<?xml version='1.0' encoding='US-ASCII'?><a b='\u00E9'/>");
  ExpectMalformed("<?xml version='1.0' encoding='US-ASCII'?><\u00E9/>");
}

TEST_P(TokenizerTest, DoctypesEndReading) {
  ExpectError(ErrorKind::kDoctype, "<!DOCTYPE a><a/>");
  ExpectError(ErrorKind::kDoctype,
              "<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>");
  ExpectError(ErrorKind::kDoctype,
              "<!DOCTYPE a SYSTEM 'file:///etc/passwd' [<!ENTITY % p SYSTEM 'http://x/'>%p;]><a/>");
}

TEST_P(TokenizerTest, WideEncodingsAreNotUtf8) {
  const auto wide = [](absl::string_view ascii, size_t unit, bool big_end) {
    std::string result;
    for (const char c : ascii) {
      std::string bytes(unit, '\0');
      bytes[big_end ? unit - 1 : 0] = c;
      result += bytes;
    }
    return result;
  };
  constexpr absl::string_view kXml = "<?xml version='1.0'?><a/>";
  for (const size_t unit : {2u, 4u}) {
    ExpectError(ErrorKind::kNotUtf8, wide(kXml, unit, true));
    ExpectError(ErrorKind::kNotUtf8, wide(kXml, unit, false));
    ExpectError(ErrorKind::kNotUtf8, wide("<a/>", unit, false));
  }
  ExpectError(ErrorKind::kNotUtf8, absl::StrCat("\xFE\xFF", wide(kXml, 2, true)));
  ExpectError(ErrorKind::kNotUtf8, absl::StrCat("\xFF\xFE", wide(kXml, 2, false)));
  ExpectError(ErrorKind::kNotUtf8,
              absl::StrCat(absl::string_view("\0\0\xFE\xFF", 4), wide(kXml, 4, true)));
  ExpectError(ErrorKind::kNotUtf8,
              absl::StrCat(absl::string_view("\xFF\xFE\0\0", 4), wide(kXml, 4, false)));
}

TEST_P(TokenizerTest, ZeroBytes) {
  ExpectMalformed(absl::string_view("<abc>\0</abc>", 12));
  ExpectMalformed(absl::string_view("<abc>x</abc>\0", 13));
  ExpectMalformed(absl::string_view("<abc b='\0'/>", 12));
  ExpectMalformed(absl::string_view("<abc><!--\0--></abc>", 19));
  ExpectMalformed(std::string(1000, '\0'));
}

TEST_P(TokenizerTest, EveryTruncationIsAnError) {
  const std::string xml =
      "\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- c --><p:a xmlns:p='urn:known' "
      "b=\"&lt;\u00E9\">t\u4E2D&#65;<![CDATA[x]]><c/><?pi y?></p:a>";
  EXPECT_FALSE(Read(xml).error.has_value());
  for (size_t n = 0; n < xml.size(); ++n) {
    ExpectMalformed(absl::string_view(xml).substr(0, n));
  }
}

TEST_P(TokenizerTest, Limits) {
  const auto limit = [this](const std::string& xml) {
    ExpectError(ErrorKind::kLimitExceeded, xml);
  };
  const auto nested = [](size_t n) { return absl::StrCat(Times(n, "<a>"), Times(n, "</a>")); };
  EXPECT_FALSE(Read(nested(base::kXmlDepthMax)).error.has_value());
  limit(nested(base::kXmlDepthMax + 1));
  limit(nested(10'000));
  const auto text = [](size_t n) { return absl::StrCat("<a>", std::string(n, 'x'), "</a>"); };
  EXPECT_FALSE(Read(text(base::kXmlTextBytesMax)).error.has_value());
  limit(text(base::kXmlTextBytesMax + 1));
  limit(text(10 * base::kXmlTextBytesMax));
  const auto cdata = [](size_t n) {
    return absl::StrCat("<a>x<![CDATA[", std::string(n, 'x'), "]]></a>");
  };
  EXPECT_FALSE(Read(cdata(base::kXmlTextBytesMax - 1)).error.has_value());
  limit(cdata(base::kXmlTextBytesMax));
  const auto value = [](size_t n) { return absl::StrCat("<a b='", std::string(n, 'x'), "'/>"); };
  EXPECT_FALSE(Read(value(base::kXmlTextBytesMax)).error.has_value());
  limit(value(base::kXmlTextBytesMax + 1));
  const auto attributes = [](size_t n) {
    std::string xml = "<a";
    for (size_t i = 0; i < n; ++i) absl::StrAppend(&xml, " b", i, "=''");
    return xml + "/>";
  };
  EXPECT_FALSE(Read(attributes(base::kXmlAttributesMax)).error.has_value());
  limit(attributes(base::kXmlAttributesMax + 1));
  limit(attributes(1000));
  const auto bindings = [](size_t n) {
    std::string xml = "<b><a";
    for (size_t i = 0; i < n / 2; ++i) absl::StrAppend(&xml, " xmlns:b", i, "='urn:x'");
    xml += "><c";
    for (size_t i = n / 2; i < n; ++i) absl::StrAppend(&xml, " xmlns:b", i, "='urn:x'");
    return xml + "/></a></b>";
  };
  EXPECT_FALSE(Read(bindings(base::kXmlNamespacesMax)).error.has_value());
  limit(bindings(base::kXmlNamespacesMax + 1));
}

TEST_P(TokenizerTest, OneConstructIsBounded) {
  const size_t over = base::kObjectBytesMax + 128 * 1024;
  for (const absl::string_view start : {"<a><!--", "<a><?p ", "<a><b "}) {
    const EventLog log = Read(absl::StrCat(start, std::string(over, ' ')), 4096);
    ASSERT_TRUE(log.error.has_value());
    EXPECT_EQ(log.error->kind, ErrorKind::kLimitExceeded) << start;
  }
}

TEST_P(TokenizerTest, ErrorsHaveNoContent) {
  const EventLog log = Read("<a><b>secret</c></a>");
  ASSERT_TRUE(log.error.has_value());
  EXPECT_EQ(log.error->detail, "an end tag that does not match its start tag");
}

}  // namespace
}  // namespace tidemark::rde::xml
