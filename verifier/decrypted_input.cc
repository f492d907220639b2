#include "verifier/decrypted_input.h"

#include <utility>

#include "base/bytes.h"
#include "base/file.h"
#include "base/status.h"

namespace tidemark::verifier {
namespace {

// Content whose end is no good without the message's own protection.
class ProtectedSource final : public base::ByteSource {
 public:
  ProtectedSource(std::unique_ptr<base::FileSource> file, const OpenPgpKeys& keys)
      : file_(std::move(file)), decrypted_(DecryptedSource::Open(*file_, keys)) {}

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override { return decrypted_->Read(buffer); }
  absl::Status Close() override {
    RETURN_IF_ERROR(decrypted_->Close());
    if (decrypted_->integrity_protected()) return absl::OkStatus();
    return absl::InvalidArgumentError("the OpenPGP message has no integrity protection");
  }

 private:
  const std::unique_ptr<base::FileSource> file_;
  const std::unique_ptr<DecryptedSource> decrypted_;
};

class DecryptedInput final : public DepositInput {
 public:
  DecryptedInput(std::unique_ptr<base::ByteSource> content, std::unique_ptr<DepositInput> input)
      : content_(std::move(content)), input_(std::move(input)) {}

  const std::string& xml_name() const override { return input_->xml_name(); }
  uint64_t xml_bytes() const override { return input_->xml_bytes(); }
  const rde::Flaw* flaw() const override { return input_->flaw(); }
  absl::StatusOr<std::unique_ptr<base::ByteSource>> OpenXml() override { return input_->OpenXml(); }
  rde::csv::FileSet* files() override { return input_->files(); }

 private:
  const std::unique_ptr<base::ByteSource> content_;
  const std::unique_ptr<DepositInput> input_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<DepositInput>> OpenDecrypted(const std::string& path,
                                                            const OpenPgpKeys& keys,
                                                            const Resources& resources) {
  ASSIGN_OR_RETURN(std::unique_ptr<base::FileSource> file, base::FileSource::Open(path));
  auto content = std::make_unique<ProtectedSource>(std::move(file), keys);
  ASSIGN_OR_RETURN(std::unique_ptr<DepositInput> input,
                   DepositInput::OfStream(*content, resources));
  return std::make_unique<DecryptedInput>(std::move(content), std::move(input));
}

}  // namespace tidemark::verifier
