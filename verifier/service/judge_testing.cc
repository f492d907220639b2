#include "verifier/service/judge_testing.h"

#include "verifier/testing/deposit_text.h"

namespace tidemark::verifier {

using tidemark::v1::ClearManifest;

ClearManifest GoodManifest() {
  ClearManifest manifest;
  manifest.mutable_identity()->set_tld("test");
  manifest.mutable_identity()->set_id("20261122001");
  manifest.set_kind(tidemark::v1::DEPOSIT_KIND_FULL);
  manifest.set_watermark_unix_seconds(1795305600);  // 2026-11-22T00:00:00Z
  return manifest;
}

std::string DiffText() {
  std::string text = DepositText({{"type=\"FULL\"", "type=\"DIFF\" prevId=\"20261121001\""}});
  const size_t begin = text.find("<rdeDomain:domain>");
  return text.erase(begin, text.find("</rde:contents>") - begin);
}

ClearManifest DiffManifest() {
  ClearManifest manifest = GoodManifest();
  manifest.set_kind(tidemark::v1::DEPOSIT_KIND_DIFF);
  manifest.set_prev_id("20261121001");
  return manifest;
}

}  // namespace tidemark::verifier
