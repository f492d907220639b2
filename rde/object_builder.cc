#include "rde/object_builder.h"

namespace tidemark::rde {

std::unique_ptr<ObjectBuilder> NewObjectBuilder(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kHeader:
      return NewHeaderBuilder();
    case ObjectKind::kDomain:
      return NewDomainBuilder();
    case ObjectKind::kHost:
      return NewHostBuilder();
    case ObjectKind::kContact:
      return NewContactBuilder();
    case ObjectKind::kRegistrar:
      return NewRegistrarBuilder();
    case ObjectKind::kIdnTableRef:
      return NewIdnTableRefBuilder();
    case ObjectKind::kNndn:
      return NewNndnBuilder();
    case ObjectKind::kEppParams:
      return NewEppParamsBuilder();
    case ObjectKind::kPolicy:
      return NewPolicyBuilder();
    case ObjectKind::kDelete:
      return NewDeleteBuilder();
    case ObjectKind::kCsvContents:
      return NewCsvTableBuilder(false);
    case ObjectKind::kCsvDeletes:
      return NewCsvTableBuilder(true);
  }
  return nullptr;
}

Record NewRecord(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kHeader:
      return Header();
    case ObjectKind::kDomain:
      return Domain();
    case ObjectKind::kHost:
      return Host();
    case ObjectKind::kContact:
      return Contact();
    case ObjectKind::kRegistrar:
      return Registrar();
    case ObjectKind::kIdnTableRef:
      return IdnTableRef();
    case ObjectKind::kNndn:
      return Nndn();
    case ObjectKind::kEppParams:
      return EppParams();
    case ObjectKind::kPolicy:
      return Policy();
    case ObjectKind::kDelete:
      return Delete();
    case ObjectKind::kCsvContents:
    case ObjectKind::kCsvDeletes:
      return CsvTable();
  }
  return UnknownObject();
}

void Reassign(std::string& field, absl::string_view text) {
  field.assign(text.data(), text.size());
}

void ObjectBuilder::FillHostAddress(Slot slot, HostAddress& address) {
  address.version = "v4";
  Fill(slot, address.address);
  Fill(Slot::kIpVersion, address.version);
}

void ObjectBuilder::FillPostalInfo(PostalInfo& info) {
  Fill(Slot::kPostalType, info.type);
  Fill(Slot::kPostalName, info.name);
  Fill(Slot::kPostalOrg, info.org);
  Fill(Slot::kCity, info.address.city);
  Fill(Slot::kSp, info.address.sp);
  Fill(Slot::kPc, info.address.pc);
  Fill(Slot::kCc, info.address.cc);
}

void ObjectBuilder::FillTransfer(TransferData& transfer) {
  Fill(Slot::kTrStatus, transfer.status);
  Fill(Slot::kReDate, transfer.requested_at);
  Fill(Slot::kAcDate, transfer.acting_at);
  Fill(Slot::kTrExDate, transfer.ex_date);
}

}  // namespace tidemark::rde
