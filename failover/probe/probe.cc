#include "failover/probe/probe.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "failover/probe/asker.h"
#include "failover/probe/expectations.h"
#include "failover/probe/testimony.h"

namespace tidemark::failover {
namespace {

using probe::Answer;
using probe::Delegation;
using probe::Expectations;
using probe::TextSet;
using probe::Wanted;

constexpr uint64_t kProgressEvery = 1000;

// RFC 1035 section 4.1.1.
constexpr int kNoError = 0;
constexpr int kNameError = 3;

constexpr char kNoAnswer[] = "no answer by UDP";
constexpr char kNotAuthoritative[] = "the answer does not say that it is authoritative";
constexpr char kNoTcpAnswer[] = "no answer by TCP to what had no room in a datagram";

// "" if they are equal.
std::string Compare(absl::string_view what, const TextSet& expected, const TextSet& got) {
  if (expected == got) return "";
  return absl::StrCat(what, ": expected [", absl::StrJoin(expected, ", "), "], got [",
                      absl::StrJoin(got, ", "), "]; ");
}

// Without it a resolver that validates takes no delegation: RFC 4035 section 3.1.4, RFC 5155
// section 7.2.7. "" if it is there.
std::string MissingProof(const Delegation& expected, const Answer& answer) {
  if (expected.ds.empty()) {
    return answer.has_signed_nsec3 ? "" : "no signed NSEC3 that there is no DS; ";
  }
  return answer.has_signed_ds ? "" : "no signature of the DS; ";
}

std::string Compare(const Delegation& expected, const Answer& answer) {
  if (!answer.is_referral || answer.rcode != kNoError) {
    return absl::StrCat("no referral, response code ", answer.rcode);
  }
  const Delegation& got = answer.delegation;
  std::string difference =
      absl::StrCat(Compare("NS", expected.servers, got.servers), Compare("DS", expected.ds, got.ds),
                   Compare("glue", expected.glue, got.glue));
  // Of other DS records other signatures are no second difference.
  if (got.ds == expected.ds) difference += MissingProof(expected, answer);
  return difference;
}

// A datagram may have room for less than the answer: it is cut (TC), or addresses are left out (RFC
// 9471). Nothing else is forgiven, since resolvers ask by UDP.
bool MayLackRoom(const Delegation& expected, const Answer& answer) {
  if (answer.rcode != kNoError) return false;
  if (answer.truncated) return true;
  const Delegation& got = answer.delegation;
  return answer.is_referral && got.servers == expected.servers && got.ds == expected.ds &&
         MissingProof(expected, answer).empty() && got.glue != expected.glue &&
         std::includes(expected.glue.begin(), expected.glue.end(), got.glue.begin(),
                       got.glue.end());
}

class Prober {
 public:
  Prober(const ProbeOptions& options, const Expectations& expectations)
      : options_(options),
        expectations_(expectations),
        asker_{.address = options.target.address,
               .port = options.target.port,
               .outstanding_max = options.outstanding_max,
               .attempts_max = options.attempts_max,
               .answer_timeout = options.answer_timeout,
               .should_stop = options.should_stop} {}

  absl::StatusOr<ProbeResult> Run() {
    const auto begin = std::chrono::steady_clock::now();
    const std::vector<std::string>& names = expectations_.names();
    result_.expected = names.size();
    RETURN_IF_ERROR(
        probe::AskAll(asker_, names, Wanted::kServers, [&](size_t i, std::optional<Answer> answer) {
          CheckDelegation(names[i], std::move(answer));
        }));
    RETURN_IF_ERROR(AskAbsent());
    // The old registry's own servers are not its successor's.
    if (options_.witness != nullptr) RETURN_IF_ERROR(AskOwnServers());
    result_.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return std::move(result_);
  }

 private:
  // A name without NS records could still be back by addresses of its own.
  absl::Status AskAbsent() {
    const std::vector<std::string> names = AbsentNames();
    result_.absent_asked = names.size();
    std::vector<std::string> flaws(names.size());  // the first of each name; "": none
    for (const Wanted wanted : {Wanted::kServers, Wanted::kIpv4, Wanted::kIpv6}) {
      RETURN_IF_ERROR(
          probe::AskAll(asker_, names, wanted, [&](size_t i, std::optional<Answer> answer) {
            if (flaws[i].empty()) flaws[i] = FlawOfUndelegated(names[i], wanted, std::move(answer));
          }));
    }
    for (size_t i = 0; i < names.size(); ++i) {
      if (flaws[i].empty()) {
        ++result_.absent_equal;
      } else {
        Differ(names[i], std::move(flaws[i]));
      }
    }
    return absl::OkStatus();
  }

