#include "app/methods/prediction_folder.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <set>

#include "core/error.h"
#include "datasets/codecs/depth_file.h"

namespace fathom {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSample = "{sample}";

/// What lies there as a regular file; a link counts as what it leads to.
std::optional<PredictionFile> fileAt(const std::string& sample, const fs::path& path) {
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0 || !S_ISREG(about.st_mode)) return {};
  return PredictionFile{sample, path, static_cast<std::uintmax_t>(about.st_size),
                        std::int64_t{about.st_mtim.tv_sec} * 1'000'000'000 + about.st_mtim.tv_nsec};
}

/// Files that state the uncertainty of another one of the list.
void dropUncertainties(std::vector<PredictionFile>& files) {
  std::set<std::string, std::less<>> samples;
  for (const PredictionFile& file : files) samples.insert(file.sample);
  std::erase_if(files, [&](const PredictionFile& file) {
    const auto sample = withoutUncertainty(file.sample);
    return sample && samples.contains(*sample);
  });
}

std::string stateOf(const fs::path& name, const PredictionFile& file) {
  return fmt::format("{}:{}:{}", name.string(), file.bytes, file.changed);
}

bool leavesFolder(const std::string& text) {
  const fs::path path(text);
  return path.is_absolute() ||
         std::ranges::any_of(path, [](const fs::path& part) { return part == ".."; });
}

}  // namespace

PredictionPattern::PredictionPattern(const std::string& text) {
  if (leavesFolder(text)) throw BadInput("leads out of the folder", "pattern");
  // Without "//" and "./", as the folder's files are listed.
  const std::string pattern =
      text.empty() ? std::string(kSample) : fs::path(text).lexically_normal().generic_string();
  const std::size_t at = pattern.find(kSample);
  if (at == std::string::npos || pattern.find(kSample, at + 1) != std::string::npos) {
    throw BadInput(fmt::format("\"{}\" does not have {{sample}} in it exactly once", pattern),
                   "pattern", "Write \"{sample}.npy\" or \"{sample}_depth.png\"");
  }
  if (pattern.back() == '/') {
    throw BadInput(fmt::format("\"{}\" names a folder, not a file", pattern), "pattern",
                   "Write \"{sample}/depth.npy\"");
  }
  before_ = pattern.substr(0, at);
  after_ = pattern.substr(at + kSample.size());
  anyEnding_ = !isDepthFile("x" + after_);
}

std::vector<fs::path> PredictionPattern::pathsOf(const std::string& sample) const {
  if (sample.empty() || sample.find('/') != std::string::npos || sample == "." || sample == "..") {
    throw BadInput("is no sample id that a file can be named after", sample);
  }
  const std::string name = before_ + sample + after_;
  if (!anyEnding_) return {name};
  std::vector<fs::path> paths;
  for (const std::string& ending : depthEndings()) paths.emplace_back(name + ending);
  return paths;
}

std::optional<std::string> PredictionPattern::sampleOf(const fs::path& path) const {
  if (!isDepthFile(path)) return {};
  std::string text = path.generic_string();
  if (anyEnding_) text.resize(text.size() - path.extension().string().size());
  if (text.size() <= before_.size() + after_.size() || !text.starts_with(before_) ||
      !text.ends_with(after_)) {
    return {};
  }
  std::string sample = text.substr(before_.size(), text.size() - before_.size() - after_.size());
  if (sample.find('/') != std::string::npos) return {};
  return sample;
}

int PredictionPattern::depth() const {
  return static_cast<int>(std::ranges::count(before_ + after_, '/'));
}

PredictionFolder::PredictionFolder(fs::path folder, const std::string& pattern)
    : folder_(std::move(folder)), pattern_(pattern) {}

std::vector<PredictionFile> PredictionFolder::list() const {
  std::vector<PredictionFile> files;
  try {
    fs::recursive_directory_iterator each(folder_, fs::directory_options::follow_directory_symlink);
    for (; each != fs::recursive_directory_iterator(); ++each) {
      if (each.depth() >= pattern_.depth()) each.disable_recursion_pending();
      const fs::path& path = each->path();
      const auto sample = pattern_.sampleOf(path.lexically_relative(folder_));
      if (!sample) continue;
      if (auto file = fileAt(*sample, path)) files.push_back(std::move(*file));
    }
  } catch (const fs::filesystem_error& error) {
    throw FileError(fmt::format("cannot be listed: {}", error.code().message()), folder_.string(),
                    "Check the folder of predictions");
  }
  std::ranges::sort(files, {},
                    [](const PredictionFile& file) { return std::tie(file.sample, file.path); });
  dropUncertainties(files);
  return files;
}

std::optional<PredictionFile> PredictionFolder::find(const std::string& sample) const {
  std::optional<PredictionFile> found;
  for (const fs::path& path : pattern_.pathsOf(sample)) {
    auto file = fileAt(sample, folder_ / path);
    if (!file) continue;
    if (found) {
      throw FileError(fmt::format("and {} are both there: which one is the prediction of {}?",
                                  file->path.filename().string(), sample),
                      found->path.string(), "Remove one, or give a pattern with an ending");
    }
    found = std::move(file);
  }
  return found;
}

std::string PredictionFolder::state(const std::string& sample) const {
  std::string state;
  try {
    for (const fs::path& path : pattern_.pathsOf(sample)) {
      const auto file = fileAt(sample, folder_ / path);
      if (!file) continue;
      state += stateOf(path, *file);
      for (const fs::path& beside : uncertaintyPaths(file->path)) {
        if (const auto sigma = fileAt(sample, beside))
          state += stateOf(beside.lexically_relative(folder_), *sigma);
      }
    }
  } catch (const BadInput&) {
    // No file can have this name: missing, as find() says.
  }
  return state.empty() ? "missing" : state;
}

at::Tensor PredictionFolder::read(const std::string& sample, double metresPerValue,
                                  const std::string& dataset) const {
  const auto file = find(sample);
  if (!file) {
    throw FileError(fmt::format("holds no prediction of {}", sample), folder_.string(),
                    "Run your method on it, or check the pattern of the file names");
  }
  ++decoded_;
  at::Tensor values = readDepth(file->path, metresPerValue, dataset);
  if (fileAt(sample, file->path) != file) {
    throw FileError("changed while it was being read", file->path.string(),
                    "It is still being written: try again when your method is done");
  }
  return values;
}

std::optional<StatedUncertainty> PredictionFolder::uncertainty(const std::string& sample,
                                                               double metresPerValue) const {
  const auto file = find(sample);
  return file ? readUncertainty(file->path, metresPerValue) : std::nullopt;
}

}  // namespace fathom
