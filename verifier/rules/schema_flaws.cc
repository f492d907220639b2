#include "verifier/rules/schema_flaws.h"

#include <algorithm>
#include <iterator>

#include "rde/csv/no_xml_character.h"

namespace tidemark::verifier {
namespace {

using rde::FlawKind;

// Values that rules judge by themselves (names, dates, addresses) are not here: their rules see the
// value as it came.
struct SpecificCode {
  absl::string_view uri;
  absl::string_view element;  // "" for any
  bool missing;               // else: present and wrong
  Code code;
};
constexpr SpecificCode kSpecificCodes[] = {
    {rde::kDomainUri, "roid", true, Code::kDomainHasMissingRoid},
    {rde::kDomainUri, "roid", false, Code::kDomainHasInvalidRoid},
    {rde::kDomainUri, "status", true, Code::kDomainHasMissingStatus},
    {rde::kDomainUri, "status", false, Code::kDomainHasInvalidStatus},
    {rde::kDomainUri, "s", true, Code::kDomainHasInvalidStatus},
    {rde::kDomainUri, "s", false, Code::kDomainHasInvalidStatus},
    {rde::kDomainUri, "clID", true, Code::kDomainHasMissingClid},
    {rde::kHostUri, "roid", true, Code::kHostHasMissingRoid},
    {rde::kHostUri, "roid", false, Code::kHostHasInvalidRoid},
    {rde::kHostUri, "status", true, Code::kHostHasMissingStatus},
    {rde::kHostUri, "status", false, Code::kHostHasInvalidStatus},
    {rde::kHostUri, "s", true, Code::kHostHasInvalidStatus},
    {rde::kHostUri, "s", false, Code::kHostHasInvalidStatus},
    {rde::kHostUri, "clID", true, Code::kHostHasMissingClid},
    // RST has no code for a contact without roid.
    {rde::kContactUri, "roid", true, Code::kContactHasInvalidRoid},
    {rde::kContactUri, "roid", false, Code::kContactHasInvalidRoid},
    {rde::kRegistrarUri, "id", true, Code::kRegistrarHasMissingId},
    {rde::kRegistrarUri, "id", false, Code::kRegistrarHasInvalidId},
    {rde::kRegistrarUri, "name", true, Code::kRegistrarHasMissingName},
    {rde::kRegistrarUri, "name", false, Code::kRegistrarHasInvalidName},
    {rde::kRegistrarUri, "gurid", false, Code::kRegistrarHasInvalidGurid},
    {rde::kIdnUri, "", true, Code::kIdnObjectInvalid},
    {rde::kIdnUri, "", false, Code::kIdnObjectInvalid},
    {rde::kPolicyUri, "", true, Code::kPolicyObjectInvalid},
    {rde::kPolicyUri, "", false, Code::kPolicyObjectInvalid},
};

void RaiseSpecific(const rde::Flaw& flaw, const Subject& subject, bool missing, Judgement& j) {
  for (const SpecificCode& row : kSpecificCodes) {
    if (row.uri != flaw.object_uri || row.missing != missing) continue;
    if (!row.element.empty() && row.element != flaw.element) continue;
    j.log.Raise(row.code, subject, Printable(flaw.element), ": ", flaw.detail);
    return;
  }
}

void RaiseAuthInfo(const Subject& subject, Judgement& j) {
  j.log.Raise(Code::kAuthInfoPresent, subject, "authInfo must not be in a deposit");
}

void RaiseSchemaFlaw(const rde::Flaw& flaw, const Subject& subject, Judgement& j) {
  j.log.Raise(Code::kSchemaValidationError, subject,
              flaw.element.empty() ? "" : Printable(flaw.element), flaw.element.empty() ? "" : ": ",
              flaw.detail);
  if (flaw.element == "authInfo") RaiseAuthInfo(subject, j);
  const bool missing =
      flaw.kind == FlawKind::kMissingElement || flaw.kind == FlawKind::kMissingAttribute;
  const bool wrong =
      flaw.kind == FlawKind::kInvalidValue || flaw.kind == FlawKind::kInvalidAttribute;
  if (missing || wrong) RaiseSpecific(flaw, subject, missing, j);
}

// What a flaw about a whole file is about: its name where the definition has it, else the table.
Subject FileOf(const rde::Flaw& flaw) {
  if (flaw.element.empty()) return {"table", flaw.object_key, flaw.position};
  return {"file", flaw.element, flaw.position};
}

// What holds the files of the deposit, in which no line can be named.
Subject AboutFiles(const rde::Flaw& flaw) {
  if (flaw.position.file == 0) return {"deposit", "", std::nullopt};
  return {"deposit", "", flaw.position};
}

}  // namespace

absl::string_view KindOf(absl::string_view uri) {
  struct Kind {
    absl::string_view uri;
    absl::string_view kind;
  };
  static constexpr Kind kKinds[] = {
      {rde::kHeaderUri, "header"},       {rde::kDomainUri, "domain"},
      {rde::kHostUri, "host"},           {rde::kContactUri, "contact"},
      {rde::kRegistrarUri, "registrar"}, {rde::kIdnUri, "idnTableRef"},
      {rde::kNndnUri, "nndn"},           {rde::kEppParamsUri, "eppParams"},
      {rde::kPolicyUri, "policy"},
  };
  const auto* it = std::find_if(std::begin(kKinds), std::end(kKinds),
                                [uri](const Kind& kind) { return kind.uri == uri; });
  if (it != std::end(kKinds)) return it->kind;
  if (!rde::XmlUriOf(uri).empty()) return "table";
  return uri.empty() ? "deposit" : "object";
}

void RaiseFlaw(const rde::Flaw& flaw, Judgement& j) {
  const Subject subject{KindOf(flaw.object_uri), flaw.object_key, flaw.position};
  switch (flaw.kind) {
    case FlawKind::kNotWellFormed:
    case FlawKind::kDoctype:
      j.log.Raise(Code::kXmlParseError, subject, flaw.detail);
      return;
    case FlawKind::kNotUtf8:
      j.log.Raise(Code::kNotUtf8, subject, flaw.detail);
      return;
    case FlawKind::kLimitExceeded:
      j.log.Raise(Code::kLimitExceeded, subject, flaw.detail);
      return;
    case FlawKind::kFilesMissing:
      j.log.Raise(Code::kMissingFiles, AboutFiles(flaw), flaw.detail);
      return;
    case FlawKind::kFilesRefused:
      j.log.Raise(Code::kFilesRefused, AboutFiles(flaw), flaw.detail);
      return;
    case FlawKind::kUnknownNamespace:
      j.log.Raise(Code::kUnknownNamespace, subject, flaw.detail);
      return;
    case FlawKind::kAuthInfo:
      RaiseAuthInfo(flaw.object_uri.empty() ? Subject{"object", "", flaw.position} : subject, j);
      return;
    case FlawKind::kCsvDefinition:
      j.log.Raise(Code::kCsvDefinitionInvalid, subject, Printable(flaw.element), ": ", flaw.detail);
      return;
    case FlawKind::kCsvMissingFile:
      j.log.Raise(Code::kMissingFiles, FileOf(flaw), flaw.detail);
      return;
    case FlawKind::kCsvUnnamedFile:
      j.log.Raise(Code::kCsvFileUnnamed, FileOf(flaw), flaw.detail);
      return;
    case FlawKind::kCsvUnreadable:
      j.log.Raise(Code::kCsvFileUnreadable, FileOf(flaw), flaw.detail);
      return;
    case FlawKind::kCsvChecksum:
      j.log.Raise(Code::kCsvChecksumMismatch, FileOf(flaw), flaw.detail);
      return;
    case FlawKind::kCsvForm:
      if (flaw.detail == rde::csv::kNoXmlCharacter && !j.rules().csv_of_xml_characters) return;
      j.log.Raise(Code::kInvalidCsv, subject, flaw.detail);
      return;
    case FlawKind::kCsvOrphan:
      j.log.Raise(Code::kCsvRowOrphaned, subject, flaw.detail);
      return;
    case FlawKind::kCsvMissingValue:
    case FlawKind::kCsvInvalidValue:
      j.log.Raise(Code::kCsvValueInvalid, subject, flaw.detail);
      RaiseSpecific(flaw, subject, flaw.kind == FlawKind::kCsvMissingValue, j);
      return;
    case FlawKind::kUnexpectedElement:
    case FlawKind::kMissingElement:
    case FlawKind::kRepeatedElement:
    case FlawKind::kInvalidValue:
    case FlawKind::kMissingAttribute:
    case FlawKind::kUnexpectedAttribute:
    case FlawKind::kInvalidAttribute:
      RaiseSchemaFlaw(flaw, subject, j);
      return;
  }
}

}  // namespace tidemark::verifier
