#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "crypto/openssl_handles.h"
#include "crypto/pki.h"

namespace tidemark::crypto {
namespace {

constexpr int kSerialBits = 128;
constexpr long kX509Version3 = 2;
constexpr size_t kAlternativeNamesMax = 1024;
constexpr size_t kNameBytesMax = 2048;

absl::Status Internal(absl::string_view what) {
  return OpensslStatus(absl::StatusCode::kInternal, what);
}

absl::StatusOr<KeyPtr> GenerateKey() {
  KeyPtr key(EVP_EC_gen("P-256"));
  if (key == nullptr) return Internal("P-256 key");
  return key;
}

absl::StatusOr<std::string> Contents(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  if (size <= 0) return Internal("PEM");
  return std::string(data, static_cast<size_t>(size));
}

absl::StatusOr<CertificateAndKey> ToPem(X509* certificate, EVP_PKEY* key) {
  CertificateAndKey pem;
  const BioPtr certificate_bio(BIO_new(BIO_s_mem()));
  if (certificate_bio == nullptr || PEM_write_bio_X509(certificate_bio.get(), certificate) != 1) {
    return Internal("certificate to PEM");
  }
  ASSIGN_OR_RETURN(pem.certificate_pem, Contents(certificate_bio.get()));
  // Secure memory BIOs are wiped when they are freed.
  const BioPtr key_bio(BIO_new(BIO_s_secmem()));
  if (key_bio == nullptr ||
      PEM_write_bio_PrivateKey(key_bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return Internal("key to PEM");
  }
  ASSIGN_OR_RETURN(pem.key_pem, Contents(key_bio.get()));
  return pem;
}

absl::StatusOr<KeyPtr> KeyFromPem(absl::string_view pem) {
  if (pem.size() > kCertificatePemBytesMax) {
    return absl::ResourceExhaustedError("a private key file that is too long");
  }
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (bio == nullptr) return Internal("BIO");
  // Keys of ours are not encrypted; OpenSSL must not ask for a password on the terminal.
  KeyPtr key(PEM_read_bio_PrivateKey(
      bio.get(), nullptr, [](char*, int, int, void*) { return 0; }, nullptr));
  if (key == nullptr) {
    return OpensslStatus(absl::StatusCode::kInvalidArgument, "not a private key");
  }
  return key;
}

absl::Status SetSerial(X509* certificate) {
  const BnPtr serial(BN_new());
  do {
    if (serial == nullptr ||
        BN_rand(serial.get(), kSerialBits, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) != 1) {
      return Internal("serial");
    }
  } while (BN_is_zero(serial.get()));  // RFC 5280 section 4.1.2.2: positive
  if (BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(certificate)) == nullptr) {
    return Internal("serial");
  }
  return absl::OkStatus();
}

absl::Status SetDates(X509* certificate, absl::Time not_before, absl::Time not_after) {
  if (not_after <= not_before) {
    return absl::InvalidArgumentError("a certificate that ends before it begins");
  }
  if (ASN1_TIME_set(X509_getm_notBefore(certificate), absl::ToTimeT(not_before)) == nullptr ||
      ASN1_TIME_set(X509_getm_notAfter(certificate), absl::ToTimeT(not_after)) == nullptr) {
    return OpensslStatus(absl::StatusCode::kInvalidArgument, "dates that X.509 can't express");
  }
  return absl::OkStatus();
}

absl::Status SetSubject(X509* certificate, absl::string_view common_name) {
  if (common_name.empty() || common_name.find('\0') != absl::string_view::npos) {
    return absl::InvalidArgumentError("a certificate needs a common name without NUL");
  }
  if (X509_NAME_add_entry_by_NID(X509_get_subject_name(certificate), NID_commonName, MBSTRING_UTF8,
                                 reinterpret_cast<const unsigned char*>(common_name.data()),
                                 static_cast<int>(common_name.size()), -1, 0) != 1) {
    return OpensslStatus(absl::StatusCode::kInvalidArgument, "common name");
  }
  return absl::OkStatus();
}

// `value` is one of our own constants, never a name from outside: this syntax has separators.
absl::Status AddExtension(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const ExtensionPtr extension(X509V3_EXT_nconf_nid(nullptr, &context, nid, value));
  if (extension == nullptr || X509_add_ext(certificate, extension.get(), -1) != 1) {
    return Internal("extension");
  }
  return absl::OkStatus();
}

absl::Status AddText(GENERAL_NAMES* names, int type, const std::string& text) {
  const bool printable =
      std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > 0x20 && c < 0x7f; });
  if (text.empty() || text.size() > kNameBytesMax || !printable) {
    return absl::InvalidArgumentError("an alternative name that is empty, long or not ASCII");
  }
  OpensslPtr<ASN1_IA5STRING, ASN1_IA5STRING_free> value(ASN1_IA5STRING_new());
  GeneralNamePtr name(GENERAL_NAME_new());
  if (value == nullptr || name == nullptr ||
      ASN1_STRING_set(value.get(), text.data(), static_cast<int>(text.size())) != 1) {
    return Internal("alternative name");
  }
  GENERAL_NAME_set0_value(name.get(), type, value.release());
  if (sk_GENERAL_NAME_push(names, name.get()) == 0) return Internal("alternative name");
  name.release();
  return absl::OkStatus();
}

