#include "base/assert.hpp"

#include <atomic>
#include <cstdio>
#include <cstdlib>

namespace aftercare::base {
namespace {
std::atomic<AssertHandler> installed{nullptr};
}  // namespace

AssertHandler set_assert_handler(AssertHandler handler) noexcept {
  return installed.exchange(handler);
}

void assert_failed(const char* condition, const char* sentence, const char* file, int line) {
  if (AssertHandler handler = installed.load()) handler(condition, sentence, file, line);
  std::fprintf(stderr, "%s:%d: a bug in aftercare: %s (%s)\n", file, line, sentence, condition);
  std::abort();
}

}  // namespace aftercare::base
