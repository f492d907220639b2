#include "failover/probe/registration_probe.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "failover/probe/confidence.h"
#include "failover/probe/https_asker.h"
#include "failover/probe/names.h"
#include "failover/probe/statement.h"
#include "failover/probe/testimony.h"
#include "failover/probe/whois_asker.h"

namespace tidemark::failover {
namespace {

namespace asio = boost::asio;
using probe::FoundFlaw;
using probe::QuestionList;
using probe::Registration;
using probe::ServerAnswer;

constexpr absl::Duration kLookEvery = absl::Milliseconds(100);
constexpr char kMediaType[] = "application/rdap+json";  // RFC 7480 section 4.2
constexpr int kFound = 200;
constexpr int kNotFound = 404;
constexpr int kConnectionsMax = 256;

struct Question {
  RegistrationQuestion kind;
  size_t index;  // into what the kind asks about
};

class RegistrationProber {
 public:
  explicit RegistrationProber(const RegistrationProbeOptions& options)
      : options_(options), testimony_(options.witness->testimony()), begin_(absl::Now()) {
    for (const auto& [id, facts] : testimony_.registrars) {
      if (!facts.iana_id.empty()) registrars_[facts.iana_id].insert(facts.name);
    }
    for (const auto& [iana_id, names] : registrars_) iana_ids_.push_back(iana_id);
  }

  absl::StatusOr<RegistrationProbeResult> Run() {
    ListQuestions();
    RETURN_IF_ERROR(Ask());
    if (stopped_) return absl::CancelledError("told to stop");
    CountUnanswered(rdap_);
    CountUnanswered(whois_);
    result_.seconds = Seconds();
    return std::move(result_);
  }

 private:
  void ListQuestions() {
    const size_t domains = testimony_.registrations.size();
    const size_t absent = testimony_.absent.size();
    for (size_t i = 0; i < domains; ++i) rdap_.push_back({RegistrationQuestion::kRdapDomain, i});
    for (size_t i = 0; i < absent; ++i) rdap_.push_back({RegistrationQuestion::kRdapAbsent, i});
    for (size_t i = 0; i < iana_ids_.size(); ++i) {
      rdap_.push_back({RegistrationQuestion::kRdapRegistrar, i});
    }
    if (options_.target.whois_address.empty() || options_.whois_share <= 0) return;
    // Evenly spread, the first among them.
    double owed = 1;
    for (size_t i = 0; i < domains; ++i, owed += options_.whois_share) {
      if (owed < 1) continue;
      owed -= 1;
      whois_.push_back({RegistrationQuestion::kWhoisDomain, i});
    }
    for (size_t i = 0; i < absent; ++i) whois_.push_back({RegistrationQuestion::kWhoisAbsent, i});
  }

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
    QuestionList rdap_list = ListOf(rdap_);
    QuestionList whois_list = ListOf(whois_);
    // Goes first when this ends, with all that is still under way.
    asio::io_context context;
    running_ = &context;
    asio::steady_timer look(context);
    Look(context, look);
    https->Ask(context, rdap_list);
    if (!whois_.empty()) RETURN_IF_ERROR(probe::AskByWhois(context, whois, whois_list));
    context.run();
    running_ = nullptr;
    return absl::OkStatus();
  }

  // Ends the run when time is up or somebody says so; Take() does when all is answered.
  void Look(asio::io_context& context, asio::steady_timer& timer) {
    stopped_ = options_.should_stop && options_.should_stop();
    result_.deadline_passed = absl::Now() - begin_ > options_.deadline;
    if (stopped_ || result_.deadline_passed || done_ == total()) return context.stop();
    timer.expires_after(absl::ToChronoMilliseconds(kLookEvery));
    timer.async_wait([this, &context, &timer](boost::system::error_code error) {
      if (!error) Look(context, timer);
    });
  }

  QuestionList ListOf(const std::vector<Question>& questions) {
    return {.count = questions.size(),
            .text = [this, &questions](size_t i) { return TextOf(questions[i]); },
            .on_answer =
                [this, &questions](size_t i, std::optional<ServerAnswer> answer) {
                  Take(questions[i], std::move(answer));
                }};
  }

  // What is asked about, as a person reads it.
  const std::string& NameOf(const Question& question) const {
    switch (question.kind) {
      case RegistrationQuestion::kRdapDomain:
      case RegistrationQuestion::kWhoisDomain:
        return testimony_.registrations[question.index].name;
      case RegistrationQuestion::kRdapAbsent:
      case RegistrationQuestion::kWhoisAbsent:
        return testimony_.absent[question.index];
      case RegistrationQuestion::kRdapRegistrar:
        break;
    }
    return iana_ids_[question.index];
  }

