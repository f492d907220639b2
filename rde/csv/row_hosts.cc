#include "rde/csv/row_hosts.h"

#include <array>

#include "base/status.h"

namespace tidemark::rde::csv {

absl::Status RowHosts::Ask(absl::string_view roid) {
  // As a key it sorts like the number.
  std::array<char, sizeof(uint64_t)> number;
  for (size_t i = 0; i < number.size(); ++i) {
    number[i] = static_cast<char>(questions_ >> (8 * (number.size() - 1 - i)));
  }
  ++questions_;
  return names_.Ask(roid, {number.data(), number.size()});
}

absl::Status RowHosts::FindAnswers() {
  answers_.emplace(base::SortOptions{.space = options_.space,
                                     .memory_bytes_max = options_.memory_bytes_max / 2});
  RETURN_IF_ERROR(names_.AnswerAll([this](absl::string_view name, absl::string_view question) {
    return answers_->Add(question, name);
  }));
  return answers_->Sort();
}

absl::StatusOr<absl::string_view> RowHosts::Next() {
  ASSIGN_OR_RETURN(const bool more, answers_->Next());
  // None can be missing unless the file was changed while it was read.
  return more ? answers_->value() : absl::string_view();
}

}  // namespace tidemark::rde::csv
