#include "verifier/rules/values.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace tidemark::verifier {
namespace {

TEST(IsHostName, WantsLettersDigitsHyphens) {
  for (const char* good : {"a", "test", "a.b-c.d9", "xn--bcher-kva.test", "1.2", "A.B"}) {
    EXPECT_TRUE(IsHostName(good)) << good;
  }
  for (const char* bad :
       {"", ".", "a.", ".a", "a..b", "-a.b", "a-.b", "a_b.c", "b\xc3\xbc", "a b"}) {
    EXPECT_FALSE(IsHostName(bad)) << bad;
  }
  const std::string label(63, 'a');
  EXPECT_TRUE(IsHostName(label + ".test"));
  EXPECT_FALSE(IsHostName(label + "a.test"));
  EXPECT_TRUE(IsHostName(label + "." + label + "." + label + "." + label.substr(2)));
  EXPECT_FALSE(IsHostName(label + "." + label + "." + label + "." + label.substr(1)));
}

TEST(EndsInNumber, IsOfLastLabelsOfDigitsAlone) {
  for (const char* number : {"192.0.2.1", "a.1", "1", "a.b-1.00"}) {
    EXPECT_TRUE(EndsInNumber(number)) << number;
  }
  for (const char* name : {"", "a", "1.a", "a.1a", "a.a1", "1.2-3", "1."}) {
    EXPECT_FALSE(EndsInNumber(name)) << name;
  }
}

TEST(HasReservedLabel, IsOfHyphensInThirdAndFourthPlace) {
  for (const char* reserved : {"ab--c", "ab--", "a.ab--c.d", "xn--a.bq--c", "ab--c--d", "ab---c"}) {
    EXPECT_TRUE(HasReservedLabel(reserved)) << reserved;
  }
  for (const char* other :
       {"", "xn--a", "XN--A.test", "a--b", "abc--d", "a-b-c", "a.b--c", "a-.--"}) {
    EXPECT_FALSE(HasReservedLabel(other)) << other;
  }
}

TEST(RareUseOf, IsOfNetworksThatAreSeldomMet) {
  for (const char* rare :
       {"192.0.0.1", "192.0.0.170", "100::1", "64:ff9b:1::1", "fec0::1", "feff::"}) {
    EXPECT_NE(RareUseOf(rare), "") << rare;
  }
  for (const char* other : {"192.0.0.9", "192.0.0.10", "192.0.1.1", "100:0:0:1::", "64:ff9b::1",
                            "fe80::1", "2001:db8::1", "", "x"}) {
    EXPECT_EQ(RareUseOf(other), "") << other;
  }
}

bool NaiveIsHostName(absl::string_view name) {
  if (name.size() > 253) return false;
  for (const absl::string_view label : absl::StrSplit(name, '.')) {
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') {
      return false;
    }
    for (const char c : label) {
      if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '-') return false;
    }
  }
  return true;
}

TEST(IsHostName, AgreesWithOneLabelAtATime) {
  std::mt19937_64 random(1);
  int good = 0;
  for (int i = 0; i < 100'000; ++i) {
    std::string name;
    for (uint64_t labels = 1 + random() % 5; labels > 0; --labels) {
      name.append(1 + random() % (random() % 8 == 0 ? 70 : 12), 'a');
      if (labels > 1) name += '.';
    }
    for (uint64_t changes = random() % 3; changes > 0; --changes) {
      static constexpr char kBytes[] = "azAZ09--..@[`{/:_\xc3";
      name[random() % name.size()] = kBytes[random() % (sizeof(kBytes) - 1)];
    }
    ASSERT_EQ(IsHostName(name), NaiveIsHostName(name)) << name;
    good += IsHostName(name) ? 1 : 0;
  }
  EXPECT_GT(good, 20'000);
  EXPECT_LT(good, 80'000);
}

bool NaiveIsDotAtom(absl::string_view text) {
  for (const absl::string_view atom : absl::StrSplit(text, '.')) {
    if (atom.empty()) return false;
    for (const char c : atom) {
      if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) &&
          !absl::StrContains("!#$%&'*+-/=?^_`{|}~", c)) {
        return false;
      }
    }
  }
  return true;
}

