// rdeIDN:idnTableRef and rdeNNDN:NNDN, RFC 9022 sections 5.5 and 5.6.
#include <memory>

#include "rde/object_builder.h"

namespace tidemark::rde {
namespace {

class IdnTableRefBuilder final : public ObjectBuilder {
 public:
  void Begin(Record& record, absl::string_view, const Bindings&) override {
    table_ = &std::get<IdnTableRef>(record);
    *table_ = IdnTableRef();
  }

  void Set(Slot slot, const Value& value) override {
    if (slot == Slot::kId) Assign(table_->id, value);
    if (slot == Slot::kUrl) Assign(table_->url, value);
    if (slot == Slot::kUrlPolicy) Assign(table_->url_policy, value);
  }

  absl::string_view key() const override { return table_->id; }

 private:
  IdnTableRef* table_ = nullptr;
};

class NndnBuilder final : public ObjectBuilder {
 public:
  void Begin(Record& record, absl::string_view, const Bindings&) override {
    nndn_ = &std::get<Nndn>(record);
    nndn_->a_name.clear();
    nndn_->u_name.clear();
    nndn_->idn_table_id.clear();
    nndn_->original_name.clear();
    nndn_->name_state.clear();
    nndn_->mirroring_ns = true;
    Clear(nndn_->cr_date);
  }

  void Set(Slot slot, const Value& value) override {
    switch (slot) {
      case Slot::kAName:
        return Assign(nndn_->a_name, value);
      case Slot::kUName:
        return Assign(nndn_->u_name, value);
      case Slot::kIdnTableId:
        return Assign(nndn_->idn_table_id, value);
      case Slot::kOriginalName:
        return Assign(nndn_->original_name, value);
      case Slot::kNameState:
        return Assign(nndn_->name_state, value);
      case Slot::kMirroringNs:
        // Not a boolean: the default.
        nndn_->mirroring_ns = !value.valid || value.number != 0;
        return;
      case Slot::kCrDate:
        return Assign(nndn_->cr_date, value);
      default:
        return;
    }
  }

  absl::string_view key() const override { return nndn_->a_name; }

 private:
  Nndn* nndn_ = nullptr;
};

}  // namespace

std::unique_ptr<ObjectBuilder> NewIdnTableRefBuilder() {
  return std::make_unique<IdnTableRefBuilder>();
}
std::unique_ptr<ObjectBuilder> NewNndnBuilder() { return std::make_unique<NndnBuilder>(); }

}  // namespace tidemark::rde
