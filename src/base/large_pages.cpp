#include "base/large_pages.hpp"

#include <cstdint>
#include <new>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace aftercare::base {

namespace {

constexpr bool is_large(std::size_t bytes) noexcept { return bytes >= 2 * large_page; }

}  // namespace

void* allocate_pages(std::size_t bytes) {
  if (!is_large(bytes)) return ::operator new(bytes);
  void* const memory = ::operator new(bytes, std::align_val_t{large_page});
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  // Advice; where it is not taken the memory is the same.
  ::madvise(memory, bytes / large_page * large_page, MADV_HUGEPAGE);
#endif
  return memory;
}

void free_pages(void* memory, std::size_t bytes) noexcept {
  if (is_large(bytes))
    ::operator delete(memory, std::align_val_t{large_page});
  else
    ::operator delete(memory);
}

}  // namespace aftercare::base