// The usual ones are looked at 16 bytes at a time, up to 64.
TEST(IsEmail, OfEveryLengthIsLookedAtAsOneAtomAtATime) {
  int good = 0;
  for (const size_t size : {1, 2, 3, 15, 16, 17, 18, 31, 32, 33, 34, 48, 49, 63, 64, 65, 66}) {
    for (size_t split = 0; split < size; ++split) {
      std::string text(size, 'a');
      text[split] = '@';
      for (size_t at = 0; at < size; ++at) {
        for (const char c : absl::string_view("Z9-_.@[`{/:,\x7f\x80")) {
          std::string changed = text;
          changed[at] = c;
          // A second dot beside the first, or over the end of a lane.
          if (c == '.' && at + 16 < size) changed[at + (split % 2 == 0 ? 1 : 16)] = c;
          const size_t last = changed.rfind('@');
          const bool naive = last != std::string::npos &&
                             NaiveIsDotAtom(absl::string_view(changed).substr(0, last)) &&
                             NaiveIsDotAtom(absl::string_view(changed).substr(last + 1));
          ASSERT_EQ(IsEmail(changed), naive) << changed;
          good += naive ? 1 : 0;
        }
      }
    }
  }
  EXPECT_GT(good, 50'000);
}

TEST(IsBelow, IsNotItself) {
  EXPECT_TRUE(IsBelow("a.test", "test"));
  EXPECT_TRUE(IsBelow("a.TEST", "test"));
  EXPECT_TRUE(IsBelow("x.co.test", "co.test"));
  EXPECT_FALSE(IsBelow("test", "test"));
  EXPECT_FALSE(IsBelow("a.toast", "test"));
  EXPECT_FALSE(IsBelow("attest", "test"));
  EXPECT_FALSE(IsBelow(".test", "test"));
}

TEST(HasALabel, AtAnyPlace) {
  EXPECT_TRUE(HasALabel("xn--bcher-kva.test"));
  EXPECT_TRUE(HasALabel("a.XN--bcher-kva"));
  EXPECT_FALSE(HasALabel("axn--b.test"));
}

TEST(IsIp, EachOfItsFamily) {
  EXPECT_TRUE(IsIpv4("192.0.2.1"));
  EXPECT_TRUE(IsIpv6("2001:db8::1"));
  EXPECT_TRUE(IsIpv6("1080:0:0:0:8:800:200C:417A"));
  for (const char* bad : {"", "192.0.2", "192.0.2.256", "2001:db8::1", "192.0.2.1 ", "1.2.3.4.5"}) {
    EXPECT_FALSE(IsIpv4(bad)) << bad;
  }
  for (const char* bad : {"", "192.0.2.1", "::g", "1:2:3:4:5:6:7", "fe80::1%eth0"}) {
    EXPECT_FALSE(IsIpv6(bad)) << bad;
  }
}

TEST(IsEmail, AddrSpecOfRfc5322) {
  for (const char* good : {"a@b", "first.last+tag@example.org", "\"a b\"@c.d", "a@[192.0.2.1]",
                           "o'hara@example.org", "\"\\\"\"@b"}) {
    EXPECT_TRUE(IsEmail(good)) << good;
  }
  for (const char* bad : {"", "a", "@b", "a@", "a..b@c", ".a@b", "a.@b", "a b@c", "a@b@c", "a@b.",
                          "b\xc3\xbc@c", "\"a@b", "a@[b"}) {
    EXPECT_FALSE(IsEmail(bad)) << bad;
  }
}

TEST(IsCountryCode, OfficiallyAssignedOnly) {
  for (const char* good : {"AD", "DE", "GB", "US", "ZW"}) {
    EXPECT_TRUE(IsCountryCode(good)) << good;
  }
  for (const char* bad : {"", "D", "DEU", "de", "UK", "EU", "XX", "DA", "\0\0"}) {
    EXPECT_FALSE(IsCountryCode(bad)) << bad;
  }
}

TEST(IsAbsoluteUrl, HasASchemeAndNoBlanks) {
  EXPECT_TRUE(IsAbsoluteUrl("https://example.test/de.xml"));
  EXPECT_TRUE(IsAbsoluteUrl("urn:x"));
  for (const char* bad : {"", "example.test", "//example.test", ":x", "http:", "1http://x",
                          "http://a b", "http://a\"b"}) {
    EXPECT_FALSE(IsAbsoluteUrl(bad)) << bad;
  }
}

TEST(SpecialUseOf, NamesWhatNoNameServerCanHave) {
  for (const char* address :
       {"0.1.2.3",    "10.0.0.1",        "100.64.0.1",  "127.0.0.1", "169.254.1.1",
        "172.16.0.1", "172.31.255.255",  "192.168.0.1", "224.0.0.1", "239.1.1.1",
        "240.0.0.1",  "255.255.255.255", "::",          "::1",       "::ffff:192.0.2.1",
        "fe80::1",    "febf::1",         "fc00::1",     "fd12::1",   "ff02::1"}) {
    EXPECT_NE(SpecialUseOf(address), "") << address;
  }
  for (const char* address :
       {"1.1.1.1", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.169.0.1", "223.255.255.255",
        "198.18.0.1", "192.0.2.1", "2001:db8::1", "2620:0:2d0:200::7", "fec0::1", "not one", ""}) {
    EXPECT_EQ(SpecialUseOf(address), "") << address;
  }
}

}  // namespace
}  // namespace tidemark::verifier
