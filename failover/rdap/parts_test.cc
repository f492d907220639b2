#include <gtest/gtest.h>

#include <map>
#include <string>

#include "failover/rdap/json_writer.h"
#include "failover/rdap/request.h"
#include "failover/rdap/status_values.h"

namespace tidemark::failover::rdap {
namespace {

// RFC 8056 section 2, all of it, and the grace periods of RFC 3915.
TEST(StatusValues, TheWholeTableOfRfc8056) {
  const std::map<std::string, std::string> table = {
      {"addPeriod", "add period"},
      {"autoRenewPeriod", "auto renew period"},
      {"clientDeleteProhibited", "client delete prohibited"},
      {"clientHold", "client hold"},
      {"clientRenewProhibited", "client renew prohibited"},
      {"clientTransferProhibited", "client transfer prohibited"},
      {"clientUpdateProhibited", "client update prohibited"},
      {"inactive", "inactive"},
      {"linked", "associated"},
      {"ok", "active"},
      {"pendingCreate", "pending create"},
      {"pendingDelete", "pending delete"},
      {"pendingRenew", "pending renew"},
      {"pendingRestore", "pending restore"},
      {"pendingTransfer", "pending transfer"},
      {"pendingUpdate", "pending update"},
      {"redemptionPeriod", "redemption period"},
      {"renewPeriod", "renew period"},
      {"serverDeleteProhibited", "server delete prohibited"},
      {"serverRenewProhibited", "server renew prohibited"},
      {"serverTransferProhibited", "server transfer prohibited"},
      {"serverUpdateProhibited", "server update prohibited"},
      {"serverHold", "server hold"},
      {"transferPeriod", "transfer period"},
  };
  for (const auto& [epp, rdap] : table) EXPECT_EQ(RdapStatus(epp), rdap) << epp;
  for (const char* other : {"", "OK", "active", "clientHol", "clientHoldx", "validated"}) {
    EXPECT_EQ(RdapStatus(other), "") << other;
  }
}

TEST(JsonWriter, HostileTextStaysText) {
  JsonWriter json(64);
  json.BeginArray();
  json.Text("a\"b\\c\n\x1B[31m\x7F</script>&");
  json.Text("b\xC3\xBC\xC2\x9B\xE2\x80\xAE\xF0\x9F\x90\xA2");
  json.Text("\xFF\xC3");
  json.BeginObject();
  json.Key("n");
  json.Number(-1);
  json.Key("b");
  json.Boolean(true);
  json.EndObject();
  json.EndArray();
  EXPECT_EQ(std::move(json).Take(),
            "[\"a\\u0022b\\u005cc\\u000a\\u001b[31m\\u007f\\u003c/script\\u003e\\u0026\","
            "\"b\xC3\xBC\\u009b\\u202e\xF0\x9F\x90\xA2\",\"\xEF\xBF\xBD\xEF\xBF\xBD\","
            "{\"n\":-1,\"b\":true}]");
}

void ExpectRequest(const std::string& target, RequestKind kind, const std::string& object = "") {
  const Request request = ParseRequest(target);
  EXPECT_EQ(request.kind, kind) << target;
  EXPECT_EQ(request.object, object) << target;
}

TEST(Request, PathsOfRfc9082) {
  ExpectRequest("/domain/Example.COM.", RequestKind::kDomain, "example.com");
  ExpectRequest("/domain/b%C3%BCcher.example", RequestKind::kDomain, "xn--bcher-kva.example");
  ExpectRequest("/domain/b%c3%bccher%2eexample", RequestKind::kDomain, "xn--bcher-kva.example");
  ExpectRequest(
      "/domain/b\xC3\xBC"
      "cher.example",
      RequestKind::kDomain, "xn--bcher-kva.example");
  ExpectRequest("/domain/a.example?x=/y", RequestKind::kDomain, "a.example");
  ExpectRequest("/nameserver/NS1.a.example", RequestKind::kNameserver, "ns1.a.example");
  ExpectRequest("/entity/9995", RequestKind::kEntity, "9995");
  ExpectRequest("/entity/a%2Fb%20c", RequestKind::kEntity, "a/b c");
  ExpectRequest("/help", RequestKind::kHelp);
  ExpectRequest("/help?x", RequestKind::kHelp);
}

TEST(Request, NumbersAndSearchesAreQueriesButNotOurs) {
  for (const char* target :
       {"/ip/192.0.2.1", "/ip/192.0.2.0/24", "/autnum/65536", "/domains?name=a*.example",
        "/domains?nsIp=192.0.2.1", "/nameservers?name=ns*.example", "/entities?fn=Bob*",
        "/domains/reverse_search/entity?handle=x"}) {
    ExpectRequest(target, RequestKind::kUnsupported);
  }
}

TEST(Request, EverythingElseIsMalformed) {
  for (const std::string& target : {std::string(),
                                    std::string("/"),
                                    std::string("domain/a.example"),
                                    std::string("/domain"),
                                    std::string("/domain/"),
                                    std::string("/domain/a.example/"),
                                    std::string("/domain/a.example/b"),
                                    std::string("//domain/a.example"),
                                    std::string("/Domain/a.example"),
                                    std::string("/domain/%"),
                                    std::string("/domain/a%2"),
                                    std::string("/domain/a%zz"),
                                    std::string("/domain/a%00b.example"),
                                    std::string("/domain/a%252e.example"),
                                    std::string("/domain/a%2Fb.example"),
                                    std::string("/domain/%E2%80%AEa.example"),
                                    std::string("/domain/*.example"),
                                    std::string("/entity/"),
                                    std::string("/entity/a%0Ab"),
                                    std::string("/entity/%FF"),
                                    std::string("/help/x"),
                                    std::string("/../etc/passwd"),
                                    std::string("/domain?a.example"),
                                    "/entity/" + std::string(256, 'a'),
                                    "/domain/" + std::string(5000, 'a')}) {
    ExpectRequest(target, RequestKind::kMalformed);
  }
}

}  // namespace
}  // namespace tidemark::failover::rdap
