#include "tests/campaign/crash/session.h"

#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status.h"
#include "crypto/digest.h"
#include "vault/manifest.h"
#include "vault/retention/retention.h"

namespace tidemark::campaign {
namespace {

constexpr char kVaultId[] = "the crashed vlt.";
static_assert(sizeof(kVaultId) == 17, "a vault id has 16 bytes");
constexpr std::array<absl::string_view, 3> kTlds = {"alpha", "bravo", "xn--p1ai"};
constexpr int64_t kFirstDay = 1'800'000'000;
// Together more than the vault's buffer of frames, which is then written to a table file beside the
// upload.
constexpr int kLargeFrames = 22;
constexpr int kMediumFrames = 6;
constexpr size_t kLargeFrameBytes = 1'800'000;
// So that no certificate begins more often a minute than the vault allows.
constexpr absl::Duration kStep = absl::Seconds(10);
// Of years as it were, so that a script that lasts for minutes sees deposits grow old.
constexpr absl::Duration kKeepFor = absl::Hours(1);
// So that the next cycle of a scrub may begin after one step.
constexpr absl::Duration kScrubCycle = absl::Minutes(5);

std::string DigestOf(absl::string_view what, uint64_t seed, uint32_t number) {
  return std::string(crypto::Blake2b(absl::StrCat(what, "/", seed, "/", number)).bytes());
}

std::mt19937_64 RandomOf(uint64_t seed, uint32_t number) {
  std::seed_seq words{static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32), number};
  return std::mt19937_64(words);
}

std::string KeyPath(const std::string& dir, absl::string_view name) {
  return absl::StrCat(dir, "/", name, ".key");
}

}  // namespace

absl::Status MakeKeys(const std::string& dir) {
  RETURN_IF_ERROR(base::MakeDirs(dir, base::FileMode::kPrivate));
  RETURN_IF_ERROR(crypto::SigningKey::Generate().Save(KeyPath(dir, "receipt")));
  return crypto::SigningKey::Generate().Save(KeyPath(dir, "verdict"));
}

absl::StatusOr<std::unique_ptr<Session>> Session::Start(const SessionOptions& options) {
  ASSIGN_OR_RETURN(auto journal, Journal::Open(options.journal));
  ASSIGN_OR_RETURN(auto receipt_key, crypto::SigningKey::Load(KeyPath(options.keys, "receipt")));
  ASSIGN_OR_RETURN(auto verdict_key, crypto::SigningKey::Load(KeyPath(options.keys, "verdict")));
  return absl::WrapUnique(
      new Session(options, std::move(journal), std::move(receipt_key), std::move(verdict_key)));
}

Session::Session(const SessionOptions& options, std::unique_ptr<Journal> journal,
                 crypto::SigningKey receipt_key, crypto::SigningKey verdict_key)
    : options_(options),
      journal_(std::move(journal)),
      receipt_key_(std::move(receipt_key)),
      verdict_key_(std::move(verdict_key)),
      depositor_(vault::TestPeer::Make(vault::Role::kDepositor, {kTlds.begin(), kTlds.end()})),
      clock_(absl::FromUnixSeconds(
          promises().clock_unix_seconds == 0 ? kFirstDay : promises().clock_unix_seconds)),
      random_(RandomOf(options.seed, promises().NextNumber() << 16)) {}

absl::Status Session::OpenVault() {
  vault::VaultOptions options = {.dir = options_.dir,
                                 .limits = {.free_bytes_min = options_.free_bytes_min,
                                            .disk_reserve_per_tld = options_.disk_reserve_per_tld,
                                            .uploads_per_certificate_max = 1000},
                                 .scrub = {.cycle = kScrubCycle},
                                 .retention = {.keep_for = kKeepFor, .trust_clock = true},
                                 .at_point = options_.at_point};
  ASSIGN_OR_RETURN(vault_, vault::Vault::Open(options, kVaultId, receipt_key_, clock_));
  if (!has_copy()) return absl::OkStatus();
  options.dir = options_.copy_dir;
  ASSIGN_OR_RETURN(copy_,
                   vault::Vault::OpenReplica(options, kVaultId, receipt_key_.verify_key(), clock_));
  return absl::OkStatus();
}

void Session::StepClock() { MoveClock(kStep); }

void Session::MoveClock(absl::Duration by) {
  journal_->Clock(absl::ToUnixSeconds(clock_.Now() + by));
  clock_.Advance(by);
}

