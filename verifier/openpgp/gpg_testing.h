// For tests: GnuPG as the other side, with a key ring of its own in a fresh directory.
#ifndef TIDEMARK_VERIFIER_OPENPGP_GPG_TESTING_H_
#define TIDEMARK_VERIFIER_OPENPGP_GPG_TESTING_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace tidemark::verifier {

class Gpg {
 public:
  // Files are made below `dir`, which must exist. Keys: "registry" signs, "stranger" signs too,
  // "agent" (RSA) and "locked" (passphrase "sesame") are encrypted to.
  explicit Gpg(std::string dir);
  // Ends the agent that gpg has started.
  ~Gpg();
  Gpg(const Gpg&) = delete;
  Gpg& operator=(const Gpg&) = delete;

  absl::Status MakeKeys();

  // gpg with these arguments, in `dir`. OK if it succeeds.
  absl::Status Run(const std::vector<std::string>& arguments) const;
  std::string Path(const std::string& name) const { return dir_ + "/" + name; }

  // Armoured key files: public.NAME, secret.NAME.
  absl::Status ExportKeys(const std::string& name) const;
  absl::Status Encrypt(const std::string& from, const std::string& to,
                       const std::string& recipient) const;
  enum class Form { kBinary, kArmoured };
  absl::Status Sign(const std::string& file, const std::string& signature,
                    const std::string& signer, Form form) const;

 private:
  const std::string dir_;
  std::string home_;  // short: the agent's socket is in it
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_OPENPGP_GPG_TESTING_H_
