// The interface of this file is facts.hpp.
#include "feel/facts.hpp"

#include <algorithm>

namespace aftercare::feel {

Facts both(const Facts& a, const Facts& b) {
  Facts out = a;
  for (const auto& [key, fact] : b) {
    Fact& here = out[key];
    here.present = here.present || fact.present;
    here.not_zero = here.not_zero || fact.not_zero;
    if (fact.low) here.low = here.low ? std::max(*here.low, *fact.low) : *fact.low;
    if (fact.high) here.high = here.high ? std::min(*here.high, *fact.high) : *fact.high;
  }
  return out;
}

Facts either(const Facts& a, const Facts& b) {
  Facts out;
  for (const auto& [key, fact] : a) {
    const auto other = b.find(key);
    if (other == b.end()) continue;
    Fact joined;
    joined.present = fact.present && other->second.present;
    joined.not_zero = fact.not_zero && other->second.not_zero;
    if (fact.low && other->second.low) joined.low = std::min(*fact.low, *other->second.low);
    if (fact.high && other->second.high) joined.high = std::max(*fact.high, *other->second.high);
    out.emplace(key, std::move(joined));
  }
  return out;
}

}  // namespace aftercare::feel
