// Collects findings: bounded a code, counted truly, ordered by place and never by luck.
//
// Order of the result: severity (worst first), code (catalogue order), byte offset, object,
// message. Of one code the first base::kFindingsPerCodeMax in the file are kept.
#ifndef TIDEMARK_VERIFIER_FINDING_LOG_H_
#define TIDEMARK_VERIFIER_FINDING_LOG_H_

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "verifier/finding.h"

namespace tidemark::verifier {

class FindingLog {
 public:
  // A flaw met while reading, in document order. The message is built only if it is kept. Returns
  // the finding kept (to add a sample), or null; valid until the next call.
  template <typename... Parts>
  Finding* Raise(Code code, const Subject& subject, const Parts&... message) {
    if (++counts_[static_cast<size_t>(code)] > static_cast<int64_t>(base::kFindingsPerCodeMax)) {
      return nullptr;
    }
    return Keep({code, LabelOf(subject), subject.at, absl::StrCat(message...), "", 0});
  }

  // Flaws known only at the end: adds `count` to the code's count and keeps `findings`, of which
  // there need not be more than kFindingsPerCodeMax, the first in the file.
  void RaiseLate(Code code, int64_t count, std::vector<Finding> findings);

  int64_t count(Code code) const { return counts_[static_cast<size_t>(code)]; }

  // Everything, in order, with its true counts.
  std::vector<Finding> Take();

 private:
  Finding* Keep(Finding finding) {
    findings_.push_back(std::move(finding));
    return &findings_.back();
  }

  std::array<int64_t, kCodeCount> counts_{};
  std::vector<Finding> findings_;
};

// Whether the finding stands before another in a report.
bool InReportOrder(const Finding& a, const Finding& b);

// A tally of one flaw until it is known whether it is one: a count, and the first in the file.
class Tally {
 public:
  template <typename... Parts>
  void Add(const Subject& subject, const Parts&... message) {
    if (++count_ > static_cast<int64_t>(base::kFindingsPerCodeMax)) return;
    findings_.push_back({Code{}, LabelOf(subject), subject.at, absl::StrCat(message...), "", 0});
  }
  // Whether the next would only be counted.
  bool full() const { return count_ >= static_cast<int64_t>(base::kFindingsPerCodeMax); }
  void Count(int64_t more = 1) { count_ += more; }
  int64_t count() const { return count_; }
  // As findings of `code`.
  void Move(Code code, FindingLog& log);

 private:
  int64_t count_ = 0;
  std::vector<Finding> findings_;
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_FINDING_LOG_H_
