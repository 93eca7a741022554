#include "models/interval/method.h"

#include "models/interval/interval.h"

namespace fathom {
namespace {

IntervalConstants constantsFrom(const Values& values) {
  IntervalConstants c;
  const double ground = real(values, "ground"), walls = real(values, "walls");
  const double plants = real(values, "plants"), room = real(values, "room_walls");
  c.built = steepness(ground, walls, walls);
  c.natural = steepness(ground, plants, 1.5 * plants);
  c.room = steepness(ground, room, room);
  c.openness = real(values, "openness");
  c.occlusion = real(values, "occlusion");
  c.cap = real(values, "cap");
  c.detailRate = real(values, "detail_rate");
  c.tolerance = real(values, "colour_tolerance");
  c.reach = real(values, "reach");
  c.agreement = real(values, "agreement");
  return c;
}

FramesWanted framesFrom(const Values& values) {
  return {static_cast<int>(integer(values, "frames")),
          static_cast<int>(integer(values, "frame_stride"))};
}

class IntervalMethod : public Upsampler {
 public:
  explicit IntervalMethod(const Values& values)
      : constants_(constantsFrom(values)), wanted_(framesFrom(values)) {}

  Prediction operator()(const UpsamplerInput& input, const Progress& progress) const override {
    if (wanted_.eachSide == 0) {  // a method beside it may have wanted some
      UpsamplerInput alone = input;
      alone.neighbours.clear();
      return intervalUpsample(alone, constants_, progress);
    }
    Prediction made = intervalUpsample(input, constants_, progress);
    if (input.neighbours.empty()) made.stamp = "no neighbours";
    return made;
  }

 private:
  IntervalConstants constants_;
  FramesWanted wanted_;
};

std::vector<Setting> settings() {
  const IntervalConstants c;
  const auto about = [](double value, double least, double greatest) {
    return Real{least, greatest, value, true};
  };
  return {
      {"ground", "Camera height", "m", "how far below the camera the ground is",
       about(1.7, 0.2, 20)},
      {"walls", "Walls", "m", "how far beside the camera surfaces are in a built scene",
       about(7, 0.5, 100)},
      {"plants", "Plants", "m", "how far beside the camera surfaces are among plants",
       about(2.1, 0.2, 50)},
      {"room_walls", "Walls of rooms", "m", "how far walls and ceilings are in a room or corridor",
       about(2, 0.2, 50)},
      {"openness", "Openness", "", "how much a far view moves the surroundings away; 0 ignores it",
       Real{0, 1, c.openness, false}},
      {"occlusion", "Occlusion", "1/m",
       "inverse depth by which something nearer than one level stands before what is two or more "
       "levels away",
       Real{0, 0.5, c.occlusion, false}},
      {"cap", "Nearest", "1/m", "greatest inverse depth gained, at the picture's upper border",
       Real{0.01, 2, c.cap, true}},
      {"detail_rate", "Detail", "",
       "how much fine detail in the picture moves a built scene away; 0 ignores it",
       Real{0, 0.5, c.detailRate, false}},
      {"colour_tolerance", "Colour tolerance", "ΔE",
       "difference of colour at which a cell still has much of its vote",
       about(c.tolerance, 1, 200)},
      {"reach", "Reach", "cells", "distance at which a cell still has much of its vote",
       about(c.reach, 0.2, 3)},
      {"agreement", "Agreement", "",
       "share within which cells agree with the median and enter the mean",
       Real{0, 1, c.agreement, false}},
      {"frames", "Neighbouring frames", "",
       "how many frames before and as many behind this one help, where the data has a trajectory "
       "with poses; 0 looks at the single picture",
       Integer{0, 8, 0}},
      {"frame_stride", "Frame step", "frames", "how far apart neighbouring frames are taken",
       Integer{1, 50, 4}},
  };
}

}  // namespace

void registerIntervalMethod(UpsamplerRegistry& registry) {
  UpsamplerInfo info;
  info.id = "interval";
  info.title = "Interval";
  info.group = "Without weights";
  info.summary =
      "Keeps every transmitted level as the interval it stands for, lets inverse depth grow at a "
      "known rate from where surfaces cross one level, and lets pixels vote among cells of their "
      "colour.";
  info.followsSliders = true;
  info.refines = true;
  info.settings = settings();
  info.frames = framesFrom;
  registry.add(std::move(info), [](const Values& values) -> UpsamplerPtr {
    return std::make_shared<IntervalMethod>(values);
  });
}

}  // namespace fathom
