// For tests only: what the writer makes of records.
#ifndef TIDEMARK_RDE_WRITER_TESTING_H_
#define TIDEMARK_RDE_WRITER_TESTING_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/bytes.h"
#include "base/status.h"
#include "base/testing.h"
#include "rde/records.h"
#include "rde/writer.h"

namespace tidemark::rde {

inline DepositInfo FullInfo() {
  DepositInfo info;
  info.type = "FULL";
  info.id = "20261122001";
  info.watermark.text = "2026-11-22T00:00:00Z";
  info.menu_version = "1.0";
  info.menu_uris = {std::string(kDomainUri)};
  return info;
}

// The whole document with `records`, or the failure that writing them ended with.
inline absl::StatusOr<std::string> Document(const std::vector<Record>& records,
                                            const DepositInfo& info = FullInfo()) {
  std::string text;
  base::StringSink sink(text, 1 << 20);
  XmlWriter writer(sink);
  RETURN_IF_ERROR(writer.Begin(info));
  for (const Record& record : records) RETURN_IF_ERROR(writer.Write(record));
  RETURN_IF_ERROR(writer.Close());
  return text;
}

// What one record adds to a deposit.
inline std::string Object(const Record& record) {
  absl::StatusOr<std::string> text = Document({record});
  EXPECT_OK(text);
  const size_t begin = text->find("<rde:contents>\n");
  const size_t end = text->find("</rde:contents>");
  EXPECT_NE(begin, std::string::npos);
  return text->substr(begin + 15, end - begin - 15);
}

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_WRITER_TESTING_H_
