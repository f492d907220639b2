// Whatever a reader makes of the bytes comes back from its encoding, and no cut or foreign encoding
// does harm: it is refused, or is a record with one encoding.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/status.h"
#include "rde/codec/codec.h"
#include "rde/reader.h"

namespace tidemark::rde {
namespace {

class RoundTrips final : public RecordSink {
 public:
  void OnDeposit(const DepositInfo&, const Position&) override {}
  void OnFlaw(const Flaw&) override {}
  void OnRecord(const Record& record, const Position&) override {
    std::string bytes;
    codec_.Append(record, bytes);
    CHECK(TryParse(bytes) && record_.index() == record.index());
    TryParse(absl::string_view(bytes).substr(0, bytes.size() / 2));
    TryParse(absl::string_view(bytes).substr(1));
  }

  // What parses has one encoding.
  bool TryParse(absl::string_view bytes) {
    if (!codec_.Parse(bytes, record_).ok()) return false;
    once_.clear();
    codec_.Append(record_, once_);
    Record again;
    CHECK(codec_.Parse(once_, again).ok());
    twice_.clear();
    codec_.Append(again, twice_);
    CHECK(once_ == twice_);
    return true;
  }

 private:
  RecordCodec codec_;
  Record record_;
  std::string once_;
  std::string twice_;
};

}  // namespace
}  // namespace tidemark::rde

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  tidemark::rde::RoundTrips round_trips;
  round_trips.TryParse(bytes);
  tidemark::base::StringSource source(bytes);
  CHECK(tidemark::rde::ReadDeposit(source, round_trips).ok());
  return 0;
}
