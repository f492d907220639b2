// The objects that describe the deposit and its registry: rdeHeader:header, rdePolicy:policy and
// rdeEppParams:eppParams (RFC 9022 sections 5.9, 5.8, 5.7), and the keys of deletes.
#include <memory>

#include "absl/strings/str_cat.h"
#include "rde/object_builder.h"
#include "rde/xml_text.h"

namespace tidemark::rde {
namespace {

class HeaderBuilder final : public ObjectBuilder {
 public:
  void Begin(Record& record, absl::string_view, const Bindings&) override {
    header_ = &std::get<Header>(record);
    *header_ = Header();
  }

  void Open(const Particle& particle) override {
    if (particle.slot == Slot::kCount) header_->counts.emplace_back();
  }

  void SetOther(Slot slot, const Value& value) override {
    switch (slot) {
      case Slot::kTld:
        return Assign(header_->tld, value);
      case Slot::kRegistrarId:
        return Assign(header_->registrar, value);
      case Slot::kPpsp:
        return Assign(header_->ppsp, value);
      case Slot::kReseller:
        return Assign(header_->reseller, value);
      case Slot::kCount:
        if (value.valid) header_->counts.back().value = value.number;
        return;
      case Slot::kCountUri:
        return Assign(header_->counts.back().uri, value);
      case Slot::kCountRcdn:
        return Assign(header_->counts.back().rcdn, value);
      case Slot::kCountRegistrarId:
        return Assign(header_->counts.back().registrar_id, value);
      case Slot::kContentTag:
        return Assign(header_->content_tag, value);
      default:
        return;
    }
  }

 private:
  Header* header_ = nullptr;
};

class PolicyBuilder final : public ObjectBuilder {
 public:
  void Begin(Record& record, absl::string_view, const Bindings& bindings) override {
    policy_ = &std::get<Policy>(record);
    policy_->scope.clear();
    policy_->element.clear();
    policy_->bindings = bindings;
  }

  void SetOther(Slot slot, const Value& value) override {
    if (slot == Slot::kPolicyScope) Assign(policy_->scope, value);
    if (slot == Slot::kPolicyElement) Assign(policy_->element, value);
  }

 private:
  Policy* policy_ = nullptr;
};

class EppParamsBuilder final : public ObjectBuilder {
 public:
  EppParamsBuilder() : ObjectBuilder({.close = true}) {}

  void Begin(Record& record, absl::string_view, const Bindings&) override {
    params_ = &std::get<EppParams>(record);
    *params_ = EppParams();
  }

  void Open(const Particle& particle) override {
    if (particle.slot == Slot::kDcp) {
      absl::StrAppend(&params_->dcp_xml, "<epp:", particle.name, ">");
    }
  }

  void SetOther(Slot slot, const Value& value) override {
    switch (slot) {
      case Slot::kVersion:
        return Assign(params_->versions.emplace_back(), value);
      case Slot::kLang:
        return Assign(params_->languages.emplace_back(), value);
      case Slot::kObjUri:
        return Assign(params_->obj_uris.emplace_back(), value);
      case Slot::kExtUri:
        return Assign(params_->ext_uris.emplace_back(), value);
      case Slot::kDcp:
        return XmlText(params_->dcp_xml).Text(value.text, "epp:dcp");
      default:
        return;
    }
  }

  void Close(const Particle& particle) override {
    if (particle.slot != Slot::kDcp) return;
    // An element without content is written <epp:all/>.
    const std::string start = absl::StrCat("<epp:", particle.name, ">");
    std::string& xml = params_->dcp_xml;
    if (absl::string_view(xml).substr(xml.size() - start.size()) == start) {
      xml.replace(xml.size() - 1, 1, "/>");
    } else {
      absl::StrAppend(&xml, "</epp:", particle.name, ">");
    }
  }

 private:
  EppParams* params_ = nullptr;
};

class DeleteBuilder final : public ObjectBuilder {
 public:
  DeleteBuilder() : ObjectBuilder({.close = true}) {}

  void Begin(Record& record, absl::string_view uri, const Bindings&) override {
    delete_ = &std::get<Delete>(record);
    delete_->uri.assign(uri.data(), uri.size());
    delete_->key.clear();
  }

  void Open(const Particle& particle) override {
    delete_->key.clear();
    delete_->key_kind =
        particle.slot == Slot::kDeleteRoid ? Delete::KeyKind::kRoid : Delete::KeyKind::kId;
  }

  void SetOther(Slot, const Value& value) override { Assign(delete_->key, value); }
  bool one_a_child() const override { return true; }
  absl::string_view key() const override { return delete_->key; }

 private:
  Delete* delete_ = nullptr;
};

}  // namespace

std::unique_ptr<ObjectBuilder> NewHeaderBuilder() { return std::make_unique<HeaderBuilder>(); }
std::unique_ptr<ObjectBuilder> NewPolicyBuilder() { return std::make_unique<PolicyBuilder>(); }
std::unique_ptr<ObjectBuilder> NewEppParamsBuilder() {
  return std::make_unique<EppParamsBuilder>();
}
std::unique_ptr<ObjectBuilder> NewDeleteBuilder() { return std::make_unique<DeleteBuilder>(); }

}  // namespace tidemark::rde
