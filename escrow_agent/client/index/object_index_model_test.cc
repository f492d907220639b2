// Random nights, held against a map: whatever was committed is found, and nothing else.
#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "base/testing.h"
#include "escrow_agent/client/index/index_testing.h"
#include "escrow_agent/client/index/object_index.h"

namespace tidemark::escrow_agent {
namespace {

constexpr uint32_t kFrameObjects = 7;

class Model {
 public:
  Model(std::string dir, uint64_t seed) : dir_(std::move(dir)), random_(seed) {}

  void Night() {
    std::unique_ptr<ObjectIndex> index = OpenIndex(dir_);
    ASSERT_EQ(index->objects() == 0, known_.empty());
    const IndexMode mode =
        known_.empty() || Below(3) != 0 ? IndexMode::kReplace : IndexMode::kExtend;
    ChangeFile();
    FindAndCommit(*index, mode, mode == IndexMode::kReplace ? file_ : SomeOfFile());
    if (::testing::Test::HasFatalFailure()) return;
    index.reset();
    ExpectPacks();
  }

 private:
  struct Known {
    uint8_t pack;
    uint32_t frame;
    uint32_t ordinal;
  };

  uint64_t Below(uint64_t bound) { return random_() % bound; }

  // Mostly in order; some nights an exporter has another one, or most of it is new.
  void ChangeFile() {
    const uint64_t kind = Below(10);
    const uint64_t changes = kind == 0 ? file_.size() + 1 : Below(12);
    for (uint64_t n = 0; n < changes; ++n) {
      const auto at = file_.begin() + static_cast<std::ptrdiff_t>(Below(file_.size() + 1));
      switch (Below(4)) {
        case 0:
          if (at != file_.end()) *at = next_id_++;
          break;
        case 1:
          if (at != file_.end()) file_.erase(at);
          break;
        case 2:
          file_.insert(at, next_id_++);
          break;
        default:
          if (!file_.empty()) file_.insert(at, file_[Below(file_.size())]);
      }
    }
    if (kind == 1) std::shuffle(file_.begin(), file_.end(), random_);
    if (kind == 2)
      for (int n = 0; n < 200; ++n) file_.push_back(next_id_++);
    if (file_.size() > 600) file_.erase(file_.begin(), file_.begin() + 300);
  }

  std::vector<uint64_t> SomeOfFile() {
    std::vector<uint64_t> some;
    for (const uint64_t id : file_) {
      if (Below(8) == 0) some.push_back(id);
    }
    return some;
  }

  // Also sends again, now and then, what is known: frames are renewed so.
  void FindAndCommit(ObjectIndex& index, IndexMode mode, const std::vector<uint64_t>& named) {
    ++night_;
    ASSERT_OK_AND_ASSIGN(const auto update, index.BeginUpdate(mode));
    std::map<uint64_t, Known> tonight = mode == IndexMode::kExtend ? known_ : decltype(known_)();
    uint32_t fresh = 0;
    for (size_t at = 0; at < named.size();) {
      const size_t size = std::min<size_t>(1 + Below(150), named.size() - at);
      std::vector<crypto::ObjectId> ids;
      for (size_t i = 0; i < size; ++i) ids.push_back(IdOf(named[at + i]));
      std::vector<ObjectPlace> places = FindAll(index, ids);
      for (size_t i = 0; i < size; ++i) {
        ExpectKnown(index, named[at + i], places[i]);
        if (!places[i].is_known() || Below(50) == 0) {
          places[i] = {.slot = index.new_slot(),
                       .frame = fresh / kFrameObjects,
                       .ordinal = fresh % kFrameObjects};
          ++fresh;
        }
        const Known known = {PackIn(index, places[i].slot), places[i].frame, places[i].ordinal};
        tonight[named[at + i]] = known;
        appended_.insert(KeyOf(named[at + i], known));
      }
      ASSERT_OK(update->Append(ids, places));
      at += size;
    }
    std::vector<uint32_t> frames;
    for (uint32_t n = 0; n < fresh; n += kFrameObjects) {
      frames.push_back(std::min(kFrameObjects, fresh - n));
    }
    ASSERT_OK(update->Commit(PackOf(night_, std::move(frames))));
    known_ = std::move(tonight);
  }

  // Which night's pack a slot has.
  uint8_t PackIn(const ObjectIndex& index, uint32_t slot) const {
    if (slot == index.new_slot()) return night_;
    return static_cast<uint8_t>(index.packs()[slot]->frames_digest[0]);
  }

  using Key = std::tuple<uint64_t, uint8_t, uint32_t, uint32_t>;
  static Key KeyOf(uint64_t id, const Known& known) {
    return {id, known.pack, known.frame, known.ordinal};
  }

  // Of an id that came twice in one night either place will do.
  void ExpectKnown(const ObjectIndex& index, uint64_t id, const ObjectPlace& place) {
    ASSERT_EQ(place.is_known(), known_.contains(id)) << "night " << int{night_} << " id " << id;
    if (!place.is_known()) return;
    ASSERT_NE(place.slot, index.new_slot());
    const Known found = {PackIn(index, place.slot), place.frame, place.ordinal};
    ASSERT_TRUE(appended_.contains(KeyOf(id, found))) << "night " << int{night_} << " id " << id;
  }

  // Every known id has its place, also for a reader that comes in any order; no pack without one.
  void ExpectPacks() {
    const std::unique_ptr<ObjectIndex> index = OpenIndex(dir_);
    std::map<uint8_t, uint32_t> alive;
    for (const auto& [id, known] : known_) ++alive[known.pack];
    size_t packs = 0;
    for (const std::optional<IndexedPack>& pack : index->packs()) {
      if (!pack.has_value()) continue;
      ++packs;
      ASSERT_TRUE(alive.contains(static_cast<uint8_t>(pack->frames_digest[0])));
    }
    ASSERT_EQ(packs, alive.size());
    for (const auto& [id, known] : known_) {
      ASSERT_TRUE(FindOne(*index, IdOf(id)).is_known()) << "night " << int{night_} << " id " << id;
    }
  }

  const std::string dir_;
  std::mt19937_64 random_;
  std::vector<uint64_t> file_;  // tonight's objects, in order
  uint64_t next_id_ = 1;
  uint8_t night_ = 0;
  std::map<uint64_t, Known> known_;  // by id
  std::set<Key> appended_;           // ever
};

TEST(ObjectIndexModel, RandomNightsFindWhatWasCommittedAndNothingElse) {
  for (uint64_t seed = 0; seed < 8; ++seed) {
    Model model(base::TestDir(), seed);
    for (int night = 0; night < 125; ++night) {
      model.Night();
      if (HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace tidemark::escrow_agent
