#include "rde/replay/key.h"

#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"

namespace tidemark::rde {
namespace {

std::optional<ObjectKey> Make(KeyedKind kind, absl::string_view text) {
  if (text.empty() || text.size() > kReplayKeyBytesMax) return std::nullopt;
  return ObjectKey{kind, std::string(text)};
}

std::optional<ObjectKey> MakeName(KeyedKind kind, absl::string_view name) {
  return Make(kind, absl::AsciiStrToLower(absl::StripSuffix(name, ".")));
}

struct KeyVisitor {
  using Result = std::optional<ObjectKey>;
  Result operator()(const Domain& r) const { return MakeName(KeyedKind::kDomain, r.name); }
  Result operator()(const Nndn& r) const { return MakeName(KeyedKind::kNndn, r.a_name); }
  Result operator()(const Contact& r) const { return Make(KeyedKind::kContact, r.id); }
  Result operator()(const Registrar& r) const { return Make(KeyedKind::kRegistrar, r.id); }
  Result operator()(const IdnTableRef& r) const { return Make(KeyedKind::kIdnTable, r.id); }
  Result operator()(const Host& r) const { return Make(KeyedKind::kHostRoid, r.roid); }
  Result operator()(const Header&) const { return std::nullopt; }
  Result operator()(const EppParams&) const { return std::nullopt; }
  Result operator()(const Policy&) const { return std::nullopt; }
  Result operator()(const Delete&) const { return std::nullopt; }
  Result operator()(const UnknownObject&) const { return std::nullopt; }
};

// Deletes are given in either model.
struct DeleteRow {
  absl::string_view xml_uri;
  absl::string_view csv_uri;
  KeyedKind kind;
};
constexpr DeleteRow kDeleteRows[] = {
    {kDomainUri, "urn:ietf:params:xml:ns:csvDomain-1.0", KeyedKind::kDomain},
    {kNndnUri, "urn:ietf:params:xml:ns:csvNNDN-1.0", KeyedKind::kNndn},
    {kContactUri, "urn:ietf:params:xml:ns:csvContact-1.0", KeyedKind::kContact},
    {kRegistrarUri, "urn:ietf:params:xml:ns:csvRegistrar-1.0", KeyedKind::kRegistrar},
    {kIdnUri, "urn:ietf:params:xml:ns:csvIDN-1.0", KeyedKind::kIdnTable},
    {kHostUri, "urn:ietf:params:xml:ns:csvHost-1.0", KeyedKind::kHostName},
};

bool IsName(KeyedKind kind) {
  return kind == KeyedKind::kDomain || kind == KeyedKind::kNndn || kind == KeyedKind::kHostName;
}

}  // namespace

std::optional<ObjectKey> KeyOf(const Record& object) { return std::visit(KeyVisitor(), object); }

std::optional<ObjectKey> KeyOf(const Delete& deletion) {
  for (const DeleteRow& row : kDeleteRows) {
    if (deletion.uri != row.xml_uri && deletion.uri != row.csv_uri) continue;
    if (deletion.key_kind == Delete::KeyKind::kRoid) {
      if (row.kind != KeyedKind::kHostName) return std::nullopt;
      return Make(KeyedKind::kHostRoid, deletion.key);
    }
    return IsName(row.kind) ? MakeName(row.kind, deletion.key) : Make(row.kind, deletion.key);
  }
  return std::nullopt;
}

std::optional<ObjectKey> NameKeyOf(const Host& host) {
  return MakeName(KeyedKind::kHostName, host.name);
}

void AppendSortPrefix(const ObjectKey& key, std::string& out) {
  out.push_back(static_cast<char>(key.kind));
  out.push_back(static_cast<char>(key.text.size() >> 8));
  out.push_back(static_cast<char>(key.text.size() & 0xff));
  out.append(key.text);
}

ObjectKey TakeSortPrefix(absl::string_view& bytes) {
  const auto at = [&bytes](size_t i) { return static_cast<uint8_t>(bytes[i]); };
  const size_t size = static_cast<size_t>(at(1)) << 8 | at(2);
  ObjectKey key{static_cast<KeyedKind>(at(0)), std::string(bytes.substr(3, size))};
  bytes.remove_prefix(3 + size);
  return key;
}

absl::string_view UriOf(KeyedKind kind) {
  if (kind == KeyedKind::kHostRoid) return kHostUri;
  for (const DeleteRow& row : kDeleteRows) {
    if (row.kind == kind) return row.xml_uri;
  }
  return "";
}

}  // namespace tidemark::rde