  std::string TextOf(const Question& question) const {
    switch (question.kind) {
      case RegistrationQuestion::kRdapDomain:
      case RegistrationQuestion::kRdapAbsent:
        return "domain/" + NameOf(question);
      case RegistrationQuestion::kRdapRegistrar:
        return "entity/" + NameOf(question);
      case RegistrationQuestion::kWhoisDomain:
      case RegistrationQuestion::kWhoisAbsent:
        break;
    }
    return NameOf(question);
  }

  void Take(const Question& question, std::optional<ServerAnswer> answer) {
    ++done_;
    const std::vector<FoundFlaw> flaws =
        answer.has_value() ? FlawsOf(question, *answer)
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
    if (done_ == total()) running_->stop();
  }

  void Note(const Question& question, const std::vector<FoundFlaw>& flaws) {
    std::array<bool, kRegistrationFlaws> has{};
    for (const FoundFlaw& found : flaws) {
      has[static_cast<size_t>(found.flaw)] = true;
      if (result_.difference_count++ >= kRegistrationDifferencesMax) continue;
      result_.differences.push_back({.question = question.kind,
                                     .flaw = found.flaw,
                                     .name = NameOf(question),
                                     .what = found.what});
    }
    for (size_t i = 0; i < has.size(); ++i) result_.by_flaw[i] += has[i] ? 1 : 0;
  }

  std::vector<FoundFlaw> FlawsOf(const Question& question, const ServerAnswer& answer) const {
    switch (question.kind) {
      case RegistrationQuestion::kRdapDomain:
      case RegistrationQuestion::kRdapRegistrar:
        return RdapFlaws(question, answer);
      case RegistrationQuestion::kRdapAbsent:
        if (answer.status == kNotFound) return {};
        return {{RegistrationFlaw::kStatusCode, absl::StrCat("expected 404, got ", answer.status)}};
      case RegistrationQuestion::kWhoisDomain:
        return DomainFlaws(testimony_.registrations[question.index], probe::ReadWhois(answer.body));
      case RegistrationQuestion::kWhoisAbsent:
        break;
    }
    if (!probe::ReadWhois(answer.body).is_domain) return {};
    return {{RegistrationFlaw::kStatusCode, "a domain that does not exist is described"}};
  }

  std::vector<FoundFlaw> RdapFlaws(const Question& question, const ServerAnswer& answer) const {
    if (answer.status != kFound) {
      return {{RegistrationFlaw::kStatusCode, absl::StrCat("expected 200, got ", answer.status)}};
    }
    if (!absl::StartsWithIgnoreCase(answer.media_type, kMediaType)) {
      return {{RegistrationFlaw::kMalformed, absl::StrCat("not ", kMediaType)}};
    }
    const absl::StatusOr<probe::Statement> statement = probe::ReadRdap(answer.body);
    if (!statement.ok()) {
      return {{RegistrationFlaw::kMalformed, std::string(statement.status().message())}};
    }
    if (question.kind == RegistrationQuestion::kRdapRegistrar) {
      const std::string& iana_id = iana_ids_[question.index];
      return JudgeRegistrar(iana_id, registrars_.find(iana_id)->second, *statement);
    }
    return DomainFlaws(testimony_.registrations[question.index], *statement);
  }

  std::vector<FoundFlaw> DomainFlaws(const Registration& registration,
                                     const probe::Statement& statement) const {
    probe::Confidences confidences;
    for (const std::string& contact : probe::LinesOf(registration.contacts)) {
      const size_t space = contact.find(' ');
      const std::string role = contact.substr(0, space);
      AddConfidences(testimony_.contacts.find(contact.substr(space + 1))->second,
                     role == "registrant" ? probe::Role::kRegistrant
                     : role == "tech"     ? probe::Role::kTech
                                          : probe::Role::kOther,
                     confidences);
    }
    const auto registrar = testimony_.registrars.find(registration.registrar);
    return Judge(registration,
                 registrar == testimony_.registrars.end() ? nullptr : &registrar->second,
                 confidences, statement);
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
  uint64_t total() const { return rdap_.size() + whois_.size(); }
  double Seconds() const { return absl::ToDoubleSeconds(absl::Now() - begin_); }

  const RegistrationProbeOptions& options_;
  const probe::Testimony& testimony_;
  const absl::Time begin_;
  std::map<std::string, probe::TextSet> registrars_;  // names by IANA id
  std::vector<std::string> iana_ids_;
  std::vector<Question> rdap_;
  std::vector<Question> whois_;
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
  if (options.target.whois_port < 1 || options.target.whois_port > 65535) {
    return absl::InvalidArgumentError("whois_port: 1 to 65535");
  }
  return RegistrationProber(options).Run();
}

}  // namespace tidemark::failover
