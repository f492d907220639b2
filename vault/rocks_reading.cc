// A database that is only read, and reading it where blocks of it are damaged.
#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "vault/rocks_options.h"
#include "vault/rocks_store_impl.h"
#include "vault/rocks_table.h"

namespace tidemark::vault {
namespace {

// So a gap of a whole family takes no memory for all of its keys.
constexpr size_t kKeysHeldAtOnce = 4096;

// Keys of one length as numbers, the first byte the most significant.
std::string Padded(absl::string_view key, size_t bytes) {
  std::string padded(key.substr(0, bytes));
  padded.resize(bytes, '\0');
  return padded;
}

// By 2^bit more, or less; nothing if there is no such key.
std::optional<std::string> Moved(std::string key, size_t bit, int by) {
  int carry = by * (1 << bit % 8);
  for (size_t i = key.size() - bit / 8; carry != 0 && i-- > 0;) {
    const int sum = static_cast<unsigned char>(key[i]) + carry;
    key[i] = static_cast<char>(sum & 0xff);
    carry = sum < 0 ? -1 : sum >> 8;
  }
  if (carry != 0) return std::nullopt;
  return key;
}

// In the middle of two of one length; `low` itself if there is nothing between.
std::string Middle(absl::string_view low, absl::string_view high) {
  std::string middle(low.size(), '\0');
  unsigned carry = 0;
  std::vector<unsigned> sum(low.size());
  for (size_t i = low.size(); i-- > 0;) {
    sum[i] = static_cast<unsigned char>(low[i]) + static_cast<unsigned char>(high[i]) + carry;
    carry = sum[i] >> 8;
    sum[i] &= 0xff;
  }
  for (size_t i = 0; i < low.size(); ++i) {
    const unsigned value = (carry << 8) | sum[i];
    middle[i] = static_cast<char>(value >> 1);
    carry = value & 1;
  }
  return middle;
}

// Looks for where rows can be read again. A damaged block does not say where it ends, so that is
// searched for: a seek into it, or before it, fails, and one behind it does not.
class Search final {
 public:
  using Open = std::function<std::unique_ptr<rocksdb::Iterator>()>;
  Search(const Open& open, absl::string_view lost, absl::string_view end, size_t key_bytes)
      : open_(open),
        bytes_(std::max({key_bytes, lost.size(), end.size()})),
        low_(Padded(lost, bytes_)),
        end_(end) {}

  // The first key from which on rows can be read; nothing: there is none before the end. Of several
  // damaged blocks that follow each other it may miss what is whole between two, where that is
  // narrow for where it lies.
  std::optional<std::string> Run() const {
    if (CanBeRead(low_)) return Moved(low_, 0, 1);  // it was not a moment ago
    // Behind everything; or so close before the end that no key has room there.
    const std::string last = end_.empty() ? std::string(bytes_, '\xff') : Padded(end_, bytes_);
    std::optional<std::string> high = CanBeRead(last) ? last : Nearest(low_, last, 1);
    if (!high.has_value()) high = Nearest(last, low_, -1);
    while (high.has_value()) {
      // Right behind a damaged block, and perhaps not the first one: anything whole before it?
      std::string begin = Boundary(*high);
      high = Nearest(low_, begin, 1);
      if (!high.has_value()) high = Nearest(begin, low_, -1);
      if (!high.has_value()) return IsBehind(begin) ? std::nullopt : std::make_optional(begin);
    }
    return std::nullopt;
  }

 private:
  bool IsBehind(const std::string& key) const { return !end_.empty() && key >= end_; }
  // An iterator that has met an error tells of it again at its end; so each seek has its own.
  bool CanBeRead(const std::string& key) const {
    const std::unique_ptr<rocksdb::Iterator> rows = open_();
    rows->Seek(key);
    return rows->status().ok();
  }
  // From `from` in steps that double, before `to` is met.
  std::optional<std::string> Nearest(const std::string& from, const std::string& to, int by) const {
    for (size_t bit = 0; bit < 8 * bytes_; ++bit) {
      std::optional<std::string> key = Moved(from, bit, by);
      if (!key.has_value() || (by > 0 ? *key >= to : *key <= to)) break;
      if (CanBeRead(*key)) return key;
    }
    return std::nullopt;
  }
  // A key that can be read, and the one before it cannot; not behind `high`, which can.
  std::string Boundary(std::string high) const {
    std::string low = low_;
    while (true) {
      const std::string middle = Middle(low, high);
      if (middle == low) return high;
      (CanBeRead(middle) ? high : low) = middle;
    }
  }

