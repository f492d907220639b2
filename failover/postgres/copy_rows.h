// Rows in the text format of PostgreSQL's COPY. Nothing that a value holds can end a field or a
// row: backslash and control characters are escaped. XML text has no NUL, which COPY could not
// hold.
#ifndef TIDEMARK_FAILOVER_POSTGRES_COPY_ROWS_H_
#define TIDEMARK_FAILOVER_POSTGRES_COPY_ROWS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace tidemark::failover {

class CopyRows {
 public:
  // Fields in the order of the table's columns, then End(). "" is null: what a deposit does not
  // have, the store has as "".
  CopyRows& Text(absl::string_view value);
  CopyRows& Null();
  CopyRows& Bool(bool value);
  CopyRows& Number(int64_t value);
  // An array of text; of nothing it is empty, not null.
  CopyRows& List(const std::vector<std::string>& values);
  void End();

  const std::string& bytes() const { return bytes_; }
  uint64_t rows() const { return rows_; }  // in all, with those that were taken
  // What there is, to be sent; the next rows begin anew.
  std::string Take();

 private:
  void BeginField();

  std::string bytes_;
  uint64_t rows_ = 0;
  bool in_row_ = false;
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_POSTGRES_COPY_ROWS_H_
