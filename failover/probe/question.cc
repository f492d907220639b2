#include "failover/probe/question.h"

#include <ldns/ldns.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "failover/probe/record_text.h"

namespace tidemark::failover::probe {
namespace {

constexpr size_t kLabelBytesMax = 63;
constexpr size_t kWireNameBytesMax = 255;
constexpr uint16_t kEdnsBytes = 1232;

struct PacketFree {
  void operator()(ldns_pkt* packet) const { ldns_pkt_free(packet); }
};

void Append16(std::string& wire, uint16_t value) {
  wire.push_back(static_cast<char>(value >> 8));
  wire.push_back(static_cast<char>(value & 0xff));
}

bool IsAddress(const ldns_rr* rr) {
  const ldns_rr_type type = ldns_rr_get_type(rr);
  return type == LDNS_RR_TYPE_A || type == LDNS_RR_TYPE_AAAA;
}

void TakeAnswer(const ldns_rr_list* section, Answer& answer) {
  answer.has_records = ldns_rr_list_rr_count(section) > 0;
  for (size_t i = 0; i < ldns_rr_list_rr_count(section); ++i) {
    const ldns_rr* rr = ldns_rr_list_rr(section, i);
    if (OwnerOf(rr) != answer.name) continue;
    if (IsAddress(rr)) answer.addresses.insert(TextOf(ldns_rr_rdf(rr, 0)));
    if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_NS) {
      answer.servers.insert(NameText(ldns_rr_rdf(rr, 0)));
    }
  }
}

// Whether there are signatures where a resolver needs them: delv says whether they are good ones.
void TakeProof(const ldns_rr_list* section, Answer& answer) {
  TextSet owners;
  TextSet signed_owners;
  for (size_t i = 0; i < ldns_rr_list_rr_count(section); ++i) {
    const ldns_rr* rr = ldns_rr_list_rr(section, i);
    if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_NSEC3) owners.insert(OwnerOf(rr));
    if (ldns_rr_get_type(rr) != LDNS_RR_TYPE_RRSIG) continue;
    const ldns_rr_type covered = TypeCoveredBy(*rr);
    if (covered == LDNS_RR_TYPE_NSEC3) signed_owners.insert(OwnerOf(rr));
    if (covered == LDNS_RR_TYPE_DS && OwnerOf(rr) == answer.name) answer.has_signed_ds = true;
  }
  answer.has_signed_nsec3 = !owners.empty() && owners == signed_owners;
}

void TakeAuthority(const ldns_rr_list* section, Answer& answer) {
  for (size_t i = 0; i < ldns_rr_list_rr_count(section); ++i) {
    const ldns_rr* rr = ldns_rr_list_rr(section, i);
    if (OwnerOf(rr) != answer.name) continue;
    if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_NS) {
      answer.is_referral = true;
      answer.delegation.servers.insert(NameText(ldns_rr_rdf(rr, 0)));
    } else if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_DS) {
      answer.delegation.ds.insert(DsTextOf(rr));
    }
  }
}

void TakeAdditional(const ldns_rr_list* section, Answer& answer) {
  for (size_t i = 0; i < ldns_rr_list_rr_count(section); ++i) {
    const ldns_rr* rr = ldns_rr_list_rr(section, i);
    if (!IsAddress(rr)) continue;
    answer.delegation.glue.insert(absl::StrCat(OwnerOf(rr), " ", TextOf(ldns_rr_rdf(rr, 0))));
  }
}

}  // namespace

std::string EncodeQuestion(uint16_t id, absl::string_view name, Wanted wanted) {
  std::string wire;
  Append16(wire, id);
  Append16(wire, 0);  // a query, nothing asked of a resolver
  Append16(wire, 1);  // one question
  Append16(wire, 0);
  Append16(wire, 0);
  Append16(wire, 1);  // the OPT record
  const size_t begin = wire.size();
  for (const absl::string_view label : absl::StrSplit(name, '.')) {
    if (label.empty() || label.size() > kLabelBytesMax) return "";
    wire.push_back(static_cast<char>(label.size()));
    absl::StrAppend(&wire, label);
  }
  wire.push_back('\0');
  if (wire.size() - begin > kWireNameBytesMax) return "";
  Append16(wire, static_cast<uint16_t>(wanted));
  Append16(wire, LDNS_RR_CLASS_IN);
  wire.push_back('\0');  // RFC 6891 section 6.1.2: the root, OPT, size, DO, no data
  Append16(wire, LDNS_RR_TYPE_OPT);
  Append16(wire, kEdnsBytes);
  Append16(wire, 0);
  Append16(wire, 0x8000);
  Append16(wire, 0);
  return wire;
}

std::optional<Answer> DecodeAnswer(absl::string_view wire) {
  ldns_pkt* raw = nullptr;
  const ldns_status status =
      ldns_wire2pkt(&raw, reinterpret_cast<const uint8_t*>(wire.data()), wire.size());
  const std::unique_ptr<ldns_pkt, PacketFree> packet(raw);
  if (status != LDNS_STATUS_OK || packet == nullptr || !ldns_pkt_qr(packet.get())) {
    return std::nullopt;
  }
  const ldns_rr_list* question = ldns_pkt_question(packet.get());
  if (ldns_rr_list_rr_count(question) != 1) return std::nullopt;
  Answer answer;
  answer.id = ldns_pkt_id(packet.get());
  answer.name = OwnerOf(ldns_rr_list_rr(question, 0));
  answer.type = static_cast<uint16_t>(ldns_rr_get_type(ldns_rr_list_rr(question, 0)));
  answer.truncated = ldns_pkt_tc(packet.get());
  answer.is_authoritative = ldns_pkt_aa(packet.get());
  answer.rcode = ldns_pkt_get_rcode(packet.get());
  TakeAnswer(ldns_pkt_answer(packet.get()), answer);
  TakeAuthority(ldns_pkt_authority(packet.get()), answer);
  TakeProof(ldns_pkt_authority(packet.get()), answer);
  TakeAdditional(ldns_pkt_additional(packet.get()), answer);
  return answer;
}

}  // namespace tidemark::failover::probe
