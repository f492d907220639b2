// Runs a fuzz target over the files named on the command line and over as many mutations of them as
// are asked for. The mutations are random with a fixed seed: a failure comes back the next time,
// and leaves its input in the test's outputs.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

constexpr int kChangesMax = 4;
constexpr size_t kInputBytesMax = 1 << 16;

// What a signal handler may use: the file for the input that ends the process, and the input.
int failed_fd = -1;
const std::string* current = nullptr;

void KeepInput(int signal) {
  if (current != nullptr && write(failed_fd, current->data(), current->size()) < 0) _exit(1);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void KeepInputOfFailure() {
  const char* const dir = std::getenv("TEST_UNDECLARED_OUTPUTS_DIR");
  if (dir == nullptr) return;
  const std::string path = std::string(dir) + "/failed_input";
  failed_fd = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGALRM, SIGTERM}) {
    std::signal(signal, KeepInput);
  }
}

void Run(const std::string& input) {
  current = &input;
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size());
  current = nullptr;
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
  if (argc < 3) {
    std::fprintf(stderr, "usage: %s MUTATIONS FILE...\n", argv[0]);
    return 1;
  }
  const int mutations = std::atoi(argv[1]);
  std::vector<std::string> corpus;
  for (int i = 2; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    if (!file) {
      std::fprintf(stderr, "cannot open %s\n", argv[i]);
      return 1;
    }
    corpus.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  KeepInputOfFailure();
  for (const std::string& input : corpus) Run(input);
  Mutator mutator(corpus);
  for (int i = 0; i < mutations; ++i) Run(mutator.Next());
  std::printf("%zu files, %d mutations\n", corpus.size(), mutations);
  return 0;
}
