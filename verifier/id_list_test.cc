#include "verifier/id_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/limits.h"
#include "base/testing.h"
#include "verifier/testing/deposit_text.h"

namespace tidemark::verifier {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kRepositoriesXml[] =
    "<?xml version='1.0' encoding='UTF-8'?>\n"
    "<registry xmlns=\"http://www.iana.org/assignments\" id=\"epp-repository-ids\">"
    "<registry id=\"epp-repository-ids-1\"><note>ID: foo, #x0066</note>"
    "<record><id>TEST, #x0054 #x0045 #x0053 #x0054</id><change/></record>"
    "<record updated=\"2015-09-01\"><id>\xc3\x85\xc3\x84\xc3\x96, #x00C5 #x00C4 "
    "#x00D6</id></record>"
    "</registry><people><person id=\"x\"><id>NOT</id></person></people></registry>";

absl::StatusOr<IdList> Repositories(absl::string_view text) {
  base::StringSource source(text);
  return IdList::Read(source, IdList::Kind::kRepositories);
}
absl::StatusOr<IdList> Registrars(absl::string_view text) {
  base::StringSource source(text);
  return IdList::Read(source, IdList::Kind::kRegistrars);
}

TEST(IdList, ReadsRepositoryIdsOfIanasXml) {
  ASSERT_OK_AND_ASSIGN(const IdList list, Repositories(kRepositoriesXml));
  EXPECT_EQ(list.size(), 2u);
  EXPECT_TRUE(list.Contains("TEST"));
  EXPECT_TRUE(list.Contains("\xc3\x85\xc3\x84\xc3\x96"));
  EXPECT_FALSE(list.Contains("test"));
  EXPECT_FALSE(list.Contains("NOT"));
  EXPECT_FALSE(list.Contains("foo"));
}

TEST(IdList, ReadsTheStoredListOfRepositories) {
  const std::optional<std::string> shared = base::SharedDir();
  if (!shared.has_value()) GTEST_SKIP() << base::kNoSharedDir;
  ASSERT_OK_AND_ASSIGN(
      const IdList list,
      IdList::ReadFile(*shared + "/spec/iana/epp-repository-ids.xml", IdList::Kind::kRepositories));
  EXPECT_EQ(list.size(), 519u);
  EXPECT_TRUE(list.Contains("ENUMAT"));
  EXPECT_TRUE(list.Contains("\xc3\x85\xc3\x84\xc3\x96"));
}

TEST(IdList, ReadsRegistrarIdsOfXmlCsvAndLines) {
  for (const absl::string_view text :
       {"<registry><registry><record><value>1001</value><name>N, Inc.</name></record>"
        "<record><value>9999</value></record></registry></registry>",
        "\"ID\",Registrar Name,Status,RDAP Base URL\r\n1001,\"N, \"\"Inc.\"\"\nof two lines\","
        "Accredited,https://rdap.example/\r\n9999,Reserved,Reserved,\r\n",
        "\xef\xbb\xbf# registrars\n1001\n\n  09999"}) {
    ASSERT_OK_AND_ASSIGN(const IdList list, Registrars(text));
    EXPECT_EQ(list.size(), 2u) << text;
    EXPECT_TRUE(list.Contains("1001"));
    EXPECT_TRUE(list.Contains("9999"));
    EXPECT_TRUE(list.Contains("01001"));
    EXPECT_FALSE(list.Contains("100"));
    EXPECT_FALSE(list.Contains("x"));
  }
}

TEST(IdList, RefusesWhatIsNoList) {
  EXPECT_EQ(Repositories("").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Repositories("<registry/>").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Repositories("<registry><record><id>A</id>").status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Registrars("Name,ID\nExample,1001\n").status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Repositories(std::string(base::kIdListIdBytesMax + 1, 'A')).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Registrars("1001,\"open").status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(IdList, IsBounded) {
  std::string many;
  for (size_t i = 0; i <= base::kIdListEntriesMax; ++i) absl::StrAppend(&many, i, "\n");
  EXPECT_EQ(Registrars(many).status().code(), absl::StatusCode::kResourceExhausted);
}

TEST(RegistriesRule, RepositoryIdsOutsideTheListAreInvalidRoids) {
  ASSERT_OK_AND_ASSIGN(const IdList list, Repositories(kRepositoriesXml));
  CheckOptions options = GoodOptions();
  options.repository_ids = &list;
  EXPECT_THAT(CodesOf(CheckText(DepositText(), options)), IsEmpty());
  EXPECT_THAT(
      CodesOf(CheckText(DepositText({{"D1-TEST", "D1-\xc3\x85\xc3\x84\xc3\x96"}}), options)),
      IsEmpty());
  EXPECT_THAT(CodesOf(CheckText(DepositText({{"D1-TEST", "D1-TOAST"}}), options)),
              ElementsAre("RDE_DOMAIN_HAS_INVALID_ROID"));
  EXPECT_THAT(CodesOf(CheckText(DepositText({{"D2-TEST", "D-2-test"}}), options)),
              Contains("RDE_DOMAIN_HAS_INVALID_ROID"));
  EXPECT_THAT(CodesOf(CheckText(DepositText({{"H2-TEST", "H2-TOAST"}}), options)),
              ElementsAre("RDE_HOST_HAS_INVALID_ROID"));
  EXPECT_THAT(CodesOf(CheckText(DepositText({{"C1-TEST", "C1-TOAST"}}), options)),
              ElementsAre("RDE_CONTACT_HAS_INVALID_ROID"));
}

TEST(RegistriesRule, GuridsOutsideTheListAreInvalid) {
  ASSERT_OK_AND_ASSIGN(const IdList list, Registrars("1001\n"));
  CheckOptions options = GoodOptions();
  options.registrar_ids = &list;
  EXPECT_THAT(CodesOf(CheckText(DepositText(), options)), IsEmpty());
  EXPECT_THAT(CodesOf(CheckText(DepositText({{"gurid>1001<", "gurid>+1001<"}}), options)),
              IsEmpty());
  for (const char* other : {"gurid>1002<", "gurid>+1002<"}) {
    EXPECT_THAT(CodesOf(CheckText(DepositText({{"gurid>1001<", other}}), options)),
                ElementsAre("RDE_REGISTRAR_HAS_INVALID_GURID"));
  }
}

TEST(RegistriesRule, WithoutListsItsChecksAreSkipped) {
  const Report report = CheckText(DepositText(), GoodOptions());
  EXPECT_THAT(report.skipped, Contains(Skip{Code::kDomainHasInvalidRoid,
                                            "form only: --repository-ids is not given"}));
  EXPECT_THAT(report.skipped, Contains(Skip{Code::kRegistrarHasInvalidGurid,
                                            "form only: --registrar-ids is not given"}));
  ASSERT_OK_AND_ASSIGN(const IdList list, Repositories("TEST\n"));
  CheckOptions options = GoodOptions();
  options.repository_ids = &list;
  EXPECT_THAT(CheckText(DepositText(), options).skipped,
              Not(Contains(Field(&Skip::code, Code::kDomainHasInvalidRoid))));
}

}  // namespace
}  // namespace tidemark::verifier
