// The only file that includes CLI11: it takes seconds to compile.
#include "app/cli/options.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdint>
#include <memory>
#include <sstream>

#include "app/cli/text.h"
#include "core/provenance.h"

namespace fathom::cli {
namespace {

constexpr const char* kExitCodes =
    "Exit codes: 0 all done; 1 some samples failed or results could not be written; 2 wrong "
    "usage;\n"
    "3 nothing readable; 130 cancelled (Ctrl-C keeps what is finished, a second one ends at once).";

constexpr const char* kSourceHelp =
    "a folder of samples (AIS/AIM 2024 challenge, TartanAir), or embedded scenes: scenes:A-B "
    "(frame "
    "0 of scenes A to B), scenes:A-B@N (their first N frames)";

/// Help that is wrapped and names what an option takes, nothing else.
class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_option(const CLI::Option* option, bool positional) const override {
    std::string name = "  " + option->get_name(positional, true);
    if (!positional && option->get_items_expected_max() > 0) name += " " + option->get_type_name();
    if (positional && option->get_items_expected_max() > 1) name += "...";
    const std::string gap = name.size() + 2 > kColumn ? "\n" + std::string(kColumn, ' ')
                                                      : std::string(kColumn - name.size(), ' ');
    std::string text = option->get_description();
    if (option->get_required() && !positional) text = "Required. " + text;
    return name + gap + wrapped(text, kColumn) + "\n";
  }
  std::string make_subcommand(const CLI::App* verb) const override {
    const std::string name = "  " + verb->get_name();
    return name + std::string(kColumn - name.size(), ' ') +
           wrapped(verb->get_description(), kColumn) + "\n";
  }

 private:
  static constexpr std::size_t kColumn = 30;
};

/// CLI11 takes "-1" for a large number.
std::uint64_t seedFromText(const std::string& text) {
  std::uint64_t seed = 0;
  const char* end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(text.data(), end, seed);
  if (problem != std::errc() || rest != end) {
    throw CLI::ValidationError(
        "--seed", "\"" + text + "\" is not a whole number from 0 to " + std::to_string(UINT64_MAX));
  }
  return seed;
}

constexpr const char* kWeightsCodes =
    "Exit codes: 0 all done; 1 a file could not be had, read or written; 2 wrong usage, or a "
    "licence\n"
    "that is not accepted; 130 cancelled (what has arrived is kept).\n";

std::string footer(const char* example, const char* codes = kExitCodes) {
  return std::string("Example:\n  ") + example + "\n\n" + codes + "\n";
}

std::string namesOf(const std::vector<const CLI::App*>& verbs) {
  std::string text;
  for (const CLI::App* verb : verbs) text += (text.empty() ? "" : ", ") + verb->get_name();
  return text;
}

/// "a,b" given once or several times as one list; an empty part is dropped.
std::vector<std::string> splitAtCommas(const std::vector<std::string>& given) {
  std::vector<std::string> parts;
  for (const std::string& each : given) {
    std::istringstream stream(each);
    for (std::string part; std::getline(stream, part, ',');) {
      if (!part.empty()) parts.push_back(part);
    }
  }
  return parts;
}

/// The command line being built and what it fills.
class Parser {
 public:
  Parser() : app_("Compressed depth-map super-resolution without a window.", "fathom-cli") {
    const Provenance build = makeProvenance("", 0);
    app_.set_version_flag("--version", "fathom-cli " + build.version + " (" + build.commit + ")",
                          "Print the version and leave");
    app_.set_help_flag("-h,--help", "Print this help and leave");
    app_.footer(footer("fathom-cli evaluate scenes:0-4 --methods bicubic,lanczos --out results") +
                "\nEvery verb has its own help: fathom-cli evaluate --help");
    app_.formatter(std::make_shared<HelpFormatter>());
    addInfo();
    addList();
    addDegrade();
    addUpsample();
    addEvaluate();
    addRun();
    addPredictions();
    addWeights();
    addForward();
    addConformance();
  }

