// One role's directory in the making: removed again unless it is completed.
// Threads: one at a time.
#ifndef TIDEMARK_ESCROW_AGENT_ENROLMENT_ROLE_DIRECTORY_H_
#define TIDEMARK_ESCROW_AGENT_ENROLMENT_ROLE_DIRECTORY_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/file.h"
#include "crypto/pki.h"

namespace tidemark::escrow_agent {

class NewDirectory final {
 public:
  // ALREADY_EXISTS if there is something at `path` that is not an empty directory.
  static absl::StatusOr<std::unique_ptr<NewDirectory>> Create(const std::string& path,
                                                              base::FileMode mode);
  // Removes everything unless Keep() was called.
  ~NewDirectory();
  void Keep() { is_kept_ = true; }

  const std::string& path() const { return path_; }
  std::string File(absl::string_view name) const;
  absl::Status WritePublic(absl::string_view name, absl::string_view text) const;
  // NAME.pem and NAME.key.
  absl::Status WriteCertificate(absl::string_view name,
                                const crypto::CertificateAndKey& issued) const;

 private:
  explicit NewDirectory(std::string path) : path_(std::move(path)) {}
  const std::string path_;
  bool is_kept_ = false;
};

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_ENROLMENT_ROLE_DIRECTORY_H_
