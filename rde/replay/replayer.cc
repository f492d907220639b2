#include "rde/replay/replayer.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/limits.h"
#include "base/status.h"
#include "rde/csv_table_bytes.h"
#include "rde/replay/flaw_tally.h"
#include "rde/replay/settlement.h"
#include "rde/replay/spool.h"

namespace tidemark::rde {
namespace {

constexpr size_t kTldShownBytesMax = 64;

// What was seen of one deposit.
struct Seen {
  std::optional<DepositInfo> info;
  Position info_at;
  bool ended_early = false;
  std::optional<std::string> tld;  // of the first header, in lower case, without outer dots
  Position header_at;
  bool has_epp_params = false;
  bool has_policies = false;
  uint64_t end = 0;  // ordinal after its last object
};

std::string Canonical(absl::string_view tld) {
  return absl::AsciiStrToLower(absl::StripSuffix(absl::StripPrefix(tld, "."), "."));
}

}  // namespace

class Replayer::Impl final : public RecordSink {
 public:
  Impl(const ReplayOptions& options, RecordSink& out)
      : out_(out),
        spool_(*options.space, std::max(options.memory_bytes_max, kReplayMemoryBytesMin) / 3),
        settlement_(*options.space,
                    std::max(options.memory_bytes_max, kReplayMemoryBytesMin) / 3 * 2, flaws_) {}

  RecordSink& BeginBase(absl::string_view file_name) {
    Begin();
    if (const std::optional<uint16_t> file = NewFile(file_name, FileKind::kXml); file.has_value()) {
      files_[0] = *file;
    }
    return *this;
  }

  RecordSink& BeginLast() {
    Begin();
    return *this;
  }

  void OnDeposit(const DepositInfo& info, const Position& at) override {
    seen_.back().info = info;
    seen_.back().info_at = Translated(at);
  }

  void OnRecord(const Record& record, const Position& at) override {
    if (!status_.ok()) return;
    const Position place = Translated(at);
    if (const auto* table = std::get_if<CsvTable>(&record)) {
      table_bytes_ += BytesOf(*table);
      if (table_bytes_ <= base::kCsvDefinitionBytesMax) tables_.emplace_back(*table, place);
      return;
    }
    status_ = std::holds_alternative<Delete>(record) ? TakeDelete(std::get<Delete>(record), place)
                                                     : TakeObject(record, place);
  }

  void OnFlaw(const Flaw& flaw) override {
    // Without some of its files a deposit is as good as cut off.
    if (EndsReading(flaw.kind) || flaw.kind == FlawKind::kCsvMissingFile ||
        flaw.kind == FlawKind::kCsvUnreadable) {
      seen_.back().ended_early = true;
    }
    Flaw translated = flaw;
    translated.position = Translated(flaw.position);
    out_.OnFlaw(translated);
  }

  void OnFile(uint16_t file, absl::string_view name, FileKind kind) override {
    if (const std::optional<uint16_t> number = NewFile(name, kind); number.has_value()) {
      files_[file] = *number;
    }
  }

  const absl::Status& status() const { return status_; }
  bool delivered() const { return delivered_; }
  const ReplayFlaws& flaws(ReplayFlawKind kind) const { return flaws_.of(kind); }

  absl::Status Finish() {
    RETURN_IF_ERROR(status_);
    CHECK(!seen_.empty());
    const Seen& last = seen_.back();
    if (last.info.has_value()) out_.OnDeposit(*last.info, last.info_at);
    for (const auto& [table, at] : tables_) out_.OnRecord(table, at);
    const bool whole = std::all_of(seen_.begin(), seen_.end(), [](const Seen& seen) {
      return seen.info.has_value() && !seen.ended_early;
    });
    if (!whole) return absl::OkStatus();
    CompareTlds();
    const std::vector<Settlement::Deposit> deposits = Judge();
    status_ = settlement_.Settle(deposits);
    if (status_.ok()) status_ = Deliver(deposits);
    delivered_ = status_.ok();
    return status_;
  }

 private:
  void Begin() {
    CHECK(seen_.size() < base::kChainDepositsMax);
    seen_.emplace_back();
    seen_.back().end = ordinals_;
    files_.clear();
    files_[0] = 0;
    tables_.clear();
    header_.reset();
  }

  uint16_t deposit() const { return static_cast<uint16_t>(seen_.size() - 1); }

  std::optional<uint16_t> NewFile(absl::string_view name, FileKind kind) {
    if (last_file_ == UINT16_MAX) {
      if (status_.ok()) status_ = absl::ResourceExhaustedError("the chain has too many files");
      return std::nullopt;
    }
    out_.OnFile(++last_file_, name, kind);
    return last_file_;
  }

  Position Translated(Position at) const {
    const auto it = files_.find(at.file);
    if (it != files_.end()) at.file = it->second;
    return at;
  }

