// Configuration of one process: one TOML file, read with typed getters.
//
// A key is written with dots: "tls.certificate_file". An element of an array of tables has its
// number: "tld.0.name". A missing optional key gives the default; a key of the wrong type or
// outside its bounds is INVALID_ARGUMENT, with the file, the line and the key. After asking for
// everything that it knows, a process calls CheckAllKeysKnown(): a key that nobody asked for is a
// typing error that would otherwise silently leave a default in force.
//
// What it is not: a place for secrets. Keys and passwords are files that it names.
// Threads: one thread at a time (asking is remembered). Ownership: a movable value.
#ifndef TIDEMARK_BASE_CONFIG_H_
#define TIDEMARK_BASE_CONFIG_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace tidemark::base {

class Config {
 public:
  // Reads a file of at most kSmallFileBytesMax.
  static absl::StatusOr<Config> Load(const std::string& path);
  // `name` stands for the file in messages, and its folder is where relative paths begin.
  static absl::StatusOr<Config> Parse(absl::string_view text, const std::string& name);

  // A file's text with whole numbers set in it, whatever it had at their keys; tables on the way
  // are made. Comments are lost. INVALID_ARGUMENT: no TOML, or a key leads through what is no
  // table.
  static absl::StatusOr<std::string> SetIntegers(
      absl::string_view text, const std::string& name,
      const std::vector<std::pair<std::string, int64_t>>& numbers);

  Config(Config&&) noexcept;
  Config& operator=(Config&&) noexcept;
  ~Config();

  // True if the key is there. It does not count as asked for.
  bool Has(absl::string_view key) const;

  absl::StatusOr<std::string> RequiredString(absl::string_view key) const;
  absl::StatusOr<std::string> StringOr(absl::string_view key,
                                       absl::string_view default_value) const;
  // A value outside [min, max] is an error, never moved into the bounds.
  absl::StatusOr<int64_t> IntOr(absl::string_view key, int64_t default_value, int64_t min,
                                int64_t max) const;
  absl::StatusOr<bool> BoolOr(absl::string_view key, bool default_value) const;
  // A string such as "90s", "1h30m" or "250ms".
  absl::StatusOr<absl::Duration> DurationOr(absl::string_view key, absl::Duration default_value,
                                            absl::Duration min, absl::Duration max) const;
  absl::StatusOr<std::vector<std::string>> StringListOr(
      absl::string_view key, std::vector<std::string> default_value) const;

  // A relative path begins at the folder of the configuration file, the default too. An empty
  // default stays empty: "there is none". An empty value in the file is an error.
  absl::StatusOr<std::string> RequiredPath(absl::string_view key) const;
  absl::StatusOr<std::string> PathOr(absl::string_view key, absl::string_view default_value) const;

  // How many tables `[[key]]` there are; 0 if there are none.
  absl::StatusOr<size_t> TableCount(absl::string_view key) const;

  // INVALID_ARGUMENT that names every key that no getter was ever asked for.
  absl::Status CheckAllKeysKnown() const;

 private:
  struct Impl;
  explicit Config(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace tidemark::base

#endif  // TIDEMARK_BASE_CONFIG_H_
