#include "crypto/sealed_scratch.h"

#include <random>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/testing.h"

namespace tidemark::crypto {
namespace {

// Files in memory, so that a test sees what would lie on the disk. They outlive the space.
using Bytes = std::shared_ptr<std::string>;

class MemoryFile final : public base::ScratchFile {
 public:
  explicit MemoryFile(Bytes bytes) : bytes_(std::move(bytes)) {}
  absl::Status Append(absl::string_view data) override {
    bytes_->append(data.data(), data.size());
    return absl::OkStatus();
  }
  absl::Status ReadAt(uint64_t offset, absl::Span<char> buffer) override {
    if (offset + buffer.size() > bytes_->size()) return absl::OutOfRangeError("the end");
    bytes_->copy(buffer.data(), buffer.size(), offset);
    return absl::OkStatus();
  }
  uint64_t size_bytes() const override { return bytes_->size(); }

 private:
  const Bytes bytes_;
};

class MemorySpace final : public base::ScratchSpace {
 public:
  explicit MemorySpace(std::vector<Bytes>& files) : files_(files) {}
  absl::StatusOr<std::unique_ptr<base::ScratchFile>> NewFile() override {
    files_.push_back(std::make_shared<std::string>());
    return std::make_unique<MemoryFile>(files_.back());
  }
  uint64_t written_bytes() const override { return 0; }

 private:
  std::vector<Bytes>& files_;
};

std::unique_ptr<base::ScratchSpace> SealedInMemory(std::vector<Bytes>& files) {
  auto space = SealScratchSpace(std::make_unique<MemorySpace>(files));
  EXPECT_OK(space);
  return *std::move(space);
}

TEST(SealedScratch, ReadsBackAtAnyPlaceHoweverItWasAppended) {
  ASSERT_OK_AND_ASSIGN(const auto space, NewSealedScratchSpace({.dir = base::TestDir()}));
  std::mt19937_64 random(5);
  ASSERT_OK_AND_ASSIGN(const auto file, space->NewFile());
  std::string plain;
  for (const size_t bytes : {1u, 63u, 64u, 65u, 0u, 300'000u, 7u, 262'144u, 524'289u}) {
    std::string piece(bytes, '\0');
    for (char& c : piece) c = static_cast<char>(random());
    ASSERT_OK(file->Append(piece));
    plain += piece;
  }
  ASSERT_EQ(file->size_bytes(), plain.size());
  for (int i = 0; i < 300; ++i) {
    const size_t offset = random() % plain.size();
    std::string back(random() % std::min<size_t>(plain.size() - offset, i < 280 ? 200 : 1 << 20),
                     '?');
    ASSERT_OK(file->ReadAt(offset, absl::MakeSpan(back.data(), back.size())));
    ASSERT_EQ(back, plain.substr(offset, back.size())) << offset;
  }
  EXPECT_EQ(space->written_bytes(), plain.size());
}

TEST(SealedScratch, BytesBeneathAreNotThePlainText) {
  std::vector<Bytes> files;
  const auto space = SealedInMemory(files);
  ASSERT_OK_AND_ASSIGN(const auto file, space->NewFile());
  std::string plain;
  while (plain.size() < 100'000) absl::StrAppend(&plain, "registrant C-1, ");
  ASSERT_OK(file->Append(plain));
  const std::string& sealed = *files[0];
  ASSERT_EQ(sealed.size(), plain.size());
  EXPECT_FALSE(absl::StrContains(sealed, "registrant"));
  // No key stream twice: equal text at different places, no block (64 bytes) alike.
  for (size_t at = 64; at + 64 <= sealed.size(); at += 64) {
    ASSERT_NE(sealed.compare(at, 64, sealed, at - 64, 64), 0) << at;
  }
}

TEST(SealedScratch, EqualFilesDiffer) {
  std::vector<Bytes> files;
  const auto space = SealedInMemory(files);
  const std::string plain(1000, 'p');
  for (int i = 0; i < 2; ++i) {
    ASSERT_OK_AND_ASSIGN(const auto file, space->NewFile());
    ASSERT_OK(file->Append(plain));
  }
  EXPECT_NE(*files[0], *files[1]);
  EXPECT_NE(*files[0], plain);
}

TEST(SealedScratch, FileOutlivesItsSpace) {
  ASSERT_OK_AND_ASSIGN(auto space, NewSealedScratchSpace({.dir = base::TestDir()}));
  ASSERT_OK_AND_ASSIGN(const auto file, space->NewFile());
  space.reset();
  ASSERT_OK(file->Append("still here"));
  char back[10];
  ASSERT_OK(file->ReadAt(0, absl::MakeSpan(back)));
  EXPECT_EQ(absl::string_view(back, 10), "still here");
}

TEST(SealedScratch, ErrorsAreThoseOfTheSpaceBeneath) {
  EXPECT_THAT(NewSealedScratchSpace({.dir = absl::StrCat(base::TestDir(), "/missing")}),
              base::StatusIs(absl::StatusCode::kNotFound));
  ASSERT_OK_AND_ASSIGN(const auto space,
                       NewSealedScratchSpace({.dir = base::TestDir(), .bytes_max = 300'000}));
  ASSERT_OK_AND_ASSIGN(const auto file, space->NewFile());
  EXPECT_THAT(file->Append(std::string(600'000, 'x')),
              base::StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(file->Append("x"), base::StatusIs(absl::StatusCode::kResourceExhausted));
  char byte;
  EXPECT_THAT(file->ReadAt(600'000, absl::MakeSpan(&byte, 1)),
              base::StatusIs(absl::StatusCode::kOutOfRange));
}

}  // namespace
}  // namespace tidemark::crypto
