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
    Fill(Slot::kId, table_->id);
    Fill(Slot::kUrl, table_->url);
    Fill(Slot::kUrlPolicy, table_->url_policy);
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
    Fill(Slot::kAName, nndn_->a_name);
    Fill(Slot::kUName, nndn_->u_name);
    Fill(Slot::kIdnTableId, nndn_->idn_table_id);
    Fill(Slot::kOriginalName, nndn_->original_name);
    Fill(Slot::kNameState, nndn_->name_state);
    Fill(Slot::kCrDate, nndn_->cr_date);
  }

  absl::string_view key() const override { return nndn_->a_name; }

 private:
  void SetOther(Slot slot, const Value& value) override {
    // Not a boolean: the default.
    if (slot == Slot::kMirroringNs) nndn_->mirroring_ns = !value.valid || value.number != 0;
  }

  Nndn* nndn_ = nullptr;
};

}  // namespace

std::unique_ptr<ObjectBuilder> NewIdnTableRefBuilder() {
  return std::make_unique<IdnTableRefBuilder>();
}
std::unique_ptr<ObjectBuilder> NewNndnBuilder() { return std::make_unique<NndnBuilder>(); }

}  // namespace tidemark::rde
