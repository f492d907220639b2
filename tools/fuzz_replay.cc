// Runs a fuzz target over the files named on the command line and over mutations of them. The
// mutations are random with a fixed seed: a failure comes back the next time.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

constexpr int kMutations = 20'000;
constexpr int kChangesMax = 4;
constexpr size_t kInputBytesMax = 1 << 16;

void Run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size());
}

class Mutator {
 public:
  explicit Mutator(const std::vector<std::string>& corpus) : corpus_(corpus) {}

  std::string Next() {
    std::string input = Pick();
    const size_t changes = 1 + Below(kChangesMax);
    for (size_t i = 0; i < changes; ++i) Change(input);
    if (input.size() > kInputBytesMax) input.resize(kInputBytesMax);
    return input;
  }

 private:
  // 0 to n - 1; 0 for n = 0.
  size_t Below(size_t n) { return n == 0 ? 0 : static_cast<size_t>(random_() % n); }
  const std::string& Pick() { return corpus_[Below(corpus_.size())]; }

  void Change(std::string& input) {
    const size_t at = Below(input.size() + 1);
    const size_t length = Below(std::min<size_t>(input.size() - at, 64) + 1);
    switch (Below(6)) {
      case 0:  // one byte becomes another
        if (at < input.size()) input[at] = static_cast<char>(random_());
        return;
      case 1:  // one bit
        if (at < input.size()) input[at] = static_cast<char>(input[at] ^ 1 << Below(8));
        return;
      case 2:
        input.erase(at, length);
        return;
      case 3:  // a piece stands twice
        input.insert(at, std::string(input, at, length));
        return;
      case 4:  // a piece of another file
      {
        const std::string& other = Pick();
        const size_t from = Below(other.size() + 1);
        input.insert(at, other, from, Below(256));
        return;
      }
      default:  // cut off
        input.resize(at);
        return;
    }
  }

  const std::vector<std::string>& corpus_;
  std::mt19937_64 random_{20261122};
};

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> corpus;
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    if (!file) {
      std::fprintf(stderr, "cannot open %s\n", argv[i]);
      return 1;
    }
    corpus.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  if (corpus.empty()) {
    std::fprintf(stderr, "usage: %s FILE...\n", argv[0]);
    return 1;
  }
  for (const std::string& input : corpus) Run(input);
  Mutator mutator(corpus);
  for (int i = 0; i < kMutations; ++i) Run(mutator.Next());
  std::printf("%zu files, %d mutations\n", corpus.size(), kMutations);
  return 0;
}
