// An intake that keeps nothing for custody: it writes down what a client of ours sends, sealed and
// signed for a real vault, so that a client in another language can send the same.
#ifndef TIDEMARK_TESTS_INTEGRATION_RECORDING_INTAKE_H_
#define TIDEMARK_TESTS_INTEGRATION_RECORDING_INTAKE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace tidemark::tests {

class RecordingIntake {
 public:
  // `server_dir` has the certificate, key and authority of a real tidemarkd. Into `out_dir` go
  // begin.body, begin.signature, frames/N, parts/N, manifest.body and manifest.signature. The
  // commit is answered with ABORTED.
  static absl::StatusOr<std::unique_ptr<RecordingIntake>> Start(const std::string& server_dir,
                                                                const std::string& out_dir);
  virtual ~RecordingIntake() = default;
  virtual std::string address() const = 0;
};

}  // namespace tidemark::tests

#endif  // TIDEMARK_TESTS_INTEGRATION_RECORDING_INTAKE_H_
