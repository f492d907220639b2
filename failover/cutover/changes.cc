#include "failover/cutover/changes.h"

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace tidemark::failover {

bool Has(const std::vector<std::string>& texts, const std::string& text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

std::optional<std::vector<std::string>> ShownDs(const CutoverFacts& facts) {
  if (facts.old_ds.has_value()) return facts.old_ds;
  if (facts.old_zone.has_value() && !facts.old_zone->ds.empty()) return facts.old_zone->ds;
  return std::nullopt;
}

// An old zone without keys says nothing about the parent: files are often written unsigned and
// signed by the server.
KeyCase CaseOf(const CutoverFacts& facts) {
  const std::optional<std::vector<std::string>> shown = ShownDs(facts);
  if (!shown.has_value()) return KeyCase::kLostKeys;
  if (shown->empty()) return KeyCase::kUnsigned;
  const bool any_fits = std::any_of(shown->begin(), shown->end(), [&](const std::string& ds) {
    return FitOf(facts, ds) != Fit::kNo;
  });
  return any_fits ? KeyCase::kOldKeys : KeyCase::kLostKeys;
}

Fit FitOf(const CutoverFacts& facts, const std::string& ds) {
  if (Has(facts.new_zone.ds, ds)) return Fit::kYes;
  const std::vector<absl::string_view> words = absl::StrSplit(ds, ' ');
  if (words.size() != 4 || words[2] == "1" || words[2] == "2" || words[2] == "4") return Fit::kNo;
  const std::string key = absl::StrCat(words[0], " ", words[1], " ");
  for (const std::string& own : facts.new_zone.ds) {
    if (absl::StartsWith(own, key)) return Fit::kByTag;
  }
  return Fit::kNo;
}

void AddServerChanges(const CutoverFacts& facts, std::vector<RecordChange>& changes) {
  const std::vector<NameServer> none;
  const std::vector<NameServer>& old = facts.old_zone ? facts.old_zone->servers : none;
  const std::vector<NameServer>& now = facts.new_zone.servers;
  const auto find = [](const std::vector<NameServer>& servers, const std::string& name) {
    return std::find_if(servers.begin(), servers.end(),
                        [&](const NameServer& server) { return server.name == name; });
  };
  const auto glue = [&](ChangeAction action, const std::string& name, const std::string& address) {
    changes.push_back({action, name, absl::StrContains(address, ':') ? "AAAA" : "A", address});
  };
  if (!facts.old_zone.has_value()) {
    changes.push_back({ChangeAction::kRemove, facts.tld, "NS", "*"});
  }
  for (const NameServer& server : old) {
    const auto kept = find(now, server.name);
    if (kept == now.end()) {
      changes.push_back({ChangeAction::kRemove, facts.tld, "NS", server.name + "."});
    }
    for (const std::string& address : server.addresses) {
      if (kept == now.end() || !Has(kept->addresses, address)) {
        glue(ChangeAction::kRemove, server.name, address);
      }
    }
  }
  for (const NameServer& server : now) {
    const auto had = find(old, server.name);
    changes.push_back({had == old.end() ? ChangeAction::kAdd : ChangeAction::kKeep, facts.tld, "NS",
                       server.name + "."});
    for (const std::string& address : server.addresses) {
      const bool same = had != old.end() && Has(had->addresses, address);
      glue(same ? ChangeAction::kKeep : ChangeAction::kAdd, server.name, address);
    }
  }
}

bool HasStaleDs(const CutoverFacts& facts) {
  const std::vector<std::string> shown = ShownDs(facts).value_or(std::vector<std::string>());
  return std::any_of(shown.begin(), shown.end(),
                     [&facts](const std::string& ds) { return FitOf(facts, ds) == Fit::kNo; });
}

void AddKeptDs(const CutoverFacts& facts, std::vector<RecordChange>& changes) {
  for (const std::string& ds : ShownDs(facts).value_or(std::vector<std::string>())) {
    changes.push_back({ChangeAction::kKeep, facts.tld, "DS", ds});
  }
}

void AddDsRemoval(const CutoverFacts& facts, std::vector<RecordChange>& changes) {
  const std::vector<std::string> old = ShownDs(facts).value_or(std::vector<std::string>());
  bool keeps = false;
  for (const std::string& ds : old) keeps = keeps || FitOf(facts, ds) != Fit::kNo;
  // What was not looked up at the parent may be more than what the old keys say.
  if (!keeps && !facts.old_ds.has_value()) {
    changes.push_back({ChangeAction::kRemove, facts.tld, "DS", "*"});
    return;
  }
  for (const std::string& ds : old) {
    const bool fits = FitOf(facts, ds) != Fit::kNo;
    changes.push_back({fits ? ChangeAction::kKeep : ChangeAction::kRemove, facts.tld, "DS", ds});
  }
}

// One of SHA-256 is what every validator knows (RFC 8624 section 3.3); others say the same again.
void AddNewDs(const CutoverFacts& facts, std::vector<RecordChange>& changes) {
  for (const std::string& ds : facts.new_zone.ds) {
    const std::vector<absl::string_view> words = absl::StrSplit(ds, ' ');
    if (words.size() == 4 && words[2] == "2") {
      changes.push_back({ChangeAction::kAdd, facts.tld, "DS", ds});
    }
  }
}

absl::string_view KeyCaseName(KeyCase key_case) {
  switch (key_case) {
    case KeyCase::kOldKeys:
      return "old-keys";
    case KeyCase::kLostKeys:
      return "lost-keys";
    case KeyCase::kUnsigned:
      return "unsigned";
  }
  return "";
}

absl::string_view ChangeActionName(ChangeAction action) {
  switch (action) {
    case ChangeAction::kAdd:
      return "add";
    case ChangeAction::kRemove:
      return "remove";
    case ChangeAction::kKeep:
      return "keep";
  }
  return "";
}

absl::string_view SeenName(Seen seen) {
  switch (seen) {
    case Seen::kSecure:
      return "secure";
    case Seen::kInsecure:
      return "insecure";
    case Seen::kBogus:
      return "bogus";
    case Seen::kUnreachable:
      return "unreachable";
  }
  return "";
}

}  // namespace tidemark::failover
