#include "verifier/extension/extension_check.h"

#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "verifier/extension/byte_pipe.h"

namespace tidemark::verifier {
namespace {

// rde:deposit, rde:contents, and the objects in it.
constexpr int kObjectDepth = 3;

// Passes bytes on to the reader and through a pipe.
class Tee final : public base::ByteSource {
 public:
  Tee(base::ByteSource& source, BytePipe& pipe) : source_(source), pipe_(pipe) {}

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    ASSIGN_OR_RETURN(const size_t got, source_.Read(buffer));
    pipe_.Write(absl::string_view(buffer.data(), got));
    return got;
  }
  absl::Status Close() override { return source_.Close(); }

 private:
  base::ByteSource& source_;
  BytePipe& pipe_;
};

// Passes on what the reader reports, but for what the schemas judge.
class Filter final : public rde::RecordSink {
 public:
  Filter(rde::RecordSink& sink, BytePipe& pipe) : sink_(sink), pipe_(pipe) {}

  void OnDeposit(const rde::DepositInfo& info, const rde::Position& at) override {
    sink_.OnDeposit(info, at);
  }
  void OnRecord(const rde::Record& record, const rde::Position& at) override {
    sink_.OnRecord(record, at);
  }
  void OnFile(uint16_t file, absl::string_view name, rde::FileKind kind) override {
    sink_.OnFile(file, name, kind);
  }
  void OnFlaw(const rde::Flaw& flaw) override {
    if (flaw.kind == rde::FlawKind::kUnknownNamespace) return;
    if (rde::EndsReading(flaw.kind)) {
      ended_at_ = flaw.position;
      pipe_.End();
    }
    sink_.OnFlaw(flaw);
  }

  // Where reading ended early.
  const std::optional<rde::Position>& ended_at() const { return ended_at_; }

 private:
  rde::RecordSink& sink_;
  BytePipe& pipe_;
  std::optional<rde::Position> ended_at_;
};

// Keeps what the schemas say of objects that the reader does not know.
class ObjectErrors final : public SchemaSink {
 public:
  explicit ObjectErrors(const SchemaSet& schemas) : schemas_(schemas) {}

  void OnStart(const SchemaElement& element) override {
    depth_ = element.depth;
    if (depth_ == kObjectDepth - 1) in_deletes_ = element.local == "deletes";
    if (depth_ == kObjectDepth) StartObject(element);
  }

  bool JudgesKeys(const SchemaElement&) override { return judged_ && depth_ == kObjectDepth; }

  void OnEnd() override {
    if (depth_ == kObjectDepth) judged_ = false;
    // What was found at the end of contents is the reader's to say.
    held_.clear();
    --depth_;
  }

  void OnError(const SchemaError& error) override {
    if (error.fatal) {
      if (!fatal_.has_value()) fatal_ = error;
      return;
    }
    if (judged_) return Keep(error);
    // Perhaps of the start tag of an object: Xerces reports before it starts the element.
    if (depth_ == kObjectDepth - 1 && !error.of_text && held_.size() < base::kFindingsPerCodeMax) {
      held_.push_back(error);
    }
  }

  const std::vector<rde::Flaw>& flaws() const { return flaws_; }
  // Flaws beyond those.
  int64_t more() const { return more_; }
  const std::optional<SchemaError>& fatal() const { return fatal_; }

 private:
  void StartObject(const SchemaElement& element) {
    judged_ = !rde::IsKnownNamespace(element.uri);
    std::vector<SchemaError> held;
    held.swap(held_);
    if (!judged_) return;
    uri_ = std::string(element.uri);
    const absl::string_view head = in_deletes_ ? "delete" : "content";
    SchemaError error;
    error.at = element.at;
    error.element = std::string(element.local);
    switch (schemas_.UseOf({element.uri, element.local}, {rde::kRdeUri, head})) {
      case SchemaSet::Use::kNotDeclared:
        error.detail = "no schema that was given declares it";
        break;
      case SchemaSet::Use::kNotASubstitute:
        error.detail = absl::StrCat("its schema does not let it stand for rde:", head);
        break;
      case SchemaSet::Use::kSubstitute:
        for (SchemaError& one : held) {
          one.element = error.element;
          Keep(one);
        }
        return;
    }
    Keep(error);
    judged_ = false;  // nothing below it was looked at in earnest
  }

