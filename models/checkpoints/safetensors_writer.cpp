#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <unordered_set>

#include "core/atomic_file.h"
#include "core/error.h"
#include "models/checkpoints/checkpoint.h"
#include "models/checkpoints/element_types.h"
#include "models/checkpoints/tensor_bytes.h"

namespace fathom {
namespace {

using Json = nlohmann::ordered_json;
using Metadata = std::map<std::string, std::string>;

constexpr std::size_t kAlignment = 8;

/// The order of the data: widest elements first, so that each tensor begins at a multiple of its
/// element's size although the format allows no gaps. The header keeps the given order.
std::vector<std::size_t> dataOrder(const std::vector<TensorInfo>& infos) {
  std::vector<std::size_t> order(infos.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return c10::elementSize(infos[a].type) > c10::elementSize(infos[b].type);
  });
  return order;
}

void checkInfos(const std::vector<TensorInfo>& infos, const std::string& subject) {
  std::unordered_set<std::string_view> seen;
  for (const TensorInfo& info : infos) {
    const auto refuse = [&](const std::string& what) {
      throw BadInput(fmt::format("\"{}\" {}", info.key, what), subject);
    };
    if (info.key == "__metadata__") refuse("is not a name for a tensor");
    if (!seen.insert(info.key).second) refuse("comes twice");
    if (safetensorsName(info.type) == nullptr) {
      refuse(fmt::format("is {}, which safetensors files do not hold", elementName(info.type)));
    }
    if (info.shape.size() > kMaxRank) refuse("has more than 8 dimensions");
    if (!byteCount(info)) refuse("is too large");
  }
  if (infos.size() > kMaxTensors) throw BadInput("more than 100,000 tensors", subject);
}

/// Length and header text, padded so that the data begins at a multiple of 8.
std::string headerBytes(const std::vector<TensorInfo>& infos, const std::vector<std::size_t>& order,
                        const Metadata& metadata, const std::string& subject) {
  std::vector<std::int64_t> begins(infos.size());
  std::int64_t next = 0;
  for (const std::size_t i : order) {
    begins[i] = next;
    if (__builtin_add_overflow(next, *byteCount(infos[i]), &next)) {
      throw BadInput("the tensors are too large together", subject);
    }
  }
  Json json = Json::object();
  if (!metadata.empty()) json["__metadata__"] = metadata;
  for (std::size_t i = 0; i < infos.size(); ++i) {
    Json entry = {{"dtype", safetensorsName(infos[i].type)},
                  {"shape", infos[i].shape},
                  {"data_offsets", {begins[i], begins[i] + *byteCount(infos[i])}}};
    // Not json[key]: an ordered object would look through all names before.
    json.get_ref<Json::object_t&>().emplace_back(infos[i].key, std::move(entry));
  }
  std::string text;
  try {
    text = json.dump();
  } catch (const Json::exception&) {
    throw BadInput("a name or the metadata is not valid UTF-8", subject);
  }
  text.resize((text.size() + kAlignment - 1) / kAlignment * kAlignment, ' ');
  std::string bytes;
  for (int shift = 0; shift < 64; shift += 8) bytes += static_cast<char>(text.size() >> shift);
  return bytes + text;
}

}  // namespace

void writeSafetensors(const std::filesystem::path& path, const std::vector<TensorInfo>& infos,
                      const std::function<at::Tensor(std::size_t)>& tensorOf,
                      const Metadata& metadata, const Progress& progress) {
  checkInfos(infos, path.string());
  const std::vector<std::size_t> order = dataOrder(infos);
  const std::string header = headerBytes(infos, order, metadata, path.string());
  double total = 1, done = 0;
  for (const TensorInfo& info : infos) total += static_cast<double>(*byteCount(info));
  writeFile(path, [&](const Append& append) {
    append(header.data(), header.size());
    for (const std::size_t i : order) {
      progress.at(done / total, infos[i].key);
      const at::Tensor tensor = tensorOf(i).contiguous();
      if (tensor.scalar_type() != infos[i].type || tensor.sizes() != infos[i].shape ||
          !tensor.device().is_cpu()) {
        throw BadInput(fmt::format("\"{}\" is not the tensor that was announced", infos[i].key),
                       path.string());
      }
      append(tensor.const_data_ptr(), tensor.nbytes());
      done += static_cast<double>(tensor.nbytes());
    }
  });
}

void writeSafetensors(const std::filesystem::path& path,
                      const std::vector<std::pair<std::string, at::Tensor>>& tensors,
                      const Metadata& metadata) {
  std::vector<TensorInfo> infos;
  infos.reserve(tensors.size());
  for (const auto& [key, tensor] : tensors) {
    infos.push_back({key, tensor.scalar_type(), tensor.sizes().vec()});
  }
  writeSafetensors(path, infos, [&](std::size_t i) { return tensors[i].second; }, metadata, {});
}

}  // namespace fathom
