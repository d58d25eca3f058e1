// Interface: aftercare/unknown.hpp. From the leaves of a decision tree to what each input can do.
#include "aftercare/unknown.hpp"

#include <algorithm>

#include "expression/domain.hpp"
#include "expression/explore.hpp"
#include "feel/compile.hpp"
#include "feel/scope.hpp"
#include "vm/conform.hpp"
#include "vm/machine.hpp"

namespace aftercare {

using expression::Domain;
using expression::Exploration;
using expression::Inputs;
using expression::Leaf;
using expression::Part;

struct OpenExpression::Impl {
  Type type;
  std::vector<std::string> names;  // of the signature, in its order
  std::vector<Type> types;
  std::shared_ptr<const bytecode::Program> program;  // of object registers alone
};

const Type& OpenExpression::type() const noexcept { return impl_->type; }

Checked<OpenExpression> compile_open(std::string_view text, const Signature& names,
                                     const ExpressionOptions& options) {
  Sources sources;
  sources.add("expression", std::string(text));
  feel::Scope scope(&feel::builtin_scope(options.language));
  auto impl = std::make_shared<OpenExpression::Impl>();
  for (const auto& [name, type] : names) {
    scope.add_slot(name, type, static_cast<std::uint32_t>(impl->names.size()));
    if (type.is() == Type::Is::symbol) scope.add_words(type);
    impl->names.push_back(feel::normalise_name(name));
    impl->types.push_back(type);
  }
  feel::CompileOptions how;
  how.level = options.acceptance == Acceptance::strict ? feel::Level::strict : feel::Level::lenient;
  how.dialect.language = options.language;
  how.dialect.units = options.units;
  how.dialect.full_width = options.units;
  how.expected = options.expected;
  how.zone = options.zone;
  how.scalars = false;
  feel::Outcome outcome = feel::compile(text, scope, how);
  std::optional<OpenExpression> made;
  if (outcome.compiled) {
    impl->type = outcome.compiled->type;
    impl->program = outcome.compiled->program;
    made = OpenExpression(std::move(impl));
  }
  return {std::move(made), std::move(outcome.findings), std::move(sources)};
}

namespace {

class Question {
 public:
  Question(Exploration& exploration, std::span<const std::string> names,
           std::span<const Domain> domains)
      : exploration_(exploration), names_(names), domains_(domains) {}

  OpenAnswer answer() {
    std::vector<Leaf> leaves = exploration_.leaves();
    for (Leaf& leaf : leaves) settle(leaf);
    join(leaves);
    const std::size_t count = names_.size();
    OpenAnswer out;
    bool may_vary = !exploration_.is_complete() || leaves.empty();
    std::vector<bool> is_open(count, may_vary);
    for (const std::string& name : names_) {
      out.unknown.push_back({name, Influence::none, std::nullopt});
    }
    for (std::size_t a = 0; a < leaves.size(); ++a) {
      if (leaves[a].varies.is_set()) {
        may_vary = true;
        within(leaves[a], out, is_open);
      }
      may_vary = may_vary || !leaves[a].value.equals(leaves[0].value);
      for (std::size_t b = a + 1; b < leaves.size(); ++b)
        across(leaves[a], leaves[b], out, is_open);
    }
    out.is_proved = exploration_.is_complete();
    for (std::size_t u = 0; u < count; ++u) {
      OpenInput& input = out.unknown[u];
      if (input.shown) {
        input.influence = Influence::changes;
      } else if (is_open[u]) {
        input.influence = Influence::not_proved;
        out.is_proved = false;
      }
    }
    if (!may_vary) out.certain = leaves[0].value;
    return out;
  }

 private:
  /// A value of a part; `high`: its other end.
  [[nodiscard]] Value value_of(std::size_t input, const Part& part, bool high) const {
    const Domain& domain = domains_[input];
    switch (part.is) {
      case Part::Is::listed:
        return part.value;
      case Part::Is::line: {
        if (part.low == domain.low && part.high != domain.high && !high) {
          // The end of a type says nothing to people; a value near the cut does.
          return domain.point(part.high);
        }
        return domain.point(high ? part.high : part.low);
      }
      case Part::Is::text:
        return expression::other_text(part.excluded, high ? 1 : 0);
      case Part::Is::all:
        break;
    }
    if (domain.rest == Domain::Rest::line) return domain.point(high ? domain.high : domain.low);
    if (domain.rest == Domain::Rest::text) return expression::other_text({}, high ? 1 : 0);
    if (domain.listed.empty()) return {};
    return high ? domain.listed.back() : domain.listed.front();
  }

