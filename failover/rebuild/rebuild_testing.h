// For tests only: small deposits of the TLD "example", and a rebuild of one into a directory.
#ifndef TIDEMARK_FAILOVER_REBUILD_REBUILD_TESTING_H_
#define TIDEMARK_FAILOVER_REBUILD_REBUILD_TESTING_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/bytes.h"
#include "base/file.h"
#include "base/testing.h"
#include "failover/rebuild/rebuild.h"

namespace tidemark::failover {

inline constexpr size_t kTestFileBytesMax = 64 << 20;

// A FULL whose header announces `counts` objects of each type ("Domain", "Host", "Registrar").
inline std::string DepositOf(const std::vector<std::pair<std::string, int>>& counts,
                             absl::string_view objects) {
  std::string menu;
  std::string header;
  for (const auto& [type, count] : counts) {
    const std::string uri = absl::StrCat("urn:ietf:params:xml:ns:rde", type, "-1.0");
    absl::StrAppend(&menu, "  <rde:objURI>", uri, "</rde:objURI>\n");
    absl::StrAppend(&header, "   <hd:count uri=\"", uri, "\">", count, "</hd:count>\n");
  }
  return absl::StrCat(R"(<?xml version="1.0" encoding="UTF-8"?>
<rde:deposit type="FULL" id="20261122001"
    xmlns:rde="urn:ietf:params:xml:ns:rde-1.0"
    xmlns:d="urn:ietf:params:xml:ns:rdeDomain-1.0"
    xmlns:h="urn:ietf:params:xml:ns:rdeHost-1.0"
    xmlns:r="urn:ietf:params:xml:ns:rdeRegistrar-1.0"
    xmlns:hd="urn:ietf:params:xml:ns:rdeHeader-1.0"
    xmlns:domain="urn:ietf:params:xml:ns:domain-1.0"
    xmlns:secDNS="urn:ietf:params:xml:ns:secDNS-1.1">
 <rde:watermark>2026-11-22T00:00:00Z</rde:watermark>
 <rde:rdeMenu>
  <rde:version>1.0</rde:version>
)",
                      menu, R"( </rde:rdeMenu>
 <rde:contents>
  <hd:header>
   <hd:tld>example</hd:tld>
)",
                      header, "  </hd:header>\n", objects, R"( </rde:contents>
</rde:deposit>
)");
}

// ns1.a.example.
inline std::string HostElement(absl::string_view cl_id) {
  return absl::StrCat(R"(  <h:host><h:name>ns1.a.example</h:name><h:roid>H1-EX</h:roid>
   <h:status s="ok"/><h:addr ip="v4">192.0.2.1</h:addr><h:clID>)",
                      cl_id, "</h:clID>\n   <h:crDate>2020-01-01T00:00:00Z</h:crDate></h:host>\n");
}

struct DomainElementOptions {
  absl::string_view name;
  absl::string_view roid;
  absl::string_view status = "ok";
  absl::string_view cl_id = "reg-a";
  absl::string_view creator = "";  // a crRr element
  absl::string_view rest = "";     // elements after exDate
};
// Its name server is ns1.a.example.
inline std::string DomainElement(const DomainElementOptions& options) {
  return absl::StrCat(
      "  <d:domain><d:name>", options.name, "</d:name><d:roid>", options.roid,
      "</d:roid><d:status s=\"", options.status,
      "\"/>\n   <d:ns><domain:hostObj>ns1.a.example</domain:hostObj></d:ns><d:clID>", options.cl_id,
      "</d:clID>\n   ", options.creator,
      "<d:crDate>2020-01-01T00:00:00Z</d:crDate>"
      "<d:exDate>2030-01-01T00:00:00Z</d:exDate>",
      options.rest, "</d:domain>\n");
}

// One host, a signed domain and one on hold.
inline std::string SmallDeposit() {
  return DepositOf(
      {{"Domain", 2}, {"Host", 1}},
      absl::StrCat(HostElement("reg-a"),
                   DomainElement({.name = "a.example", .roid = "D1-EX", .rest = R"(
   <d:secDNS><secDNS:dsData><secDNS:keyTag>1234</secDNS:keyTag><secDNS:alg>8</secDNS:alg>
   <secDNS:digestType>2</secDNS:digestType>
   <secDNS:digest>7791F1D51C2676071EF6E4EDC935A6D3D7D4E3C238C7839964EE53F0F2F85A79</secDNS:digest>
   </secDNS:dsData></d:secDNS>)"}),
                   DomainElement({.name = "b.example", .roid = "D2-EX", .status = "clientHold"})));
}

// A source whose end is not authentic.
class BrokenSource final : public base::ByteSource {
 public:
  explicit BrokenSource(absl::string_view data) : data_(data) {}
  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override { return data_.Read(buffer); }
  absl::Status Close() override { return absl::DataLossError("forged"); }

 private:
  base::StringSource data_;
};

class RebuildTest : public ::testing::Test {
 protected:
  RebuildTest() : out_(base::TestDir() + "/out") { options_.out_dir = out_; }

  absl::StatusOr<RebuildReport> Run(absl::string_view text) {
    base::StringSource source(text);
    return Run(source);
  }
  absl::StatusOr<RebuildReport> Run(base::ByteSource& source) {
    return Rebuild([&source](const OnRead& on_read,
                             rde::RecordSink& sink) { return ReadXml(source, on_read, sink); },
                   options_);
  }
  std::string Zone() {
    return base::ReadSmallFile(out_ + "/zone/example.zone", kTestFileBytesMax).value_or("(none)");
  }

  const std::string out_;
  RebuildOptions options_;
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_REBUILD_REBUILD_TESTING_H_