vault::DepositId Session::DepositOf(uint32_t upload) const {
  std::mt19937_64 random = RandomOf(options_.seed, upload);
  return vault::Id(absl::StrCat(kTlds[random() % kTlds.size()], "/D", upload, "/0"));
}

crypto::PackId Session::PackOf(uint32_t upload) const {
  return *crypto::PackId::FromBytes(DigestOf("pack", options_.seed, upload).substr(0, 16));
}

vault::TestUpload Session::Make(const UploadRecord& upload) const {
  std::mt19937_64 random = RandomOf(options_.seed, upload.number);
  random();  // the TLD's
  vault::TestUploadOptions options;
  options.seed = random();
  options.frames = static_cast<int>(random() % 6);
  options.parts = static_cast<int>(1 + random() % 3);
  // Most are small, for speed; some are so large that RocksDB writes its log in ranges.
  options.piece_bytes = random() % 8 == 0 ? 250'000 : 1 + random() % 9'000;
  options.content = absl::StrCat("file ", upload.number);
  const bool is_small = upload.size == UploadSize::kSmall;
  if (!is_small) {
    options.frames = upload.size == UploadSize::kLarge ? kLargeFrames : kMediumFrames;
    options.parts = 1;
  }
  vault::TestUpload made = vault::MakeUpload(kVaultId, DepositOf(upload.number), options);
  if (!is_small) {
    for (std::string& frame : made.frames) frame.resize(kLargeFrameBytes, 'f');
  }
  made.pack = PackOf(upload.number);
  made.Describe();
  if (upload.relied_on.has_value()) {
    // Of the earlier pack it uses every frame that that deposit uses.
    const vault::TestUpload earlier = Make(record(*upload.relied_on));
    *made.manifest.add_packs() = earlier.manifest.packs(0);
  }
  return made;
}

uint64_t Session::LogIndexOf(const UploadRecord& upload) const {
  tidemark::v1::Receipt receipt;
  tidemark::v1::ReceiptBody body;
  CHECK(receipt.ParseFromString(upload.receipt) && body.ParseFromString(receipt.body()));
  return body.log_index();
}

std::optional<uint32_t> Session::FindBase(absl::string_view tld) const {
  std::optional<uint32_t> found;
  for (const auto& [number, upload] : promises().uploads) {
    if (upload.receipt.empty() || upload.may_be_distrusted || upload.may_be_shredded ||
        upload.relied_on.has_value()) {
      continue;
    }
    if (DepositOf(number).tld() == tld) found = number;
  }
  return found;
}

absl::StatusOr<std::unique_ptr<vault::Upload>> Session::Begin(const UploadRecord& upload) {
  vault::UploadRequest request = {.deposit = DepositOf(upload.number),
                                  .new_pack = PackOf(upload.number),
                                  .begin_digest = DigestOf("begin", options_.seed, upload.number),
                                  .signer = DigestOf("signer", options_.seed, 0),
                                  .serial = "01"};
  if (upload.relied_on.has_value()) request.relied_on.push_back(PackOf(*upload.relied_on));
  StepClock();
  ASSIGN_OR_RETURN(auto open, vault_->Begin(request));
  const vault::PiecesHeld held = open->held();
  if (upload.IsUnfinished() &&
      (held.frames < upload.acked.frames || held.parts < upload.acked.parts)) {
    Breach(absl::StrCat("upload ", upload.number, ": ", upload.acked.frames, " frames and ",
                        upload.acked.parts, " parts were acknowledged, ", held.frames, " and ",
                        held.parts, " are held"));
  }
  // What a begin says that it holds is as good as an acknowledgement.
  journal_->Acked(upload.number, held);
  return open;
}

absl::StatusOr<std::unique_ptr<vault::Upload>> Session::BeginNew(UploadSize size) {
  const uint32_t number = promises().NextNumber();
  const bool refers = Roll(3) == 0;
  journal_->Begin(number, refers ? FindBase(DepositOf(number).tld()) : std::nullopt, size);
  return Begin(record(number));
}

absl::Status Session::Sync(uint32_t number, vault::Upload& open) {
  const absl::StatusOr<vault::PiecesHeld> held = open.Sync();
  if (!held.ok()) {
    journal_->MayBeGone(number);
    return held.status();
  }
  journal_->Acked(number, *held);
  return absl::OkStatus();
}

