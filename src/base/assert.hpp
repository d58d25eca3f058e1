// AFTERCARE_ASSERT: a bug of ours, or a caller who broke a "Requires:". Never reachable from the
// text of a pack, a log or an event. Stops the program with a sentence; checked in every build.
#pragma once

namespace aftercare::base {

/// What happens at a failed assert; tests install one that throws. Must not return.
using AssertHandler = void (*)(const char* condition, const char* sentence, const char* file,
                               int line);

/// Installs `handler` (null: the default, which prints and aborts) and gives the previous one.
AssertHandler set_assert_handler(AssertHandler handler) noexcept;

[[noreturn]] void assert_failed(const char* condition, const char* sentence, const char* file,
                                int line);

}  // namespace aftercare::base

#define AFTERCARE_ASSERT(condition, sentence) \
  ((condition) ? static_cast<void>(0)         \
               : ::aftercare::base::assert_failed(#condition, sentence, __FILE__, __LINE__))
