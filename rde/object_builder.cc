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

bool StatusFields::Set(Slot slot, const Value& value) {
  switch (slot) {
    case Slot::kStatus:
    case Slot::kRgpStatus:
      Assign(current_->text, value);
      return true;
    case Slot::kStatusS:
      Assign(current_->s, value);
      return true;
    case Slot::kStatusLang:
      Assign(current_->lang, value);
      return true;
    default:
      return false;
  }
}

void TransferFields::Open(Slot slot, RegistrarRefFields& refs) {
  if (slot == Slot::kReRr) refs.Open(current_->requested_by);
  if (slot == Slot::kAcRr) refs.Open(current_->acting);
}

bool TransferFields::Set(Slot slot, const Value& value, RegistrarRefFields& refs) {
  switch (slot) {
    case Slot::kTrStatus:
      Assign(current_->status, value);
      return true;
    case Slot::kReRr:
    case Slot::kAcRr:
      refs.SetId(value);
      return true;
    case Slot::kReDate:
      Assign(current_->requested_at, value);
      return true;
    case Slot::kAcDate:
      Assign(current_->acting_at, value);
      return true;
    case Slot::kTrExDate:
      Assign(current_->ex_date, value);
      return true;
    default:
      return false;
  }
}

void PostalFields::Set(Slot slot, const Value& value) {
  switch (slot) {
    case Slot::kPostalType:
      return Assign(current_->type, value);
    case Slot::kPostalName:
      return Assign(current_->name, value);
    case Slot::kPostalOrg:
      return Assign(current_->org, value);
    case Slot::kStreet:
      return Assign(streets_.Add(), value);
    case Slot::kCity:
      return Assign(current_->address.city, value);
    case Slot::kSp:
      return Assign(current_->address.sp, value);
    case Slot::kPc:
      return Assign(current_->address.pc, value);
    case Slot::kCc:
      return Assign(current_->address.cc, value);
    default:
      return;
  }
}

}  // namespace tidemark::rde
