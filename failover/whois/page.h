// Lines of an answer: the only place where a value becomes a line. Private to whois/.
#ifndef TIDEMARK_FAILOVER_WHOIS_PAGE_H_
#define TIDEMARK_FAILOVER_WHOIS_PAGE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "failover/lookup/limits.h"

namespace tidemark::failover::whois {

inline constexpr size_t kUsualAnswerBytes = 2048;

class Page {
 public:
  Page() { out_.reserve(kUsualAnswerBytes); }

  // "Key: value", also for an empty value: specification 4 wants its keys there. Characters that a
  // terminal obeys become '?'. A value is cut at kValueBytesMax, and after kAnswerBytesMax lines
  // are left out (lookup/limits.h).
  void Line(absl::string_view key, absl::string_view value);
  void DateLine(absl::string_view key, const std::optional<absl::Time>& time);
  // A line of ours, as it is.
  void Plain(absl::string_view text);
  // A line that something is missing, if it is: for limits of `left_out`, or of this page.
  void LeftOutLine(const LeftOut& left_out);
  // ">>> Last update of WHOIS database: ... <<<" and the disclaimer behind a blank line.
  void End(absl::Time last_update, absl::string_view terms_url);

  std::string Take() && { return std::move(out_); }

 private:
  std::string out_;
  bool is_cut_ = false;
};

}  // namespace tidemark::failover::whois

#endif  // TIDEMARK_FAILOVER_WHOIS_PAGE_H_
