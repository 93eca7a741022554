#include "models/rga/rga.h"

#include "models/layers/resize.h"
#include "models/runtime/picture.h"

namespace fathom {

RgaAdainUNet::RgaAdainUNet(const NafShape& shape)
    : guide_(part<DepthAnything>("depth_anything", depthAnythingVariant("vits", "v1"), 0.0)),
      unet_(part<RgaUNet>("unet", shape)) {}

NamedTensors RgaAdainUNet::forward(const NamedTensors& inputs, const Progress& progress) const {
  const at::Tensor& image = imageInput(inputs, "image", 3);
  const at::Tensor relative = guide_.depth(imageInput(inputs, "guide", 3), progress.part(0, 0.3));
  const at::Tensor full = bilinear(relative, sizeOf(image), true);
  return {{"depth", unet_.predict(image, minMax(full).normalised(full),
                                  imageInput(inputs, "depth", 1), progress.part(0.3, 1))}};
}

void registerRga(Architectures& architectures) {
  ArchitectureInfo info = architectures.info("rga_unet");
  info.id = "rga_adain_unet";
  info.title = "RGA AdaIN U-Net with its guide";
  info.inputs = {"image", "guide", "depth"};
  architectures.add(std::move(info), [](const Values& values) {
    return std::make_unique<RgaAdainUNet>(nafShapeOf(values));
  });
}

}  // namespace fathom
