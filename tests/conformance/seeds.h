// For tests: good deposits to start mutations from, small and of several hands.
#ifndef TIDEMARK_TESTS_CONFORMANCE_SEEDS_H_
#define TIDEMARK_TESTS_CONFORMANCE_SEEDS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "tests/conformance/xml_tree.h"

namespace tidemark::conformance {

// RFC 9022's: the objects in the XML, or definitions of CSV files there.
enum class Model { kXml, kCsv };

// Name and document. `shared` is the shared folder, with other people's deposits.
std::vector<std::pair<std::string, Node>> Seeds(Model model, absl::string_view shared);

}  // namespace tidemark::conformance

#endif  // TIDEMARK_TESTS_CONFORMANCE_SEEDS_H_
