// Cases about registrars, IDN tables, NNDN, EPP parameters and policies.
#include "verifier/testing/code_cases.h"

namespace tidemark::verifier {
namespace {

constexpr char kSchema[] = "RDE_SCHEMA_VALIDATION_ERROR";

constexpr char kSecondRegistrar[] =
    "<rdeRegistrar:registrar><rdeRegistrar:id>reg-1</rdeRegistrar:id>"
    "<rdeRegistrar:name>Copy</rdeRegistrar:name><rdeRegistrar:gurid>1002</rdeRegistrar:gurid>"
    "</rdeRegistrar:registrar><rdeRegistrar:registrar>";
constexpr char kOtherRegistrar[] =
    "<rdeRegistrar:registrar><rdeRegistrar:id>reg-2</rdeRegistrar:id>"
    "<rdeRegistrar:name>Copy</rdeRegistrar:name><rdeRegistrar:gurid>1002</rdeRegistrar:gurid>"
    "</rdeRegistrar:registrar><rdeRegistrar:registrar>";
constexpr char kSecondNndn[] =
    "<rdeNNDN:NNDN><rdeNNDN:aName>RESERVED.test</rdeNNDN:aName>"
    "<rdeNNDN:nameState>withheld</rdeNNDN:nameState></rdeNNDN:NNDN><rdeNNDN:NNDN>";

void Rst(CheckOptions& options) { options.profile = Profile::kRst; }

}  // namespace

std::vector<CodeCase> OtherObjectCases() {
  return {
      {"RegistrarObjectMissing",
       "RDE_REGISTRAR_OBJECT_MISSING",
       {{"<rdeRegistrar:registrar>", "<!--"},
        {"</rdeRegistrar:registrar>", "-->"},
        {"rdeRegistrar-1.0\">1<", "rdeRegistrar-1.0\">0<"}},
       {"RDE_DOMAIN_HAS_INVALID_CLID", "RDE_DOMAIN_HAS_INVALID_CRRR", "RDE_DOMAIN_HAS_INVALID_UPRR",
        "RDE_DOMAIN_HAS_INVALID_RERR", "RDE_DOMAIN_HAS_INVALID_ACRR", "RDE_HOST_HAS_INVALID_CLID",
        "TDM_HOST_HAS_UNKNOWN_REGISTRAR", "RDE_CONTACT_HAS_UNKNOWN_CLID",
        "RDE_CONTACT_HAS_UNKNOWN_CRRR", "RDE_CONTACT_HAS_UNKNOWN_UPRR",
        "RDE_CONTACT_HAS_UNKNOWN_RERR", "RDE_CONTACT_HAS_UNKNOWN_ACRR"}},
      {"RegistrarHasNonUniqueId",
       "RDE_REGISTRAR_HAS_NON_UNIQUE_ID",
       {{"<rdeRegistrar:registrar>", kSecondRegistrar},
        {"rdeRegistrar-1.0\">1<", "rdeRegistrar-1.0\">2<"}},
       {},
       {{"<rdeRegistrar:registrar>", kOtherRegistrar},
        {"rdeRegistrar-1.0\">1<", "rdeRegistrar-1.0\">2<"}}},
      {"RegistrarHasMissingId",
       "RDE_REGISTRAR_HAS_MISSING_ID",
       {{"<rdeRegistrar:registrar>", kOtherRegistrar},
        {"<rdeRegistrar:id>reg-2</rdeRegistrar:id>", ""},
        {"rdeRegistrar-1.0\">1<", "rdeRegistrar-1.0\">2<"}},
       {kSchema}},
      {"RegistrarHasInvalidId",
       "RDE_REGISTRAR_HAS_INVALID_ID",
       {{"<rdeRegistrar:registrar>", kOtherRegistrar},
        {"<rdeRegistrar:id>reg-2<", "<rdeRegistrar:id>r2<"},
        {"rdeRegistrar-1.0\">1<", "rdeRegistrar-1.0\">2<"}},
       {kSchema}},
      {"RegistrarHasMissingName",
       "RDE_REGISTRAR_HAS_MISSING_NAME",
       {{"<rdeRegistrar:name>Registrar One</rdeRegistrar:name>", ""}},
       {kSchema}},
      {"RegistrarHasInvalidName",
       "RDE_REGISTRAR_HAS_INVALID_NAME",
       {{"<rdeRegistrar:name>Registrar One<", "<rdeRegistrar:name><"}},
       {kSchema}},
      {"RegistrarHasMissingGurid",
       "RDE_REGISTRAR_HAS_MISSING_GURID",
       {{"<rdeRegistrar:gurid>1001</rdeRegistrar:gurid>", ""}}},
      {"RegistrarHasInvalidGurid",
       "RDE_REGISTRAR_HAS_INVALID_GURID",
       {{"<rdeRegistrar:gurid>1001", "<rdeRegistrar:gurid>-1"}},
       {kSchema}},
      {"IdnObjectInvalid",
       "RDE_IDN_OBJECT_INVALID",
       {{"https://example.test/de.xml", "example.test/de.xml"}},
       {},
       {{"https://example.test/de.xml", "\n https://example.test/de.xml \n"}}},
      {"IdnObjectMissing",
       "RDE_IDN_OBJECT_MISSING",
       {{"<rdeDomain:idnTableId>de", "<rdeDomain:idnTableId>fr"}}},
      {"IdnObjectUnexpected",
       "RDE_IDN_OBJECT_UNEXPECTED",
       {{"</rdeIDN:idnTableRef>",
         "</rdeIDN:idnTableRef><rdeIDN:idnTableRef id=\"sv\"><rdeIDN:url>https://example.test/sv"
         "</rdeIDN:url><rdeIDN:urlPolicy>https://example.test/p</rdeIDN:urlPolicy>"
         "</rdeIDN:idnTableRef>"},
        {"rdeIDN-1.0\">1<", "rdeIDN-1.0\">2<"}}},
      {"NndnHasNonUniqueName",
       "RDE_NNDN_HAS_NON_UNIQUE_NAME",
       {{"<rdeNNDN:NNDN>", kSecondNndn}, {"rdeNNDN-1.0\">1<", "rdeNNDN-1.0\">2<"}}},
      {"NndnConflictsWithDomain",
       "RDE_NNDN_CONFLICTS_WITH_DOMAIN",
       {{"<rdeNNDN:aName>reserved.test", "<rdeNNDN:aName>ONE.test"}},
       {},
       {{"<rdeNNDN:aName>reserved.test", "<rdeNNDN:aName>one1.test"}}},
      {"NndnInvalidName",
       "TDM_NNDN_INVALID_NAME",
       {{"<rdeNNDN:aName>reserved.test", "<rdeNNDN:aName>reserved.toast"}}},
      {"MissingEppParamsObject",
       "RDE_MISSING_EPP_PARAMS_OBJECT",
       {{"<rdeEppParams:eppParams>", "<!--"},
        {"</rdeEppParams:eppParams>", "-->"},
        {"rdeEppParams-1.0\">1<", "rdeEppParams-1.0\">0<"}}},
      {"MultipleEppParamsObjects",
       "RDE_MULTIPLE_EPP_PARAMS_OBJECTS",
       {{"<rdePolicy:policy",
         "<rdeEppParams:eppParams><rdeEppParams:version>1.0</rdeEppParams:version>"
         "<rdeEppParams:lang>en</rdeEppParams:lang>"
         "<rdeEppParams:objURI>urn:ietf:params:xml:ns:domain-1.0</rdeEppParams:objURI>"
         "<rdeEppParams:objURI>urn:ietf:params:xml:ns:host-1.0</rdeEppParams:objURI>"
         "<rdeEppParams:objURI>urn:ietf:params:xml:ns:contact-1.0</rdeEppParams:objURI>"
         "<rdeEppParams:svcExtension><epp:extURI>urn:ietf:params:xml:ns:secDNS-1.1</epp:extURI>"
         "<epp:extURI>urn:ietf:params:xml:ns:rgp-1.0</epp:extURI></rdeEppParams:svcExtension>"
         "<rdeEppParams:dcp><epp:access><epp:all/></epp:access><epp:statement><epp:purpose>"
         "<epp:prov/></epp:purpose><epp:recipient><epp:ours/></epp:recipient><epp:retention>"
         "<epp:stated/></epp:retention></epp:statement></rdeEppParams:dcp>"
         "</rdeEppParams:eppParams><rdePolicy:policy"},
        {"rdeEppParams-1.0\">1<", "rdeEppParams-1.0\">2<"}}},
      {"EppParamsMissingObjuri",
       "RDE_EPP_PARAMS_MISSING_OBJURI",
       {{"<rdeEppParams:objURI>urn:ietf:params:xml:ns:domain-1.0</rdeEppParams:objURI>", ""}}},
      {"EppParamsUnexpectedObjuri",
       "RDE_EPP_PARAMS_UNEXPECTED_OBJURI",
       {},
       {"RDE_UNEXPECTED_OBJECT_URI"},
       {{"<rdeHeader:count uri=\"urn:ietf:params:xml:ns:rdeContact-1.0\">2</rdeHeader:count>", ""},
        {"<rde:objURI>urn:ietf:params:xml:ns:rdeContact-1.0</rde:objURI>", ""},
        {"<rdeContact:contact>", "<!--"},
        {"<rdeRegistrar:registrar>", "--><rdeRegistrar:registrar>"},
        {"<rdeDomain:registrant>c-one</rdeDomain:registrant>", ""},
        {"<rdeDomain:contact type=\"admin\">c-two</rdeDomain:contact>", ""},
        {"<rdeDomain:registrant>c-two</rdeDomain:registrant>", ""},
        {"rdeDomain:registrant\"/>", "rdeDomain:crDate\"/>"},
        {"<rdeEppParams:objURI>urn:ietf:params:xml:ns:contact-1.0</rdeEppParams:objURI>", ""}},
       [](CheckOptions& options) { options.data_model = DataModel::kMinimum; }},
      {"EppParamsMissingExturi",
       "RDE_EPP_PARAMS_MISSING_EXTURI",
       {{"<epp:extURI>urn:ietf:params:xml:ns:rgp-1.0</epp:extURI>", ""}}},
      {"EppParamsUnexpectedExturi",
       "RDE_EPP_PARAMS_UNEXPECTED_EXTURI",
       {{"</rdeEppParams:svcExtension>",
         "<epp:extURI>urn:ietf:params:xml:ns:fee-0.11</epp:extURI></rdeEppParams:svcExtension>"}},
       {},
       {{"</rdeEppParams:svcExtension>",
         "<epp:extURI>urn:ietf:params:xml:ns:epp:fee-1.0</epp:extURI></"
         "rdeEppParams:svcExtension>"}},
       Rst},
      {"EppParamsUnexpectedObjuriByRegistry",
       "RDE_EPP_PARAMS_UNEXPECTED_OBJURI",
       {{"<rdeEppParams:svcExtension>",
         "<rdeEppParams:objURI>urn:example:own-1.0</rdeEppParams:objURI>"
         "<rdeEppParams:svcExtension>"}},
       {},
       {{"<rdeEppParams:svcExtension>",
         "<rdeEppParams:objURI>urn:ietf:params:xml:ns:epp:org-1.0</rdeEppParams:objURI>"
         "<rdeEppParams:svcExtension>"}},
       Rst},
      {"PolicyObjectInvalidByModel",
       "RDE_POLICY_OBJECT_INVALID",
       {},
       {},
       {{"rdeDomain:registrant\"/>", "rdeDomain:crDate\"/>"}},
       [](CheckOptions& options) {
         options.profile = Profile::kRst;
         options.data_model = DataModel::kPerRegistrar;
       }},
      {"PolicyObjectMissingObjectsByModel",
       "RDE_POLICY_OBJECT_MISSING_OBJECTS",
       {{"rdeDomain:registrant\"/>", "rdeDomain:crDate\"/>"}},
       {},
       {},
       Rst},
      {"PolicyObjectMissing",
       "RDE_POLICY_OBJECT_MISSING",
       {{"<rdePolicy:policy scope=\"//rde:deposit/rde:contents/rdeDomain:domain\"\n  "
         "element=\"rdeDomain:registrant\"/>",
         ""},
        {"rdePolicy-1.0\">1<", "rdePolicy-1.0\">0<"}}},
      {"PolicyObjectInvalid",
       "RDE_POLICY_OBJECT_INVALID",
       {{"scope=\"//rde:deposit/rde:contents/rdeDomain:domain\"", "scope=\"//rdeDomain:domain\""}}},
      {"PolicyObjectMissingObjects",
       "RDE_POLICY_OBJECT_MISSING_OBJECTS",
       {{"element=\"rdeDomain:registrant\"", "element=\"rdeDomain:contact[@type='admin']\""}},
       {},
       {{"element=\"rdeDomain:registrant\"", "element=\"rdeDomain:crDate\""}}},
  };
}

}  // namespace tidemark::verifier
