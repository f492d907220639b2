// Whatever the records of a sealed manifest and the content of a frame: the file comes back as the
// trailer describes it, or the depositor's manifest is wrong. Nothing else, since custody is
// honest. What a partial restore makes of it ends, and agrees.
//
// The input is the content of the second frame, after its length in one byte (0: as it is), and the
// manifest's records. A header cannot know this pack and its secret: where it names none, they are
// filled in.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "base/status.h"
#include "crypto/digest.h"
#include "proto/custody.pb.h"
#include "verifier/opening/frame_content.h"
#include "verifier/opening/sealing_testing.h"

namespace tidemark::verifier {
namespace {

using tidemark::v1::ManifestRecord;

void FillIn(ManifestRecord& record, const SealedFixture& fixture) {
  if (!record.has_header()) return;
  const ManifestRecord good = fixture.Header();
  for (auto& pack : *record.mutable_header()->mutable_packs()) {
    if (pack.pack_id().empty()) pack = good.header().packs(0);
  }
  if (!record.header().has_identity()) {
    *record.mutable_header()->mutable_identity() = good.header().identity();
  }
}

// The records as they are, but for what is filled in; and the last trailer among them.
std::string Manifest(absl::string_view rest, const SealedFixture& fixture,
                     tidemark::v1::ManifestTrailer& trailer) {
  std::string out;
  while (!rest.empty()) {
    absl::string_view content = rest;
    const absl::StatusOr<uint32_t> length = ConsumeVarint(content);
    ManifestRecord record;
    if (!length.ok() || *length > content.size() ||
        !record.ParseFromArray(content.data(), static_cast<int>(*length))) {
      break;
    }
    FillIn(record, fixture);
    if (record.has_trailer()) trailer = record.trailer();
    AppendVarint(static_cast<uint32_t>(record.ByteSizeLong()), out);
    record.AppendToString(&out);
    rest = content.substr(*length);
  }
  out.append(rest.data(), rest.size());
  return out;
}

void Open(absl::string_view input) {
  SealedFixture fixture;
  fixture.SetFrames({{"a", "bb"}, {"ccc", "d", "e"}});
  const size_t frame_bytes = input.empty() ? 0 : static_cast<uint8_t>(input[0]);
  input.remove_prefix(input.empty() ? 0 : 1);
  if (frame_bytes > 0) fixture.SetFrameContent(1, std::string(input.substr(0, frame_bytes)));
  input.remove_prefix(std::min(frame_bytes, input.size()));
  tidemark::v1::ManifestTrailer trailer;
  const std::string records = Manifest(input, fixture, trailer);
  fixture.SetManifestPlain(SealedFixture::Compress(records), 1 + records.size() % 4096);
  const absl::StatusOr<std::string> file = fixture.Open();
  // As far as it can be had it ends, too; of a whole deposit it is the file.
  if (records.size() % 2 == 0) {
    fixture.deposit.manifest.set_new_pack_id(fixture.deposit.manifest.packs(0).pack_id());
  }
  Losses losses;
  const absl::StatusOr<std::string> partial = fixture.OpenPartial(losses);
  if (!file.ok()) {
    CHECK(absl::IsFailedPrecondition(file.status()));
    CHECK(partial.ok() ? losses.any() : absl::IsFailedPrecondition(partial.status()));
    return;
  }
  CHECK(partial.ok() && *partial == *file && !losses.any());
  CHECK(trailer.file_bytes() == file->size());
  CHECK(trailer.file_sha256() == crypto::Sha256(*file).bytes());
}

}  // namespace
}  // namespace tidemark::verifier

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  tidemark::verifier::Open(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
