#pragma once

#include <stdexcept>
#include <string>

namespace fathom {

/// What went wrong, with what, and what to do about it. Every error that reaches a user is one.
class Error : public std::runtime_error {
 public:
  /// @param what     one sentence: what is wrong ("the header announces 640×480 float32, …")
  /// @param subject  which file, sample, method or field it is about; may be empty
  /// @param remedy   one sentence: what to do; may be empty
  explicit Error(std::string what, std::string subject = {}, std::string remedy = {});

  const std::string& problem() const { return problem_; }
  const std::string& subject() const { return subject_; }
  const std::string& remedy() const { return remedy_; }

 private:
  std::string problem_, subject_, remedy_;
};

/// The caller's or the user's input is not what the function takes.
class BadInput : public Error {
  using Error::Error;
};

/// A file cannot be read or written: missing, damaged, of another format, disk full, no permission.
class FileError : public Error {
  using Error::Error;
};

/// A method needs a weights file (or another resource) that is not there.
class MissingResource : public Error {
  using Error::Error;
};

/// The memory of a device did not suffice.
class OutOfMemory : public Error {
  using Error::Error;
};

/// The user stopped the work. A result, not a failure: never shown as an error.
class Cancelled : public std::exception {
 public:
  const char* what() const noexcept override { return "cancelled"; }
};

/// The text for a user of any exception, LibTorch's stack traces cut off.
std::string describe(const std::exception& error);

/// Runs at the boundary to threads and programs: rethrows the current exception as one of ours
/// (LibTorch's out-of-memory becomes OutOfMemory, other foreign ones Error). Call in a catch block.
/// @param subject  put into errors that carry none
[[noreturn]] void rethrowAsOurs(const std::string& subject);

}  // namespace fathom
