#include "verifier/statistics_json.h"

#include <string>

namespace tidemark::verifier {
namespace {

using Json = nlohmann::ordered_json;

std::string Text(absl::string_view text) { return std::string(text); }

}  // namespace

Json ToJson(const Statistics& statistics) {
  Json json;
  for (const Counted kind : kCounted) {
    const KindStatistics& numbers = statistics.of(kind);
    Json& of_kind = json[Text(CountedName(kind))];
    of_kind["objects"] = numbers.objects;
    of_kind["fields"] = Json::object();
    const absl::Span<const absl::string_view> fields = FieldNames(kind);
    for (size_t i = 0; i < fields.size(); ++i)
      of_kind["fields"][Text(fields[i])] = numbers.filled[i];
    of_kind["statuses"] = Json::object();
    for (size_t i = 0; i < kStatusCount; ++i) {
      if (numbers.statuses[i] == 0) continue;
      of_kind["statuses"][Text(kStatusNames[i])] = numbers.statuses[i];
    }
  }
  return json;
}

Json ToJson(const Recoverability& recoverability) {
  Json json;
  json["score"] = recoverability.score();
  json["contacts"] = recoverability.contacts;
  json["quarters"] = recoverability.quarters;
  json["losses"] = Json::object();
  for (size_t i = 0; i < kLossCount; ++i) {
    json["losses"][Text(LossName(static_cast<Loss>(i)))] = recoverability.losses[i];
  }
  json["examples"] = Json::array();
  for (const Recoverability::Example& example : recoverability.examples) {
    json["examples"].push_back({{"loss", Text(LossName(example.loss))},
                                {"object", example.object},
                                {"field", Text(example.field)},
                                {"sample", example.sample}});
  }
  return json;
}

}  // namespace tidemark::verifier
