#include "crypto/pki.h"

#include <openssl/err.h>

#include <ctime>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/hex.h"
#include "base/status.h"
#include "crypto/openssl_handles.h"

namespace tidemark::crypto {
namespace {

absl::StatusOr<absl::Time> TimeOf(const ASN1_TIME* time) {
  std::tm tm{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &tm) != 1) {
    return OpensslStatus(absl::StatusCode::kInvalidArgument, "a certificate with a bad date");
  }
  return absl::FromTM(tm, absl::UTCTimeZone());
}

// Text with a NUL in it would read differently here and in C.
absl::StatusOr<std::string> TextOf(const unsigned char* data, int size) {
  std::string text(reinterpret_cast<const char*>(data), static_cast<size_t>(size));
  if (text.find('\0') != std::string::npos) {
    return absl::InvalidArgumentError("a certificate with a NUL in a name");
  }
  return text;
}

absl::StatusOr<std::string> CommonNameOf(const X509* certificate) {
  const X509_NAME* const subject = X509_get_subject_name(certificate);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at < 0) return std::string();
  if (X509_NAME_get_index_by_NID(subject, NID_commonName, at) >= 0) {
    return absl::InvalidArgumentError("a certificate with two common names");
  }
  const ASN1_STRING* const data = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at));
  unsigned char* utf8 = nullptr;
  const int size = ASN1_STRING_to_UTF8(&utf8, data);
  if (size < 0) {
    return OpensslStatus(absl::StatusCode::kInvalidArgument, "a certificate with a bad name");
  }
  absl::StatusOr<std::string> name = TextOf(utf8, size);
  OPENSSL_free(utf8);
  return name;
}

absl::StatusOr<std::vector<std::string>> UrisOf(const X509* certificate) {
  int critical = 0;
  const GeneralNamesPtr names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, &critical, nullptr)));
  std::vector<std::string> uris;
  if (names == nullptr) {
    if (critical == -1) return uris;  // there are none
    return OpensslStatus(absl::StatusCode::kInvalidArgument,
                         "a certificate with bad or repeated alternative names");
  }
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_URI) continue;
    const ASN1_IA5STRING* const uri = name->d.uniformResourceIdentifier;
    ASSIGN_OR_RETURN(std::string text, TextOf(ASN1_STRING_get0_data(uri), ASN1_STRING_length(uri)));
    uris.push_back(std::move(text));
  }
  return uris;
}

absl::StatusOr<std::string> SerialOf(const X509* certificate) {
  const ASN1_INTEGER* const serial = X509_get0_serialNumber(certificate);
  const BnPtr number(ASN1_INTEGER_to_BN(serial, nullptr));
  if (number == nullptr || BN_is_negative(number.get())) {
    return OpensslStatus(absl::StatusCode::kInvalidArgument, "a certificate with a bad serial");
  }
  std::string bytes(static_cast<size_t>(BN_num_bytes(number.get())), '\0');
  BN_bn2bin(number.get(), reinterpret_cast<unsigned char*>(bytes.data()));
  return base::HexEncode(bytes);
}

// An authority is self-signed, so that a certificate that it issued can't stand in for it.
bool IsAuthority(X509* certificate) {
  return X509_check_ca(certificate) == 1 && X509_self_signed(certificate, 1) == 1;
}

// Nobody of ours needs a certificate that is good for neither side of a TLS connection.
bool IsForTls(X509* certificate) {
  return X509_check_purpose(certificate, X509_PURPOSE_SSL_CLIENT, 0) == 1 ||
         X509_check_purpose(certificate, X509_PURPOSE_SSL_SERVER, 0) == 1;
}

}  // namespace

absl::StatusOr<CertificateInfo> ParseCertificate(absl::string_view certificate_pem) {
  ASSIGN_OR_RETURN(const X509Ptr certificate, CertificateFromPem(certificate_pem));
  CertificateInfo info;
  ASSIGN_OR_RETURN(info.common_name, CommonNameOf(certificate.get()));
  ASSIGN_OR_RETURN(info.serial_hex, SerialOf(certificate.get()));
  ASSIGN_OR_RETURN(info.uris, UrisOf(certificate.get()));
  ASSIGN_OR_RETURN(info.not_before, TimeOf(X509_get0_notBefore(certificate.get())));
  ASSIGN_OR_RETURN(info.not_after, TimeOf(X509_get0_notAfter(certificate.get())));
  return info;
}

absl::Status VerifyCertificate(absl::string_view certificate_pem, absl::string_view authority_pem,
                               absl::Time at) {
  ASSIGN_OR_RETURN(const X509Ptr certificate, CertificateFromPem(certificate_pem));
  ASSIGN_OR_RETURN(const X509Ptr authority, CertificateFromPem(authority_pem));
  if (!IsAuthority(authority.get())) {
    ERR_clear_error();
    return absl::PermissionDeniedError("the certificate of the authority is not an authority's");
  }
  const StorePtr store(X509_STORE_new());
  const StoreCtxPtr context(X509_STORE_CTX_new());
  if (store == nullptr || context == nullptr ||
      X509_STORE_add_cert(store.get(), authority.get()) != 1 ||
      X509_STORE_CTX_init(context.get(), store.get(), certificate.get(), nullptr) != 1) {
    return OpensslStatus(absl::StatusCode::kInternal, "X509_STORE");
  }
  X509_VERIFY_PARAM* const param = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_time(param, absl::ToTimeT(at));
  if (X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_X509_STRICT) != 1) {
    return OpensslStatus(absl::StatusCode::kInternal, "X509_VERIFY_PARAM");
  }
  if (X509_verify_cert(context.get()) != 1) {
    const int error = X509_STORE_CTX_get_error(context.get());
    ERR_clear_error();
    return absl::PermissionDeniedError(
        absl::StrCat("certificate refused: ", X509_verify_cert_error_string(error)));
  }
  if (!IsForTls(certificate.get())) {
    return absl::PermissionDeniedError("certificate refused: for neither TLS client nor server");
  }
  return absl::OkStatus();
}

}  // namespace tidemark::crypto
