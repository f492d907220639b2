// The identity of a deposit, (TLD, id, resend), and its one textual form "tld/id/resend".
//
// An identity is for ever: same identity, same content, same receipt. RFC 8909 section 5.1 bounds
// id (XSD \w{1,13}) and resend (xs:unsignedShort); the TLD is an A-label or a dotted registry-class
// name in lower case (RFC 9022 section 5.9).
#ifndef TIDEMARK_VAULT_DEPOSIT_ID_H_
#define TIDEMARK_VAULT_DEPOSIT_ID_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace tidemark::vault {

class DepositId final {
 public:
  // INVALID_ARGUMENT says which part is wrong and why.
  static absl::StatusOr<DepositId> Create(absl::string_view tld, absl::string_view id,
                                          uint32_t resend);
  // "tld/id/resend".
  static absl::StatusOr<DepositId> Parse(absl::string_view text);

  const std::string& tld() const { return tld_; }
  const std::string& id() const { return id_; }
  uint16_t resend() const { return resend_; }
  std::string ToString() const;
  auto operator<=>(const DepositId&) const = default;

 private:
  DepositId(std::string tld, std::string id, uint16_t resend)
      : tld_(std::move(tld)), id_(std::move(id)), resend_(resend) {}
  std::string tld_;
  std::string id_;
  uint16_t resend_;
};

// What every wrap and every sealed part of a deposit is bound to:
// "tidemark/v1/deposit" 0x00, then vault id, TLD and id each after its BE32 length, BE16 resend.
std::string SealingContext(absl::string_view vault_id, const DepositId& deposit);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_DEPOSIT_ID_H_
