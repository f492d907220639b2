#include "rde/csv/host_names.h"

#include <cstdint>

#include "base/status.h"
#include "rde/csv/row_codec.h"

namespace tidemark::rde::csv {
namespace {

// In the order in which those of one ROID come.
constexpr uint8_t kChainName = 0;
constexpr uint8_t kName = 1;
constexpr uint8_t kQuestion = 2;

}  // namespace

absl::Status HostNames::Learn(absl::string_view roid, absl::string_view name) {
  return sorter_->Add(SortKey(roid, kName), name);
}

absl::Status HostNames::LearnOfChain(absl::string_view roid, absl::string_view name) {
  return sorter_->Add(SortKey(roid, kChainName), name);
}

absl::Status HostNames::Ask(absl::string_view roid, absl::string_view question) {
  return sorter_->Add(SortKey(roid, kQuestion), question);
}

absl::Status HostNames::AnswerAll(const Answer& answer) {
  RETURN_IF_ERROR(sorter_->Sort());
  std::string roid;
  std::string name;
  bool known = false;
  while (true) {
    ASSIGN_OR_RETURN(const bool more, sorter_->Next());
    if (!more) break;
    const absl::string_view key = KeyOf(sorter_->key());
    const bool same = known && roid == key;
    if (OrderOf(sorter_->key()) == kQuestion) {
      RETURN_IF_ERROR(answer(same ? absl::string_view(name) : "", sorter_->value()));
    } else if (!same || OrderOf(sorter_->key()) == kChainName) {
      roid = std::string(key);
      name = std::string(sorter_->value());
      known = true;
    }
  }
  sorter_.reset();
  return absl::OkStatus();
}

}  // namespace tidemark::rde::csv
