#include "vault/upload_ledger.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"

namespace tidemark::vault {
namespace {

bool IsSameBegin(const UploadRequest& a, const UploadRequest& b) {
  return a.deposit == b.deposit && a.signer == b.signer && a.begin_digest == b.begin_digest;
}

}  // namespace

void UploadLedger::Count(const UploadRequest& upload, int uploads, uint64_t bytes_less,
                         uint64_t bytes_more) {
  Held& held = by_serial_[upload.serial];
  held.uploads += uploads;
  held.bytes = held.bytes - bytes_less + bytes_more;
  if (held.uploads == 0) by_serial_.erase(upload.serial);
  uint64_t& of_tld = bytes_by_tld_[upload.deposit.tld()];
  of_tld = of_tld - bytes_less + bytes_more;
}

int UploadLedger::OpenStreams() const {
  return static_cast<int>(std::count_if(entries_.begin(), entries_.end(), [](const auto& entry) {
    return entry.second.state == State::kOpen;
  }));
}

void UploadLedger::Restore(const UploadRequest& upload, uint64_t bytes, absl::Time begun_at) {
  absl::MutexLock lock(&mutex_);
  Entry parked = {upload, State::kParked, bytes, begun_at, nullptr, true};
  if (entries_.emplace(upload.new_pack, std::move(parked)).second) Count(upload, 1, 0, bytes);
}

void UploadLedger::KnowTld(const std::string& tld) {
  absl::MutexLock lock(&mutex_);
  bytes_by_tld_.emplace(tld, 0);
}

absl::Status UploadLedger::CheckLimits(const std::string& serial) const {
  if (OpenStreams() >= limits_.open_uploads_max) {
    return absl::UnavailableError(
        absl::StrCat("the server has ", limits_.open_uploads_max,
                     " uploads open, its limit (limits.open_uploads_max); try again later"));
  }
  if (entries_.size() >= base::kUnfinishedUploadsMax) {
    return absl::UnavailableError(absl::StrCat("the server has ", base::kUnfinishedUploadsMax,
                                               " unfinished uploads, its limit; try again later"));
  }
  const auto held = by_serial_.find(serial);
  if (held == by_serial_.end() || held->second.uploads < limits_.uploads_per_certificate_max) {
    return absl::OkStatus();
  }
  return absl::UnavailableError(absl::StrCat(
      "this certificate has ", held->second.uploads,
      " unfinished uploads, its limit (limits.uploads_per_certificate_max); finish or resume them, "
      "or wait until they expire"));
}

absl::StatusOr<UploadLedger::Entered> UploadLedger::Reopen(const UploadRequest& upload,
                                                           Entry& entry) {
  if (!IsSameBegin(upload, entry.request)) {
    // The same words whoever has it, and whatever became of it.
    return absl::AlreadyExistsError(kPackTaken);
  }
  if (entry.state == State::kOpen && entry.request.on_taken_over) {
    // The newer connection wins: the older one is most likely dead and does not know it yet. It is
    // ended, its upload parked, and the newer one asks again.
    entry.request.on_taken_over();
  }
  if (entry.state != State::kParked) {
    return absl::UnavailableError(
        "this upload is still open on another connection, which is being ended; try again");
  }
  if (OpenStreams() >= limits_.open_uploads_max) {
    return absl::UnavailableError(
        absl::StrCat("the server has ", limits_.open_uploads_max,
                     " uploads open, its limit (limits.open_uploads_max); try again later"));
  }
  // It may come with a renewed certificate, which then answers for it.
  Count(entry.request, -1, entry.bytes, 0);
  Count(upload, 1, 0, entry.bytes);
  entry.request = upload;
  entry.is_restored = false;
  entry.state = State::kOpen;
  return Entered{false, std::move(entry.progress)};
}

absl::StatusOr<UploadLedger::Entered> UploadLedger::Enter(const UploadRequest& upload) {
  absl::MutexLock lock(&mutex_);
  const auto found = entries_.find(upload.new_pack);
  if (found != entries_.end()) return Reopen(upload, found->second);
  RETURN_IF_ERROR(CheckLimits(upload.serial));
  entries_.emplace(upload.new_pack, Entry{upload, State::kOpen, 0, absl::InfinitePast(), nullptr});
  Count(upload, 1, 0, 0);
  return Entered{true, nullptr};
}

absl::Status UploadLedger::Grow(const crypto::PackId& pack, uint64_t bytes) {
  absl::MutexLock lock(&mutex_);
  Entry& entry = entries_.at(pack);
  const uint64_t limit = limits_.open_bytes_per_certificate_max;
  if (entry.bytes + bytes > limit) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "this upload is over ", limit,
        " bytes, the limit of what one certificate may have unfinished "
        "(limits.open_bytes_per_certificate_max); ask the escrow agent for a higher one"));
  }
  if (by_serial_[entry.request.serial].bytes + bytes > limit) {
    return absl::UnavailableError(absl::StrCat(
        "this certificate's unfinished uploads together are over ", limit,
        " bytes, its limit (limits.open_bytes_per_certificate_max); finish or resume the others, "
        "or wait until they expire"));
  }
  entry.bytes += bytes;
  Count(entry.request, 0, 0, bytes);
  return absl::OkStatus();
}

