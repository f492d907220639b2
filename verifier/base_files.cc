#include "verifier/base_files.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/limits.h"
#include "base/resumed_source.h"
#include "base/scratch.h"
#include "base/status.h"
#include "crypto/sealed_scratch.h"
#include "rde/csv/chain_names.h"
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

// Learns what hosts and registrars are called.
class NamesSink final : public rde::RecordSink {
 public:
  explicit NamesSink(rde::csv::ChainNames& names) : names_(names) {}
  void OnDeposit(const rde::DepositInfo&, const rde::Position&) override {}
  void OnRecord(const rde::Record& record, const rde::Position&) override {
    if (status_.ok()) status_ = names_.Learn(record);
  }
  void OnFlaw(const rde::Flaw&) override {}

  const absl::Status& status() const { return status_; }

 private:
  rde::csv::ChainNames& names_;
  absl::Status status_;
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

// A deposit of the chain.
class Link {
 public:
  // `input` must outlive it. The XML of a stream can be had once: its head is kept.
  static absl::StatusOr<std::unique_ptr<Link>> Begin(DepositInput& input) {
    auto link = std::make_unique<Link>(input);
    if (input.flaw() != nullptr) return link;
    ASSIGN_OR_RETURN(link->xml_, input.OpenXml());
    auto info = ReadInfo(*link->xml_, link->head_);
    if (!info.ok() && input.flaw() == nullptr) return info.status();
    if (info.ok()) link->info_ = *std::move(info);
    if (link->is_repeatable()) link->xml_.reset();
    return link;
  }
  explicit Link(DepositInput& input) : input_(input) {}

  const std::optional<rde::DepositInfo>& info() const { return info_; }
  bool is_repeatable() const { return input_.files() != nullptr; }
  bool has_csv_domains() const {
    return info_.has_value() && std::find(info_->menu_uris.begin(), info_->menu_uris.end(),
                                          rde::kCsvDomainUri) != info_->menu_uris.end();
  }

  // Once, unless is_repeatable(). `names` may be null.
  absl::Status Read(const ReadXmlFrom& read_xml, const Resources& resources,
                    rde::csv::ChainNames* names, rde::RecordSink& sink) {
    if (is_repeatable()) return ReadInput(input_, read_xml, resources, sink, {.chain = names});
    const auto resume = [&](base::ByteSource& xml, rde::RecordSink& records) {
      base::ResumedSource resumed(std::move(head_), xml);
      return read_xml(resumed, records);
    };
    return ReadInput(input_, std::move(xml_), resume, resources, sink, {.chain = names});
  }

 private:
  DepositInput& input_;
  std::unique_ptr<base::ByteSource> xml_;
  std::string head_;
  std::optional<rde::DepositInfo> info_;
};

// A base, by its path: opened again for each reading where it is a stream.
class Base {
 public:
  Base(const BaseFiles& files, const std::string& path, const Resources& resources)
      : files_(files), path_(path), resources_(resources) {}

  absl::Status Begin() {
    ASSIGN_OR_RETURN(input_, files_.open(path_));
    ASSIGN_OR_RETURN(link_, Link::Begin(*input_));
    return absl::OkStatus();
  }
  std::string name() const { return path_.substr(path_.rfind('/') + 1); }
  const Link& link() const { return *link_; }
  const rde::Flaw* flaw() const { return input_->flaw(); }

  absl::Status Read(rde::csv::ChainNames* names, rde::RecordSink& sink) {
    if (!link_->is_repeatable()) RETURN_IF_ERROR(Begin());
    return link_->Read(files_.read_xml, resources_, names, sink);
  }

 private:
  const BaseFiles& files_;
  const std::string path_;
  const Resources& resources_;
  std::unique_ptr<DepositInput> input_;
  std::unique_ptr<Link> link_;
};

void AddNoDeposit(const Base& base, DepositChecker& checker) {
  checker.AddFindings(
      Code::kChainBroken, 1,
      {{Code::kChainBroken, "deposit", std::nullopt,
        absl::StrCat(Printable(base.name()), " is no deposit",
                     base.flaw() == nullptr ? "" : absl::StrCat(": ", base.flaw()->detail)),
        "", 0}});
}

// Reads the chain for the names of its hosts and registrars, oldest first.
absl::Status LearnNames(const std::vector<Base*>& chain, Link& last, const BaseFiles& files,
                        const Resources& resources, rde::csv::ChainNames& names) {
  NamesSink sink(names);
  for (Base* const base : chain) RETURN_IF_ERROR(base->Read(nullptr, sink));
  if (!last.is_repeatable()) {
    return absl::InvalidArgumentError(
        "a deposit on bases whose domains are in CSV files is read twice: give it as a file, not "
        "as a stream");
  }
  RETURN_IF_ERROR(last.Read(files.read_xml, resources, nullptr, sink));
  return sink.status();
}

}  // namespace

absl::Status ReadInputOnBases(DepositInput& last, const std::string& name, const BaseFiles& files,
                              const Resources& resources, DepositChecker& checker) {
  std::vector<std::unique_ptr<Base>> opened;
  std::vector<Base*> bases;
  for (const std::string& path : files.paths) {
    opened.push_back(std::make_unique<Base>(files, path, resources));
    const absl::Status begun = opened.back()->Begin();
    if (!begun.ok()) return base::Annotate(begun, absl::StrCat("base ", path));
    if (opened.back()->link().info().has_value()) {
      bases.push_back(opened.back().get());
    } else {
      AddNoDeposit(*opened.back(), checker);
    }
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<Link> link, Link::Begin(last));
  // What is no deposit has no place in a chain; the checker says what it is.
  if (!link->info().has_value()) return link->Read(files.read_xml, resources, nullptr, checker);

  std::unique_ptr<rde::csv::ChainNames> names;
  std::vector<ChainDeposit> chain;
  for (Base* const base : bases) {
    chain.push_back(
        {base->name(), *base->link().info(), nullptr,
         [base, &names](rde::RecordSink& sink) { return base->Read(names.get(), sink); }});
  }
  const ChainDeposit last_link{name, *link->info(), nullptr, [&](rde::RecordSink& sink) {
                                 return link->Read(files.read_xml, resources, names.get(), sink);
                               }};
  std::vector<Base*> used;
  for (const size_t number : BasesNeeded(last_link, chain)) used.push_back(bases[number]);
  const bool has_csv = link->has_csv_domains() ||
                       std::any_of(used.begin(), used.end(),
                                   [](const Base* base) { return base->link().has_csv_domains(); });
  std::shared_ptr<base::ScratchSpace> space = resources.scratch;
  if (!used.empty() && has_csv) {
    if (space == nullptr) {
      ASSIGN_OR_RETURN(space, crypto::NewSealedScratchSpace({.dir = resources.scratch_dir}));
    }
    auto learnt = std::make_unique<rde::csv::ChainNames>(*space);
    RETURN_IF_ERROR(LearnNames(used, *link, files, resources, *learnt));
    names = std::move(learnt);
  }
  return ReadOnBases(last_link, chain, {.resources = resources}, checker).status;
}

}  // namespace tidemark::verifier
