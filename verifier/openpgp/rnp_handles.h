// RNP's handles with owners, and its streams over ours. Private to the package.
#ifndef TIDEMARK_VERIFIER_OPENPGP_RNP_HANDLES_H_
#define TIDEMARK_VERIFIER_OPENPGP_RNP_HANDLES_H_

#include <rnp/rnp.h>
#include <rnp/rnp_err.h>

#include <memory>
#include <string>
#include <type_traits>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/bytes.h"
#include "verifier/openpgp/openpgp.h"

namespace tidemark::verifier {

template <typename Handle, rnp_result_t (*kDestroy)(Handle)>
struct RnpDestroy {
  void operator()(Handle handle) const { kDestroy(handle); }
};
template <typename Handle, rnp_result_t (*kDestroy)(Handle)>
using RnpOwned = std::unique_ptr<std::remove_pointer_t<Handle>, RnpDestroy<Handle, kDestroy>>;

using RnpFfi = RnpOwned<rnp_ffi_t, rnp_ffi_destroy>;
using RnpInput = RnpOwned<rnp_input_t, rnp_input_destroy>;
using RnpOutput = RnpOwned<rnp_output_t, rnp_output_destroy>;
using RnpVerify = RnpOwned<rnp_op_verify_t, rnp_op_verify_destroy>;

// An RNP context of its own: RNP's contexts belong to one thread. It writes nothing to standard
// error. Null if there is no memory.
RnpFfi NewFfi();

// `data` must outlive the input. Null for no bytes at all.
RnpInput InputOf(absl::string_view data);

// A source as RNP's input. The first error of the source stays in status().
class SourceInput {
 public:
  explicit SourceInput(base::ByteSource& source);
  rnp_input_t get() const { return input_.get(); }
  const absl::Status& status() const { return status_; }

 private:
  static bool Read(void* self, void* buffer, size_t size, size_t* got);

  base::ByteSource& source_;
  absl::Status status_;
  RnpInput input_;
};

struct OpenPgpKeys::State {
  RnpFfi ffi;
  std::string passphrase;
  ~State();
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_OPENPGP_RNP_HANDLES_H_
