#include "tests/support/deposits.h"

#include <functional>
#include <memory>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/status.h"

namespace tidemark::tests {
namespace {

constexpr size_t kTestFileBytesMax = 256 << 20;

}  // namespace

absl::StatusOr<GeneratedDeposit> WriteDeposit(const std::string& dir,
                                              const generator::GeneratorOptions& options) {
  GeneratedDeposit result = {
      .deposit_path = absl::StrCat(dir, "/", generator::DepositName(options)),
      .zone_path = absl::StrCat(dir, "/", generator::ZoneName(options))};
  ASSIGN_OR_RETURN(const auto deposit,
                   base::FileSink::Create(result.deposit_path, base::FileMode::kPrivate));
  ASSIGN_OR_RETURN(const auto zone,
                   base::FileSink::Create(result.zone_path, base::FileMode::kPublic));
  const generator::NewCsvFile new_csv_file =
      [&dir](const std::string& name) -> absl::StatusOr<std::unique_ptr<base::ByteSink>> {
    return base::FileSink::Create(absl::StrCat(dir, "/", name), base::FileMode::kPrivate);
  };
  RETURN_IF_ERROR(generator::Generate(options, *deposit, *zone, {}, new_csv_file).status());
  RETURN_IF_ERROR(deposit->Close());
  RETURN_IF_ERROR(zone->Close());
  return result;
}

absl::Status EditFile(const std::string& from, const std::string& to,
                      const std::function<std::string(std::string)>& edit) {
  ASSIGN_OR_RETURN(std::string text, base::ReadSmallFile(from, kTestFileBytesMax));
  return base::WriteFile(to, edit(std::move(text)), base::FileMode::kPrivate);
}

absl::StatusOr<std::set<std::string>> Delegations(const std::string& zone_path,
                                                  const std::string& tld, Glue glue) {
  ASSIGN_OR_RETURN(const std::string text, base::ReadSmallFile(zone_path, kTestFileBytesMax));
  const std::string apex = absl::StrCat(tld, ".");
  const std::string own = absl::StrCat(".nic.", tld, ".");
  std::set<std::string> delegations;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    const std::vector<std::string> fields =
        absl::StrSplit(absl::AsciiStrToLower(line.substr(0, line.find(';'))),
                       absl::ByAnyChar(" \t"), absl::SkipEmpty());
    if (fields.size() < 5 || fields[2] != "in" || fields[0] == apex) continue;
    const std::string& type = fields[3];
    const bool address = type == "a" || type == "aaaa";
    if (type != "ns" && type != "ds" && !(address && glue == Glue::kWith)) continue;
    if (address && absl::EndsWith(fields[0], own)) continue;
    delegations.insert(absl::StrCat(fields[0], " ", type, " ",
                                    absl::StrJoin(fields.begin() + 4, fields.end(), " ")));
  }
  return delegations;
}

}  // namespace tidemark::tests
