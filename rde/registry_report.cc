#include "rde/registry_report.h"

#include <climits>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "base/limits.h"
#include "rde/simple_types.h"
#include "rde/xml/tokenizer.h"

namespace tidemark::rde {
namespace {

constexpr absl::string_view kNamespaces[] = {"urn:ietf:params:xml:ns:rdeReport-1.0", kHeaderUri};
enum : int { kReport, kHeader };

constexpr absl::string_view kKinds[] = {"FULL", "INCR", "DIFF"};
constexpr SimpleType kToken{"xs:token", Primitive::kToken};
constexpr SimpleType kDateTimeType{"xs:dateTime", Primitive::kDateTime};
constexpr SimpleType kUnsignedShort{"xs:unsignedShort", Primitive::kUnsignedShort};
constexpr SimpleType kLong{"xs:long", Primitive::kLong};
constexpr SimpleType kIdType{"rde:depositIdType", Primitive::kDepositId};
constexpr SimpleType kKindType{"rde:depositTypeType", Primitive::kToken, 0, UINT32_MAX, kKinds};
constexpr SimpleType kLabel{"eppcom:labelType", Primitive::kToken, 1, 255};
constexpr SimpleType kAnyUri{"xs:anyURI", Primitive::kAnyUri};
constexpr SimpleType kPositiveInteger{"xs:positiveInteger", Primitive::kPositiveInteger};

constexpr absl::string_view kInstanceUri = "http://www.w3.org/2001/XMLSchema-instance";

enum class Part {
  kId,
  kVersion,
  kSpecEscrow,
  kSpecMapping,
  kResend,
  kCrDate,
  kKind,
  kWatermark,
  kHeader,
  // Of the header.
  kTld,
  kRegistrar,
  kPpsp,
  kReseller,
  kCount,
  kContentTag,
};

// An element of a sequence. `place` rises along the sequence; alternatives share one.
struct Child {
  absl::string_view name;
  Part part;
  int place;
  bool required;
  bool repeats;
  const SimpleType* type;
};
constexpr Child kReportChildren[] = {
    {"id", Part::kId, 0, true, false, &kIdType},
    {"version", Part::kVersion, 1, true, false, &kUnsignedShort},
    {"rydeSpecEscrow", Part::kSpecEscrow, 2, true, false, &kToken},
    {"rydeSpecMapping", Part::kSpecMapping, 3, false, false, &kToken},
    {"resend", Part::kResend, 4, true, false, &kUnsignedShort},
    {"crDate", Part::kCrDate, 5, true, false, &kDateTimeType},
    {"kind", Part::kKind, 6, true, false, &kKindType},
    {"watermark", Part::kWatermark, 7, true, false, &kDateTimeType},
    {"header", Part::kHeader, 8, true, false, nullptr},
};
constexpr Child kHeaderChildren[] = {
    {"tld", Part::kTld, 0, true, false, &kLabel},
    {"registrar", Part::kRegistrar, 0, true, false, &kPositiveInteger},
    {"ppsp", Part::kPpsp, 0, true, false, &kToken},
    {"reseller", Part::kReseller, 0, true, false, &kToken},
    {"count", Part::kCount, 1, true, true, &kLong},
    {"contentTag", Part::kContentTag, 2, false, false, &kToken},
};

// Where a reading is within the children of one element.
struct Sequence {
  absl::Span<const Child> children;
  int place = -1;  // of the last child

  // The child of this name if it may stand here. The places between must be optional.
  const Child* Enter(absl::string_view name) {
    for (const Child& child : children) {
      if (child.name != name) continue;
      if (child.place < place || (child.place == place && !child.repeats)) return nullptr;
      if (FirstMissing(child.place) != nullptr) return nullptr;
      place = child.place;
      return &child;
    }
    return nullptr;
  }
  // The first required child between the last one and `end`.
  const Child* FirstMissing(int end) const {
    for (const Child& child : children) {
      if (child.required && child.place > place && child.place < end) return &child;
    }
    return nullptr;
  }
};

class Parser final : public xml::Handler {
 public:
  Parser() : tokenizer_(xml::NewTokenizer(*this, kNamespaces)) {}

  absl::StatusOr<RegistryReport> Parse(absl::string_view xml) {
    tokenizer_->Write(xml);
    tokenizer_->Close();
    if (!is_report_) return absl::NotFoundError("it is no rdeReport-1.0");
    // What came first is told: flaws before the end of reading.
    if (!flaw_.empty()) return Failed(flaw_at_, flaw_);
    if (tokenizer_->error().has_value()) {
      return Failed(tokenizer_->error()->position, tokenizer_->error()->detail);
    }
    return std::move(report_);
  }

  void OnStartElement(const xml::StartElement& element) override {
    ++depth_;
    if (!flaw_.empty()) return;
    at_ = element.position;
    text_.clear();
    if (depth_ == 1) {
      is_report_ = element.name.ns == kReport && element.name.local == "report";
      if (!is_report_) Flaw("not an rdeReport");
      return CheckNoAttributes(element);
    }
    // The header is the third level's parent, and of another namespace, like all below it.
    const bool in_header = depth_ == 3 && child_ != nullptr && child_->part == Part::kHeader;
    if (depth_ > 3 || (depth_ == 3 && !in_header)) return Flaw("an element within a value");
    Enter(element, in_header ? header_ : sequence_);
  }

