#include "rde/csv/plan.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "rde/csv/csv_reader.h"
#include "rde/csv/decoding.h"

namespace tidemark::rde::csv {
namespace {

constexpr int32_t kStreets = 3;

// "csvDomain:fName": the conventional prefix is the last part of the namespace.
std::string LabelOf(const CsvField& field) {
  absl::string_view prefix = field.uri;
  absl::ConsumePrefix(&prefix, "urn:ietf:params:xml:ns:");
  absl::ConsumeSuffix(&prefix, "-1.0");
  return absl::StrCat(prefix, ":", field.name);
}

int NsOf(absl::string_view uri) {
  const auto namespaces = Namespaces();
  for (size_t i = 0; i < namespaces.size(); ++i) {
    if (namespaces[i] == uri) return static_cast<int>(i);
  }
  return -1;
}

bool Is(const Column& column, int ns, const CsvField& field) {
  return static_cast<int>(column.ns) == ns && column.field == field.name &&
         column.index == field.index;
}

Way WayOf(const Column& column) {
  if (column.use == Use::kKey) return Way::kNothing;
  const bool is_value = column.use == Use::kValue || column.use == Use::kHostRoid;
  const bool depends = column.slot == Slot::kGurid || column.slot == Slot::kHostAttributeName;
  return is_value && !depends ? Way::kSet : Way::kOther;
}

class PlanMaker {
 public:
  PlanMaker(const ObjectRules& object, const CsvTable& table, const Position& at,
            FlawReporter& flaws)
      : object_(object), table_(table), flaws_(flaws) {
    plan_.table = &table;
    plan_.at = at;
  }

  TablePlan Make() {
    bool usable = CheckSeparator();
    CheckFiles();
    CheckRepetition();
    if (!ChooseRules()) {
      plan_.rules = nullptr;
      return std::move(plan_);
    }
    const absl::Span<const Column> columns =
        table_.deletes ? object_.delete_keys : plan_.rules->columns;
    for (const Column& column : columns) AddSteps(column);
    AddUnused();
    CheckNeeds(columns);
    if (!FindKey()) usable = false;
    if (!usable) plan_.rules = nullptr;
    return std::move(plan_);
  }

 private:
  void Report(absl::string_view element, absl::string_view detail) {
    flaws_.Report(FlawKind::kCsvDefinition, {table_.uri, table_.name, plan_.at}, element, detail);
  }

  bool CheckSeparator() {
    const std::string& separator = table_.separator;
    if (!separator.empty() && separator.find_first_of("\"\r\n") == std::string::npos) return true;
    Report("sep", "a separator that is a quote or a line end, or none");
    return false;
  }

  void CheckFiles() {
    for (const CsvFile& file : table_.files) {
      if (!IsPlainFileName(file.name)) {
        Report("file", "not a plain file name; no other file of the system is looked at");
      }
      if (file.names_algorithm && !file.checksum.has_value()) {
        Report("cksum", "cksumAlg without cksum");
      }
    }
  }

  void CheckRepetition() {
    std::vector<std::tuple<std::string, std::string, int32_t, bool>> seen;
    for (const CsvField& field : table_.fields) {
      if (field.name == "fCustom") continue;
      seen.emplace_back(field.uri, field.name, field.index, field.is_loc.value_or(false));
    }
    std::sort(seen.begin(), seen.end());
    const auto twice = std::adjacent_find(seen.begin(), seen.end());
    if (twice != seen.end()) Report(std::get<1>(*twice), "one field in two columns");
  }

  bool ChooseRules() {
    const absl::Span<const TableRules> tables = object_.tables;
    for (size_t i = 0; i < tables.size(); ++i) {
      if (tables[i].name != table_.name) continue;
      plan_.rules = &tables[i];
      plan_.rules_index = i;
      if (HasAllMust(tables[i])) break;
    }
    if (plan_.rules == nullptr) {
      Report("name", "RFC 9022 has no such table for this object");
      return false;
    }
    if (table_.deletes && plan_.rules_index != 0) {
      Report("name", "only a parent table has deletes");
      return false;
    }
    return true;
  }

  bool HasAllMust(const TableRules& rules) const {
    return std::all_of(rules.columns.begin(), rules.columns.end(), [this](const Column& column) {
      return column.need != Need::kMust || FieldsOf(column) > 0;
    });
  }

  int64_t FieldsOf(const Column& column) const {
    return std::count_if(
        table_.fields.begin(), table_.fields.end(),
        [&column](const CsvField& field) { return Is(column, NsOf(field.uri), field); });
  }

