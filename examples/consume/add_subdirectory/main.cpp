// The smallest user of the installed library.
#include <iostream>

#include "aftercare/time.hpp"

int main() {
  const auto zone = aftercare::Zone::load("Asia/Shanghai").value();
  const auto at = aftercare::parse_instant("2026-02-13T16:00:00", zone).value();
  std::cout << aftercare::iso_text(at, zone) << "\n";
  return aftercare::iso_text(at) == "2026-02-13T08:00:00Z" ? 0 : 1;
}
