#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <ostream>
#include <string_view>

namespace fathom {

/// Writes a whole file so that a reader sees either the old one or the complete new one: into a
/// temporary sibling, flushed to the disk, then renamed. Missing parent folders are made.
/// Throws FileError (disk full, no permission) and leaves the old file as it was.
void writeFile(const std::filesystem::path& path, std::string_view bytes);

/// The same, in pieces: `write` is called with a function that appends bytes.
using Append = std::function<void(const void* bytes, std::size_t count)>;
void writeFile(const std::filesystem::path& path, const std::function<void(const Append&)>& write);

/// Throws FileError unless files can be made in this folder (which is made if missing).
void checkWritableFolder(const std::filesystem::path& folder);

/// Throws the FileError of a system call that failed on a file, with what to do about it.
/// @param what    "cannot write"
/// @param number  errno
[[noreturn]] void throwFileError(const char* what, const std::filesystem::path& path, int number);

/// Writes all of these bytes. Throws FileError about `path`.
void writeBytes(int descriptor, const void* bytes, std::size_t count,
                const std::filesystem::path& path);

/// Flushes a complete file to the disk and renames it to `target`, replacing what is there.
/// Throws FileError about `target`.
/// @param descriptor  of the file, open for writing; stays open
void publishFile(int descriptor, const std::filesystem::path& path,
                 const std::filesystem::path& target);

}  // namespace fathom
