// Witnesses of a store whose database does not open: the tree heads are looked for in its table
// files, one by one.
#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "rocksdb/options.h"
#include "rocksdb/sst_file_reader.h"
#include "rocksdb/table_properties.h"
#include "vault/fsck/store_check.h"
#include "vault/fsck/store_files.h"

namespace tidemark::vault {
namespace {

constexpr size_t kNamesShown = 5;

// Roots that were signed, by size. A damaged row counts as none: the table is a finding already.
void ReadHeads(const std::string& path, std::map<uint64_t, std::string>& roots) {
  rocksdb::SstFileReader table{rocksdb::Options()};
  if (!table.Open(path).ok()) return;
  const std::shared_ptr<const rocksdb::TableProperties> properties = table.GetTableProperties();
  const absl::string_view log = schema::kFamilyNames[static_cast<size_t>(schema::Family::kLog)];
  if (properties == nullptr || properties->column_family_name != log) return;
  const std::unique_ptr<rocksdb::Iterator> rows(table.NewIterator(rocksdb::ReadOptions()));
  for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
    tidemark::v1::LogRow row;
    tidemark::v1::TreeHeadBody head;
    if (row.ParseFromArray(rows->value().data(), static_cast<int>(rows->value().size())) &&
        head.ParseFromString(row.tree_head().body())) {
      roots.emplace(head.tree_size(), head.root());
    }
  }
}

}  // namespace

absl::Status CompareWithTables(StoreCheck& check) {
  ASSIGN_OR_RETURN(const KeptRoots kept, ReadEvidence(check));
  if (kept.empty()) return absl::OkStatus();
  std::map<uint64_t, std::string> roots;
  ASSIGN_OR_RETURN(const std::vector<std::string> files, ListFiles(check.options.dir));
  for (const std::string& name : files) {
    if (absl::EndsWith(name, ".sst")) ReadHeads(absl::StrCat(check.options.dir, "/", name), roots);
  }
  size_t same = 0;
  std::vector<std::string> not_compared;
  for (const auto& [size, witness] : kept) {
    const auto found = roots.find(size);
    if (found == roots.end()) {
      not_compared.push_back(witness.name);
    } else if (found->second == witness.root) {
      ++same;
    } else {
      check.Add("the log", absl::StrCat("rewritten: at ", size, " leaves it has another root than ",
                                        witness.name, " was signed with"));
    }
  }
  if (same > 0) {
    check.report.remarks.push_back(absl::StrCat(
        same, " witnesses and receipts fit the tree heads in the table files: the log had them"));
  }
  if (!not_compared.empty()) {
    const size_t omitted = not_compared.size() - std::min(not_compared.size(), kNamesShown);
    not_compared.resize(std::min(not_compared.size(), kNamesShown));
    const std::string more = omitted > 0 ? absl::StrCat(" and ", omitted, " more") : "";
    check.report.remarks.push_back(absl::StrCat(
        absl::StrJoin(not_compared, ", "), more,
        ": NOT compared, for no readable table file has the tree head of that size. It may be in "
        "the write-ahead log or in what is damaged; a store that was set back has none either"));
  }
  return absl::OkStatus();
}

}  // namespace tidemark::vault