absl::Status Session::Send(const UploadRecord& upload, int pieces_max, vault::Upload& open) {
  const vault::TestUpload made = Make(upload);
  for (int sent = 0; sent < pieces_max; ++sent) {
    const vault::PiecesHeld held = open.held();
    absl::Status put;
    if (held.frames < made.frames.size()) {
      put = open.PutFrame(held.frames, made.frames[held.frames]);
    } else if (held.parts < made.parts.size()) {
      put = open.PutManifestPart(held.parts, made.parts[held.parts]);
    } else {
      return absl::OkStatus();
    }
    if (!put.ok()) {
      journal_->MayBeGone(upload.number);
      return put;
    }
    if (Roll(3) == 0) RETURN_IF_ERROR(Sync(upload.number, open));
  }
  return absl::OkStatus();
}

absl::Status Session::Commit(const UploadRecord& upload, vault::Upload& open) {
  journal_->TryCommit(upload.number);
  StepClock();
  const absl::StatusOr<tidemark::v1::Receipt> receipt = open.Commit(Make(upload).Sign(depositor_));
  if (!receipt.ok()) {
    journal_->MayBeGone(upload.number);
    return receipt.status();
  }
  if (options_.at_point) options_.at_point("before-receipt");
  const std::string bytes = receipt->SerializeAsString();
  if (!upload.receipt.empty() && upload.receipt != bytes) {
    Breach(absl::StrCat("upload ", upload.number, ": asked again, it has another receipt"));
  }
  journal_->Receipt(upload.number, bytes);
  if (options_.at_point) options_.at_point("after-receipt");
  return absl::OkStatus();
}

absl::Status Session::Judge(const UploadRecord& upload, bool content_mismatch) {
  ASSIGN_OR_RETURN(const tidemark::v1::SignedManifest manifest,
                   vault_->Manifest(DepositOf(upload.number)));
  tidemark::v1::VerdictBody body;
  body.set_format(1);
  body.set_vault_id(kVaultId);
  *body.mutable_identity() = vault::ToProto(DepositOf(upload.number));
  body.set_manifest_digest(std::string(crypto::Blake2b(manifest.body()).bytes()));
  body.set_outcome(content_mismatch ? tidemark::v1::VERDICT_OUTCOME_FAIL
                                    : tidemark::v1::VERDICT_OUTCOME_PASS);
  body.set_content_mismatch(content_mismatch);
  // Each is another text, or the vault would take it for a repetition.
  body.set_report_json(absl::StrCat("{\"n\":", upload.verdicts_tried, "}"));
  tidemark::v1::SignedVerdict verdict;
  verdict.set_body(body.SerializeAsString());
  verdict.set_signature(verdict_key_.Sign(crypto::SignaturePurpose::kVerdict, verdict.body()));
  journal_->TryVerdict(upload.number, content_mismatch);
  StepClock();
  ASSIGN_OR_RETURN(const uint64_t index, vault_->AppendVerdict(verdict, verdict_key_.verify_key()));
  journal_->Verdict(upload.number, {verdict.body(), index}, content_mismatch);
  return absl::OkStatus();
}

absl::Status Session::AskTreeHead() {
  ASSIGN_OR_RETURN(const tidemark::v1::SignedTreeHead head, vault_->TreeHead());
  journal_->TreeHead(head.body());
  return absl::OkStatus();
}

absl::Status Session::Retain() {
  MoveClock(2 * kKeepFor);
  journal_->TryRetain();
  std::atomic<bool> stop = false;
  RETURN_IF_ERROR(vault_->Retained().Run(vault::retention::RunMode::kDelete, stop).status());
  // What is told to be gone stays gone.
  ASSIGN_OR_RETURN(const std::vector<vault::CatalogueEntry> list, vault_->List(""));
  for (const vault::CatalogueEntry& entry : list) {
    if (entry.shredded_log_index == 0) continue;
    for (const auto& [number, upload] : promises().uploads) {
      if (DepositOf(number) != entry.deposit || upload.shredded_log_index != 0) continue;
      journal_->Shredded(number, entry.shredded_log_index);
    }
  }
  return absl::OkStatus();
}

absl::Status Session::Hold(const UploadRecord& upload) {
  ASSIGN_OR_RETURN(const uint64_t index,
                   vault_->Retained().PlaceHold({.deposit = DepositOf(upload.number),
                                                 .case_id = "case-1",
                                                 .reason = "a court asked",
                                                 .ordered_by = "operator 01"}));
  journal_->Held(upload.number, index);
  return absl::OkStatus();
}

void Session::Breach(const std::string& what) {
  breaches_.push_back(what);
  std::string line = absl::StrCat("BREACH: ", what, "\n");
  const iovec piece = {line.data(), line.size()};
  CHECK(writev(STDERR_FILENO, &piece, 1) > 0);
}

}  // namespace tidemark::campaign
