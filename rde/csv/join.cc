#include "rde/csv/join.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/external_sort.h"
#include "base/held_text.h"
#include "base/status.h"
#include "rde/csv/row_codec.h"

namespace tidemark::rde::csv {
namespace {

// To the first rows.
absl::Status AdvanceAll(std::vector<TableCursor>& cursors) {
  for (TableCursor& cursor : cursors) RETURN_IF_ERROR(cursor.Advance());
  return absl::OkStatus();
}

}  // namespace

Join::Join(const ObjectRules& object, const TableParts& parts, const JoinContext& context)
    : object_(object),
      parts_(parts),
      context_(context),
      assembler_(object, context.room, context.registrars, context.flaws),
      incomplete_(object.tables.size()) {
  if (needs_host_names()) hosts_.emplace(*context.host_names, context.options);
}

bool Join::IsSame(absl::string_view a, absl::string_view b) const {
  return IsSameKey(a, b, object_.key_is_name);
}

std::string Join::SortKeyOf(absl::string_view key, size_t table) const {
  const auto order = static_cast<uint8_t>(table);
  return object_.key_is_name ? SortKey(absl::AsciiStrToLower(key), order) : SortKey(key, order);
}

std::vector<TableCursor> Join::Cursors(Look look) {
  std::vector<TableCursor> cursors;
  for (const std::vector<Part>& parts : parts_) {
    cursors.emplace_back(parts, context_.files, look, context_.first,
                         hosts_.has_value() ? &*hosts_ : nullptr, context_.flaws);
  }
  return cursors;
}

absl::Status Join::ReadContents() {
  if (context_.options.on_bet && !hosts_.has_value()) {
    const uint64_t text_bytes = context_.first.text_bytes;
    std::vector<TableCursor> cursors = Cursors(Look::kOnBet);
    if (AdvanceAll(cursors).ok() && IsPromising(cursors)) return ReadOnBet(cursors);
    // Nothing was said of these files yet.
    context_.first.text_bytes = text_bytes;
  }
  bool aligned = false;
  RETURN_IF_ERROR(LookAtForm(&aligned));
  if (context_.flaws.stopped()) return absl::OkStatus();
  if (hosts_.has_value()) RETURN_IF_ERROR(hosts_->FindAnswers());
  if (!aligned) return ReadSorted();
  std::vector<TableCursor> cursors = Cursors(Look::kRows);
  RETURN_IF_ERROR(AdvanceAll(cursors));
  return ReadAligned(cursors);
}

bool Join::needs_host_names() const {
  return std::any_of(parts_.begin(), parts_.end(), [](const std::vector<Part>& parts) {
    return std::any_of(parts.begin(), parts.end(),
                       [](const Part& part) { return part.plan->host_roid >= 0; });
  });
}

absl::Status Join::LookAtForm(bool* aligned) {
  std::vector<TableCursor> cursors = Cursors(Look::kForm);
  RETURN_IF_ERROR(AdvanceAll(cursors));
  TableCursor& parent = cursors[0];
  while (parent.valid()) {
    for (size_t i = 1; i < cursors.size(); ++i) {
      TableCursor& child = cursors[i];
      while (child.valid() && IsSame(child.key(), parent.key())) RETURN_IF_ERROR(child.Advance());
    }
    RETURN_IF_ERROR(parent.Advance());
  }
  *aligned = true;
  for (TableCursor& cursor : cursors) {
    if (cursor.valid()) *aligned = false;
    while (cursor.valid()) RETURN_IF_ERROR(cursor.Advance());
  }
  for (size_t i = 0; i < cursors.size(); ++i) {
    if (cursors[i].incomplete()) incomplete_[i] = true;
  }
  return absl::OkStatus();
}

bool Join::IsPromising(const std::vector<TableCursor>& cursors) const {
  const TableCursor& parent = cursors[0];
  for (size_t i = 1; i < cursors.size(); ++i) {
    const TableCursor& child = cursors[i];
    if (!child.valid()) continue;
    if (!parent.valid()) return false;
    if (object_.tables[i].rows_min > 0 && !IsSame(child.key(), parent.key())) return false;
  }
  return true;
}

absl::Status Join::ReadOnBet(std::vector<TableCursor>& cursors) {
  const bool lost = !ReadAligned(cursors).ok() || context_.flaws.stopped() ||
                    std::any_of(cursors.begin(), cursors.end(),
                                [](const TableCursor& cursor) { return cursor.valid(); });
  return lost ? absl::AbortedError("CSV files are to be read twice") : absl::OkStatus();
}

absl::Status Join::ReadAligned(std::vector<TableCursor>& cursors) {
  TableCursor& parent = cursors[0];
  base::HeldText held;
  while (parent.valid() && !context_.flaws.stopped()) {
    assembler_.Begin(parent.plan(), parent.row());
    held.Set(parent.key());
    const absl::string_view key = held.text();
    RETURN_IF_ERROR(parent.Advance());
    const bool another_follows = parent.valid() && IsSame(parent.key(), key);
    for (size_t i = 1; i < cursors.size() && !another_follows; ++i) {
      TableCursor& child = cursors[i];
      while (child.valid() && IsSame(child.key(), key)) {
        assembler_.Add(child.plan(), child.row());
        RETURN_IF_ERROR(child.Advance());
      }
    }
    RETURN_IF_ERROR(Deliver(another_follows));
  }
  return absl::OkStatus();
}

absl::Status Join::ReadSorted() {
  base::ExternalSorter sorter(
      {.space = context_.options.space, .memory_bytes_max = context_.options.memory_bytes_max / 2});
  std::vector<const TablePlan*> plans;
  RETURN_IF_ERROR(FillSorter(sorter, plans));
  if (context_.flaws.stopped()) return absl::OkStatus();
  RETURN_IF_ERROR(sorter.Sort());
  return TakeSorted(sorter, plans);
}

absl::Status Join::FillSorter(base::ExternalSorter& sorter, std::vector<const TablePlan*>& plans) {
  std::vector<TableCursor> cursors = Cursors(Look::kRows);
  std::string value;
  for (size_t i = 0; i < cursors.size(); ++i) {
    TableCursor& cursor = cursors[i];
    RETURN_IF_ERROR(cursor.Advance());
    while (cursor.valid()) {
      if (plans.empty() || plans.back() != &cursor.plan()) plans.push_back(&cursor.plan());
      EncodeRow(static_cast<uint32_t>(plans.size() - 1), cursor.row(), value);
      RETURN_IF_ERROR(sorter.Add(SortKeyOf(cursor.key(), i), value));
      RETURN_IF_ERROR(cursor.Advance());
    }
  }
  return absl::OkStatus();
}

absl::Status Join::TakeSorted(base::ExternalSorter& sorter,
                              const std::vector<const TablePlan*>& plans) {
  Row row;
  std::string key;
  bool open = false;
  while (!context_.flaws.stopped()) {
    ASSIGN_OR_RETURN(const bool more, sorter.Next());
    if (!more) break;
    const TablePlan& plan = *plans[DecodeRow(sorter.value(), row)];
    const bool is_parent = OrderOf(sorter.key()) == 0;
    const bool same = open && KeyOf(sorter.key()) == key;
    if (open && (is_parent || !same)) RETURN_IF_ERROR(Deliver(same));
    if (is_parent) {
      assembler_.Begin(plan, row);
      key = std::string(KeyOf(sorter.key()));
      open = true;
    } else if (same) {
      assembler_.Add(plan, row);
    } else {
      open = false;
      ReportOrphan(plan, KeyOf(sorter.key()), row.at);
    }
  }
  if (open && !context_.flaws.stopped()) return Deliver(false);
  return absl::OkStatus();
}

absl::Status Join::Deliver(bool another_follows) {
  const Record& record = assembler_.Finish(!another_follows, incomplete_);
  if (context_.flaws.stopped()) return absl::OkStatus();
  const absl::Status status = Learn(record);
  context_.flaws.sink().OnRecord(record, assembler_.at());
  return status;
}

// What others refer to it by.
absl::Status Join::Learn(const Record& record) {
  if (const auto* registrar = std::get_if<Registrar>(&record)) {
    context_.registrars.Learn(*registrar);
  }
  const auto* host = std::get_if<Host>(&record);
  if (host == nullptr || context_.host_names == nullptr) return absl::OkStatus();
  return context_.host_names->Learn(host->roid, host->name);
}

void Join::ReportOrphan(const TablePlan& plan, absl::string_view key, const Position& at) {
  if (incomplete_[0]) return;  // nobody knows whose rows they are
  context_.flaws.Report(FlawKind::kCsvOrphan, {object_.xml_uri, key, at}, "",
                        absl::StrCat("a row of ", plan.rules->name, " without its object in ",
                                     object_.tables[0].name));
}

absl::Status Join::ReadDeletes(const std::vector<Part>& parts) {
  for (const Look look : {Look::kForm, Look::kRows}) {
    TableCursor cursor(parts, context_.files, look, context_.first, nullptr, context_.flaws);
    RETURN_IF_ERROR(cursor.Advance());
    while (cursor.valid()) {
      if (look == Look::kRows) DeliverDelete(cursor.plan(), cursor.row());
      RETURN_IF_ERROR(cursor.Advance());
    }
  }
  return absl::OkStatus();
}

void Join::DeliverDelete(const TablePlan& plan, const Row& row) {
  const auto step = std::find_if(plan.steps.begin(), plan.steps.end(),
                                 [](const Step& candidate) { return candidate.column != nullptr; });
  if (step == plan.steps.end()) return;  // reported with the definition
  std::string scratch;
  const Value value = CheckValue(*step->type, row.fields[step->field], scratch);
  const FlawReporter::Place place = {object_.xml_uri, value.text, row.at};
  if (value.text.empty()) {
    return context_.flaws.Report(FlawKind::kCsvMissingValue, place, "", "a delete without its key");
  }
  if (!value.valid) {
    context_.flaws.Report(FlawKind::kCsvInvalidValue, place, "",
                          absl::StrCat(step->label, ": ", Describe(*step->type)));
  }
  Record& record = context_.room.Take(ObjectKind::kDelete);
  auto& deletion = std::get<Delete>(record);
  deletion.uri = std::string(object_.xml_uri);
  deletion.key_kind =
      step->column->slot == Slot::kDeleteRoid ? Delete::KeyKind::kRoid : Delete::KeyKind::kId;
  deletion.key = std::string(step->column->use == Use::kGurid ? context_.registrars.IdOf(value.text)
                                                              : value.text);
  context_.flaws.sink().OnRecord(record, row.at);
}

}  // namespace tidemark::rde::csv
