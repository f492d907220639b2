// Private to server/: the Intake service. It translates; the session and the vault decide.
#ifndef TIDEMARK_ESCROW_AGENT_SERVER_INTAKE_SERVICE_H_
#define TIDEMARK_ESCROW_AGENT_SERVER_INTAKE_SERVICE_H_

#include <functional>

#include "absl/strings/string_view.h"
#include "escrow_agent/server/begin_rate.h"
#include "escrow_agent/server/front_door.h"
#include "proto/service.grpc.pb.h"
#include "vault/vault.h"

namespace tidemark::escrow_agent {

class IntakeService final : public tidemark::v1::Intake::Service {
 public:
  // Borrowed objects must outlive the service. `at_point`: see vault::VaultOptions; here it is
  // called around the sending of a receipt.
  IntakeService(vault::Vault& vault, FrontDoor& door, int begins_per_minute_max,
                std::function<void(absl::string_view)> at_point)
      : vault_(vault),
        door_(door),
        begin_rate_(begins_per_minute_max),
        at_point_(std::move(at_point)) {}

  grpc::Status Deposit(grpc::ServerContext* context,
                       grpc::ServerReaderWriter<tidemark::v1::DepositReply,
                                                tidemark::v1::DepositRequest>* stream) override;

 private:
  vault::Vault& vault_;
  FrontDoor& door_;
  BeginRate begin_rate_;
  const std::function<void(absl::string_view)> at_point_;
};

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_SERVER_INTAKE_SERVICE_H_
