#include "verifier/key_index.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "verifier/key_records.h"
#include "verifier/key_resolver.h"

namespace tidemark::verifier {
namespace {

constexpr uint8_t kTargetLabel = 0x7e;  // of a text that is no defined key's

// Two logs of 256 partitions have a block each that is half empty when they spill: blocks of
// this size leave most of the memory to full ones. They are aligned as records are.
size_t RecordBlockBytes(uint64_t memory_bytes_max) {
  constexpr uint64_t kAlignment = alignof(ReferenceRecord);
  const uint64_t bytes = memory_bytes_max / 8192 / kAlignment * kAlignment;
  return static_cast<size_t>(std::clamp<uint64_t>(bytes, 48, 16 << 10));
}

size_t JournalBlockBytes(uint64_t memory_bytes_max) {
  return static_cast<size_t>(std::clamp<uint64_t>(memory_bytes_max / 64, 512, 64 << 10));
}

}  // namespace

KeyIndex::KeyIndex(base::ScratchSpace& space, uint64_t memory_bytes_max)
    : space_(space),
      memory_bytes_max_(memory_bytes_max),
      blocks_(RecordBlockBytes(memory_bytes_max)),
      definitions_(sizeof(DefinitionRecord), blocks_),
      references_(sizeof(ReferenceRecord), blocks_),
      journal_(JournalBlockBytes(memory_bytes_max)),
      tags_(kRecent),
      recent_(kRecent) {}

KeyIndex::~KeyIndex() = default;

uint64_t KeyIndex::memory_bytes() const {
  return definitions_.memory_bytes() + references_.memory_bytes() + journal_.memory_bytes();
}

void KeyIndex::BeginObject(const Subject& subject) {
  CHECK(resolver_ == nullptr);
  if (!status_.ok()) return;
  journal_.End();
  if (memory_bytes() > memory_bytes_max_) {
    if (absl::Status status = Spill(); !status.ok()) return Fail(std::move(status));
  }
  journal_.Begin(subject);
}

void KeyIndex::Define(KeyKind kind, Key key, absl::string_view text) {
  if (!status_.ok()) return;
  const auto number = static_cast<uint8_t>(kind);
  const DefinitionRecord record{key.low, HighOf(key, journal_.number(), number)};
  std::memcpy(definitions_.Add(PartitionOf(key)), &record, sizeof(record));
  if (!text.empty()) journal_.AddText(number, text);
}

void KeyIndex::Forbid(Key key) {
  if (!status_.ok()) return;
  const DefinitionRecord record{key.low, HighOf(key, journal_.number(), kForbidding)};
  std::memcpy(definitions_.Add(PartitionOf(key)), &record, sizeof(record));
}

uint8_t KeyIndex::RoleOf(absl::string_view role) {
  // A literal is known by its place: no text is compared on the way.
  auto known = std::find_if(roles_.begin(), roles_.end(), [role](absl::string_view other) {
    return other.data() == role.data() && other.size() == role.size();
  });
  if (known == roles_.end()) {
    CHECK(roles_.size() < 256);
    known = roles_.insert(known, role);
  }
  return static_cast<uint8_t>(known - roles_.begin());
}

uint16_t KeyIndex::NoteTarget(Key key, absl::string_view target) {
  if (noted_object_ != journal_.number() || !(noted_key_ == key)) {
    noted_key_ = key;
    noted_object_ = journal_.number();
    noted_text_ = journal_.AddText(kTargetLabel, target);
  }
  return noted_text_;
}

void KeyIndex::ReferOnce(Key key, Code code, absl::string_view role, absl::string_view target) {
  if (!status_.ok()) return;
  const uint16_t text = NoteTarget(key, target);
  LogReference({key, journal_.number(), 1, text, static_cast<uint8_t>(code), RoleOf(role)});
}

void KeyIndex::ReferAgain(Recent& recent, Key key, Code code, absl::string_view role,
                          absl::string_view target) {
  if (!status_.ok()) return;
  if (recent.count != 0) LogReference(recent);
  recent.key = key;
  recent.count = 1;
  recent.object = journal_.number();
  recent.text = NoteTarget(key, target);
  recent.code = static_cast<uint8_t>(code);
  recent.role = RoleOf(role);
}

void KeyIndex::LogReference(const Recent& entry) {
  // Made in its place: a copy would read words of it before their parts are written.
  new (references_.Add(PartitionOf(entry.key))) ReferenceRecord{
      entry.key.low, HighOf(entry.key, entry.object, 0), entry.count, entry.text, entry.code,
      entry.role};
}

absl::Status KeyIndex::Spill() {
  if (file_ == nullptr) {
    ASSIGN_OR_RETURN(file_, space_.NewFile());
  }
  RETURN_IF_ERROR(definitions_.Spill(*file_));
  RETURN_IF_ERROR(references_.Spill(*file_));
  return journal_.Spill(*file_);
}

void KeyIndex::Fail(absl::Status status) {
  status_ = std::move(status);
  definitions_.Release();
  references_.Release();
  blocks_.Release();
  journal_.Release();
  file_.reset();
}

absl::Status KeyIndex::Resolve() {
  if (!status_.ok() || resolver_ != nullptr) return status_;
  journal_.End();
  for (Recent& entry : recent_) {
    if (entry.count != 0) LogReference(entry);
  }
  recent_ = std::vector<Recent>();
  tags_ = std::vector<uint32_t>();
  absl::Status status;
  if (file_ != nullptr) {
    // The rest goes after it, so that tables and sorters have the memory.
    status = Spill();
    blocks_.Release();
  }
  resolver_ = std::make_unique<KeyResolver>(definitions_, references_, file_.get(), space_,
                                            memory_bytes_max_);
  if (status.ok()) status = resolver_->Run();
  if (!status.ok()) Fail(std::move(status));
  return status_;
}

ObjectNote KeyIndex::NoteOf(uint64_t object) {
  if (!status_.ok()) return {};
  absl::StatusOr<ObjectNote> note = journal_.Read(object, file_.get());
  if (note.ok()) return *std::move(note);
  Fail(note.status());
  return {};
}

absl::string_view KeyIndex::Repeat::TextOf(const ObjectNote& note, KeyKind kind) {
  for (const ObjectNote::Text& text : note.texts) {
    if (text.label == static_cast<uint8_t>(kind)) return text.text;
  }
  return "";
}

absl::Status KeyIndex::ForEachRepeat(absl::FunctionRef<void(const Repeat&)> visit) {
  RETURN_IF_ERROR(Resolve());
  Repeat repeat(*this, 0);
  while (status_.ok()) {
    const absl::StatusOr<bool> more = resolver_->repeats().Next();
    if (!more.ok()) {
      Fail(more.status());
      break;
    }
    const RepeatKey key = *more ? ParseRepeatKey(resolver_->repeats().key()) : RepeatKey{};
    if (key.object != repeat.number_) {
      if (repeat.flags_ != 0) visit(repeat);
      repeat.number_ = key.object;
      repeat.flags_ = 0;
    }
    if (!*more) break;
    repeat.flags_ |= static_cast<uint16_t>(1 << key.kind);
  }
  return status_;
}

absl::Status KeyIndex::RaiseDangling(FindingLog& log) {
  RETURN_IF_ERROR(Resolve());
  for (size_t code = 0; code < kCodeCount; ++code) {
    std::vector<Finding> findings;
    for (const KeyFlaw& flaw : resolver_->dangling(code).Sorted()) {
      const ObjectNote note = NoteOf(flaw.object);
      RETURN_IF_ERROR(status_);
      const absl::string_view target =
          flaw.text < note.texts.size() ? note.texts[flaw.text].text : absl::string_view();
      // What stands in place of an id may be a person's: an export that mixed up its columns has an
      // e-mail address for a registrar or an IDN table. Only names of hosts and domains are quoted
      // whatever they look like.
      const bool is_name =
          roles_[flaw.role] == "name server" || roles_[flaw.role] == "superordinate domain";
      std::string message =
          absl::StrCat(roles_[flaw.role], " ", is_name ? Printable(target) : Handle(target),
                       " is not in the deposit");
      if (flaw.count > 1) absl::StrAppend(&message, " (", flaw.count, " references)");
      findings.push_back({Code{}, LabelOf(note.subject()), note.at, std::move(message), "", 0});
    }
    log.RaiseLate(static_cast<Code>(code), resolver_->dangling(code).count(), std::move(findings));
  }
  return absl::OkStatus();
}

absl::Status KeyIndex::RaiseUnreferred(KeyKind kind, Code code, absl::string_view message,
                                       FindingLog& log) {
  CHECK(kReferredKinds >> static_cast<int>(kind) & 1);
  RETURN_IF_ERROR(Resolve());
  const FirstFlaws& flaws = resolver_->unreferred(static_cast<size_t>(kind));
  std::vector<Finding> findings;
  for (const KeyFlaw& flaw : flaws.Sorted()) {
    const ObjectNote note = NoteOf(flaw.object);
    RETURN_IF_ERROR(status_);
    findings.push_back({Code{}, LabelOf(note.subject()), note.at, std::string(message), "", 0});
  }
  log.RaiseLate(code, flaws.count(), std::move(findings));
  return absl::OkStatus();
}

}  // namespace tidemark::verifier
