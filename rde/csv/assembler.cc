#include "rde/csv/assembler.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "rde/csv/table_cursor.h"

namespace tidemark::rde::csv {
namespace {

Value TextValue(absl::string_view text) {
  Value value;
  value.text = text;
  value.valid = true;
  return value;
}

}  // namespace

void RegistrarIds::Learn(const Registrar& registrar) {
  if (registrar.gurid.empty() || ids_.size() >= base::kListEntriesMax) return;
  ids_.emplace(registrar.gurid, registrar.id);
}

absl::string_view RegistrarIds::IdOf(absl::string_view gurid) const {
  if (chain_ != nullptr && !chain_->RegistrarOf(gurid).empty()) return chain_->RegistrarOf(gurid);
  const auto it = ids_.find(gurid);
  return it == ids_.end() ? gurid : absl::string_view(it->second);
}

Assembler::Assembler(const ObjectRules& object, const RegistrarIds& registrars, FlawReporter& flaws)
    : object_(object),
      registrars_(registrars),
      flaws_(flaws),
      builder_(NewObjectBuilder(object.kind)),
      record_(NewRecord(object.kind)),
      rows_(object.tables.size()) {}

void Assembler::Begin(const TablePlan& plan, const Row& row) {
  at_ = row.at;
  std::fill(rows_.begin(), rows_.end(), 0);
  statuses_.clear();
  host_.clear();
  gurid_.clear();
  builder_->Begin(record_, object_.xml_uri, {});
  Fill(plan, row);
  // A registrar may have its IANA id only, which then is what others name it by.
  if (object_.kind == ObjectKind::kRegistrar && builder_->key().empty()) {
    builder_->Set(Slot::kId, TextValue(gurid_));
  }
}

void Assembler::Add(const TablePlan& plan, const Row& row) {
  const TableRules& rules = *plan.rules;
  const uint32_t count = ++rows_[plan.rules_index];
  if (rules.rows_max == 0 && count > base::kObjectChildrenMax) {
    return flaws_.Report(FlawKind::kLimitExceeded, PlaceOf(row), "",
                         absl::StrCat("over ", base::kObjectChildrenMax, " rows of ", rules.name,
                                      " for one object"));
  }
  if (rules.rows_max != 0 && count > rules.rows_max) {
    return flaws_.Report(FlawKind::kCsvInvalidValue, PlaceOf(row), rules.element,
                         absl::StrCat("at most ", rules.rows_max, " rows of ", rules.name,
                                      " for one object, this is number ", count));
  }
  if (count == 1 && rules.open_object != Slot::kNone) Open(rules.open_object);
  Fill(plan, row);
}

const Record& Assembler::Finish(bool whole, const std::vector<bool>& incomplete) {
  for (size_t i = 1; whole && i < object_.tables.size(); ++i) {
    const TableRules& rules = object_.tables[i];
    if (rows_[i] >= rules.rows_min || incomplete[i]) continue;
    flaws_.Report(FlawKind::kCsvMissingValue, {object_.xml_uri, builder_->key(), at_},
                  rules.element, absl::StrCat("no row of ", rules.name, " for this object"));
  }
  return record_;
}

void Assembler::Fill(const TablePlan& plan, const Row& row) {
  open_ = Slot::kNone;
  if (plan.rules->open_row != Slot::kNone) Open(plan.rules->open_row);
  const bool repeats_status = RepeatsStatus(plan, row);
  for (const Step& step : plan.steps) {
    const absl::string_view text = row.fields[step.field];
    if (Trimmed(text).empty()) {
      if (step.required) {
        flaws_.Report(
            FlawKind::kCsvMissingValue, PlaceOf(row),
            step.column == nullptr ? absl::string_view(step.label) : ElementOf(*step.column),
            absl::StrCat(step.label, " of ", plan.rules->name, " must not be empty"));
      }
      continue;
    }
    const Value value = CheckValue(*step.type, text, scratch_);
    if (step.column != nullptr && !(repeats_status && step.column->open == Slot::kStatus)) {
      Take(step, value);
    }
    if (!value.valid) {
      flaws_.Report(
          FlawKind::kCsvInvalidValue, PlaceOf(row),
          step.column == nullptr ? absl::string_view(step.label) : ElementOf(*step.column),
          absl::StrCat(step.label, " of ", plan.rules->name, ": ", Describe(*step.type)));
    }
  }
}

void Assembler::Take(const Step& step, const Value& value) {
  const Column& column = *step.column;
  switch (column.use) {
    case Use::kKey:
      return;
    case Use::kFlag:
      if (!value.valid || value.number == 0) return;
      Open(column.open);
      if (column.slot != Slot::kNone) builder_->Set(column.slot, TextValue(column.text));
      return;
    case Use::kGurid:
      builder_->Set(column.slot, TextValue(registrars_.IdOf(value.text)));
      return;
    case Use::kHostRoid:
    case Use::kValue:
      break;
  }
  if (column.slot == Slot::kGurid) gurid_ = std::string(value.text);
  if (column.slot == Slot::kHostAttributeName) {
    // Each address of a host has a row.
    if (host_ == value.text) return;
    host_ = std::string(value.text);
  }
  Enter(column, step.loc);
  builder_->Set(column.slot, value);
}

void Assembler::Enter(const Column& column, bool loc) {
  if (column.open == Slot::kNone || (column.open == open_ && loc == open_loc_)) return;
  Open(column.open);
  open_ = column.open;
  open_loc_ = loc;
  if (column.open == Slot::kPostalInfo) {
    builder_->Set(Slot::kPostalType, TextValue(loc ? "loc" : "int"));
  }
}

void Assembler::Open(Slot slot) {
  Particle particle;
  particle.slot = slot;
  builder_->Open(particle);
}

bool Assembler::RepeatsStatus(const TablePlan& plan, const Row& row) {
  if (!plan.has_statuses) return false;
  absl::string_view status;
  absl::string_view rgp_status;
  for (const Step& step : plan.steps) {
    if (step.column == nullptr || step.column->slot != Slot::kStatusS) continue;
    (step.column->open == Slot::kStatus ? status : rgp_status) = Trimmed(row.fields[step.field]);
  }
  if (status.empty()) return false;
  const bool seen = std::find(statuses_.begin(), statuses_.end(), status) != statuses_.end();
  if (!seen) statuses_.emplace_back(status);
  return seen && !rgp_status.empty();
}

FlawReporter::Place Assembler::PlaceOf(const Row& row) const {
  return {object_.xml_uri, builder_->key(), row.at};
}

}  // namespace tidemark::rde::csv
