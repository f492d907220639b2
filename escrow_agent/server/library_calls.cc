#include "escrow_agent/server/library_calls.h"

#include <grpcpp/server_context.h>

#include <memory>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace tidemark::escrow_agent {
namespace {

using grpc::experimental::InterceptionHookPoints;

class OneCall final : public grpc::experimental::Interceptor {
 public:
  OneCall(FrontDoor& door, grpc::ServerContextBase& context) : door_(door), context_(context) {}

  void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::POST_RECV_INITIAL_METADATA)) {
      absl::StatusOr<Admission> admission = door_.AdmitAnyRole(context_);
      if (admission.ok()) {
        admission_.emplace(*std::move(admission));
      } else {
        context_.TryCancel();
      }
    } else if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::POST_RECV_MESSAGE) &&
               admission_.has_value()) {
      admission_->watch->Touch();
    }
    methods->Proceed();
  }

 private:
  FrontDoor& door_;
  grpc::ServerContextBase& context_;
  std::optional<Admission> admission_;
};

}  // namespace

grpc::experimental::Interceptor* LibraryCalls::CreateServerInterceptor(
    grpc::experimental::ServerRpcInfo* info) {
  if (!absl::StartsWith(info->method(), "/grpc.")) return nullptr;
  return std::make_unique<OneCall>(door_, *info->server_context()).release();
}

}  // namespace tidemark::escrow_agent