  absl::Status TakeDelete(const Delete& deletion, const Position& at) {
    if (seen_.back().info.has_value() && seen_.back().info->type == "FULL") {
      flaws_.Add(ReplayFlawKind::kDeleteInFull, {deletion.uri, "", at, ""});
      return absl::OkStatus();
    }
    return settlement_.AddDelete(deletion, deposit(), at);
  }

  absl::Status TakeObject(const Record& record, const Position& at) {
    Seen& seen = seen_.back();
    if (const auto* header = std::get_if<Header>(&record);
        header != nullptr && !seen.tld.has_value()) {
      seen.tld = Canonical(header->tld);
      seen.header_at = at;
      header_.emplace(*header, at);
      return absl::OkStatus();
    }
    seen.has_epp_params = seen.has_epp_params || std::holds_alternative<EppParams>(record);
    seen.has_policies = seen.has_policies || std::holds_alternative<Policy>(record);
    const uint64_t ordinal = ordinals_++;
    seen.end = ordinals_;
    RETURN_IF_ERROR(spool_.Append(record, at));
    return settlement_.AddObject(record, ordinal, deposit(), at);
  }

  void CompareTlds() {
    const Seen& last = seen_.back();
    if (!last.tld.has_value()) return;
    for (const Seen& seen : seen_) {
      if (!seen.tld.has_value() || seen.tld == last.tld) continue;
      const auto shown = [](absl::string_view tld) {
        return absl::CHexEscape(tld.substr(0, kTldShownBytesMax));
      };
      flaws_.Add(ReplayFlawKind::kOtherTld,
                 {std::string(kHeaderUri), "", seen.header_at,
                  absl::StrCat("a base deposit is of the TLD ", shown(*seen.tld),
                               ", the last one of ", shown(*last.tld))});
    }
  }

  // Which deposits count: the last FULL, the last INCR after it, and what follows.
  std::vector<Settlement::Deposit> Judge() const {
    std::vector<Settlement::Deposit> deposits(seen_.size());
    for (size_t i = 0; i < seen_.size(); ++i) {
      const std::string& type = seen_[i].info->type;
      deposits[i].is_full = type == "FULL";
      if (type != "FULL" && type != "INCR") continue;
      for (size_t earlier = 0; earlier < i; ++earlier) {
        if (deposits[i].is_full || !deposits[earlier].is_full) deposits[earlier].counts = false;
      }
    }
    return deposits;
  }

  absl::Status Deliver(const std::vector<Settlement::Deposit>& deposits) {
    // The newest deposits that have what cannot be replayed by key.
    size_t epp_params = 0;
    size_t policies = 0;
    for (size_t i = 0; i < seen_.size(); ++i) {
      if (deposits[i].counts && seen_[i].has_epp_params) epp_params = i;
      if (deposits[i].counts && seen_[i].has_policies) policies = i;
    }
    if (header_.has_value()) out_.OnRecord(header_->first, header_->second);
    Record record;
    Position at;
    size_t deposit = 0;
    for (uint64_t ordinal = 0;; ++ordinal) {
      ASSIGN_OR_RETURN(const bool more, spool_.Next());
      if (!more) break;
      while (ordinal >= seen_[deposit].end) ++deposit;
      if (!deposits[deposit].counts) continue;
      ASSIGN_OR_RETURN(const bool gone, settlement_.IsGone(ordinal));
      if (gone) continue;
      RETURN_IF_ERROR(spool_.Parse(record, at));
      if (std::holds_alternative<Header>(record) && deposit + 1 != seen_.size()) continue;
      if (std::holds_alternative<EppParams>(record) && deposit != epp_params) continue;
      if (std::holds_alternative<Policy>(record) && deposit != policies) continue;
      out_.OnRecord(record, at);
    }
    return absl::OkStatus();
  }

  RecordSink& out_;
  FlawTally flaws_;
  Spool spool_;
  Settlement settlement_;
  absl::Status status_;
  std::vector<Seen> seen_;
  std::map<uint16_t, uint16_t> files_;                 // of the deposit that is being read, to ours
  std::vector<std::pair<CsvTable, Position>> tables_;  // of the deposit that is being read
  size_t table_bytes_ = 0;
  std::optional<std::pair<Header, Position>> header_;  // its first
  uint16_t last_file_ = 0;
  uint64_t ordinals_ = 0;
  bool delivered_ = false;
};

Replayer::Replayer(const ReplayOptions& options, RecordSink& out)
    : impl_(std::make_unique<Impl>(options, out)) {}
Replayer::~Replayer() = default;
RecordSink& Replayer::BeginBase(absl::string_view file_name) { return impl_->BeginBase(file_name); }
RecordSink& Replayer::BeginLast() { return impl_->BeginLast(); }
const absl::Status& Replayer::status() const { return impl_->status(); }
absl::Status Replayer::Finish() { return impl_->Finish(); }
bool Replayer::delivered() const { return impl_->delivered(); }
const ReplayFlaws& Replayer::flaws(ReplayFlawKind kind) const { return impl_->flaws(kind); }

}  // namespace tidemark::rde
