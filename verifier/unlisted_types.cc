#include "verifier/unlisted_types.h"

#include <algorithm>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "verifier/finding.h"
#include "verifier/finding_log.h"

namespace tidemark::verifier {

void UnlistedTypes::OnDeposit(const rde::DepositInfo& info, const rde::Position& at) {
  menu_.insert(info.menu_uris.begin(), info.menu_uris.end());
  sink_.OnDeposit(info, at);
}

void UnlistedTypes::OnRecord(const rde::Record& record, const rde::Position& at) {
  if (const auto* table = std::get_if<rde::CsvTable>(&record)) {
    tables_.emplace(std::make_pair(table->uri, table->deletes), at);
  } else if (const auto* header = std::get_if<rde::Header>(&record)) {
    if (!has_header_) {
      for (const rde::HeaderCount& count : header->counts) header_.insert(count.uri);
    }
    has_header_ = true;
  } else if (const auto* deletion = std::get_if<rde::Delete>(&record)) {
    // Deletes of both models are called by the XML model's namespace.
    if (!menu_.contains(deletion->uri) && !menu_.contains(rde::CsvUriOf(deletion->uri))) {
      const auto table = tables_.find({std::string(rde::CsvUriOf(deletion->uri)), true});
      Note(deletion->uri, at.file == 0 || table == tables_.end() ? at : table->second, deletes_);
    }
  } else {
    const absl::string_view xml_uri = rde::UriOf(record);
    const absl::string_view uri = at.file == 0 ? xml_uri : rde::CsvUriOf(xml_uri);
    if (!menu_.contains(uri)) {
      const auto table = tables_.find({std::string(uri), false});
      Note(uri, at.file == 0 || table == tables_.end() ? at : table->second, contents_);
    }
  }
  sink_.OnRecord(record, at);
}

void UnlistedTypes::Note(absl::string_view uri, const rde::Position& at, ByUri& out) {
  auto it = out.find(uri);
  if (it == out.end()) {
    kept_bytes_ += uri.size() + base::kKeptEntryBytes;
    over_limit_ = over_limit_ || kept_bytes_ > base::kKeptTextBytesMax;
    if (over_limit_) return;
    it = out.emplace(std::string(uri), Objects{0, at}).first;
  }
  ++it->second.count;
}

void UnlistedTypes::Tell(DepositChecker& checker) const {
  if (over_limit_) return;
  std::vector<Finding> findings;
  const auto add = [&findings](const std::string& uri, const Objects& objects,
                               std::string message) {
    findings.push_back({Code::kUnexpectedObject, LabelOf(Subject{"namespace", uri, objects.first}),
                        objects.first, std::move(message), "", 0});
  };
  for (const auto& [uri, objects] : contents_) {
    if (has_header_ && !header_.contains(uri)) continue;
    add(uri, objects,
        absl::StrCat(objects.count, " objects of a type that the menu does not list"));
  }
  for (const auto& [uri, objects] : deletes_) {
    add(uri, objects, "deletes of a type that the menu does not list");
  }
  if (findings.empty()) return;
  const auto count = static_cast<int64_t>(findings.size());
  std::sort(findings.begin(), findings.end(), InReportOrder);
  findings.resize(std::min(findings.size(), base::kFindingsPerCodeMax));
  checker.AddFindings(Code::kUnexpectedObject, count, std::move(findings));
}

}  // namespace tidemark::verifier
