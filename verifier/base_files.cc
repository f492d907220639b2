#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/status.h"
#include "rde/reader.h"
#include "verifier/base_chain.h"

namespace tidemark::verifier {
namespace {

// Waits for the deposit element.
class InfoSink final : public rde::RecordSink {
 public:
  void OnDeposit(const rde::DepositInfo& info, const rde::Position&) override { info_ = info; }
  void OnRecord(const rde::Record&, const rde::Position&) override {}
  void OnFlaw(const rde::Flaw& flaw) override { ended_ = ended_ || rde::EndsReading(flaw.kind); }

  const std::optional<rde::DepositInfo>& info() const { return info_; }
  bool ended() const { return ended_; }

 private:
  std::optional<rde::DepositInfo> info_;
  bool ended_ = false;
};

// The deposit element, or nothing if there is none. Reads no further than it must; `head` gets what
// was read.
absl::StatusOr<std::optional<rde::DepositInfo>> ReadInfo(base::ByteSource& source,
                                                         std::string& head) {
  InfoSink sink;
  rde::XmlReader reader(sink);
  std::vector<char> buffer(base::kCopyBufferBytes);
  while (!sink.info().has_value() && !sink.ended()) {
    ASSIGN_OR_RETURN(const size_t n, source.Read(absl::MakeSpan(buffer)));
    if (n == 0) {
      RETURN_IF_ERROR(reader.Close());
      break;
    }
    head.append(buffer.data(), n);
    RETURN_IF_ERROR(reader.Write(absl::string_view(buffer.data(), n)));
  }
  return sink.info();
}

// What was read of a source, then the rest of it.
class ResumedSource final : public base::ByteSource {
 public:
  ResumedSource(std::string head, base::ByteSource& rest) : head_(std::move(head)), rest_(rest) {}

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    if (at_ == head_.size()) return rest_.Read(buffer);
    const size_t n = std::min(buffer.size(), head_.size() - at_);
    std::memcpy(buffer.data(), head_.data() + at_, n);
    at_ += n;
    return n;
  }
  absl::Status Close() override { return rest_.Close(); }

 private:
  const std::string head_;
  base::ByteSource& rest_;
  size_t at_ = 0;
};

absl::StatusOr<std::optional<rde::DepositInfo>> ReadInfoOfFile(const std::string& path) {
  ASSIGN_OR_RETURN(const std::unique_ptr<base::FileSource> source, base::FileSource::Open(path));
  std::string head;
  return ReadInfo(*source, head);
}

}  // namespace

absl::Status ReadFileOnBases(base::ByteSource& source, const std::string& name,
                             absl::Span<const std::string> base_paths, const Resources& resources,
                             DepositChecker& checker) {
  std::vector<ChainDeposit> bases;
  for (const std::string& path : base_paths) {
    ASSIGN_OR_RETURN(const std::optional<rde::DepositInfo> info, ReadInfoOfFile(path));
    const std::string base_name = path.substr(path.rfind('/') + 1);
    if (!info.has_value()) {
      checker.AddFindings(Code::kChainBroken, 1,
                          {{Code::kChainBroken, "deposit", std::nullopt,
                            absl::StrCat(Printable(base_name), " is no deposit"), "", 0}});
      continue;
    }
    bases.push_back(
        {base_name, *info, [path]() -> absl::StatusOr<std::unique_ptr<base::ByteSource>> {
           return base::FileSource::Open(path);
         }});
  }
  std::string head;
  ASSIGN_OR_RETURN(const std::optional<rde::DepositInfo> info, ReadInfo(source, head));
  auto resumed = std::make_unique<ResumedSource>(std::move(head), source);
  // What is no deposit has no place in a chain; the checker says what it is.
  if (!info.has_value()) return rde::ReadDeposit(*resumed, checker, {.threads = resources.threads});
  const ChainDeposit last{name, *info, [&resumed] { return std::move(resumed); }};
  return ReadOnBases(last, bases, {.resources = resources}, checker).status;
}

}  // namespace tidemark::verifier
