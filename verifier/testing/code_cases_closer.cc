// Cases of the closer reading, docs/decisions/0058: judged by gtld-ra-2.
#include <utility>

#include "base/status.h"
#include "verifier/ruleset.h"
#include "verifier/testing/code_cases.h"

namespace tidemark::verifier {
namespace {

constexpr char kExDate[] = "<rdeDomain:exDate>2027-01-01T00:00:00Z</rdeDomain:exDate>";

void Closely(CheckOptions& options) {
  const auto ruleset = FindRuleset("gtld-ra-2");
  CHECK(ruleset.ok());
  options.ruleset = *ruleset;
}
void CloselyAttributes(CheckOptions& options) {
  Closely(options);
  options.host_model = std::nullopt;
}
void CloselyNoName(CheckOptions& options) {
  Closely(options);
  options.file_name = std::nullopt;
}

// Key records of the domain one.test; keys are base64.
#define WITH_KEYS(keys)                                                               \
  {                                                                                   \
    kExDate,                                                                          \
        "<rdeDomain:exDate>2027-01-01T00:00:00Z</rdeDomain:exDate><rdeDomain:secDNS " \
        "xmlns:s=\"urn:ietf:params:xml:ns:secDNS-1.1\">" keys "</rdeDomain:secDNS>"   \
  }
#define KEY(algorithm, key)                                                      \
  "<s:keyData><s:flags>257</s:flags><s:protocol>3</s:protocol><s:alg>" algorithm \
  "</s:alg>"                                                                     \
  "<s:pubKey>" key "</s:pubKey></s:keyData>"
#define HALF "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g"  // 33 octets
#define OF_32 "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

constexpr Edit kHost{"<rdeHost:name>ns.example.net<", "<rdeHost:name>1.2.3.example<"};
constexpr Edit kServer{"<domain:hostObj>ns.example.net<", "<domain:hostObj>1.2.3.example<"};
constexpr char kServers[] =
    "<domain:hostObj>ns1.one.test</domain:hostObj>\n<domain:hostObj>ns.example.net"
    "</domain:hostObj>";
constexpr char kGurid[] = "<rdeRegistrar:gurid>1001</rdeRegistrar:gurid>";
constexpr char kBlocked[] = "<rdeNNDN:nameState>blocked</rdeNNDN:nameState>";
constexpr Edit kDiff{"type=\"FULL\"", "type=\"DIFF\" prevId=\"20261121001\""};

std::vector<CodeCase> NameCases() {
  return {
  };
}

std::vector<CodeCase> DateCases() {
  return {
  };
}

}  // namespace

std::vector<CodeCase> CloserCases() {
  std::vector<CodeCase> cases = {
  };
  for (auto&& part : {NameCases(), DateCases()})
    cases.insert(cases.end(), part.begin(), part.end());
  return cases;
}

}  // namespace tidemark::verifier
