#include "tests/conformance/seeds.h"

#include <initializer_list>
#include <map>
#include <memory>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/file.h"
#include "base/status.h"
#include "tools/generator/generator.h"
#include "verifier/testing/csv_deposit_text.h"
#include "verifier/testing/deposit_text.h"

namespace tidemark::conformance {
namespace {

constexpr size_t kSeedBytesMax = 4 << 20;
// Of one kind in one deposit: more would only make a mutation hit fewer kinds.
constexpr int kObjectsKept = 2;

// Leaves the first few objects of each name.
void Thin(Node& node) {
  std::map<std::string, int> seen;
  std::vector<Node> kept;
  for (Node& child : node.children) {
    const bool is_object = LocalOf(node.name) == "contents" || LocalOf(node.name) == "deletes";
    if (is_object && child.is_element() && ++seen[child.name] > kObjectsKept) continue;
    Thin(child);
    kept.push_back(std::move(child));
  }
  node.children = std::move(kept);
}

class NullSink final : public base::ByteSink {
 public:
  absl::Status Write(absl::string_view) override { return absl::OkStatus(); }
  absl::Status Close() override { return absl::OkStatus(); }
};

std::string Generated(generator::HostModel host_model, const std::string& csv_types) {
  generator::GeneratorOptions options;
  options.domains = 20;
  options.host_model = host_model;
  if (!csv_types.empty()) options.csv_uris = *generator::ParseCsvTypes(csv_types);
  std::string deposit;
  std::string zone;
  base::StringSink deposit_sink(deposit, kSeedBytesMax);
  base::StringSink zone_sink(zone, kSeedBytesMax);
  const generator::NewCsvFile no_file = [](const std::string&) {
    return std::make_unique<NullSink>();
  };
  CHECK(generator::Generate(options, deposit_sink, zone_sink, {}, no_file).ok());
  return deposit;
}

// Every field and attribute that the schemas of the CSV model have.
std::string EveryCsvField() {
  std::string common, domain, host, contact, registrar, nndn;
  const auto append = [](std::string& out, absl::string_view prefix,
                         std::initializer_list<absl::string_view> names) {
    for (const absl::string_view name : names)
      absl::StrAppend(&out, "<", prefix, ":", name, "/>\n");
  };
  append(common, "r",
         {"fUName",
          "fRoid parent=\"true\"",
          "fRegistrant isRequired=\"1\"",
          "fStatusDescription",
          "fClID isRequired=\" false \"",
          "fCrRr",
          "fCrID",
          "fUpRr",
          "fUpID",
          "fReRr",
          "fReID",
          "fAcRr",
          "fAcID",
          "fCrDate type=\"dateTime\"",
          "fUpDate",
          "fExDate",
          "fReDate",
          "fAcDate",
          "fTrDate",
          "fTrStatus",
          "fLang",
          "fIdnTableId isRequired=\"true\"",
          "fUrl isRequired=\"true\"",
          "fCustom name=\"colour\" type=\"token\""});
  append(domain, "d",
         {"fName parent=\"0\"", "fRgpStatus", "fContactType", "fMaxSigLife", "fKeyTag", "fDsAlg",
          "fDigestType", "fDigest", "fFlags", "fProtocol", "fKeyAlg", "fPubKey", "fOriginalName",
          "fStatus"});
  append(host, "h", {"fName", "fAddr isRequired=\"true\"", "fAddrVersion", "fStatus"});
  append(contact, "c",
         {"fId",
          "fIsRegistrarContact",
          "fVoice",
          "fFax",
          "fVoiceExt",
          "fFaxExt",
          "fEmail",
          "fPostalType",
          "fName isLoc=\"true\"",
          "fOrg",
          "fStreet index=\"0\" isLoc=\"0\"",
          "fStreet index=\"2\"",
          "fCity",
          "fSp",
          "fPc",
          "fCc",
          "fDiscloseFlag",
          "fDiscloseNameLoc",
          "fDiscloseNameInt",
          "fDiscloseOrgLoc",
          "fDiscloseOrgInt",
          "fDiscloseAddrLoc",
          "fDiscloseAddrInt",
          "fDiscloseVoice",
          "fDiscloseFax",
          "fDiscloseEmail",
          "fStatus"});
  append(registrar, "g", {"fId", "fName", "fGurid", "fStatus", "fStatusName", "fWhoisUrl"});
  append(nndn, "n", {"fAName", "fOriginalName", "fNameState", "fMirroringNS"});
  const auto table = [](absl::string_view attributes, absl::string_view fields) {
    return absl::StrCat(
        "<r:csv ", attributes, ">\n<r:fields>\n", fields,
        "</r:fields>\n<r:files><r:file compression=\"gzip\" encoding=\"UTF-8\" cksum=\"75E2D22F\" "
        "cksumAlg=\"CRC32\"> a.csv.gz </r:file>\n<r:file cksum=\"A06D8194\">b.csv</r:file>"
        "</r:files></r:csv>\n");
  };
  const auto within = [](absl::string_view prefix, absl::string_view kind, absl::string_view text) {
    return absl::StrCat("<", prefix, ":", kind, ">\n", text, "</", prefix, ":", kind, ">\n");
  };
  constexpr char kHead[] = R"(<?xml version="1.0" encoding="UTF-8"?>
<e:deposit type="DIFF" id="20261122001" prevId="20261121001" resend="1"
  xmlns:e="urn:ietf:params:xml:ns:rde-1.0" xmlns:r="urn:ietf:params:xml:ns:rdeCsv-1.0"
  xmlns:d="urn:ietf:params:xml:ns:csvDomain-1.0" xmlns:h="urn:ietf:params:xml:ns:csvHost-1.0"
  xmlns:c="urn:ietf:params:xml:ns:csvContact-1.0" xmlns:g="urn:ietf:params:xml:ns:csvRegistrar-1.0"
  xmlns:i="urn:ietf:params:xml:ns:csvIDN-1.0" xmlns:n="urn:ietf:params:xml:ns:csvNNDN-1.0">
<e:watermark>2026-11-22T00:00:00Z</e:watermark>
<e:rdeMenu><e:version>1.0</e:version>
<e:objURI>urn:ietf:params:xml:ns:csvDomain-1.0</e:objURI></e:rdeMenu>
)";
  const std::string key = table("name=\"domain\"", "<d:fName/>\n");
  return absl::StrCat(kHead, "<e:deletes>\n", within("d", "deletes", key + key),
                      within("h", "deletes", table("name=\"host\"", "<r:fRoid/>\n")),
                      within("c", "deletes", table("name=\"contact\"", "<c:fId/>\n")),
                      within("g", "deletes", table("name=\"registrar\"", "<g:fId/>\n")),
                      within("i", "deletes", table("name=\"idnLanguage\"", "<r:fIdnTableId/>\n")),
                      within("n", "deletes", table("name=\"NNDN\"", "<n:fAName/>\n")),
                      "</e:deletes>\n<e:contents>\n",
                      within("d", "contents", table("name=\"domain\" sep=\";\"", common + domain)),
                      within("h", "contents", table("name=\"host\" sep=\"&#9;\"", common + host)),
                      within("c", "contents", table("name=\" contact \"", common + contact)),
                      within("g", "contents", table("name=\"registrar\"", registrar + common)),
                      within("i", "contents", table("name=\"idnLanguage\"", common)),
                      within("n", "contents", table("name=\"NNDN\"", nndn)),
                      "</e:contents>\n</e:deposit>\n");
}

// The XML of a text as of verifier/testing/csv_deposit_text.h.
std::string XmlOf(const std::string& text) { return text.substr(0, text.find("=== ")); }

std::vector<std::pair<std::string, Node>> Parsed(
    const std::vector<std::pair<std::string, std::string>>& texts) {
  std::vector<std::pair<std::string, Node>> seeds;
  for (const auto& [name, text] : texts) {
    seeds.emplace_back(name, ParseTree(text));
    Thin(seeds.back().second);
  }
  return seeds;
}

std::vector<std::pair<std::string, std::string>> CsvTexts() {
  return {{"csv_deposit_text", XmlOf(verifier::CsvDepositText())},
          {"generator, all in CSV", Generated(generator::HostModel::kObjects, "all")},
          {"generator, domains in CSV", Generated(generator::HostModel::kAttributes, "domain")},
          {"every field", EveryCsvField()},
          // Again: no other seed has so many places.
          {"every field, again", EveryCsvField()}};
}

}  // namespace