absl::Status AddAddress(GENERAL_NAMES* names, const std::string& text) {
  OpensslPtr<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free> value(a2i_IPADDRESS(text.c_str()));
  if (value == nullptr || text.find('\0') != std::string::npos) {
    return OpensslStatus(absl::StatusCode::kInvalidArgument, "not an IP address");
  }
  GeneralNamePtr name(GENERAL_NAME_new());
  if (name == nullptr) return Internal("alternative name");
  GENERAL_NAME_set0_value(name.get(), GEN_IPADD, value.release());
  if (sk_GENERAL_NAME_push(names, name.get()) == 0) return Internal("alternative name");
  name.release();
  return absl::OkStatus();
}

absl::Status AddAlternativeNames(X509* certificate, const CertificateRequest& request) {
  const size_t count = request.uris.size() + request.dns_names.size() + request.ip_addresses.size();
  if (count == 0) return absl::OkStatus();
  if (count > kAlternativeNamesMax) {
    return absl::InvalidArgumentError(absl::StrCat(count, " alternative names"));
  }
  const GeneralNamesPtr names(GENERAL_NAMES_new());
  if (names == nullptr) return Internal("alternative names");
  for (const std::string& uri : request.uris) RETURN_IF_ERROR(AddText(names.get(), GEN_URI, uri));
  for (const std::string& dns : request.dns_names) {
    RETURN_IF_ERROR(AddText(names.get(), GEN_DNS, dns));
  }
  for (const std::string& ip : request.ip_addresses) RETURN_IF_ERROR(AddAddress(names.get(), ip));
  if (X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, X509V3_ADD_DEFAULT) !=
      1) {
    return Internal("alternative names");
  }
  return absl::OkStatus();
}

absl::Status Sign(X509* certificate, EVP_PKEY* key) {
  if (X509_sign(certificate, key, EVP_sha256()) == 0) return Internal("certificate signature");
  return absl::OkStatus();
}

// Everything but issuer, extensions and signature.
absl::StatusOr<X509Ptr> NewCertificate(absl::string_view common_name, absl::Time not_before,
                                       absl::Time not_after, EVP_PKEY* key) {
  X509Ptr certificate(X509_new());
  if (certificate == nullptr || X509_set_version(certificate.get(), kX509Version3) != 1 ||
      X509_set_pubkey(certificate.get(), key) != 1) {
    return Internal("certificate");
  }
  RETURN_IF_ERROR(SetSerial(certificate.get()));
  RETURN_IF_ERROR(SetDates(certificate.get(), not_before, not_after));
  RETURN_IF_ERROR(SetSubject(certificate.get(), common_name));
  return certificate;
}

struct Authority {
  X509Ptr certificate;
  KeyPtr key;
};

