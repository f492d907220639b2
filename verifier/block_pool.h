// Private to key_index: blocks of one size for its logs, used again when they are given back.
//
// They are cut from pieces that the system may back with huge pages: writing goes to several
// hundred blocks in turn, which as many small pages would make several hundred entries of a
// processor's address cache, that it has not got.
#ifndef TIDEMARK_VERIFIER_BLOCK_POOL_H_
#define TIDEMARK_VERIFIER_BLOCK_POOL_H_

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <vector>

namespace tidemark::verifier {

class BlockPool {
 public:
  explicit BlockPool(size_t block_bytes) : block_bytes_(block_bytes) {}
  BlockPool(const BlockPool&) = delete;
  BlockPool& operator=(const BlockPool&) = delete;

  size_t block_bytes() const { return block_bytes_; }
  // With anything in it. The pool's: it must outlive its use.
  char* Take();
  void Give(char* block) { free_.push_back(block); }
  // Gives the memory of all blocks back to the system, taken or not.
  void Release();

 private:
  struct Free {
    void operator()(char* piece) const { std::free(piece); }
  };

  const size_t block_bytes_;
  std::vector<char*> free_;
  std::vector<std::unique_ptr<char, Free>> pieces_;
  // What is left of the last piece.
  char* next_ = nullptr;
  size_t left_bytes_ = 0;
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_BLOCK_POOL_H_
