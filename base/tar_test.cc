#include "base/tar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "base/bytes.h"
#include "base/file.h"
#include "base/status.h"
#include "base/subprocess.h"
#include "base/tar_writer.h"
#include "base/testing.h"

namespace tidemark::base {
namespace {

std::map<std::string, std::string> Contents(const std::string& path) {
  std::map<std::string, std::string> contents;
  const auto members = ListTar(path);
  EXPECT_OK(members);
  if (!members.ok()) return contents;
  for (const TarMember& member : *members) {
    EXPECT_EQ(member.kind, TarMember::Kind::kFile) << member.name;
    auto range = FileRange::Open(path, member.offset, member.size_bytes);
    EXPECT_OK(range);
    std::string text;
    StringSink sink(text, 1 << 22);
    EXPECT_OK(CopyAll(**range, sink));
    EXPECT_OK((*range)->Close());
    contents[member.name] = text;
  }
  return contents;
}

// The same by reading the bytes as a stream.
absl::StatusOr<std::map<std::string, std::string>> StreamedContents(absl::string_view tar) {
  std::map<std::string, std::string> contents;
  StringSource source(tar);
  RETURN_IF_ERROR(ReadTar(source, [&](const TarMember& member, ByteSource& bytes) {
    std::string text;
    StringSink sink(text, 1 << 22);
    RETURN_IF_ERROR(CopyAll(bytes, sink));
    contents[member.name] = text;
    return absl::OkStatus();
  }));
  return contents;
}

void Shell(const std::string& command) {
  auto process = Subprocess::Start({.argv = {"/bin/sh", "-c", command}});
  ASSERT_OK(process);
  ASSERT_OK((*process)->Wait(absl::Seconds(30)));
}

class TarTest : public ::testing::Test {
 protected:
  // Runs tar in the directory that holds `files_`.
  std::string Make(const std::vector<std::string>& arguments) {
    const std::string path = absl::StrCat(dir_, "/out.tar");
    for (const auto& [name, text] : files_) {
      EXPECT_OK(WriteFile(absl::StrCat(dir_, "/", name), text, FileMode::kPublic));
    }
    std::string command = absl::StrCat("cd ", dir_, " && tar -cf out.tar");
    for (const std::string& argument : arguments) absl::StrAppend(&command, " ", argument);
    Shell(command);
    return path;
  }

