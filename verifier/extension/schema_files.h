// The schemas of a directory, read once and held in memory. Private to verifier/extension/.
//
// Nothing outside the directory is read: symbolic links that lead out are refused, and what a
// schema imports or includes is looked for among these files only. Threat: the directory is the
// operator's, its files may come from elsewhere; bounded in number and size.
#ifndef TIDEMARK_VERIFIER_EXTENSION_SCHEMA_FILES_H_
#define TIDEMARK_VERIFIER_EXTENSION_SCHEMA_FILES_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace tidemark::verifier {

inline constexpr size_t kSchemaFilesMax = 256;
inline constexpr size_t kSchemaFileBytesMax = 1 << 20;

// Contents by file name.
using SchemaFiles = std::map<std::string, std::string, std::less<>>;

// Every *.xsd of `dir`, not of directories in it. INVALID_ARGUMENT for a directory without any,
// and for one that leads out of itself; RESOURCE_EXHAUSTED over the bounds above.
absl::StatusOr<SchemaFiles> ReadSchemaFiles(const std::string& dir);

// The file that a schema of the directory means by `location`; the end if it is none of these:
// only a name without a folder, a scheme or a '..' is one.
SchemaFiles::const_iterator FindSchemaFile(const SchemaFiles& files, absl::string_view location);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_EXTENSION_SCHEMA_FILES_H_
