// Whatever an RDAP or WHOIS server sends: a statement that can be judged, or none; and nothing of
// it stands in what is found wrong with it.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "base/status.h"
#include "failover/probe/card.h"
#include "failover/probe/confidence.h"
#include "failover/probe/registered_hosts.h"
#include "failover/probe/registration.h"
#include "failover/probe/statement.h"

namespace tidemark::failover::probe {
namespace {

void CheckStatement(const Statement& statement) {
  CHECK(absl::AsciiStrToLower(statement.text) == statement.text);
  CHECK(absl::AsciiStrToLower(statement.name) == statement.name);
  Registration expected;
  expected.name = "a.example";
  expected.roid = "R";
  expected.statuses = "active";
  const RegisteredHosts hosts;
  DomainContext context;
  context.hosts = &hosts;
  context.confidences.hidden = {"secret value"};
  bool leaks = false;
  const auto look = [&leaks](const std::vector<FoundFlaw>& flaws) {
    for (const FoundFlaw& flaw : flaws) {
      leaks |= flaw.flaw == RegistrationFlaw::kPersonalData;
      CHECK(flaw.what.size() < 200);  // facts of the deposit, and counts
    }
  };
  look(Judge(expected, context, statement));
  look(JudgeContact(ExpectedCard(), context.confidences, {}, statement));
  CHECK(!leaks || absl::StrContains(statement.text, "secret value"));
  RegistrarFacts registrar;
  registrar.id = "1";
  look(JudgeRegistrar({&registrar}, statement));
  HostsOfName host;
  host.objects.resize(1);
  look(JudgeHost("ns1.a.example", host, {&registrar}, statement));
}

}  // namespace
}  // namespace tidemark::failover::probe

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace probe = tidemark::failover::probe;
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  const absl::StatusOr<probe::Statement> statement = probe::ReadRdap(bytes);
  if (statement.ok()) probe::CheckStatement(*statement);
  probe::CheckStatement(probe::ReadWhois(bytes));
  return 0;
}
