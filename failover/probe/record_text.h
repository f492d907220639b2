// Parts of ldns records as comparable text: the same for a master file and for an answer.
#ifndef TIDEMARK_FAILOVER_PROBE_RECORD_TEXT_H_
#define TIDEMARK_FAILOVER_PROBE_RECORD_TEXT_H_

#include <ldns/ldns.h>

#include <cstdlib>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace tidemark::failover::probe {

inline std::string TextOf(const ldns_rdf* rdf) {
  char* const raw = rdf == nullptr ? nullptr : ldns_rdf2str(rdf);
  if (raw == nullptr) return "";
  std::string text = absl::AsciiStrToLower(raw);
  std::free(raw);
  return text;
}

inline std::string NameText(const ldns_rdf* name) {
  std::string text = TextOf(name);
  if (absl::EndsWith(text, ".")) text.pop_back();
  return text;
}

inline std::string OwnerOf(const ldns_rr* rr) { return NameText(ldns_rr_owner(rr)); }

// "key-tag algorithm digest-type digest".
inline std::string DsTextOf(const ldns_rr* rr) {
  return absl::StrCat(TextOf(ldns_rr_rdf(rr, 0)), " ", TextOf(ldns_rr_rdf(rr, 1)), " ",
                      TextOf(ldns_rr_rdf(rr, 2)), " ", TextOf(ldns_rr_rdf(rr, 3)));
}

inline std::string TypeName(ldns_rr_type type) {
  char* const raw = ldns_rr_type2str(type);
  std::string name = raw == nullptr ? "?" : raw;
  std::free(raw);
  return name;
}

// What an RRSIG is of (RFC 4034 section 3.1); NULL of what is none.
inline ldns_rr_type TypeCoveredBy(const ldns_rr& signature) {
  const ldns_rdf* const rdf = ldns_rr_rdf(&signature, 0);
  if (rdf == nullptr || ldns_rdf_size(rdf) != sizeof(uint16_t)) return LDNS_RR_TYPE_NULL;
  return static_cast<ldns_rr_type>(ldns_rdf2native_int16(rdf));
}

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_RECORD_TEXT_H_
