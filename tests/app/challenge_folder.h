#pragma once

#include <QDir>
#include <QImage>
#include <cmath>
#include <random>

#include "plain_npy.h"

/// A folder like the challenge's, made up: `size` is that of the truth, a multiple of 8.
class ChallengeFolder {
 public:
  explicit ChallengeFolder(QString root, QSize size = {64, 48}) : root_(root), size_(size) {
    for (const char* name :
         {"RGB_train_HR", "RGB_valid_HR", "AI4S_train_gt", "AI4S_train_inp", "AI4S_val_inp"}) {
      QDir().mkpath(root + "/" + name);
    }
  }

  /// Colour, truth and transmitted map.
  void addTraining(int number) {
    writeColour("RGB_train_HR", number);
    const PlainNpy truth = makeTruth(number);
    writePlainNpy(truthPath(number), truth);
    writePlainNpy(path("AI4S_train_inp", number), makeLow(truth, number));
  }
  /// Colour and transmitted map, as in the validation set.
  void addValidation(int number) {
    writeColour("RGB_valid_HR", number);
    writePlainNpy(path("AI4S_val_inp", number), makeLow(makeTruth(100 + number), number));
  }

  QString root() const { return root_; }
  QString truthPath(int number) const { return path("AI4S_train_gt", number); }
  QString lowPath(int number) const { return path("AI4S_train_inp", number); }

 private:
  QString path(const char* folder, int number) const {
    return QString("%1/%2/%3.npy").arg(root_).arg(folder).arg(number, 4, 10, QChar('0'));
  }

  void writeColour(const char* folder, int number) {
    QImage image(size_, QImage::Format_RGB888);
    image.fill(QColor::fromHsv(number * 37 % 360, 90, 180));
    image.save(QString("%1/%2/%3.png").arg(root_).arg(folder).arg(number, 4, 10, QChar('0')));
  }

  /// Near ground, far walls, sky above; one pixel in 97 is missing (0 or NaN).
  PlainNpy makeTruth(int number) const {
    PlainNpy npy{size_.height(), size_.width(), {}};
    std::mt19937 random(static_cast<unsigned>(number) + 1);
    std::uniform_real_distribution<float> wobble(0.9f, 1.1f);
    for (int row = 0; row < npy.rows; ++row) {
      for (int column = 0; column < npy.columns; ++column) {
        const float part = float(row) / float(npy.rows);
        float metres = part < 0.2f ? 65504.f : 2.f + 300.f * std::pow(1.f - part, 3.f);
        if (part >= 0.2f) metres *= wobble(random);
        const int place = row * npy.columns + column;
        if (place % 97 == 5) metres = 0;
        if (place % 97 == 50) metres = std::nanf("");
        npy.values.push_back(metres);
      }
    }
    return npy;
  }

  static PlainNpy makeLow(const PlainNpy& truth, int number) {
    PlainNpy npy{truth.rows / 8, truth.columns / 8, {}};
    std::mt19937 random(static_cast<unsigned>(number) + 1000);
    std::normal_distribution<float> noise(0, 0.03f);
    for (int row = 0; row < npy.rows; ++row) {
      for (int column = 0; column < npy.columns; ++column) {
        const float metres = truth.at(8 * row + 4, 8 * column + 4);
        const double level = std::isfinite(metres) ? std::floor(metres * 4095.0 / 65535.0) : 0;
        npy.values.push_back(std::max(0.f, float(level) + noise(random)));
      }
    }
    return npy;
  }

  QString root_;
  QSize size_;
};