  /// What two parts of one input have in common.
  static std::optional<Part> common(const Part& a, const Part& b) {
    if (a.is == Part::Is::all) return b;
    if (b.is == Part::Is::all) return a;
    const auto has = [](const std::vector<Value>& values, const Value& value) {
      return std::any_of(values.begin(), values.end(),
                         [&](const Value& v) { return v.equals(value); });
    };
    if (a.is == Part::Is::text && b.is == Part::Is::text) {
      Part both = a;
      both.excluded.insert(both.excluded.end(), b.excluded.begin(), b.excluded.end());
      return both;
    }
    if (a.is == Part::Is::text || b.is == Part::Is::text) {
      const Part& text = a.is == Part::Is::text ? a : b;
      const Part& one = a.is == Part::Is::text ? b : a;
      if (one.is != Part::Is::listed || !one.value.is(Kind::string)) return std::nullopt;
      if (has(text.excluded, one.value)) return std::nullopt;
      return one;
    }
    if (a.is != b.is) return std::nullopt;
    if (a.is == Part::Is::listed) {
      if (!a.value.equals(b.value)) return std::nullopt;
      return a;
    }
    Part both = a;
    both.low = std::max(a.low, b.low);
    both.high = std::min(a.high, b.high);
    if (both.low > both.high) return std::nullopt;
    return both;
  }

  /// Values of one input that are tried.
  struct Choice {
    std::vector<Value> values;
    bool is_all = true;   ///< no other value could give anything else
    bool matters = true;  ///< for the results that are compared
  };

  [[nodiscard]] Choice choice(std::size_t input, const Part& part, bool varies) const {
    constexpr std::int64_t few = 64;
    Choice out;
    if (!varies) {
      out.values.push_back(value_of(input, part, false));
      return out;
    }
    if (part.is == Part::Is::line && part.high - part.low < few) {
      for (std::int64_t at = part.low; at <= part.high; ++at) {
        out.values.push_back(domains_[input].point(at));
      }
      return out;
    }
    out.values = {corner(input, part, false), corner(input, part, true)};
    out.is_all = part.is == Part::Is::listed;
    return out;
  }

  enum class Search : std::uint8_t {
    shown,
    none,  ///< proved: nothing differs
    open,
  };
  /// Two points that differ in one input alone, with values of `choices` and `others`, and in the
  /// result; notes the first that it finds.
  Search search(std::size_t input, std::vector<Choice> choices, const Choice& others,
                OpenAnswer& out) {
    constexpr std::size_t most = 4096;
    bool is_all = others.is_all;
    for (const Choice& one : choices) is_all = is_all && one.is_all;
    std::vector<std::size_t> at(choices.size());
    std::vector<Value> point(choices.size());
    for (std::size_t tried = 0; tried < most; ++tried) {
      for (std::size_t u = 0; u < point.size(); ++u) point[u] = choices[u].values[at[u]];
      const std::optional<Value> first = exploration_.at(point);
      for (const Value& other : others.values) {
        std::vector<Value> second = point;
        second[input] = other;
        const std::optional<Value> result = exploration_.at(second);
        if (!first || !result) {
          is_all = false;
        } else if (!first->equals(*result)) {
          note(input, choices, point, *first, second, *result, out);
          return Search::shown;
        }
      }
      std::size_t u = 0;
      for (; u < at.size() && ++at[u] == choices[u].values.size(); ++u) at[u] = 0;
      if (u == at.size()) return is_all ? Search::none : Search::open;
    }
    return Search::open;
  }

  void note(std::size_t input, std::span<const Choice> choices, std::span<const Value> first,
            const Value& result, std::span<const Value> second, const Value& other,
            OpenAnswer& out) const {
    OpenCase one, two;
    for (std::size_t u = 0; u < first.size(); ++u) {
      if (!choices[u].matters && u != input) continue;
      one.inputs.emplace_back(names_[u], first[u]);
      two.inputs.emplace_back(names_[u], second[u]);
    }
    one.result = result;
    two.result = other;
    out.unknown[input].shown.emplace(std::move(one), std::move(two));
  }

