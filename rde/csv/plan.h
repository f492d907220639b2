// A table's definition in the deposit held against RFC 9022 (tables.h): which column of its files
// goes where. Private to rde/csv/.
#ifndef TIDEMARK_RDE_CSV_PLAN_H_
#define TIDEMARK_RDE_CSV_PLAN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "rde/csv/flaw_reporter.h"
#include "rde/csv/tables.h"
#include "rde/records.h"
#include "rde/simple_types.h"
#include "rde/structure.h"

namespace tidemark::rde::csv {

// What a value is to the record.
enum class Way : uint8_t {
  kNothing,  // it is held against its type, no more
  kSet,      // what is set, in its child element
  kOther,    // it depends
};

// What to do with one column.
struct Step {
  const Column* column = nullptr;  // null: of no use
  const SimpleType* type = nullptr;
  size_t field = 0;  // of a row
  Way way = Way::kNothing;
  // Not Way::kOther, and of a tidy text nothing but the length can be wrong.
  bool is_text = false;
  Slot slot = Slot::kNone;  // column->slot
  bool required = false;
  bool loc = false;
  Particle open;      // of column->open
  std::string label;  // "csvDomain:fName"
};

struct TablePlan {
  const CsvTable* table = nullptr;
  Position at;                        // of the definition
  const TableRules* rules = nullptr;  // null: the rows mean nothing to us
  size_t rules_index = 0;             // in ObjectRules::tables
  std::vector<Step> steps;            // in the order of the rules
  // Fields of a row; -1: there is none.
  int key = -1;        // the key of the object
  int host_roid = -1;  // a name server by its ROID
  int status = -1;     // of a table with rules->statuses_max
  int rgp_status = -1;
};

// Definitions that are not usable have no rules. `table` must outlive the plan.
TablePlan MakePlan(const ObjectRules& object, const CsvTable& table, const Position& at,
                   FlawReporter& flaws);

// What the schema of the XML model calls it, for flaws.
absl::string_view ElementOf(const Column& column);

}  // namespace tidemark::rde::csv

#endif  // TIDEMARK_RDE_CSV_PLAN_H_
