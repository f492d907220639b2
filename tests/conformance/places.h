// For tests: where in a document something can be changed.
#ifndef TIDEMARK_TESTS_CONFORMANCE_PLACES_H_
#define TIDEMARK_TESTS_CONFORMANCE_PLACES_H_

#include <vector>

#include "tests/conformance/values.h"
#include "tests/conformance/xml_tree.h"

namespace tidemark::conformance {

// An element and where it stands; of the document's element, the parent is null.
struct Place {
  Node* node = nullptr;
  Node* parent = nullptr;
  size_t index = 0;  // in the parent's children
};

// All elements, or those with a value, in document order. Valid until the tree changes.
std::vector<Place> Elements(Node& root);
std::vector<Place> Values(Node& root);

// One of the list; it must not be empty.
const Place& Pick(const std::vector<Place>& places, Dice& dice);

// An element without a type: xs:anyType.
bool IsAnyType(const Place& place);
// An element that the schemas declare for use anywhere: an object, or the deposit itself.
bool IsGlobal(const Place& place);

}  // namespace tidemark::conformance

#endif  // TIDEMARK_TESTS_CONFORMANCE_PLACES_H_
