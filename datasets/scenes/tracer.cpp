#include "datasets/scenes/tracer.h"

#if __has_include(<embree4/rtcore.h>)
#include <embree4/rtcore.h>
#else
#include <embree3/rtcore.h>
#endif

#include <limits>

#include "core/error.h"

namespace fathom::scenes {
namespace {

constexpr unsigned kNone = RTC_INVALID_GEOMETRY_ID;

void fill(RTCRay& ray, Vec3 origin, Vec3 direction, float reach) {
  ray.org_x = origin.x, ray.org_y = origin.y, ray.org_z = origin.z;
  ray.dir_x = direction.x, ray.dir_y = direction.y, ray.dir_z = direction.z;
  ray.tnear = 0, ray.tfar = reach, ray.time = 0;
  ray.mask = ~0u, ray.id = 0, ray.flags = 0;
}

RTCScene emptyScene(RTCDevice device, RTCSceneFlags flags, TreeQuality quality) {
  RTCScene scene = rtcNewScene(device);
  rtcSetSceneBuildQuality(
      scene, quality == TreeQuality::kBest ? RTC_BUILD_QUALITY_MEDIUM : RTC_BUILD_QUALITY_LOW);
  rtcSetSceneFlags(scene, flags);
  return scene;
}

void attachMesh(RTCDevice device, RTCScene scene, const Mesh& mesh, TreeQuality quality) {
  if (mesh.tags.empty()) return;
  RTCGeometry geometry = rtcNewGeometry(device, RTC_GEOMETRY_TYPE_TRIANGLE);
  void* points = rtcSetNewGeometryBuffer(geometry, RTC_BUFFER_TYPE_VERTEX, 0, RTC_FORMAT_FLOAT3,
                                         sizeof(Vec3), mesh.positions.size());
  void* corners = rtcSetNewGeometryBuffer(geometry, RTC_BUFFER_TYPE_INDEX, 0, RTC_FORMAT_UINT3,
                                          3 * sizeof(std::uint32_t), mesh.tags.size());
  if (points == nullptr || corners == nullptr) {
    rtcReleaseGeometry(geometry);
    throw OutOfMemory("there is not enough memory for the geometry of an embedded scene");
  }
  std::copy(mesh.positions.begin(), mesh.positions.end(), static_cast<Vec3*>(points));
  std::copy(mesh.indices.begin(), mesh.indices.end(), static_cast<std::uint32_t*>(corners));
  if (quality == TreeQuality::kQuick) rtcSetGeometryBuildQuality(geometry, RTC_BUILD_QUALITY_LOW);
  rtcCommitGeometry(geometry);
  rtcAttachGeometryByID(scene, geometry, 0);
  rtcReleaseGeometry(geometry);
}

void attachInstance(RTCDevice device, RTCScene world, RTCScene prototype, const Instance& instance,
                    unsigned id) {
  RTCGeometry geometry = rtcNewGeometry(device, RTC_GEOMETRY_TYPE_INSTANCE);
  rtcSetGeometryInstancedScene(geometry, prototype);
  const Frame& f = instance.frame;
  const Vec3 x = f.ax * instance.scale, y = f.ay * instance.scale, z = f.az * instance.scale;
  const float columns[12] = {x.x, x.y, x.z, y.x,        y.y,        y.z,
                             z.x, z.y, z.z, f.origin.x, f.origin.y, f.origin.z};
  rtcSetGeometryTransform(geometry, 0, RTC_FORMAT_FLOAT3X4_COLUMN_MAJOR, columns);
  rtcCommitGeometry(geometry);
  rtcAttachGeometryByID(world, geometry, id);
  rtcReleaseGeometry(geometry);
}

Vec3 blended(const Vec3& a, const Vec3& b, const Vec3& c, float u, float v) {
  return a * (1 - u - v) + b * u + c * v;
}

/// Embree's device, made once and never given back: making and releasing devices while another
/// thread builds a tree is not safe, and at the program's end nobody needs the memory.
RTCDevice sharedDevice() {
  // One thread: the order in which a tree is built, and so which of two equally near faces is
  // met, must not depend on the machine's cores.
  static const RTCDevice device = rtcNewDevice("threads=1,set_affinity=0");
  if (device == nullptr) {
    throw Error("Embree, which renders the embedded scenes, does not start", "embedded scenes",
                "Check that the Embree library is not damaged and that memory is left");
  }
  return device;
}

}  // namespace

struct Tracer::Embree {
  RTCScene world = nullptr;
  std::vector<RTCScene> prototypes;

