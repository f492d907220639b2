// For tests only: a sink that keeps everything, and small deposits to read.
#ifndef TIDEMARK_RDE_READER_TESTING_H_
#define TIDEMARK_RDE_READER_TESTING_H_

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "rde/reader.h"
#include "rde/records.h"

namespace tidemark::rde {

// What a reader delivered, in order.
struct Reading {
  std::vector<std::pair<DepositInfo, Position>> deposits;
  std::vector<std::pair<Record, Position>> records;
  std::vector<Flaw> flaws;
  std::string order;  // a letter for each of them: d, r, f
  bool complete = false;

  // The only record, which must be a T.
  template <typename T>
  const T& Only() const {
    return std::get<T>(records.at(0).first);
  }
  // Kinds and elements of the flaws: "missing clID, invalid crDate".
  std::string Flaws() const;
  // Everything in one text, to compare two readings.
  std::string Digest() const;
};

// Reads `xml` in pieces of `chunk_bytes`; 0 is one piece.
Reading Read(absl::string_view xml, size_t chunk_bytes = 0);

// Reads `xml` by ReadDeposit().
Reading ReadWith(absl::string_view xml, const ReadOptions& options);

// A FULL deposit with those contents. Prefixes rde, rdeDomain, rdeHost ..., epp, domain, contact,
// host, secDNS, rgp and xsi are bound as RFC 9022 binds them.
std::string DepositOf(absl::string_view contents, absl::string_view deletes = "");

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_READER_TESTING_H_
