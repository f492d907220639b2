#include "verifier/extension/schema_set.h"

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>
#include <xercesc/framework/MemBufInputSource.hpp>
#include <xercesc/framework/XMLGrammarPoolImpl.hpp>
#include <xercesc/framework/psvi/XSElementDeclaration.hpp>
#include <xercesc/framework/psvi/XSModel.hpp>
#include <xercesc/sax2/Attributes.hpp>
#include <xercesc/sax2/DefaultHandler.hpp>
#include <xercesc/util/PlatformUtils.hpp>
#include <xercesc/util/XMLResourceIdentifier.hpp>
#include <xercesc/util/XMLUni.hpp>
#include <xercesc/validators/schema/SchemaElementDecl.hpp>
#include <xercesc/validators/schema/SchemaGrammar.hpp>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "verifier/extension/document_reader.h"
#include "verifier/extension/schema_files.h"
#include "verifier/extension/xerces_parser.h"

namespace tidemark::verifier {
namespace {

constexpr absl::string_view kSchemaUri = "http://www.w3.org/2001/XMLSchema";
// The schema that imports all others; its name cannot be that of a file.
constexpr char kAllName[] = "all/schemas";

std::unique_ptr<xercesc::InputSource> InputOf(absl::string_view content, const std::string& name) {
  return std::make_unique<xercesc::MemBufInputSource>(
      reinterpret_cast<const XMLByte*>(content.data()), content.size(), name.c_str());
}

absl::Status StatusOf(const XercesError& error) {
  return absl::InvalidArgumentError(absl::StrCat(error.file, ":", error.line, ": ", error.text));
}

// The target namespace of a schema: the attribute of its first element.
class RootReader final : public xercesc::DefaultHandler {
 public:
  void startElement(const XMLCh* uri, const XMLCh* local, const XMLCh*,
                    const xercesc::Attributes& attributes) override {
    if (std::exchange(seen_, true)) return;
    is_schema_ = ToUtf8(uri) == kSchemaUri && ToUtf8(local) == "schema";
    target_ = ToUtf8(attributes.getValue(u"targetNamespace"));
  }
  bool is_schema() const { return is_schema_; }
  const std::string& target() const { return target_; }

 private:
  bool seen_ = false;
  bool is_schema_ = false;
  std::string target_;
};

absl::StatusOr<std::string> TargetNamespaceOf(const std::string& name, const std::string& content) {
  xercesc::XMLGrammarPoolImpl pool;
  std::optional<XercesError> first;
  XercesParser parser(pool, [&first](const XercesError& error) {
    if (!first.has_value()) first = error;
  });
  parser.setFeature(xercesc::XMLUni::fgSAX2CoreValidation, false);
  parser.setFeature(xercesc::XMLUni::fgXercesSchema, false);
  NothingResolver nothing;
  parser.setXMLEntityResolver(&nothing);
  RootReader root;
  parser.setContentHandler(&root);
  const auto input = InputOf(content, name);
  if (!parser.Parse(*input)) {
    return absl::InvalidArgumentError(absl::StrCat(name, ": a schema with a DOCTYPE is refused"));
  }
  if (first.has_value()) return StatusOf(*first);
  if (!root.is_schema()) {
    return absl::InvalidArgumentError(absl::StrCat(name, ": not an XML schema"));
  }
  return root.target();
}

// Finds what the schemas of a set import and include, in the set only.
class SetResolver final : public xercesc::XMLEntityResolver {
 public:
  SetResolver(const SchemaFiles& files, const std::map<std::string, std::string>& targets)
      : files_(files), targets_(targets) {}

  xercesc::InputSource* resolveEntity(xercesc::XMLResourceIdentifier* wanted) override {
    const std::string location = ToUtf8(wanted->getSchemaLocation());
    auto file = FindSchemaFile(files_, location);
    if (wanted->getResourceIdentifierType() == xercesc::XMLResourceIdentifier::SchemaImport) {
      const std::string uri = ToUtf8(wanted->getNameSpace());
      if (file == files_.end() || targets_.at(file->first) != uri) file = FileOf(uri);
      if (file == files_.end()) {
        Miss(absl::StrCat("the namespace ", uri, " is imported, but no schema here is for it"));
      }
    } else if (file == files_.end()) {
      Miss(absl::StrCat("'", location, "' is included, but is no file here"));
    }
    if (file == files_.end()) return NothingResolver().resolveEntity(wanted);
    return InputOf(file->second, file->first).release();
  }

  // What was not found first; "" if all was.
  const std::string& missing() const { return missing_; }

 private:
  SchemaFiles::const_iterator FileOf(absl::string_view uri) const {
    for (const auto& [name, target] : targets_) {
      if (target == uri) return files_.find(name);
    }
    return files_.end();
  }
  void Miss(std::string what) {
    if (missing_.empty()) missing_ = std::move(what);
  }

  const SchemaFiles& files_;
  const std::map<std::string, std::string>& targets_;  // by file name
  std::string missing_;
};

std::string Escaped(absl::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '&')
      absl::StrAppend(&escaped, "&amp;");
    else if (c == '<')
      absl::StrAppend(&escaped, "&lt;");
    else if (c == '"')
      absl::StrAppend(&escaped, "&quot;");
    else
      escaped.push_back(c);
  }
  return escaped;
}

std::string ImportAll(const std::map<std::string, std::string>& targets) {
  std::string schema =
      absl::StrCat("<schema xmlns=\"", kSchemaUri, "\" targetNamespace=\"urn:all-schemas\">");
  for (const auto& [name, target] : targets) {
    // A schema without a target namespace is included by those that have one.
    if (target.empty()) continue;
    absl::StrAppend(&schema, "<import namespace=\"", Escaped(target), "\" schemaLocation=\"",
                    Escaped(name), "\"/>");
  }
  return absl::StrCat(schema, "</schema>");
}

