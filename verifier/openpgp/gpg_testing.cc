#include "verifier/openpgp/gpg_testing.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "base/subprocess.h"

namespace tidemark::verifier {
namespace {

constexpr char kPassphrase[] = "sesame";

absl::Status RunIn(const std::string& dir, const std::string& home, std::vector<std::string> argv) {
  const std::string what = absl::StrJoin(argv, " ");
  ASSIGN_OR_RETURN(const auto child,
                   base::Subprocess::Start({.argv = std::move(argv),
                                            .env = {{"GNUPGHOME", home}},
                                            .work_dir = dir,
                                            .out = base::ProcessOutput::Discard(),
                                            .err = base::ProcessOutput::Discard()}));
  ASSIGN_OR_RETURN(const int exit, child->Wait(absl::Minutes(2)));
  return exit == 0 ? absl::OkStatus() : absl::InternalError(what);
}

}  // namespace

Gpg::Gpg(std::string dir) : dir_(std::move(dir)) {
  const std::string ring = dir_ + "/gnupg";
  ::mkdir(ring.c_str(), 0700);
  // A socket's path has 108 bytes, and TEST_TMPDIR may have more.
  char link[] = "/tmp/tdm-gpg-XXXXXX";
  CHECK(::mkdtemp(link) != nullptr);
  home_ = absl::StrCat(link, "/h");
  CHECK(::symlink(ring.c_str(), home_.c_str()) == 0);
}

Gpg::~Gpg() {
  (void)RunIn(dir_, home_, {"gpgconf", "--kill", "gpg-agent"});
  ::unlink(home_.c_str());
  ::rmdir(home_.substr(0, home_.rfind('/')).c_str());
}

absl::Status Gpg::Run(const std::vector<std::string>& arguments) const {
  std::vector<std::string> argv = {"gpg",           "--batch", "--quiet",         "--yes",
                                   "--trust-model", "always",  "--pinentry-mode", "loopback"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return RunIn(dir_, home_, std::move(argv));
}

absl::Status Gpg::MakeKeys() {
  for (const char* signer : {"registry", "stranger"}) {
    RETURN_IF_ERROR(
        Run({"--passphrase", "", "--quick-gen-key", signer, "ed25519", "sign,cert", "never"}));
    RETURN_IF_ERROR(ExportKeys(signer));
  }
  // One key that signs certificates and is encrypted to keeps the call short.
  RETURN_IF_ERROR(
      Run({"--passphrase", "", "--quick-gen-key", "agent", "rsa2048", "cert,encrypt", "never"}));
  RETURN_IF_ERROR(ExportKeys("agent"));
  RETURN_IF_ERROR(Run({"--passphrase", kPassphrase, "--quick-gen-key", "locked", "rsa2048",
                       "cert,encrypt", "never"}));
  return ExportKeys("locked");
}

absl::Status Gpg::ExportKeys(const std::string& name) const {
  RETURN_IF_ERROR(Run({"--armor", "--output", "public." + name, "--export", name}));
  return Run({"--passphrase", name == "locked" ? kPassphrase : "", "--armor", "--output",
              "secret." + name, "--export-secret-keys", name});
}

absl::Status Gpg::Encrypt(const std::string& from, const std::string& to,
                          const std::string& recipient) const {
  return Run({"--recipient", recipient, "--output", to, "--encrypt", from});
}

absl::Status Gpg::Sign(const std::string& file, const std::string& signature,
                       const std::string& signer, Form form) const {
  std::vector<std::string> arguments = {"--local-user", signer, "--output", signature};
  if (form == Form::kArmoured) arguments.push_back("--armor");
  arguments.insert(arguments.end(), {"--detach-sign", file});
  return Run(arguments);
}

}  // namespace tidemark::verifier
