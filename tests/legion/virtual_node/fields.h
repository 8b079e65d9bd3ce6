#pragma once

#include <array>
#include <cstdint>

#include "legion.h"

/// What the program stores and the plain functions that say what belongs there: the tasks apply
/// them to regions, the sequential check to arrays.
namespace castra::virtual_node {

enum FieldId : Legion::FieldID {
  kValue = 1,  ///< std::uint64_t
  kNext,       ///< std::uint64_t
  kSum,        ///< std::uint64_t, reduced through aliased halos
  kMax,        ///< std::int32_t, reduced through a sparse partition
  kByte,       ///< one to sixteen bytes per element, filled
  kShort,
  kTriple,  ///< 12 bytes: not a power of two
  kWide,    ///< 16 bytes
  kPoint,   ///< Point<dim>: where kGathered and kScattered take from and go to
  kGathered,
  kScattered,
};

using Triple = std::array<std::uint32_t, 3>;
using Wide = std::array<std::uint64_t, 2>;

inline constexpr int kColors = 4;
inline constexpr int kSparseColors = 3;
inline constexpr int kSteps = 3;

inline constexpr std::uint64_t kSumStart = 5;
inline constexpr std::int32_t kMaxStart = -1000;
inline constexpr std::uint8_t kByteStart = 0xAB;
inline constexpr std::uint16_t kShortStart = 0xBEEF;
inline constexpr Triple kTripleStart{0x01020304, 0x05060708, 0x090A0B0C};
inline constexpr Wide kWideStart{0x1122334455667788ULL, 0x99AABBCCDDEEFF00ULL};

/// Scrambles the coordinates; any change of position shows.
template <int kDim>
std::uint64_t hash_of(const Legion::Point<kDim>& point, std::uint64_t salt) {
  std::uint64_t h = salt;
  for (int d = 0; d < kDim; ++d) {
    h = (h ^ static_cast<std::uint64_t>(point[d])) * 0x9E3779B97F4A7C15ULL;
    h ^= h >> 29;
  }
  return h;
}

/// The value at `point` after a step, from the field before it. `at` reads that field.
template <int kDim, class Read>
std::uint64_t stencil(const Legion::Point<kDim>& point, const Legion::Rect<kDim>& bounds,
                      Read&& at) {
  std::uint64_t sum = 2 * at(point);
  for (int d = 0; d < kDim; ++d) {
    for (const int step : {-1, 1}) {
      Legion::Point<kDim> neighbour = point;
      neighbour[d] += step;
      if (bounds.contains(neighbour))
        sum += at(neighbour) * static_cast<std::uint64_t>(d + 2 + step);
    }
  }
  return sum;
}

inline std::uint64_t update(std::uint64_t value, std::uint64_t next) { return value * 3 + next; }

inline std::uint64_t settled(std::uint64_t sum) { return sum * 5 + 1; }

template <int kDim>
std::uint64_t contribution(const Legion::Point<kDim>& point, std::int64_t color) {
  return hash_of(point, static_cast<std::uint64_t>(color) + 17) >> 8;
}

template <int kDim>
std::int32_t candidate(const Legion::Point<kDim>& point, std::int64_t color) {
  return static_cast<std::int32_t>(hash_of(point, static_cast<std::uint64_t>(color) + 99) % 5000) -
         2500;
}

/// The mirror image: a permutation, so that scattering through it is well defined.
template <int kDim>
Legion::Point<kDim> mirror(const Legion::Point<kDim>& point, const Legion::Rect<kDim>& bounds) {
  return bounds.lo + (bounds.hi - point);
}

/// Sparse colour of a point: pieces with holes everywhere; points of the last value have none.
template <int kDim>
int sparse_color(const Legion::Point<kDim>& point) {
  long long sum = 0;
  for (int d = 0; d < kDim; ++d) sum += point[d] * (2 * d + 1);
  return static_cast<int>((sum / 2) % (kSparseColors + 1));
}

/// Only in two dimensions do regions start away from the origin, and there nothing is scattered:
/// Realm 25.6 scatters into frame buffers without subtracting the lower bound of the instance from
/// the index points, so that such a copy writes beside it (on any GPU; gathers are right).
template <int kDim>
inline constexpr bool kAtOrigin = kDim != 2;

template <int kDim>
Legion::Rect<kDim> problem_bounds() {
  constexpr Legion::coord_t kExtents[3][3] = {{1021, 1, 1}, {37, 29, 1}, {13, 11, 9}};
  Legion::Rect<kDim> bounds;
  for (int d = 0; d < kDim; ++d) {
    bounds.lo[d] = kAtOrigin<kDim> ? 0 : 3 - d;
    bounds.hi[d] = bounds.lo[d] + kExtents[kDim - 1][d] - 1;
  }
  return bounds;
}

/// The block of a colour: halves along the first two dimensions (quarters in one dimension).
template <int kDim>
Legion::Rect<kDim> block(const Legion::Rect<kDim>& bounds, int color) {
  Legion::Rect<kDim> block = bounds;
  const auto cut = [&](int d, int piece, int pieces) {
    const Legion::coord_t extent = bounds.hi[d] - bounds.lo[d] + 1;
    block.lo[d] = bounds.lo[d] + extent * piece / pieces;
    block.hi[d] = bounds.lo[d] + extent * (piece + 1) / pieces - 1;
  };
  if constexpr (kDim == 1) {
    cut(0, color, kColors);
  } else {
    cut(0, color % 2, 2);
    cut(1, color / 2, 2);
  }
  return block;
}

/// The block of a colour and one more element on every side.
template <int kDim>
Legion::Rect<kDim> halo(const Legion::Rect<kDim>& bounds, int color) {
  Legion::Rect<kDim> rect = block(bounds, color);
  for (int d = 0; d < kDim; ++d) {
    rect.lo[d] -= 1;
    rect.hi[d] += 1;
  }
  return rect.intersection(bounds);
}

}  // namespace castra::virtual_node