// Xerces counts the users of what it holds for the process.
class XercesUse {
 public:
  XercesUse() { xercesc::XMLPlatformUtils::Initialize(); }
  ~XercesUse() { xercesc::XMLPlatformUtils::Terminate(); }
  XercesUse(const XercesUse&) = delete;
  XercesUse& operator=(const XercesUse&) = delete;
};

}  // namespace

class SchemaSet::Impl {
 public:
  absl::Status Load(const std::string& dir) {
    ASSIGN_OR_RETURN(const SchemaFiles files, ReadSchemaFiles(dir));
    for (const auto& [name, content] : files) {
      ASSIGN_OR_RETURN(targets_[name], TargetNamespaceOf(name, content));
    }
    const absl::Status status = Compile(files);
    if (status.ok()) return status;
    return absl::InvalidArgumentError(absl::StrCat(dir, "/", status.message()));
  }

  std::vector<std::string> namespaces() const {
    std::set<std::string> uris;
    for (const auto& [name, target] : targets_) uris.insert(target);
    return {uris.begin(), uris.end()};
  }

  Use UseOf(const ElementName& element, const ElementName& head) const {
    const std::u16string uri = ToUtf16(element.uri);
    const std::u16string local = ToUtf16(element.local);
    xercesc::XSElementDeclaration* declared =
        model_->getElementDeclaration(local.c_str(), uri.c_str());
    if (declared == nullptr) return Use::kNotDeclared;
    const std::u16string head_uri = ToUtf16(head.uri);
    const std::u16string head_local = ToUtf16(head.local);
    while (declared != nullptr) {
      if (head_uri == declared->getNamespace() && head_local == declared->getName()) {
        return Use::kSubstitute;
      }
      declared = declared->getSubstitutionGroupAffiliation();
    }
    return Use::kNotASubstitute;
  }

  const std::vector<KeyedElement>& keyed() const { return keyed_; }

  absl::Status Validate(base::ByteSource& document, SchemaSink& sink) const {
    DocumentReader reader(pool_, sink, keyed_.empty() ? Keys::kNone : Keys::kJudged);
    const SourceInput input(document);
    reader.Read(input);
    return input.status();
  }

 private:
  absl::Status Compile(const SchemaFiles& files) {
    std::optional<XercesError> first;
    XercesParser parser(pool_, [&first](const XercesError& error) {
      if (!first.has_value()) first = error;
    });
    parser.setFeature(xercesc::XMLUni::fgXercesLoadSchema, true);
    parser.setFeature(xercesc::XMLUni::fgXercesIdentityConstraintChecking, true);
    SetResolver resolver(files, targets_);
    parser.setXMLEntityResolver(&resolver);
    const std::string all = ImportAll(targets_);
    const auto input = InputOf(all, kAllName);
    const bool loaded =
        parser.loadGrammar(*input, xercesc::Grammar::SchemaGrammarType, true) != nullptr;
    if (!resolver.missing().empty()) {
      return absl::InvalidArgumentError(absl::StrCat(
          resolver.missing(),
          "; the directory must hold every schema that another one imports, the base ones too"));
    }
    if (first.has_value()) return StatusOf(*first);
    if (!loaded) return absl::InvalidArgumentError(": no schema could be loaded");
    FindKeys();
    pool_.lockPool();
    bool changed = false;
    model_ = pool_.getXSModel(changed);
    return absl::OkStatus();
  }

  // Elements with identity constraints, in the order of their names.
  void FindKeys() {
    std::set<std::pair<std::string, std::string>> found;
    auto grammars = pool_.getGrammarEnumerator();
    while (grammars.hasMoreElements()) {
      const xercesc::Grammar& grammar = grammars.nextElement();
      if (grammar.getGrammarType() != xercesc::Grammar::SchemaGrammarType) continue;
      auto elements = static_cast<const xercesc::SchemaGrammar&>(grammar).getElemEnumerator();
      while (elements.hasMoreElements()) {
        const xercesc::SchemaElementDecl& element = elements.nextElement();
        if (element.getIdentityConstraintCount() == 0) continue;
        found.emplace(ToUtf8(grammar.getTargetNamespace()), ToUtf8(element.getBaseName()));
      }
    }
    for (const auto& [uri, local] : found) keyed_.push_back({uri, local});
  }

  const XercesUse use_;
  std::vector<KeyedElement> keyed_;
  std::map<std::string, std::string> targets_;  // namespaces by file name
  // Locked once it is filled: parsers only read it, but take it by a plain reference.
  mutable xercesc::XMLGrammarPoolImpl pool_;
  xercesc::XSModel* model_ = nullptr;  // the pool's
};

SchemaSet::SchemaSet(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SchemaSet::~SchemaSet() = default;

absl::StatusOr<std::unique_ptr<SchemaSet>> SchemaSet::Load(const std::string& dir) {
  auto impl = std::make_unique<Impl>();
  RETURN_IF_ERROR(impl->Load(dir));
  return std::unique_ptr<SchemaSet>(new SchemaSet(std::move(impl)));
}

std::vector<std::string> SchemaSet::namespaces() const { return impl_->namespaces(); }

const std::vector<SchemaSet::KeyedElement>& SchemaSet::keyed() const { return impl_->keyed(); }

SchemaSet::Use SchemaSet::UseOf(const ElementName& element, const ElementName& head) const {
  return impl_->UseOf(element, head);
}

absl::Status SchemaSet::Validate(base::ByteSource& document, SchemaSink& sink) const {
  return impl_->Validate(document, sink);
}

}  // namespace tidemark::verifier
