// What is asked of RDAP and WHOIS about the domains of a deposit, their servers, contacts and
// registrars, and what each answer is worth.
#ifndef TIDEMARK_FAILOVER_PROBE_QUESTIONNAIRE_H_
#define TIDEMARK_FAILOVER_PROBE_QUESTIONNAIRE_H_

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "failover/probe/question_list.h"
#include "failover/probe/registration.h"
#include "failover/probe/registration_probe.h"
#include "failover/probe/reserved_name.h"
#include "failover/probe/statement.h"
#include "failover/probe/testimony.h"

namespace tidemark::failover::probe {

struct Question {
  RegistrationQuestion kind;
  size_t index;  // into what the kind asks about
};

struct AskedContact {
  std::string id;
  size_t registration;  // the first that names it
  std::string role;
};

class Questionnaire {
 public:
  // `testimony` must outlive it. `whois_share` of the domains; 0: no WHOIS at all.
  Questionnaire(const Testimony& testimony, double whois_share);

  const std::vector<Question>& rdap() const { return rdap_; }
  const std::vector<Question>& whois() const { return whois_; }

  // What is asked about, as a person reads it, and as the server gets it.
  std::string NameOf(const Question& question) const;
  std::string TextOf(const Question& question) const;

  // Empty: the answer is right.
  std::vector<FoundFlaw> FlawsOf(const Question& question, const ServerAnswer& answer) const;

  // RFC 6585 section 4, for as long as there is time. WHOIS has no word for it, only another text.
  static std::optional<absl::Duration> AskAgainAfter(const Question& question,
                                                     const ServerAnswer& answer, int times_asked);

 private:
  std::vector<FoundFlaw> RdapFlaws(const Question& question, const ServerAnswer& answer) const;
  std::vector<FoundFlaw> ContactFlaws(const Question& question, const ServerAnswer& answer) const;
  std::vector<FoundFlaw> HostFlaws(const std::string& name, const Statement& statement) const;
  std::vector<FoundFlaw> DomainFlaws(const Registration& registration,
                                     const Statement& statement) const;
  bool HasHost(const Question& question) const;
  // Of a name that is no domain; null: the deposit does not reserve it.
  const ReservedName* ReservedBy(const Question& question) const;
  const RegistrarFacts* RegistrarOf(const std::string& id) const;

  const Testimony& testimony_;
  // By handle: the IANA id, or without one the registry's.
  std::map<std::string, std::vector<const RegistrarFacts*>> registrars_;
  std::vector<std::string> handles_;
  std::vector<std::string> servers_;
  std::vector<AskedContact> contacts_;
  std::vector<Question> rdap_;
  std::vector<Question> whois_;
};

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_QUESTIONNAIRE_H_