  /// The two points of a leaf between which its result rises all the way.
  [[nodiscard]] std::pair<std::vector<Value>, std::vector<Value>> ends(const Leaf& leaf) const {
    std::vector<Value> low, high;
    for (std::size_t u = 0; u < names_.size(); ++u) {
      const bool turns = (leaf.varies.falls >> u & 1) != 0;
      low.push_back(corner(u, leaf.parts[u], turns));
      high.push_back(corner(u, leaf.parts[u], !turns));
    }
    return {std::move(low), std::move(high)};
  }

  /// Where both ends of a region give the same, so does all between.
  void settle(Leaf& leaf) {
    if (!leaf.varies.is_set()) return;
    for (std::size_t u = 0; u < names_.size(); ++u) {
      const Part& part = leaf.parts[u];
      if (part.is != Part::Is::line || part.low != part.high) continue;
      leaf.varies.rises &= ~(Inputs{1} << u);  // it is one value
      leaf.varies.falls &= ~(Inputs{1} << u);
    }
    if ((leaf.varies.rises & leaf.varies.falls) != 0 || leaf.varies.text != 0) return;
    const auto [low, high] = ends(leaf);
    const std::optional<Value> least = exploration_.at(low), most = exploration_.at(high);
    if (!least || !most || !least->equals(*most)) return;
    leaf.value = *least;
    leaf.varies = {};
  }

  /// Makes one leaf of neighbours on a line with the same result, so that cases are told on both
  /// sides of a limit and not beside it.
  static void join(std::vector<Leaf>& leaves) {
    std::size_t kept = 0;
    for (std::size_t i = 1; i < leaves.size(); ++i) {
      Leaf& last = leaves[kept];
      const std::optional<std::size_t> at = line_between(last, leaves[i]);
      if (at) {
        last.parts[*at].high = leaves[i].parts[*at].high;
      } else if (++kept != i) {
        leaves[kept] = std::move(leaves[i]);
      }
    }
    if (!leaves.empty()) leaves.resize(kept + 1);
  }
  /// The one input in whose line the second follows the first, all else being the same.
  static std::optional<std::size_t> line_between(const Leaf& a, const Leaf& b) {
    if (a.varies.is_set() || b.varies.is_set() || !a.value.equals(b.value)) return std::nullopt;
    std::optional<std::size_t> at;
    for (std::size_t u = 0; u < a.parts.size(); ++u) {
      const Part& p = a.parts[u];
      const Part& q = b.parts[u];
      if (p.is != q.is || p.is == Part::Is::text) return std::nullopt;
      if (p.is == Part::Is::listed && !p.value.equals(q.value)) return std::nullopt;
      if (p.is != Part::Is::line || (p.low == q.low && p.high == q.high)) continue;
      if (at || p.high + 1 != q.low) return std::nullopt;
      at = u;
    }
    return at;
  }

  /// Inputs with which the result of one leaf rises and falls.
  void within(const Leaf& leaf, OpenAnswer& out, std::vector<bool>& is_open) {
    const Inputs varies = leaf.varies.inputs();
    for (std::size_t u = 0; u < names_.size(); ++u) {
      if ((varies >> u & 1) == 0 || out.unknown[u].shown) continue;
      std::vector<Choice> choices;
      for (std::size_t i = 0; i < names_.size(); ++i) {
        choices.push_back(choice(i, leaf.parts[i], (varies >> i & 1) != 0));
        choices.back().matters = leaf.parts[i].is != Part::Is::all;
      }
      if (search(u, std::move(choices), choice(u, leaf.parts[u], true), out) == Search::open) {
        is_open[u] = true;
      }
    }
  }
  [[nodiscard]] Value corner(std::size_t input, const Part& part, bool high) const {
    if (part.is == Part::Is::line) return domains_[input].point(high ? part.high : part.low);
    return value_of(input, part, high);
  }

