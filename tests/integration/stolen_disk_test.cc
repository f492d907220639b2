// A thief has a copy of tidemarkd's directory and nothing else, but all the time and all our tools.

#include <dirent.h>
#include <sys/stat.h>

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/testing.h"
#include "nlohmann/json.hpp"
#include "tests/support/deposits.h"
#include "tests/support/escrow.h"

namespace tidemark::tests {
namespace {

// Every regular file below `dir`.
void FilesBelow(const std::string& dir, std::vector<std::string>& files) {
  DIR* listing = opendir(dir.c_str());
  ASSERT_NE(listing, nullptr) << dir;
  while (const dirent* entry = readdir(listing)) {
    const std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    const std::string path = absl::StrCat(dir, "/", name);
    struct stat info;
    ASSERT_EQ(lstat(path.c_str(), &info), 0);
    if (S_ISDIR(info.st_mode)) {
      FilesBelow(path, files);
    } else if (S_ISREG(info.st_mode)) {
      files.push_back(path);
    }
  }
  closedir(listing);
}

// The text between <rdeDomain:name> and its end, for every domain and host of the deposit.
std::set<std::string> NamesOf(const std::string& text, absl::string_view element) {
  std::set<std::string> names;
  const std::string open = absl::StrCat("<", element, ">");
  for (size_t at = text.find(open); at != std::string::npos; at = text.find(open, at + 1)) {
    const size_t begin = at + open.size();
    names.insert(text.substr(begin, text.find('<', begin) - begin));
  }
  return names;
}

TEST(StolenDisk, HoldsNoNameOfTheDepositAndOpensNothing) {
  generator::GeneratorOptions options;
  options.domains = 300;
  const std::string dir = base::TestDir();
  ASSERT_OK_AND_ASSIGN(const GeneratedDeposit source, WriteDeposit(dir, options));
  // One domain is sponsored by a registrar that is not there, so the verdict has to speak of it.
  ASSERT_OK(EditFile(source.deposit_path, source.deposit_path, [](std::string whole) {
    const size_t at = whole.find("<rdeDomain:clID>") + sizeof("<rdeDomain:clID>") - 1;
    return whole.replace(at, whole.find('<', at) - at, "Nobody-Registrar");
  }));
  ASSERT_OK_AND_ASSIGN(const std::string text, base::ReadSmallFile(source.deposit_path, 64 << 20));
  std::set<std::string> names = NamesOf(text, "rdeDomain:name");
  names.merge(NamesOf(text, "rdeHost:name"));
  names.merge(NamesOf(text, "rdeContact:email"));
  names.insert("Nobody-Registrar");
  ASSERT_GT(names.size(), 500u);

  ASSERT_OK_AND_ASSIGN(const auto escrow, Escrow::Start({.tld = options.tld}));
  ASSERT_OK_AND_ASSIGN(const base::RunResult deposit,
                       Tidemark({"deposit", source.deposit_path, "--config", escrow->depositor()}));
  ASSERT_EQ(deposit.exit_status, 0) << deposit.err;
  ASSERT_OK_AND_ASSIGN(
      const base::RunResult list,
      Tidemark({"list", "--config", escrow->operator_config(), "--format", "json"}));
  const std::string id = nlohmann::json::parse(list.out)["deposits"][0]["deposit"];
  ASSERT_OK_AND_ASSIGN(const base::RunResult verify,
                       Tidemark({"verify", id, "--config", escrow->verifier()}));
  ASSERT_EQ(verify.exit_status, 1) << verify.out << verify.err;
  EXPECT_NE(verify.out.find("RDE_DOMAIN_HAS_INVALID_CLID"), std::string::npos) << verify.out;
  ASSERT_OK(escrow->StopServer());

  std::vector<std::string> files;
  ASSERT_NO_FATAL_FAILURE(FilesBelow(escrow->server_dir(), files));
  size_t bytes = 0;
  for (const std::string& file : files) {
    ASSERT_OK_AND_ASSIGN(const std::string content, base::ReadSmallFile(file, 256 << 20));
    bytes += content.size();
    for (const std::string& name : names) {
      EXPECT_EQ(content.find(name), std::string::npos) << name << " in " << file;
    }
  }
  EXPECT_GT(bytes, text.size() / 20) << "the deposit is not even there";

  // With every file of that directory in the place of a configuration or a key, nothing opens.
  ASSERT_OK(escrow->StartServer());
  for (const std::string& file : files) {
    if (!absl::EndsWith(file, ".toml") && !absl::EndsWith(file, ".key")) continue;
    const std::string out = base::TestDir() + "/rebuilt";
    ASSERT_OK_AND_ASSIGN(const base::RunResult rebuild,
                         Tidemark({"rebuild", id, "--out", out, "--config", file}));
    EXPECT_EQ(rebuild.exit_status, 2) << file << rebuild.out;
  }
  ASSERT_OK_AND_ASSIGN(const base::RunResult bare,
                       Tidemark({"rebuild", id, "--out", base::TestDir() + "/rebuilt"}));
  EXPECT_EQ(bare.exit_status, 2);
}

TEST(StolenDisk, AnotherAgentsKeysDoNotOpenIt) {
  generator::GeneratorOptions options;
  options.domains = 20;
  ASSERT_OK_AND_ASSIGN(const GeneratedDeposit source, WriteDeposit(base::TestDir(), options));
  ASSERT_OK_AND_ASSIGN(const auto escrow, Escrow::Start({.tld = options.tld}));
  ASSERT_OK_AND_ASSIGN(const base::RunResult deposit,
                       Tidemark({"deposit", source.deposit_path, "--config", escrow->depositor()}));
  ASSERT_EQ(deposit.exit_status, 0) << deposit.err;
  ASSERT_OK_AND_ASSIGN(
      const base::RunResult list,
      Tidemark({"list", "--config", escrow->operator_config(), "--format", "json"}));
  const std::string id = nlohmann::json::parse(list.out)["deposits"][0]["deposit"];
  // The thief has even the verifier's certificate, but founds opening keys of its own.
  ASSERT_OK_AND_ASSIGN(const auto thief, Escrow::Start({.tld = options.tld}));
  const std::string verifier_dir = escrow->dir() + "/agent/verifier";
  for (const char* key : {"opening.key"}) {
    ASSERT_OK(EditFile(thief->dir() + "/agent/verifier/" + key, verifier_dir + "/" + key,
                       [](std::string bytes) { return bytes; }));
  }
  for (const char* verb : {"verify", "rebuild"}) {
    std::vector<std::string> arguments = {verb, id, "--config", escrow->verifier()};
    if (std::string(verb) == "rebuild") {
      arguments.insert(arguments.end(), {"--out", base::TestDir() + "/rebuilt"});
    }
    ASSERT_OK_AND_ASSIGN(const base::RunResult result, Tidemark(arguments));
    EXPECT_EQ(result.exit_status, 2) << verb << result.out << result.err;
  }
}

}  // namespace
}  // namespace tidemark::tests
