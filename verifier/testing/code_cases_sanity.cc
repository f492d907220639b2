// Cases about what is well-formed and yet cannot be meant.
#include "verifier/testing/code_cases.h"

namespace tidemark::verifier {
namespace {

// Where one.test takes more: after its exDate.
constexpr char kOneExDate[] = "<rdeDomain:exDate>2027-01-01T00:00:00Z</rdeDomain:exDate>";

#define EX_DATE "<rdeDomain:exDate>2027-01-01T00:00:00Z</rdeDomain:exDate>"
#define SEC_DNS(records)                                                             \
  EX_DATE "<rdeDomain:secDNS xmlns:s=\"urn:ietf:params:xml:ns:secDNS-1.1\">" records \
          "</rdeDomain:secDNS>"
#define DS_WITH(tag, alg, type, digest, key)                                        \
  "<s:dsData><s:keyTag>" tag "</s:keyTag><s:alg>" alg "</s:alg><s:digestType>" type \
  "</s:digestType><s:digest>" digest "</s:digest>" key "</s:dsData>"
#define KEY(flags, protocol, alg, key)                                                      \
  "<s:keyData><s:flags>" flags "</s:flags><s:protocol>" protocol "</s:protocol><s:alg>" alg \
  "</s:alg><s:pubKey>" key "</s:pubKey></s:keyData>"
// The octets 0 to 63, and what RFC 4034 section 5.1.4 makes of them for one.test.
#define PUBLIC_KEY \
  "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw=="
#define GOOD_KEY KEY("257", "3", "13", PUBLIC_KEY)
#define SHA1_DIGEST "D751C324E63822AA13C830C5886E5C9F0D50407E"
#define WRONG_SHA1_DIGEST "D751C324E63822AA13C830C5886E5C9F0D50407F"
#define SHA256_DIGEST "11B077D44E4890059162AA944CF13CA1E7EAFC47BFDEA5924AEE3D001239642B"
#define SHA384_DIGEST                                \
  "3EE7E18A3717AB75C02DF0B7F588F58F42E656C8A71A6C7B" \
  "12CEE0A8057C91B86E0E751825A562E73A72FD10DAFDC871"
#define GOOD_DS DS_WITH("59409", "13", "2", SHA256_DIGEST, GOOD_KEY)

// Name servers for one.test in place of its second.
constexpr char kSecondServer[] = "<domain:hostObj>ns.example.net</domain:hostObj></rdeDomain:ns>";
#define SERVER(n) "<domain:hostObj>ns" n ".example.net</domain:hostObj>"
#define SERVERS SERVER("1") SERVER("2") SERVER("3") SERVER("4") SERVER("5") SERVER("6")
#define NS_END "<domain:hostObj>ns.example.net</domain:hostObj></rdeDomain:ns>"

constexpr char kTransfer[] = EX_DATE
    "<rdeDomain:trnData><rdeDomain:trStatus>pending</rdeDomain:trStatus>"
    "<rdeDomain:reRr>reg-1</rdeDomain:reRr><rdeDomain:reDate>2026-11-20T00:00:00Z</"
    "rdeDomain:reDate>"
    "<rdeDomain:acRr>reg-1</rdeDomain:acRr><rdeDomain:acDate>2026-11-25T00:00:00Z"
    "</rdeDomain:acDate></rdeDomain:trnData>";
constexpr char kOk[] = "<rdeDomain:status s=\"ok\"/>";
constexpr char kPendingTransfer[] = "<rdeDomain:status s=\"pendingTransfer\"/>";
constexpr char kRedemption[] =
    "<rdeDomain:status s=\"pendingDelete\"/><rdeDomain:rgpStatus s=\"redemptionPeriod\"/>";

std::vector<CodeCase> DsCases() {
  return {
      {"DsAlgorithmUnknown",
       "TDM_DS_ALGORITHM_UNKNOWN",
       {{kOneExDate, SEC_DNS(DS_WITH("1", "2", "2", SHA256_DIGEST, ""))}},
       {},
       {{kOneExDate, SEC_DNS(DS_WITH("1", "16", "2", SHA256_DIGEST, ""))}}},
      {"DsDigestInvalidByLength",
       "TDM_DS_DIGEST_INVALID",
       {{kOneExDate, SEC_DNS(DS_WITH("1", "13", "2", SHA384_DIGEST, ""))}},
       {},
       {{kOneExDate, SEC_DNS(DS_WITH("1", "13", "4", SHA384_DIGEST, ""))}}},
      {"DsDigestInvalidByType",
       "TDM_DS_DIGEST_INVALID",
       {{kOneExDate, SEC_DNS(DS_WITH("1", "13", "7", SHA256_DIGEST, ""))}},
       {},
       {{kOneExDate, SEC_DNS(DS_WITH("1", "13", "6", SHA256_DIGEST, ""))}}},
      {"DsKeyMismatchByTag",
       "TDM_DS_KEY_MISMATCH",
       {{kOneExDate, SEC_DNS(DS_WITH("59408", "13", "2", SHA256_DIGEST, GOOD_KEY))}},
       {},
       {{kOneExDate, SEC_DNS(GOOD_DS)}}},
      {"DsKeyMismatchByDigest",
       "TDM_DS_KEY_MISMATCH",
       {{kOneExDate, SEC_DNS(GOOD_DS)}, {">one.test<", ">one1.test<"}},
       {"TDM_HOST_SUPERORDINATE_MISSING"},
       {{kOneExDate, SEC_DNS(DS_WITH("59409", "13", "4", SHA384_DIGEST, GOOD_KEY))},
        {">one.test<", ">ONE.test<"}}},
      {"DsKeyMismatchByAlgorithm",
       "TDM_DS_KEY_MISMATCH",
       {{kOneExDate, SEC_DNS(DS_WITH("59409", "14", "2", SHA256_DIGEST, GOOD_KEY))}}},
      {"DsKeyMismatchBesideSha1",
       "TDM_DS_KEY_MISMATCH",
       {{kOneExDate, SEC_DNS(DS_WITH("59409", "13", "1", WRONG_SHA1_DIGEST, GOOD_KEY))}},
       {"TDM_DS_DEPRECATED"}},
      {"DsRepeated",
       "TDM_DS_REPEATED",
       {{kOneExDate, SEC_DNS(GOOD_DS DS_WITH("59409", "13", "2", SHA256_DIGEST, ""))}},
       {},
       {{kOneExDate, SEC_DNS(GOOD_DS DS_WITH("59409", "13", "4", SHA384_DIGEST, ""))}}},
      {"DsDeprecatedByDigestType",
       "TDM_DS_DEPRECATED",
       {{kOneExDate, SEC_DNS(DS_WITH("59409", "13", "1", SHA1_DIGEST, GOOD_KEY))}}},
      {"DsDeprecatedByAlgorithm",
       "TDM_DS_DEPRECATED",
       {{kOneExDate, SEC_DNS(DS_WITH("1", "5", "2", SHA256_DIGEST, ""))}},
       {},
       {{kOneExDate, SEC_DNS(DS_WITH("1", "8", "2", SHA256_DIGEST, ""))}}},
      {"KeyDataInvalidByFlags",
       "TDM_KEY_DATA_INVALID",
       {{kOneExDate, SEC_DNS(KEY("1", "3", "13", PUBLIC_KEY))}},
       {},
       {{kOneExDate, SEC_DNS(KEY("256", "3", "13", PUBLIC_KEY))}}},
      {"KeyDataInvalidByRevocation",
       "TDM_KEY_DATA_INVALID",
       {{kOneExDate, SEC_DNS(KEY("385", "3", "13", PUBLIC_KEY))}}},
      {"KeyDataInvalidByProtocol",
       "TDM_KEY_DATA_INVALID",
       {{kOneExDate, SEC_DNS(KEY("257", "2", "13", PUBLIC_KEY))}}},
  };
}

std::vector<CodeCase> NameserverCases() {
  return {
      {"NameserverRepeated",
       "TDM_NAMESERVER_REPEATED",
       {{kSecondServer, "<domain:hostObj>NS1.one.test</domain:hostObj>" NS_END}}},
      {"NameserversTooMany",
       "TDM_NAMESERVERS_TOO_MANY",
       {{kSecondServer, SERVERS SERVERS NS_END}},
       {"RDE_DOMAIN_HAS_MISSING_NAMESERVER", "TDM_NAMESERVER_REPEATED"}},
      {"NameserverSingle", "TDM_NAMESERVER_SINGLE", {{kSecondServer, "</rdeDomain:ns>"}}},
      {"AddressSpecialUse",
       "TDM_ADDRESS_SPECIAL_USE",
       {{">192.0.2.1<", ">192.168.2.1<"}},
       {},
       {{">192.0.2.1<", ">192.169.2.1<"}}},
      {"AddressSpecialUseOfAttribute",
       "TDM_ADDRESS_SPECIAL_USE",
       {{"<domain:hostObj>ns1.one.test</domain:hostObj>\n<domain:hostObj>ns.example.net"
         "</domain:hostObj>",
         "<domain:hostAttr><domain:hostName>a.one.test</domain:hostName><domain:hostAddr ip=\"v6\">"
         "fe80::1</domain:hostAddr></domain:hostAttr>"}},
       {"TDM_NAMESERVER_SINGLE"},
       {},
       [](CheckOptions& options) { options.host_model = std::nullopt; }},
  };
}

std::vector<CodeCase> NameCases() {
  return {
      {"ALabelInvalid",
       "TDM_A_LABEL_INVALID",
       {{"<rdeDomain:name>xn--bcher-kva.test", "<rdeDomain:name>xn--i-7iq.test"}},
       {},
       {{"<rdeDomain:name>xn--bcher-kva.test", "<rdeDomain:name>xn--strae-oqa.test"}}},
      {"ALabelInvalidInNndn",
       "TDM_A_LABEL_INVALID",
       {{"<rdeNNDN:aName>reserved", "<rdeNNDN:aName>xn--a"}},
       {},
       {{"<rdeNNDN:aName>reserved", "<rdeNNDN:aName>xn--strae-oqa"}}},
      {"UNameMismatch",
       "TDM_U_NAME_MISMATCH",
       {{"<rdeDomain:idnTableId>",
         "<rdeDomain:uName>xn--bcher-kva.test</rdeDomain:uName><rdeDomain:idnTableId>"}},
       {},
       {{"<rdeDomain:idnTableId>",
         "<rdeDomain:uName>b\xc3\xbc"
         "cher.test</rdeDomain:uName><rdeDomain:idnTableId>"}}},
      {"UNameMismatchOfAnAsciiName",
       "TDM_U_NAME_MISMATCH",
       {{"D1-TEST</rdeDomain:roid>",
         "D1-TEST</rdeDomain:roid><rdeDomain:uName>one1.test"
         "</rdeDomain:uName>"}},
       {},
       {{"D1-TEST</rdeDomain:roid>",
         "D1-TEST</rdeDomain:roid><rdeDomain:uName>one.test"
         "</rdeDomain:uName>"}}},
      {"OriginalNameInvalid",
       "TDM_ORIGINAL_NAME_INVALID",
       {{"de</rdeDomain:idnTableId>",
         "de</rdeDomain:idnTableId><rdeDomain:originalName>one.toast</rdeDomain:originalName>"}},
       {},
       {{"de</rdeDomain:idnTableId>",
         "de</rdeDomain:idnTableId><rdeDomain:originalName>one.test</rdeDomain:originalName>"}}},
      {"OriginalNameInvalidOfItself",
       "TDM_ORIGINAL_NAME_INVALID",
       {{"<rdeNNDN:nameState>",
         "<rdeNNDN:originalName>RESERVED.test</rdeNNDN:originalName><rdeNNDN:nameState>"}},
       {},
       {{"<rdeNNDN:nameState>",
         "<rdeNNDN:originalName>one.test</rdeNNDN:originalName><rdeNNDN:nameState>"}}},
  };
}

std::vector<CodeCase> LifeCases() {
  return {
      {"TransferContradicts",
       "TDM_TRANSFER_CONTRADICTS",
       {{kOneExDate, kTransfer}},
       {},
       {{kOneExDate, kTransfer}, {kOk, kPendingTransfer}}},
      {"TransferContradictsByAbsence", "TDM_TRANSFER_CONTRADICTS", {{kOk, kPendingTransfer}}},
      {"TransferContradictsAfterItsEnd",
       "TDM_TRANSFER_CONTRADICTS",
       {{"<rdeDomain:status s=\"clientHold\"/>",
         "<rdeDomain:status s=\"clientHold\"/><rdeDomain:status s=\"pendingTransfer\"/>"}}},
      {"DatesContradictInTransfer",
       "TDM_DATES_CONTRADICT",
       {{"<rdeDomain:acDate>2021-06-02", "<rdeDomain:acDate>2021-05-02"}},
       {},
       {{"<rdeDomain:acDate>2021-06-02", "<rdeDomain:acDate>2021-06-01"}}},
      {"DatesContradictBeforeCreation",
       "TDM_DATES_CONTRADICT",
       {{"<rdeContact:reDate>2021-06-01", "<rdeContact:reDate>2019-12-31"}}},
      {"DateAfterWatermarkOfTransfer",
       "TDM_DATE_AFTER_WATERMARK",
       {{"<rdeDomain:acDate>2021-06-02", "<rdeDomain:acDate>2026-11-23"}}},
      {"RgpContradicts",
       "TDM_RGP_CONTRADICTS",
       {{kOk, "<rdeDomain:status s=\"ok\"/><rdeDomain:rgpStatus s=\"redemptionPeriod\"/>"}},
       {},
       {{kOk, kRedemption}}},
      {"RgpContradictsItself",
       "TDM_RGP_CONTRADICTS",
       {{kOk,
         "<rdeDomain:status s=\"pendingDelete\"/><rdeDomain:rgpStatus s=\"redemptionPeriod\"/>"
         "<rdeDomain:rgpStatus s=\"pendingDelete\"/>"}},
       {},
       {{kOk, "<rdeDomain:status s=\"ok\"/><rdeDomain:rgpStatus s=\"autoRenewPeriod\"/>"}}},
      {"StatusConflictOfInactive",
       "TDM_STATUS_CONFLICT",
       {{kOk, "<rdeDomain:status s=\"inactive\"/>"}}},
      {"ExdateTooFar",
       "TDM_EXDATE_TOO_FAR",
       {{"<rdeDomain:exDate>2027", "<rdeDomain:exDate>2037"}},
       {},
       {{"<rdeDomain:exDate>2027-01-01", "<rdeDomain:exDate>2036-11-22"}}},
      {"TldMismatchByLeadingDot",
       "TDM_TLD_MISMATCH",
       {{"<rdeHeader:tld>test<", "<rdeHeader:tld>.test<"}}},
  };
}

// Limits that the good deposit, with two of everything, is over.
void Small(CheckOptions& options) {
  options.plausibility = {.domains_min = 100, .signing_domains_min = 100, .objects_min = 2};
}
void SmallDomains(CheckOptions& options) {
  options.plausibility = {.domains_min = 2, .signing_domains_min = 100, .objects_min = 100};
}
void SmallSigning(CheckOptions& options) {
  options.plausibility = {.domains_min = 100, .signing_domains_min = 2, .objects_min = 100};
}
constexpr Edit kTwoStatuses{
    "<rdeDomain:status s=\"clientHold\"/>",
    "<rdeDomain:status s=\"clientHold\"/><rdeDomain:status s=\"clientRenewProhibited\"/>"};
constexpr Edit kGrace{kOk,
                      "<rdeDomain:status s=\"ok\"/><rdeDomain:rgpStatus s=\"autoRenewPeriod\"/>"};

std::vector<CodeCase> PlausibilityCases() {
  return {
      {"HostUnreferred",
       "TDM_HOST_UNREFERRED",
       {{"<domain:hostObj>ns.example.net</domain:hostObj>", ""}}},
      {"ContactUnreferred",
       "TDM_CONTACT_UNREFERRED",
       {{"<rdeDomain:registrant>c-one<", "<rdeDomain:registrant>c-two<"}}},
      {"ObjectsUnreferred",
       "TDM_OBJECTS_UNREFERRED",
       {{"<rdeDomain:ns><domain:hostObj>ns1.one.test</domain:hostObj>\n"
         "<domain:hostObj>ns.example.net</domain:hostObj></rdeDomain:ns>",
         ""}},
       {},
       {{"<domain:hostObj>ns1.one.test</domain:hostObj>", ""}},
       Small},
      {"HostSuperordinateMissing",
       "TDM_HOST_SUPERORDINATE_MISSING",
       {{"<domain:hostObj>ns1.one.test", "<domain:hostObj>ns1.none.test"},
        {"<rdeHost:name>ns1.one.test", "<rdeHost:name>ns1.none.test"}},
       {},
       {{"<domain:hostObj>ns1.one.test", "<domain:hostObj>a.b.ONE.test"},
        {"<rdeHost:name>ns1.one.test", "<rdeHost:name>a.b.ONE.test"}}},
      {"HostSuperordinateMissingIsOfOneDepth",
       "TDM_HOST_SUPERORDINATE_MISSING",
       {{"<rdeDomain:name>xn--bcher-kva.test", "<rdeDomain:name>two.test"},
        {"<domain:hostObj>ns1.one.test", "<domain:hostObj>ns1.none.test"},
        {"<rdeHost:name>ns1.one.test", "<rdeHost:name>ns1.none.test"}},
       {},
       {{"<rdeDomain:name>xn--bcher-kva.test", "<rdeDomain:name>a.two.test"},
        {"<domain:hostObj>ns1.one.test", "<domain:hostObj>ns1.none.test"},
        {"<rdeHost:name>ns1.one.test", "<rdeHost:name>ns1.none.test"}}},
      {"NeverLinkedHosts",
       "TDM_NEVER_LINKED",
       {{"<rdeHost:status s=\"linked\"/>", ""},
        {"<rdeHost:status s=\"linked\"/>", "<rdeHost:status s=\"ok\"/>"}},
       {},
       {},
       Small},
      {"NeverLinkedContacts",
       "TDM_NEVER_LINKED",
       {{"<rdeContact:status s=\"linked\"/>", "<rdeContact:status s=\"ok\"/>"}},
       {},
       {},
       Small},
      {"NeverSeveralStatuses",
       "TDM_NEVER_SEVERAL_STATUSES",
       {kGrace},
       {},
       {kGrace, kTwoStatuses},
       SmallDomains},
      {"FieldNeverFilled",
       "TDM_FIELD_NEVER_FILLED",
       {kTwoStatuses},
       {},
       {kGrace, kTwoStatuses},
       SmallDomains},
      {"NeverSigned", "TDM_NEVER_SIGNED", {}, {}, {{kOneExDate, SEC_DNS(GOOD_DS)}}, SmallSigning},
      {"NeverSignedWhereTheRegistryDoesNotSign",
       "TDM_NEVER_SIGNED",
       {},
       {},
       {{"<epp:extURI>urn:ietf:params:xml:ns:secDNS-1.1</epp:extURI>", ""}},
       [](CheckOptions& options) {
         SmallSigning(options);
         options.profile = Profile::kCctld;
       }},
  };
}

}  // namespace

std::vector<CodeCase> SanityCases() {
  std::vector<CodeCase> all = DsCases();
  for (auto&& part : {NameserverCases(), NameCases(), LifeCases(), PlausibilityCases()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace tidemark::verifier