  Options read(int count, const char* const* arguments, std::optional<int>& exit) {
    try {
      app_.parse(count, arguments);
      if (app_.get_subcommands().empty()) throw CLI::RequiredError("one of the verbs " + verbs());
    } catch (const CLI::Success& done) {  // --help, --version
      app_.exit(done);
      exit = kDone;
    } catch (const CLI::ExtrasError& error) {
      const bool verb = app_.get_subcommands().empty() && unknownVerb(count, arguments);
      refuse(verb ? std::string("there is no verb \"") + unknownVerb(count, arguments) +
                        "\"; known are " + verbs()
                  : error.what());
      exit = kUsage;
    } catch (const CLI::ParseError& error) {
      refuse(error.what());
      exit = kUsage;
    }
    RunOptions& run = options_.run;
    run.methods = splitAtCommas(run.methods);
    run.protocols = splitAtCommas(run.protocols);
    options_.logLevel = quiet_ ? 3 : verbose_ ? 1 : 2;
    return options_;
  }

 private:
  void refuse(const std::string& problem) const {
    std::cerr << "fathom-cli: " << problem << "\nSee " << command() << " --help\n";
  }

  /// The first argument that is no option, where it was not taken for a verb; else null.
  static const char* unknownVerb(int count, const char* const* arguments) {
    for (int i = 1; i < count; ++i) {
      if (arguments[i][0] != '-') return arguments[i];
    }
    return nullptr;
  }

  /// "fathom-cli" and the verb, if one was recognised.
  std::string command() const {
    std::string text = "fathom-cli";
    for (const CLI::App* verb : app_.get_subcommands()) text += " " + verb->get_name();
    return text;
  }

  std::string verbs() const { return namesOf(app_.get_subcommands({})); }

  CLI::App* addVerb(Verb verb, const char* name, const char* description, const char* example) {
    CLI::App* app = app_.add_subcommand(name, description);
    app->footer(footer(example));
    app->callback([this, verb] { options_.verb = verb; });
    addLoudness(app);
    return app;
  }

  void addLoudness(CLI::App* app) {
    CLI::Option* quiet = app->add_flag("-q,--quiet", quiet_, "Only warnings, errors and data");
    app->add_flag("-v,--verbose", verbose_, "Also what is of interest when something is odd")
        ->excludes(quiet);
  }

  void addInfo() {
    CLI::App* app =
        addVerb(Verb::kInfo, "info", "Version, commit, libraries, devices, threads and folders",
                "fathom-cli info --json");
    app->add_flag("--json", options_.json, "As one JSON object");
  }

  void addList() {
    CLI::App* app = addVerb(Verb::kList, "list", "What can be named on a command line",
                            "fathom-cli list methods");
    app->add_option("WHAT", options_.listed,
                    "methods, architectures, metrics, protocols or presets")
        ->required()
        ->check(CLI::IsMember({"methods", "architectures", "metrics", "protocols", "presets"})
                    .description(""))
        ->type_name("");
    CLI::Option* json =
        app->add_flag("--json", options_.json, "As one JSON array of objects with an id");
    app->add_flag("--markdown", options_.markdown, "methods: as a page with what each one costs")
        ->excludes(json);
  }

  void addDegrade() {
    CLI::App* app = addVerb(
        Verb::kDegrade, "degrade",
        "Make small, coarse, noisy depth maps from true ones: low/SAMPLE.npy, low/SAMPLE.json",
        "fathom-cli degrade scenes:0-9 --degradation factor=4 --out maps");
    addSources(app);
    addDegradation(app);
    addOutput(app);
  }

  void addUpsample() {
    CLI::App* app =
        addVerb(Verb::kUpsample, "upsample",
                "Restore depth maps, without scoring them: predictions/METHOD/SAMPLE.npy in metres",
                "fathom-cli upsample challenge --low real --methods bicubic --out restored");
    addSources(app);
    addMethods(app);
    addDegradation(app);
    addOutput(app);
  }

  void addEvaluate() {
    CLI::App* app = addVerb(
        Verb::kEvaluate, "evaluate",
        "Restore depth maps and score them: scores.csv, scores.json, table.md, table.tex, low/",
        "fathom-cli evaluate scenes:0-4 --methods bicubic,lanczos --low simulated --out results");
    addSources(app);
    addMethods(app);
    addDegradation(app);
    list(app, "--protocol", options_.run.protocols,
         "What counts, see fathom-cli list protocols (plain,clip-20)", "P,Q,...");
    options_.run.protocols = {"plain", "clip-20"};
    addOutput(app);
    addScoring(app);
  }

