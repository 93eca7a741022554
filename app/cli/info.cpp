#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/cli/verbs.h"
#include "core/device.h"
#include "core/log.h"
#include "core/provenance.h"

namespace fathom::cli {
namespace {

using Json = nlohmann::ordered_json;

Json devices() {
  Json list = Json::array({"cpu"});
  if (!hasCudaDevice()) return list;
  for (int index = 0;; ++index) {
    try {
      list.push_back(deviceFromText(fmt::format("cuda:{}", index)).str());
    } catch (const std::exception&) {
      return list;
    }
  }
}

Json information() {
  const Provenance build = makeProvenance(describeDevice(at::kCPU), 0);
  std::error_code unknown;
  return {{"version", build.version},
          {"commit", build.commit},
          {"torch", build.torch},
          {"cuda_built", builtWithCuda()},
          {"cuda_found", hasCudaDevice()},
          {"devices", devices()},
          {"threads", at::get_num_threads()},
          {"program", std::filesystem::read_symlink("/proc/self/exe", unknown).string()},
          {"state_folder", stateFolder()}};
}

}  // namespace

int showInfo(bool json) {
  const Json all = information();
  if (json) {
    printData(all.dump(2) + "\n");
    return kDone;
  }
  const auto text = [&](const char* key) { return all[key].get<std::string>(); };
  std::string devices;
  for (const Json& device : all["devices"]) devices += " " + device.get<std::string>();
  const bool found = all["cuda_found"].get<bool>();
  printData(
      fmt::format("fathom    {} (commit {})\n"
                  "LibTorch  {}\n"
                  "CUDA      {}, {}\n"
                  "devices  {}\n"
                  "threads   {} (OMP_NUM_THREADS changes it)\n"
                  "program   {}\n"
                  "state     {}\n",
                  text("version"), text("commit"), text("torch"),
                  builtWithCuda() ? "kernels built in" : "kernels not built in",
                  found ? "a GPU answers" : "no GPU answers", devices, all["threads"].get<int>(),
                  text("program"), text("state_folder")));
  return kDone;
}

}  // namespace fathom::cli
