// Mutations of attributes, and of those that XML Schema itself has.
#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/conformance/kinds.h"
#include "tests/conformance/places.h"

namespace tidemark::conformance {
namespace {

bool IsBinding(const Attribute& attribute) { return absl::StartsWith(attribute.name, "xmlns"); }

struct AttributePlace {
  Node* node;
  size_t index;
  Attribute& get() const { return node->attributes[index]; }
};

// Every attribute but namespace bindings; so few elements have any that these are found first.
std::vector<AttributePlace> Attributes(Node& root) {
  std::vector<AttributePlace> found;
  for (const Place& place : Elements(root)) {
    for (size_t i = 0; i < place.node->attributes.size(); ++i) {
      if (!IsBinding(place.node->attributes[i])) found.push_back({place.node, i});
    }
  }
  return found;
}

void Bind(Node& node, absl::string_view prefix, absl::string_view uri) {
  const std::string name = absl::StrCat("xmlns:", prefix);
  if (node.Find(name) == nullptr) node.attributes.push_back({name, std::string(uri)});
}

void AddXsi(Node& node, absl::string_view local, absl::string_view value) {
  Bind(node, "xsi", "http://www.w3.org/2001/XMLSchema-instance");
  node.attributes.push_back({absl::StrCat("xsi:", local), std::string(value)});
}

bool HasXsi(const Node& node) {
  return std::any_of(node.attributes.begin(), node.attributes.end(),
                     [](const Attribute& one) { return absl::StartsWith(one.name, "xsi:"); });
}

}  // namespace

bool AttributeValue(Node& root, Dice& dice) {
  const std::vector<AttributePlace> places = Attributes(root);
  Attribute& attribute = places[dice.Below(places.size())].get();
  switch (dice.Below(4)) {
    case 0:
      attribute.value = EdgeOfLength(dice);
      return true;
    case 1:  // what another attribute has
      attribute.value = places[dice.Below(places.size())].get().value;
      return true;
    case 2: {
      constexpr absl::string_view kSpaces[] = {" ", "\n", "&#10;", "\t ", "&#32;"};
      attribute.value = absl::StrCat(dice.Pick(kSpaces), attribute.value, dice.Pick(kSpaces));
      return true;
    }
    default:
      attribute.value = Escaped(AnyValue(dice));
      return true;
  }
}

bool PerturbAttribute(Node& root, Dice& dice) {
  const std::vector<AttributePlace> places = Attributes(root);
  Attribute& attribute = places[dice.Below(places.size())].get();
  if (absl::StrContains(attribute.value, "&")) return false;
  attribute.value = Escaped(Perturbed(attribute.value, dice));
  return true;
}

bool DropAttribute(Node& root, Dice& dice) {
  const std::vector<AttributePlace> places = Attributes(root);
  const AttributePlace place = places[dice.Below(places.size())];
  place.node->attributes.erase(place.node->attributes.begin() +
                               static_cast<std::ptrdiff_t>(place.index));
  return true;
}

bool AddAttribute(Node& root, Dice& dice) {
  const std::vector<Place> places = Elements(root);
  const Place place = Pick(places, dice);
  // What an element of the same name has elsewhere, and this one perhaps not.
  for (size_t i = 0; i < 3; ++i) {
    const Node& other = *Pick(places, dice).node;
    if (LocalOf(other.name) != LocalOf(place.node->name) || other.attributes.empty()) continue;
    const Attribute& attribute = other.attributes[dice.Below(other.attributes.size())];
    if (place.node->Find(attribute.name) != nullptr) continue;
    place.node->attributes.push_back(Attribute(attribute));
    return true;
  }
  if (const absl::string_view local = LocalOf(place.node->name);
      dice.OneIn(2) && (local == "status" || local == "rgpStatus" || local == "voice")) {
    place.node->attributes.push_back({local == "voice" ? "x" : "lang", dice.OneIn(8) ? "_" : "en"});
    return true;
  }
  constexpr absl::string_view kNames[] = {
      "type",        "id",          "prevId",     "resend",      "s",         "lang",
      "client",      "x",           "flag",       "ip",          "uri",       "rcdn",
      "registrarId", "mirroringNS", "scope",      "element",     "a",         "xml:lang",
      "xml:space",   "xml:base",    "xml:id",     "rde:type",    "unbound:a", "op",
      "urgent",      "ID",          "isRequired", "parent",      "isLoc",     "index",
      "sep",         "cksum",       "cksumAlg",   "compression", "encoding",  "name"};
  constexpr absl::string_view kValues[] = {"en",    "1",    "ok",    "v4",  "v6",      "loc",
                                           "int",   "abc",  "urn:x", "",    "true",    "default",
                                           "admin", "FULL", "0",     "xyz", "preserve"};
  const absl::string_view name = dice.Pick(kNames);
  if (place.node->Find(name) != nullptr) return false;
  place.node->attributes.push_back({std::string(name), std::string(dice.Pick(kValues))});
  return true;
}

bool DuplicateAttribute(Node& root, Dice& dice) {
  const std::vector<AttributePlace> places = Attributes(root);
  const AttributePlace place = places[dice.Below(places.size())];
  const Attribute copy = place.get();
  place.node->attributes.push_back(copy);
  return true;
}

bool RenameAttribute(Node& root, Dice& dice) {
  const std::vector<AttributePlace> places = Attributes(root);
  const AttributePlace place = places[dice.Below(places.size())];
  Attribute& attribute = place.get();
  constexpr absl::string_view kNames[] = {"type", "s", "lang", "uri", "rcdn", "client", "ip", "x"};
  std::string name;
  if (dice.OneIn(3)) {
    name = std::string(dice.Pick(kNames));
  } else if (dice.OneIn(2)) {
    name = places[dice.Below(places.size())].get().name;
  } else if (const std::string prefix(PrefixOf(place.node->name)); !prefix.empty()) {
    name = absl::StrCat(prefix, ":", attribute.name);
  } else {
    name = absl::StrCat(attribute.name, "X");
  }
  if (PrefixOf(name) == "xsi" || (place.node->Find(name) != nullptr && name != attribute.name)) {
    return false;
  }
  attribute.name = name;
  return true;
}

bool XsiType(Node& root, Dice& dice) {
  const Place place = Pick(Elements(root), dice);
  if (IsAnyType(place) || HasXsi(*place.node)) return false;
  struct Named {
    absl::string_view element;  // with the prefix that RFC 9022 gives it
    absl::string_view type;
  };
  constexpr Named kOwn[] = {
      {"rde:deposit", "rde:escrowDepositType"},
      {"rde:contents", "rde:contentsType"},
      {"rde:deletes", "rde:deletesType"},
      {"rde:rdeMenu", "rde:rdeMenuType"},
      {"rde:version", "rde:versionType"},
      {"rde:watermark", "xs:dateTime"},
      {"rde:objURI", "xs:anyURI"},
      {"rdeDomain:domain", "rdeDomain:abstractContentType"},
      {"rdeDomain:name", "eppcom:labelType"},
      {"rdeDomain:roid", "eppcom:roidType"},
      {"rdeDomain:status", "domain:statusType"},
      {"rdeDomain:crRr", "rdeDnrdCommon:rrType"},
      {"rdeDomain:crDate", "xs:dateTime"},
      {"rdeDomain:ns", "domain:nsType"},
      {"rdeDomain:contact", "domain:contactType"},
      {"rdeHost:host", "rdeHost:abstractContentType"},
      {"rdeHost:addr", "host:addrType"},
      {"rdeContact:contact", "rdeContact:abstractContentType"},
      {"rdeContact:postalInfo", "contact:postalInfoType"},
      {"rdeContact:voice", "contact:e164Type"},
      {"rdeContact:disclose", "contact:discloseType"},
      {"rdeHeader:header", "rdeHeader:contentType"},
      {"rdeHeader:count", "rdeHeader:countType"},
      {"rdeHeader:tld", "eppcom:labelType"},
      {"rdeRegistrar:registrar", "rdeRegistrar:abstractContentType"},
      {"rdeRegistrar:gurid", "xs:positiveInteger"},
      {"rdeRegistrar:postalInfo", "rdeRegistrar:postalInfoType"},
      {"rdeRegistrar:name", "rdeRegistrar:nameType"},
      {"rdeIDN:idnTableRef", "rdeIDN:contentType"},
      {"rdeNNDN:NNDN", "rdeNNDN:abstractContentType"},
      {"rdeNNDN:nameState", "rdeNNDN:nameState"},
      {"rdeEppParams:eppParams", "rdeEppParams:abstractContentType"},
      {"rdePolicy:policy", "rdePolicy:policyType"},
      {"contact:name", "contact:postalLineType"},
      {"contact:cc", "contact:ccType"},
      {"domain:hostObj", "eppcom:labelType"},
      {"secDNS:keyTag", "xs:unsignedShort"},
      {"secDNS:dsData", "secDNS:dsDataType"},
      {"secDNS:pubKey", "secDNS:keyType"},
      {"secDNS:digest", "xs:hexBinary"},
      {"secDNS:maxSigLife", "secDNS:maxSigLifeType"},
  };
  // None of these is derived from the type of any element.
  constexpr absl::string_view kForeign[] = {"xs:anyType",
                                            "xs:string",
                                            "xs:gYear",
                                            "xs:NOTATION",
                                            "xs:nothing",
                                            "unbound:type",
                                            "",
                                            "xs:",
                                            ":dateTime",
                                            "dateTime",
                                            "xs:dateTime:x",
                                            "rde:rdeMenuTyp",
                                            "epp:pollType",
                                            "secDNS:remType",
                                            "a b"};
  std::string type(dice.Pick(kForeign));
  if (!dice.OneIn(4)) {
    for (const Named& own : kOwn) {
      if (own.element == place.node->name) type = std::string(own.type);
    }
  }
  for (const absl::string_view space : {"  ", "\n"}) {
    if (dice.OneIn(8)) type = absl::StrCat(space, type, space);
  }
  Bind(*place.node, "xs", "http://www.w3.org/2001/XMLSchema");
  for (const absl::string_view name : {"rde-1.0", "eppcom-1.0", "rdeDnrdCommon-1.0", "domain-1.0",
                                       "contact-1.0", "host-1.0", "secDNS-1.1", "epp-1.0"}) {
    Bind(*place.node, name.substr(0, name.find('-')),
         absl::StrCat("urn:ietf:params:xml:ns:", name));
  }
  AddXsi(*place.node, "type", type);
  return true;
}

bool XsiNil(Node& root, Dice& dice) {
  const Place place = Pick(Elements(root), dice);
  if (HasXsi(*place.node)) return false;
  constexpr absl::string_view kValues[] = {"true", "false", "1", "0", "", "yes", " true "};
  AddXsi(*place.node, "nil", dice.Pick(kValues));
  if (dice.OneIn(2)) place.node->children.clear();
  return true;
}

bool XsiSchemaLocation(Node& root, Dice& dice) {
  const Place place = dice.OneIn(2) ? Elements(root)[0] : Pick(Elements(root), dice);
  if (HasXsi(*place.node)) return false;
  constexpr absl::string_view kPairs[] = {"urn:x x.xsd",
                                          "urn:x",
                                          "",
                                          " ",
                                          "urn:x  x.xsd\n",
                                          "urn:x x.xsd urn:y",
                                          "urn:ietf:params:xml:ns:rde-1.0 rde-1.0.xsd",
                                          "urn:x http://example.com/x.xsd",
                                          "urn:x file:///etc/passwd",
                                          "a b c d",
                                          "a b c",
                                          "% %",
                                          "urn:x %zz",
                                          ":: ::",
                                          "http://[ http://[",
                                          "urn:x #a#b"};
  constexpr absl::string_view kSingles[] = {
      "x.xsd", "", " ", "http://example.com/x.xsd", "a b", "%zz", "#a#b", "::", "http://["};
  const size_t what = dice.Below(6);
  if (what == 0) {
    AddXsi(*place.node, "noNamespaceSchemaLocation", dice.Pick(kSingles));
  } else if (what == 1) {
    constexpr absl::string_view kNames[] = {"schemalocation", "Type", "x", "schemaLocations"};
    AddXsi(*place.node, dice.Pick(kNames), "urn:x x.xsd");
  } else {
    AddXsi(*place.node, "schemaLocation", dice.Pick(kPairs));
  }
  return true;
}

}  // namespace tidemark::conformance
