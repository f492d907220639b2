#include "tests/support/hostile_registry.h"

#include <memory>
#include <utility>

#include "absl/time/time.h"
#include "base/status.h"
#include "crypto/pack_id.h"
#include "crypto/sign.h"
#include "escrow_agent/client/intake_stream.h"
#include "proto/custody.pb.h"

namespace tidemark::tests {

using escrow_agent::IntakeStream;

absl::Status SendFrames(const escrow_agent::DepositorConfig& config, const std::string& tld,
                        const std::function<std::string(uint32_t number)>& next) {
  tidemark::v1::BeginBody begin;
  begin.set_format(1);
  begin.set_vault_id(config.agent.vault_id);
  begin.mutable_identity()->set_tld(tld);
  begin.mutable_identity()->set_id("B1");
  begin.set_new_pack_id(std::string(crypto::PackId::Random().bytes()));
  const std::string body = begin.SerializeAsString();
  ASSIGN_OR_RETURN(
      const std::unique_ptr<IntakeStream> stream,
      IntakeStream::Begin(config.agent, body,
                          config.signing_key.Sign(crypto::SignaturePurpose::kBegin, body),
                          absl::Minutes(10), {.attempts_max = 0}));
  for (uint32_t number = 0;; ++number) {
    std::string frame = next(number);
    // Silent from here on: whatever comes is the server's.
    if (frame.empty()) return stream->Commit("no manifest", "").status();
    RETURN_IF_ERROR(stream->SendFrame(number, std::move(frame)));
  }
}

}  // namespace tidemark::tests
