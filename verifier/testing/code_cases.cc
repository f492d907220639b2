// Cases about the deposit as a whole.
#include "verifier/testing/code_cases.h"

#include <utility>

namespace tidemark::verifier {
namespace {

constexpr char kSchema[] = "RDE_SCHEMA_VALIDATION_ERROR";

// For deposits that are no FULL.
void DiffName(CheckOptions& options) { options.file_name = "test_2026-11-22_diff_S1_R0.xml"; }

// A DIFF as good as the FULL.
constexpr Edit kDiff{"type=\"FULL\"", "type=\"DIFF\" prevId=\"20261121001\""};

constexpr Edit kNndnDeleted{"<rde:contents>",
                            "<rde:deletes><rdeNNDN:delete><rdeNNDN:aName>old.test</rdeNNDN:aName>"
                            "</rdeNNDN:delete></rde:deletes><rde:contents>"};

constexpr char kSecondHeader[] =
    "<rdeHeader:header><rdeHeader:tld>test</rdeHeader:tld><rdeHeader:count "
    "uri=\"urn:ietf:params:xml:ns:rdeDomain-1.0\">2</rdeHeader:count></rdeHeader:header>"
    "<rdeDomain:domain>";
constexpr char kSecondOne[] =
    "<rdeDomain:domain><rdeDomain:name>one.test</rdeDomain:name>"
    "<rdeDomain:roid>D1-TEST</rdeDomain:roid><rdeDomain:status s=\"ok\"/>"
    "<rdeDomain:registrant>c-one</rdeDomain:registrant><rdeDomain:clID>reg-1</rdeDomain:clID>"
    "<rdeDomain:crDate>2020-01-01T00:00:00Z</rdeDomain:crDate>"
    "<rdeDomain:exDate>2027-01-01T00:00:00Z</rdeDomain:exDate></rdeDomain:domain>"
    "<rdeDomain:domain>";

}  // namespace

std::vector<CodeCase> DepositCases() {
  return {
      {"XmlParseError", "RDE_XML_PARSE_ERROR", {{"</rde:deposit>", ""}}},
      {"SchemaValidationError",
       kSchema,
       {{"<rdeHost:addr ip=\"v4\">192.0.2.1</rdeHost:addr>", "<rdeHost:flavour/>"}}},
      {"SchemaValidationErrorOfACountOfNothing",
       kSchema,
       {{"<rdeHeader:count uri=\"urn:ietf:params:xml:ns:rdeNNDN-1.0\">", "<rdeHeader:count>"}},
       {"RDE_MENU_AND_HEADER_URIS_DIFFER"}},
      {"InvalidFilename",
       "RDE_INVALID_FILENAME",
       {{"2026-11-22T00:00:00Z", "2026-11-21T00:00:00Z"}}},
      {"MissingObjectUri",
       "RDE_MISSING_OBJECT_URI",
       {{"<rdeHeader:count uri=\"urn:ietf:params:xml:ns:rdeRegistrar-1.0\">1</rdeHeader:count>",
         ""}},
       {"RDE_MENU_AND_HEADER_URIS_DIFFER"}},
      {"MissingObjectUriByCount",
       "RDE_MISSING_OBJECT_URI",
       {{"rdeIDN-1.0\">1<", "rdeIDN-1.0\">0<"}},
       {"RDE_OBJECT_COUNT_MISMATCH"},
       {},
       [](CheckOptions& options) { options.profile = Profile::kRst; }},
      {"UnexpectedObjectUriInMenu",
       "RDE_UNEXPECTED_OBJECT_URI",
       {{"</rde:rdeMenu>", "<rde:objURI>urn:example:own-1.0</rde:objURI></rde:rdeMenu>"}},
       {"RDE_MENU_AND_HEADER_URIS_DIFFER"},
       {},
       [](CheckOptions& options) { options.profile = Profile::kRst; }},
      {"UnexpectedObjectUri",
       "RDE_UNEXPECTED_OBJECT_URI",
       {{"<rdeHeader:count uri=\"urn:ietf:params:xml:ns:rdeDomain",
         "<rdeHeader:count uri=\"urn:example:own-1.0\">0</rdeHeader:count>"
         "<rdeHeader:count uri=\"urn:ietf:params:xml:ns:rdeDomain"},
        {"</rde:rdeMenu>", "<rde:objURI>urn:example:own-1.0</rde:objURI></rde:rdeMenu>"}},
       {},
       {},
       [](CheckOptions& options) { options.profile = Profile::kRst; }},
      {"MenuAndHeaderUrisDiffer",
       "RDE_MENU_AND_HEADER_URIS_DIFFER",
       {{"<rde:objURI>urn:ietf:params:xml:ns:rdeNNDN-1.0</rde:objURI>", ""}}},
      {"ObjectCountMismatch",
       "RDE_OBJECT_COUNT_MISMATCH",
       {{"rdeDomain-1.0\">2<", "rdeDomain-1.0\">3<"}},
       {},
       {{"rdeDomain-1.0\">2<", "rdeDomain-1.0\"> 2 <"}}},
      {"UnexpectedObject",
       "RDE_UNEXPECTED_OBJECT",
       {{"<rde:objURI>urn:ietf:params:xml:ns:rdeNNDN-1.0</rde:objURI>", ""},
        {"<rdeHeader:count uri=\"urn:ietf:params:xml:ns:rdeNNDN-1.0\">1</rdeHeader:count>", ""}}},
      {"UnexpectedObjectInDiff",
       "RDE_UNEXPECTED_OBJECT",
       {kDiff, {"<rde:objURI>urn:ietf:params:xml:ns:rdeNNDN-1.0</rde:objURI>", ""}},
       {},
       {kDiff},
       DiffName},
      {"UnexpectedDeleteInDiff",
       "RDE_UNEXPECTED_OBJECT",
       {kDiff,
        kNndnDeleted,
        {"<rdeNNDN:NNDN>", "<!--"},
        {"</rdeNNDN:NNDN>", "-->"},
        {"<rde:objURI>urn:ietf:params:xml:ns:rdeNNDN-1.0</rde:objURI>", ""}},
       {},
       {kDiff, kNndnDeleted},
       DiffName},
      {"LimitExceeded",
       "TDM_LIMIT_EXCEEDED",
       {{"<rdeHost:addr ip=\"v4\">192.0.2.1</rdeHost:addr>",
         "<a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a>"
         "<a><a><a><a><a><a>"}},
       {kSchema}},
      {"NotUtf8",
       "TDM_NOT_UTF8",
       {{"<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
         absl::string_view("\xff\xfe<\0?\0x\0m\0l\0", 12)}}},
      {"HeaderMissing",
       "TDM_HEADER_MISSING",
       {{"<rdeHeader:header>\n<rdeHeader:tld>test</rdeHeader:tld>", "<!-- "},
        {"</rdeHeader:header>", " -->"}}},
      {"HeaderRepeated", "TDM_HEADER_REPEATED", {{"<rdeDomain:domain>", kSecondHeader}}},
      {"HeaderCountRepeated",
       "TDM_HEADER_COUNT_REPEATED",
       {{"</rdeHeader:header>",
         "<rdeHeader:count uri=\"urn:ietf:params:xml:ns:rdeIDN-1.0\">1</rdeHeader:count>"
         "</rdeHeader:header>"}},
       {},
       {{"</rdeHeader:header>",
         "<rdeHeader:count uri=\"urn:ietf:params:xml:ns:rdeIDN-1.0\" registrarId=\"1001\">1"
         "</rdeHeader:count></rdeHeader:header>"}}},
      {"TldMismatch",
       "TDM_TLD_MISMATCH",
       {{"<rdeHeader:tld>test<", "<rdeHeader:tld>toast<"}},
       {},
       {{"<rdeHeader:tld>test<", "<rdeHeader:tld>TEST<"}},
       [](CheckOptions& options) { options.tld = "test"; }},
      {"MenuListsUncounted",
       "TDM_MENU_LISTS_UNCOUNTED",
       {{"</rde:rdeMenu>",
         "<rde:objURI>urn:ietf:params:xml:ns:rdeHeader-1.0</rde:objURI></rde:rdeMenu>"}}},
      {"UnknownNamespace",
       "TDM_UNKNOWN_NAMESPACE",
       {{"<rdeHeader:count uri=\"urn:ietf:params:xml:ns:rdeDomain",
         "<rdeHeader:count uri=\"urn:example:own-1.0\">1</rdeHeader:count>"
         "<rdeHeader:count uri=\"urn:ietf:params:xml:ns:rdeDomain"},
        {"</rde:rdeMenu>", "<rde:objURI>urn:example:own-1.0</rde:objURI></rde:rdeMenu>"},
        {"</rde:contents>", "<own:thing xmlns:own=\"urn:example:own-1.0\"/></rde:contents>"}}},
      {"PrevIdMissing",
       "TDM_PREV_ID_MISSING",
       {{"type=\"FULL\"", "type=\"DIFF\""}},
       {},
       {kDiff},
       DiffName},
      {"DeletesInFull",
       "TDM_DELETES_IN_FULL",
       {{"<rde:contents>",
         "<rde:deletes><rdeDomain:delete><rdeDomain:name>old.test</rdeDomain:name>"
         "</rdeDomain:delete></rde:deletes><rde:contents>"}},
       {},
       {{"type=\"FULL\"", "type=\"FULL\" prevId=\"20261121001\""}}},
      {"KindNotAdmitted",
       "TDM_KIND_NOT_ADMITTED",
       {{"type=\"FULL\"", "type=\"INCR\""}},
       {},
       {},
       [](CheckOptions& options) { options.file_name = std::nullopt; }},
      {"ObjectRepeated",
       "TDM_OBJECT_REPEATED",
       {kDiff, {"<rdeDomain:domain>", kSecondOne}},
       {},
       {kDiff},
       DiffName},
      {"WatermarkInFuture",
       "TDM_WATERMARK_IN_FUTURE",
       {{"2026-11-22T00:00:00Z", "2026-11-22T02:00:01Z"}},
       {},
       {{"2026-11-22T00:00:00Z", "2026-11-22T02:00:00Z"}}},
  };
}

std::vector<CodeCase> CodeCases() {
  std::vector<CodeCase> all = DepositCases();
  for (auto&& part : {ChainCases(), DomainCases(), HostAndContactCases(), OtherObjectCases(),
                      CsvCases(), SanityCases(), ComparisonCases(), CloserCases()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace tidemark::verifier
