// The eight guards in hand-written C++ on doubles: what an engineer would write who may trust them.
// The calendar addition of guard 1 and the rounding of guard 6, half-even, are done in every row.
#pragma once

#include <cstdint>
#include <span>

namespace neighbours {

/// One row of data; dates in days since 1970-01-01, lengths in seconds.
struct Row {
  std::int64_t today, purchased;
  double amount;
  int role;  ///< 0 manager, 1 director, 2 clerk
  double distance;
  std::int64_t elapsed;
  double n, minutes, price, cost, quantity;
};

/// What the guards gave; booleans as 0 and 1.
struct Answers {
  double of[8];
};

/// Runs all eight over every row. Requires: as many answers as rows.
void run(std::span<const Row> rows, std::span<Answers> answers);

}  // namespace neighbours
