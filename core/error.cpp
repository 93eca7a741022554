#include "core/error.h"

#include <c10/util/Exception.h>

#include <new>

namespace fathom {
namespace {

std::string joined(const std::string& problem, const std::string& subject,
                   const std::string& remedy) {
  std::string text = subject.empty() ? problem : subject + ": " + problem;
  if (!remedy.empty()) text += ". " + remedy;
  return text;
}

/// The current exception with a subject, if it had none; its type stays what it was.
template <class Type>
[[noreturn]] void rethrowAbout(const Type& error, const std::string& subject) {
  if (!error.subject().empty()) throw;
  throw Type(error.problem(), subject, error.remedy());
}

}  // namespace

Error::Error(std::string what, std::string subject, std::string remedy)
    : std::runtime_error(joined(what, subject, remedy)),
      problem_(std::move(what)),
      subject_(std::move(subject)),
      remedy_(std::move(remedy)) {}

std::string describe(const std::exception& error) {
  if (const auto* torch = dynamic_cast<const c10::Error*>(&error)) {
    return torch->what_without_backtrace();
  }
  return error.what();
}

void rethrowAsOurs(const std::string& subject) {
  const std::string remedy = "Close other programs, choose a smaller image or run on the CPU";
  try {
    throw;
  } catch (const Cancelled&) {
    throw;
  } catch (const BadInput& error) {
    rethrowAbout(error, subject);
  } catch (const FileError& error) {
    rethrowAbout(error, subject);
  } catch (const MissingResource& error) {
    rethrowAbout(error, subject);
  } catch (const OutOfMemory& error) {
    rethrowAbout(error, subject);
  } catch (const Error& error) {
    rethrowAbout(error, subject);
  } catch (const c10::OutOfMemoryError&) {
    throw OutOfMemory("the device's memory did not suffice", subject, remedy);
  } catch (const std::bad_alloc&) {
    throw OutOfMemory("the machine's memory did not suffice", subject, remedy);
  } catch (const std::exception& error) {
    throw Error(describe(error), subject);
  }
}

}  // namespace fathom
