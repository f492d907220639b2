// One question and its answer on the wire.
#ifndef TIDEMARK_FAILOVER_PROBE_QUESTION_H_
#define TIDEMARK_FAILOVER_PROBE_QUESTION_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "failover/probe/expectations.h"

namespace tidemark::failover::probe {

// What is asked for; values are those of the wire (RFC 1035 section 3.2.2, RFC 3596 section 2.1).
enum class Wanted : uint16_t { kIpv4 = 1, kServers = 2, kIpv6 = 28 };

// A query for such records of `name` (lower case, no final dot), with EDNS and DO, so that a
// referral brings its DS along. Empty if it is not a name.
std::string EncodeQuestion(uint16_t id, absl::string_view name, Wanted wanted);

struct Answer {
  uint16_t id = 0;
  std::string name;   // of the question
  uint16_t type = 0;  // likewise
  bool truncated = false;
  bool is_authoritative = false;  // AA, RFC 1035 section 4.1.1
  int rcode = 0;
  bool has_signed_ds = false;     // in the authority section: an RRSIG of that very name's DS
  bool has_signed_nsec3 = false;  // there: NSEC3 records, each with an RRSIG at its name
  bool is_referral = false;       // NS records of that very name in the authority section
  Delegation delegation;
  bool has_records = false;  // of whatever kind in the answer section
  TextSet addresses;         // of that very name, there
  TextSet servers;           // likewise
};

// Nothing if it is not a response that can be parsed.
std::optional<Answer> DecodeAnswer(absl::string_view wire);

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_QUESTION_H_
