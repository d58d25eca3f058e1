#include "guards.hpp"

#include <cmath>
#include <cstddef>

namespace neighbours {

namespace {

struct Civil {
  std::int64_t year;
  unsigned month, day;
};

// Days and civil dates of the proleptic Gregorian calendar, by eras of 400 years.
constexpr Civil civil(std::int64_t days) {
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const auto of_era = static_cast<unsigned>(days - era * 146097);
  const unsigned year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const unsigned of_year = of_era - (365 * year + year / 4 - year / 100);
  const unsigned shifted = (5 * of_year + 2) / 153;
  const unsigned month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {static_cast<std::int64_t>(year) + era * 400 + (month <= 2 ? 1 : 0), month,
          of_year - (153 * shifted + 2) / 5 + 1};
}

constexpr std::int64_t days_of(Civil date) {
  const std::int64_t year = date.year - (date.month <= 2 ? 1 : 0);
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const auto of_era = static_cast<unsigned>(year - era * 400);
  const unsigned of_year =
      (153 * (date.month > 2 ? date.month - 3 : date.month + 9) + 2) / 5 + date.day - 1;
  return era * 146097 +
         static_cast<std::int64_t>(of_era * 365 + of_era / 4 - of_era / 100 + of_year) - 719468;
}

constexpr std::int64_t a_year_later(std::int64_t days) {
  Civil date = civil(days);
  ++date.year;
  const bool is_leap = (date.year % 4 == 0 && date.year % 100 != 0) || date.year % 400 == 0;
  if (date.month == 2 && date.day == 29 && !is_leap) date.day = 28;
  return days_of(date);
}

}  // namespace

void run(std::span<const Row> rows, std::span<Answers> answers) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& r = rows[i];
    double* out = answers[i].of;
    out[0] = r.today <= a_year_later(r.purchased);
    out[1] = (r.amount < 5000 && r.role == 0) || (r.amount >= 5000 && r.role == 1);
    out[2] =
        (r.distance <= 100 && r.elapsed > 24 * 3600) || (r.distance > 100 && r.elapsed > 12 * 3600);
    out[3] = r.n == 1 ? 50 : r.n == 2 ? 100 : 50 * r.n;
    out[4] = r.minutes > 45 ? -1 : r.minutes > 5 ? r.minutes : 0;
    out[5] = std::nearbyint(0.30 * (r.price - r.cost) * 100) / 100;
    out[6] = std::ceil(r.quantity / 10);
    out[7] = r.n >= 3 && r.minutes > 5 ? 0 : 200;
  }
}

}  // namespace neighbours
