// Whatever the text: a configuration or a reason, and getters that answer whatever stands there.
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "base/config.h"
#include "base/status.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const auto config = tidemark::base::Config::Parse(text, "/etc/tidemark/fuzz.toml");
  if (!config.ok()) {
    CHECK(!config.status().message().empty());
    return 0;
  }
  for (const char* key : {"a", "a.b", "server.port", "server", "list", "peers"}) {
    config->Has(key);
    config->RequiredString(key).IgnoreError();
    const auto number = config->IntOr(key, 5, 0, 10);
    CHECK(!number.ok() || (*number >= 0 && *number <= 10));
    config->BoolOr(key, false).IgnoreError();
    const auto time = config->DurationOr(key, absl::Seconds(1), absl::ZeroDuration(),
                                         absl::Seconds(60));
    CHECK(!time.ok() || (*time >= absl::ZeroDuration() && *time <= absl::Seconds(60)));
    config->StringListOr(key, {}).IgnoreError();
    config->PathOr(key, "").IgnoreError();
    config->TableCount(key).IgnoreError();
  }
  config->CheckAllKeysKnown().IgnoreError();
  return 0;
}