  void addRun() {
    RunOptions& run = options_.run;
    CLI::App* app =
        addVerb(Verb::kRun, "run", "Run an experiment from a file, and write what evaluate writes",
                "fathom-cli run experiment.toml --out results");
    app->add_option("FILE", run.runFile, "A run file (TOML), see docs/command-line.md")
        ->required()
        ->type_name("");
    app->add_option("--device", run.runDevice, "cpu, cuda or cuda:N, in place of the file's")
        ->type_name("DEVICE");
    addOut(app);
    addCode(app);
    addScoring(app);
  }

  void addPredictions() {
    RunOptions& run = options_.run;
    CLI::App* app = addVerb(Verb::kPredictions, "predictions",
                            "Compare a folder of predictions with samples: missing, extra, wrong",
                            "fathom-cli predictions out/my_method challenge");
    app->add_option("FOLDER", run.folder, "Files named after samples: npy, png, pfm, exr, h5")
        ->required()
        ->type_name("");
    addSources(app);
    app->add_option("--pattern", run.pattern, "How files are named ({sample} and any ending)")
        ->type_name("NAME");
    app->add_option("--dataset", run.dataset, "In HDF5 files (the only two-dimensional one)")
        ->type_name("PATH");
    app->add_flag("--json", options_.json, "As one JSON object");
  }

  void addCode(CLI::App* app) {
    list(app, "--allow-code", options_.run.allowedCode,
         "A TorchScript file, or its SHA-256, that may run from now on; may be repeated",
         "FILE|SHA256");
  }

  void addScoring(CLI::App* app) {
    app->add_flag("--save-predictions", options_.run.savePredictions,
                  "Also write predictions/METHOD/SAMPLE.npy in metres");
    app->add_flag("--json", options_.json, "Print scores.json instead of a table");
  }

  void addOut(CLI::App* app) {
    app->add_option("-o,--out", options_.run.out,
                    "Folder for the results; those of an earlier run in it are replaced")
        ->required()
        ->type_name("DIR");
  }

  void addWeights() {
    CLI::App* app = app_.add_subcommand("weights", "Weights files: what is there, and get more");
    app->footer(
        footer("fathom-cli weights fetch depth_anything_v2_vits --accept-licence", kWeightsCodes));
    app->callback([app] {
      if (app->get_subcommands().empty()) {
        throw CLI::RequiredError("one of the actions " +
                                 namesOf(std::as_const(*app).get_subcommands({})));
      }
    });
    addWeightsAction(app, "list", "Name, state, licence and size of every file of the catalogue");
    CLI::App* fetch = addWeightsAction(app, "fetch", "Download files; interrupted ones go on");
    WeightsOptions& weights = options_.weights;
    addArgument(fetch, "NAME", weights.names, "See fathom-cli weights list");
    fetch->add_flag("--accept-licence", weights.acceptLicence, "Accept the licences of the files");
    fetch->add_option("--timeout", weights.timeout, "Seconds without a byte (30)")
        ->check(CLI::Range(0.01, 3600.0).description(""))
        ->type_name("S");
    fetch->add_option("--retries", weights.retries, "After a lost connection (4)")
        ->check(CLI::Range(0, 1000).description(""))
        ->type_name("N");
    CLI::App* inspect =
        addWeightsAction(app, "inspect", "Format, tensors and notes of a weights file");
    addArgument(inspect, "FILE", weights.file, "A weights file, or a name of the catalogue");
    CLI::App* verify =
        addWeightsAction(app, "verify", "Compare a file's bytes with its hash and checksums");
    addArgument(verify, "FILE", weights.file, "A weights file, or a name of the catalogue");
    CLI::App* convert = addWeightsAction(app, "convert", "Write a weights file as safetensors");
    addArgument(convert, "FILE", weights.file, "A weights file, or a name of the catalogue");
    addArgument(convert, "OUT", weights.out, "The .safetensors file to write");
    CLI::App* remove = addWeightsAction(app, "remove", "Delete files from the weights folder");
    addArgument(remove, "NAME", weights.names, "See fathom-cli weights list");
  }

