// The vault's directory: who may open it, and what is said when its bytes were altered.
#include <dirent.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/testing.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"
#include "vault/vault.h"
#include "vault/vault_testing.h"

namespace tidemark::vault {
namespace {

using ::absl::StatusCode;
using ::testing::HasSubstr;
using ::tidemark::base::IsOk;
using ::tidemark::base::StatusIs;

class DirectoryTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<Vault>> Open(absl::string_view vault_id = "") {
    return Vault::Open(options_, vault_id, receipt_key_, clock_);
  }

  // One committed deposit; the vault is closed afterwards.
  TestUpload StoreOne() {
    auto vault = Open();
    CHECK(vault.ok());
    const TestUpload upload = MakeUpload((*vault)->vault_id(), Id("example/A1/0"), {});
    CHECK(Store(upload, depositor_, **vault).ok());
    return upload;
  }

  // Turns one bit in the middle of `bytes`, wherever a file ending in `suffix` holds them.
  int FlipInFiles(absl::string_view bytes, absl::string_view suffix) {
    int flipped = 0;
    DIR* dir = opendir(options_.dir.c_str());
    while (const dirent* entry = readdir(dir)) {
      if (!absl::EndsWith(entry->d_name, suffix)) continue;
      const std::string path = absl::StrCat(options_.dir, "/", entry->d_name);
      std::ifstream in(path, std::ios::binary);
      const std::string all((std::istreambuf_iterator<char>(in)), {});
      const size_t at = all.find(bytes.data(), 0, bytes.size());
      if (at == std::string::npos) continue;
      std::fstream out(path, std::ios::binary | std::ios::in | std::ios::out);
      out.seekp(static_cast<std::streamoff>(at + bytes.size() / 2));
      out.put(static_cast<char>(bytes[bytes.size() / 2] ^ 1));
      ++flipped;
    }
    closedir(dir);
    return flipped;
  }

  const VaultOptions options_ = {.dir = base::TestDir() + "/vault"};
  const crypto::SigningKey receipt_key_ = crypto::SigningKey::Generate();
  base::FakeClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  const TestPeer depositor_ = TestPeer::Make(Role::kDepositor, {"example"});
};

TEST_F(DirectoryTest, SecondOpeningIsRefusedInThisProcessAndInAnother) {
  ASSERT_OK_AND_ASSIGN(const auto vault, Open());
  EXPECT_THAT(Open(), StatusIs(StatusCode::kFailedPrecondition, HasSubstr("another process")));
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    // RocksDB's own table of locks is this process's copy: forget it by asking the kernel.
    struct flock lock = {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    const int fd = open((options_.dir + "/LOCK").c_str(), O_RDWR);
    _exit(fcntl(fd, F_SETLK, &lock) == -1 ? 0 : 1);
  }
  int exit_status = 0;
  ASSERT_EQ(waitpid(child, &exit_status, 0), child);
  EXPECT_EQ(exit_status, 0);
}

TEST_F(DirectoryTest, VaultKeepsItsId) {
  const std::string id(16, 'v');
  ASSERT_OK_AND_ASSIGN(auto vault, Open(id));
  EXPECT_EQ(vault->vault_id(), id);
  vault = nullptr;
  EXPECT_THAT(Open(std::string(16, 'w')),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("holds vault")));
  EXPECT_THAT(Open("short"), StatusIs(StatusCode::kInvalidArgument));
  ASSERT_OK_AND_ASSIGN(vault, Open());
  EXPECT_EQ(vault->vault_id(), id);
}

TEST_F(DirectoryTest, FlippedBitInATableFileIsDataLossNamingTheFrame) {
  const TestUpload upload = StoreOne();
  ASSERT_OK(Open());  // recovery puts everything into table files
  ASSERT_GE(FlipInFiles(upload.frames[3], ".sst"), 1);
  ASSERT_OK_AND_ASSIGN(const auto vault, Open());
  EXPECT_THAT(vault->Frame(upload.deposit, upload.pack, 3),
              StatusIs(StatusCode::kDataLoss, HasSubstr("frame 3 of pack")));
}

// RocksDB's checksum is over whatever it was given; ours is over what came in.
TEST_F(DirectoryTest, AlteredRowIsDataLossNamingThePiece) {
  const TestUpload upload = StoreOne();
  {
    ASSERT_OK_AND_ASSIGN(const auto store, RocksStore::Open(options_.dir));
    StoreBatch batch;
    for (const schema::Family family : {schema::Family::kFrames, schema::Family::kParts}) {
      const std::string key = schema::PieceKey(upload.pack, 1);
      ASSERT_OK_AND_ASSIGN(std::string value, store->Get(family, key));
      value.back() = static_cast<char>(value.back() ^ 1);
      batch.Put(family, key, value);
    }
    batch.Delete(schema::Family::kFrames, schema::PieceKey(upload.pack, 2));
    ASSERT_OK(store->Apply(batch, Durability::kSynced));
  }
  ASSERT_OK_AND_ASSIGN(const auto vault, Open());
  EXPECT_EQ(*vault->Frame(upload.deposit, upload.pack, 0), upload.frames[0]);
  EXPECT_THAT(vault->Frame(upload.deposit, upload.pack, 1),
              StatusIs(StatusCode::kDataLoss, HasSubstr("frame 1 of pack")));
  EXPECT_THAT(vault->Frame(upload.deposit, upload.pack, 2),
              StatusIs(StatusCode::kDataLoss, HasSubstr("frame 2 of pack")));
  EXPECT_THAT(vault->ManifestPart(upload.deposit, 1),
              StatusIs(StatusCode::kDataLoss, HasSubstr("manifest part 1 of pack")));
}

