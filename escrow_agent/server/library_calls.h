// Private to server/: calls that gRPC answers itself (health, reflection) pass the front door, too.
//
// Threat: they come without any handler of ours. Reflection holds a thread for each stream; a peer
// that opened many and said nothing would leave none for uploads. So each counts among the calls
// of its certificate, needs one that is not refused, and ends when it is idle.
#ifndef TIDEMARK_ESCROW_AGENT_SERVER_LIBRARY_CALLS_H_
#define TIDEMARK_ESCROW_AGENT_SERVER_LIBRARY_CALLS_H_

#include <grpcpp/support/server_interceptor.h>

#include "escrow_agent/server/front_door.h"

namespace tidemark::escrow_agent {

class LibraryCalls final : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  // `door` must outlive the server.
  explicit LibraryCalls(FrontDoor& door) : door_(door) {}
  // Nothing for the services of ours, which look themselves.
  grpc::experimental::Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo* info) override;

 private:
  FrontDoor& door_;
};

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_SERVER_LIBRARY_CALLS_H_
