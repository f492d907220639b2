#include "failover/probe/bounded_json.h"

#include <set>
#include <string>
#include <vector>

namespace tidemark::failover::probe {

BoundedJson ParseBounded(absl::string_view body) {
  using Json = nlohmann::json;
  BoundedJson out;
  bool is_too_deep = false;
  std::vector<std::set<std::string>> members;  // of the objects that are open
  const auto look = [&](int depth, Json::parse_event_t event, Json& value) {
    is_too_deep = is_too_deep || depth > kJsonDepthMax;
    if (is_too_deep) return false;  // what is too deep is not kept
    if (event == Json::parse_event_t::object_start) members.emplace_back();
    if (event == Json::parse_event_t::object_end) members.pop_back();
    if (event == Json::parse_event_t::key &&
        !members.back().insert(value.get<std::string>()).second) {
      out.has_repeated_member = true;
    }
    return true;
  };
  Json value = Json::parse(body.begin(), body.end(), look, /*allow_exceptions=*/false);
  if (!is_too_deep && !value.is_discarded()) out.value = std::move(value);
  return out;
}

}  // namespace tidemark::failover::probe
