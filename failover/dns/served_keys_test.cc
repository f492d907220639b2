// Keys of an old registry, imported and served: its DS stays right, and what they sign validates
// with the anchor that the world has.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/testing.h"
#include "failover/dns/dnskey.h"
#include "failover/dns/key_import_testing.h"
#include "failover/dns/signed_server.h"

namespace tidemark::failover {
namespace {

using ::testing::HasSubstr;

constexpr absl::Duration kReady = absl::Seconds(60);
constexpr char kZone[] =
    "example. 3600 IN SOA ns1.nic.example. hostmaster.nic.example. 7 1800 900 604800 3600\n"
    "example. 3600 IN NS ns1.nic.example.\n"
    "ns1.nic.example. 3600 IN A 127.0.0.1\n"
    "a.example. 3600 IN NS ns.other.org.\n"
    "a.example. 3600 IN DS 1 13 2 "
    "7791f1d51c2676071ef6e4edc935a6d3d7d4e3c238c7839964ee53f0f2f85a79\n";

class ServedKeysTest : public KeyImportTest {
 protected:
  void SetUp() override {
    KeyImportTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    ASSERT_OK(base::WriteFile(dir_ + "/example.zone", kZone, base::FileMode::kPublic));
    options_.dir = dir_ + "/dns";
    options_.tld = "example";
    options_.zone_path = dir_ + "/example.zone";
    options_.import_keys_dir = Old();
  }

  std::string DsOf(const std::string& key) {
    const std::string out = Output({"dnssec-dsfromkey", "-2", absl::StrCat(Old(), "/", key)});
    const std::vector<std::string> words =
        absl::StrSplit(absl::AsciiStrToLower(out), absl::ByAnyChar(" \n"), absl::SkipEmpty());
    return words.size() == 7 ? absl::StrCat(words[3], " ", words[4], " ", words[5], " ", words[6])
                             : out;
  }
  std::string PathOf(const std::string& file) const { return absl::StrCat(Old(), "/", file); }

  // A file for delv: the key-signing key `ksk`, as the old registry published it.
  std::string AnchorOf(const std::string& ksk) {
    const absl::StatusOr<Dnskey> key =
        ParseDnskey(base::ReadSmallFile(PathOf(ksk + ".key")).value_or(""));
    EXPECT_OK(key);
    std::string anchor = dir_ + "/anchor";
    EXPECT_OK(base::WriteFile(anchor,
                              absl::StrCat("trust-anchors { \"example.\" static-key 257 3 ",
                                           int{key->algorithm}, " \"", key->public_key, "\"; };\n"),
                              base::FileMode::kPublic));
    return anchor;
  }
  std::string Validate(const SignedServer& server, const std::string& anchor) {
    return Output({"delv", "@127.0.0.1", "-p", absl::StrCat(server.port()), "-a", anchor,
                   "+root=example", "a.example", "DS"});
  }

