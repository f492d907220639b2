#include "verifier/finding_log.h"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace tidemark::verifier {

bool InReportOrder(const Finding& a, const Finding& b) {
  const auto rank = [](const Finding& finding) {
    return std::make_tuple(-static_cast<int>(InfoOf(finding.code).severity),
                           static_cast<int>(finding.code),
                           finding.at.has_value() ? finding.at->file : 0,
                           finding.at.has_value() ? finding.at->offset : -1);
  };
  const auto rank_a = rank(a);
  const auto rank_b = rank(b);
  if (rank_a != rank_b) return rank_a < rank_b;
  return std::tie(a.object, a.message) < std::tie(b.object, b.message);
}

void FindingLog::RaiseLate(Code code, int64_t count, std::vector<Finding> findings) {
  counts_[static_cast<size_t>(code)] += count;
  for (Finding& finding : findings) {
    finding.code = code;
    findings_.push_back(std::move(finding));
  }
}

std::vector<Finding> FindingLog::Take() {
  std::vector<Finding> all = std::move(findings_);
  std::sort(all.begin(), all.end(), InReportOrder);
  std::vector<Finding> kept;
  size_t of_code = 0;
  for (Finding& finding : all) {
    of_code = !kept.empty() && kept.back().code == finding.code ? of_code + 1 : 1;
    if (of_code > base::kFindingsPerCodeMax) continue;
    finding.count = count(finding.code);
    kept.push_back(std::move(finding));
  }
  return kept;
}

void Tally::Move(Code code, FindingLog& log) {
  log.RaiseLate(code, count_, std::move(findings_));
  count_ = 0;
  findings_.clear();
}

}  // namespace tidemark::verifier
