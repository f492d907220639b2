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
  }
  void OnRecord(const Record& record, const Position& at) override {
    reading_.records.emplace_back(record, at);
  }
  void OnFlaw(const Flaw& flaw) override { reading_.flaws.push_back(flaw); }

 private:
  Reading& reading_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<base::ByteSource>> MapFiles::Open(const std::string& name) {
  const auto it = files_.find(name);
  if (it == files_.end()) return absl::NotFoundError(name);
  return std::make_unique<base::HeldSource>(it->second);
}

std::vector<std::string> MapFiles::Names() const {
  std::vector<std::string> names;
  for (const auto& [name, text] : files_) names.push_back(name);
  return names;
}

Reading ReadWithFiles(absl::string_view xml, std::map<std::string, std::string> files) {
  Reading reading;
  CollectingSink sink(reading);
  const auto space = base::NewPlainScratchSpace({});
  CHECK(space.ok());
  CsvReader csv(sink, {.space = space->get(), .memory_bytes_max = 16 << 20, .sha256 = [] {
                         return std::make_unique<FixedDigest>();
                       }});
  XmlReader reader(csv);
  CHECK(reader.Write(xml).ok());
  CHECK(reader.Close().ok());
  MapFiles map(std::move(files));
  const absl::Status status = csv.ReadFiles(map);
  CHECK(status.ok());
  reading.complete = reader.complete();
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
