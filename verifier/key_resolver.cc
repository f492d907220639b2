#include "verifier/key_resolver.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <tuple>

#include "base/status.h"
#include "verifier/key_records.h"

namespace tidemark::verifier {
namespace {

constexpr size_t kPrefetchAhead = 8;

// How loose references are sorted: by target and code, and of one by place. Big-endian.
constexpr size_t kTargetBytes = 1 + 3 + 8 + 1;
constexpr size_t kLooseBytes = kTargetBytes + 5 + 2;

template <int bytes>
char* PutBig(char* to, uint64_t number) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
    *to++ = static_cast<char>(number >> shift);
  return to;
}

uint64_t Big(absl::string_view bytes) {
  uint64_t number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<uint8_t>(byte);
  return number;
}

bool Before(const KeyFlaw& a, const KeyFlaw& b) {
  return std::tie(a.object, a.text) < std::tie(b.object, b.text);
}

// Calls `visit(record)` for each record of a piece, and `prefetch` some records before.
template <typename Record, typename Prefetch, typename Visit>
absl::Status ForEach(const char* records, size_t count, Prefetch prefetch, Visit visit) {
  const auto load = [records](size_t i) {
    Record record;
    std::memcpy(&record, records + i * sizeof(Record), sizeof(Record));
    return record;
  };
  for (size_t i = 0; i < count; ++i) {
    if (i + kPrefetchAhead < count) prefetch(load(i + kPrefetchAhead));
    RETURN_IF_ERROR(visit(load(i)));
  }
  return absl::OkStatus();
}

}  // namespace

void FirstFlaws::Add(const KeyFlaw& flaw) {
  count_ += flaw.count;
  if (heap_.size() == base::kFindingsPerCodeMax) {
    if (!Before(flaw, heap_.front())) return;
    std::pop_heap(heap_.begin(), heap_.end(), Before);
    heap_.pop_back();
  }
  heap_.push_back(flaw);
  std::push_heap(heap_.begin(), heap_.end(), Before);
}

std::vector<KeyFlaw> FirstFlaws::Sorted() const {
  std::vector<KeyFlaw> sorted = heap_;
  std::sort(sorted.begin(), sorted.end(), Before);
  return sorted;
}

RepeatKey ParseRepeatKey(absl::string_view key) {
  const uint64_t number = Big(key);
  return {number >> 4, number & 0xf};
}

KeyResolver::KeyResolver(const RecordLog& definitions, const RecordLog& references,
                         base::ScratchFile* file, base::ScratchSpace& space,
                         uint64_t memory_bytes_max)
    : definitions_(definitions),
      references_(references),
      file_(file),
      table_bytes_max_(std::max<uint64_t>(memory_bytes_max / 2, 1)),
      repeats_({.space = &space, .memory_bytes_max = memory_bytes_max / 4}),
      loose_({.space = &space, .memory_bytes_max = memory_bytes_max / 4}) {}

absl::Status KeyResolver::Run() {
  for (size_t partition = 0; partition < RecordLog::kPartitions; ++partition) {
    const uint64_t keys = definitions_.records(partition);
    const uint64_t slices = keys * KeyTable::kKeyBytesMax / table_bytes_max_ + 1;
    for (uint64_t number = 0; number < slices; ++number) {
      const Slice slice{partition, number, slices};
      table_.Reset(keys / slices);
      RETURN_IF_ERROR(ResolveDefinitions(slice));
      RETURN_IF_ERROR(ResolveReferences(slice));
      FindUnreferred();
    }
  }
  table_.Release();
  RETURN_IF_ERROR(repeats_.Sort());
  RETURN_IF_ERROR(loose_.Sort());
  return GroupLoose();
}

absl::Status KeyResolver::ResolveDefinitions(const Slice& slice) {
  return definitions_.Read(slice.partition, file_, [&](const char* records, size_t count) {
    return ForEach<DefinitionRecord>(
        records, count, [this](const DefinitionRecord& record) { table_.Prefetch(record.low); },
        [this, &slice](const DefinitionRecord& record) {
          return slice.Has(record.high) ? Define(record) : absl::OkStatus();
        });
  });
}

