#include "datasets/scenes/render.h"

#include <c10/util/Half.h>

#include "datasets/scenes/parallel_rows.h"
#include "datasets/scenes/shading.h"

namespace fathom::scenes {
namespace {

constexpr int kCoarse = 4;  // soft light is gathered once per 4×4 pixels

struct Soft {
  Vec3 p, n;
  Rgb light;
  bool there = false;
};

/// One picture in the making. The passes run one after the other, each over all rows.
class Picture {
 public:
  Picture(const Scene& scene, const Tracer& tracer, const View& view,
          const RenderSettings& settings)
      : scene_(scene),
        tracer_(tracer),
        shading_(scene, tracer),
        view_(view),
        settings_(settings),
        width_(settings.width),
        height_(settings.height),
        coarseWidth_((width_ + kCoarse - 1) / kCoarse),
        coarseHeight_((height_ + kCoarse - 1) / kCoarse) {
    const std::size_t pixels = static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_);
    out_.width = width_, out_.height = height_;
    out_.metres.resize(pixels);
    out_.sky.resize(pixels);
    if (!settings.colour) return;
    hits_.resize(pixels);
    colours_.resize(pixels);
    soft_.resize(static_cast<std::size_t>(coarseWidth_) * static_cast<std::size_t>(coarseHeight_));
    blurred_ = soft_;
    out_.rgb.resize(3 * pixels);
  }

  Rendering run(const Progress& progress) {
    const auto pass = [&](double from, double to, int rows, auto work) {
      parallelRows(rows, settings_.threads, progress.part(from, to), work);
    };
    if (!settings_.colour) {
      pass(0, 1, height_, [&](int a, int b) { rows(a, b, [&](int x, int y) { seeDepth(x, y); }); });
      return std::move(out_);
    }
    pass(0, 0.2, height_, [&](int a, int b) { rows(a, b, [&](int x, int y) { see(x, y); }); });
    pass(0.2, 0.4, coarseHeight_,
         [&](int a, int b) { coarseRows(a, b, [&](int i, int j) { gather(i, j); }); });
    pass(0.4, 0.42, coarseHeight_,
         [&](int a, int b) { coarseRows(a, b, [&](int i, int j) { blur(i, j); }); });
    pass(0.42, 0.7, height_, [&](int a, int b) { rows(a, b, [&](int x, int y) { shade(x, y); }); });
    pass(0.7, 1, height_, [&](int a, int b) { rows(a, b, [&](int x, int y) { finish(x, y); }); });
    return std::move(out_);
  }

