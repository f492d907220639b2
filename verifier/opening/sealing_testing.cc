#include "verifier/opening/sealing_testing.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/compress.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/testing.h"
#include "crypto/digest.h"
#include "vault/manifest.h"
#include "verifier/opening/frame_content.h"

namespace tidemark::verifier {

using tidemark::v1::ManifestRecord;

class SealedFixture::MemoryVault final : public vault::RemoteVault {
 public:
  explicit MemoryVault(SealedFixture& fixture) : fixture_(fixture) {}

  absl::StatusOr<std::vector<tidemark::v1::DepositSummary>> List(
      const tidemark::v1::ListRequest&) override {
    return absl::UnimplementedError("List");
  }
  absl::StatusOr<tidemark::v1::DepositRecord> Show(const vault::DepositId&) override {
    return absl::UnimplementedError("Show");
  }
  absl::StatusOr<tidemark::v1::StatusReply> Status(absl::string_view) override {
    return absl::UnimplementedError("Status");
  }
  absl::Status ReadManifest(const vault::DepositId&,
                            std::function<absl::Status(absl::string_view)> sink) override {
    if (fixture_.on_read_manifest) RETURN_IF_ERROR(fixture_.on_read_manifest());
    for (const std::string& part : fixture_.parts) RETURN_IF_ERROR(sink(part));
    return absl::OkStatus();
  }
  absl::Status ReadFrames(const vault::DepositId&, const crypto::PackId&, uint32_t first,
                          uint32_t count,
                          std::function<absl::Status(uint32_t, absl::string_view)> sink) override {
    ++fixture_.frame_calls;
    if (fixture_.on_read_frames) RETURN_IF_ERROR(fixture_.on_read_frames());
    for (uint32_t n = first; n < fixture_.frames.size() && n - first < count; ++n) {
      // As a vault does.
      if (!vault::UsesFrame(fixture_.deposit.manifest.packs(0), n)) continue;
      RETURN_IF_ERROR(sink(n, fixture_.frames[n]));
    }
    return absl::OkStatus();
  }
  absl::StatusOr<uint64_t> AppendVerdict(const tidemark::v1::SignedVerdict&) override {
    return absl::UnimplementedError("AppendVerdict");
  }