  // The apex names them, and those inside the zone have the addresses that the witness was told.
  absl::Status AskOwnServers() {
    RETURN_IF_ERROR(
        probe::AskAll(asker_, {options_.target.tld}, Wanted::kServers,
                      [&](size_t, std::optional<Answer> answer) { CheckApex(std::move(answer)); }));
    std::vector<std::string> names;
    for (const std::string& server : expectations_.own_servers()) {
      if (!expectations_.AddressesAt(server).empty()) names.push_back(server);
    }
    for (const Wanted wanted : {Wanted::kIpv4, Wanted::kIpv6}) {
      RETURN_IF_ERROR(
          probe::AskAll(asker_, names, wanted, [&](size_t i, std::optional<Answer> answer) {
            std::string flaw = FlawOfUndelegated(names[i], wanted, std::move(answer));
            if (!flaw.empty()) Differ(names[i], std::move(flaw));
          }));
    }
    return absl::OkStatus();
  }

  void CheckApex(std::optional<Answer> answer) {
    const std::string& tld = options_.target.tld;
    if (!answer.has_value()) return Differ(tld, kNoAnswer);
    if (answer->truncated) answer = AskByTcp(tld, Wanted::kServers);
    if (!answer.has_value()) return Differ(tld, kNoTcpAnswer);
    if (answer->rcode != kNoError) {
      return Differ(tld, absl::StrCat("response code ", answer->rcode));
    }
    if (!answer->is_authoritative) return Differ(tld, kNotAuthoritative);
    std::string difference = Compare("NS", expectations_.own_servers(), answer->servers);
    if (!difference.empty()) Differ(tld, std::move(difference));
  }

  std::vector<std::string> AbsentNames() const {
    std::vector<std::string> absent;
    const auto add = [&](const std::vector<std::string>& names) {
      for (const std::string& name : names) {
        std::string lower = absl::AsciiStrToLower(name);
        if (!expectations_.Has(lower)) absent.push_back(std::move(lower));
      }
    };
    add(options_.absent_names);
    if (options_.witness != nullptr) add(options_.witness->testimony().withheld);
    return absent;
  }

  void Differ(const std::string& name, std::string what) {
    if (result_.difference_count++ >= kDifferencesMax) return;
    result_.differences.push_back({name, std::move(what)});
  }

  std::optional<Answer> AskByTcp(const std::string& name, Wanted wanted) {
    ++result_.asked_by_tcp;
    return probe::AskByTcp(asker_, name, wanted);
  }

  void CheckDelegation(const std::string& name, std::optional<Answer> answer) {
    if (++done_ % kProgressEvery == 0 && options_.on_progress) {
      options_.on_progress(done_, result_.expected);
    }
    if (!answer.has_value()) return Differ(name, kNoAnswer);
    const Delegation expected = expectations_.Find(name);
    if (MayLackRoom(expected, *answer)) {
      answer = AskByTcp(name, Wanted::kServers);
      if (!answer.has_value()) return Differ(name, kNoTcpAnswer);
    }
    std::string difference = Compare(expected, *answer);
    ++result_.asked;
    if (!difference.empty()) return Differ(name, std::move(difference));
    ++result_.equal;
  }

  // "" if there is neither a delegation nor an address that was not expected.
  std::string FlawOfUndelegated(const std::string& name, Wanted wanted,
                                std::optional<Answer> answer) {
    if (!answer.has_value()) return kNoAnswer;
    if (answer->truncated) answer = AskByTcp(name, wanted);
    if (!answer.has_value()) return kNoTcpAnswer;
    if (answer->is_referral || (answer->rcode != kNameError && answer->rcode != kNoError)) {
      return absl::StrCat("must not be delegated, response code ", answer->rcode);
    }
    if (!answer->is_authoritative) return kNotAuthoritative;
    if (!answer->has_records && !answer->has_signed_nsec3) {
      return "no signed NSEC3 that there is nothing";
    }
    TextSet expected = wanted == Wanted::kServers ? TextSet() : expectations_.AddressesAt(name);
    std::erase_if(expected, [wanted](const std::string& address) {
      return absl::StrContains(address, ':') != (wanted == Wanted::kIpv6);
    });
    std::string difference = Compare("addresses of its own", expected, answer->addresses);
    if (difference.empty() && expected.empty() && answer->has_records) {
      return "must not be delegated, and has records of its own";
    }
    return difference;
  }

  const ProbeOptions& options_;
  const Expectations& expectations_;
  const probe::AskerOptions asker_;
  ProbeResult result_;
  uint64_t done_ = 0;
};

}  // namespace

absl::StatusOr<ProbeResult> ProbeDelegations(const ProbeOptions& options) {
  if (options.witness != nullptr) {
    return Prober(options, options.witness->testimony().delegations).Run();
  }
  ASSIGN_OR_RETURN(const Expectations expectations,
                   Expectations::Read(options.master_file, options.target.tld));
  return Prober(options, expectations).Run();
}

}  // namespace tidemark::failover
