#include "datasets/codecs/hdf5_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <hdf5.h>

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "datasets/codecs/stored_depth.h"

namespace fathom {
namespace {

/// An HDF5 identifier that is closed when it goes.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }
  operator hid_t() const { return id_; }
  bool valid() const { return id_ >= 0; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

/// The dimensions without those of length 1 around them.
std::size_t mapDimensions(std::vector<std::int64_t> shape) {
  while (shape.size() > 2 && shape.front() == 1) shape.erase(shape.begin());
  while (shape.size() > 2 && shape.back() == 1) shape.pop_back();
  return shape.size();
}

std::vector<std::int64_t> shapeOf(hid_t dataset) {
  const Handle space(H5Dget_space(dataset), H5Sclose);
  const int rank = H5Sget_simple_extent_ndims(space);
  if (rank < 0 || rank > 8) return {};
  std::vector<hsize_t> lengths(static_cast<std::size_t>(rank));
  if (H5Sget_simple_extent_dims(space, lengths.data(), nullptr) < 0) return {};
  std::vector<std::int64_t> shape;
  for (const hsize_t length : lengths) {
    shape.push_back(static_cast<std::int64_t>(std::min<hsize_t>(length, 1ull << 40)));
  }
  return shape;
}

/// Every two-dimensional dataset of the file, by path.
struct Found {
  std::vector<std::string> names;
  std::size_t seen = 0;
};

herr_t collect(hid_t file, const char* name, const H5O_info_t* info, void* to) {
  auto& found = *static_cast<Found*>(to);
  if (++found.seen > 100'000) return 1;  // enough
  if (info->type != H5O_TYPE_DATASET) return 0;
  const Handle dataset(H5Dopen2(file, name, H5P_DEFAULT), H5Dclose);
  if (dataset.valid() && mapDimensions(shapeOf(dataset)) == 2) found.names.emplace_back(name);
  return 0;
}

std::string chosenDataset(hid_t file, const std::string& name) {
  Found found;
  H5Ovisit(file, H5_INDEX_NAME, H5_ITER_NATIVE, collect, &found);
  if (found.names.size() == 1) return found.names[0];
  for (const char* wanted : {"depth", "prediction"}) {
    if (std::ranges::find(found.names, wanted) != found.names.end()) return wanted;
  }
  if (found.names.empty()) throw FileError("holds no two-dimensional dataset", name);
  if (found.names.size() > 10) found.names.resize(10);
  throw FileError(
      fmt::format("holds several two-dimensional datasets: {}", fmt::join(found.names, ", ")), name,
      "Say which one is meant with dataset = \"…\"");
}

void refuseForeignData(hid_t dataset, const std::string& name) {
  const Handle list(H5Dget_create_plist(dataset), H5Pclose);
  if (H5Pget_external_count(list) > 0 || H5Pget_layout(list) == H5D_VIRTUAL) {
    throw FileError("keeps its values in other files, which is not followed", name,
                    "Write them into this file");
  }
}

}  // namespace

Hdf5Dataset readHdf5Here(const std::string& file, const std::string& dataset, bool values) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  H5PLset_loading_state(0);  // a file chooses no program code
  const Handle opened(H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  if (!opened.valid()) {
    throw FileError("cannot be opened as HDF5", file,
                    "It is damaged, cut short or still being written: write it again");
  }
  const std::string path = dataset.empty() ? chosenDataset(opened, file) : dataset;
  const Handle found(H5Dopen2(opened, path.c_str(), H5P_DEFAULT), H5Dclose);
  if (!found.valid()) throw FileError(fmt::format("has no dataset \"{}\"", path), file);
  refuseForeignData(found, file);
  const Handle type(H5Dget_type(found), H5Tclose);
  const H5T_class_t kind = H5Tget_class(type);
  if (kind != H5T_FLOAT && kind != H5T_INTEGER) {
    throw FileError(fmt::format("holds no numbers in \"{}\"", path), file);
  }
  Hdf5Dataset made{shapeOf(found), kind == H5T_INTEGER, {}};
  const Size size = mapSize(made.shape, file);
  if (!values) return made;
  made.values.resize(static_cast<std::size_t>(size.height * size.width));
  if (H5Dread(found, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, made.values.data()) < 0) {
    throw FileError(fmt::format("cannot be read: \"{}\" is damaged", path), file, "Write it again");
  }
  return made;
}

}  // namespace fathom