TEST_F(DirectoryTest, DamageBeforeTheEndOfTheWriteAheadLogStopsTheOpening) {
  const TestUpload upload = StoreOne();
  ASSERT_EQ(FlipInFiles(upload.frames[0], ".log"), 1);
  EXPECT_THAT(Open(), StatusIs(StatusCode::kDataLoss));
}

TEST_F(DirectoryTest, TornEndOfTheWriteAheadLogIsAnOrdinaryCrash) {
  const TestUpload upload = StoreOne();
  std::string log;
  DIR* dir = opendir(options_.dir.c_str());
  while (const dirent* entry = readdir(dir)) {
    if (absl::EndsWith(entry->d_name, ".log")) log = absl::StrCat(options_.dir, "/", entry->d_name);
  }
  closedir(dir);
  std::ifstream in(log, std::ios::binary | std::ios::ate);
  const auto size = static_cast<off_t>(in.tellg());
  ASSERT_EQ(truncate(log.c_str(), size - 5), 0);
  // The last record was the commit; without it there is only an upload that was not finished.
  ASSERT_OK_AND_ASSIGN(const auto vault, Open());
  EXPECT_THAT(vault->Manifest(upload.deposit), StatusIs(StatusCode::kNotFound));
  EXPECT_THAT(*vault->List(""), ::testing::IsEmpty());
}

TEST_F(DirectoryTest, LogThatDoesNotAgreeWithItselfStopsTheOpening) {
  StoreOne();
  struct Case {
    schema::Family family;
    std::string key;
  };
  const std::vector<Case> cases = {{schema::Family::kLog, schema::LogKey(1)},
                                   {schema::Family::kMeta, std::string(schema::kFrontierKey)}};
  for (const Case& test : cases) {
    std::string good;
    {
      ASSERT_OK_AND_ASSIGN(const auto store, RocksStore::Open(options_.dir));
      ASSERT_OK_AND_ASSIGN(good, store->Get(test.family, test.key));
      StoreBatch batch;
      batch.Put(test.family, test.key, good.substr(0, good.size() / 2));
      ASSERT_OK(store->Apply(batch, Durability::kSynced));
    }
    EXPECT_THAT(Open(), StatusIs(StatusCode::kDataLoss, HasSubstr("audit log")));
    ASSERT_OK_AND_ASSIGN(const auto store, RocksStore::Open(options_.dir));
    StoreBatch batch;
    batch.Put(test.family, test.key, good);
    ASSERT_OK(store->Apply(batch, Durability::kSynced));
  }
  EXPECT_OK(Open());
}

TEST_F(DirectoryTest, NewerFormatIsRefused) {
  StoreOne();
  {
    ASSERT_OK_AND_ASSIGN(const auto store, RocksStore::Open(options_.dir));
    StoreBatch batch;
    batch.Put(schema::Family::kMeta, std::string(schema::kFormatKey), schema::FormatValue(3));
    ASSERT_OK(store->Apply(batch, Durability::kSynced));
  }
  EXPECT_THAT(Open(), StatusIs(StatusCode::kFailedPrecondition, HasSubstr("format 3")));
}

TEST_F(DirectoryTest, DiscardedUploadLeavesNoRow) {
  const TestUpload upload = MakeUpload(std::string(16, 'v'), Id("example/A1/0"), {});
  {
    ASSERT_OK_AND_ASSIGN(const auto vault, Open());
    ASSERT_OK_AND_ASSIGN(const auto open, vault->Begin({upload.deposit, upload.pack}));
    ASSERT_OK(Send(upload, *open));
    open->Discard();
  }
  ASSERT_OK_AND_ASSIGN(const auto store, RocksStore::Open(options_.dir));
  for (const schema::Family family :
       {schema::Family::kFrames, schema::Family::kParts, schema::Family::kPacks}) {
    int rows = 0;
    EXPECT_OK(store->Scan(family, {}, [&rows](absl::string_view, absl::string_view) {
      ++rows;
      return absl::OkStatus();
    }));
    EXPECT_EQ(rows, 0);
  }
}

}  // namespace
}  // namespace tidemark::vault
