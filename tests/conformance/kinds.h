// For tests: the kinds of mutations that mutations.cc lists. False: no place for it here.
#ifndef TIDEMARK_TESTS_CONFORMANCE_KINDS_H_
#define TIDEMARK_TESTS_CONFORMANCE_KINDS_H_

#include <string>

#include "tests/conformance/values.h"
#include "tests/conformance/xml_tree.h"

namespace tidemark::conformance {

bool DropElement(Node& root, Dice& dice);
bool RepeatElement(Node& root, Dice& dice);
bool SwapSiblings(Node& root, Dice& dice);
bool MoveElement(Node& root, Dice& dice);
bool RenameElement(Node& root, Dice& dice);
bool StrayText(Node& root, Dice& dice);
bool UnknownElement(Node& root, Dice& dice);
bool AnyContent(Node& root, Dice& dice);

bool ReplaceValue(Node& root, Dice& dice);
bool ReplaceDate(Node& root, Dice& dice);
bool ReplaceNumber(Node& root, Dice& dice);
bool ReplaceUri(Node& root, Dice& dice);
bool ReplaceBinary(Node& root, Dice& dice);
bool PerturbValue(Node& root, Dice& dice);
bool WordCharacter(Node& root, Dice& dice);
bool ExchangeValues(Node& root, Dice& dice);
bool EmptyValue(Node& root, Dice& dice);
bool LengthOfValue(Node& root, Dice& dice);
bool WhiteSpace(Node& root, Dice& dice);
bool MarkupInValue(Node& root, Dice& dice);
bool CharacterReference(Node& root, Dice& dice);
bool EntityReference(Node& root, Dice& dice);

bool AttributeValue(Node& root, Dice& dice);
bool PerturbAttribute(Node& root, Dice& dice);
bool DropAttribute(Node& root, Dice& dice);
bool AddAttribute(Node& root, Dice& dice);
bool DuplicateAttribute(Node& root, Dice& dice);
bool RenameAttribute(Node& root, Dice& dice);
bool XsiType(Node& root, Dice& dice);
bool XsiNil(Node& root, Dice& dice);
bool XsiSchemaLocation(Node& root, Dice& dice);

bool RenamePrefix(Node& root, Dice& dice);
bool DefaultNamespace(Node& root, Dice& dice);
bool ShadowNamespace(Node& root, Dice& dice);
bool OtherPrefix(Node& root, Dice& dice);
bool NamespaceUri(Node& root, Dice& dice);
bool BindPrefix(Node& root, Dice& dice);

bool MarkupStyle(std::string& xml, Dice& dice);
bool SpoilByte(std::string& xml, Dice& dice);
bool SpoilMarkup(std::string& xml, Dice& dice);
bool Truncate(std::string& xml, Dice& dice);

}  // namespace tidemark::conformance

#endif  // TIDEMARK_TESTS_CONFORMANCE_KINDS_H_
