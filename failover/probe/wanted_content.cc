#include "failover/probe/wanted_content.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status.h"

namespace tidemark::failover::probe {
namespace {

constexpr size_t kPieceBytes = 256 << 10;
constexpr char kServer = 'N';
constexpr char kDs = 'D';
constexpr char kAddress = 'A';

void AppendLines(char kind, const TextSet& texts, std::string& lines) {
  for (const std::string& text : texts) {
    absl::StrAppend(&lines, "\n", absl::string_view(&kind, 1), text);
  }
}

}  // namespace

uint64_t WantedContent::size_bytes() const {
  return (file_ == nullptr ? 0 : file_->size_bytes()) + tail_.size();
}

// A length, the owner, and a line for each of what it has.
absl::Status WantedContent::Add(const OwnerContent& content) {
  std::string lines = content.owner;
  AppendLines(kServer, content.servers, lines);
  AppendLines(kDs, content.ds, lines);
  AppendLines(kAddress, content.addresses, lines);
  const auto length = static_cast<uint32_t>(lines.size());
  char prefix[sizeof(length)];
  std::memcpy(prefix, &length, sizeof(length));
  tail_.append(prefix, sizeof(prefix)).append(lines);
  if (tail_.size() < kPieceBytes) return absl::OkStatus();
  if (file_ == nullptr) {
    ASSIGN_OR_RETURN(file_, space_.NewFile());
  }
  RETURN_IF_ERROR(file_->Append(tail_));
  tail_.clear();
  return absl::OkStatus();
}

// Has at least so many bytes behind at_.
absl::Status WantedContent::Reader::Fill(size_t bytes) {
  if (buffer_.size() - at_ >= bytes) return absl::OkStatus();
  buffer_.erase(0, at_);
  at_ = 0;
  const uint64_t in_file = content_.file_ == nullptr ? 0 : content_.file_->size_bytes();
  while (buffer_.size() < bytes) {
    if (offset_ >= in_file) {
      buffer_.append(content_.tail_, offset_ - in_file);
      offset_ = content_.size_bytes();
      break;
    }
    const size_t old_size = buffer_.size();
    const auto piece = static_cast<size_t>(std::min<uint64_t>(kPieceBytes, in_file - offset_));
    buffer_.resize(old_size + piece);
    RETURN_IF_ERROR(
        content_.file_->ReadAt(offset_, absl::MakeSpan(buffer_.data() + old_size, piece)));
    offset_ += piece;
  }
  return buffer_.size() >= bytes ? absl::OkStatus()
                                 : absl::InternalError("what is wanted of the zone breaks off");
}

absl::StatusOr<bool> WantedContent::Reader::Next(OwnerContent& content) {
  if (at_ == buffer_.size() && offset_ == content_.size_bytes()) return false;
  uint32_t length = 0;
  RETURN_IF_ERROR(Fill(sizeof(length)));
  std::memcpy(&length, buffer_.data() + at_, sizeof(length));
  at_ += sizeof(length);
  RETURN_IF_ERROR(Fill(length));
  content = OwnerContent();
  const std::vector<absl::string_view> lines =
      absl::StrSplit(absl::string_view(buffer_).substr(at_, length), '\n');
  content.owner = std::string(lines[0]);
  for (size_t i = 1; i < lines.size(); ++i) {
    TextSet& texts = lines[i][0] == kServer ? content.servers
                     : lines[i][0] == kDs   ? content.ds
                                            : content.addresses;
    texts.emplace(lines[i].substr(1));
  }
  at_ += length;
  return true;
}

}  // namespace tidemark::failover::probe
