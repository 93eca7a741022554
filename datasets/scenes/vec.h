#pragma once

#include <algorithm>
#include <cmath>

namespace fathom::scenes {

inline constexpr float kPi = 3.14159265f;

/// A point, a direction or a linear colour. Inside the scenes x points forward (along the street),
/// y to the right and z UP, in metres; only the exported poses are NED.
struct Vec3 {
  float x = 0, y = 0, z = 0;

  Vec3& operator+=(const Vec3& o) { return *this = {x + o.x, y + o.y, z + o.z}; }
  Vec3& operator*=(float s) { return *this = {x * s, y * s, z * s}; }
  bool operator==(const Vec3&) const = default;
};
using Rgb = Vec3;  ///< linear, 1 is diffuse white under unit light

inline Vec3 operator+(Vec3 a, Vec3 b) {
  return {a.x + b.x, a.y + b.y, a.z + b.z};
}
inline Vec3 operator-(Vec3 a, Vec3 b) {
  return {a.x - b.x, a.y - b.y, a.z - b.z};
}
inline Vec3 operator-(Vec3 a) {
  return {-a.x, -a.y, -a.z};
}
inline Vec3 operator*(Vec3 a, Vec3 b) {
  return {a.x * b.x, a.y * b.y, a.z * b.z};
}
inline Vec3 operator*(Vec3 a, float s) {
  return {a.x * s, a.y * s, a.z * s};
}
inline Vec3 operator*(float s, Vec3 a) {
  return a * s;
}
inline float dot(Vec3 a, Vec3 b) {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}
inline Vec3 cross(Vec3 a, Vec3 b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
inline float length(Vec3 a) {
  return std::sqrt(dot(a, a));
}
inline Vec3 normalized(Vec3 a) {
  const float l = length(a);
  return l > 0 ? a * (1 / l) : Vec3{0, 0, 1};
}
inline float mix(float a, float b, float t) {
  return a + (b - a) * t;
}
inline Vec3 mix(Vec3 a, Vec3 b, float t) {
  return a + (b - a) * t;
}
inline float saturate(float x) {
  return std::clamp(x, 0.f, 1.f);
}
inline float smoothstep(float from, float to, float x) {
  const float t = saturate((x - from) / (to - from));
  return t * t * (3 - 2 * t);
}
/// Rotated around the vertical, from x towards y.
inline Vec3 turned(Vec3 v, float angle) {
  const float c = std::cos(angle), s = std::sin(angle);
  return {c * v.x - s * v.y, s * v.x + c * v.y, v.z};
}

/// An orthonormal frame: where an object stands and how it is turned.
struct Frame {
  Vec3 origin;
  Vec3 ax{1, 0, 0}, ay{0, 1, 0}, az{0, 0, 1};

  Vec3 vector(Vec3 v) const { return ax * v.x + ay * v.y + az * v.z; }
  Vec3 point(Vec3 p) const { return origin + vector(p); }
  Vec3 localVector(Vec3 v) const { return {dot(v, ax), dot(v, ay), dot(v, az)}; }
  Vec3 local(Vec3 p) const { return localVector(p - origin); }
  Frame of(const Frame& inner) const {
    return {point(inner.origin), vector(inner.ax), vector(inner.ay), vector(inner.az)};
  }
};

/// Standing at `origin`, turned around the vertical by `yaw` (from x towards y).
inline Frame standing(Vec3 origin, float yaw = 0) {
  return {origin, turned({1, 0, 0}, yaw), turned({0, 1, 0}, yaw), {0, 0, 1}};
}

}  // namespace fathom::scenes
