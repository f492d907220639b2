#include "escrow_agent/client/index/object_index.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status.h"
#include "escrow_agent/client/index/aside_file.h"
#include "escrow_agent/client/index/index_cursor.h"
#include "escrow_agent/client/index/index_format.h"
#include "escrow_agent/client/index/index_update.h"
#include "escrow_agent/client/index/mapped_index.h"

namespace tidemark::escrow_agent {
namespace {

// Absent is fine.
absl::Status Unlink(const std::string& path) {
  if (unlink(path.c_str()) == 0 || errno == ENOENT) return absl::OkStatus();
  return base::ErrnoStatus(errno, path);
}

}  // namespace

struct ObjectIndex::Impl {
  ~Impl() {
    if (lock_fd >= 0) close(lock_fd);
  }
  absl::Status Lock();
  absl::Status Load();
  bool has_update() const {
    return update == UpdateState::kOpen || update == UpdateState::kDropped;
  }

  std::string dir;
  IndexOwner owner;
  int lock_fd = -1;
  std::string why_empty;
  std::unique_ptr<MappedIndex> mapped;   // nullptr: empty
  std::unique_ptr<MappedIndex> dropped;  // an update may still look at it
  std::optional<IndexCursor> cursor;
  std::vector<EntryHit> hits;  // of one Find()
  UpdateState update = UpdateState::kNone;
};

absl::Status ObjectIndex::Impl::Lock() {
  lock_fd = open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (lock_fd < 0) return base::ErrnoStatus(errno, dir);
  if (flock(lock_fd, LOCK_EX | LOCK_NB) == 0) return absl::OkStatus();
  if (errno != EWOULDBLOCK) return base::ErrnoStatus(errno, dir);
  return absl::UnavailableError(absl::StrCat(
      dir, ": another tidemark deposit of this TLD is running; try again when it has ended"));
}

absl::Status ObjectIndex::Impl::Load() {
  absl::StatusOr<std::unique_ptr<MappedIndex>> opened =
      MappedIndex::Open(AsideFile::PathOfIndex(dir), owner);
  if (absl::IsNotFound(opened.status())) {
    why_empty = "there is none yet";
  } else if (absl::IsDataLoss(opened.status())) {
    why_empty = absl::StrCat(AsideFile::PathOfIndex(dir), ": ", opened.status().message());
  } else if (!opened.ok()) {
    return opened.status();
  } else if ((*opened)->objects() == 0) {
    why_empty = "the last deposit had no objects";
  } else {
    mapped = *std::move(opened);
    cursor.emplace(*mapped, IndexCursor::Order::kOfEntries);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<ObjectIndex>> ObjectIndex::Open(const std::string& dir,
                                                               const IndexOwner& owner) {
  RETURN_IF_ERROR(CheckOwner(owner));
  auto impl = std::make_unique<Impl>();
  impl->dir = dir;
  impl->owner = owner;
  RETURN_IF_ERROR(base::MakeDirs(dir, base::FileMode::kPrivate));
  RETURN_IF_ERROR(impl->Lock());
  // It holds pack secrets, of a night that did not come to its end.
  RETURN_IF_ERROR(Unlink(AsideFile::PathAside(dir)));
  RETURN_IF_ERROR(impl->Load());
  return absl::WrapUnique(new ObjectIndex(std::move(impl)));
}

ObjectIndex::ObjectIndex(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ObjectIndex::~ObjectIndex() { CHECK(!impl_->has_update()); }

const std::string& ObjectIndex::why_empty() const { return impl_->why_empty; }

std::string ObjectIndex::damage() const {
  if (impl_->mapped == nullptr || impl_->mapped->damaged_blocks() == 0) return "";
  return absl::StrCat(AsideFile::PathOfIndex(impl_->dir), ": ", impl_->mapped->damaged_blocks(),
                      " of its ", impl_->mapped->blocks(), " blocks are damaged");
}

uint64_t ObjectIndex::objects() const {
  return impl_->mapped == nullptr ? 0 : impl_->mapped->objects();
}

absl::Span<const std::optional<IndexedPack>> ObjectIndex::packs() const {
  if (impl_->mapped == nullptr) return {};
  return impl_->mapped->packs();
}

uint32_t ObjectIndex::new_slot() const {
  const auto is_free = [](const std::optional<IndexedPack>& pack) { return !pack.has_value(); };
  return static_cast<uint32_t>(std::find_if(packs().begin(), packs().end(), is_free) -
                               packs().begin());
}

void ObjectIndex::Find(absl::Span<const crypto::ObjectId> ids, absl::Span<ObjectPlace> places) {
  CHECK(ids.size() == places.size());
  if (!impl_->cursor.has_value()) {
    std::fill(places.begin(), places.end(), ObjectPlace{});
    return;
  }
  impl_->hits.resize(ids.size());
  impl_->cursor->Find(ids, absl::MakeSpan(impl_->hits));
  for (size_t i = 0; i < ids.size(); ++i) places[i] = impl_->hits[i].place;
}

absl::Status ObjectIndex::Drop(absl::string_view why) {
  impl_->cursor.reset();
  if (impl_->mapped != nullptr) impl_->dropped = std::move(impl_->mapped);
  impl_->update = impl_->has_update() ? UpdateState::kDropped : UpdateState::kNone;
  impl_->why_empty = std::string(why);
  RETURN_IF_ERROR(Unlink(AsideFile::PathOfIndex(impl_->dir)));
  return base::SyncDir(impl_->dir);
}

absl::StatusOr<std::unique_ptr<ObjectIndex::Update>> ObjectIndex::BeginUpdate(IndexMode mode) {
  CHECK(!impl_->has_update());
  if (impl_->update == UpdateState::kCommitted) {
    return absl::FailedPreconditionError(
        "object index: a new one was committed; open it before the next update");
  }
  return IndexUpdate::Begin(
      {.dir = impl_->dir, .owner = impl_->owner, .mode = mode, .new_slot = new_slot()},
      impl_->mapped.get(), impl_->update);
}

}  // namespace tidemark::escrow_agent
