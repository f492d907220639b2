#include "verifier/input/tar_names.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "rde/csv/csv_reader.h"
#include "verifier/finding.h"
#include "verifier/input/parts.h"
#include "verifier/input/xml_names.h"

namespace tidemark::verifier {
namespace {

absl::string_view WhyRefused(const base::TarMember& member) {
  using Kind = base::TarMember::Kind;
  switch (member.kind) {
    case Kind::kLink:
      return "is a link";
    case Kind::kSpecial:
      return "is a device, a pipe or something else that is no file";
    case Kind::kSparse:
      return "is a file with holes";
    case Kind::kFile:
    case Kind::kDirectory:
      break;
  }
  if (absl::StartsWith(member.name, "/")) return "has an absolute path";
  const std::vector<absl::string_view> parts = absl::StrSplit(member.name, '/');
  if (std::find(parts.begin(), parts.end(), "..") != parts.end()) return "has \"..\" in its path";
  return "";
}

}  // namespace

bool TarNames::Take(const base::TarMember& member, size_t number) {
  if (flaw_.has_value()) return false;
  if (const absl::string_view why = WhyRefused(member); !why.empty()) {
    Refuse(member, why);
    return false;
  }
  if (member.kind == base::TarMember::Kind::kDirectory) return false;
  const std::string name = member.name.substr(member.name.rfind('/') + 1);
  const auto [it, is_new] = files_.emplace(name, File{member.name, number});
  if (!is_new && it->second.path != member.name) {
    Refuse(member,
           absl::StrCat("has the name of ", Printable(it->second.path), " in another folder"));
    return false;
  }
  it->second.number = number;
  return true;
}

void TarNames::ChooseXml() {
  if (flaw_.has_value()) return;
  std::vector<std::string> names;
  for (const auto& [name, file] : files_) names.push_back(name);
  const std::vector<std::string> xml = XmlNames(names);
  if (xml.size() == 1) {
    xml_ = xml[0];
    return;
  }
  flaw_.emplace();
  flaw_->kind = xml.empty() ? rde::FlawKind::kFilesMissing : rde::FlawKind::kFilesRefused;
  // A tar may be in gzip as a whole, and be of any size: its XML has no need to be.
  if (!xml.empty()) {
    const bool are_parts = JoinParts(xml).size() == 1;
    flaw_->detail = absl::StrCat("the tar holds ", xml.size(),
                                 are_parts ? " parts of an XML file; join them before packing"
                                           : " XML files, and a deposit has one");
  } else if (!XmlNames(names, kZippedXmlExtension).empty()) {
    flaw_->detail =
        "the tar holds its XML file in gzip; put in the XML itself, and zip the whole tar";
  } else {
    flaw_->detail = "the tar holds no XML file";
  }
}

std::optional<size_t> TarNames::Find(const std::string& name) const {
  const auto it = files_.find(name);
  return it == files_.end() ? std::nullopt : std::optional<size_t>(it->second.number);
}

std::vector<std::string> TarNames::OtherNames() const {
  std::vector<std::string> names;
  for (const auto& [name, file] : files_) {
    if (name != xml_) names.push_back(name);
  }
  return names;
}

void TarNames::Refuse(const base::TarMember& member, absl::string_view why) {
  flaw_.emplace();
  flaw_->kind = rde::FlawKind::kFilesRefused;
  flaw_->detail = absl::StrCat("in the tar, ", Printable(member.name), " ", why);
}

}  // namespace tidemark::verifier
