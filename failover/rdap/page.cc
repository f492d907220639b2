#include "failover/rdap/page.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "failover/lookup/text.h"
#include "failover/rdap/status_values.h"

namespace tidemark::failover::rdap {
namespace {

constexpr size_t kUsualAnswerBytes = 12 * 1024;
constexpr absl::string_view kActive = "active";

std::string EncodedSegment(absl::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    // The unreserved characters of RFC 3986.
    if (absl::ascii_isalnum(byte) || c == '-' || c == '.' || c == '_' || c == '~') {
      out.push_back(c);
    } else {
      absl::StrAppend(&out, "%", absl::Hex(byte, absl::kZeroPad2));
    }
  }
  return out;
}

// What is missing of an object that is too large for an answer.
std::vector<std::string> LinesOf(const LeftOut& left_out) {
  std::vector<std::string> lines = {
      "The registry has more of this object than is told in an answer."};
  const auto add = [&lines](size_t number, absl::string_view what) {
    if (number > 0) lines.push_back(absl::StrCat("Left out: ", number, " ", what, "."));
  };
  add(left_out.servers, "name servers");
  add(left_out.addresses, "addresses of name servers");
  add(left_out.ds, "DS or key records");
  add(left_out.lines, "lines or forms of postal addresses");
  if (left_out.hosts) lines.emplace_back("Left out: host objects of one name.");
  if (left_out.variants) lines.emplace_back("Left out: variants.");
  if (left_out.delegation) lines.emplace_back("Left out: whether the name is delegated.");
  return lines;
}

}  // namespace

Page::Page(const Lookup& lookup, std::string url)
    : lookup_(lookup), url_(std::move(url)), json_(kUsualAnswerBytes) {}

void Page::WriteHead(Redacted redacted, const std::vector<Notice>& notices) {
  json_.Key("rdapConformance");
  json_.BeginArray();
  json_.Text("rdap_level_0");
  json_.Text("icann_rdap_response_profile_1");
  json_.Text("icann_rdap_technical_implementation_guide_1");
  if (redacted == Redacted::kYes) json_.Text("redacted");
  json_.EndArray();
  json_.Key("notices");
  json_.BeginArray();
  WriteNotice({.title = "Terms of Service",
               .description = {"The terms of service of this registry apply."},
               .links = {{"terms-of-service", config().terms_url, "text/html"}}});
  for (const Notice& notice : notices) WriteNotice(notice);
  json_.EndArray();
  json_.OwnMember("lang", "en");
}

void Page::WriteNotice(const Notice& notice) {
  json_.BeginObject();
  json_.OwnMember("title", notice.title);
  if (!notice.type.empty()) json_.OwnMember("type", notice.type);
  json_.Key("description");
  json_.BeginArray();
  for (const std::string& line : notice.description) json_.OwnText(line);
  json_.EndArray();
  if (!notice.links.empty()) WriteLinks(notice.links);
  json_.EndObject();
}

void Page::WriteLinks(const std::vector<Link>& links) {
  json_.Key("links");
  json_.BeginArray();
  for (const Link& link : links) {
    json_.BeginObject();
    json_.OwnMember("value", link.value.empty() ? absl::string_view(url_) : link.value);
    json_.OwnMember("rel", link.rel);
    json_.OwnMember("href", link.href);
    json_.OwnMember("type", link.type);
    json_.EndObject();
  }
  json_.EndArray();
}

void Page::WriteStatuses(std::initializer_list<const std::vector<std::string>*> epp) {
  std::vector<absl::string_view> values;
  for (const std::vector<std::string>* statuses : epp) {
    for (const std::string& status : *statuses) {
      const absl::string_view value = RdapStatus(status);
      if (value.empty() || std::find(values.begin(), values.end(), value) != values.end()) continue;
      values.push_back(value);
    }
  }
  // In EPP grace periods stand beside the statuses, here among them; "active" says that there is
  // nothing else (RFC 5731 section 2.3), but for references to it (RFC 5732 section 2.3).
  if (std::any_of(values.begin(), values.end(), [](absl::string_view value) {
        return value != kActive && value != "associated";
      })) {
    values.erase(std::remove(values.begin(), values.end(), kActive), values.end());
  }
  if (values.empty()) return;
  json_.Key("status");
  json_.BeginArray();
  for (const absl::string_view value : values) json_.Text(value);
  json_.EndArray();
}

void Page::WriteEvent(absl::string_view action, absl::Time time) {
  const std::string date = DateText(time);
  if (date.empty()) return;
  json_.BeginObject();
  json_.OwnMember("eventAction", action);
  json_.OwnMember("eventDate", date);
  json_.EndObject();
}

void Page::WriteEvents(const Dates& dates) {
  json_.Key("events");
  json_.BeginArray();
  if (dates.created) WriteEvent("registration", *dates.created);
  if (dates.expires) WriteEvent("expiration", *dates.expires);
  if (dates.updated) WriteEvent("last changed", *dates.updated);
  if (dates.transferred) WriteEvent("transfer", *dates.transferred);
  WriteEvent("last update of RDAP database", lookup_.watermark());
  json_.EndArray();
}

void Page::WriteRemarks(const LeftOut& left_out, std::vector<Notice> remarks) {
  if (left_out.is_cut() || json_.is_cut()) {
    remarks.push_back({.title = "Truncated",
                       .type = "object truncated due to unexplainable reasons",
                       .description = LinesOf(left_out)});
  }
  if (left_out.statuses > 0) {
    remarks.push_back({.title = "Statuses",
                       .description = {absl::StrCat(left_out.statuses,
                                                    " without a registered value: left out.")}});
  }
  if (remarks.empty()) return;
  json_.Key("remarks");
  json_.BeginArray();
  for (const Notice& remark : remarks) WriteNotice(remark);
  json_.EndArray();
}

std::string UrlOf(const RddsConfig& config, absl::string_view kind, absl::string_view object) {
  return absl::StrCat(config.base_url, kind, "/", EncodedSegment(object));
}

}  // namespace tidemark::failover::rdap