// Records come in the order of the document.
absl::Status KeyResolver::Define(const DefinitionRecord& record) {
  const size_t at = table_.FindOrAdd(record.low, record.high);
  uint8_t& flags = table_.flags(at);
  const bool forbids = KindOf(record.high) == kForbidding;
  const uint8_t clashes_with = forbids ? KeyTable::kDefined : KeyTable::kForbidden;
  if (flags & clashes_with) RETURN_IF_ERROR(AddRepeat(ObjectOf(record.high), kForbidding));
  if (forbids) {
    flags |= KeyTable::kForbidden;
    return absl::OkStatus();
  }
  if (IsRoid(KindOf(record.high))) {
    const uint8_t type = KeyTable::TypeOf(KindOf(record.high));
    const uint8_t types = flags & KeyTable::kTypes;
    flags |= type;
    if ((types & ~type) != 0) RETURN_IF_ERROR(AddRepeat(ObjectOf(record.high), kOfOtherType));
    if (types != 0 && (types & type) == 0) return absl::OkStatus();
  }
  if (flags & KeyTable::kDefined) return AddRepeat(ObjectOf(record.high), KindOf(record.high));
  table_.slot(at).high = record.high;
  flags |= KeyTable::kDefined;
  // Nobody asks of the others whether something refers to them.
  if ((kReferredKinds >> KindOf(record.high) & 1) == 0) flags |= KeyTable::kReferredTo;
  return absl::OkStatus();
}

absl::Status KeyResolver::AddRepeat(uint64_t object, uint64_t kind) {
  char key[8];
  PutBig<8>(key, object << 4 | kind);
  return repeats_.Add({key, sizeof(key)}, "");
}

absl::Status KeyResolver::ResolveReferences(const Slice& slice) {
  return references_.Read(slice.partition, file_, [&](const char* records, size_t count) {
    return ForEach<ReferenceRecord>(
        records, count, [this](const ReferenceRecord& record) { table_.Prefetch(record.low); },
        [this, &slice](const ReferenceRecord& record) {
          if (!slice.Has(record.high)) return absl::OkStatus();
          uint8_t& flags = table_.flags(table_.Find(record.low, record.high));
          if ((flags & KeyTable::kDefined) == 0) return AddLoose(slice.partition, record);
          flags |= KeyTable::kReferredTo;
          return absl::OkStatus();
        });
  });
}

absl::Status KeyResolver::AddLoose(size_t partition, const ReferenceRecord& record) {
  char key[kLooseBytes];
  char* to = PutBig<1>(key, partition);
  to = PutBig<3>(to, KeyBitsOf(record.high));
  to = PutBig<8>(to, record.low);
  to = PutBig<1>(to, record.code);
  to = PutBig<5>(to, ObjectOf(record.high));
  PutBig<2>(to, record.text);
  char value[5];
  PutBig<1>(PutBig<4>(value, record.count), record.role);
  return loose_.Add({key, sizeof(key)}, {value, sizeof(value)});
}

void KeyResolver::FindUnreferred() {
  for (size_t i = 0; i < table_.size(); ++i) {
    const uint8_t flags = table_.flags(i);
    if ((flags & (KeyTable::kDefined | KeyTable::kReferredTo)) != KeyTable::kDefined) continue;
    const uint64_t high = table_.slot(i).high;
    unreferred_[KindOf(high)].Add({ObjectOf(high), 0, 0, 1});
  }
}

absl::Status KeyResolver::GroupLoose() {
  std::string target;
  KeyFlaw flaw{};
  while (true) {
    ASSIGN_OR_RETURN(const bool more, loose_.Next());
    const absl::string_view key = loose_.key();
    const absl::string_view value = loose_.value();
    const bool same = more && key.substr(0, kTargetBytes) == target;
    if (!same && !target.empty()) dangling_[static_cast<uint8_t>(target.back())].Add(flaw);
    if (!more) return absl::OkStatus();
    if (!same) {
      target = std::string(key.substr(0, kTargetBytes));
      flaw = {Big(key.substr(kTargetBytes, 5)),
              static_cast<uint16_t>(Big(key.substr(kTargetBytes + 5))),
              static_cast<uint8_t>(value[4]), 0};
    }
    flaw.count += static_cast<int64_t>(Big(value.substr(0, 4)));
  }
}

}  // namespace tidemark::verifier
