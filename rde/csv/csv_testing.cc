#include "rde/csv/csv_testing.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "base/bytes.h"
#include "base/bytes_testing.h"
#include "base/scratch.h"
#include "base/status.h"
#include "rde/reader.h"

namespace tidemark::rde::csv {
namespace {

class FixedDigest final : public TextDigest {
 public:
  void Update(absl::string_view) override {}
  std::string FinishHex() override { return "sha"; }
};

class CollectingSink final : public RecordSink {
 public:
  explicit CollectingSink(Reading& reading) : reading_(reading) {}
  void OnDeposit(const DepositInfo& info, const Position& at) override {
    reading_.deposits.emplace_back(info, at);
    reading_.order += 'd';
  }
  void OnRecord(const Record& record, const Position& at) override {
    reading_.records.emplace_back(record, at);
    reading_.order += 'r';
  }
  void OnFlaw(const Flaw& flaw) override {
    reading_.flaws.push_back(flaw);
    reading_.order += 'f';
  }

 private:
  Reading& reading_;
};

// How the files are read; the rest of the options is the same in all tests.
struct Ways {
  int threads = 1;
  bool on_bet = false;
};

absl::Status ReadFiles(absl::string_view xml, MapFiles& files, const Ways& ways, RecordSink& sink,
                       bool* complete) {
  const auto space = base::NewPlainScratchSpace({});
  CHECK(space.ok());
  CsvReader csv(sink, {.space = space->get(),
                       .memory_bytes_max = 16 << 20,
                       .sha256 = [] { return std::make_unique<FixedDigest>(); },
                       .threads = ways.threads,
                       .on_bet = ways.on_bet});
  XmlReader reader(csv);
  CHECK(reader.Write(xml).ok());
  CHECK(reader.Close().ok());
  *complete = reader.complete();
  return csv.ReadFiles(files);
}

}  // namespace

absl::StatusOr<std::unique_ptr<base::ByteSource>> MapFiles::Open(const std::string& name) {
  const auto it = files_.find(name);
  if (it == files_.end()) return absl::NotFoundError(name);
  ++opened_;
  return std::make_unique<base::HeldSource>(it->second);
}

std::vector<std::string> MapFiles::Names() const {
  std::vector<std::string> names;
  for (const auto& [name, text] : files_) names.push_back(name);
  return names;
}

Reading ReadWithFiles(absl::string_view xml, std::map<std::string, std::string> files,
                      int threads) {
  Reading reading;
  CollectingSink sink(reading);
  reading.complete = ReadWithFiles(xml, std::move(files), threads, sink);
  return reading;
}

bool ReadWithFiles(absl::string_view xml, std::map<std::string, std::string> files, int threads,
                   RecordSink& sink) {
  MapFiles map(std::move(files));
  bool complete = false;
  CHECK(ReadFiles(xml, map, {.threads = threads}, sink, &complete).ok());
  return complete;
}

std::optional<Reading> ReadOnBet(absl::string_view xml, std::map<std::string, std::string> files,
                                 int threads, int* opened) {
  Reading reading;
  CollectingSink sink(reading);
  MapFiles map(std::move(files));
  const absl::Status status =
      ReadFiles(xml, map, {.threads = threads, .on_bet = true}, sink, &reading.complete);
  if (opened != nullptr) *opened = map.opened();
  CHECK(status.ok() || absl::IsAborted(status));
  if (!status.ok()) return std::nullopt;
  return reading;
}

std::string TableXml(absl::string_view name, absl::string_view fields, absl::string_view file) {
  std::string xml = absl::StrCat("<rdeCsv:csv name=\"", name, "\"><rdeCsv:fields>");
  for (const absl::string_view field : absl::StrSplit(fields, ' ', absl::SkipEmpty())) {
    // "csvContact:fStreet@index=0" has an attribute.
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(field, absl::MaxSplits('@', 1));
    absl::StrAppend(&xml, "<", parts.first);
    for (const absl::string_view attribute : absl::StrSplit(parts.second, '@', absl::SkipEmpty())) {
      absl::StrAppend(&xml, " ", absl::StrReplaceAll(attribute, {{"=", "=\""}}), "\"");
    }
    absl::StrAppend(&xml, "/>");
  }
  absl::StrAppend(&xml, "</rdeCsv:fields><rdeCsv:files>");
  // A file may come with its attributes, "<rdeCsv:file ...>name</rdeCsv:file>".
  if (absl::StartsWith(file, "<")) {
    absl::StrAppend(&xml, file);
  } else {
    absl::StrAppend(&xml, "<rdeCsv:file>", file, "</rdeCsv:file>");
  }
  return absl::StrCat(xml, "</rdeCsv:files></rdeCsv:csv>");
}

std::string CsvDeposit(absl::string_view contents, absl::string_view deletes,
                       absl::string_view others) {
  std::string xml = DepositOf(absl::StrCat(contents, others), deletes);
  std::string bindings = "<rde:deposit";
  for (const absl::string_view prefix :
       {"rdeCsv", "csvDomain", "csvHost", "csvContact", "csvRegistrar", "csvIDN", "csvNNDN"}) {
    absl::StrAppend(&bindings, " xmlns:", prefix, "=\"urn:ietf:params:xml:ns:", prefix, "-1.0\"");
  }
  return absl::StrReplaceAll(xml, {{"<rde:deposit", bindings}});
}

}  // namespace tidemark::rde::csv
