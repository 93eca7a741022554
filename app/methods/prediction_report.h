#pragma once

#include <string>
#include <vector>

#include "app/methods/prediction_folder.h"
#include "core/progress.h"
#include "core/sample_source.h"

namespace fathom {

/// How a folder of predictions fits a collection of samples.
struct PredictionReport {
  /// Something about one file.
  struct Note {
    std::string sample;
    std::filesystem::path file;
    std::string problem;
  };
  std::size_t samples = 0;            ///< of the collection
  std::size_t found = 0;              ///< of them with a file
  std::size_t uncertain = 0;          ///< of these with a file of their uncertainty
  std::vector<std::string> missing;   ///< samples without one
  std::vector<PredictionFile> extra;  ///< files of no sample
  std::vector<Note> wrong;            ///< of the wrong size, several for one sample, not readable

  bool complete() const { return missing.empty() && wrong.empty(); }
};

/// Compares names, and the sizes in the files' headers; no prediction is decoded. To know a
/// picture's size the sample is loaded, which `sizes` = false leaves out.
/// Throws FileError where the folder cannot be read, Cancelled.
PredictionReport comparePredictions(const PredictionFolder& folder, const SampleSource& source,
                                    const std::string& dataset, bool sizes,
                                    const Progress& progress);

/// "1000 samples: 998 predictions, 990 with uncertainty, 2 missing (a, b), 1 extra file (c.npy)",
/// then a line for each file that is wrong.
std::string describe(const PredictionReport& report);
/// The same as a JSON object: samples, found, uncertain, missing, extra, wrong.
std::string predictionReportJson(const PredictionReport& report);

/// "a, b, c and 4 more"
std::string some(const std::vector<std::string>& names);

}  // namespace fathom
