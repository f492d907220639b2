#include "verifier/rules/idn_label.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace tidemark::verifier {
namespace {

TEST(UnicodeNameOf, DecodesALabelsAndKeepsTheRest) {
  EXPECT_EQ(UnicodeNameOf("xn--bcher-kva.Example"),
            "b\xc3\xbc"
            "cher.example");
  EXPECT_EQ(UnicodeNameOf("XN--BCHER-KVA.test"),
            "b\xc3\xbc"
            "cher.test");
  EXPECT_EQ(UnicodeNameOf("plain.test"), "plain.test");
  // IDNA2008 keeps the sharp s, which IDNA2003 mapped away.
  EXPECT_EQ(UnicodeNameOf("xn--strae-oqa.test"),
            "stra\xc3\x9f"
            "e.test");
  EXPECT_EQ(UnicodeNameOf("xn--fiqs8s"), "\xe4\xb8\xad\xe5\x9b\xbd");
}

TEST(UnicodeNameOf, RefusesWhatIsNoALabel) {
  for (const char* name : {
           "xn--",                  // nothing
           "xn--a",                 // does not decode to anything but ASCII
           "xn--abc-.test",         // an ASCII label in disguise
           "xn--99999999999",       // overflows
           "xn--i-7iq.test",        // a symbol, which no U-label may have
           "xn--bcher-kva8445foa",  // a replacement character within
       }) {
    EXPECT_EQ(UnicodeNameOf(name), std::nullopt) << name;
  }
}

}  // namespace
}  // namespace tidemark::verifier
