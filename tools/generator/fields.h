// Fields of the dice that records are made with. Those below 200 belong to the model and to
// addresses.h, those from 1000 on to the drawing of changes. The values shape the data: a new one
// goes to the end.
#ifndef TIDEMARK_TOOLS_GENERATOR_FIELDS_H_
#define TIDEMARK_TOOLS_GENERATOR_FIELDS_H_

#include <cstdint>

namespace tidemark::generator {

enum RecordField : uint32_t {
  // Any object.
  kFieldCreated = 200,
  kFieldModified,
  kFieldModifiedAt,
  kFieldNightMoment,
  kFieldClient,
  kFieldSponsor,
  kFieldStatus,
  // Domains.
  kFieldYears = 220,
  kFieldExpired,
  kFieldTransferAt,
  kFieldTransferDays,
  kFieldTransferStatus,
  kFieldSigLife,
  kFieldVariantState,
  kFieldMirroring,
  // Contacts.
  kFieldCountry = 240,
  kFieldGiven,
  kFieldFamily,
  kFieldCompany,
  kFieldStreet,
  kFieldHouse,
  kFieldCity,
  kFieldPostalCode,
  kFieldLoc,
  kFieldPhone,
  kFieldExtension,
  kFieldFax,
  kFieldMail,
  kFieldDisclose,
};

}  // namespace tidemark::generator

#endif  // TIDEMARK_TOOLS_GENERATOR_FIELDS_H_
