// Whatever comes as the next leaf: it is the primary's own, or a refusal that leaves nothing
// behind.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/status.h"
#include "vault/replica/replica.h"
#include "vault/replica/replica_testing.h"

namespace tidemark::vault {
namespace {

// A primary with a leaf of every kind that needs no time to pass, and a copy that stands before
// one.
struct Copies {
  TwoCopies two;
  tidemark::v1::ReplicatedLeaf next;
};

Copies& At(size_t leaf) {
  static const auto& all =
      *std::make_unique<std::vector<std::unique_ptr<Copies>>>([] {
         std::vector<std::unique_ptr<Copies>> made;
         for (uint64_t stop = 0; stop < 4; ++stop) {
           auto copies = std::make_unique<Copies>();
           const TestUpload upload = copies->two.Deposit("example/A1/0", {.frames = 2, .parts = 1});
           copies->two.Judge(upload.deposit, tidemark::v1::VERDICT_OUTCOME_PASS);
           CHECK(copies->two.primary()
                     .Retained()
                     .PlaceHold({upload.deposit, "case", "why", "who"})
                     .ok());
           copies->two
               .Copy({.on_leaf =
                          [stop](tidemark::v1::ReplicatedLeaf& next) {
                            if (next.log_index() == stop) next.Clear();
                          }})
               .IgnoreError();
           copies->next = *copies->two.primary().replication().Leaf(stop);
           made.push_back(std::move(copies));
         }
         return made;
       }())
           .release();
  return *all[leaf % all.size()];
}

}  // namespace
}  // namespace tidemark::vault

// The first byte says at which leaf; then a ReplicatedLeaf, or edits of the true one: pairs of
// where (of 256 parts of it) and with what to XOR.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  tidemark::vault::Copies& copies = tidemark::vault::At(data[0]);
  const absl::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string honest = copies.next.SerializeAsString();
  std::string edited = honest;
  for (size_t i = 0; i + 1 < rest.size(); i += 2) {
    edited[static_cast<uint8_t>(rest[i]) * edited.size() / 256] ^= rest[i + 1];
  }
  auto& replica = copies.two.replica();
  const auto head = copies.two.primary().TreeHead();
  CHECK(head.ok());
  for (const std::string& bytes : {std::string(rest), edited}) {
    tidemark::v1::ReplicatedLeaf leaf;
    if (!leaf.ParseFromString(bytes)) continue;
    const auto applying = replica.replication().Apply(*head);
    CHECK(applying.ok());
    const uint64_t before = (*applying)->next_leaf();
    const absl::Status begun = (*applying)->Begin(leaf).status();
    CHECK(begun.ok() || absl::IsDataLoss(begun) || absl::IsFailedPrecondition(begun) ||
          absl::IsInvalidArgument(begun) || absl::IsPermissionDenied(begun) ||
          absl::IsNotFound(begun));
    // What is accepted says what was signed, whatever else was in the bytes.
    if (begun.ok()) {
      CHECK(leaf.leaf() == copies.next.leaf());
      CHECK(leaf.deposit().manifest().body() == copies.next.deposit().manifest().body());
      CHECK(leaf.deposit().receipt().body() == copies.next.deposit().receipt().body());
      CHECK(leaf.verdict().body() == copies.next.verdict().body());
      CHECK(leaf.act() == copies.next.act());
    }
    CHECK((*applying)->next_leaf() == before);
  }
  return 0;
}
