// RNP pushes what it decrypts; our readers pull. One thread and a short queue stand between.
#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "base/limits.h"
#include "base/status.h"
#include "verifier/openpgp/message_end.h"
#include "verifier/openpgp/rnp_handles.h"

namespace tidemark::verifier {
namespace {

// Chunks that may wait for the reader.
constexpr size_t kChunksMax = 4;

}  // namespace

class DecryptedSource::Impl {
 public:
  Impl(base::ByteSource& message, const OpenPgpKeys& keys) : message_(message), keys_(keys) {}

  ~Impl() {
    {
      absl::MutexLock lock(&mutex_);
      abandoned_ = true;
    }
    if (thread_.joinable()) thread_.join();
  }

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) {
    Start();
    absl::MutexLock lock(&mutex_);
    const auto ready = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return !chunks_.empty() || done_;
    };
    mutex_.Await(absl::Condition(&ready));
    if (chunks_.empty()) {
      if (!result_.ok()) return result_;
      return 0;
    }
    std::string& chunk = chunks_.front();
    const size_t size = std::min(buffer.size(), chunk.size() - front_at_);
    std::copy_n(chunk.data() + front_at_, size, buffer.data());
    front_at_ += size;
    if (front_at_ == chunk.size()) {
      chunks_.pop_front();
      front_at_ = 0;
    }
    return size;
  }

  absl::Status Close() {
    if (closed_) return close_status_;
    closed_ = true;
    Start();
    close_status_ = [this] {
      absl::MutexLock lock(&mutex_);
      const auto ready = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        return !chunks_.empty() || done_;
      };
      mutex_.Await(absl::Condition(&ready));
      if (!chunks_.empty()) return absl::FailedPreconditionError("content remains unread");
      return result_;
    }();
    if (close_status_.ok()) close_status_ = message_.Close();
    return close_status_;
  }

  bool integrity_protected() const {
    absl::MutexLock lock(&mutex_);
    return protected_;
  }

 private:
  void Start() {
    if (!thread_.joinable()) thread_ = std::thread([this] { Run(); });
  }

  void Run() {
    const absl::Status result = Decrypt();
    absl::MutexLock lock(&mutex_);
    result_ = result;
    done_ = true;
  }

  absl::Status Decrypt() {
    SourceInput input(seen_);
    rnp_output_t raw_output = nullptr;
    rnp_output_to_callback(&raw_output, &Impl::Take, nullptr, this);
    const RnpOutput output(raw_output);
    rnp_op_verify_t raw = nullptr;
    rnp_result_t result =
        rnp_op_verify_create(&raw, keys_.state_->ffi.get(), input.get(), output.get());
    const RnpVerify verify(raw);
    if (result != RNP_SUCCESS) return absl::InternalError("RNP has no memory");
    // A deposit is signed beside the message; a signature in it is nobody's concern here.
    rnp_op_verify_set_flags(raw, RNP_VERIFY_IGNORE_SIGS_ON_DECRYPT);
    result = rnp_op_verify_execute(raw);
    if (!input.status().ok()) return input.status();
    RETURN_IF_ERROR(ReadToEnd(seen_));
    if (over_limit_) {
      return absl::ResourceExhaustedError(absl::StrCat("the message holds more than ",
                                                       base::kDepositBytesMax, " bytes, or than ",
                                                       base::kExpansionMax, " times its size"));
    }
    return Judge(raw, result);
  }

  // RNP stops at the end of the message, or at what is none; a source wants to be read to its end.
  static absl::Status ReadToEnd(base::ByteSource& message) {
    char rest[4096];
    for (size_t got = 1; got > 0;) {
      ASSIGN_OR_RETURN(got, message.Read(absl::MakeSpan(rest)));
    }
    return absl::OkStatus();
  }

  absl::Status Judge(rnp_op_verify_t verify, rnp_result_t result) {
    char* mode = nullptr;
    bool valid = false;
    rnp_op_verify_get_protection_info(verify, &mode, nullptr, &valid);
    const std::string protection = mode == nullptr ? "" : mode;
    rnp_buffer_destroy(mode);
    if (result == RNP_ERROR_NO_SUITABLE_KEY || result == RNP_ERROR_KEY_NOT_FOUND) {
      return absl::InvalidArgumentError("the message is not encrypted to the key given");
    }
    if (protection.empty() || protection == "none") {
      return absl::InvalidArgumentError("the file is not an encrypted OpenPGP message");
    }
    if (result != RNP_SUCCESS) {
      return absl::InvalidArgumentError("the message was altered or cut off");
    }
    const bool has_integrity = protection != "cfb";
    if (has_integrity && !valid) {
      return absl::InvalidArgumentError("the message was altered or cut off");
    }
    if (end_.exceeded()) {
      return absl::InvalidArgumentError("something follows the encrypted message in its file");
    }
    absl::MutexLock lock(&mutex_);
    protected_ = has_integrity;
    return absl::OkStatus();
  }

  // False ends RNP's work.
  static bool Take(void* self, const void* data, size_t size) {
    auto& impl = *static_cast<Impl*>(self);
    impl.bytes_ += size;
    if (impl.bytes_ > base::kDepositBytesMax ||
        base::IsOverExpansion(impl.bytes_, impl.seen_.bytes())) {
      impl.over_limit_ = true;
      return false;
    }
    if (size == 0) return true;
    absl::MutexLock lock(&impl.mutex_);
    const auto room = [&impl]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(impl.mutex_) {
      return impl.chunks_.size() < kChunksMax || impl.abandoned_;
    };
    impl.mutex_.Await(absl::Condition(&room));
    if (impl.abandoned_) return false;
    impl.chunks_.emplace_back(static_cast<const char*>(data), size);
    return true;
  }

  base::ByteSource& message_;
  const OpenPgpKeys& keys_;
  std::thread thread_;
  // Of the thread alone.
  uint64_t bytes_ = 0;
  bool over_limit_ = false;
  MessageEnd end_;
  EndSeeingSource seen_{message_, end_};
  // Of the reader alone.
  size_t front_at_ = 0;
  bool closed_ = false;
  absl::Status close_status_;

  mutable absl::Mutex mutex_;
  std::deque<std::string> chunks_ ABSL_GUARDED_BY(mutex_);
  bool abandoned_ ABSL_GUARDED_BY(mutex_) = false;
  bool done_ ABSL_GUARDED_BY(mutex_) = false;
  bool protected_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status result_ ABSL_GUARDED_BY(mutex_);
};

DecryptedSource::DecryptedSource(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
DecryptedSource::~DecryptedSource() = default;

std::unique_ptr<DecryptedSource> DecryptedSource::Open(base::ByteSource& message,
                                                       const OpenPgpKeys& keys) {
  return absl::WrapUnique(new DecryptedSource(std::make_unique<Impl>(message, keys)));
}

absl::StatusOr<size_t> DecryptedSource::Read(absl::Span<char> buffer) {
  return impl_->Read(buffer);
}
absl::Status DecryptedSource::Close() { return impl_->Close(); }
bool DecryptedSource::integrity_protected() const { return impl_->integrity_protected(); }

}  // namespace tidemark::verifier