  /// Inputs in which alone a point of one leaf may differ from a point of the other.
  void across(const Leaf& a, const Leaf& b, OpenAnswer& out, std::vector<bool>& is_open) {
    const bool is_constant = !a.varies.is_set() && !b.varies.is_set();
    if (is_constant && a.value.equals(b.value)) return;
    // They must have all others in common: at most one input keeps them apart.
    const Inputs varies = a.varies.inputs() | b.varies.inputs();
    std::vector<Choice> choices(names_.size());
    std::optional<std::size_t> apart;
    for (std::size_t u = 0; u < names_.size(); ++u) {
      const std::optional<Part> both = common(a.parts[u], b.parts[u]);
      if (both) {
        choices[u] = choice(u, *both, (varies >> u & 1) != 0);
      } else if (apart) {
        return;
      } else {
        apart = u;
      }
      choices[u].matters = a.parts[u].is != Part::Is::all || b.parts[u].is != Part::Is::all;
    }
    if (!apart || out.unknown[*apart].shown) return;
    const bool both_ends = (varies >> *apart & 1) != 0;
    Choice one = choice(*apart, a.parts[*apart], both_ends);
    Choice other = choice(*apart, b.parts[*apart], both_ends);
    auto [near_one, near_other] = neighbours(*apart, a.parts[*apart], b.parts[*apart]);
    one.values.insert(one.values.begin(), std::move(near_one));
    other.values.insert(other.values.begin(), std::move(near_other));
    choices[*apart] = std::move(one);
    if (search(*apart, std::move(choices), other, out) == Search::open) is_open[*apart] = true;
  }

  /// Values of two parts that lie close to each other.
  [[nodiscard]] std::pair<Value, Value> neighbours(std::size_t input, const Part& a,
                                                   const Part& b) const {
    if (a.is == Part::Is::line && b.is == Part::Is::line) {
      const Domain& domain = domains_[input];
      if (a.high < b.low) return {domain.point(a.high), domain.point(b.low)};
      return {domain.point(a.low), domain.point(b.high)};
    }
    return {value_of(input, a, false), value_of(input, b, false)};
  }

  Exploration& exploration_;
  std::span<const std::string> names_;
  std::span<const Domain> domains_;
};

}  // namespace

Result<OpenAnswer> OpenExpression::ask(const Context& known, const OpenLimits& limits,
                                       const Surroundings& surroundings) const {
  const auto refused = [](std::string why) {
    return Error{ErrorCode::invalid_argument, std::move(why)};
  };
  std::vector<Value> slots(impl_->names.size());
  std::vector<bool> is_known(slots.size());
  for (const auto& [name, value] : known) {
    const std::string normal = feel::normalise_name(name);
    const auto at = std::find(impl_->names.begin(), impl_->names.end(), normal);
    if (at == impl_->names.end()) return refused(name + " is no name of the signature");
    const auto slot = static_cast<std::size_t>(at - impl_->names.begin());
    const Type& type = impl_->types[slot];
    const bool fits =
        value.is_null()
            ? type.is_optional() || type.is() == Type::Is::any || type.is() == Type::Is::null
            : type.is() == Type::Is::any || vm::is_instance(value, type.required());
    if (!fits) return refused(name + ": " + value.to_text(100) + " is no " + type.to_text());
    slots[slot] = value;
    is_known[slot] = true;
  }
  std::vector<std::uint32_t> unknown;
  std::vector<std::string> names;
  std::vector<Domain> domains;
  for (std::uint32_t slot = 0; slot < slots.size(); ++slot) {
    if (is_known[slot]) continue;
    unknown.push_back(slot);
    names.push_back(impl_->names[slot]);
    domains.push_back(Domain::of(impl_->types[slot]));
  }
  if (unknown.size() > 64) return refused("more than 64 unknown inputs");
  vm::Setting setting;
  setting.now = surroundings.now;
  setting.zone = surroundings.zone;
  setting.limits = {surroundings.limits.steps, surroundings.limits.bytes,
                    surroundings.limits.depth};
  vm::Machine machine(setting);
  Exploration exploration(machine, *impl_->program, std::move(slots), unknown, domains, limits.runs,
                          limits.cases);
  return Question(exploration, names, domains).answer();
}

}  // namespace aftercare