  void AddStep(const Column* column, const FieldElement& element, size_t at) {
    const CsvField& field = table_.fields[at];
    Step step;
    step.column = column;
    step.type = element.value;
    step.field = at;
    step.required = field.is_required.value_or(element.required);
    step.loc = field.is_loc.value_or(false);
    step.label = LabelOf(field);
    if (column != nullptr) CheckDefinition(*column, field, step.required);
    if (column != nullptr &&
        (column->need == Need::kMust || column->need == Need::kMustBeRequired)) {
      step.required = true;
    }
    if (column != nullptr && column->use == Use::kHostRoid) {
      plan_.host_roid = static_cast<int>(at);
      // What the assembler gets is the name.
      step.type = FindField(static_cast<int>(Ns::kCsvHost), "fName")->value;
    }
    if (column != nullptr) {
      step.way = WayOf(*column);
      step.slot = column->slot;
      step.open.slot = column->open;
      NoteStatus(*column, static_cast<int>(at));
    }
    step.is_text = step.way != Way::kOther && IsAnyText(*step.type);
    plan_.steps.push_back(std::move(step));
    used_.push_back(at);
  }

  void NoteStatus(const Column& column, int at) {
    if (column.slot != Slot::kStatusS || plan_.rules->statuses_max == 0) return;
    (column.open == Slot::kStatus ? plan_.status : plan_.rgp_status) = at;
  }

  // Columns of an address in the order of their forms: first the internationalised.
  void AddSteps(const Column& column) {
    for (const bool loc : {false, true}) {
      for (size_t i = 0; i < table_.fields.size(); ++i) {
        const CsvField& field = table_.fields[i];
        const int ns = NsOf(field.uri);
        if (!Is(column, ns, field) || field.is_loc.value_or(false) != loc) continue;
        const FieldElement* element = FindField(ns, field.name);
        if (element != nullptr) AddStep(&column, *element, i);
      }
    }
  }

  void AddUnused() {
    if (plan_.rules->postal_forms) {
      std::stable_sort(plan_.steps.begin(), plan_.steps.end(),
                       [](const Step& a, const Step& b) { return a.loc < b.loc; });
    }
    for (size_t i = 0; i < table_.fields.size(); ++i) {
      if (std::find(used_.begin(), used_.end(), i) != used_.end()) continue;
      const CsvField& field = table_.fields[i];
      const FieldElement* element = FindField(NsOf(field.uri), field.name);
      if (element == nullptr) continue;  // the XML reader has said so
      if (field.name == "fStreet" && (field.index < 0 || field.index >= kStreets)) {
        Report("index", "a street line is number 0, 1 or 2");
      }
      AddStep(nullptr, *element, i);
    }
  }

  void CheckDefinition(const Column& column, const CsvField& field, bool required) {
    if (column.need == Need::kMustBeRequired && !required) {
      Report(field.name, "RFC 9022 wants isRequired=\"true\" here");
    }
    if (column.need == Need::kNotRequired && required) {
      Report(field.name, "RFC 9022 wants isRequired=\"false\" here");
    }
    if (field.parent && (column.use != Use::kKey || table_.deletes)) {
      Report(field.name, "parent=\"true\" on a field that is not the key of a parent table");
    }
  }

  void CheckNeeds(absl::Span<const Column> columns) {
    std::string alternatives;
    bool chosen = false;
    for (const Column& column : columns) {
      const bool present = FieldsOf(column) > 0;
      if (column.need == Need::kOneOf) {
        absl::StrAppend(&alternatives, alternatives.empty() ? "" : ", ", column.field);
        chosen = chosen || present;
      } else if (!present && (column.need == Need::kMust || column.need == Need::kMustBeRequired)) {
        Report(column.field, absl::StrCat("a field that every table ", table_.name, " must have"));
      }
    }
    if (!chosen && !alternatives.empty()) {
      Report("fields", absl::StrCat("one of ", alternatives, " must be a field of this table"));
    }
  }

  // False where rows could not be told apart.
  bool FindKey() {
    for (size_t i = 0; i < table_.fields.size(); ++i) {
      const CsvField& field = table_.fields[i];
      if (NsOf(field.uri) == static_cast<int>(plan_.rules->key_ns) &&
          field.name == plan_.rules->key_field) {
        plan_.key = static_cast<int>(i);
      }
    }
    return plan_.key >= 0 || object_.tables.size() == 1 || table_.deletes;
  }

  const ObjectRules& object_;
  const CsvTable& table_;
  FlawReporter& flaws_;
  TablePlan plan_;
  std::vector<size_t> used_;  // fields that have a step
};

}  // namespace

TablePlan MakePlan(const ObjectRules& object, const CsvTable& table, const Position& at,
                   FlawReporter& flaws) {
  return PlanMaker(object, table, at, flaws).Make();
}

absl::string_view ElementOf(const Column& column) {
  switch (column.slot) {
    case Slot::kName:
      return "name";
    case Slot::kRoid:
      return "roid";
    case Slot::kId:
      return "id";
    case Slot::kGurid:
      return "gurid";
    case Slot::kClId:
      return "clID";
    case Slot::kStatusS:
      return "s";
    default:
      return column.field;
  }
}

}  // namespace tidemark::rde::csv
