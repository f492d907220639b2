#include "crypto/key_pair.h"

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "base/file.h"
#include "base/testing.h"

namespace tidemark::crypto {
namespace {

using base::StatusIs;

// A new key, PKCS #8; encrypted if there is a password, an empty one too.
std::string WriteKey(const char* password) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  std::string path = base::TestDir() + "/key.pem";
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> file(BIO_new_file(path.c_str(), "w"),
                                                           BIO_free_all);
  EXPECT_EQ(PEM_write_bio_PKCS8PrivateKey(file.get(), key.get(),
                                          password == nullptr ? nullptr : EVP_aes_256_cbc(),
                                          password, 0, nullptr, const_cast<char*>(password)),
            1);
  return path;
}

TEST(KeyPair, AnUnencryptedKeyIsCopied) {
  const std::string path = WriteKey(nullptr);
  EXPECT_OK(CheckKeyPair(path));
  const std::string copy = base::TestDir() + "/copy.pem";
  ASSERT_OK(CopyAsPkcs8(path, copy));
  EXPECT_OK(CheckKeyPair(copy));
  EXPECT_THAT(CopyAsPkcs8(path, copy), StatusIs(absl::StatusCode::kAlreadyExists));
}

// An empty password is one: its key derivation would run, for as long as the file wants.
TEST(KeyPair, NoPasswordIsTriedNotEvenAnEmptyOne) {
  for (const char* password : {"", "secret"}) {
    const std::string path = WriteKey(password);
    ASSERT_OK_AND_ASSIGN(const std::string text, base::ReadSmallFile(path));
    ASSERT_NE(text.find("BEGIN ENCRYPTED PRIVATE KEY"), std::string::npos);
    EXPECT_THAT(CheckKeyPair(path), StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_THAT(CopyAsPkcs8(path, base::TestDir() + "/copy.pem"),
                StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

TEST(KeyPair, AFileThatIsLargerThanAnyKeyIsRefused) {
  const std::string path = WriteKey(nullptr);
  ASSERT_OK_AND_ASSIGN(const std::string text, base::ReadSmallFile(path));
  ASSERT_OK(base::WriteFile(path, std::string(64 * 1024 - text.size(), '\n') + text,
                            base::FileMode::kPrivate));
  EXPECT_OK(CheckKeyPair(path));
  ASSERT_EQ(truncate(path.c_str(), off_t{3} << 30), 0);
  EXPECT_THAT(CheckKeyPair(path), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(CheckKeyPair(path + ".none"), StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace tidemark::crypto
