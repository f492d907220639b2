#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "failover/rdap/objects.h"

namespace tidemark::failover::rdap {
namespace {

void WriteAddresses(const std::vector<Address>& addresses, JsonWriter& json) {
  if (addresses.empty()) return;
  json.Key("ipAddresses");
  json.BeginObject();
  using FamilyName = std::pair<AddressFamily, const char*>;
  for (const auto& [family, name] :
       {FamilyName{AddressFamily::kIpv4, "v4"}, FamilyName{AddressFamily::kIpv6, "v6"}}) {
    bool first = true;
    for (const Address& address : addresses) {
      if (address.family != family) continue;
      if (first) {
        json.Key(name);
        json.BeginArray();
        first = false;
      }
      json.Text(address.text);
    }
    if (!first) json.EndArray();
  }
  json.EndObject();
}

}  // namespace

void WriteServerMembers(const ServerFacts& server, Page& page) {
  JsonWriter& json = page.json();
  json.Member("objectClassName", "nameserver");
  if (!server.roid.empty()) json.Member("handle", server.roid);
  json.Member("ldhName", server.name);
  if (!server.unicode_name.empty()) json.Member("unicodeName", server.unicode_name);
  page.WriteStatuses({&server.statuses});
  WriteAddresses(server.addresses, json);
}

void WriteNameserver(const ServerFacts& server, Page& page) {
  JsonWriter& json = page.json();
  json.BeginObject();
  page.WriteHead(Redacted::kNo, {});
  WriteServerMembers(server, page);
  if (server.registrar != nullptr) {
    json.Key("entities");
    json.BeginArray();
    WriteSponsor(*server.registrar, page);
    json.EndArray();
  }
  page.WriteLinks({{"self", page.UrlOf("nameserver", server.name), kMediaType}});
  page.WriteEvents(server.dates);
  std::vector<Notice> remarks;
  if (server.objects > 1) {
    remarks.push_back({.title = "Shared name",
                       .description = {absl::StrCat(server.objects,
                                                    " hosts have this name. Shown is the first of ",
                                                    "them, with the addresses of all.")}});
  }
  page.WriteRemarks(server.left_out, std::move(remarks));
  page.WritePort43();
  json.EndObject();
}

}  // namespace tidemark::failover::rdap
