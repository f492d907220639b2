#include "base/tar_writer.h"

#include <archive.h>
#include <archive_entry.h>

#include <cerrno>
#include <utility>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"

namespace tidemark::base {
namespace {

constexpr int kMode = 0644;

struct EntryFree {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};
struct WriterFree {
  void operator()(archive* writer) const { archive_write_free(writer); }
};

}  // namespace

struct TarWriter::State {
  State(ByteSink& to, absl::Time time) : sink(to), modified(time), writer(archive_write_new()) {}

  // The sink's own error where there is one.
  absl::Status ErrorOf() {
    if (status.ok()) {
      const char* const why = archive_error_string(writer.get());
      status = absl::InternalError(absl::StrCat("a tar cannot be written: ", why ? why : ""));
    }
    return status;
  }

  ByteSink& sink;
  const absl::Time modified;
  absl::Status status;
  std::vector<char> buffer = std::vector<char>(kCopyBufferBytes);
  const std::unique_ptr<archive, WriterFree> writer;
};

namespace {

template <typename State>
la_ssize_t WriteToSink(archive* writer, void* data, const void* bytes, size_t size) {
  auto& state = *static_cast<State*>(data);
  state.status.Update(state.sink.Write(absl::string_view(static_cast<const char*>(bytes), size)));
  if (state.status.ok()) return static_cast<la_ssize_t>(size);
  archive_set_error(writer, EIO, "the sink failed");
  return -1;
}

}  // namespace

TarWriter::TarWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
TarWriter::~TarWriter() = default;

absl::StatusOr<std::unique_ptr<TarWriter>> TarWriter::Create(ByteSink& sink, absl::Time modified) {
  auto state = std::make_unique<State>(sink, modified);
  archive* const writer = state->writer.get();
  if (writer == nullptr) return absl::ResourceExhaustedError("no memory for libarchive");
  // Blocks of a tar without padding beyond them: what comes out is the members' alone.
  if (archive_write_set_format_pax_restricted(writer) != ARCHIVE_OK ||
      archive_write_set_bytes_in_last_block(writer, 1) != ARCHIVE_OK ||
      archive_write_open(writer, state.get(), nullptr, WriteToSink<State>, nullptr) != ARCHIVE_OK) {
    return state->ErrorOf();
  }
  return absl::WrapUnique(new TarWriter(std::move(state)));
}

absl::Status TarWriter::Add(const std::string& name, uint64_t size_bytes, ByteSource& bytes) {
  RETURN_IF_ERROR(state_->status);
  archive* const writer = state_->writer.get();
  const std::unique_ptr<archive_entry, EntryFree> entry(archive_entry_new());
  if (entry == nullptr) return absl::ResourceExhaustedError("no memory for libarchive");
  archive_entry_set_pathname(entry.get(), name.c_str());
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(size_bytes));
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), kMode);
  archive_entry_set_mtime(entry.get(), absl::ToTimeT(state_->modified), 0);
  if (archive_write_header(writer, entry.get()) != ARCHIVE_OK) return state_->ErrorOf();
  uint64_t written = 0;
  for (;;) {
    auto got = bytes.Read(absl::MakeSpan(state_->buffer));
    if (!got.ok()) return state_->status = got.status();
    if (*got == 0) break;
    written += *got;
    if (written > size_bytes) break;
    if (archive_write_data(writer, state_->buffer.data(), *got) < 0) return state_->ErrorOf();
  }
  if (written != size_bytes) {
    return state_->status = absl::DataLossError(absl::StrCat(name, " has not the size it had"));
  }
  return state_->status = bytes.Close();
}

absl::Status TarWriter::Close() {
  RETURN_IF_ERROR(state_->status);
  if (archive_write_close(state_->writer.get()) != ARCHIVE_OK) return state_->ErrorOf();
  return absl::OkStatus();
}

}  // namespace tidemark::base
