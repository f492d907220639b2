#include "failover/probe/registration_probe.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "failover/probe/https_asker.h"
#include "failover/probe/names.h"
#include "failover/probe/questionnaire.h"
#include "failover/probe/testimony.h"
#include "failover/probe/whois_asker.h"

namespace tidemark::failover {
namespace {

namespace asio = boost::asio;
using probe::FoundFlaw;
using probe::Question;
using probe::QuestionList;
using probe::Questionnaire;
using probe::ServerAnswer;

constexpr absl::Duration kLookEvery = absl::Milliseconds(100);
constexpr int kConnectionsMax = 256;

class RegistrationProber {
 public:
  explicit RegistrationProber(const RegistrationProbeOptions& options)
      : options_(options),
        asked_(options.witness->testimony(),
               options.target.whois_address.empty() ? 0 : options.whois_share),
        begin_(absl::Now()) {}

  absl::StatusOr<RegistrationProbeResult> Run() {
    RETURN_IF_ERROR(Ask());
    if (stopped_) return absl::CancelledError("told to stop");
    CountUnanswered(asked_.rdap());
    CountUnanswered(asked_.whois());
    result_.seconds = Seconds();
    return std::move(result_);
  }

 private:
  absl::Status Ask() {
    const probe::Patience patience = {.answer_timeout = options_.answer_timeout,
                                      .start_until = begin_ + options_.start_timeout};
    ASSIGN_OR_RETURN(probe::HttpsUrl url, probe::ParseHttpsUrl(options_.target.rdap_url));
    ASSIGN_OR_RETURN(
        const std::unique_ptr<probe::HttpsAsker> https,
        probe::HttpsAsker::Create({.url = std::move(url),
                                   .address = options_.target.rdap_address.empty()
                                                  ? "127.0.0.1"
                                                  : options_.target.rdap_address,
                                   .certificate_path = options_.target.certificate_path,
                                   .connections = options_.connections,
                                   .patience = patience}));
    const probe::WhoisAskerOptions whois = {
        .address = options_.target.whois_address,
        .port = static_cast<uint16_t>(options_.target.whois_port),
        .connections = options_.whois_connections,
        .patience = patience};
    QuestionList rdap_list = ListOf(asked_.rdap());
    QuestionList whois_list = ListOf(asked_.whois());
    // Goes first when this ends, with all that is still under way.
    asio::io_context context;
    running_ = &context;
    asio::steady_timer look(context);
    Look(context, look);
    https->Ask(context, rdap_list);
    context.run();
    // One after the other: servers count questions of both kinds together.
    if (!asked_.whois().empty() && done_ == asked_.rdap().size()) {
      context.restart();
      RETURN_IF_ERROR(probe::AskByWhois(context, whois, whois_list));
      context.run();
    }
    return absl::OkStatus();
  }

  // Ends the run when time is up or somebody says so; Take() does when all is answered.
  void Look(asio::io_context& context, asio::steady_timer& timer) {
    stopped_ = options_.should_stop && options_.should_stop();
    result_.deadline_passed = Seconds() > absl::ToDoubleSeconds(options_.deadline);
    if (stopped_ || result_.deadline_passed) return context.stop();
    timer.expires_after(absl::ToChronoMilliseconds(kLookEvery));
    timer.async_wait([this, &context, &timer](boost::system::error_code error) {
      if (!error) Look(context, timer);
    });
  }

  QuestionList ListOf(const std::vector<Question>& questions) {
    return {.count = questions.size(),
            .text = [this, &questions](size_t i) { return asked_.TextOf(questions[i]); },
            .ask_again_after =
                [&questions](size_t i, const ServerAnswer& answer, int times_asked) {
                  return Questionnaire::AskAgainAfter(questions[i], answer, times_asked);
                },
            .on_answer =
                [this, &questions](size_t i, std::optional<ServerAnswer> answer) {
                  Take(questions[i], std::move(answer));
                }};
  }

