// DS and key records: RFC 4034 section 5 and appendix B, RFC 4509, RFC 5910, RFC 8624.
//
// RST looks at no DS content; a rebuilt TLD publishes it, and a wrong one makes the child bogus.
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/hex.h"
#include "crypto/digest.h"
#include "verifier/rules/dnskey.h"
#include "verifier/rules/dnssec_numbers.h"
#include "verifier/rules/rule.h"
#include "verifier/rules/values.h"

namespace tidemark::verifier {
namespace {

constexpr uint16_t kZoneKeyFlag = 0x0100;  // RFC 4034 section 2.1.1
constexpr uint16_t kRevokedFlag = 0x0080;  // RFC 5011 section 3
constexpr int kDnssecProtocol = 3;
constexpr size_t kKeyHeaderBytes = 4;  // flags, protocol and algorithm
constexpr uint8_t kRsaMd5 = 1;         // its key tag is made in another way
// Pairs are compared up to here; more DS records than that are no delegation's.
constexpr size_t kComparedMax = 64;

// RFC 4034 section 5.1.4: of the owner's name in canonical wire form, and the RDATA. Absent for
// types that we have no implementation of.
std::optional<std::string> DigestHex(uint8_t type, absl::string_view owner,
                                     absl::string_view rdata) {
  std::string data;
  while (!owner.empty()) {
    const absl::string_view label = owner.substr(0, owner.find('.'));
    data.push_back(static_cast<char>(label.size()));
    absl::StrAppend(&data, absl::AsciiStrToLower(label));
    owner.remove_prefix(std::min(owner.size(), label.size() + 1));
  }
  data.push_back('\0');
  absl::StrAppend(&data, rdata);
  switch (type) {
    case 1:
      return base::HexEncode(crypto::Sha1(data));
    case 2:
      return crypto::Sha256(data).ToHex();
    case 4:
      return base::HexEncode(crypto::Sha384(data));
    default:
      return std::nullopt;
  }
}

class DsRule final : public Rule {
 public:
  using Rule::Rule;

  void OnDomain(const rde::Domain& domain, const Subject& subject) override {
    if (!domain.sec_dns.has_value()) return;
    for (const rde::DsData& ds : domain.sec_dns->ds) {
      CheckNumbers(ds, subject);
      if (!ds.key_data.has_value()) continue;
      CheckKey(*ds.key_data, subject);
      CheckAgreement(domain.name, ds, *ds.key_data, subject);
    }
    for (const rde::KeyData& key : domain.sec_dns->keys) CheckKey(key, subject);
    CheckRepeated(*domain.sec_dns, subject);
    if (j_.rules().reads_closely) CheckRepeatedKeys(*domain.sec_dns, subject);
  }

 private:
  void CheckAlgorithm(uint8_t algorithm, const Subject& subject) {
    const Standing standing = AlgorithmStanding(algorithm);
    if (standing == Standing::kUsable) return;
    j_.log.Raise(standing == Standing::kUnknown ? Code::kDsAlgorithmUnknown : Code::kDsDeprecated,
                 subject, "algorithm ", int{algorithm});
  }

  void CheckNumbers(const rde::DsData& ds, const Subject& subject) {
    CheckAlgorithm(ds.algorithm, subject);
    const DigestType type = DigestTypeOf(ds.digest_type);
    if (type.standing == Standing::kDeprecated) {
      j_.log.Raise(Code::kDsDeprecated, subject, "digest type ", int{ds.digest_type});
    }
    if (type.standing == Standing::kUnknown) {
      j_.log.Raise(Code::kDsDigestInvalid, subject, "digest type ", int{ds.digest_type},
                   " is not assigned");
    } else if (ds.digest.size() != 2 * type.bytes) {
      j_.log.Raise(Code::kDsDigestInvalid, subject, "a digest of type ", int{ds.digest_type},
                   " has ", 2 * type.bytes, " hex digits, this one ", ds.digest.size());
    }
  }

  void CheckKey(const rde::KeyData& key, const Subject& subject) {
    const absl::string_view flaw = key.protocol != kDnssecProtocol ? "the protocol is not 3"
                                   : (key.flags & kZoneKeyFlag) == 0
                                       ? "the flags do not say zone key"
                                   : (key.flags & kRevokedFlag) != 0 ? "the key is revoked"
                                   : !KeyRdata(key).has_value() ? "the public key is not base64"
                                                                : "";
    if (!flaw.empty()) {
      j_.log.Raise(Code::kKeyDataInvalid, subject, flaw);
    } else if (j_.rules().reads_closely &&
               !IsKeyOf(key.algorithm, absl::string_view(*KeyRdata(key)).substr(kKeyHeaderBytes))) {
      j_.log.Raise(Code::kKeyDataInvalid, subject, "the public key is none of algorithm ",
                   int{key.algorithm}, " by its length");
    }
    CheckAlgorithm(key.algorithm, subject);
  }

  void CheckAgreement(absl::string_view owner, const rde::DsData& ds, const rde::KeyData& key,
                      const Subject& subject) {
    const std::optional<std::string> rdata = KeyRdata(key);
    if (!rdata.has_value()) return;
    if (ds.algorithm != key.algorithm) {
      j_.log.Raise(Code::kDsKeyMismatch, subject, "the DS says algorithm ", int{ds.algorithm},
                   ", its key ", int{key.algorithm});
      return;
    }
    if (key.algorithm != kRsaMd5 && ds.key_tag != KeyTagOf(*rdata)) {
      j_.log.Raise(Code::kDsKeyMismatch, subject, "the key tag is ", ds.key_tag,
                   ", that of the key ", KeyTagOf(*rdata));
      return;
    }
    if (!IsHostName(owner)) return;
    const std::optional<std::string> digest = DigestHex(ds.digest_type, owner, *rdata);
    if (digest.has_value() && *digest != absl::AsciiStrToLower(ds.digest)) {
      j_.log.Raise(Code::kDsKeyMismatch, subject, "the digest is not that of the key, tag ",
                   ds.key_tag);
    }
  }

  void CheckRepeatedKeys(const rde::SecDns& sec_dns, const Subject& subject) {
    const std::vector<rde::KeyData>& keys = sec_dns.keys;
    for (size_t i = 1; i < keys.size() && i < kComparedMax; ++i) {
      for (size_t k = 0; k < i; ++k) {
        if (keys[i].flags != keys[k].flags || keys[i].algorithm != keys[k].algorithm ||
            keys[i].public_key != keys[k].public_key) {
          continue;
        }
        j_.log.Raise(Code::kDsRepeated, subject, "two key records are the same");
        return;
      }
    }
  }

  void CheckRepeated(const rde::SecDns& sec_dns, const Subject& subject) {
    const std::vector<rde::DsData>& ds = sec_dns.ds;
    for (size_t i = 1; i < ds.size() && i < kComparedMax; ++i) {
      for (size_t k = 0; k < i; ++k) {
        if (ds[i].key_tag != ds[k].key_tag || ds[i].algorithm != ds[k].algorithm ||
            ds[i].digest_type != ds[k].digest_type || ds[i].digest != ds[k].digest) {
          continue;
        }
        j_.log.Raise(Code::kDsRepeated, subject, "two DS records with key tag ", ds[i].key_tag,
                     " are the same");
        return;
      }
    }
  }
};

}  // namespace

std::unique_ptr<Rule> NewDsRule(Judgement& judgement) { return Rule::New<DsRule>(judgement); }

}  // namespace tidemark::verifier
