// The file name against the deposit: Registry Agreement, Specification 2, Part A, section 5.
#include "rde/file_name.h"

#include "absl/time/time.h"
#include "verifier/rules/rule.h"

namespace tidemark::verifier {
namespace {

class FileNameRule final : public Rule {
 public:
  using Rule::Rule;

  void Finish() override {
    if (!j_.file_name.has_value()) {
      j_.SkipCode(Code::kInvalidFilename, "standard input has no file name");
      return;
    }
    if (!j_.rules().file_name) {
      j_.SkipCode(Code::kInvalidFilename, "the rule set has no rule for file names");
      return;
    }
    const auto name = rde::ParseDepositFileName(*j_.file_name);
    if (!name.ok()) {
      Raise(name.status().message());
      return;
    }
    Compare(*name);
  }

 private:
  template <typename... Parts>
  void Raise(const Parts&... message) {
    j_.log.Raise(Code::kInvalidFilename, Subject{"file", *j_.file_name, std::nullopt}, message...);
  }

  void Compare(const rde::DepositFileName& name) {
    const rde::DepositInfo& deposit = *j_.deposit;
    if (!j_.tld().empty() && name.tld != j_.tld()) {
      Raise("the name says TLD ", Printable(name.tld), ", the deposit is of ", Printable(j_.tld()));
    }
    using Type = rde::DepositFileName::Type;
    if (name.type == Type::kThin) {
      Raise("thin is for bulk registration data access, not for deposits");
    } else if (!j_.is_full() && !j_.is_differential()) {
      // The kind itself is flawed, and reported.
    } else if (deposit.type == "INCR") {
      Raise("the deposit is an INCR, for which there is no file name");
    } else if ((name.type == Type::kFull) != j_.is_full()) {
      Raise("the name says ", name.type == Type::kFull ? "full" : "diff", ", the deposit is a ",
            deposit.type);
    }
    if (const auto watermark = j_.watermark(); watermark.has_value()) {
      const std::string date = absl::FormatTime("%Y-%m-%d", *watermark, absl::UTCTimeZone());
      if (name.date != date) Raise("the name says ", name.date, ", the watermark's date is ", date);
    }
    if (deposit.resend.has_value() && name.resend != *deposit.resend) {
      Raise("the name says R", name.resend, ", the deposit's resend is ", *deposit.resend);
    }
  }
};

}  // namespace

std::unique_ptr<Rule> NewFileNameRule(Judgement& judgement) {
  return Rule::New<FileNameRule>(judgement);
}

}  // namespace tidemark::verifier
