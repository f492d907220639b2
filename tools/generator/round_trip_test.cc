// The project's reader finds no flaw in what the generator writes, and the writer repeats it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/testing.h"
#include "rde/reader.h"
#include "rde/writer.h"
#include "tools/generator/generator.h"

namespace tidemark::generator {
namespace {

constexpr size_t kDepositBytesMax = 64 << 20;

// Writes again what is read, and counts it.
class Repeater final : public rde::RecordSink {
 public:
  explicit Repeater(base::ByteSink& sink) : writer_(sink) {}

  void OnDeposit(const rde::DepositInfo& info, const rde::Position&) override {
    EXPECT_OK(writer_.Begin(info));
  }
  void OnRecord(const rde::Record& record, const rde::Position&) override {
    EXPECT_OK(writer_.Write(record));
    ++counts_[std::string(rde::UriOf(record))];
  }
  void OnFlaw(const rde::Flaw& flaw) override {
    ADD_FAILURE() << "line " << flaw.position.line << ": " << flaw.element << ": " << flaw.detail;
  }

  absl::Status Close() { return writer_.Close(); }
  const std::map<std::string, int64_t>& counts() const { return counts_; }

 private:
  rde::XmlWriter writer_;
  std::map<std::string, int64_t> counts_;
};

void ExpectRepeated(const GeneratorOptions& options) {
  std::string deposit;
  std::string zone;
  base::StringSink deposit_sink(deposit, kDepositBytesMax);
  base::StringSink zone_sink(zone, kDepositBytesMax);
  ASSERT_OK_AND_ASSIGN(const rde::Header header, Generate(options, deposit_sink, zone_sink));

  std::string repeated;
  base::StringSink repeated_sink(repeated, kDepositBytesMax);
  base::StringSource source(deposit);
  Repeater repeater(repeated_sink);
  ASSERT_OK(rde::ReadDeposit(source, repeater));
  ASSERT_OK(repeater.Close());
  EXPECT_TRUE(repeated == deposit);
  for (const rde::HeaderCount& count : header.counts) {
    EXPECT_EQ(repeater.counts().at(count.uri), count.value.value_or(-1)) << count.uri;
  }
}

TEST(RoundTrip, MaximumDataModelWithHostObjects) {
  GeneratorOptions options;
  options.domains = 3000;
  options.night = 2;
  options.changed_fraction = 0.05;
  ExpectRepeated(options);
}

TEST(RoundTrip, MinimumDataModelWithHostAttributes) {
  GeneratorOptions options;
  options.domains = 3000;
  options.host_model = HostModel::kAttributes;
  options.data_model = DataModel::kMinimum;
  ExpectRepeated(options);
}

}  // namespace
}  // namespace tidemark::generator
