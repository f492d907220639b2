#include "verifier/opening/manifest_reader.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "crypto/digest.h"
#include "verifier/opening/frame_content.h"

namespace tidemark::verifier {

using tidemark::v1::ManifestRecord;

absl::Status ContentMismatch(absl::string_view why) {
  return absl::FailedPreconditionError(
      absl::StrCat("the sealed manifest does not give the deposit back: ", why));
}

absl::Status CustodysAnswer(const absl::Status& status) {
  if (absl::IsFailedPrecondition(status)) return absl::DataLossError(status.message());
  if (absl::IsCancelled(status)) return absl::UnavailableError(status.message());
  return status;
}

// The plaintext of the parts, still compressed.
class ManifestReader::PartSource final : public base::ByteSource {
 public:
  PartSource(File file, std::vector<uint32_t> part_bytes, const crypto::DepositKey& key,
             absl::string_view context)
      : file_(std::move(file)), part_bytes_(std::move(part_bytes)), opener_(key, context) {}

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    while (at_ == plain_.size()) {
      if (next_ == part_bytes_.size()) return 0;
      RETURN_IF_ERROR(OpenPart());
    }
    const size_t n = std::min(buffer.size(), plain_.size() - at_);
    std::memcpy(buffer.data(), plain_.data() + at_, n);
    at_ += n;
    return n;
  }

  size_t opened() const { return next_; }

  absl::Status Close() override {
    if (at_ != plain_.size() || next_ != part_bytes_.size()) {
      return ContentMismatch("bytes follow its last record");
    }
    if (opener_.Close().ok()) return absl::OkStatus();
    return ContentMismatch("its last part is not marked as the last");
  }

 private:
  absl::Status OpenPart() {
    std::string sealed(part_bytes_[next_], '\0');
    if (std::fread(sealed.data(), 1, sealed.size(), file_.get()) != sealed.size()) {
      return absl::UnavailableError("cannot read the temporary copy of the sealed manifest back");
    }
    absl::StatusOr<std::string> plain = opener_.Open(sealed);
    if (!plain.ok()) return ContentMismatch(absl::StrCat("part ", next_, " does not open"));
    plain_ = *std::move(plain);
    at_ = 0;
    ++next_;
    return absl::OkStatus();
  }

  const File file_;
  const std::vector<uint32_t> part_bytes_;
  crypto::PartOpener opener_;
  size_t next_ = 0;
  std::string plain_;
  size_t at_ = 0;
};

ManifestReader::ManifestReader(File file, std::vector<uint32_t> part_bytes,
                               const crypto::DepositKey& key, absl::string_view context)
    : parts_(std::make_unique<PartSource>(std::move(file), std::move(part_bytes), key, context)),
      plain_(std::make_unique<base::ZstdSource>(*parts_, base::kManifestPlainBytesMax)) {}

ManifestReader::~ManifestReader() = default;

absl::StatusOr<std::unique_ptr<ManifestReader>> ManifestReader::Open(vault::RemoteVault& vault,
                                                                     const SealedDeposit& deposit,
                                                                     const crypto::DepositKey& key,
                                                                     absl::string_view context) {
  File file(std::tmpfile());
  if (file == nullptr) return base::ErrnoStatus(errno, "a temporary file for the sealed manifest");
  Spooled spooled = Spool(vault, deposit, file.get());
  RETURN_IF_ERROR(spooled.status);
  return Rewind(std::move(file), std::move(spooled), key, context);
}

absl::StatusOr<std::unique_ptr<ManifestReader>> ManifestReader::OpenDamaged(
    vault::RemoteVault& vault, const SealedDeposit& deposit, const crypto::DepositKey& key,
    absl::string_view context) {
  File file(std::tmpfile());
  if (file == nullptr) return base::ErrnoStatus(errno, "a temporary file for the sealed manifest");
  Spooled spooled = Spool(vault, deposit, file.get());
  const bool is_damage = absl::IsDataLoss(spooled.status) && !spooled.part_bytes.empty();
  if (!is_damage) RETURN_IF_ERROR(spooled.status);
  return Rewind(std::move(file), std::move(spooled), key, context);
}

