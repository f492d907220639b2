#include "verifier/streamed_chain.h"

#include <algorithm>
#include <utility>

#include "absl/types/span.h"
#include "base/bytes.h"
#include "base/limits.h"
#include "base/scratch.h"
#include "base/status.h"
#include "crypto/sealed_scratch.h"
#include "rde/records.h"

namespace tidemark::verifier {
namespace {

// Read to its end before it is closed, whoever closes it where: only then is anything authentic.
class WholeSource final : public base::ByteSource {
 public:
  explicit WholeSource(std::unique_ptr<base::ByteSource> source) : source_(std::move(source)) {}

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    if (ended_) return 0;
    ASSIGN_OR_RETURN(const size_t got, source_->Read(buffer));
    ended_ = got == 0;
    return got;
  }
  absl::Status Close() override {
    std::vector<char> rest(ended_ ? 0 : base::kCopyBufferBytes);
    while (!ended_) RETURN_IF_ERROR(Read(absl::MakeSpan(rest)).status());
    return source_->Close();
  }

 private:
  const std::unique_ptr<base::ByteSource> source_;
  bool ended_ = false;
};

// Learns what hosts and registrars are called, and whether domains are in the CSV model. Passes on
// what it sees.
class LearningSink final : public rde::RecordSink {
 public:
  // `next` may be null.
  LearningSink(rde::csv::ChainNames& names, rde::RecordSink* next) : names_(names), next_(next) {}

  void OnDeposit(const rde::DepositInfo& info, const rde::Position& at) override {
    has_csv_domains_ = std::find(info.menu_uris.begin(), info.menu_uris.end(),
                                 rde::kCsvDomainUri) != info.menu_uris.end();
    if (next_ != nullptr) next_->OnDeposit(info, at);
  }
  void OnRecord(const rde::Record& record, const rde::Position& at) override {
    if (status_.ok()) status_ = names_.Learn(record);
    if (next_ != nullptr) next_->OnRecord(record, at);
  }
  void OnFlaw(const rde::Flaw& flaw) override {
    if (next_ != nullptr) next_->OnFlaw(flaw);
  }
  void OnFile(uint16_t file, absl::string_view name, rde::FileKind kind) override {
    if (next_ != nullptr) next_->OnFile(file, name, kind);
  }

  const absl::Status& status() const { return status_; }
  bool has_csv_domains() const { return has_csv_domains_; }

 private:
  rde::csv::ChainNames& names_;
  rde::RecordSink* const next_;
  absl::Status status_;
  bool has_csv_domains_ = false;
};

}  // namespace

// What becomes of one deposit. Members in the order in which they need each other.
class StreamedChain::Link {
 public:
  Link(std::string name, OpenStream open) : name(std::move(name)), open(std::move(open)) {}

  const std::string name;
  const OpenStream open;
  std::unique_ptr<WholeSource> source;
  std::unique_ptr<DepositInput> input;  // null: not begun
  // Why it could not be learnt from. Told when its turn to be read has come, so that it is nobody
  // else's.
  absl::Status status;
};

StreamedChain::StreamedChain(ChainDeposit last, std::vector<ChainDeposit> bases,
                             ReadXmlFrom read_xml, Resources resources)
    : read_xml_(std::move(read_xml)),
      resources_(std::move(resources)),
      last_(std::move(last)),
      bases_(std::move(bases)) {
  const auto add = [this](ChainDeposit& deposit) {
    deposit.read = [this, number = links_.size()](rde::RecordSink& sink) {
      return Read(number, sink);
    };
    links_.push_back(std::make_unique<Link>(deposit.name, std::exchange(deposit.open, nullptr)));
  };
  for (const size_t number : BasesNeeded(last_, bases_)) add(bases_[number]);
  add(last_);
}

StreamedChain::~StreamedChain() = default;

absl::Status StreamedChain::Begin(Link& link, XmlOfStream xml) {
  ASSIGN_OR_RETURN(std::unique_ptr<base::ByteSource> source, link.open());
  link.source = std::make_unique<WholeSource>(std::move(source));
  ASSIGN_OR_RETURN(link.input, DepositInput::OfStream(*link.source, resources_,
                                                      {.xml_name = link.name, .xml = xml}));
  const bool is_still_to_come = xml == XmlOfStream::kAsItComes && link.input->flaw() == nullptr &&
                                link.input->files() == nullptr;
  if (!is_still_to_come) RETURN_IF_ERROR(link.source->Close());
  if (&link == links_.back().get()) last_xml_name_ = link.input->xml_name();
  return absl::OkStatus();
}

absl::Status StreamedChain::LearnAhead(size_t number) {
  all_learnt_ = true;
  const auto read_xml = [this](base::ByteSource& xml, rde::RecordSink& sink) {
    return rde::ReadDeposit(xml, sink, {.threads = resources_.threads});
  };
  for (; number < links_.size(); ++number) {
    Link& link = *links_[number];
    if (link.input == nullptr) link.status = Begin(link, XmlOfStream::kKept);
    LearningSink sink(*names_, nullptr);
    if (link.status.ok()) link.status = ReadInput(*link.input, read_xml, resources_, sink);
    // The streams may be one behind the other, so that those behind it cannot be had.
    if (!link.status.ok()) return absl::OkStatus();
    RETURN_IF_ERROR(sink.status());
    has_csv_domains_ = has_csv_domains_ || sink.has_csv_domains();
  }
  return absl::OkStatus();
}

absl::Status StreamedChain::Read(size_t number, rde::RecordSink& sink) {
  Link& link = *links_[number];
  if (names_ == nullptr && links_.size() > 1) {
    space_ = resources_.scratch;
    if (space_ == nullptr) {
      ASSIGN_OR_RETURN(space_, crypto::NewSealedScratchSpace({.dir = resources_.scratch_dir}));
    }
    names_ = std::make_unique<rde::csv::ChainNames>(*space_);
  }
  if (link.input == nullptr && link.status.ok()) {
    RETURN_IF_ERROR(Begin(link, XmlOfStream::kAsItComes));
  }
  const bool has_files = link.status.ok() && link.input->files() != nullptr;
  if (has_files && names_ != nullptr && !all_learnt_) RETURN_IF_ERROR(LearnAhead(number));
  RETURN_IF_ERROR(link.status);
  // What has been read is not needed any more.
  const std::unique_ptr<WholeSource> source = std::move(link.source);
  const std::unique_ptr<DepositInput> input = std::move(link.input);
  if (names_ == nullptr || all_learnt_) {
    RETURN_IF_ERROR(ReadInput(*input, read_xml_, resources_, sink,
                              {.chain = has_csv_domains_ ? names_.get() : nullptr}));
    return source->Close();
  }
  LearningSink learning(*names_, &sink);
  RETURN_IF_ERROR(ReadInput(*input, read_xml_, resources_, learning));
  has_csv_domains_ = has_csv_domains_ || learning.has_csv_domains();
  RETURN_IF_ERROR(learning.status());
  return source->Close();
}

}  // namespace tidemark::verifier
