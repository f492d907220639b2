// A database that is only read, and reading it where blocks of it are damaged.
#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/memory/memory.h"
#include "base/status.h"
#include "vault/rocks_options.h"
#include "vault/rocks_store_impl.h"

namespace tidemark::vault {
namespace {

// Keys of one length as numbers, the first byte the most significant.
std::string Padded(absl::string_view key, size_t bytes) {
  std::string padded(key.substr(0, bytes));
  padded.resize(bytes, '\0');
  return padded;
}

// The next one that differs in the first `bytes`; nothing behind 0xff bytes.
std::optional<std::string> NextPrefix(std::string key, size_t bytes) {
  const size_t size = key.size();
  key.resize(bytes);
  while (!key.empty() && key.back() == '\xff') key.pop_back();
  if (key.empty()) return std::nullopt;
  key.back() = static_cast<char>(static_cast<unsigned char>(key.back()) + 1);
  return Padded(key, size);
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

// The key from which on rows can be read again, behind those from `lost` on that cannot. A damaged
// block does not say where it ends, so that is searched for: a seek into it fails, one behind it
// does not.
std::optional<std::string> SeekBehind(rocksdb::Iterator& rows, absl::string_view lost,
                                      absl::string_view end, size_t key_bytes) {
  const size_t bytes = std::max(key_bytes, lost.size());
  const auto can_be_read = [&rows](const std::string& key) {
    rows.Seek(key);
    return rows.status().ok();
  };
  std::string low = Padded(lost, bytes);
  std::optional<std::string> high;
  for (size_t prefix = bytes; prefix > 0 && !high.has_value(); --prefix) {
    std::optional<std::string> next = NextPrefix(Padded(lost, bytes), prefix);
    if (!next.has_value() || (!end.empty() && *next >= end)) return std::nullopt;
    if (can_be_read(*next)) {
      high = std::move(next);
    } else {
      low = *std::move(next);
    }
  }
  if (!high.has_value()) return std::nullopt;
  while (true) {
    const std::string middle = Middle(low, *high);
    if (middle == low) break;
    (can_be_read(middle) ? *high : low) = middle;
  }
  return high;
}

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
  return absl::WrapUnique(new RocksStore(std::move(impl)));
}

std::vector<schema::Family> RocksStore::missing_families() const {
  std::vector<schema::Family> missing;
  const absl::StatusOr<Use> use = Begin();
  for (size_t i = 0; use.ok() && i < schema::kFamilyNames.size(); ++i) {
    const auto family = static_cast<schema::Family>(i);
    if ((*use)->Handle(family) == nullptr) missing.push_back(family);
  }
  return missing;
}

absl::Status VisitAround(
    const std::function<std::unique_ptr<rocksdb::Iterator>()>& open, const schema::KeyRange& range,
    size_t key_bytes,
    const std::function<absl::Status(absl::string_view, absl::string_view)>& visit,
    const std::function<void(const RocksStore::Unreadable&)>& skip) {
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
    const std::optional<std::string> behind = SeekBehind(*rows, from, range.end, key_bytes);
    skip({from, behind.value_or(range.end), status.ToString()});
    if (!behind.has_value()) return absl::OkStatus();
    from = *behind;
    // At its end an iterator tells again of an error that it met before; a new one has met none.
    rows = open();
    rows->Seek(ToSlice(from));
  }
}

absl::Status RocksStore::ScanAround(
    schema::Family family, const schema::KeyRange& range,
    const std::function<absl::Status(absl::string_view, absl::string_view)>& visit,
    const std::function<void(const Unreadable&)>& skip) const {
  ASSIGN_OR_RETURN(const Use use, Begin());
  rocksdb::ColumnFamilyHandle* const handle = use->Handle(family);
  if (handle == nullptr) return absl::OkStatus();
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  const rocksdb::Slice end = ToSlice(range.end);
  if (!range.end.empty()) options.iterate_upper_bound = &end;
  const auto open = [&] {
    return std::unique_ptr<rocksdb::Iterator>(use->db->NewIterator(options, handle));
  };
  return VisitAround(open, range, KeyBytesOf(family), visit, skip);
}

}  // namespace tidemark::vault
