#include "verifier/processed_file.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/limits.h"
#include "base/status.h"
#include "crypto/digest.h"
#include "rde/reader.h"
#include "verifier/input/parts.h"

namespace tidemark::verifier {
namespace {

constexpr absl::string_view kUnprotected = "the message has no integrity protection";

// Reads another's, which must outlive it, and digests what is read, so that two readings can be
// held against each other.
class DigestSource final : public base::ByteSource {
 public:
  DigestSource(base::ByteSource& source, crypto::Blake2bStream& digest)
      : source_(source), digest_(digest) {}

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    ASSIGN_OR_RETURN(const size_t got, source_.Read(buffer));
    digest_.Update(absl::string_view(buffer.data(), got));
    return got;
  }
  absl::Status Close() override { return source_.Close(); }

 private:
  base::ByteSource& source_;
  crypto::Blake2bStream& digest_;
};

// What the reading for the signature found.
struct Signature {
  absl::Status valid;  // PERMISSION_DENIED if it is not
  std::optional<crypto::Blake2bDigest> digest;
  bool is_good() const { return digest.has_value() && valid.ok(); }
};

absl::StatusOr<Signature> ReadForSignature(const ProcessedFile& file) {
  Signature signature;
  const bool is_signed =
      std::any_of(file.parts.begin(), file.parts.end(),
                  [](const ProcessedFile::Part& part) { return part.signature.has_value(); });
  if (!is_signed || file.public_keys == nullptr) return signature;
  crypto::Blake2bStream digest;
  for (const ProcessedFile::Part& part : file.parts) {
    ASSIGN_OR_RETURN(const auto source, base::FileSource::Open(part.path));
    DigestSource digested(*source, digest);
    const absl::Status valid =
        VerifyDetached(digested, part.signature.value_or(""), *file.public_keys);
    if (!valid.ok() && !absl::IsPermissionDenied(valid)) return valid;
    RETURN_IF_ERROR(source->Close());
    signature.valid.Update(file.parts.size() == 1
                               ? valid
                               : base::Annotate(valid, part.path.substr(part.path.rfind('/') + 1)));
  }
  signature.digest = digest.Finish();
  return signature;
}

// What the reading for the content found.
struct Content {
  absl::Status read;       // our own trouble
  absl::Status decrypted;  // INVALID_ARGUMENT: the message's fault
  bool unprotected = false;
};

// Whatever the reader left, so that the message is judged to its end.
void Drain(base::ByteSource& source) {
  std::vector<char> rest(base::kCopyBufferBytes);
  for (;;) {
    const auto got = source.Read(absl::MakeSpan(rest));
    if (!got.ok() || *got == 0) return;
  }
}

Content ReadForContent(const ProcessedFile& file, const Signature& signature,
                       const ReadContent& read, DepositChecker& checker) {
  Content content;
  std::vector<std::string> paths;
  for (const ProcessedFile::Part& part : file.parts) paths.push_back(part.path);
  const std::unique_ptr<base::ByteSource> source = NewJoinedSource(std::move(paths));
  crypto::Blake2bStream digest;
  DigestSource digested(*source, digest);
  if (file.decryption_keys == nullptr) {
    content.read = read(digested, checker);
  } else {
    const auto decrypted = DecryptedSource::Open(digested, *file.decryption_keys);
    content.read = read(*decrypted, checker);
    Drain(*decrypted);
    const absl::Status closed = decrypted->Close();
    if (absl::IsInvalidArgument(closed)) {
      content.read = absl::OkStatus();
      content.decrypted = closed;
    } else if (content.read.ok()) {
      content.read = closed;
    }
    content.unprotected = closed.ok() && !decrypted->integrity_protected();
  }
  if (content.read.ok() && signature.digest.has_value() && *signature.digest != digest.Finish()) {
    content.read = absl::DataLossError("the file changed while it was read");
  }
  return content;
}

void AddSignatureResult(const ProcessedFile& file, const Signature& signature,
                        DepositChecker& checker) {
  if (!signature.digest.has_value()) {
    if (file.decryption_keys != nullptr) {
      checker.AddSkip(Code::kInvalidSignature, "--signature and --public-key are not given");
    }
  } else if (!signature.valid.ok()) {
    checker.AddCustodyFinding(Code::kInvalidSignature, signature.valid.message());
  }
}

}  // namespace

Report CheckProcessedFile(const ProcessedFile& file, const CheckOptions& options,
                          const ReadContent& read) {
  if (!file.missing.empty()) {
    DepositChecker checker(options);
    rde::Flaw flaw;
    flaw.kind = rde::FlawKind::kFilesMissing;
    flaw.detail = file.missing;
    checker.OnFlaw(flaw);
    return checker.Finish();
  }
  const auto signature = ReadForSignature(file);
  if (!signature.ok()) {
    DepositChecker checker(options);
    checker.CouldNotRead(signature.status());
    return checker.Finish();
  }
  auto checker = std::make_unique<DepositChecker>(options);
  Content content = ReadForContent(file, *signature, read, *checker);
  if (content.unprotected && (checker->rules().integrity_by_message || !signature->is_good())) {
    content.decrypted = absl::InvalidArgumentError(kUnprotected);
  } else if (content.unprotected) {
    checker->AddCustodyFinding(Code::kMessageUnprotected, kUnprotected);
  }
  // Content that is not authentic is nobody's; nothing of it is reported.
  if (!content.decrypted.ok() || !content.read.ok()) {
    checker = std::make_unique<DepositChecker>(options);
  }
  if (!content.decrypted.ok()) {
    checker->AddCustodyFinding(Code::kDecryptionFailed, content.decrypted.message());
    checker->CouldNotRead(content.decrypted);
  } else if (!content.read.ok()) {
    checker->CouldNotRead(content.read);
  }
  AddSignatureResult(file, *signature, *checker);
  return checker->Finish();
}

}  // namespace tidemark::verifier
