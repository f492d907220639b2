#include "rde/csv/assembler.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "rde/csv/table_cursor.h"

namespace tidemark::rde::csv {
namespace {

Value TextValue(absl::string_view text, bool valid = true) {
  Value value;
  value.text = text;
  value.valid = valid;
  return value;
}

// What the schema of the XML model calls it.
absl::string_view NameOf(const Step& step) {
  return step.column == nullptr ? absl::string_view(step.label) : ElementOf(*step.column);
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

Assembler::Assembler(const ObjectRules& object, RecordRoom& room, const RegistrarIds& registrars,
                     FlawReporter& flaws)
    : object_(object),
      room_(room),
      registrars_(registrars),
      flaws_(flaws),
      builder_(NewObjectBuilder(object.kind)),
      rows_(object.tables.size()) {}

void Assembler::Begin(const TablePlan& plan, const Row& row) {
  at_ = row.at;
  std::fill(rows_.begin(), rows_.end(), 0);
  statuses_seen_ = 0;
  host_.clear();
  gurid_.clear();
  record_ = &room_.Take(object_.kind);
  builder_->Begin(*record_, object_.xml_uri, {});
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
    // No value of the row is wrong by itself, so no element is named.
    return flaws_.Report(FlawKind::kCsvInvalidValue, PlaceOf(row), "",
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
  builder_->End();
  return *record_;
}

void Assembler::Fill(const TablePlan& plan, const Row& row) {
  open_ = Slot::kNone;
  if (plan.rules->open_row != Slot::kNone) Open(plan.rules->open_row);
  const bool no_status = plan.status >= 0 && !HasNewStatus(plan, row);
  if (row.tidy) {
    FillTidy(plan, row, no_status);
  } else {
    FillAny(plan, row, no_status);
  }
}

inline void Assembler::SetText(const Step& step, absl::string_view text, bool valid) {
  EnterIfNew(step);
  if (std::string* const field = builder_->field(step.slot)) {
    Assign(*field, text);
  } else {
    builder_->Set(step.slot, TextValue(text, valid));
  }
}

void Assembler::FillTidy(const TablePlan& plan, const Row& row, bool no_status) {
  const absl::string_view* const fields = row.fields.data();
  for (const Step& step : plan.steps) {
    const absl::string_view text = fields[step.field];
    if (text.empty()) {
      if (step.required) ReportMissing(plan, step, row);
    } else if (step.is_text && !no_status) {
      const bool valid = row.plain ? HasLength(*step.type, text) : HasCharacters(step, text);
      if (step.way == Way::kSet) SetText(step, text, valid);
      if (!valid) ReportInvalid(plan, step, row);
    } else {
      Give(plan, step, row,
           row.plain ? CheckTidy(*step.type, text, scratch_)
                     : CheckValue(*step.type, text, scratch_),
           no_status);
    }
  }
}

bool Assembler::HasCharacters(const Step& step, absl::string_view text) {
  // A character of UTF-8 has up to four bytes.
  const bool has = text.size() / 4 >= step.type->length_min && text.size() <= step.type->length_max;
  return has || CheckValue(*step.type, text, scratch_).valid;
}

void Assembler::FillAny(const TablePlan& plan, const Row& row, bool no_status) {
  for (const Step& step : plan.steps) {
    const absl::string_view text = row.fields[step.field];
    if (text.empty() || (IsXmlSpace(text.front()) && Trimmed(text).empty())) {
      if (step.required) ReportMissing(plan, step, row);
    } else {
      Give(plan, step, row, CheckValue(*step.type, text, scratch_), no_status);
    }
  }
}

inline void Assembler::Give(const TablePlan& plan, const Step& step, const Row& row,
                            const Value& value, bool no_status) {
  if (step.way == Way::kSet && !(no_status && step.open.slot == Slot::kStatus)) {
    Set(step, value);
  } else if (step.way == Way::kOther) {
    Take(step, value);
  }
  if (!value.valid) ReportInvalid(plan, step, row);
}

void Assembler::ReportMissing(const TablePlan& plan, const Step& step, const Row& row) {
  flaws_.Report(FlawKind::kCsvMissingValue, PlaceOf(row), NameOf(step),
                absl::StrCat(step.label, " of ", plan.rules->name, " must not be empty"));
}

void Assembler::ReportInvalid(const TablePlan& plan, const Step& step, const Row& row) {
  flaws_.Report(FlawKind::kCsvInvalidValue, PlaceOf(row), NameOf(step),
                absl::StrCat(step.label, " of ", plan.rules->name, ": ", Describe(*step.type)));
}

inline void Assembler::EnterIfNew(const Step& step) {
  if (step.open.slot != Slot::kNone && (step.open.slot != open_ || step.loc != open_loc_)) {
    Enter(step);
  }
}

inline void Assembler::Set(const Step& step, const Value& value) {
  EnterIfNew(step);
  builder_->Set(step.slot, value);
}

void Assembler::Take(const Step& step, const Value& value) {
  const Column& column = *step.column;
  switch (column.use) {
    case Use::kFlag:
      if (!value.valid || value.number == 0) return;
      Open(column.open);
      if (column.slot != Slot::kNone) builder_->Set(column.slot, TextValue(column.text));
      return;
    case Use::kGurid:
      builder_->Set(column.slot, TextValue(registrars_.IdOf(value.text)));
      return;
    case Use::kKey:  // Way::kNothing
    case Use::kHostRoid:
    case Use::kValue:
      break;
  }
  if (column.slot == Slot::kGurid) gurid_.assign(value.text.data(), value.text.size());
  if (column.slot == Slot::kHostAttributeName) {
    // Each address of a host has a row.
    if (host_ == value.text) return;
    host_.assign(value.text.data(), value.text.size());
  }
  Set(step, value);
}

void Assembler::Enter(const Step& step) {
  if (builder_->WantsOpen(step.open.slot)) builder_->Open(step.open);
  open_ = step.open.slot;
  open_loc_ = step.loc;
  if (open_ == Slot::kPostalInfo) {
    builder_->Set(Slot::kPostalType, TextValue(step.loc ? "loc" : "int"));
  }
}

void Assembler::Open(Slot slot) {
  Particle particle;
  particle.slot = slot;
  builder_->Open(particle);
}

bool Assembler::HasNewStatus(const TablePlan& plan, const Row& row) {
  const absl::string_view status = Trimmed(row.fields[static_cast<size_t>(plan.status)]);
  if (status.empty()) return true;  // to be reported
  const auto seen = statuses_.begin() + static_cast<int64_t>(statuses_seen_);
  const bool repeated = std::find(statuses_.begin(), seen, status) != seen;
  const bool for_rgp_status =
      plan.rgp_status >= 0 && !Trimmed(row.fields[static_cast<size_t>(plan.rgp_status)]).empty();
  if (repeated && for_rgp_status) return false;
  const uint32_t max = plan.rules->statuses_max;
  if (statuses_seen_ == max) {
    flaws_.Report(FlawKind::kCsvInvalidValue, PlaceOf(row), "",
                  absl::StrCat("at most ", max, " statuses for one object"));
    return false;
  }
  if (statuses_seen_ == statuses_.size()) statuses_.emplace_back();
  statuses_[statuses_seen_++].assign(status.data(), status.size());
  return true;
}

FlawReporter::Place Assembler::PlaceOf(const Row& row) const {
  return {object_.xml_uri, builder_->key(), row.at};
}

}  // namespace tidemark::rde::csv
