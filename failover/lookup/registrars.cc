#include "failover/lookup/registrars.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "failover/lookup/limits.h"
#include "failover/lookup/text.h"

namespace tidemark::failover {
namespace {

// One character more than is told, by which whoever tells it sees that there was more.
void Cut(std::string& value) { value.resize(CutAt(value, kValueBytesMax + 4).size()); }

template <typename T>
void CutList(size_t max, std::vector<T>& list, LeftOut& left_out) {
  if (list.size() <= max) return;
  left_out.lines += list.size() - max;
  list.resize(max);
}

// An object may have a megabyte, and all of them stay in memory.
rde::Registrar CutToLimits(rde::Registrar registrar, LeftOut& left_out) {
  CutList(kPostalFormsMax, registrar.postal_infos, left_out);
  for (rde::PostalInfo& info : registrar.postal_infos) {
    CutList(kStreetsMax, info.address.streets, left_out);
    for (std::string& street : info.address.streets) Cut(street);
    for (std::string* value :
         {&info.address.city, &info.address.sp, &info.address.pc, &info.address.cc}) {
      Cut(*value);
    }
  }
  for (std::string* value :
       {&registrar.name, &registrar.gurid, &registrar.status, &registrar.voice.number,
        &registrar.voice.extension, &registrar.fax.number, &registrar.fax.extension,
        &registrar.email, &registrar.url, &registrar.whois_name, &registrar.whois_url}) {
    Cut(*value);
  }
  return registrar;
}

}  // namespace

absl::StatusOr<RegistrarDirectory> RegistrarDirectory::Load(const RegistryStore& store,
                                                            const RddsConfig& config) {
  RegistrarDirectory directory;
  RETURN_IF_ERROR(store.ForEachRegistrar([&](const rde::Registrar& registrar) -> absl::Status {
    if (directory.by_id_.size() == kRegistrarsMax) {
      return absl::ResourceExhaustedError(
          absl::StrCat("more than ", kRegistrarsMax, " registrars"));
    }
    directory.Add(registrar, config);
    return absl::OkStatus();
  }));
  for (const auto& [handle, facts] : directory.by_handle_) {
    facts->can_be_asked_for =
        !handle.empty() && handle.size() <= kHandleBytesMax && IsShowable(handle);
  }
  return directory;
}

void RegistrarDirectory::Add(const rde::Registrar& registrar, const RddsConfig& config) {
  auto facts = std::make_shared<RegistrarFacts>();
  facts->has_iana_id = IsIanaId(registrar.gurid);
  facts->handle = facts->has_iana_id ? registrar.gurid : registrar.id;
  facts->record = CutToLimits(registrar, facts->left_out);
  const auto addition = config.registrars.find(registrar.gurid);
  if (addition != config.registrars.end()) facts->addition = addition->second;
  by_id_.emplace(registrar.id, facts);
  by_name_.emplace(absl::AsciiStrToLower(facts->record.name), facts);
  // An IANA id is everybody's word for a registrar; an id of the registry's own must not take it.
  const auto [holder, is_new] = by_handle_.emplace(facts->handle, facts);
  if (!is_new && facts->has_iana_id && !holder->second->has_iana_id) holder->second = facts;
}

std::shared_ptr<const RegistrarFacts> RegistrarDirectory::SponsorOf(absl::string_view id) const {
  const auto found = by_id_.find(id);
  if (found != by_id_.end()) return found->second;
  auto unknown = std::make_shared<RegistrarFacts>();
  unknown->handle = std::string(CutAt(id, kValueBytesMax + 4));
  unknown->record.id = unknown->handle;
  unknown->record.name = unknown->handle;
  return unknown;
}

std::shared_ptr<const RegistrarFacts> RegistrarDirectory::Find(absl::string_view handle) const {
  const auto found = by_handle_.find(handle);
  return found == by_handle_.end() ? nullptr : found->second;
}

std::shared_ptr<const RegistrarFacts> RegistrarDirectory::FindByName(absl::string_view name) const {
  const auto found = by_name_.find(absl::AsciiStrToLower(name));
  return found == by_name_.end() ? nullptr : found->second;
}

}  // namespace tidemark::failover