  const Open& open_;
  const size_t bytes_;
  const std::string low_;
  const std::string end_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<RocksStore>> RocksStore::OpenToRead(const std::string& dir) {
  rocksdb::DBOptions options = StoreOptions(nullptr);
  options.create_if_missing = false;
  options.create_missing_column_families = false;
  // Whoever looks for damage says what there is; the library's own warnings name it twice.
  options.info_log->SetInfoLogLevel(rocksdb::InfoLogLevel::FATAL_LEVEL);
  std::vector<std::string> names;
  RETURN_IF_ERROR(FromRocksRead(rocksdb::DB::ListColumnFamilies(options, dir, &names)));
  std::vector<rocksdb::ColumnFamilyDescriptor> there;
  std::vector<bool> is_there;
  for (rocksdb::ColumnFamilyDescriptor& family : StoreFamilies()) {
    is_there.push_back(std::find(names.begin(), names.end(), family.name) != names.end());
    if (is_there.back()) there.push_back(std::move(family));
  }
  auto impl = std::make_unique<Impl>();
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  RETURN_IF_ERROR(
      FromRocksRead(rocksdb::DB::OpenForReadOnly(options, dir, there, &handles, &db)));
  impl->db.reset(db);
  auto next = handles.begin();
  for (const bool is_family : is_there) impl->handles.push_back(is_family ? *next++ : nullptr);
  return absl::WrapUnique(new RocksStore(std::move(impl), /*clock=*/nullptr));
}

std::vector<schema::Family> RocksStore::missing_families() const {
  std::vector<schema::Family> missing;
  const Use use = Begin();
  for (size_t i = 0; i < schema::kFamilyNames.size(); ++i) {
    const auto family = static_cast<schema::Family>(i);
    if (use->Handle(family) == nullptr) missing.push_back(family);
  }
  return missing;
}

absl::Status VisitAround(
    const std::function<std::unique_ptr<rocksdb::Iterator>()>& open, const schema::KeyRange& range,
    size_t key_bytes,
    const std::function<absl::Status(absl::string_view, absl::string_view)>& visit,
    const std::function<absl::Status(const RocksStore::Unreadable&)>& skip) {
  std::unique_ptr<rocksdb::Iterator> rows = open();
  std::string from = range.begin;  // everything before it was visited or skipped
  rows->Seek(ToSlice(from));
  while (true) {
    for (; rows->Valid(); rows->Next()) {
      const absl::string_view key(rows->key().data(), rows->key().size());
      if (!range.end.empty() && key >= range.end) return absl::OkStatus();
      RETURN_IF_ERROR(visit(key, {rows->value().data(), rows->value().size()}));
      from.assign(key.data(), key.size());
      from.push_back('\0');
    }
    const rocksdb::Status status = rows->status();
    if (status.ok()) return absl::OkStatus();
    if (!IsDamage(status)) return FromRocks(status);
    const std::optional<std::string> behind = Search(open, from, range.end, key_bytes).Run();
    RETURN_IF_ERROR(skip({from, behind.value_or(range.end), status.ToString()}));
    if (!behind.has_value()) return absl::OkStatus();
    from = *behind;
    rows = open();
    rows->Seek(ToSlice(from));
  }
}

absl::StatusOr<RocksStore::Impl::KeysHeld> RocksStore::Impl::FirstKeysHeld(
    schema::Family family, const schema::KeyRange& range) const {
  KeysHeld held;
  // Of several that were not read to their end the one that came least far.
  const auto take_some = [&held, taken = size_t{0}](absl::string_view key) mutable {
    held.keys.emplace(key);
    if (++taken < kKeysHeldAtOnce) return absl::OkStatus();
    const std::string behind = absl::StrCat(key, absl::string_view("\0", 1));
    if (held.behind.empty() || behind < held.behind) held.behind = behind;
    return absl::CancelledError("enough");
  };
  rocksdb::ReadOptions options;
  options.read_tier = rocksdb::kMemtableTier;
  const rocksdb::Slice end = ToSlice(range.end);
  if (!range.end.empty()) options.iterate_upper_bound = &end;
  const std::unique_ptr<rocksdb::Iterator> in_memory(db->NewIterator(options, Handle(family)));
  auto take = take_some;
  for (in_memory->Seek(ToSlice(range.begin)); in_memory->Valid(); in_memory->Next()) {
    const rocksdb::Slice key = in_memory->key();
    if (!take(absl::string_view(key.data(), key.size())).ok()) break;
  }
  RETURN_IF_ERROR(FromRocksRead(in_memory->status()));
  for (const rocksdb::LiveFileMetaData& file : LiveTables(*db)) {
    if (file.column_family_name != Handle(family)->GetName() || !Overlaps(file, range)) continue;
    Table table(family);
    absl::Status read = table.Open(PathOf(file));
    if (read.ok()) read = table.Read(range, take_some, [](const Unreadable&) {});
    // It gives nothing; or a compaction was quicker, and another table has its rows.
    if (absl::IsDataLoss(read) || !IsLive(*db, file)) continue;
    if (!absl::IsCancelled(read)) RETURN_IF_ERROR(read);
  }
  if (!held.behind.empty()) held.keys.erase(held.keys.lower_bound(held.behind), held.keys.end());
  return held;
}

absl::Status RocksStore::Impl::VisitOneByOne(
    schema::Family family, const schema::KeyRange& range,
    const std::function<absl::Status(absl::string_view, absl::string_view)>& visit) const {
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  schema::KeyRange left = range;
  do {
    ASSIGN_OR_RETURN(const KeysHeld held, FirstKeysHeld(family, left));
    for (const std::string& key : held.keys) {
      std::string value;
      const rocksdb::Status read = db->Get(options, Handle(family), key, &value);
      if (read.IsNotFound() || IsDamage(read)) continue;
      RETURN_IF_ERROR(FromRocks(read));
      RETURN_IF_ERROR(visit(key, value));
    }
    left.begin = held.behind;
  } while (!left.begin.empty());
  return absl::OkStatus();
}

absl::Status RocksStore::ScanAround(
    schema::Family family, const schema::KeyRange& range,
    const std::function<absl::Status(absl::string_view, absl::string_view)>& visit,
    const std::function<void(const Unreadable&)>& skip) const {
  const Use use = Begin();
  rocksdb::ColumnFamilyHandle* const handle = use->Handle(family);
  if (handle == nullptr) return absl::OkStatus();
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  const rocksdb::Slice end = ToSlice(range.end);
  if (!range.end.empty()) options.iterate_upper_bound = &end;
  const auto open = [&] {
    return std::unique_ptr<rocksdb::Iterator>(use->db->NewIterator(options, handle));
  };
  return VisitAround(open, range, KeyBytesOf(family), visit, [&](const Unreadable& rows) {
    skip(rows);
    return use->VisitOneByOne(family, {rows.begin, rows.end}, visit);
  });
}

}  // namespace tidemark::vault