void UploadLedger::SetBytes(const crypto::PackId& pack, uint64_t bytes) {
  absl::MutexLock lock(&mutex_);
  Entry& entry = entries_.at(pack);
  Count(entry.request, 0, entry.bytes, bytes);
  entry.bytes = bytes;
}

void UploadLedger::Park(const crypto::PackId& pack, std::unique_ptr<UploadProgress> progress) {
  const absl::Time now = clock_.Now();
  absl::MutexLock lock(&mutex_);
  Entry& entry = entries_.at(pack);
  entry.state = State::kParked;
  entry.parked_at = now;
  entry.progress = std::move(progress);
  entry.request.on_taken_over = nullptr;  // what it would end is gone
}

void UploadLedger::Leave(const crypto::PackId& pack) {
  absl::MutexLock lock(&mutex_);
  const auto found = entries_.find(pack);
  CHECK(found != entries_.end());
  Count(found->second.request, -1, found->second.bytes, 0);
  entries_.erase(found);
}

std::vector<crypto::PackId> UploadLedger::TakeExpired() {
  const absl::Time now = clock_.Now();
  absl::MutexLock lock(&mutex_);
  std::vector<crypto::PackId> expired;
  for (auto& [pack, entry] : entries_) {
    if (entry.state != State::kParked || now - entry.parked_at < limits_.unfinished_expiry) {
      continue;
    }
    entry.state = State::kLeaving;
    expired.push_back(pack);
  }
  return expired;
}

std::vector<crypto::PackId> UploadLedger::TakeForgotten(const UploadRequest& upload) {
  absl::MutexLock lock(&mutex_);
  std::vector<crypto::PackId> forgotten;
  for (auto& [pack, entry] : entries_) {
    if (entry.state != State::kParked || pack == upload.new_pack ||
        entry.request.deposit != upload.deposit || entry.request.signer != upload.signer) {
      continue;
    }
    entry.state = State::kLeaving;
    forgotten.push_back(pack);
  }
  return forgotten;
}

std::optional<std::set<crypto::PackId>> UploadLedger::ReliedOn(absl::string_view tld) const {
  absl::MutexLock lock(&mutex_);
  std::set<crypto::PackId> packs;
  for (const auto& [pack, entry] : entries_) {
    if (entry.request.deposit.tld() != tld || entry.state == State::kLeaving) continue;
    if (entry.is_restored) return std::nullopt;
    packs.insert(entry.request.relied_on.begin(), entry.request.relied_on.end());
  }
  return packs;
}

uint64_t UploadLedger::ReservedForOthers(absl::string_view tld) const {
  absl::MutexLock lock(&mutex_);
  uint64_t reserved = 0;
  for (const auto& [other, bytes] : bytes_by_tld_) {
    if (other == tld || bytes >= limits_.disk_reserve_per_tld) continue;
    reserved += limits_.disk_reserve_per_tld - bytes;
  }
  return reserved;
}

}  // namespace tidemark::vault