  void Keep(const SchemaError& error) {
    if (flaws_.size() == base::kFindingsPerCodeMax) {
      ++more_;
      return;
    }
    rde::Flaw flaw;
    flaw.kind = error.over_limit ? rde::FlawKind::kLimitExceeded : rde::FlawKind::kInvalidValue;
    flaw.position = error.at;
    flaw.object_uri = uri_;
    flaw.element = error.element;
    flaw.detail = absl::StrCat(error.detail, error.over_limit ? "" : " (the schemas given)");
    flaws_.push_back(std::move(flaw));
  }

  const SchemaSet& schemas_;
  int depth_ = 0;
  bool in_deletes_ = false;
  bool judged_ = false;  // inside an object that is the schemas' to judge
  std::string uri_;      // its namespace
  std::vector<SchemaError> held_;
  std::vector<rde::Flaw> flaws_;
  int64_t more_ = 0;
  std::optional<SchemaError> fatal_;
};

}  // namespace

std::vector<Skip> UnjudgedBy(const SchemaSet& schemas) {
  std::vector<Skip> unjudged;
  for (const SchemaSet::KeyedElement& keyed : schemas.keyed()) {
    if (!rde::IsKnownNamespace(keyed.uri)) continue;
    unjudged.push_back({Code::kSchemaValidationError,
                        absl::StrCat("xs:key, xs:unique and xs:keyref of ", Printable(keyed.local),
                                     " in ", Printable(keyed.uri),
                                     " are looked at within the registry's own objects only")});
  }
  return unjudged;
}

class ExtensionCheck::Impl {
 public:
  Impl(const SchemaSet& schemas, base::ByteSource& source, rde::RecordSink& sink)
      : sink_(sink), errors_(schemas), tee_(source, pipe_), filter_(sink, pipe_) {
    validator_ = std::thread([this, &schemas] {
      status_ = schemas.Validate(pipe_, errors_);
      pipe_.StopReading();
    });
  }
  ~Impl() { Join(); }

  base::ByteSource& source() { return tee_; }
  rde::RecordSink& sink() { return filter_; }

  absl::Status Finish() {
    Join();
    RETURN_IF_ERROR(status_);
    const std::optional<rde::Position>& end = filter_.ended_at();
    for (const rde::Flaw& flaw : errors_.flaws()) {
      if (!end.has_value() || flaw.position.offset < end->offset) sink_.OnFlaw(flaw);
    }
    // How far Xerces came beyond the end of reading is nobody's business.
    if (end.has_value()) return absl::OkStatus();
    for (int64_t i = 0; i < errors_.more(); ++i) sink_.OnFlaw(errors_.flaws().back());
    if (!errors_.fatal().has_value()) return absl::OkStatus();
    return absl::InternalError(absl::StrCat("schema validation ended at line ",
                                            errors_.fatal()->at.line, ": ",
                                            errors_.fatal()->detail));
  }

 private:
  void Join() {
    pipe_.End();
    if (validator_.joinable()) validator_.join();
  }

  rde::RecordSink& sink_;
  BytePipe pipe_;
  ObjectErrors errors_;  // the validator's until it is joined
  absl::Status status_;  // likewise
  Tee tee_;
  Filter filter_;
  std::thread validator_;
};

ExtensionCheck::ExtensionCheck(const SchemaSet& schemas, base::ByteSource& source,
                               rde::RecordSink& sink)
    : impl_(std::make_unique<Impl>(schemas, source, sink)) {}
ExtensionCheck::~ExtensionCheck() = default;
base::ByteSource& ExtensionCheck::source() { return impl_->source(); }
rde::RecordSink& ExtensionCheck::sink() { return impl_->sink(); }
absl::Status ExtensionCheck::Finish() { return impl_->Finish(); }

}  // namespace tidemark::verifier
