#include "rde/csv/chain_names.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <variant>

#include "absl/types/span.h"
#include "base/limits.h"
#include "base/status.h"

namespace tidemark::rde::csv {
namespace {

// What no schema allows as a ROID or a name.
constexpr size_t kTextBytesMax = 1024;

// An entry: the two lengths, then the texts. Read by the process that wrote it.
struct EntryHead {
  uint16_t roid_bytes;
  uint16_t name_bytes;
};

}  // namespace

absl::Status ChainNames::Learn(const Record& record) {
  if (const auto* registrar = std::get_if<Registrar>(&record)) {
    const bool is_new = !registrars_.contains(registrar->gurid);
    if (registrar->gurid.empty() || (is_new && registrars_.size() >= base::kListEntriesMax)) {
      return absl::OkStatus();
    }
    registrars_[registrar->gurid] = registrar->id;
    return absl::OkStatus();
  }
  const auto* host = std::get_if<Host>(&record);
  if (host == nullptr || host->roid.size() > kTextBytesMax || host->name.size() > kTextBytesMax) {
    return absl::OkStatus();
  }
  const EntryHead head = {static_cast<uint16_t>(host->roid.size()),
                          static_cast<uint16_t>(host->name.size())};
  buffer_.append(reinterpret_cast<const char*>(&head), sizeof(head));
  buffer_.append(host->roid);
  buffer_.append(host->name);
  return buffer_.size() < base::kCopyBufferBytes ? absl::OkStatus() : Spill();
}

absl::Status ChainNames::Spill() {
  if (file_ == nullptr) {
    ASSIGN_OR_RETURN(file_, space_.NewFile());
  }
  RETURN_IF_ERROR(file_->Append(buffer_));
  buffer_.clear();
  return absl::OkStatus();
}

absl::Status ChainNames::ForEachHost(const TakeHost& take) {
  if (file_ != nullptr) RETURN_IF_ERROR(Spill());
  std::string window = file_ == nullptr ? buffer_ : "";
  const uint64_t size = file_ == nullptr ? 0 : file_->size_bytes();
  uint64_t at = 0;
  for (;;) {
    absl::string_view rest = window;
    while (rest.size() >= sizeof(EntryHead)) {
      EntryHead head;
      std::memcpy(&head, rest.data(), sizeof(head));
      const size_t bytes = sizeof(head) + head.roid_bytes + head.name_bytes;
      if (rest.size() < bytes) break;
      RETURN_IF_ERROR(take(rest.substr(sizeof(head), head.roid_bytes),
                           rest.substr(sizeof(head) + head.roid_bytes, head.name_bytes)));
      rest.remove_prefix(bytes);
    }
    if (at == size) return absl::OkStatus();
    window = std::string(rest);
    const size_t kept = window.size();
    const auto more = static_cast<size_t>(std::min<uint64_t>(base::kCopyBufferBytes, size - at));
    window.resize(kept + more);
    RETURN_IF_ERROR(file_->ReadAt(at, absl::MakeSpan(window).subspan(kept)));
    at += more;
  }
}

absl::string_view ChainNames::RegistrarOf(absl::string_view gurid) const {
  const auto it = registrars_.find(gurid);
  return it == registrars_.end() ? "" : absl::string_view(it->second);
}

}  // namespace tidemark::rde::csv