  void OnEndElement() override {
    --depth_;
    if (!flaw_.empty()) return;
    if (depth_ == 0) return Complete(sequence_);
    if (depth_ == 1 && child_->part == Part::kHeader) return Complete(header_);
    Take(*child_);
    // Back in the header, whose own end comes.
    if (depth_ == 2) child_ = &kReportChildren[std::size(kReportChildren) - 1];
  }

  void OnText(absl::string_view text) override {
    if (!flaw_.empty()) return;
    if (child_ != nullptr && child_->type != nullptr && depth_ >= 2) {
      absl::StrAppend(&text_, text);
      return;
    }
    for (const char c : text) {
      if (!IsXmlSpace(c)) return Flaw("text between elements");
    }
  }

 private:
  static absl::Status Failed(const Position& at, absl::string_view why) {
    return absl::InvalidArgumentError(absl::StrCat("line ", at.line, ": ", why));
  }

  template <typename... Parts>
  void Flaw(const Parts&... parts) {
    if (!flaw_.empty()) return;
    flaw_ = absl::StrCat(parts...);
    flaw_at_ = at_;
  }

  void Enter(const xml::StartElement& element, Sequence& sequence) {
    child_ = sequence.Enter(element.name.local);
    if (child_ == nullptr) return Flaw("an element that may not stand here");
    const bool of_header = depth_ == 3 || child_->part == Part::kHeader;
    if (element.name.ns != (of_header ? kHeader : kReport)) {
      return Flaw(child_->name, " is of another namespace");
    }
    if (child_->part == Part::kCount) return EnterCount(element);
    CheckNoAttributes(element);
  }

  // Hints where schemas are (xsi:schemaLocation) are everybody's; they are not followed.
  void CheckNoAttributes(const xml::StartElement& element) {
    for (const xml::Attribute& attribute : element.attributes) {
      if (attribute.name.uri != kInstanceUri) return Flaw("an element has an attribute");
    }
  }

  void EnterCount(const xml::StartElement& element) {
    if (report_.header.counts.size() >= base::kHeaderEntriesMax) {
      return Flaw("more than ", base::kHeaderEntriesMax, " counts");
    }
    HeaderCount& count = report_.header.counts.emplace_back();
    bool has_uri = false;
    for (const xml::Attribute& attribute : element.attributes) {
      const bool own = attribute.name.ns == xml::kNoNamespace;
      std::string scratch;
      const auto value = [&](const SimpleType& type) {
        const Value checked = CheckValue(type, attribute.value, scratch);
        if (!checked.valid) Flaw(attribute.name.local, " is not a ", Describe(type));
        return std::string(checked.text);
      };
      if (own && attribute.name.local == "uri") {
        has_uri = true;
        count.uri = value(kAnyUri);
      } else if (own && attribute.name.local == "rcdn") {
        count.rcdn = value(kLabel);
      } else if (own && attribute.name.local == "registrarId") {
        count.registrar_id = value(kPositiveInteger);
      } else if (attribute.name.uri != kInstanceUri) {
        Flaw("count has an unknown attribute");
      }
    }
    if (!has_uri) Flaw("count has no uri");
  }

  void Complete(const Sequence& sequence) {
    const Child* missing = sequence.FirstMissing(INT_MAX);
    if (missing != nullptr) Flaw("no ", missing->name);
  }

  void Take(const Child& child) {
    std::string scratch;
    const Value value = CheckValue(*child.type, text_, scratch);
    if (!value.valid) return Flaw(child.name, " is not a ", Describe(*child.type));
    std::string text(value.text);
    const auto date = [&] { return DateTime{text, value.time}; };
    switch (child.part) {
      case Part::kId:
        report_.id = text;
        break;
      case Part::kVersion:
        report_.version = value.number;
        if (value.number != 1) Flaw("version is not 1");
        break;
      case Part::kSpecEscrow:
        report_.spec_escrow = text;
        break;
      case Part::kSpecMapping:
        report_.spec_mapping = text;
        break;
      case Part::kResend:
        report_.resend = static_cast<uint16_t>(value.number);
        break;
      case Part::kCrDate:
        report_.cr_date = date();
        break;
      case Part::kKind:
        report_.kind = text;
        break;
      case Part::kWatermark:
        report_.watermark = date();
        break;
      case Part::kTld:
        report_.header.tld = text;
        break;
      case Part::kRegistrar:
        report_.header.registrar = text;
        break;
      case Part::kPpsp:
        report_.header.ppsp = text;
        break;
      case Part::kReseller:
        report_.header.reseller = text;
        break;
      case Part::kCount:
        report_.header.counts.back().value = value.number;
        break;
      case Part::kContentTag:
        report_.header.content_tag = text;
        break;
      case Part::kHeader:
        break;
    }
  }

  std::unique_ptr<xml::Tokenizer> tokenizer_;
  RegistryReport report_;
  Sequence sequence_{kReportChildren};
  Sequence header_{kHeaderChildren};
  const Child* child_ = nullptr;  // open at level 2 or 3
  int depth_ = 0;
  bool is_report_ = false;
  std::string text_;
  Position at_;
  std::string flaw_;
  Position flaw_at_;
};

}  // namespace

absl::StatusOr<RegistryReport> ParseRegistryReport(absl::string_view xml) {
  return Parser().Parse(xml);
}

}  // namespace tidemark::rde