  void addForward() {
    NetworkOptions& network = options_.network;
    CLI::App* app = addVerb(
        Verb::kForward, "forward",
        "Run a bare network on raw tensors, exactly as its reference's forward does",
        "fathom-cli forward scale_adjustment --weights conformance --in in.safetensors --out "
        "out.safetensors");
    app->add_option("ARCHITECTURE", network.architecture, "See fathom-cli list architectures")
        ->required()
        ->type_name("");
    list(app, "--set", network.settings, "A setting of the architecture; may be repeated",
         "KEY=VALUE");
    list(app, "--weights", network.weights,
         "A weights file (may be repeated: backbone and head), or conformance: the deterministic "
         "filling",
         "FILE");
    list(app, "--fill-add", network.fillAdd,
         "With conformance: add a number to every element of a tensor; may be repeated", "KEY=b");
    app->add_option("--in", network.in, "The inputs by name, safetensors")->type_name("FILE");
    app->add_option("--out", network.out, "For the outputs, safetensors")->type_name("FILE");
    app->add_flag("--keys", network.keys, "List the state dict as JSON and leave");
    addMachine(app);
  }

  void addConformance() {
    CLI::App* app = addVerb(Verb::kConformance, "conformance",
                            "Hold every network against the numbers of its reference",
                            "fathom-cli conformance --json");
    app->add_flag("--json", options_.json, "As one JSON array");
    addMachine(app);
  }

  void addMachine(CLI::App* app) {
    NetworkOptions& network = options_.network;
    app->add_option("--device", network.device, "cpu, cuda or cuda:N (cpu)")->type_name("DEVICE");
    app->add_option("--precision", network.precision, "float32 or bfloat16 (float32)")
        ->check(CLI::IsMember({"float32", "bfloat16"}).description(""))
        ->type_name("TYPE");
  }

  CLI::App* addWeightsAction(CLI::App* verb, const char* name, const char* help) {
    CLI::App* app = verb->add_subcommand(name, help);
    app->footer(kWeightsCodes);
    app->callback([this, name = std::string(name)] {
      options_.verb = Verb::kWeights;
      options_.weights.action = name;
    });
    addLoudness(app);
    app->add_flag("--json", options_.json, "As JSON");
    return app;
  }

  template <class Type>
  static void addArgument(CLI::App* app, const char* name, Type& to, const char* help) {
    app->add_option(name, to, help)->required()->type_name("");
  }

  /// An option that takes one argument each time it is given, so that it never eats a SOURCE.
  static CLI::Option* list(CLI::App* app, const char* name, std::vector<std::string>& to,
                           const char* help, const char* shape) {
    return app->add_option(name, to, help)->allow_extra_args(false)->type_name(shape);
  }

  void addSources(CLI::App* app) {
    app->add_option("SOURCE", options_.run.sources, kSourceHelp)->required()->type_name("");
  }

  void addMethods(CLI::App* app) {
    RunOptions& run = options_.run;
    list(app, "--methods", run.methods, "Which methods, see fathom-cli list methods (default)",
         "A,B,...");
    run.methods = {"default"};
    list(app, "--method-file", run.methodFiles,
         "A run file whose methods can be named too; may be repeated", "FILE");
    addCode(app);
    list(app, "--set", run.settings, "A setting of a method; may be repeated", "METHOD.KEY=VALUE");
    app->add_option("--low", run.low,
                    "The maps to start from: real, those of the data, or simulated from the truth "
                    "(real if the data has any)")
        ->check(CLI::IsMember({"real", "simulated"}).description(""))
        ->type_name("real|simulated");
  }

  void addDegradation(CLI::App* app) {
    RunOptions& run = options_.run;
    run.preset = "challenge-measured";
    app->add_option("--preset", run.preset,
                    "How maps are simulated, see fathom-cli list presets (challenge-measured)")
        ->type_name("PRESET");
    list(app, "--degradation", run.degradation,
         "A parameter of the preset to change; may be repeated", "KEY=VALUE");
    app->add_option_function<std::string>(
           "--seed", [&run](const std::string& text) { run.seed = seedFromText(text); },
           "Of the noise: same seed, same bytes (1)")
        ->type_name("N");
  }

  void addOutput(CLI::App* app) {
    RunOptions& run = options_.run;
    run.device = "cpu";
    app->add_option("--device", run.device, "cpu, cuda or cuda:N (cpu)")->type_name("DEVICE");
    addOut(app);
  }

  CLI::App app_;
  Options options_;
  bool quiet_ = false, verbose_ = false;
};

}  // namespace

Options readOptions(int count, const char* const* arguments, std::optional<int>& exit) {
  return Parser().read(count, arguments, exit);
}

}  // namespace fathom::cli
