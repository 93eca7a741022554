#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fathom::cli {

/// What the program's exit codes mean; also in the help of every verb.
enum Exit : int {
  kDone = 0,
  kSomeFailed = 1,  ///< some samples failed, or results could not be written
  kUsage = 2,
  kNothingReadable = 3,
  kCancelled = 130,
};

/// The options of degrade, upsample and evaluate; a verb leaves at its default what it has not.
struct RunOptions {
  std::vector<std::string> sources;
  std::string runFile;                   ///< run: what replaces all that a run file can say
  std::vector<std::string> methodFiles;  ///< run files whose methods are known too
  std::vector<std::string> allowedCode;  ///< SHA-256 or file, TorchScript that may run
  std::string folder;                    ///< predictions: what is compared with the sources
  std::string pattern, dataset;          ///< predictions
  std::vector<std::string> methods;      ///< ids
  std::vector<std::string> settings;     ///< METHOD.KEY=VALUE
  std::string low;                       ///< real, simulated, or empty: real where there is any
  std::string preset;
  std::vector<std::string> degradation;  ///< KEY=VALUE
  std::vector<std::string> protocols;    ///< ids
  std::uint64_t seed = 1;
  std::string device;
  std::string runDevice;  ///< run: in place of the file's; empty: the file's
  std::string out;
  bool savePredictions = false;
};

/// The options of weights ACTION.
struct WeightsOptions {
  std::string action;              ///< list, fetch, inspect, …
  std::vector<std::string> names;  ///< fetch, remove: of the catalogue
  std::string file, out;           ///< inspect, verify, convert; convert
  bool acceptLicence = false;
  double timeout = 30;  ///< seconds without a byte
  int retries = 4;
};

/// The options of forward and conformance.
struct NetworkOptions {
  std::string architecture;
  std::vector<std::string> settings;  ///< KEY=VALUE
  std::vector<std::string> weights;   ///< files, or "conformance"
  std::vector<std::string> fillAdd;   ///< KEY=NUMBER
  std::string in, out;                ///< safetensors
  std::string device = "cpu";
  std::string precision = "float32";
  bool keys = false;
};

enum class Verb {
  kInfo,
  kList,
  kDegrade,
  kUpsample,
  kEvaluate,
  kRun,
  kPredictions,
  kWeights,
  kForward,
  kConformance
};

/// A whole command line.
struct Options {
  Verb verb = Verb::kInfo;
  int logLevel = 2;       ///< spdlog's: 1 debug (-v), 2 info, 3 warning (-q)
  bool json = false;      ///< data on standard output as JSON
  bool markdown = false;  ///< list methods: the page of the documentation
  std::string listed;     ///< list: methods, architectures, metrics, protocols, presets
  RunOptions run;
  WeightsOptions weights;
  NetworkOptions network;
};

/// Reads a command line. Help and version go to standard output, a usage error to standard error.
/// @param exit  set where there is nothing more to do: kDone or kUsage
Options readOptions(int count, const char* const* arguments, std::optional<int>& exit);

}  // namespace fathom::cli