absl::StatusOr<std::unique_ptr<ManifestReader>> ManifestReader::Rewind(
    File file, Spooled spooled, const crypto::DepositKey& key, absl::string_view context) {
  if (std::fflush(file.get()) != 0 || std::fseek(file.get(), 0, SEEK_SET) != 0) {
    return base::ErrnoStatus(errno, "the temporary file for the sealed manifest");
  }
  auto reader = absl::WrapUnique(
      new ManifestReader(std::move(file), std::move(spooled.part_bytes), key, context));
  reader->is_damaged_ = !spooled.status.ok();
  return reader;
}

size_t ManifestReader::opened_parts() const { return parts_->opened(); }

ManifestReader::Spooled ManifestReader::Spool(vault::RemoteVault& vault,
                                              const SealedDeposit& deposit, std::FILE* file) {
  Spooled spooled;
  std::vector<uint32_t>& part_bytes = spooled.part_bytes;
  uint64_t total = 0;
  crypto::Blake2bStream digest;
  spooled.status = CustodysAnswer(vault.ReadManifest(deposit.id, [&](absl::string_view part)
                                                                     -> absl::Status {
    total += part.size();
    if (part_bytes.size() == deposit.manifest.manifest_parts() ||
        total > deposit.manifest.manifest_bytes() ||
        part.size() > base::kManifestPartCipherBytesMax) {
      return absl::DataLossError("the vault sent more of the sealed manifest than was signed");
    }
    if (std::fwrite(part.data(), 1, part.size(), file) != part.size()) {
      return base::ErrnoStatus(errno, "the temporary file for the sealed manifest");
    }
    digest.Update(part);
    part_bytes.push_back(static_cast<uint32_t>(part.size()));
    return absl::OkStatus();
  }));
  if (!spooled.status.ok()) return spooled;
  if (digest.Finish().bytes() != deposit.manifest.manifest_digest() ||
      part_bytes.size() != deposit.manifest.manifest_parts() ||
      total != deposit.manifest.manifest_bytes()) {
    spooled.status =
        absl::DataLossError("the vault's sealed manifest is not the one that was signed");
  }
  return spooled;
}

// Makes at least `bytes` bytes available, or as many as there are.
absl::Status ManifestReader::Fill(size_t bytes) {
  while (buffer_.size() - begin_ < bytes && !at_end_) {
    buffer_.erase(0, begin_);
    begin_ = 0;
    const size_t old = buffer_.size();
    buffer_.resize(old + std::max(bytes, size_t{16 * 1024}));
    const absl::StatusOr<size_t> n =
        plain_->Read(absl::MakeSpan(buffer_.data() + old, buffer_.size() - old));
    buffer_.resize(old + n.value_or(0));
    if (absl::IsDataLoss(n.status()) || absl::IsResourceExhausted(n.status())) {
      return ContentMismatch(n.status().message());
    }
    RETURN_IF_ERROR(n.status());
    at_end_ = *n == 0;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<ManifestRecord>> ManifestReader::Next() {
  constexpr size_t kVarintBytesMax = 5;
  RETURN_IF_ERROR(Fill(kVarintBytesMax));
  if (begin_ == buffer_.size()) {
    const absl::Status closed = plain_->Close();
    if (absl::IsDataLoss(closed)) return ContentMismatch(closed.message());
    RETURN_IF_ERROR(closed);
    return std::optional<ManifestRecord>();
  }
  absl::string_view rest = absl::string_view(buffer_).substr(begin_);
  const absl::StatusOr<uint32_t> length = ConsumeVarint(rest);
  if (!length.ok()) return ContentMismatch(length.status().message());
  if (*length > base::kManifestRecordBytesMax) {
    return ContentMismatch(absl::StrCat("a record of ", *length, " bytes"));
  }
  begin_ = buffer_.size() - rest.size();
  RETURN_IF_ERROR(Fill(*length));
  if (buffer_.size() - begin_ < *length) return ContentMismatch("it ends inside a record");
  ManifestRecord record;
  if (!record.ParseFromArray(buffer_.data() + begin_, static_cast<int>(*length))) {
    return ContentMismatch("a record that is not one");
  }
  begin_ += *length;
  return std::optional<ManifestRecord>(std::move(record));
}

}  // namespace tidemark::verifier
