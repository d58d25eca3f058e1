// chart_differential [MICROSTEPS] [SEED] — random charts times random events, the compiled
// algorithm beside the literal one, compared at every microstep. Prints what it did; exits 1 on a
// difference.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "differential/chart_random.hpp"

int main(int argc, char** argv) {
  using namespace aftercare::chart;
  const std::uint64_t wanted = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100'000;
  const std::uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  std::uint64_t microsteps = 0;
  std::uint64_t charts = 0;
  std::uint64_t refused = 0;
  for (std::uint64_t number = seed; microsteps < wanted; ++number) {
    std::mt19937_64 random(number);
    const Outline outline = random_outline(random);
    // Words and lists in turn; the same seed must give the same run in both.
    for (const std::uint32_t limit : {SmallSet::capacity, 0U}) {
      const Comparison found = compare(outline, number, 25, limit);
      if (!found.is_built) {
        ++refused;
        break;
      }
      microsteps += found.microsteps;
      if (!found.difference.empty()) {
        std::printf("chart %llu (%s): %s\n%s", static_cast<unsigned long long>(number),
                    limit == 0 ? "list" : "words", found.difference.c_str(),
                    outline.to_text().c_str());
        return 1;
      }
    }
    ++charts;
  }
  std::printf("%llu microsteps of %llu charts agree (%llu drafts were not legal charts)\n",
              static_cast<unsigned long long>(microsteps), static_cast<unsigned long long>(charts),
              static_cast<unsigned long long>(refused));
  return charts > refused ? 0 : 1;
}
