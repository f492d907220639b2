#include "tools/generator/naive_deposit.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace tidemark::generator {
namespace {

// What stands between `open` and `close`, for every occurrence of both.
std::vector<std::string> Between(absl::string_view text, const std::string& open,
                                 const std::string& close) {
  std::vector<std::string> found;
  for (size_t at = text.find(open); at != text.npos; at = text.find(open, at)) {
    at += open.size();
    const size_t end = text.find(close, at);
    if (end == text.npos) break;
    found.emplace_back(text.substr(at, end - at));
    at = end;
  }
  return found;
}

bool Contains(const std::vector<std::string>& values, absl::string_view value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

bool IsPublished(const std::vector<std::string>& statuses) {
  for (const char* status :
       {"clientHold", "serverHold", "inactive", "pendingCreate", "pendingDelete"}) {
    if (Contains(statuses, status)) return false;
  }
  return true;
}

void AddDs(absl::string_view domain, const std::string& name, std::set<std::string>& zone) {
  for (const std::string& ds : Between(domain, "<secDNS:dsData>", "</secDNS:dsData>")) {
    zone.insert(absl::StrCat(name, ". DS ", Value(ds, "secDNS:keyTag"), " ",
                             Value(ds, "secDNS:alg"), " ", Value(ds, "secDNS:digestType"), " ",
                             Value(ds, "secDNS:digest")));
  }
}

}  // namespace

std::vector<std::string> ObjectsOf(absl::string_view deposit, absl::string_view element) {
  return Between(deposit, absl::StrCat("\n  <", element, ">\n"),
                 absl::StrCat("  </", element, ">\n"));
}

std::vector<std::string> Values(absl::string_view object, absl::string_view name) {
  std::vector<std::string> values;
  const std::string close = absl::StrCat("</", name, ">");
  for (const char* after : {">", " "}) {
    for (std::string& text : Between(object, absl::StrCat("<", name, after), close)) {
      const size_t end_of_tag = *after == ' ' ? text.find('>') + 1 : 0;
      values.push_back(text.substr(end_of_tag));
    }
  }
  return values;
}

std::string Value(absl::string_view object, absl::string_view name) {
  const std::vector<std::string> values = Values(object, name);
  return values.empty() ? "" : values.front();
}

std::vector<std::string> Statuses(absl::string_view object, absl::string_view name) {
  return Between(object, absl::StrCat("<", name, " s=\""), "\"");
}

std::map<std::string, int> HeaderCounts(absl::string_view deposit) {
  std::map<std::string, int> counts;
  for (const std::string& text :
       Between(deposit, "<rdeHeader:count uri=\"urn:ietf:params:xml:ns:", "</rdeHeader:count>")) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(text, "\">");
    if (!absl::SimpleAtoi(parts.second, &counts[parts.first])) counts[parts.first] = -1;
  }
  return counts;
}

std::set<std::string> NaiveZone(absl::string_view deposit, absl::string_view tld) {
  std::map<std::string, std::string> hosts;
  for (std::string& host : ObjectsOf(deposit, "rdeHost:host")) {
    hosts[Value(host, "rdeHost:name")] = std::move(host);
  }
  std::set<std::string> zone;
  std::map<std::string, std::vector<std::string>> name_servers_of;  // of published domains
  for (const std::string& domain : ObjectsOf(deposit, "rdeDomain:domain")) {
    const std::vector<std::string> name_servers = Values(domain, "domain:hostObj");
    if (name_servers.empty() || !IsPublished(Statuses(domain, "rdeDomain:status"))) continue;
    const std::string name = Value(domain, "rdeDomain:name");
    for (const std::string& host : name_servers) {
      zone.insert(absl::StrCat(name, ". NS ", host, "."));
      if (!absl::EndsWith(host, absl::StrCat(".", tld))) continue;
      for (const std::string& v4 : Between(hosts[host], "<rdeHost:addr ip=\"v4\">", "<")) {
        zone.insert(absl::StrCat(host, ". A ", v4));
      }
      for (const std::string& v6 : Between(hosts[host], "<rdeHost:addr ip=\"v6\">", "<")) {
        zone.insert(absl::StrCat(host, ". AAAA ", v6));
      }
    }
    AddDs(domain, name, zone);
    name_servers_of[name] = name_servers;
  }
  for (const std::string& nndn : ObjectsOf(deposit, "rdeNNDN:NNDN")) {
    if (!absl::StrContains(nndn, ">mirrored<") ||
        absl::StrContains(nndn, "mirroringNS=\"false\"")) {
      continue;
    }
    for (const std::string& host : name_servers_of[Value(nndn, "rdeNNDN:originalName")]) {
      zone.insert(absl::StrCat(Value(nndn, "rdeNNDN:aName"), ". NS ", host, "."));
    }
  }
  return zone;
}

std::set<std::string> ZoneLines(absl::string_view zone, absl::string_view tld) {
  std::set<std::string> lines;
  for (absl::string_view line : absl::StrSplit(zone, '\n', absl::SkipEmpty())) {
    std::vector<std::string> words = absl::StrSplit(line, ' ');
    const std::string& owner = words[0];
    if (owner == absl::StrCat(tld, ".") || absl::EndsWith(owner, absl::StrCat(".nic.", tld, "."))) {
      continue;
    }
    // Without TTL and class.
    words.erase(words.begin() + 1, words.begin() + 3);
    lines.insert(absl::StrJoin(words, " "));
  }
  return lines;
}

}  // namespace tidemark::generator
