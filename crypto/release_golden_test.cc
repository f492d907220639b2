// The release key's protocols against an implementation that shares no code with this one: a file
// of known answers, and answers that are made anew from another seed each time.
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/known_answers.h"
#include "base/status.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "crypto/key_access.h"
#include "crypto/release_answer.h"
#include "crypto/release_liveness.h"
#include "crypto/release_testing.h"
#include "crypto/test_keys.h"

namespace tidemark::crypto {
namespace {

int Number(const base::KnownAnswers& golden, const std::string& name) {
  return golden.Value(name).at(0);
}

OpeningKey Opening(const std::string& hex) {
  return OpeningKey::Load(KeyFileOf(KeyKind::kOpening, hex)).value();
}

std::string HexOf(const SecretBytes& bytes) {
  const absl::Span<const uint8_t> raw = bytes.RawForCrypto();
  return base::HexEncode({reinterpret_cast<const char*>(raw.data()), raw.size()});
}

// Everything that the protocols give, from the same inputs.
void ExpectTheSame(const base::KnownAnswers& golden) {
  const int custodians = Number(golden, "custodians");
  CeremonyTerms terms{.nonce = golden.Value("nonce"),
                      .threshold = Number(golden, "threshold"),
                      .custodians = {},
                      .dealers = {}};
  std::vector<OpeningKey> keys;
  for (int i = 1; i <= custodians; ++i) {
    keys.push_back(Opening(golden.Hex(absl::StrCat("opening_key_", i))));
    terms.custodians.push_back(keys.back().public_key());
  }
  std::vector<SigningKey> dealers;
  for (int j = 1; j <= Number(golden, "dealers"); ++j) {
    const std::string hex = golden.Hex(absl::StrCat("signing_key_", j));
    dealers.push_back(SigningKey::Load(KeyFileOf(KeyKind::kSigning, hex)).value());
    terms.dealers.push_back(dealers.back().verify_key());
  }
  ASSERT_OK_AND_ASSIGN(const ReleaseCeremony ceremony, ReleaseCeremony::Create(std::move(terms)));
  std::vector<std::string> dealings;
  for (size_t j = 1; j <= dealers.size(); ++j) {
    const SecretBytes seed = SecretBytes::Copy(golden.Value(absl::StrCat("dealing_seed_", j)));
    ASSERT_OK_AND_ASSIGN(const std::string dealing,
                         CeremonyForTest::Deal(ceremony, seed, dealers[j - 1]));
    EXPECT_EQ(base::HexEncode(dealing), golden.Hex(absl::StrCat("dealing_", j)));
    // Theirs opens here whether or not ours is the same.
    dealings.push_back(golden.Value(absl::StrCat("dealing_", j)));
  }
  ASSERT_OK_AND_ASSIGN(const ReleaseSharing sharing, ceremony.Sharing(dealings));
  for (int k = 0; k < sharing.threshold(); ++k) {
    EXPECT_EQ(sharing.CommitmentsHex()[k], golden.Hex(absl::StrCat("commitment_", k)));
  }

  const std::string context = golden.Value("context");
  const std::string wrap = golden.Value("wrap");
  const std::string case_id = golden.Value("case_id");
  const std::string challenge = golden.Value("challenge");
  const ReleaseTerms release{.context = context, .wrap = wrap, .case_id = case_id};
  const OpeningKey successor = Opening(golden.Hex("successor_key"));
  std::vector<std::string> theirs;
  for (int i = 1; i <= custodians; ++i) {
    SCOPED_TRACE(i);
    ASSERT_OK_AND_ASSIGN(const ReleaseShare share, ceremony.Share(dealings, i, keys[i - 1]));
    EXPECT_EQ(HexOf(KeyAccess::Scalar(share)), golden.Hex(absl::StrCat("share_", i)));
    EXPECT_EQ(share.public_key().ToHex(), golden.Hex(absl::StrCat("public_share_", i)));
    EXPECT_EQ(sharing.PublicShare(i).ToHex(), golden.Hex(absl::StrCat("public_share_", i)));
    ASSERT_OK_AND_ASSIGN(const std::string answer,
                         AnswerRelease(i, share, sharing, release, successor.public_key()));
    EXPECT_EQ(base::HexEncode(answer), golden.Hex(absl::StrCat("answer_", i)));
    ASSERT_OK_AND_ASSIGN(const std::string proof, ProveLiveness(i, share, sharing, challenge));
    EXPECT_EQ(base::HexEncode(proof), golden.Hex(absl::StrCat("liveness_", i)));
    EXPECT_OK(VerifyLiveness(sharing, i, challenge, golden.Value(absl::StrCat("liveness_", i))));
    theirs.push_back(golden.Value(absl::StrCat("answer_", i)));
  }
  std::vector<SealedAnswer> answers;
  for (int i = 1; i <= custodians; ++i) answers.push_back({i, theirs[i - 1]});
  ASSERT_OK_AND_ASSIGN(const ReleasedKey released,
                       CombineAnswers(sharing, release, successor, answers));
  EXPECT_TRUE(released.liars.empty());
  EXPECT_EQ(base::HexEncode(released.key.Commitment(context)), golden.Hex("key_commitment"));
  EXPECT_EQ(sharing.public_key().Wrap(released.key, context), wrap);
}

absl::StatusOr<std::string> Reference(const std::string& seed, int threshold, int custodians,
                                      int dealers) {
  const char* const root = std::getenv("TEST_SRCDIR");
  const std::string script =
      absl::StrCat(root == nullptr ? "." : root, "/tidemark/crypto/testdata/release_reference.py");
  ASSIGN_OR_RETURN(
      const base::RunResult run,
      base::RunAndCapture({"/usr/bin/python3", "-B", script, seed, absl::StrCat(threshold),
                           absl::StrCat(custodians), absl::StrCat(dealers)},
                          absl::Minutes(5), 1 << 20));
  if (run.exit_status != 0) return absl::InternalError(run.err);
  return run.out;
}

TEST(ReleaseGolden, KnownAnswersHold) {
  ASSERT_OK_AND_ASSIGN(const std::string text,
                       base::ReadSmallFile("crypto/testdata/release_golden.txt"));
  ExpectTheSame(base::KnownAnswers(text));
}

TEST(ReleaseGolden, TheReferenceStillGivesTheKnownAnswers) {
  ASSERT_OK_AND_ASSIGN(const std::string text,
                       base::ReadSmallFile("crypto/testdata/release_golden.txt"));
  ASSERT_OK_AND_ASSIGN(const std::string again, Reference("golden", 3, 5, 2));
  EXPECT_TRUE(absl::EndsWith(text, again));
  EXPECT_TRUE(absl::StartsWith(again, "threshold 03\n"));
}

TEST(ReleaseGolden, BothAgreeOnWhateverSeed) {
  struct Numbers {
    int threshold, custodians, dealers;
  };
  for (const Numbers& n : {Numbers{1, 1, 1}, Numbers{2, 3, 3}, Numbers{4, 4, 1}}) {
    const std::string seed = base::HexEncode(ReleaseCeremony::RandomNonce());
    SCOPED_TRACE(absl::StrCat("seed ", seed, ", ", n.threshold, " of ", n.custodians));
    ASSERT_OK_AND_ASSIGN(const std::string text,
                         Reference(seed, n.threshold, n.custodians, n.dealers));
    ExpectTheSame(base::KnownAnswers(text));
  }
}

}  // namespace
}  // namespace tidemark::crypto