 private:
  template <class Work>
  void rows(int first, int last, Work work) {
    for (int y = first; y < last; ++y) {
      for (int x = 0; x < width_; ++x) work(x, y);
    }
  }
  template <class Work>
  void coarseRows(int first, int last, Work work) {
    for (int j = first; j < last; ++j) {
      for (int i = 0; i < coarseWidth_; ++i) work(i, j);
    }
  }
  std::size_t at(int x, int y) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) +
           static_cast<std::size_t>(x);
  }
  std::size_t coarseAt(int i, int j) const {
    return static_cast<std::size_t>(j) * static_cast<std::size_t>(coarseWidth_) +
           static_cast<std::size_t>(i);
  }

  /// Through a point of the image; its forward part is 1, so that a ray's t is planar depth.
  Vec3 ray(float x, float y) const {
    const Intrinsics& k = settings_.intrinsics;
    return view_.forward + view_.right * static_cast<float>((x - k.cx) / k.fx) +
           view_.down * static_cast<float>((y - k.cy) / k.fy);
  }
  float pixelAt(float t) const { return t / static_cast<float>(settings_.intrinsics.fx); }

  void keepDepth(std::size_t i, bool there, float t, Vec3 direction) {
    out_.sky[i] = !there;
    out_.metres[i] = roundedToHalf(there ? t : scene_.sky.dome / length(direction));
  }
  void seeDepth(int x, int y) {
    Hit hit;
    const Vec3 direction = ray(static_cast<float>(x), static_cast<float>(y));
    const bool there = tracer_.intersect(view_.origin, direction, hit);
    keepDepth(at(x, y), there, hit.t, direction);
  }
  void see(int x, int y) {
    Hit& hit = hits_[at(x, y)];
    const Vec3 direction = ray(static_cast<float>(x), static_cast<float>(y));
    const bool there = tracer_.intersect(view_.origin, direction, hit);
    if (!there) hit.t = 0;
    keepDepth(at(x, y), there, hit.t, direction);
  }

  void gather(int i, int j) {
    const int x = std::min(width_ - 1, i * kCoarse + kCoarse / 2);
    const int y = std::min(height_ - 1, j * kCoarse + kCoarse / 2);
    const Hit& hit = hits_[at(x, y)];
    if (hit.t <= 0 || shading_.isLeaf(hit)) return;
    const unsigned pattern = static_cast<unsigned>((i & 3) * 4 + (j & 3));
    // A fixed permutation: neighbours get patterns far apart.
    soft_[coarseAt(i, j)] = {hit.p, hit.geometric, shading_.softLight(hit, (pattern * 7 + 3) & 15),
                             true};
  }

  /// How far two points may share their soft light, 0 to 1.
  static float kinship(const Soft& s, Vec3 p, Vec3 n, float distance) {
    if (!s.there) return 0;
    const float facing = dot(s.n, n);
    if (facing < 0.8f) return 0;
    const float off = std::fabs(dot(s.p - p, n)) / (0.015f * distance + 0.01f);
    return off > 1 ? 0 : (facing - 0.75f) * (1 - 0.9f * off);
  }

  void blur(int i, int j) {
    const Soft& mine = soft_[coarseAt(i, j)];
    Soft& out = blurred_[coarseAt(i, j)] = mine;
    if (!mine.there) return;
    const float distance = length(mine.p - view_.origin);
    Rgb sum{};
    float weights = 0;
    for (int b = std::max(0, j - 2); b <= std::min(coarseHeight_ - 1, j + 2); ++b) {
      for (int a = std::max(0, i - 2); a <= std::min(coarseWidth_ - 1, i + 2); ++a) {
        const Soft& other = soft_[coarseAt(a, b)];
        const float edge =
            (std::abs(a - i) == 2 ? 0.5f : 1.f) * (std::abs(b - j) == 2 ? 0.5f : 1.f);
        const float weight = edge * kinship(other, mine.p, mine.n, distance);
        sum += other.light * weight;
        weights += weight;
      }
    }
    if (weights > 0) out.light = sum * (1 / weights);
  }

  Rgb softAt(const Hit& hit, float x, float y) const {
    const float fx = (x - kCoarse / 2) / kCoarse, fy = (y - kCoarse / 2) / kCoarse;
    const int i0 = static_cast<int>(std::floor(fx)), j0 = static_cast<int>(std::floor(fy));
    const float distance = length(hit.p - view_.origin);
    Rgb sum{}, any{};
    float weights = 0, anyWeights = 0;
    for (int j = j0; j <= j0 + 1; ++j) {
      for (int i = i0; i <= i0 + 1; ++i) {
        if (i < 0 || j < 0 || i >= coarseWidth_ || j >= coarseHeight_) continue;
        const Soft& s = blurred_[coarseAt(i, j)];
        if (!s.there) continue;
        const float near = (1.02f - std::fabs(fx - static_cast<float>(i))) *
                           (1.02f - std::fabs(fy - static_cast<float>(j)));
        const float weight = near * kinship(s, hit.p, hit.geometric, distance);
        sum += s.light * weight, weights += weight;
        any += s.light, anyWeights += 1;
      }
    }
    if (weights > 0.002f) return sum * (1 / weights);
    // A thin or small thing that no gathering point met: few rays of its own, or its neighbours'.
    if (scene_.indoors || anyWeights == 0) return shading_.softLight(hit, 5);
    return any * (1 / anyWeights);
  }

  Rgb shaded(const Hit& hit, Vec3 direction, float x, float y) const {
    const float size = length(direction);
    const Vec3 unit = direction * (1 / size);
    if (hit.t <= 0) return toneMapped(scene_.sky.seen(unit), scene_.exposure);
    const Rgb soft = shading_.isLeaf(hit) ? Rgb{} : softAt(hit, x, y);
    return toneMapped(shading_.colour(hit, unit, hit.t * size, pixelAt(hit.t), soft),
                      scene_.exposure);
  }
  void shade(int x, int y) {
    const float fx = static_cast<float>(x), fy = static_cast<float>(y);
    colours_[at(x, y)] = shaded(hits_[at(x, y)], ray(fx, fy), fx, fy);
  }

  bool leafAt(std::size_t i) const { return hits_[i].t > 0 && shading_.isLeaf(hits_[i]); }
  /// How many more samples a pixel needs because of one neighbour. Inside foliage everything
  /// jumps, and one does.
  int samplesBetween(std::size_t a, std::size_t b) const {
    const Hit &p = hits_[a], &q = hits_[b];
    const Rgb jump = colours_[a] - colours_[b];
    const float colour = std::fabs(jump.x) + std::fabs(jump.y) + std::fabs(jump.z);
    if (colour < 0.10f) return 0;
    const bool leaves = leafAt(a), others = leafAt(b);
    if (leaves && others) return colour > 0.45f ? 1 : 0;
    const int edge = leaves || others ? 2 : 3;
    if ((p.t <= 0) != (q.t <= 0) || colour > 0.25f) return edge;
    const bool steps = std::fabs(p.t - q.t) > 0.03f * std::min(p.t, q.t);
    return steps || dot(p.normal, q.normal) < 0.95f ? edge : 0;
  }
  int samplesFor(int x, int y) const {
    const std::size_t here = at(x, y);
    int most = 0;
    if (x > 0) most = std::max(most, samplesBetween(here, at(x - 1, y)));
    if (x + 1 < width_) most = std::max(most, samplesBetween(here, at(x + 1, y)));
    if (y > 0) most = std::max(most, samplesBetween(here, at(x, y - 1)));
    if (y + 1 < height_) most = std::max(most, samplesBetween(here, at(x, y + 1)));
    return most;
  }

  void finish(int x, int y) {
    Rgb colour = colours_[at(x, y)];
    const int more = settings_.smooth ? samplesFor(x, y) : 0;
    for (int i = 0; i < more; ++i) {
      constexpr float kOffsets[3][2] = {{0.36f, 0.12f}, {-0.29f, 0.26f}, {-0.07f, -0.38f}};
      const float fx = static_cast<float>(x) + kOffsets[i][0];
      const float fy = static_cast<float>(y) + kOffsets[i][1];
      const Vec3 direction = ray(fx, fy);
      Hit hit;
      if (!tracer_.intersect(view_.origin, direction, hit)) hit.t = 0;
      colour += shaded(hit, direction, fx, fy);
    }
    colour *= 1.f / static_cast<float>(1 + more);
    std::uint8_t* pixel = &out_.rgb[3 * at(x, y)];
    pixel[0] = static_cast<std::uint8_t>(colour.x * 255 + 0.5f);
    pixel[1] = static_cast<std::uint8_t>(colour.y * 255 + 0.5f);
    pixel[2] = static_cast<std::uint8_t>(colour.z * 255 + 0.5f);
  }

  const Scene& scene_;
  const Tracer& tracer_;
  Shading shading_;
  View view_;
  RenderSettings settings_;
  int width_, height_, coarseWidth_, coarseHeight_;
  std::vector<Hit> hits_;
  std::vector<Rgb> colours_;
  std::vector<Soft> soft_, blurred_;
  Rendering out_;
};

}  // namespace

float roundedToHalf(float metres) {
  return static_cast<float>(c10::Half(std::min(metres, 65504.f)));
}

Rendering render(const Scene& scene, const Tracer& tracer, const View& view,
                 const RenderSettings& settings, const Progress& progress) {
  return Picture(scene, tracer, view, settings).run(progress);
}

}  // namespace fathom::scenes
