// Heap objects: how they are made, counted and freed.
#include "value/object.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

namespace aftercare {
namespace value {
namespace {

// Contexts with more entries than this keep an index by key.
constexpr std::size_t many_entries = 8;

void free_object(const Value::Object* object) noexcept {
  switch (object->kind) {
    case Kind::number:
      delete static_cast<const NumberObject*>(object);
      break;
    case Kind::string:
      delete static_cast<const StringObject*>(object);
      break;
    case Kind::time:
      delete static_cast<const TimeObject*>(object);
      break;
    case Kind::date_time:
      delete static_cast<const DateTimeObject*>(object);
      break;
    case Kind::range:
      delete static_cast<const RangeObject*>(object);
      break;
    case Kind::list:
      delete static_cast<const ListObject*>(object);
      break;
    case Kind::context:
      delete static_cast<const ContextObject*>(object);
      break;
    case Kind::function:
      delete static_cast<const FunctionObject*>(object);
      break;
    default:
      break;
  }
}

std::uint64_t add_weight(std::uint64_t a, std::uint64_t b) noexcept {
  return a + b < a ? UINT64_MAX : a + b;
}

// Moves the nested values out of an object that nobody else holds, so that freeing it does not
// recurse: a list nested a million deep is freed in a loop.
void take_children(Value::Object* object, std::vector<Value>& out) {
  const auto take = [&out](Value& v) {
    if (v.is_heap() && v.depth() > 0) out.push_back(std::move(v));
  };
  switch (object->kind) {
    case Kind::range: {
      auto* range = static_cast<RangeObject*>(object);
      take(range->low);
      take(range->high);
      break;
    }
    case Kind::list:
      for (Value& v : static_cast<ListObject*>(object)->items) take(v);
      break;
    case Kind::context:
      for (ContextEntry& e : static_cast<ContextObject*>(object)->entries) take(e.second);
      break;
    default:
      break;
  }
}

}  // namespace

std::size_t count_code_points(std::string_view text) noexcept {
  std::size_t n = 0;
  for (const char c : text) n += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  return n;
}

StringObject::StringObject(std::string t) noexcept
    : Object(Kind::string), text(std::move(t)), code_points(count_code_points(text)), head(0) {
  std::memcpy(&head, text.data(), std::min(text.size(), sizeof head));
}

RangeObject::RangeObject(RangeForm f, Value l, bool il, Value h, bool ih) noexcept
    : Object(Kind::range),
      form(f),
      includes_low(il),
      includes_high(ih),
      depth(1 + std::max(l.depth(), h.depth())),
      weight(add_weight(1, add_weight(l.weight(), h.weight()))),
      low(std::move(l)),
      high(std::move(h)) {}

ListObject::ListObject(std::vector<Value> v) noexcept
    : Object(Kind::list), depth(1), weight(1), items(std::move(v)) {
  for (const Value& item : items) {
    depth = std::max(depth, item.depth() + 1);
    weight = add_weight(weight, item.weight());
  }
}

ContextObject::ContextObject(std::vector<ContextEntry> v) noexcept
    : Object(Kind::context), depth(1), weight(1) {
  // The last entry of a key wins, at the place of the first.
  const auto less = [&v](std::uint32_t a, std::uint32_t b) {
    return v[a].first != v[b].first ? v[a].first < v[b].first : a < b;
  };
  std::vector<std::uint32_t> order(v.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), less);
  std::vector<bool> dropped(v.size());
  for (std::size_t i = 0; i + 1 < order.size();) {
    std::size_t j = i;
    while (j + 1 < order.size() && v[order[j + 1]].first == v[order[i]].first) {
      dropped[order[++j]] = true;
    }
    if (j > i) v[order[i]].second = std::move(v[order[j]].second);
    i = j + 1;
  }
  std::vector<std::uint32_t> place(v.size());
  entries.reserve(v.size());
  for (std::size_t i = 0; i < v.size(); ++i) {
    if (dropped[i]) continue;
    place[i] = static_cast<std::uint32_t>(entries.size());
    depth = std::max(depth, v[i].second.depth() + 1);
    weight = add_weight(weight, v[i].second.weight());
    entries.push_back(std::move(v[i]));
  }
  if (entries.size() <= many_entries) return;
  by_key.reserve(entries.size());
  for (const std::uint32_t i : order) {
    if (!dropped[i]) by_key.push_back(place[i]);
  }
}

Value function(std::shared_ptr<const Callable> c) {
  return Value::adopt(Kind::function, new FunctionObject(std::move(c)));
}

const Callable& callable(const Value& f) noexcept {
  return *static_cast<const FunctionObject*>(f.object())->callable;
}

Value string(std::string&& text) {
  return Value::adopt(Kind::string, new StringObject(std::move(text)));
}

}  // namespace value

void Value::retain() const noexcept {
  object()->references.fetch_add(1, std::memory_order_relaxed);
}

void Value::release() noexcept {
  const Object* dead = object();
  if (dead->references.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  if (depth() < 64) {  // shallow: plain recursion is the fast way
    value::free_object(dead);
    return;
  }
  std::vector<Value> nested;
  value::take_children(const_cast<Object*>(dead), nested);
  value::free_object(dead);
  while (!nested.empty()) {
    Value v = std::move(nested.back());
    nested.pop_back();
    const Object* inner = v.object();
    if (inner->references.load(std::memory_order_acquire) == 1) {
      value::take_children(const_cast<Object*>(inner), nested);
    }
    // v goes, with nothing nested left inside it if it was the last reference
  }
}

}  // namespace aftercare
