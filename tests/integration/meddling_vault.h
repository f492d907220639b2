// A vault between the reader and the real one that alters what it hands on: custody gone bad.
#ifndef TIDEMARK_TESTS_INTEGRATION_MEDDLING_VAULT_H_
#define TIDEMARK_TESTS_INTEGRATION_MEDDLING_VAULT_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "vault/remote/remote_vault.h"

namespace tidemark::tests {

class MeddlingVault final : public vault::RemoteVault {
 public:
  using Instead = std::function<vault::DepositId(const vault::DepositId&)>;
  struct Meddling {
    std::function<void(uint32_t number, std::string& ciphertext)> on_frame = {};
    Instead instead_in_show = {};
    bool keeps_receipt = false;  // instead_in_show exchanges the clear manifest only
    Instead instead_in_manifest = {};
  };

  MeddlingVault(std::unique_ptr<vault::RemoteVault> real, Meddling meddling)
      : real_(std::move(real)), meddling_(std::move(meddling)) {}

  absl::StatusOr<std::vector<tidemark::v1::DepositSummary>> List(
      const tidemark::v1::ListRequest& request) override {
    return real_->List(request);
  }
  absl::StatusOr<tidemark::v1::DepositRecord> Show(const vault::DepositId& id) override {
    if (!meddling_.instead_in_show) return real_->Show(id);
    ASSIGN_OR_RETURN(tidemark::v1::DepositRecord other,
                     real_->Show(meddling_.instead_in_show(id)));
    if (meddling_.keeps_receipt) {
      ASSIGN_OR_RETURN(const tidemark::v1::DepositRecord own, real_->Show(id));
      *other.mutable_receipt() = own.receipt();
    }
    return other;
  }
  absl::StatusOr<tidemark::v1::StatusReply> Status(absl::string_view tld) override {
    return real_->Status(tld);
  }
  absl::Status ReadManifest(const vault::DepositId& id,
                            std::function<absl::Status(absl::string_view)> sink) override {
    const bool is_other = static_cast<bool>(meddling_.instead_in_manifest);
    return real_->ReadManifest(is_other ? meddling_.instead_in_manifest(id) : id, sink);
  }
  absl::Status ReadFrames(
      const vault::DepositId& id, const crypto::PackId& pack, uint32_t first, uint32_t count,
      std::function<absl::Status(uint32_t, absl::string_view)> sink) override {
    return real_->ReadFrames(id, pack, first, count,
                             [&](uint32_t number, absl::string_view ciphertext) {
                               std::string altered(ciphertext);
                               if (meddling_.on_frame) meddling_.on_frame(number, altered);
                               return sink(number, altered);
                             });
  }
  absl::StatusOr<uint64_t> AppendVerdict(const tidemark::v1::SignedVerdict& verdict) override {
    return real_->AppendVerdict(verdict);
  }

 private:
  const std::unique_ptr<vault::RemoteVault> real_;
  const Meddling meddling_;
};

}  // namespace tidemark::tests

#endif  // TIDEMARK_TESTS_INTEGRATION_MEDDLING_VAULT_H_
