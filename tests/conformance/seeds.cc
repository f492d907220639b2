#include "tests/conformance/seeds.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/file.h"
#include "base/status.h"
#include "tools/generator/generator.h"
#include "verifier/testing/deposit_text.h"

namespace tidemark::conformance {
namespace {

constexpr size_t kSeedBytesMax = 4 << 20;
// Of one kind in one deposit: more would only make a mutation hit fewer kinds.
constexpr int kObjectsKept = 2;

// Leaves the first few objects of each name.
void Thin(Node& node) {
  std::map<std::string, int> seen;
  std::vector<Node> kept;
  for (Node& child : node.children) {
    const bool is_object = LocalOf(node.name) == "contents" || LocalOf(node.name) == "deletes";
    if (is_object && child.is_element() && ++seen[child.name] > kObjectsKept) continue;
    Thin(child);
    kept.push_back(std::move(child));
  }
  node.children = std::move(kept);
}

std::string Generated(generator::HostModel host_model) {
  generator::GeneratorOptions options;
  options.domains = 20;
  options.host_model = host_model;
  std::string deposit;
  std::string zone;
  base::StringSink deposit_sink(deposit, kSeedBytesMax);
  base::StringSink zone_sink(zone, kSeedBytesMax);
  CHECK(generator::Generate(options, deposit_sink, zone_sink).ok());
  return deposit;
}

}  // namespace

std::vector<std::pair<std::string, Node>> Seeds(absl::string_view shared) {
  std::vector<std::pair<std::string, std::string>> texts = {
      {"deposit_text", verifier::DepositText()},
      {"generator, host objects", Generated(generator::HostModel::kObjects)},
      {"generator, host attributes", Generated(generator::HostModel::kAttributes)},
  };
  std::vector<std::string> paths;
  // The deposits that the reader's fuzzing starts from use every element of RFC 9022's XML model.
  for (const char* name : {"contact", "deletes", "domain", "domain_host_attributes", "epp_params",
                           "header", "host", "names", "policy", "registrar"}) {
    paths.push_back(absl::StrCat("rde/testdata/fuzz/", name, ".xml"));
  }
  for (const char* name :
       {"example/example_2026-11-22_full_S1_R0.xml", "sample/sample_2026-11-22_full_S1_R0.xml",
        "nomulus/full.xml", "nomulus/differential.xml"}) {
    paths.push_back(absl::StrCat(shared, "/testdata/", name));
  }
  for (const std::string& path : paths) {
    auto text = base::ReadSmallFile(path, kSeedBytesMax);
    CHECK(text.ok());
    texts.emplace_back(path, *std::move(text));
  }
  std::vector<std::pair<std::string, Node>> seeds;
  for (const auto& [name, text] : texts) {
    seeds.emplace_back(name, ParseTree(text));
    Thin(seeds.back().second);
  }
  return seeds;
}

}  // namespace tidemark::conformance
