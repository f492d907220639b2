// Short lists of people and places, spelled in ASCII and as at home: what contacts are made of.
#ifndef TIDEMARK_TOOLS_GENERATOR_PEOPLE_H_
#define TIDEMARK_TOOLS_GENERATOR_PEOPLE_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace tidemark::generator {

// The same text for postalInfo types int (ASCII) and loc.
struct Spelling {
  absl::string_view ascii;
  absl::string_view local;
};

struct City {
  Spelling name;
  absl::string_view province;     // ASCII; may be empty
  absl::string_view postal_code;  // pattern: 9 is any digit, A any capital letter
};

struct Country {
  absl::string_view code;          // ISO 3166
  absl::string_view calling_code;  // "+49"
  absl::string_view phone;         // pattern of digits behind the calling code
  bool number_first;               // "12 High Street", not "Hauptstr. 12"
  bool family_first;               // in the local spelling
  Spelling company;                // "Ltd"
  absl::Span<const Spelling> given;
  absl::Span<const Spelling> family;
  absl::Span<const Spelling> streets;
  absl::Span<const City> cities;
};

absl::Span<const Country> Countries();

}  // namespace tidemark::generator

#endif  // TIDEMARK_TOOLS_GENERATOR_PEOPLE_H_
