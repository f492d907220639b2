#include "rde/codec/codec.h"

#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/status.h"
#include "rde/codec/messages.h"

namespace tidemark::rde {
namespace {

namespace pb = registry::v1;

// Which message stands for which kind of record.
template <typename R, typename M>
struct Pair {
  using RecordType = R;
  using Message = M;
};
using Pairs = std::tuple<Pair<Header, pb::Header>, Pair<Domain, pb::Domain>, Pair<Host, pb::Host>,
                         Pair<Contact, pb::Contact>, Pair<Registrar, pb::Registrar>,
                         Pair<IdnTableRef, pb::IdnTableRef>, Pair<Nndn, pb::Nndn>,
                         Pair<EppParams, pb::EppParams>, Pair<Policy, pb::Policy>,
                         Pair<Delete, pb::Delete>, Pair<UnknownObject, pb::UnknownObject>>;
constexpr size_t kKinds = std::tuple_size_v<Pairs>;
static_assert(kKinds == std::variant_size_v<Record>, "a message for every kind of record");

template <size_t... I>
std::tuple<typename std::tuple_element_t<I, Pairs>::Message...> MessagesOf(
    std::index_sequence<I...>);

template <size_t I>
using RecordAt = typename std::tuple_element_t<I, Pairs>::RecordType;

}  // namespace

// One of each, reused: parsing into a used message spares most allocations.
struct RecordCodec::Messages {
  decltype(MessagesOf(std::make_index_sequence<kKinds>())) all;

  template <size_t I>
  void Append(const Record& record, std::string& out) {
    static_assert(std::is_same_v<RecordAt<I>, std::variant_alternative_t<I, Record>>);
    auto& message = std::get<I>(all);
    Encode(std::get<I>(record), message);
    out.push_back(static_cast<char>(I));
    CHECK(message.AppendToString(&out));
  }

  template <size_t I>
  bool Parse(absl::string_view bytes, Record& out) {
    auto& message = std::get<I>(all);
    if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return false;
    Decode(message, out.emplace<I>());
    return true;
  }

  template <size_t... I>
  void AppendAny(const Record& record, std::string& out, std::index_sequence<I...>) {
    ((record.index() == I ? Append<I>(record, out) : void()), ...);
  }

  template <size_t... I>
  bool ParseAny(size_t kind, absl::string_view bytes, Record& out, std::index_sequence<I...>) {
    return ((kind == I && Parse<I>(bytes, out)) || ...);
  }
};

RecordCodec::RecordCodec() : messages_(std::make_unique<Messages>()) {}
RecordCodec::~RecordCodec() = default;

void RecordCodec::Append(const Record& record, std::string& out) {
  messages_->AppendAny(record, out, std::make_index_sequence<kKinds>());
}

absl::Status RecordCodec::Parse(absl::string_view bytes, Record& out) {
  if (bytes.empty()) return absl::DataLossError("a record's encoding is empty");
  const auto kind = static_cast<uint8_t>(bytes.front());
  if (!messages_->ParseAny(kind, bytes.substr(1), out, std::make_index_sequence<kKinds>())) {
    return absl::DataLossError("a record's encoding does not parse");
  }
  return absl::OkStatus();
}

}  // namespace tidemark::rde
