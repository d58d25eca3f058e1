// base/large_pages.hpp — memory for much at a time, on large pages where the system has them: read
// all over, it waits for the table of pages as well as for the memory, and each page must be fetched
// from the system first. Linux: madvise(2), MADV_HUGEPAGE; elsewhere ordinary memory.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace aftercare::base {

inline constexpr std::size_t large_page = std::size_t{2} << 20U;

/// Memory of `bytes`, on large pages from two of them on. Throws std::bad_alloc.
[[nodiscard]] void* allocate_pages(std::size_t bytes);
void free_pages(void* memory, std::size_t bytes) noexcept;

/// Allocator of vectors that may become very long.
template <class T>
struct LargePages {
  using value_type = T;
  LargePages() = default;
  template <class U>
  LargePages(const LargePages<U>&) noexcept {}  // NOLINT(google-explicit-constructor): as std's
  [[nodiscard]] T* allocate(std::size_t n) {
    return static_cast<T*>(allocate_pages(n * sizeof(T)));
  }
  void deallocate(T* memory, std::size_t n) noexcept { free_pages(memory, n * sizeof(T)); }
  friend bool operator==(const LargePages&, const LargePages&) noexcept { return true; }
};

template <class T>
using LongVector = std::vector<T, LargePages<T>>;

/// A block of bytes of allocate_pages.
class PageBlock {
 public:
  explicit PageBlock(std::size_t bytes) : memory_(allocate_pages(bytes), Free{bytes}) {}
  [[nodiscard]] char* data() const noexcept { return static_cast<char*>(memory_.get()); }

 private:
  struct Free {
    std::size_t bytes;
    void operator()(void* memory) const noexcept { free_pages(memory, bytes); }
  };
  std::unique_ptr<void, Free> memory_;
};

}  // namespace aftercare::base