  void Take(const Question& question, std::optional<ServerAnswer> answer) {
    ++done_;
    const std::vector<FoundFlaw> flaws =
        answer.has_value() ? asked_.FlawsOf(question, *answer)
                           : std::vector<FoundFlaw>{{RegistrationFlaw::kUnanswered, "no answer"}};
    RegistrationProbeResult::Count& count = CountOf(question.kind);
    ++count.asked;
    ++result_.asked;
    if (flaws.empty()) {
      ++count.right;
      ++result_.right;
      if (question.kind == RegistrationQuestion::kRdapDomain && !result_.first_right_seconds) {
        result_.first_right_seconds = Seconds();
      }
    }
    Note(question, flaws);
    if (options_.on_progress) options_.on_progress(done_, total());
    if (done_ == asked_.rdap().size() || done_ == total()) running_->stop();
  }

  void Note(const Question& question, const std::vector<FoundFlaw>& flaws) {
    std::array<bool, kRegistrationFlaws> has{};
    for (const FoundFlaw& found : flaws) {
      has[static_cast<size_t>(found.flaw)] = true;
      if (result_.difference_count++ >= kRegistrationDifferencesMax) continue;
      result_.differences.push_back({.question = question.kind,
                                     .flaw = found.flaw,
                                     .name = asked_.NameOf(question),
                                     .what = found.what});
    }
    for (size_t i = 0; i < has.size(); ++i) result_.by_flaw[i] += has[i] ? 1 : 0;
  }

  // What the deadline left is unanswered.
  void CountUnanswered(const std::vector<Question>& questions) {
    std::array<uint64_t, kRegistrationQuestions> listed{};
    for (const Question& question : questions) ++listed[static_cast<size_t>(question.kind)];
    for (size_t i = 0; i < listed.size(); ++i) {
      if (listed[i] == 0) continue;
      const uint64_t left = listed[i] - result_.by_question[i].asked;
      result_.by_question[i].asked += left;
      result_.asked += left;
      result_.by_flaw[static_cast<size_t>(RegistrationFlaw::kUnanswered)] += left;
      result_.difference_count += left;
    }
  }

  RegistrationProbeResult::Count& CountOf(RegistrationQuestion kind) {
    return result_.by_question[static_cast<size_t>(kind)];
  }
  uint64_t total() const { return asked_.rdap().size() + asked_.whois().size(); }
  // By a clock that nobody sets: it becomes a time to recover.
  double Seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - steady_begin_).count();
  }

  const RegistrationProbeOptions& options_;
  const Questionnaire asked_;
  const absl::Time begin_;
  const std::chrono::steady_clock::time_point steady_begin_ = std::chrono::steady_clock::now();
  asio::io_context* running_ = nullptr;
  uint64_t done_ = 0;
  bool stopped_ = false;
  RegistrationProbeResult result_;
};

}  // namespace

absl::StatusOr<RegistrationProbeResult> ProbeRegistrations(
    const RegistrationProbeOptions& options) {
  if (options.witness == nullptr) return absl::InvalidArgumentError("no witness");
  if (options.connections < 1 || options.connections > kConnectionsMax ||
      options.whois_connections < 1 || options.whois_connections > kConnectionsMax) {
    return absl::InvalidArgumentError(absl::StrCat("connections: 1 to ", kConnectionsMax));
  }
  if (!(options.whois_share >= 0 && options.whois_share <= 1)) {
    return absl::InvalidArgumentError("whois_share: 0 to 1");
  }
  if (!options.target.whois_address.empty() &&
      probe::PlainAddress(options.target.whois_address).empty()) {
    return absl::InvalidArgumentError("whois_address: no IP address");
  }
  if (options.target.whois_port < 1 || options.target.whois_port > 65535) {
    return absl::InvalidArgumentError("whois_port: 1 to 65535");
  }
  return RegistrationProber(options).Run();
}

}  // namespace tidemark::failover
