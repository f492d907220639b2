// What the XML of a deposit defines of CSV files, by its size.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "rde/csv/csv_testing.h"

namespace tidemark::rde::csv {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A definition of an object's tables may be as long as an object; there may be any number of them.
TEST(CsvDefinitions, AreBoundedInBytes) {
  const std::string field = absl::StrCat("rdeCsv:fCustom@name=", std::string(60'000, 'n'), " ");
  std::string fields;
  for (int i = 0; i < 15; ++i) fields += field;
  const auto with = [&](int definitions) {
    std::string contents;
    for (int i = 0; i < definitions; ++i) {
      absl::StrAppend(&contents, "<csvDomain:contents>", TableXml("domain", fields, "d"),
                      "</csvDomain:contents>");
    }
    return ReadWithFiles(CsvDeposit(contents), {{"d", ""}}).Flaws();
  };
  EXPECT_THAT(with(2), Not(HasSubstr("limit")));
  EXPECT_EQ(with(10), "limit csv");
}

}  // namespace
}  // namespace tidemark::rde::csv
