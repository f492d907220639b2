#include "crypto/secret.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <random>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/testing.h"
#include "crypto/key_file.h"

namespace tidemark::crypto {
namespace {

using base::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr KeyKind kKinds[] = {KeyKind::kSigning, KeyKind::kOpening, KeyKind::kReleaseShare,
                              KeyKind::kObjectSecret};
constexpr char kHex[] = "00112233445566778899aabbccddeeff102132435465768798a9bacbdcedfe0f";

std::string KeyLine(KeyKind kind) {
  return absl::StrCat("tidemark-key 1 ", KeyKindName(kind), " ", kHex, "\n");
}

std::string WriteKey(absl::string_view text, base::FileMode mode) {
  const std::string path = base::TestDir() + "/key";
  EXPECT_OK(base::WriteFile(path, text, mode));
  return path;
}

static_assert(!std::is_copy_constructible_v<SecretBytes>);
static_assert(!std::is_default_constructible_v<SecretBytes>);

TEST(SecretBytes, RandomOnesDiffer) {
  EXPECT_FALSE(SecretBytes::Random(32).Equals(SecretBytes::Random(32)));
}

TEST(SecretBytes, EqualsComparesSizeAndBytes) {
  const SecretBytes secret = SecretBytes::Copy("abc");
  EXPECT_TRUE(secret.Equals(SecretBytes::Copy("abc")));
  EXPECT_FALSE(secret.Equals(SecretBytes::Copy("abd")));
  EXPECT_FALSE(secret.Equals(SecretBytes::Copy("abcd")));
  EXPECT_FALSE(secret.Equals(SecretBytes::Copy("")));
}

TEST(SecretBytes, MoveLeavesNothingBehind) {
  SecretBytes a = SecretBytes::Copy("abc");
  SecretBytes b = std::move(a);
  EXPECT_EQ(a.size(), 0u);  // NOLINT(bugprone-use-after-move)
  a = std::move(b);
  EXPECT_TRUE(a.Equals(SecretBytes::Copy("abc")));
}

TEST(SecretBytes, FreedSlotIsWipedBeforeItIsUsedAgain) {
  const uint8_t* old = nullptr;
  {
    const SecretBytes secret = SecretBytes::Copy("0123456789abcdef");
    old = secret.RawForCrypto().data();
  }
  const SecretBytes next = SecretBytes::Zero(16);
  ASSERT_EQ(next.RawForCrypto().data(), old);
  EXPECT_TRUE(next.Equals(SecretBytes::Copy(std::string(16, '\0'))));
}

TEST(SecretBytes, LargeOnesHaveTheirOwnPages) {
  const SecretBytes secret = SecretBytes::Copy(std::string(100'000, 'x'));
  EXPECT_EQ(secret.size(), 100'000u);
  EXPECT_TRUE(secret.Equals(SecretBytes::Copy(std::string(100'000, 'x'))));
}

TEST(SecretBytes, ThousandsFitAndKeepTheirValues) {
  std::vector<SecretBytes> secrets;
  for (int i = 0; i < 4096; ++i) secrets.push_back(SecretBytes::Copy(absl::StrCat("secret ", i)));
  for (int i = 0; i < 4096; i += 2) secrets[i] = SecretBytes::Copy(absl::StrCat("other ", i));
  for (int i = 0; i < 4096; ++i) {
    ASSERT_TRUE(
        secrets[i].Equals(SecretBytes::Copy(absl::StrCat(i % 2 == 0 ? "other " : "secret ", i))));
  }
}

TEST(SecretBytes, MemoryThatCannotBeLockedIsAnError) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "AddressSanitizer replaces mlock() by a success";
#endif
  const rlimit none{.rlim_cur = 0, .rlim_max = 0};
  EXPECT_EXIT(
      {
        // Root may lock whatever the limit says.
        const bool ready =
            (::geteuid() != 0 || ::setuid(65534) == 0) && ::setrlimit(RLIMIT_MEMLOCK, &none) == 0;
        const bool refused = SecretBytes::TryCopy(std::string(100, 'x')).status().code() ==
                             absl::StatusCode::kResourceExhausted;
        ::_exit(ready && refused ? 0 : 1);
      },
      ::testing::ExitedWithCode(0), "");
}

TEST(KeyFile, RoundTripsEveryKind) {
  for (const KeyKind kind : kKinds) {
    const std::string path = base::TestDir() + "/key";
    const SecretBytes key = SecretBytes::Random(kSecretBytes);
    ASSERT_OK(SaveKeyFile(path, kind, key));
    ASSERT_OK_AND_ASSIGN(const SecretBytes loaded, LoadKeyFile(path, kind));
    EXPECT_TRUE(loaded.Equals(key));
  }
}

TEST(KeyFile, TextIsTheDocumentedLine) {
  const std::string path = base::TestDir() + "/key";
  ASSERT_OK_AND_ASSIGN(const SecretBytes key,
                       ParseKeyFile(KeyLine(KeyKind::kOpening), KeyKind::kOpening));
  ASSERT_OK(SaveKeyFile(path, KeyKind::kOpening, key));
  EXPECT_THAT(base::ReadSmallFile(path), base::IsOkAndHolds(KeyLine(KeyKind::kOpening)));
}

TEST(KeyFile, IsPrivateWhateverTheUmask) {
  for (const mode_t mask : {0000, 0077, 0777}) {
    const std::string path = base::TestDir() + "/key";
    const mode_t old = ::umask(mask);
    const absl::Status saved =
        SaveKeyFile(path, KeyKind::kSigning, SecretBytes::Random(kSecretBytes));
    ::umask(old);
    ASSERT_OK(saved);
    struct stat stat;
    ASSERT_EQ(::stat(path.c_str(), &stat), 0);
    EXPECT_EQ(stat.st_mode & 07777, 0600u);
  }
}

TEST(KeyFile, IsNeverOverwritten) {
  const std::string dir = base::TestDir();
  const std::string path = dir + "/key";
  const SecretBytes first = SecretBytes::Random(kSecretBytes);
  ASSERT_OK(SaveKeyFile(path, KeyKind::kSigning, first));
  EXPECT_THAT(SaveKeyFile(path, KeyKind::kSigning, SecretBytes::Random(kSecretBytes)),
              StatusIs(absl::StatusCode::kAlreadyExists));
  ASSERT_OK_AND_ASSIGN(const SecretBytes loaded, LoadKeyFile(path, KeyKind::kSigning));
  EXPECT_TRUE(loaded.Equals(first));
  // Nor does the refused key stay beside it.
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(dir), {}), 1);
}

TEST(KeyFile, OfAnotherKindIsRefusedByName) {
  for (const KeyKind has : kKinds) {
    for (const KeyKind wanted : kKinds) {
      if (has == wanted) continue;
      const std::string path = WriteKey(KeyLine(has), base::FileMode::kPrivate);
      EXPECT_THAT(
          LoadKeyFile(path, wanted),
          StatusIs(absl::StatusCode::kInvalidArgument,
                   AllOf(HasSubstr(std::string(KeyKindName(has))),
                         HasSubstr(std::string(KeyKindName(wanted))), Not(HasSubstr("0011")))));
    }
  }
}

TEST(KeyFile, ThatOthersMayUseIsRefused) {
  for (const mode_t bit : {0001, 0002, 0004, 0010, 0020, 0040}) {
    const std::string path = WriteKey(KeyLine(KeyKind::kSigning), base::FileMode::kPrivate);
    ASSERT_EQ(::chmod(path.c_str(), 0600 | bit), 0);
    EXPECT_THAT(LoadKeyFile(path, KeyKind::kSigning), StatusIs(absl::StatusCode::kPermissionDenied))
        << bit;
  }
}

TEST(KeyFile, AbsentIsNotFound) {
  EXPECT_THAT(LoadKeyFile(base::TestDir() + "/none", KeyKind::kSigning),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST(KeyFile, DirectoryOrPipeIsRefusedWithoutWaiting) {
  const std::string dir = base::TestDir();
  ASSERT_EQ(::chmod(dir.c_str(), 0700), 0);
  EXPECT_THAT(LoadKeyFile(dir, KeyKind::kSigning), StatusIs(absl::StatusCode::kInvalidArgument));
  const std::string pipe = dir + "/pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT(LoadKeyFile(pipe, KeyKind::kSigning), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(KeyFile, LongFileIsRefused) {
  const std::string path =
      WriteKey(KeyLine(KeyKind::kSigning) + std::string(1 << 20, '\n'), base::FileMode::kPrivate);
  EXPECT_THAT(LoadKeyFile(path, KeyKind::kSigning), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(ParseKeyFile, RefusesEveryTruncationAndExtension) {
  const std::string line = KeyLine(KeyKind::kSigning);
  ASSERT_OK(ParseKeyFile(line, KeyKind::kSigning));
  for (size_t size = 0; size < line.size(); ++size) {
    EXPECT_THAT(ParseKeyFile(line.substr(0, size), KeyKind::kSigning),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << size;
  }
  for (const char* more : {"\n", " ", "0", "\r"}) {
    EXPECT_THAT(ParseKeyFile(line + more, KeyKind::kSigning),
                StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

TEST(ParseKeyFile, RefusesWhatIsNotTheOneForm) {
  const std::string digits(62, '0');
  for (const std::string& line :
       {absl::StrCat("tidemark-key 2 signing ", kHex, "\n"),
        absl::StrCat("tidemark-key 1  signing ", kHex, "\n"),
        absl::StrCat("tidemark-key 1 Signing ", kHex, "\n"),
        absl::StrCat("tidemark-key 1 signing ", digits, "0A\n"),
        absl::StrCat("tidemark-key 1 signing ", digits, "0g\n"),
        absl::StrCat("tidemark-key 1 signing ", digits, "0:\n"),
        absl::StrCat("tidemark-key 1 signing ", digits, "00\n"),  // the zero key
        absl::StrCat(" tidemark-key 1 signing ", kHex, "\n")}) {
    EXPECT_THAT(ParseKeyFile(line, KeyKind::kSigning), StatusIs(absl::StatusCode::kInvalidArgument))
        << line;
  }
}

TEST(ParseKeyFile, MutationsNeverGiveAnotherTextForTheSameKey) {
  std::mt19937 random(20240601);
  const std::string line = KeyLine(KeyKind::kReleaseShare);
  ASSERT_OK_AND_ASSIGN(const SecretBytes key, ParseKeyFile(line, KeyKind::kReleaseShare));
  for (int i = 0; i < 20'000; ++i) {
    std::string text = line;
    for (uint32_t n = 1 + random() % 3; n > 0; --n) {
      text[random() % text.size()] = static_cast<char>(random());
    }
    const absl::StatusOr<SecretBytes> parsed = ParseKeyFile(text, KeyKind::kReleaseShare);
    if (parsed.ok()) {
      EXPECT_EQ(parsed->Equals(key), text == line);
    } else {
      EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument);
    }
  }
}

}  // namespace
}  // namespace tidemark::crypto
