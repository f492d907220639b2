// One answer being written, and the members that several object classes have: RFC 9083 section 4.
// Private to rdap/. Threads: a value of one thread.
#ifndef TIDEMARK_FAILOVER_RDAP_PAGE_H_
#define TIDEMARK_FAILOVER_RDAP_PAGE_H_

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "failover/lookup/lookup.h"
#include "failover/rdap/json_writer.h"

namespace tidemark::failover::rdap {

inline constexpr absl::string_view kMediaType = "application/rdap+json";

struct Link {
  absl::string_view rel;
  std::string href;
  absl::string_view type;
  absl::string_view value = {};  // "": the page's URL
};

// A notice or a remark: RFC 9083 section 4.3.
struct Notice {
  absl::string_view title;
  absl::string_view type = {};  // of the registry "RDAP JSON Values"
  std::vector<std::string> description;
  std::vector<Link> links = {};
};

enum class Redacted { kNo, kYes };

// The URL of an object of ours; `object` is percent-encoded.
std::string UrlOf(const RddsConfig& config, absl::string_view kind, absl::string_view object);

class Page {
 public:
  // `lookup` must outlive it. `url` is what links have as their value: of the object that was asked
  // for in its canonical form, never what stood in the request.
  Page(const Lookup& lookup, std::string url);
  void set_url(std::string url) { url_ = std::move(url); }

  JsonWriter& json() { return json_; }
  const Lookup& lookup() const { return lookup_; }
  const RddsConfig& config() const { return lookup_.config(); }

  // rdapConformance, notices (the terms of service first) and lang: what begins every answer.
  void WriteHead(Redacted redacted, const std::vector<Notice>& notices);
  void WriteLinks(const std::vector<Link>& links);
  // status: those that RDAP has, each once.
  void WriteStatuses(std::initializer_list<const std::vector<std::string>*> epp);
  // Of the topmost object, with the last update of the database.
  void WriteEvents(const Dates& dates);
  // remarks of the topmost object: these, and what is left out of it. After all that may be cut.
  void WriteRemarks(const LeftOut& left_out, std::vector<Notice> remarks = {});
  // port43 of the topmost object.
  void WritePort43() { json_.OwnMember("port43", config().whois_server); }

  std::string UrlOf(absl::string_view kind, absl::string_view object) const {
    return rdap::UrlOf(config(), kind, object);
  }

  std::string Take() && { return std::move(json_).Take(); }

 private:
  void WriteNotice(const Notice& notice);
  void WriteEvent(absl::string_view action, absl::Time time);

  const Lookup& lookup_;
  std::string url_;
  JsonWriter json_;
};

}  // namespace tidemark::failover::rdap

#endif  // TIDEMARK_FAILOVER_RDAP_PAGE_H_
