// rdeIDN:idnTableRef and rdeNNDN:NNDN, RFC 9022 sections 5.5 and 5.6.
#include <memory>

#include "rde/object_builder.h"

namespace tidemark::rde {
namespace {

class IdnTableRefBuilder final : public ObjectBuilder {
 public:
  void Begin(absl::string_view, const Bindings&) override { table_ = IdnTableRef(); }

  void Set(Slot slot, const Value& value) override {
    if (slot == Slot::kId) Assign(table_.id, value);
    if (slot == Slot::kUrl) Assign(table_.url, value);
    if (slot == Slot::kUrlPolicy) Assign(table_.url_policy, value);
  }

  const Record& Finish() override { return record_; }
  absl::string_view key() const override { return table_.id; }

 private:
  Record record_ = IdnTableRef();
  IdnTableRef& table_ = std::get<IdnTableRef>(record_);
};

class NndnBuilder final : public ObjectBuilder {
 public:
  void Begin(absl::string_view, const Bindings&) override {
    nndn_.a_name.clear();
    nndn_.u_name.clear();
    nndn_.idn_table_id.clear();
    nndn_.original_name.clear();
    nndn_.name_state.clear();
    nndn_.mirroring_ns = true;
    Clear(nndn_.cr_date);
  }

  void Set(Slot slot, const Value& value) override {
    switch (slot) {
      case Slot::kAName:
        return Assign(nndn_.a_name, value);
      case Slot::kUName:
        return Assign(nndn_.u_name, value);
      case Slot::kIdnTableId:
        return Assign(nndn_.idn_table_id, value);
      case Slot::kOriginalName:
        return Assign(nndn_.original_name, value);
      case Slot::kNameState:
        return Assign(nndn_.name_state, value);
      case Slot::kMirroringNs:
        // Not a boolean: the default.
        nndn_.mirroring_ns = !value.valid || value.number != 0;
        return;
      case Slot::kCrDate:
        return Assign(nndn_.cr_date, value);
      default:
        return;
    }
  }

  const Record& Finish() override { return record_; }
  absl::string_view key() const override { return nndn_.a_name; }

 private:
  Record record_ = Nndn();
  Nndn& nndn_ = std::get<Nndn>(record_);
};

}  // namespace

std::unique_ptr<ObjectBuilder> NewIdnTableRefBuilder() {
  return std::make_unique<IdnTableRefBuilder>();
}
std::unique_ptr<ObjectBuilder> NewNndnBuilder() { return std::make_unique<NndnBuilder>(); }

}  // namespace tidemark::rde