 private:
  SealedFixture& fixture_;
};

SealedFixture::SealedFixture()
    : deposit{.id = *vault::DepositId::Create("example", "A1", 0),
              .signed_manifest = {},
              .manifest = {},
              .manifest_digest = "",
              .receipt = {}},
      pack_(crypto::PackId::Random()),
      secret_(crypto::PackSecret::Generate()),
      opener_(crypto::OpeningKey::Generate()) {
  agent_.vault_id = std::string(16, 'v');
  deposit.manifest.set_format(1);
  deposit.manifest.set_vault_id(agent_.vault_id);
  context_ = vault::SealingContext(agent_.vault_id, deposit.id);
  deposit.manifest.set_verifier_wrap(
      opener_.public_key().Wrap(crypto::DepositKey::Generate(), context_));
  *deposit.manifest.mutable_identity() = vault::ToProto(deposit.id);
  auto* ref = deposit.manifest.add_packs();
  ref->set_pack_id(std::string(pack_.bytes()));
}

void SealedFixture::SetFrames(const std::vector<std::vector<std::string>>& objects) {
  frames.assign(objects.size(), "");
  for (size_t n = 0; n < objects.size(); ++n) {
    FrameContentBuilder builder;
    for (const std::string& object : objects[n]) builder.Add(object);
    SetFrameContent(static_cast<uint32_t>(n), std::string(builder.Encode()));
  }
}

void SealedFixture::SetFrameContent(uint32_t number, const std::string& content) {
  base::Compressor compressor;
  frames[number] =
      *secret_.SealFrame(deposit.id.tld(), pack_, number, *compressor.Compress(content));
  DescribeFrames();
}

std::string SealedFixture::DigestOfFrames() const {
  crypto::Blake2bStream digests;
  for (const std::string& frame : frames) digests.Update(crypto::Blake2b(frame).bytes());
  return std::string(digests.Finish().bytes());
}

void SealedFixture::DescribeFrames() {
  auto* ref = deposit.manifest.mutable_packs(0);
  ref->set_frame_count(static_cast<uint32_t>(frames.size()));
  ref->set_frames_digest(DigestOfFrames());
  std::string used((frames.size() + 7) / 8, '\0');
  for (size_t n = 0; n < frames.size(); ++n) used[n / 8] |= static_cast<char>(1 << n % 8);
  ref->set_used(used);
}

ManifestRecord SealedFixture::Header() const {
  ManifestRecord record;
  *record.mutable_header()->mutable_identity() = vault::ToProto(deposit.id);
  record.mutable_header()->set_file_name("file.xml");
  auto* key = record.mutable_header()->add_packs();
  key->set_pack_id(std::string(pack_.bytes()));
  key->set_secret(secret_.ForManifest());
  record.mutable_header()->add_gaps("");
  record.mutable_header()->add_gaps("\n");
  return record;
}

ManifestRecord SealedFixture::Runs(const std::vector<std::array<uint32_t, 5>>& runs) {
  ManifestRecord record;
  record.mutable_runs();
  for (const auto& [pack, frame, ordinal, count, gap] : runs) {
    auto* run = record.mutable_runs()->add_runs();
    run->set_pack(pack);
    run->set_frame(frame);
    run->set_ordinal(ordinal);
    run->set_count(count);
    run->set_gap(gap);
  }
  return record;
}

ManifestRecord SealedFixture::Columns(const std::vector<std::array<int32_t, 5>>& runs) {
  ManifestRecord record;
  tidemark::v1::RunColumns& columns = *record.mutable_columns();
  for (const auto& [pack, frame, ordinal, count, gap] : runs) {
    columns.add_pack(pack);
    columns.add_frame(frame);
    columns.add_ordinal(ordinal);
    columns.add_count(count);
    columns.add_gap(gap);
  }
  return record;
}

ManifestRecord SealedFixture::Counts(const std::vector<uint32_t>& objects) {
  ManifestRecord record;
  record.mutable_frame_counts()->mutable_objects()->Add(objects.begin(), objects.end());
  return record;
}

ManifestRecord SealedFixture::Literal(std::string bytes) {
  ManifestRecord record;
  record.set_literal(std::move(bytes));
  return record;
}

ManifestRecord SealedFixture::Gap(std::string bytes) {
  ManifestRecord record;
  record.set_gap(std::move(bytes));
  return record;
}

ManifestRecord SealedFixture::Trailer(const std::string& file, uint64_t objects) {
  ManifestRecord record;
  record.mutable_trailer()->set_file_bytes(file.size());
  record.mutable_trailer()->set_file_sha256(std::string(crypto::Sha256(file).bytes()));
  record.mutable_trailer()->set_objects(objects);
  return record;
}

std::string SealedFixture::Concatenate(const std::vector<ManifestRecord>& records) {
  std::string out;
  for (const ManifestRecord& record : records) {
    AppendVarint(static_cast<uint32_t>(record.ByteSizeLong()), out);
    record.AppendToString(&out);
  }
  return out;
}

std::string SealedFixture::Compress(const std::string& plain) {
  std::string out;
  base::StringSink sink(out, plain.size() + (1 << 20));
  base::ZstdSink compressed(sink);
  CHECK(compressed.Write(plain).ok() && compressed.Close().ok());
  return out;
}

void SealedFixture::SetRecords(const std::vector<ManifestRecord>& records) {
  SetManifestPlain(Compress(Concatenate(records)), base::kManifestPartBytes);
}

void SealedFixture::SetManifestPlain(const std::string& compressed, size_t part_bytes) {
  const crypto::DepositKey key = *opener_.Unwrap(deposit.manifest.verifier_wrap(), context_);
  crypto::PartSealer sealer(key, context_);
  parts.clear();
  crypto::Blake2bStream digest;
  uint64_t total = 0;
  for (size_t at = 0; parts.empty() || at < compressed.size(); at += part_bytes) {
    const bool is_last = at + part_bytes >= compressed.size();
    parts.push_back(*sealer.Seal(
        compressed.substr(at, part_bytes),
        is_last ? crypto::PartSealer::Position::kLast : crypto::PartSealer::Position::kMore));
    digest.Update(parts.back());
    total += parts.back().size();
  }
  deposit.manifest.set_manifest_parts(static_cast<uint32_t>(parts.size()));
  deposit.manifest.set_manifest_bytes(total);
  deposit.manifest.set_manifest_digest(std::string(digest.Finish().bytes()));
}

absl::Status SealedFixture::Save(const std::string& dir) const {
  RETURN_IF_ERROR(opener_.Save(dir + "/opening.key"));
  const auto write = [&dir](const std::string& name, const std::string& bytes) {
    return base::WriteFile(absl::StrCat(dir, "/", name), bytes, base::FileMode::kPublic);
  };
  RETURN_IF_ERROR(write("clear_manifest.bin", deposit.manifest.SerializeAsString()));
  for (size_t n = 0; n < frames.size(); ++n) {
    RETURN_IF_ERROR(write(absl::StrCat("frame_", n, ".bin"), frames[n]));
  }
  for (size_t n = 0; n < parts.size(); ++n) {
    RETURN_IF_ERROR(write(absl::StrCat("part_", n, ".bin"), parts[n]));
  }
  return absl::OkStatus();
}

absl::Status SealedFixture::Load(const std::string& dir) {
  // A key file must not be readable by others, and a file under test data always is.
  ASSIGN_OR_RETURN(const std::string key, base::ReadSmallFile(dir + "/opening.key"));
  const std::string key_path = base::TestDir() + "/opening.key";
  RETURN_IF_ERROR(base::WriteFile(key_path, key, base::FileMode::kPrivate));
  ASSIGN_OR_RETURN(opener_, crypto::OpeningKey::Load(key_path));
  ASSIGN_OR_RETURN(const std::string clear, base::ReadSmallFile(dir + "/clear_manifest.bin"));
  CHECK(deposit.manifest.ParseFromString(clear));
  ASSIGN_OR_RETURN(deposit.id, vault::IdOf(deposit.manifest.identity()));
  agent_.vault_id = deposit.manifest.vault_id();
  context_ = vault::SealingContext(agent_.vault_id, deposit.id);
  frames.resize(deposit.manifest.packs(0).frame_count());
  for (size_t n = 0; n < frames.size(); ++n) {
    ASSIGN_OR_RETURN(frames[n], base::ReadSmallFile(absl::StrCat(dir, "/frame_", n, ".bin")));
  }
  parts.resize(deposit.manifest.manifest_parts());
  for (size_t n = 0; n < parts.size(); ++n) {
    ASSIGN_OR_RETURN(parts[n], base::ReadSmallFile(absl::StrCat(dir, "/part_", n, ".bin")));
  }
  return absl::OkStatus();
}

vault::RemoteVault& SealedFixture::vault() {
  if (vault_ == nullptr) vault_ = std::make_unique<MemoryVault>(*this);
  return *vault_;
}

absl::StatusOr<std::string> SealedFixture::Open() {
  ASSIGN_OR_RETURN(crypto::DepositKey key,
                   opener_.Unwrap(deposit.manifest.verifier_wrap(), context_));
  ASSIGN_OR_RETURN(const auto opened, OpenDeposit(vault(), deposit, agent_, std::move(key)));
  std::string out;
  base::StringSink sink(out, 64 << 20);
  RETURN_IF_ERROR(base::CopyAll(*opened, sink));
  RETURN_IF_ERROR(opened->Close());
  return out;
}

absl::StatusOr<std::string> SealedFixture::OpenPartial(Losses& losses) {
  ASSIGN_OR_RETURN(crypto::DepositKey key,
                   opener_.Unwrap(deposit.manifest.verifier_wrap(), context_));
  const auto nobody = [](const crypto::PackId&) -> absl::StatusOr<OpenableDeposit> {
    return absl::NotFoundError("no other deposit");
  };
  ASSIGN_OR_RETURN(const auto opened,
                   OpenPartialDeposit(vault(), deposit, agent_, std::move(key), nobody));
  std::string out;
  base::StringSink sink(out, 64 << 20);
  RETURN_IF_ERROR(base::CopyAll(*opened, sink));
  RETURN_IF_ERROR(opened->Close());
  losses = opened->losses();
  return out;
}

}  // namespace tidemark::verifier