  const std::string dir_ = TestDir();
  std::map<std::string, std::string> files_ = {
      {"a.csv", "a,b\n"},
      {"empty.csv", ""},
      {"large.csv", std::string(700'001, 'x')},
      {absl::StrCat(std::string(150, 'n'), ".csv"), "long name"},
  };
};

TEST_F(TarTest, MembersAreWhereTheListSaysInEveryFormat) {
  for (const char* format : {"gnu", "pax"}) {
    EXPECT_TRUE(Contents(Make({absl::StrCat("--format=", format), "*.csv"})) == files_) << format;
  }
  EXPECT_TRUE(Contents(Make({"./*.csv"})) == files_);
  // What ustar has no room for.
  const std::string long_name = std::prev(files_.end())->first;
  files_.erase(long_name);
  EXPECT_TRUE(Contents(Make({"--format=ustar", "--exclude", long_name, "*.csv"})) == files_);
}

TEST_F(TarTest, EveryMemberHasItsKind) {
  Make({"a.csv"});
  Shell(absl::StrCat("cd ", dir_,
                     " && ln -s /etc/passwd link && ln a.csv hard && mkdir d && mkfifo f && "
                     "truncate -s 1M holes && tar -cSf out.tar a.csv hard link d f holes"));
  ASSERT_OK_AND_ASSIGN(const std::vector<TarMember> members,
                       ListTar(absl::StrCat(dir_, "/out.tar")));
  std::map<std::string, TarMember::Kind> kinds;
  for (const TarMember& member : members) kinds[member.name] = member.kind;
  using ::testing::Pair;
  using Kind = TarMember::Kind;
  EXPECT_THAT(kinds,
              ::testing::ElementsAre(Pair("a.csv", Kind::kFile), Pair("d/", Kind::kDirectory),
                                     Pair("f", Kind::kSpecial), Pair("hard", Kind::kLink),
                                     Pair("holes", Kind::kSparse), Pair("link", Kind::kLink)));
}

// GNU's header of a file with holes, whose map says that none of the bytes are the file's:
// libarchive takes it for a file without holes.
TEST_F(TarTest, AMemberThatHasFewerBytesThanItSaysIsNotRead) {
  ASSERT_OK_AND_ASSIGN(std::string tar, ReadSmallFile(Make({"--format=gnu", "a.csv"})));
  const auto put = [&tar](size_t at, const std::string& text) {
    tar.replace(at, text.size(), text);
  };
  put(156, "S");
  put(386, "00000001000");
  put(398, "00000000000");
  put(483, "00000000004");
  put(148, "        ");
  unsigned sum = 0;
  for (size_t i = 0; i < 512; ++i) sum += static_cast<unsigned char>(tar[i]);
  put(148, absl::StrFormat("%06o", sum));
  const std::string path = absl::StrCat(dir_, "/out.tar");
  ASSERT_OK(WriteFile(path, tar, FileMode::kPublic));
  EXPECT_THAT(ListTar(path), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(StreamedContents(tar), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(TarTest, WhatIsCutOffOrNoTarIsNotRead) {
  const std::string path = Make({"large.csv"});
  ASSERT_OK_AND_ASSIGN(const std::string whole, ReadSmallFile(path));
  ASSERT_OK(WriteFile(path, whole.substr(0, 300'000), FileMode::kPublic));
  EXPECT_THAT(ListTar(path), StatusIs(absl::StatusCode::kDataLoss));
  ASSERT_OK(WriteFile(path, "<rde:deposit/>", FileMode::kPublic));
  EXPECT_THAT(ListTar(path), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_FALSE(ListTar(absl::StrCat(dir_, "/none")).ok());
}

TEST_F(TarTest, StreamHasTheMembersOfTheFile) {
  for (const char* format : {"gnu", "pax"}) {
    const std::string path = Make({absl::StrCat("--format=", format), "*.csv"});
    ASSERT_OK_AND_ASSIGN(const std::string tar, ReadSmallFile(path));
    EXPECT_TRUE(LooksLikeTar(tar.substr(0, kTarHeadBytes)));
    ASSERT_OK_AND_ASSIGN(const auto streamed, StreamedContents(tar));
    EXPECT_TRUE(streamed == files_) << format;
  }
  EXPECT_FALSE(LooksLikeTar(std::string(kTarHeadBytes, 'x')));
  EXPECT_FALSE(LooksLikeTar("<rde:deposit/>"));
}

TEST_F(TarTest, WhatIsWrittenIsReadByUsAndByTar) {
  std::string tar;
  StringSink sink(tar, 4 << 20);
  ASSERT_OK_AND_ASSIGN(const auto writer,
                       TarWriter::Create(sink, absl::FromUnixSeconds(1795305600)));
  for (const auto& [name, text] : files_) {
    StringSource source(text);
    ASSERT_OK(writer->Add(name, text.size(), source));
  }
  ASSERT_OK(writer->Close());
  ASSERT_OK_AND_ASSIGN(const auto streamed, StreamedContents(tar));
  EXPECT_TRUE(streamed == files_);
  const std::string path = absl::StrCat(dir_, "/written.tar");
  ASSERT_OK(WriteFile(path, tar, FileMode::kPublic));
  Shell(absl::StrCat("mkdir ", dir_, "/out && tar -xf ", path, " -C ", dir_, "/out"));
  for (const auto& [name, text] : files_) {
    EXPECT_THAT(ReadSmallFile(absl::StrCat(dir_, "/out/", name)), IsOkAndHolds(text)) << name;
  }
}

TEST_F(TarTest, AWriterLatchesTheErrorsOfBothSides) {
  std::string tar;
  StringSink narrow(tar, 1000);
  ASSERT_OK_AND_ASSIGN(const auto full, TarWriter::Create(narrow, absl::UnixEpoch()));
  StringSource text(files_["large.csv"]);
  EXPECT_THAT(full->Add("a", 700'001, text), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(full->Close(), StatusIs(absl::StatusCode::kResourceExhausted));
  StringSink sink(tar, 1 << 20);
  ASSERT_OK_AND_ASSIGN(const auto writer, TarWriter::Create(sink, absl::UnixEpoch()));
  StringSource shorter("abc");
  EXPECT_THAT(writer->Add("a", 4, shorter), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(writer->Close(), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(TarTest, WhatIsLeftOfAMemberIsPassedOver) {
  ASSERT_OK_AND_ASSIGN(const std::string tar, ReadSmallFile(Make({"large.csv", "a.csv"})));
  StringSource source(tar);
  std::vector<std::string> names;
  ASSERT_OK(ReadTar(source, [&names](const TarMember& member, ByteSource&) {
    names.push_back(member.name);
    return absl::OkStatus();
  }));
  EXPECT_THAT(names, ::testing::ElementsAre("large.csv", "a.csv"));
}

TEST_F(TarTest, StreamThatIsCutOffOrNoTarIsNotRead) {
  ASSERT_OK_AND_ASSIGN(const std::string tar, ReadSmallFile(Make({"large.csv"})));
  EXPECT_THAT(StreamedContents(absl::string_view(tar).substr(0, 300'000)),
              StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(StreamedContents(std::string(1000, 'x')), StatusIs(absl::StatusCode::kDataLoss));
}

// Fails after some bytes.
class FailingSource final : public ByteSource {
 public:
  explicit FailingSource(absl::string_view data) : source_(data) {}

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    ASSIGN_OR_RETURN(const size_t got, source_.Read(buffer));
    if (got == 0) return absl::InvalidArgumentError("the message was altered");
    return got;
  }
  absl::Status Close() override { return source_.Close(); }

 private:
  StringSource source_;
};

TEST_F(TarTest, ErrorsOfTheStreamAndOfItsReaderAreTheCallers) {
  ASSERT_OK_AND_ASSIGN(const std::string tar, ReadSmallFile(Make({"large.csv"})));
  const auto copy = [](const TarMember&, ByteSource& bytes) {
    std::string text;
    StringSink sink(text, 1 << 22);
    return CopyAll(bytes, sink);
  };
  for (const size_t size : {size_t{300'000}, tar.size()}) {
    FailingSource source(absl::string_view(tar).substr(0, size));
    EXPECT_THAT(ReadTar(source, copy), StatusIs(absl::StatusCode::kInvalidArgument)) << size;
  }
  StringSource source(tar);
  EXPECT_THAT(ReadTar(source, [](const TarMember&,
                                 ByteSource&) { return absl::ResourceExhaustedError("full"); }),
              StatusIs(absl::StatusCode::kResourceExhausted));
}

}  // namespace
}  // namespace tidemark::base