  ~Embree() {
    for (RTCScene scene : prototypes) rtcReleaseScene(scene);
    if (world != nullptr) rtcReleaseScene(world);
  }
};

Tracer::Tracer(const Scene& scene, TreeQuality quality)
    : scene_(scene), embree_(std::make_unique<Embree>()) {
  RTCDevice device = sharedDevice();
  // Robust: rays that meet an edge must not slip through between two triangles. Trees and other
  // things that are instanced have gaps enough.
  embree_->world = emptyScene(device, RTC_SCENE_FLAG_ROBUST, quality);
  attachMesh(device, embree_->world, scene.meshes[0], quality);
  for (std::size_t i = 1; i < scene.meshes.size(); ++i) {
    embree_->prototypes.push_back(emptyScene(device, RTC_SCENE_FLAG_NONE, quality));
    attachMesh(device, embree_->prototypes.back(), scene.meshes[i], quality);
    rtcCommitScene(embree_->prototypes.back());
  }
  for (std::size_t i = 0; i < scene.instances.size(); ++i) {
    const Instance& instance = scene.instances[i];
    attachInstance(device, embree_->world, embree_->prototypes[instance.mesh - 1], instance,
                   static_cast<unsigned>(i + 1));
  }
  rtcCommitScene(embree_->world);
  if (rtcGetDeviceError(device) != RTC_ERROR_NONE) {
    throw OutOfMemory("there is not enough memory for an embedded scene");
  }
}

Tracer::~Tracer() = default;

bool Tracer::intersect(Vec3 origin, Vec3 direction, Hit& hit) const {
  RTCRayHit query;
  fill(query.ray, origin, direction, std::numeric_limits<float>::infinity());
  query.hit.geomID = kNone;
  query.hit.instID[0] = kNone;
#if RTC_VERSION_MAJOR >= 4
  rtcIntersect1(embree_->world, &query, nullptr);
#else
  RTCIntersectContext context;
  rtcInitIntersectContext(&context);
  rtcIntersect1(embree_->world, &context, &query);
#endif
  if (query.hit.geomID == kNone) return false;
  const bool instanced = query.hit.instID[0] != kNone;
  const Instance* instance = instanced ? &scene_.instances[query.hit.instID[0] - 1] : nullptr;
  const Mesh& mesh = scene_.meshes[instanced ? instance->mesh : 0];
  const std::uint32_t face = query.hit.primID;
  const std::uint32_t* corner = &mesh.indices[3 * static_cast<std::size_t>(face)];
  const Tag tag = mesh.tags[face];
  Vec3 geometric = normalized({query.hit.Ng_x, query.hit.Ng_y, query.hit.Ng_z});
  Vec3 smooth = blended(mesh.normals[corner[0]], mesh.normals[corner[1]], mesh.normals[corner[2]],
                        query.hit.u, query.hit.v);
  if (instanced) {
    geometric = normalized(instance->frame.vector(geometric));
    smooth = instance->frame.vector(smooth);
  }
  if (dot(geometric, direction) > 0) geometric = -geometric;
  const float size = length(smooth);
  hit.t = query.ray.tfar;
  hit.p = origin + direction * hit.t;
  hit.geometric = geometric;
  hit.open = std::min(1.f, size);
  hit.normal = size > 0 ? smooth * (1 / size) : geometric;
  const bool leaf = scene_.materials[tag.material].texture == Texture::kLeaves;
  if (!leaf && dot(hit.normal, geometric) < 0) hit.normal = -hit.normal;
  hit.tag = tag;
  hit.instance = instanced ? query.hit.instID[0] : 0;
  hit.object = instanced ? query.hit.instID[0] + 70000u : tag.frame;
  hit.face = face;
  return true;
}

Frame Tracer::frameOf(const Hit& hit, float& scale) const {
  scale = 1;
  if (hit.instance == 0) return scene_.meshes[0].frames[hit.tag.frame];
  const Instance& instance = scene_.instances[hit.instance - 1];
  const Frame& inner = scene_.meshes[instance.mesh].frames[hit.tag.frame];
  Frame frame = instance.frame.of(inner);
  frame.origin = instance.frame.point(inner.origin * instance.scale);
  scale = instance.scale;
  return frame;
}

bool Tracer::occluded(Vec3 origin, Vec3 direction, float reach) const {
  RTCRay ray;
  fill(ray, origin, direction, reach);
#if RTC_VERSION_MAJOR >= 4
  rtcOccluded1(embree_->world, &ray, nullptr);
#else
  RTCIntersectContext context;
  rtcInitIntersectContext(&context);
  rtcOccluded1(embree_->world, &context, &ray);
#endif
  return ray.tfar < 0;
}

}  // namespace fathom::scenes
