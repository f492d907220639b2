// tidemark receipt verify: what a receipt promises, checked offline.

#include <cstdio>
#include <memory>
#include <string>

#include "base/file.h"
#include "base/parse_exactly.h"
#include "cli/command.h"
#include "cli/deposit_json.h"
#include "cli/receipt_key.h"
#include "crypto/sign.h"
#include "vault/receipt.h"

namespace tidemark::cli {
namespace {

constexpr char kVerb[] = "receipt verify";

struct ReceiptArguments {
  std::string file;
  ReceiptKeySource key;
  std::string format = "text";
};

void Run(const ReceiptArguments& arguments, Session& session) {
  const absl::StatusOr<crypto::VerifyKey> key = LoadReceiptKey(arguments.key);
  if (!key.ok()) return Fail(session, kVerb, key.status());
  const absl::StatusOr<std::string> bytes = base::ReadSmallFile(arguments.file);
  if (!bytes.ok()) return Fail(session, kVerb, bytes.status());
  tidemark::v1::Receipt receipt;
  const bool is_receipt = base::ParseExactly(*bytes, receipt);
  const absl::StatusOr<tidemark::v1::ReceiptBody> body =
      is_receipt ? vault::VerifyReceipt(receipt, *key)
                 : absl::DataLossError("the file is not a receipt");
  if (arguments.format == "json") {
    Json json = {{"verified", body.ok()}};
    json["why"] = body.ok() ? Json(nullptr) : Json(std::string(body.status().message()));
    json["receipt"] = body.ok() ? ReceiptJson(*body) : Json(nullptr);
    PrintJson(json);
  } else if (body.ok()) {
    std::printf(
        "The agent promises custody (not validity):\n%s"
        "Verified: signature, log entry, inclusion proof and tree head.\n",
        ReceiptText(*body).c_str());
  }
  if (body.ok()) return;
  if (arguments.format != "json") Fail(session, kVerb, body.status());
  session.exit = Exit::kNo;
}

}  // namespace

void AddReceipt(CLI::App& app, Session& session) {
  CLI::App* receipt = app.add_subcommand("receipt", "Work with receipts");
  receipt->require_subcommand(1);
  receipt->footer("Example: tidemark receipt verify 20261122001_0.receipt --agent agent.toml");
  CLI::App* verb = receipt->add_subcommand("verify", "Check a receipt offline");
  auto arguments = std::make_shared<ReceiptArguments>();
  verb->add_option("FILE", arguments->file, "Receipt, as deposit keeps it")->required();
  verb->add_option("--config", arguments->key.config, "Any configuration of this agent's peers")
      ->envname("TIDEMARK_CONFIG");
  verb->add_option("--agent", arguments->key.agent, "agent.toml, as keygen writes it");
  verb->add_option("--key", arguments->key.key, "The agent's receipt key, in hex");
  AddFormatOption(*verb, arguments->format);
  verb->footer(
      "Needs no network. Exit status: 0 verified, 1 not this agent's receipt or altered, 2 the "
      "file\n"
      "or the key can't be read.\n"
      "Example: tidemark receipt verify 20261122001_0.receipt --agent agent.toml");
  verb->callback([arguments, &session] { Run(*arguments, session); });
}

}  // namespace tidemark::cli
