// Types: an immutable description behind a shared pointer.
#include "aftercare/type.hpp"

#include <array>
#include <utility>

#include "aftercare/value.hpp"

#include "value/object.hpp"

namespace aftercare {

struct Type::Impl {
  Is is = Is::any;
  std::string name;
  Type element;
  std::vector<std::pair<std::string, Type>> members;
  std::vector<std::string> words;
  std::uint32_t set = 0;
  std::uint32_t currency = 0;
  int scale = 0;
  NumberFacets facets;
};

namespace {

constexpr std::array<std::string_view, 20> type_names = {
    "any",
    "null",
    "boolean",
    "number",
    "string",
    "date",
    "time",
    "date and time",
    "instant",
    "days and time duration",
    "years and months duration",
    "duration",
    "working duration",
    "symbol",
    "money",
    "range",
    "list",
    "context",
    "function",
    "calendar",
};
static_assert(type_names.size() == static_cast<std::size_t>(Type::Is::calendar) + 1);

bool same_members(std::span<const std::pair<std::string, Type>> a,
                  std::span<const std::pair<std::string, Type>> b) noexcept {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].first != b[i].first || !(a[i].second == b[i].second)) return false;
  }
  return true;
}

void put_members(std::string& out, std::span<const std::pair<std::string, Type>> members) {
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i > 0) out += ", ";
    out += members[i].first;
    out += ": ";
    out += members[i].second.to_text();
  }
}

}  // namespace

Type::Is Type::is() const noexcept { return impl_ ? impl_->is : Is::any; }

const std::string& Type::name() const noexcept {
  static const std::string none;
  return impl_ ? impl_->name : none;
}

const Type& Type::element() const noexcept {
  static const Type any;
  return impl_ ? impl_->element : any;
}

std::span<const std::pair<std::string, Type>> Type::members() const noexcept {
  if (!impl_) return {};
  return impl_->members;
}

const Type* Type::member(std::string_view name) const noexcept {
  for (const auto& [key, type] : members()) {
    if (key == name) return &type;
  }
  return nullptr;
}

std::span<const std::string> Type::words() const noexcept {
  if (!impl_) return {};
  return impl_->words;
}

std::uint32_t Type::symbol_set() const noexcept { return impl_ ? impl_->set : 0; }
std::uint32_t Type::currency() const noexcept { return impl_ ? impl_->currency : 0; }
int Type::scale() const noexcept { return impl_ ? impl_->scale : 0; }

const NumberFacets& Type::facets() const noexcept {
  static const NumberFacets none;
  return impl_ ? impl_->facets : none;
}

bool Type::operator==(const Type& other) const noexcept {
  if (optional_ != other.optional_ || is() != other.is()) return false;
  if (impl_ == other.impl_) return true;
  if (!impl_ || !other.impl_) return true;  // both `any`
  const Impl& a = *impl_;
  const Impl& b = *other.impl_;
  switch (a.is) {
    case Is::number:
      return a.facets == b.facets;
    case Is::symbol:
      return a.set == b.set;
    case Is::money:
      return a.currency == b.currency && a.scale == b.scale && a.facets == b.facets;
    case Is::range:
    case Is::list:
      return a.element == b.element;
    case Is::context:
      return same_members(a.members, b.members);
    case Is::function:
      return a.element == b.element && same_members(a.members, b.members);
    default:
      return true;
  }
}

std::string Type::to_text() const {
  std::string out = optional_ ? "optional " : "";
  if (!name().empty()) return out + name();
  switch (is()) {
    case Is::list:
    case Is::range:
      out += type_names[static_cast<std::size_t>(is())];
      out += " of ";
      out += element().to_text();
      return out;
    case Is::context:
      out += "context";
      if (!members().empty()) {
        out += " {";
        put_members(out, members());
        out += '}';
      }
      return out;
    case Is::function:
      out += "function(";
      put_members(out, members());
      out += ") -> ";
      out += element().to_text();
      return out;
    case Is::symbol:
      for (std::size_t i = 0; i < words().size(); ++i) {
        if (i > 0) out += " | ";
        out += words()[i];
      }
      return out;
    default:
      out += type_names[static_cast<std::size_t>(is())];
      return out;
  }
}

Type Type::of(Is is) {
  // One description for each simple kind, shared by all types of it.
  static const auto simple = [] {
    std::array<std::shared_ptr<const Impl>, type_names.size()> all;
    for (std::size_t i = 1; i < all.size(); ++i) {
      auto impl = std::make_shared<Impl>();
      impl->is = static_cast<Is>(i);
      all[i] = std::move(impl);
    }
    return all;
  }();
  Type t;
  t.impl_ = simple[static_cast<std::size_t>(is)];
  return t;
}

Type Type::number(NumberFacets facets, std::string name) {
  auto impl = std::make_shared<Impl>();
  impl->is = Is::number;
  impl->name = std::move(name);
  impl->facets = std::move(facets);
  Type t;
  t.impl_ = std::move(impl);
  return t;
}

Type Type::money(std::uint32_t currency, int scale, NumberFacets facets, std::string name) {
  auto impl = std::make_shared<Impl>();
  impl->is = Is::money;
  impl->name = std::move(name);
  impl->facets = std::move(facets);
  impl->currency = currency;
  impl->scale = scale;
  Type t;
  t.impl_ = std::move(impl);
  return t;
}

Type Type::symbol(std::string name, std::vector<std::string> words, std::uint32_t set) {
  auto impl = std::make_shared<Impl>();
  impl->is = Is::symbol;
  impl->name = std::move(name);
  impl->words = std::move(words);
  impl->set = set;
  Type t;
  t.impl_ = std::move(impl);
  return t;
}

Type Type::list(Type element) {
  auto impl = std::make_shared<Impl>();
  impl->is = Is::list;
  impl->element = std::move(element);
  Type t;
  t.impl_ = std::move(impl);
  return t;
}

Type Type::range(Type element) {
  auto impl = std::make_shared<Impl>();
  impl->is = Is::range;
  impl->element = std::move(element);
  Type t;
  t.impl_ = std::move(impl);
  return t;
}

Type Type::context(std::vector<std::pair<std::string, Type>> members, std::string name) {
  auto impl = std::make_shared<Impl>();
  impl->is = Is::context;
  impl->members = std::move(members);
  impl->name = std::move(name);
  Type t;
  t.impl_ = std::move(impl);
  return t;
}

Type Type::function(std::vector<std::pair<std::string, Type>> parameters, Type result) {
  auto impl = std::make_shared<Impl>();
  impl->is = Is::function;
  impl->members = std::move(parameters);
  impl->element = std::move(result);
  Type t;
  t.impl_ = std::move(impl);
  return t;
}

Value value::zero_of(const Type& type) {
  switch (type.is()) {
    case Type::Is::money:
      return Value::money(0, type.currency(), type.scale());
    case Type::Is::days_duration:
    case Type::Is::length:
      return Value::days_duration({0, 0});
    case Type::Is::months_duration:
      return Value::months_duration({0});
    default:
      return Value::integer(0);
  }
}

}  // namespace aftercare
