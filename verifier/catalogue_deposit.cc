// The catalogue: RST codes about the deposit as a whole.
#include "verifier/catalogue_rows.h"

namespace tidemark::verifier {

absl::Span<const CodeInfo> DepositRows() {
  static constexpr CodeInfo kRows[] = {
      {Code::kDecryptionFailed, "RDE_DECRYPTION_FAILED", Severity::kCritical, "RST rde-03",
       "The OpenPGP message does not decrypt to authentic content",
       "Encrypt the tarball again to the agent's present key, with integrity protection, and send "
       "the file in binary."},
      {Code::kXmlParseError, "RDE_XML_PARSE_ERROR", Severity::kCritical, "RST rde-04",
       "The file is not well-formed XML",
       "Export the deposit again and compare the file size at both ends: the file may be cut off "
       "or damaged."},
      {Code::kSchemaValidationError, "RDE_SCHEMA_VALIDATION_ERROR", Severity::kCritical,
       "RST rde-04", "The XML does not follow the schemas of RFC 8909, RFC 9022 or EPP",
       "Validate the export against the published schemas; correct the element named."},
      {Code::kInvalidCsv, "RDE_INVALID_CSV", Severity::kError, "RST rde-04; RFC 4180",
       "A CSV file of the deposit is malformed", "Write CSV as RFC 4180 says."},
      {Code::kMissingFiles, "RDE_MISSING_FILES", Severity::kCritical, "RST rde-04",
       "A file that belongs to the deposit is not there",
       "Send every file that the XML names, under that very name, beside the XML."},
      {Code::kObjectHasMixedTypes, "RDE_OBJECT_HAS_MIXED_TYPES", Severity::kError,
       "RST rde-04; RFC 9022 4.6", "One object type is in the XML and in the CSV model",
       "Export all objects of one type in one model."},
      {Code::kInvalidFilename, "RDE_INVALID_FILENAME", Severity::kError,
       "RA Specification 2, Part A, 5; RST rde-01", "The file name does not fit the deposit",
       "Name the file {gTLD}_{YYYY-MM-DD}_{full|diff}_S{#}_R{rev}.ryde, with the date of the "
       "watermark and the resend as rev."},
      {Code::kInvalidSignature, "RDE_INVALID_SIGNATURE", Severity::kError,
       "RST rde-02; RA Specification 2, Part A, 4",
       "The detached signature is not the registry's over this file",
       "Sign the very file that is sent, with the key that the agent was given."},
      {Code::kMissingObjectUri, "RDE_MISSING_OBJECT_URI", Severity::kError, "RST rde-05",
       "The header does not count an object type that must be there",
       "Add a count element for the namespace named."},
      {Code::kUnexpectedObjectUri, "RDE_UNEXPECTED_OBJECT_URI", Severity::kError, "RST rde-05",
       "The header or the menu lists an object type that must not be there",
       "Take the namespace named out of header and menu, or judge with the model that the TLD "
       "really uses."},
      {Code::kMenuAndHeaderUrisDiffer, "RDE_MENU_AND_HEADER_URIS_DIFFER", Severity::kError,
       "RST rde-05", "Menu and header do not list the same object types",
       "List in rdeMenu exactly the namespaces that the header counts."},
      {Code::kObjectCountMismatch, "RDE_OBJECT_COUNT_MISMATCH", Severity::kError,
       "RST rde-06; RFC 9022 8",
       "The header counts other numbers of objects than the deposit holds",
       "Count again after the export, in the same database snapshot."},
      {Code::kUnexpectedObject, "RDE_UNEXPECTED_OBJECT", Severity::kError,
       "RST rde-06; RFC 8909 5.1.2", "An object's type is not announced",
       "List the namespace in rdeMenu and count it in the header."},
  };
  return kRows;
}

}  // namespace tidemark::verifier
