#include "rde/replay/naive_replay.h"

#include <algorithm>
#include <set>
#include <utility>
#include <variant>

#include "absl/strings/ascii.h"

namespace tidemark::rde {
namespace {

using Key = std::pair<std::string, std::string>;

// What an object is replaced by; ("", "") if by nothing.
Key KeyOfObject(const Record& record) {
  if (const auto* domain = std::get_if<Domain>(&record)) {
    return {"domain", absl::AsciiStrToLower(domain->name)};
  }
  if (const auto* nndn = std::get_if<Nndn>(&record)) {
    return {"nndn", absl::AsciiStrToLower(nndn->a_name)};
  }
  if (const auto* host = std::get_if<Host>(&record)) return {"host", host->roid};
  if (const auto* contact = std::get_if<Contact>(&record)) return {"contact", contact->id};
  if (const auto* registrar = std::get_if<Registrar>(&record)) return {"registrar", registrar->id};
  if (const auto* table = std::get_if<IdnTableRef>(&record)) return {"table", table->id};
  return {};
}

bool IsMeant(const Delete& deletion, const Record& record) {
  const std::string lower = absl::AsciiStrToLower(deletion.key);
  if (deletion.uri == kDomainUri) return KeyOfObject(record) == Key{"domain", lower};
  if (deletion.uri == kNndnUri) return KeyOfObject(record) == Key{"nndn", lower};
  if (deletion.uri == kContactUri) return KeyOfObject(record) == Key{"contact", deletion.key};
  if (deletion.uri == kRegistrarUri) return KeyOfObject(record) == Key{"registrar", deletion.key};
  if (deletion.uri == kIdnUri) return KeyOfObject(record) == Key{"table", deletion.key};
  const auto* host = std::get_if<Host>(&record);
  if (host == nullptr || deletion.uri != kHostUri) return false;
  return deletion.key_kind == Delete::KeyKind::kRoid ? host->roid == deletion.key
                                                     : absl::AsciiStrToLower(host->name) == lower;
}

void ApplyDeletes(const NaiveDeposit& deposit, NaiveRepository& out) {
  const std::vector<Record> before = out.objects;
  std::set<std::string> seen;
  for (const Record& record : deposit.records) {
    const auto* deletion = std::get_if<Delete>(&record);
    if (deletion == nullptr) continue;
    const bool by_name = deletion->uri == kDomainUri || deletion->uri == kNndnUri ||
                         (deletion->uri == kHostUri && deletion->key_kind == Delete::KeyKind::kId);
    const std::string text = by_name ? absl::AsciiStrToLower(deletion->key) : deletion->key;
    const char kind = deletion->key_kind == Delete::KeyKind::kRoid ? 'r' : 'i';
    if (!seen.insert(deletion->uri + kind + text).second) {
      ++out.repeated;
      continue;
    }
    const auto is_meant = [&](const Record& object) { return IsMeant(*deletion, object); };
    if (std::none_of(before.begin(), before.end(), is_meant)) ++out.deletes_of_nothing;
    std::erase_if(out.objects, is_meant);
  }
}

void ApplyContents(const NaiveDeposit& deposit, NaiveRepository& out) {
  std::set<Key> seen;
  bool has_params = false;
  bool has_policies = false;
  for (const Record& record : deposit.records) {
    if (std::holds_alternative<Delete>(record) || std::holds_alternative<Header>(record)) continue;
    if (std::holds_alternative<EppParams>(record) && !std::exchange(has_params, true)) {
      std::erase_if(out.objects,
                    [](const Record& r) { return std::holds_alternative<EppParams>(r); });
    }
    if (std::holds_alternative<Policy>(record) && !std::exchange(has_policies, true)) {
      std::erase_if(out.objects, [](const Record& r) { return std::holds_alternative<Policy>(r); });
    }
    const Key key = KeyOfObject(record);
    if (!key.second.empty()) {
      if (!seen.insert(key).second) ++out.repeated;
      std::erase_if(out.objects, [&](const Record& r) { return KeyOfObject(r) == key; });
    }
    out.objects.push_back(record);
  }
}

}  // namespace

NaiveRepository NaiveReplay(const std::vector<NaiveDeposit>& chain) {
  size_t full = 0;
  size_t next = 0;
  for (size_t i = 0; i < chain.size(); ++i) {
    if (chain[i].info.type == "FULL") full = i, next = i + 1;
    if (chain[i].info.type == "INCR") next = i;
  }
  NaiveRepository out;
  for (const NaiveDeposit& deposit : chain) {
    if (deposit.info.type != "FULL") continue;
    out.deletes_in_full +=
        std::count_if(deposit.records.begin(), deposit.records.end(),
                      [](const Record& record) { return std::holds_alternative<Delete>(record); });
  }
  for (const Record& record : chain[full].records) {
    if (!std::holds_alternative<Delete>(record) && !std::holds_alternative<Header>(record)) {
      out.objects.push_back(record);
    }
  }
  for (; next < chain.size(); ++next) {
    ApplyDeletes(chain[next], out);
    ApplyContents(chain[next], out);
  }
  return out;
}

}  // namespace tidemark::rde
