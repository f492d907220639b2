// Whatever the deposits of a chain: a replay ends, and gives the repository that the obvious replay
// in memory gives; where one of them was not read to its end it gives none.
//
// The input is XML deposits, oldest first, separated by form feeds.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/bytes.h"
#include "base/scratch.h"
#include "base/status.h"
#include "rde/codec/codec.h"
#include "rde/reader.h"
#include "rde/replay/key.h"
#include "rde/replay/naive_replay.h"
#include "rde/replay/replayer.h"

namespace tidemark::rde {
namespace {

constexpr size_t kDepositsMax = 4;

// What comes out of a replay: objects as encodings.
class Objects final : public RecordSink {
 public:
  void OnDeposit(const DepositInfo&, const Position&) override { ++deposits; }
  void OnFlaw(const Flaw&) override {}
  void OnRecord(const Record& record, const Position&) override {
    if (std::holds_alternative<Header>(record)) return;
    CHECK(!std::holds_alternative<Delete>(record));
    encodings.emplace_back();
    codec_.Append(record, encodings.back());
  }

  int deposits = 0;
  std::vector<std::string> encodings;

 private:
  RecordCodec codec_;
};

// Reads one deposit for the naive replay and for the replayer, which is told the kind that its
// place in the chain asks for.
class Tee final : public RecordSink {
 public:
  Tee(RecordSink& sink, bool is_first, NaiveDeposit& naive)
      : sink_(sink), is_first_(is_first), naive_(naive) {}

  void OnDeposit(const DepositInfo& info, const Position& at) override {
    naive_.info = info;
    const std::string& type = info.type;
    if (is_first_) {
      naive_.info.type = "FULL";
    } else if (type != "FULL" && type != "INCR") {
      naive_.info.type = "DIFF";
    }
    has_info_ = true;
    sink_.OnDeposit(naive_.info, at);
  }
  void OnRecord(const Record& record, const Position& at) override {
    naive_.records.push_back(record);
    sink_.OnRecord(record, at);
  }
  void OnFlaw(const Flaw& flaw) override {
    ended_ = ended_ || EndsReading(flaw.kind);
    sink_.OnFlaw(flaw);
  }

  bool whole() const { return has_info_ && !ended_; }

 private:
  RecordSink& sink_;
  const bool is_first_;
  NaiveDeposit& naive_;
  bool has_info_ = false;
  bool ended_ = false;
};

// The naive replay takes every text for a key and every name as it stands.
bool IsPlain(const ObjectKey& key, absl::string_view text) {
  return key.text.size() == text.size();
}

bool NaiveKnows(const Record& record) {
  if (const auto* domain = std::get_if<Domain>(&record)) {
    return domain->name.empty() || (KeyOf(record) && IsPlain(*KeyOf(record), domain->name));
  }
  if (const auto* nndn = std::get_if<Nndn>(&record)) {
    return nndn->a_name.empty() || (KeyOf(record) && IsPlain(*KeyOf(record), nndn->a_name));
  }
  if (const auto* host = std::get_if<Host>(&record)) {
    const auto name = NameKeyOf(*host);
    return (host->name.empty() || (name && IsPlain(*name, host->name))) &&
           (host->roid.empty() || KeyOf(record));
  }
  if (const auto* deletion = std::get_if<Delete>(&record)) {
    const auto key = KeyOf(*deletion);
    return key && IsPlain(*key, deletion->key);
  }
  if (const auto* contact = std::get_if<Contact>(&record)) {
    return contact->id.empty() || KeyOf(record);
  }
  if (const auto* registrar = std::get_if<Registrar>(&record)) {
    return registrar->id.empty() || KeyOf(record);
  }
  if (const auto* table = std::get_if<IdnTableRef>(&record)) {
    return table->id.empty() || KeyOf(record);
  }
  return !std::holds_alternative<CsvTable>(record);
}

bool NaiveKnows(const std::vector<NaiveDeposit>& chain) {
  for (const NaiveDeposit& deposit : chain) {
    for (const Record& record : deposit.records) {
      if (!NaiveKnows(record)) return false;
    }
  }
  return true;
}

void Compare(const Objects& replayed, const std::vector<NaiveDeposit>& chain) {
  Objects expected;
  for (const Record& record : NaiveReplay(chain).objects) expected.OnRecord(record, {});
  std::vector<std::string> got = replayed.encodings;
  std::sort(got.begin(), got.end());
  std::sort(expected.encodings.begin(), expected.encodings.end());
  CHECK(got == expected.encodings);
}

void Replay(absl::string_view input) {
  const std::vector<absl::string_view> texts =
      absl::StrSplit(input, absl::MaxSplits('\f', kDepositsMax - 1));
  const auto space = base::NewPlainScratchSpace({});
  CHECK(space.ok());
  Objects replayed;
  Replayer replayer({.space = space->get()}, replayed);
  std::vector<NaiveDeposit> chain(texts.size());
  bool whole = true;
  for (size_t i = 0; i < texts.size(); ++i) {
    const bool is_last = i + 1 == texts.size();
    Tee tee(is_last ? replayer.BeginLast() : replayer.BeginBase("base.xml"), i == 0, chain[i]);
    base::StringSource source(texts[i]);
    CHECK(ReadDeposit(source, tee).ok());
    whole = whole && tee.whole();
  }
  CHECK(replayer.Finish().ok());
  CHECK(replayed.deposits <= 1);
  CHECK(replayer.delivered() == whole);
  CHECK(whole || replayed.encodings.empty());
  if (whole && NaiveKnows(chain)) Compare(replayed, chain);
}

}  // namespace
}  // namespace tidemark::rde

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  tidemark::rde::Replay(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
