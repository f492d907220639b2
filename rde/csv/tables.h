// Which tables an object type has in RFC 9022's CSV model, which fields each table has, and where
// their values go in a record: RFC 9022 sections 5.1.2 to 5.6.2 as data. Private to rde/csv/.
#ifndef TIDEMARK_RDE_CSV_TABLES_H_
#define TIDEMARK_RDE_CSV_TABLES_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "rde/structure.h"

namespace tidemark::rde::csv {

enum class Need : uint8_t {
  kMay,
  kMust,            // the table has the field, and no row may leave it empty
  kMustBeRequired,  // the same, and its definition says isRequired="true"
  kOneOf,           // one of the table's fields of this kind
  kNotRequired,     // its definition must not say isRequired="true", whatever the schema's default
};

// What a column is to the record, beyond Set(slot, value).
enum class Use : uint8_t {
  kValue,
  kGurid,     // the id of the registrar with this IANA id
  kHostRoid,  // the name of the host with this ROID
  kFlag,      // a boolean: if true, `open` is opened, and `slot` set to `text`
  kKey,       // the key of the parent row; not of this record
};

struct Column {
  Ns ns;
  absl::string_view field;
  Need need = Need::kMay;
  Slot slot = Slot::kNone;
  // The child element that the value is in; columns in a row with the same one share the element.
  Slot open = Slot::kNone;
  Use use = Use::kValue;
  absl::string_view text = "";
  int16_t index = 0;  // of fStreet
};

struct TableRules {
  absl::string_view name;
  absl::Span<const Column> columns;
  // The column whose field is the key; in a child table the key of the parent.
  Ns key_ns;
  absl::string_view key_field;
  uint32_t rows_min = 0;  // of one object
  uint32_t rows_max = 0;  // 0: base::kObjectChildrenMax
  // Of one object, where a status may be in several rows for the sake of other fields.
  uint32_t statuses_max = 0;  // 0: rows_max counts them
  // The child element that its absence is about.
  absl::string_view element = "";
  Slot open_object = Slot::kNone;  // opened at an object's first row
  Slot open_row = Slot::kNone;     // opened at each row
  // Address columns come by isLoc, and each form is a postalInfo of its own.
  bool postal_forms = false;
};

struct ObjectRules {
  absl::string_view csv_uri;
  absl::string_view xml_uri;
  ObjectKind kind;
  bool key_is_name;  // a DNS name: upper and lower case are one
  // The first is the parent. Two of one name are alternatives: the first of which all kMust fields
  // are there, else the last.
  absl::Span<const TableRules> tables;
  // The fields of which a table of deletes has one, and what they are to a Delete.
  absl::Span<const Column> delete_keys;
};

// In the order in which they are read: what others refer to first.
absl::Span<const ObjectRules> AllObjects();

}  // namespace tidemark::rde::csv

#endif  // TIDEMARK_RDE_CSV_TABLES_H_
