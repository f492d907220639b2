#include "failover/probe/zone_file.h"

#include <ldns/ldns.h>

#include <utility>

#include "absl/strings/string_view.h"
#include "base/status.h"

namespace tidemark::failover::probe {
namespace {

constexpr size_t kLineBytes = 4096;  // at first; it grows

}  // namespace

void ZoneFile::BufferFree::operator()(ldns_buffer* buffer) const { ldns_buffer_free(buffer); }

ZoneFile::ZoneFile(std::unique_ptr<base::FileSink> sink)
    : sink_(std::move(sink)), line_(ldns_buffer_new(kLineBytes)) {}

absl::StatusOr<ZoneFile> ZoneFile::Create(const std::string& path) {
  ASSIGN_OR_RETURN(std::unique_ptr<base::FileSink> sink,
                   base::FileSink::Create(path, base::FileMode::kPrivate));
  return ZoneFile(std::move(sink));
}

void ZoneFile::Add(const ldns_rr& record) {
  if (!status_.ok()) return;
  ldns_buffer_clear(line_.get());
  if (ldns_rr2buffer_str(line_.get(), &record) != LDNS_STATUS_OK) {
    status_ = absl::InternalError("a record of the zone cannot be written as text");
    return;
  }
  status_ =
      sink_->Write(absl::string_view(reinterpret_cast<const char*>(ldns_buffer_begin(line_.get())),
                                     ldns_buffer_position(line_.get())));
}

absl::Status ZoneFile::Close() {
  RETURN_IF_ERROR(status_);
  return sink_->Close();
}

}  // namespace tidemark::failover::probe
