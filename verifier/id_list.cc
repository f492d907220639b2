#include "verifier/id_list.h"

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/status.h"
#include "rde/xml/tokenizer.h"

namespace tidemark::verifier {
namespace {

// Where bytes of one form go; the first error latches.
class Form {
 public:
  virtual ~Form() = default;
  virtual absl::Status Write(absl::string_view data) = 0;
  virtual absl::Status Close() = 0;
};

using Take = std::function<absl::Status(absl::string_view id)>;

// IANA's XML: <registry> with <record>s, in nested registries or not.
class XmlForm final : public Form, private rde::xml::Handler {
 public:
  XmlForm(absl::string_view element, Take take)
      : element_(element), take_(std::move(take)), tokenizer_(NewTokenizer(*this, {})) {}

  absl::Status Write(absl::string_view data) override {
    tokenizer_->Write(data);
    return Result();
  }
  absl::Status Close() override {
    tokenizer_->Close();
    return Result();
  }

 private:
  void OnStartElement(const rde::xml::StartElement& start) override {
    ++depth_;
    if (record_depth_ == 0 && start.name.local == "record") {
      record_depth_ = depth_;
    } else if (depth_ == record_depth_ + 1 && start.name.local == element_) {
      in_id_ = true;
      text_.clear();
    }
  }
  void OnEndElement() override {
    if (depth_ == record_depth_) record_depth_ = 0;
    --depth_;
    if (!in_id_ || depth_ != record_depth_) return;
    in_id_ = false;
    // "ENUMAT, #x0045 ...": the id, then its code points.
    if (status_.ok()) status_ = take_(absl::string_view(text_).substr(0, text_.find(',')));
  }
  void OnText(absl::string_view text) override {
    if (in_id_) absl::StrAppend(&text_, text);
  }

  absl::Status Result() const {
    if (!tokenizer_->error().has_value()) return status_;
    const rde::xml::Error& error = *tokenizer_->error();
    return absl::InvalidArgumentError(
        absl::StrCat("line ", error.position.line, ": ", error.detail));
  }

  const absl::string_view element_;
  const Take take_;
  std::unique_ptr<rde::xml::Tokenizer> tokenizer_;
  int depth_ = 0;
  int record_depth_ = 0;  // 0: not in a record
  bool in_id_ = false;
  std::string text_;
  absl::Status status_;
};

// RFC 4180, or one id a line; of each record the first field. A first record of several fields
// that begins with ID is a heading; a line that begins with # is a remark.
class LinesForm final : public Form {
 public:
  explicit LinesForm(Take take) : take_(std::move(take)) {}

  absl::Status Write(absl::string_view data) override {
    for (const char c : data) {
      if (quoted_ && c != '"') {
        Add(c);
      } else if (c == '"') {
        quoted_ = !quoted_;
      } else if (c == '\n') {
        RETURN_IF_ERROR(EndRecord());
      } else if (c == ',') {
        ++fields_;
      } else {
        Add(c);
      }
      if (field_.size() > base::kIdListIdBytesMax) {
        return absl::InvalidArgumentError(absl::StrCat("line ", line_, ": too long for an id"));
      }
    }
    return absl::OkStatus();
  }
  absl::Status Close() override {
    if (quoted_) return absl::InvalidArgumentError("a quoted field is not closed");
    return EndRecord();
  }

 private:
  void Add(char c) {
    if (fields_ == 0) field_.push_back(c);
  }

  absl::Status EndRecord() {
    const absl::string_view id = absl::StripAsciiWhitespace(field_);
    const bool heading = line_ == 1 && fields_ > 0 && absl::EqualsIgnoreCase(id, "id");
    absl::Status status;
    if (!heading && !id.empty() && id[0] != '#') status = take_(id);
    field_.clear();
    fields_ = 0;
    ++line_;
    return status;
  }

  const Take take_;
  bool quoted_ = false;
  int64_t fields_ = 0;  // ended in this record
  int64_t line_ = 1;
  std::string field_;
};

bool IsXml(absl::string_view beginning) {
  absl::ConsumePrefix(&beginning, "\xef\xbb\xbf");
  return absl::StartsWith(absl::StripLeadingAsciiWhitespace(beginning), "<");
}

// As a number: without leading zeros; "" if it is none.
absl::string_view Number(absl::string_view text) {
  for (const char c : text) {
    if (!absl::ascii_isdigit(c)) return "";
  }
  while (text.size() > 1 && text[0] == '0') text.remove_prefix(1);
  return text;
}

}  // namespace

absl::Status IdList::Add(absl::string_view id) {
  id = absl::StripAsciiWhitespace(id);
  const absl::string_view kept = kind_ == Kind::kRegistrars ? Number(id) : id;
  if (kept.empty() || kept.size() > base::kIdListIdBytesMax) {
    return absl::InvalidArgumentError(kind_ == Kind::kRegistrars
                                          ? "an entry is not the number of a registrar"
                                          : "an entry is not a repository id");
  }
  if (ids_.size() >= base::kIdListEntriesMax) {
    return absl::ResourceExhaustedError(
        absl::StrCat("more than ", base::kIdListEntriesMax, " ids"));
  }
  ids_.emplace(kept);
  return absl::OkStatus();
}

absl::StatusOr<IdList> IdList::Read(base::ByteSource& source, Kind kind) {
  IdList list(kind);
  const Take take = [&list](absl::string_view id) { return list.Add(id); };
  std::unique_ptr<Form> form;
  std::vector<char> buffer(base::kCopyBufferBytes);
  uint64_t bytes = 0;
  for (;;) {
    ASSIGN_OR_RETURN(const size_t got, source.Read(absl::MakeSpan(buffer)));
    if (got == 0) break;
    absl::string_view data(buffer.data(), got);
    if ((bytes += got) > base::kIdListBytesMax) {
      return absl::ResourceExhaustedError(
          absl::StrCat("more than ", base::kIdListBytesMax, " bytes"));
    }
    if (form == nullptr && IsXml(data)) {
      form = std::make_unique<XmlForm>(kind == Kind::kRegistrars ? "value" : "id", take);
    } else if (form == nullptr) {
      absl::ConsumePrefix(&data, "\xef\xbb\xbf");
      form = std::make_unique<LinesForm>(take);
    }
    RETURN_IF_ERROR(form->Write(data));
  }
  if (form != nullptr) RETURN_IF_ERROR(form->Close());
  RETURN_IF_ERROR(source.Close());
  if (list.ids_.empty()) return absl::InvalidArgumentError("it has no ids");
  return list;
}

absl::StatusOr<IdList> IdList::ReadFile(const std::string& path, Kind kind) {
  ASSIGN_OR_RETURN(const auto source, base::FileSource::Open(path, base::kIdListBytesMax));
  auto list = Read(*source, kind);
  if (!list.ok()) return base::Annotate(list.status(), path);
  return list;
}

absl::StatusOr<IdList> IdList::Of(const std::vector<std::string>& ids, Kind kind) {
  IdList list(kind);
  for (const std::string& id : ids) RETURN_IF_ERROR(list.Add(id));
  return list;
}

bool IdList::Contains(absl::string_view id) const {
  return ids_.contains(kind_ == Kind::kRegistrars ? Number(id) : id);
}

}  // namespace tidemark::verifier
