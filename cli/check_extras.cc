#include "cli/check_extras.h"

#include <optional>
#include <utility>

#include "base/status.h"
#include "cli/openpgp_options.h"
#include "verifier/decrypted_input.h"
#include "verifier/extension/extension_check.h"
#include "verifier/extension/schema_set.h"
#include "verifier/processed_file.h"

namespace tidemark::cli {
namespace {

class Extras final : public CheckExtras {
 public:
  void AddTo(CLI::App& verb) override {
    openpgp_options_.AddTo(verb);
    verb.add_option("--xsd", xsd_,
                    "Directory of *.xsd for the registry's own objects; complete, with the base "
                    "schemas (default: such objects are a warning)")
        ->type_name("DIR");
  }

  bool reads_messages() const override { return openpgp_options_.given(); }

  absl::Status Load(verifier::CheckOptions& options) override {
    if (openpgp_options_.given()) {
      ASSIGN_OR_RETURN(openpgp_, ReadOpenPgpInput(openpgp_options_));
    }
    if (xsd_.empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(schemas_, verifier::SchemaSet::Load(xsd_));
    options.extension_uris = schemas_->namespaces();
    options.skipped = verifier::UnjudgedBy(*schemas_);
    return absl::OkStatus();
  }

  absl::Status ReadXml(base::ByteSource& source, const rde::ReadOptions& options,
                       rde::RecordSink& sink) const override {
    if (schemas_ == nullptr) return rde::ReadDeposit(source, sink, options);
    verifier::ExtensionCheck extension(*schemas_, source, sink);
    absl::Status status = rde::ReadDeposit(extension.source(), extension.sink(), options);
    status.Update(extension.Finish());
    return status;
  }

  absl::StatusOr<std::unique_ptr<verifier::DepositInput>> OpenMessage(
      const std::string& path, const verifier::Resources& resources) const override {
    if (!openpgp_.has_value() || !openpgp_->decryption_keys.has_value()) {
      return absl::FailedPreconditionError("it is an OpenPGP message: --decryption-key is needed");
    }
    return verifier::OpenDecrypted(path, *openpgp_->decryption_keys, resources);
  }

  absl::StatusOr<verifier::Report> Judge(const verifier::SplitFile& file,
                                         const verifier::CheckOptions& options,
                                         const ReadContent& read) const override {
    ASSIGN_OR_RETURN(const verifier::ProcessedFile processed, openpgp_->For(file));
    return verifier::CheckProcessedFile(processed, options, read);
  }

 private:
  OpenPgpOptions openpgp_options_;
  std::string xsd_;
  std::optional<OpenPgpInput> openpgp_;
  std::unique_ptr<verifier::SchemaSet> schemas_;
};

}  // namespace

std::unique_ptr<CheckExtras> NewCheckExtras() { return std::make_unique<Extras>(); }

void AddCheck(CLI::App& app, Session& session) { AddCheckWith(NewCheckExtras(), app, session); }

}  // namespace tidemark::cli