absl::StatusOr<Authority> LoadAuthority(const CertificateAndKey& pem, absl::Time not_after) {
  Authority authority;
  ASSIGN_OR_RETURN(authority.certificate, CertificateFromPem(pem.certificate_pem));
  ASSIGN_OR_RETURN(authority.key, KeyFromPem(pem.key_pem));
  if (X509_check_ca(authority.certificate.get()) != 1) {
    return absl::InvalidArgumentError("the issuing certificate is not an authority's");
  }
  if (X509_check_private_key(authority.certificate.get(), authority.key.get()) != 1) {
    return OpensslStatus(absl::StatusCode::kInvalidArgument,
                         "the authority's key is not its certificate's");
  }
  if (ASN1_TIME_cmp_time_t(X509_get0_notAfter(authority.certificate.get()),
                           absl::ToTimeT(not_after)) < 0) {
    return absl::InvalidArgumentError("a certificate that would outlive its authority");
  }
  return authority;
}

}  // namespace

absl::StatusOr<CertificateAndKey> CreateAuthority(absl::string_view common_name,
                                                  absl::Time not_before, absl::Time not_after) {
  ERR_clear_error();
  ASSIGN_OR_RETURN(const KeyPtr key, GenerateKey());
  ASSIGN_OR_RETURN(const X509Ptr owner,
                   NewCertificate(common_name, not_before, not_after, key.get()));
  X509* const certificate = owner.get();
  if (X509_set_issuer_name(certificate, X509_get_subject_name(certificate)) != 1) {
    return Internal("issuer");
  }
  RETURN_IF_ERROR(
      AddExtension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE,pathlen:0"));
  RETURN_IF_ERROR(AddExtension(certificate, certificate, NID_key_usage, "critical,keyCertSign"));
  RETURN_IF_ERROR(AddExtension(certificate, certificate, NID_subject_key_identifier, "hash"));
  RETURN_IF_ERROR(
      AddExtension(certificate, certificate, NID_authority_key_identifier, "keyid:always"));
  RETURN_IF_ERROR(Sign(certificate, key.get()));
  return ToPem(certificate, key.get());
}

absl::StatusOr<CertificateAndKey> IssueCertificate(const CertificateAndKey& authority_pem,
                                                   const CertificateRequest& request) {
  ERR_clear_error();
  ASSIGN_OR_RETURN(const Authority authority, LoadAuthority(authority_pem, request.not_after));
  ASSIGN_OR_RETURN(const KeyPtr key, GenerateKey());
  ASSIGN_OR_RETURN(const X509Ptr owner, NewCertificate(request.common_name, request.not_before,
                                                       request.not_after, key.get()));
  X509* const certificate = owner.get();
  X509* const issuer = authority.certificate.get();
  if (X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) != 1) {
    return Internal("issuer");
  }
  RETURN_IF_ERROR(AddExtension(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE"));
  RETURN_IF_ERROR(AddExtension(certificate, issuer, NID_key_usage, "critical,digitalSignature"));
  RETURN_IF_ERROR(
      AddExtension(certificate, issuer, NID_ext_key_usage,
                   request.use == CertificateRequest::Use::kServer ? "serverAuth" : "clientAuth"));
  RETURN_IF_ERROR(AddExtension(certificate, issuer, NID_subject_key_identifier, "hash"));
  RETURN_IF_ERROR(AddExtension(certificate, issuer, NID_authority_key_identifier, "keyid:always"));
  RETURN_IF_ERROR(AddAlternativeNames(certificate, request));
  RETURN_IF_ERROR(Sign(certificate, authority.key.get()));
  return ToPem(certificate, key.get());
}

absl::Status CheckKeyFits(absl::string_view certificate_pem, absl::string_view key_pem) {
  ASSIGN_OR_RETURN(const X509Ptr certificate, CertificateFromPem(certificate_pem));
  ASSIGN_OR_RETURN(const KeyPtr key, KeyFromPem(key_pem));
  if (X509_check_private_key(certificate.get(), key.get()) == 1) return absl::OkStatus();
  return OpensslStatus(absl::StatusCode::kInvalidArgument, "the key is not the certificate's");
}

}  // namespace tidemark::crypto
