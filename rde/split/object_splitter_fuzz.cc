// Whatever the bytes and however they come: the pieces in order are the file, none is empty or too
// long, they do not depend on how the bytes were handed over, and enough bytes give a piece. Rows
// are tried on every input: no file but a tar has them.
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "rde/split/object_splitter.h"
#include "rde/split/row_splitter.h"
#include "rde/split/split_testing.h"
#include "rde/split/tar_header.h"
#include "rde/split/xml_splitter.h"

namespace tidemark::rde {
namespace {

template <typename Splitter>
void Check(absl::string_view file, std::mt19937_64& random) {
  const std::vector<TextPiece> whole = SplitWhole<Splitter>(file);
  for (const size_t step_max : {size_t{7}, size_t{1000}, file.size() + 1}) {
    // Many small steps over a long file take long and show nothing new.
    const size_t step_min = file.size() / 2000;
    CheckSameInSteps<Splitter>(file, whole, [&] { return step_min + random() % (step_max + 1); });
  }
}

void CheckAll(absl::string_view file, std::mt19937_64& random) {
  Check<ObjectSplitter>(file, random);
  Check<XmlSplitter>(file, random);
  Check<RowSplitter>(file, random);
}

// With the right checksum in every header of a tar: no mutation that finds one by itself gets far.
std::string WithChecksums(absl::string_view file) {
  constexpr size_t kAt = 148;
  constexpr size_t kBytes = 8;
  std::string out(file);
  for (size_t at = 0; at + kTarBlockBytes <= out.size(); at += kTarBlockBytes) {
    if (out.compare(at + 257, 5, "ustar") != 0) continue;
    out.replace(at + kAt, kBytes, kBytes, ' ');
    unsigned sum = 0;
    for (size_t i = at; i < at + kTarBlockBytes; ++i) sum += static_cast<unsigned char>(out[i]);
    for (size_t i = kAt + kBytes - 2; sum > 0; --i, sum /= 8) {
      out[at + i] = static_cast<char>('0' + sum % 8);
    }
  }
  return out;
}

}  // namespace
}  // namespace tidemark::rde

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  std::seed_seq seed(data, data + size);
  std::mt19937_64 random(seed);
  tidemark::rde::CheckAll(input, random);
  const std::string tar = tidemark::rde::WithChecksums(input);
  if (tar != input) tidemark::rde::CheckAll(tar, random);
  // Inputs are shorter than a piece may be: over and over until it is more than two.
  if (size > 0 && random() % 32 == 0) {
    std::string file;
    while (file.size() <= tidemark::rde::kSplitBytesMin) file.append(input.data(), input.size());
    tidemark::rde::CheckAll(file, random);
  }
  return 0;
}