std::vector<std::pair<std::string, Node>> Seeds(Model model, absl::string_view shared) {
  if (model == Model::kCsv) return Parsed(CsvTexts());
  std::vector<std::pair<std::string, std::string>> texts = {
      {"deposit_text", verifier::DepositText()},
      {"generator, host objects", Generated(generator::HostModel::kObjects, "")},
      {"generator, host attributes", Generated(generator::HostModel::kAttributes, "")},
  };
  std::vector<std::string> paths;
  // The deposits that the reader's fuzzing starts from use every element of RFC 9022's XML model.
  for (const char* name : {"contact", "deletes", "domain", "domain_host_attributes", "epp_params",
                           "header", "host", "names", "policy", "registrar"}) {
    paths.push_back(absl::StrCat("rde/testdata/fuzz/", name, ".xml"));
  }
  for (const char* name :
       {"example/example_2026-11-22_full_S1_R0.xml", "sample/sample_2026-11-22_full_S1_R0.xml",
        "nomulus/full.xml", "nomulus/differential.xml"}) {
    paths.push_back(absl::StrCat(shared, "/testdata/", name));
  }
  for (const std::string& path : paths) {
    auto text = base::ReadSmallFile(path, kSeedBytesMax);
    CHECK(text.ok());
    texts.emplace_back(path, *std::move(text));
  }
  return Parsed(texts);
}

}  // namespace tidemark::conformance