  SignedServerOptions options_;
};

struct Case {
  const char* algorithm;
  bool as_pem;
};

class OldKeysTest : public ServedKeysTest, public ::testing::WithParamInterface<Case> {};

TEST_P(OldKeysTest, KeepTheDsAndValidateWithTheOldAnchor) {
  const std::string ksk = Make(Role::kKsk, GetParam().algorithm);
  const std::string zsk = Make(Role::kZsk, GetParam().algorithm);
  const std::string old_ds = DsOf(ksk);
  const std::string anchor = AnchorOf(ksk);
  if (GetParam().as_pem) {
    ASSERT_NO_FATAL_FAILURE(ToPem(ksk));
    ASSERT_NO_FATAL_FAILURE(ToPem(zsk));
  }
  // The second time the keys are there already, the third nobody names them.
  for (int start = 0; start < 3; ++start) {
    if (start == 2) options_.import_keys_dir.clear();
    ASSERT_OK_AND_ASSIGN(const auto server, SignedServer::Start(options_));
    ASSERT_OK(server->WaitUntilAnswering(kReady));
    ASSERT_OK_AND_ASSIGN(const std::string ds, base::ReadSmallFile(options_.dir + "/ds.txt"));
    EXPECT_THAT(ds, HasSubstr(old_ds + "\n"));
    EXPECT_THAT(Validate(*server, anchor), HasSubstr("; fully validated"));
    EXPECT_OK(server->Stop());
  }
  ASSERT_OK_AND_ASSIGN(const std::vector<std::string> ids, Store().Ids());
  EXPECT_EQ(ids.size(), 2u) << "keys were added, or rolled";
  for (const std::string& id : ids) {
    struct stat info;
    ASSERT_EQ(stat(absl::StrCat(options_.dir, "/keys/keys/", id, ".pem").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777, 0600u);
  }
  EXPECT_FALSE(std::filesystem::exists(options_.dir + "/keys.bind"));
  EXPECT_FALSE(std::filesystem::exists(options_.dir + "/keys.import"));
}

INSTANTIATE_TEST_SUITE_P(Algorithms, OldKeysTest,
                         ::testing::Values(Case{"ECDSAP256SHA256", false},
                                           Case{"ECDSAP256SHA256", true}, Case{"RSASHA256", false},
                                           Case{"RSASHA512", true}, Case{"ECDSAP384SHA384", true},
                                           Case{"ED25519", false}));

// A registry that kept its key-signing key apart: knotd makes the other.
TEST_F(ServedKeysTest, AKeySigningKeyAloneKeepsTheDs) {
  const std::string ksk = Make(Role::kKsk, "RSASHA256");
  ASSERT_OK_AND_ASSIGN(const auto server, SignedServer::Start(options_));
  ASSERT_OK(server->WaitUntilAnswering(kReady));
  ASSERT_OK_AND_ASSIGN(const std::string ds, base::ReadSmallFile(options_.dir + "/ds.txt"));
  EXPECT_THAT(ds, HasSubstr(DsOf(ksk)));
  EXPECT_THAT(Validate(*server, server->trust_anchor_path()), HasSubstr("; fully validated"));
}

// How OpenSSL writes a key that it made: the commands that turn it into the form to import.
struct Form {
  const char* name;
  const char* algorithm;  // of DNSSEC
  std::vector<std::string> make;
  std::vector<std::string> convert;  // reads MADE, writes PEM
};
void PrintTo(const Form& form, std::ostream* out) { *out << form.name; }

const std::vector<std::string> kMakeP256 = {"openssl", "ecparam", "-name", "prime256v1",
                                            "-genkey", "-out",    "MADE"};
const std::vector<std::string> kMakeP384 = {"openssl", "ecparam", "-name", "secp384r1",
                                            "-genkey", "-noout",  "-out",  "MADE"};

class OpensslKeysTest : public ServedKeysTest, public ::testing::WithParamInterface<Form> {
 protected:
  std::string Run(std::vector<std::string> argv) {
    for (std::string& word : argv) {
      if (word == "MADE") word = dir_ + "/made.pem";
      if (word == "SEC1") word = dir_ + "/sec1.pem";
      if (word == "PEM") word = PathOf("old.pem");
    }
    return Output(argv);
  }
  // The DNSKEY's public key, from what OpenSSL says of the whole key: RFC 6605 section 4, RFC 8080
  // section 3, RFC 3110 section 2 with an exponent of 65537.
  std::string PublicKey() {
    const std::string made = dir_ + "/made.pem";
    if (absl::StartsWith(GetParam().algorithm, "8")) {
      const std::string hex(absl::StripAsciiWhitespace(
          Output({"openssl", "rsa", "-in", made, "-noout", "-modulus"})));
      return absl::Base64Escape(absl::StrCat(
          absl::string_view("\3\1\0\1", 4), absl::HexStringToBytes(hex.substr(hex.find('=') + 1))));
    }
    const std::string der = Output({"openssl", "pkey", "-in", made, "-pubout", "-outform", "DER"});
    const size_t bytes = GetParam().algorithm == std::string("13")   ? 64
                         : GetParam().algorithm == std::string("14") ? 96
                                                                     : 32;
    return absl::Base64Escape(der.substr(der.size() - bytes));
  }
};

TEST_P(OpensslKeysTest, SignWithTheOldPublicKey) {
  Run(GetParam().make);
  if (std::string(GetParam().name) == "Pkcs8WithoutPublicKey") {
    Run({"openssl", "ec", "-in", "MADE", "-no_public", "-out", "SEC1"});
  }
  Run(GetParam().convert);
  ASSERT_EQ(chmod(PathOf("old.pem").c_str(), 0600), 0);
  ASSERT_OK(base::WriteFile(
      PathOf("old.key"),
      absl::StrCat("example. IN DNSKEY 257 3 ", GetParam().algorithm, " ", PublicKey(), "\n"),
      base::FileMode::kPublic));
  ASSERT_OK_AND_ASSIGN(const auto server, SignedServer::Start(options_));
  ASSERT_OK(server->WaitUntilAnswering(kReady));
  EXPECT_THAT(Validate(*server, AnchorOf("old")), HasSubstr("; fully validated"));
}

INSTANTIATE_TEST_SUITE_P(
    Forms, OpensslKeysTest,
    ::testing::Values(
        Form{"Sec1WithParameters", "13", kMakeP256, {"cp", "MADE", "PEM"}},
        Form{"Sec1WithoutPublicKey",
             "13",
             kMakeP256,
             {"openssl", "ec", "-in", "MADE", "-no_public", "-out", "PEM"}},
        Form{"Sec1OfP384WithoutPublicKey",
             "14",
             kMakeP384,
             {"openssl", "ec", "-in", "MADE", "-no_public", "-out", "PEM"}},
        Form{"Pkcs8",
             "13",
             kMakeP256,
             {"openssl", "pkcs8", "-topk8", "-nocrypt", "-in", "MADE", "-out", "PEM"}},
        Form{"Pkcs8WithoutPublicKey",
             "13",
             kMakeP256,
             {"openssl", "pkcs8", "-topk8", "-nocrypt", "-in", "SEC1", "-out", "PEM"}},
        Form{"Pkcs8OfEd25519",
             "15",
             {"openssl", "genpkey", "-algorithm", "ed25519", "-out", "MADE"},
             {"cp", "MADE", "PEM"}},
        Form{"Pkcs1",
             "8",
             {"openssl", "genrsa", "-traditional", "-out", "MADE", "2048"},
             {"cp", "MADE", "PEM"}}),
    [](const ::testing::TestParamInfo<Form>& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace tidemark::failover
