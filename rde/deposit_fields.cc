#include "rde/deposit_fields.h"

#include <algorithm>

namespace tidemark::rde {

void DepositFields::Open(Slot slot) {
  if (slot == Slot::kMenuUri) info_.menu_uris.emplace_back();
}

void DepositFields::Set(Slot slot, const Value& value) {
  switch (slot) {
    case Slot::kDepositType:
      return Assign(info_.type, value);
    case Slot::kDepositId:
      return Assign(info_.id, value);
    case Slot::kPrevId:
      return Assign(info_.prev_id, value);
    case Slot::kResend:
      Assign(info_.resend_text, value);
      info_.resend.reset();
      if (value.valid) info_.resend = static_cast<uint16_t>(value.number);
      return;
    case Slot::kWatermark:
      return Assign(info_.watermark, value);
    case Slot::kMenuVersion:
      return Assign(info_.menu_version, value);
    case Slot::kMenuUri:
      return Assign(info_.menu_uris.back(), value);
    default:
      return;
  }
}

void BindingScopes::Add(int depth, absl::Span<const xml::NamespaceBinding> bindings) {
  for (const xml::NamespaceBinding& binding : bindings) {
    scoped_.push_back({depth, std::string(binding.prefix), std::string(binding.uri)});
  }
}

Bindings BindingScopes::InScope() const {
  Bindings result;
  for (const Scoped& scoped : scoped_) {
    const auto same_prefix = [&scoped](const auto& binding) {
      return binding.first == scoped.prefix;
    };
    result.erase(std::remove_if(result.begin(), result.end(), same_prefix), result.end());
    if (!scoped.uri.empty()) result.emplace_back(scoped.prefix, scoped.uri);
  }
  return result;
}

absl::string_view BindingScopes::UriOf(absl::string_view prefix) const {
  for (auto scoped = scoped_.rbegin(); scoped != scoped_.rend(); ++scoped) {
    if (scoped->prefix == prefix) return scoped->uri;
  }
  return "";
}

}  // namespace tidemark::rde
