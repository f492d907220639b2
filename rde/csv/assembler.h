// Puts an object together from its rows. Private to rde/csv/.
#ifndef TIDEMARK_RDE_CSV_ASSEMBLER_H_
#define TIDEMARK_RDE_CSV_ASSEMBLER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "rde/csv/chain_names.h"
#include "rde/csv/flaw_reporter.h"
#include "rde/csv/plan.h"
#include "rde/csv/row_reader.h"
#include "rde/csv/tables.h"
#include "rde/object_builder.h"

namespace tidemark::rde::csv {

// Ids of registrars by their IANA ids.
class RegistrarIds {
 public:
  // `chain` may be null; else it must outlive this, and what it says comes first.
  explicit RegistrarIds(const ChainNames* chain) : chain_(chain) {}

  void Learn(const Registrar& registrar);
  // The IANA id itself where no registrar with it was seen.
  absl::string_view IdOf(absl::string_view gurid) const;

 private:
  const ChainNames* const chain_;
  absl::flat_hash_map<std::string, std::string> ids_;
};

class Assembler {
 public:
  // Everything must outlive it. Records are of `room`.
  Assembler(const ObjectRules& object, RecordRoom& room, const RegistrarIds& registrars,
            FlawReporter& flaws);

  // Begins an object with its parent row.
  void Begin(const TablePlan& plan, const Row& row);
  // A row of a child table.
  void Add(const TablePlan& plan, const Row& row);
  // Ends the object. `whole`: tables of which it must have rows are looked at, those of
  // `incomplete` excepted.
  const Record& Finish(bool whole, const std::vector<bool>& incomplete);

  const Position& at() const { return at_; }

 private:
  void Fill(const TablePlan& plan, const Row& row);
  // What the plan says of each field. `no_status`: the row's status is not taken.
  void FillTidy(const TablePlan& plan, const Row& row, bool no_status);
  // Of a tidy text, whose step is_text.
  bool HasCharacters(const Step& step, absl::string_view text);
  void FillAny(const TablePlan& plan, const Row& row, bool no_status);
  void Give(const TablePlan& plan, const Step& step, const Row& row, const Value& value,
            bool no_status);
  void EnterIfNew(const Step& step);
  void SetText(const Step& step, absl::string_view text, bool valid);
  void Set(const Step& step, const Value& value);
  void Take(const Step& step, const Value& value);
  void Enter(const Step& step);
  void Open(Slot slot);
  // False: the row's status is there already, and repeated for the sake of an rgpStatus, or it is
  // one too many.
  bool HasNewStatus(const TablePlan& plan, const Row& row);
  void ReportMissing(const TablePlan& plan, const Step& step, const Row& row);
  void ReportInvalid(const TablePlan& plan, const Step& step, const Row& row);
  FlawReporter::Place PlaceOf(const Row& row) const;

  const ObjectRules& object_;
  RecordRoom& room_;
  const RegistrarIds& registrars_;
  FlawReporter& flaws_;
  const std::unique_ptr<ObjectBuilder> builder_;
  Record* record_ = nullptr;  // that the builder fills
  Position at_;
  std::vector<uint32_t> rows_;  // of the object, by table
  std::string scratch_;
  // Of the row: the child element that is open, and its form.
  Slot open_ = Slot::kNone;
  bool open_loc_ = false;
  std::string gurid_;
  // Of the object.
  std::vector<std::string> statuses_;  // more may be there from another one
  size_t statuses_seen_ = 0;
  std::string host_;
};

}  // namespace tidemark::rde::csv

#endif  // TIDEMARK_RDE_CSV_ASSEMBLER_H_
