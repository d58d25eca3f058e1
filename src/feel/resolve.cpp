// The interface of this file is resolve.hpp.
#include "feel/resolve.hpp"

#include <algorithm>
#include <utility>

#include "base/diagnostics.hpp"

namespace aftercare::feel {
namespace {

constexpr std::size_t most_nodes = 2'000'000;
constexpr std::size_t most_depth = 1000;
constexpr std::size_t most_lets = 200;
constexpr std::size_t most_copied = 20'000;  // nodes of lets, copied to where they are used

/// One layer of names of the text itself.
struct Layer {
  enum class Is : std::uint8_t { names, item, function, wall };
  Is is = Is::names;
  std::vector<std::pair<std::string, std::uint32_t>> names;  // names: of locals
  std::uint32_t local = 0;                                   // item: the item's local
  std::vector<std::string> members;                          // item: where they are known
  bool is_open = false;                                      // item: they are not all known
  NodeId function = 0;                                       // function: where captures go
};

class Resolver {
 public:
  Resolver(const Scope& scope, const CompileOptions& options) : scope_(&scope), options_(options) {}

  Resolved run(const Ast& tree) {
    out_.tree.source = tree.source;
    out_.bindings.emplace_back();
    wanted_ = symbols_in(options_.tested ? options_.tested->type : options_.expected);
    out_.tree.root = copy(tree, tree.root);
    return std::move(out_);
  }

 private:
  NodeId make(const Ast& from, NodeId id, std::vector<NodeId> children) {
    Node node = from[id];
    if (use_ != nullptr) node.range = *use_;
    if (node.text != 0) {
      out_.tree.texts.push_back(from.text_of(id));
      node.text = static_cast<std::uint32_t>(out_.tree.texts.size() - 1);
    }
    node.first = static_cast<std::uint32_t>(out_.tree.links.size());
    node.count = static_cast<std::uint32_t>(children.size());
    out_.tree.links.insert(out_.tree.links.end(), children.begin(), children.end());
    out_.tree.nodes.push_back(node);
    out_.bindings.emplace_back();
    return static_cast<NodeId>(out_.tree.nodes.size() - 1);
  }

  NodeId give_up(const Ast& from, NodeId id, DiagnosticCode code, DiagnosticWords words) {
    if (out_.findings.empty()) {
      const TextRange range = use_ != nullptr ? *use_ : from[id].range;
      const SourceSpan span = options_.place ? options_.place(range.begin, range.end)
                                             : SourceSpan{0, range.begin, range.end};
      out_.findings.push_back(base::make(code, span, std::move(words)));
    }
    return 0;
  }

  std::uint32_t add_local(Local::Is is, const std::string& name, NodeId declared) {
    out_.locals.push_back({is, name, declared});
    return static_cast<std::uint32_t>(out_.locals.size() - 1);
  }

  NodeId copy(const Ast& from, NodeId id) {
    if (!out_.findings.empty()) return 0;
    if (out_.tree.nodes.size() >= most_nodes || depth_ >= most_depth ||
        (!lets_.empty() && ++copied_ > most_copied)) {
      return give_up(from, id, diag::AC0306, {});
    }
    ++depth_;
    const NodeId result = copy_node(from, id);
    --depth_;
    return result;
  }

  NodeId copy_node(const Ast& from, NodeId id) {
    const auto wanted = std::exchange(wanted_, std::nullopt);
    const NodeId made = copy_node(from, id, wanted);
    wanted_ = wanted;
    return made;
  }

  NodeId copy_node(const Ast& from, NodeId id, const std::optional<Type>& wanted) {
    switch (from[id].kind) {
      case NodeKind::name:
        wanted_ = wanted;
        return name(from, id);
      case NodeKind::path:
        return path(from, id);
      case NodeKind::filter:
        return filter(from, id);
      case NodeKind::for_each:
      case NodeKind::some:
      case NodeKind::every:
        return iteration(from, id);
      case NodeKind::context:
        return context(from, id);
      case NodeKind::function:
        return function(from, id);
      case NodeKind::input:
        return input(from, id);
      case NodeKind::in:
        return in(from, id);
      default:
        return plain(from, id, wanted);
    }
  }

  NodeId plain(const Ast& from, NodeId id, const std::optional<Type>& wanted = {}) {
    std::vector<NodeId> children;
    children.reserve(from[id].count);
    for (const NodeId child : from.children(id)) {
      is_callee_ =
          from[id].kind == NodeKind::call && children.empty() && from[child].kind == NodeKind::name;
      wanted_ = wanted_of(from, id, children.size(), wanted);
      children.push_back(copy(from, child));
    }
    return make(from, id, std::move(children));
  }

  // ── words ─────────────────────────────────────────────────────────────────────────────────────
  // A word of a closed set may also be the name of something else: a let, an event, a function.
  // Where a value of that set is looked for, it is the word.

  /// The set that a value of `type`, or its elements, come from.
  static std::optional<Type> symbols_in(const Type& type) {
    const Type* inner = &type;
    while (inner->is() == Type::Is::list) inner = &inner->element();
    if (inner->is() != Type::Is::symbol) return std::nullopt;
    return *inner;
  }

  /// What is looked for in one child of a node of which `wanted` is looked for.
  std::optional<Type> wanted_of(const Ast& from, NodeId id, std::size_t child,
                                const std::optional<Type>& wanted) const {
    switch (from[id].kind) {
      case NodeKind::binary: {
        const Operator op = from.operator_of(id);
        if (op != Operator::eq && op != Operator::ne) return std::nullopt;
        return set_of(from, from.child(id, 1 - child), *scope_);
      }
      case NodeKind::call: {
        const Name* callee = from[from.child(id, 0)].kind == NodeKind::name
                                 ? scope_->find(from.text_of(from.child(id, 0)))
                                 : nullptr;
        if (child == 0 || callee == nullptr || callee->is != Name::Is::function ||
            child > callee->function.parameters.size()) {
          return std::nullopt;
        }
        return symbols_in(callee->function.parameters[child - 1].second);
      }
      case NodeKind::if_else:
        return child == 0 ? std::nullopt : wanted;
      case NodeKind::list:
      case NodeKind::tests:
      case NodeKind::compare_test:
        return wanted;
      default:
        return std::nullopt;
    }
  }

  /// The closed set of an expression, as far as declarations tell; none for anything else.
  std::optional<Type> set_of(const Ast& from, NodeId id, const Scope& scope, int depth = 0) const {
    constexpr int deepest = 32;
    if (depth > deepest || id == 0) return std::nullopt;
    switch (from[id].kind) {
      case NodeKind::name: {
        const std::string& text = from.text_of(id);
        const bool is_local = std::any_of(layers_.begin(), layers_.end(), [&](const Layer& layer) {
          return std::any_of(layer.names.begin(), layer.names.end(),
                             [&](const auto& one) { return one.first == text; });
        });
        if (is_local) return std::nullopt;
        return set_of(scope.find(text), depth);
      }
      case NodeKind::path: {
        const NodeId base = from.child(id, 0);
        const Name* record = nullptr;
        if (from[base].kind == NodeKind::name) record = scope.find(from.text_of(base));
        if (record == nullptr || record->is != Name::Is::record) return std::nullopt;
        return set_of(record->record.members->find_here(from.text_of(id)), depth);
      }
      case NodeKind::call: {
        const NodeId callee = from.child(id, 0);
        const Name* function =
            from[callee].kind == NodeKind::name ? scope.find(from.text_of(callee)) : nullptr;
        if (function == nullptr || function->is != Name::Is::function) return std::nullopt;
        return symbols_in(function->function.result);
      }
      case NodeKind::if_else: {
        const auto then = set_of(from, from.child(id, 1), scope, depth + 1);
        return then ? then : set_of(from, from.child(id, 2), scope, depth + 1);
      }
      default:
        return std::nullopt;
    }
  }
  std::optional<Type> set_of(const Name* name, int depth) const {
    if (name == nullptr) return std::nullopt;
    if (name->is == Name::Is::let) {
      return set_of(*name->let.tree, name->let.tree->root, *name->let.scope, depth + 1);
    }
    if (name->is != Name::Is::slot && name->is != Name::Is::constant) return std::nullopt;
    return symbols_in(name->type);
  }

  /// Whether a name stands for a word where it is used.
  [[nodiscard]] bool is_word(const Name& found, const std::string& text, bool is_callee) const {
    if (is_callee) return false;
    if (found.is == Name::Is::function || found.is == Name::Is::builtin) {
      return !scope_->sets_with(text).empty();
    }
    if (!wanted_) return false;
    const auto words = wanted_->words();
    if (std::find(words.begin(), words.end(), text) == words.end()) return false;
    const auto own = set_of(&found, 0);
    return !own || own->symbol_set() != wanted_->symbol_set();
  }

  // ── names ─────────────────────────────────────────────────────────────────────────────────────

  /// Notes that functions between a use and what is used have to capture it.
  void capture(const Capture& used, std::size_t below_layer) {
    for (std::size_t i = layers_.size(); i > below_layer; --i) {
      const Layer& layer = layers_[i - 1];
      if (layer.is != Layer::Is::function) continue;
      std::vector<Capture>& list = out_.captures[layer.function];
      if (std::find(list.begin(), list.end(), used) == list.end()) list.push_back(used);
    }
  }

  NodeId input(const Ast& from, NodeId id) {
    const NodeId made = make(from, id, {});
    Binding& binding = out_.bindings[made];
    for (std::size_t i = layers_.size(); i-- > wall();) {
      for (const auto& [name, local] : layers_[i].names) {
        if (name != "?") continue;
        binding.is = Binding::Is::local;
        binding.index = local;
        capture({false, local}, i + 1);
        return made;
      }
    }
    if (options_.tested) {
      binding.is = Binding::Is::slot;
      binding.index = options_.tested->slot;
      capture({true, binding.index}, wall());
    } else {
      binding.is = Binding::Is::unknown;
    }
    return made;
  }

  /// Lets see nothing of the text that uses them: layers below this do not count.
  [[nodiscard]] std::size_t wall() const noexcept {
    for (std::size_t i = layers_.size(); i > 0; --i) {
      if (layers_[i - 1].is == Layer::Is::wall) return i;
    }
    return 0;
  }

  NodeId name(const Ast& from, NodeId id) {
    const bool is_callee = std::exchange(is_callee_, false);
    const std::string& text = from.text_of(id);
    std::vector<std::uint32_t> items;
    for (std::size_t i = layers_.size(); i-- > wall();) {
      const Layer& layer = layers_[i];
      if (layer.is == Layer::Is::item) {
        const bool is_known =
            std::find(layer.members.begin(), layer.members.end(), text) != layer.members.end();
        if (is_known || layer.is_open) {
          items.push_back(layer.local);
          capture({false, layer.local}, i + 1);
        }
        if (text == "item") return bound_local(from, id, layer.local, i, std::move(items));
        continue;
      }
      for (std::size_t n = layer.names.size(); n-- > 0;) {
        if (layer.names[n].first == text) {
          return bound_local(from, id, layer.names[n].second, i, std::move(items));
        }
      }
    }
    const Name* found = scope_->find(text);
    if (found == nullptr || is_word(*found, text, is_callee)) {
      const NodeId made = make(from, id, {});
      out_.bindings[made].is =
          scope_->sets_with(text).empty() ? Binding::Is::unknown : Binding::Is::word;
      out_.bindings[made].items = std::move(items);
      return made;
    }
    return bound(from, id, *found, std::move(items));
  }

  NodeId bound_local(const Ast& from, NodeId id, std::uint32_t local, std::size_t layer,
                     std::vector<std::uint32_t> items) {
    const NodeId made = make(from, id, {});
    Binding& binding = out_.bindings[made];
    binding.is = Binding::Is::local;
    binding.index = local;
    binding.items = std::move(items);
    if (out_.locals[local].is == Local::Is::partial) used_partials_.push_back(local);
    capture({false, local}, layer + 1);
    return made;
  }

  /// The use of an entry of a scope.
  NodeId bound(const Ast& from, NodeId id, const Name& entry, std::vector<std::uint32_t> items) {
    if (entry.is == Name::Is::let && items.empty()) return let(from, id, entry);
    std::vector<NodeId> children;
    if (entry.is == Name::Is::let) children.push_back(let(from, id, entry));
    const NodeId made = make(from, id, std::move(children));
    Binding binding;
    binding.entry = &entry;
    binding.items = std::move(items);
    binding.guards = let_guards_;
    switch (entry.is) {
      case Name::Is::slot:
        binding.is = Binding::Is::slot;
        binding.index = entry.slot;
        capture({true, entry.slot}, 0);
        break;
      case Name::Is::record:
        binding.is = Binding::Is::record;
        binding.index = entry.record.slot;
        if (entry.record.slot != no_slot) capture({true, entry.record.slot}, 0);
        break;
      case Name::Is::constant:
        binding.is = Binding::Is::constant;
        break;
      case Name::Is::function:
        binding.is = Binding::Is::function;
        break;
      case Name::Is::builtin:
        binding.is = Binding::Is::builtin;
        binding.index = entry.slot;
        break;
      case Name::Is::let:
        binding.is = Binding::Is::let;
        break;
      case Name::Is::local:
        binding.is = Binding::Is::unknown;
        break;
    }
    out_.bindings[made] = std::move(binding);
    return made;
  }

  NodeId let(const Ast& from, NodeId id, const Name& entry) {
    if (std::find(lets_.begin(), lets_.end(), &entry) != lets_.end()) {
      return give_up(from, id, diag::AC0415, {{"name", entry.name}});
    }
    if (lets_.size() >= most_lets) return give_up(from, id, diag::AC0306, {});
    const TextRange range = use_ != nullptr ? *use_ : from[id].range;
    const TextRange* outer_use = std::exchange(use_, &range);
    const Scope* outer_scope = std::exchange(scope_, entry.let.scope);
    lets_.push_back(&entry);
    Layer wall;
    wall.is = Layer::Is::wall;
    layers_.push_back(std::move(wall));
    const NodeId made = copy(*entry.let.tree, entry.let.tree->root);
    layers_.pop_back();
    lets_.pop_back();
    scope_ = outer_scope;
    use_ = outer_use;
    out_.let_of.try_emplace(made, entry.name);
    if (entry.let.tree->is_told_wrong) out_.told_wrong.insert(made);
    return made;
  }

  NodeId path(const Ast& from, NodeId id) {
    const NodeId base = copy(from, from.child(id, 0));
    if (base == 0) return 0;
    const Binding& binding = out_.bindings[base];
    if (binding.is == Binding::Is::record && binding.items.empty()) {
      const Name& record = *binding.entry;
      if (const Name* member = record.record.members->find_here(from.text_of(id))) {
        std::vector<const Name*> guards = binding.guards;
        if (record.record.slot != no_slot && !record.record.known_present) {
          guards.push_back(&record);
        }
        if (member->is == Name::Is::let) {
          // What it is made of is there where the record is.
          const std::size_t outer = let_guards_.size();
          let_guards_.insert(let_guards_.end(), guards.begin(), guards.end());
          const NodeId made = bound(from, id, *member, {});
          let_guards_.resize(outer);
          return made;
        }
        const NodeId made = bound(from, id, *member, {});
        out_.bindings[made].guards = std::move(guards);
        return made;
      }
    }
    return make(from, id, {base});
  }

  // ── what declares names ───────────────────────────────────────────────────────────────────────

  /// Names of the members of the elements of a list, where they are known.
  void members_of(NodeId list, Layer& layer) {
    const Binding& binding = out_.bindings[list];
    const Type* type = nullptr;
    if (binding.items.empty() && binding.entry != nullptr &&
        (binding.is == Binding::Is::slot || binding.is == Binding::Is::constant)) {
      type = &binding.entry->type;
    }
    for (int i = 0; i < 8 && type != nullptr && type->is() == Type::Is::list; ++i) {
      type = &type->element();
    }
    if (type != nullptr && type->is() == Type::Is::context) {
      for (const auto& [name, member] : type->members()) layer.members.push_back(name);
    }
    layer.is_open = options_.level == Level::lenient || layer.members.empty();
  }

  NodeId filter(const Ast& from, NodeId id) {
    const NodeId base = copy(from, from.child(id, 0));
    Layer layer;
    layer.is = Layer::Is::item;
    layer.local = add_local(Local::Is::item, "item", 0);
    members_of(base, layer);
    const std::uint32_t local = layer.local;
    layers_.push_back(std::move(layer));
    const NodeId condition = copy(from, from.child(id, 1));
    layers_.pop_back();
    const NodeId made = make(from, id, {base, condition});
    out_.locals[local].declared = made;
    out_.local_of[made] = local;
    return made;
  }

  /// Inside its tests `?` is the value before `in`.
  NodeId in(const Ast& from, NodeId id) {
    std::vector<NodeId> children{copy(from, from.child(id, 0))};
    const std::optional<Type> tested = set_of(from, from.child(id, 0), *scope_);
    const std::uint32_t local = add_local(Local::Is::tested, "?", 0);
    layers_.emplace_back();
    layers_.back().names.emplace_back("?", local);
    for (const NodeId test : from.children(id).subspan(1)) {
      wanted_ = tested;
      children.push_back(copy(from, test));
    }
    layers_.pop_back();
    const NodeId made = make(from, id, std::move(children));
    out_.locals[local].declared = made;
    out_.local_of[made] = local;
    return made;
  }

  NodeId iteration(const Ast& from, NodeId id) {
    std::vector<NodeId> children;
    const auto parts = from.children(id);
    layers_.emplace_back();
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
      const NodeId iterator = plain(from, parts[i]);
      const std::string& name = from.text_of(parts[i]);
      const std::uint32_t local = add_local(Local::Is::iterator, name, iterator);
      out_.local_of[iterator] = local;
      layers_.back().names.emplace_back(name, local);
      children.push_back(iterator);
    }
    std::uint32_t partial = no_slot;
    if (from[id].kind == NodeKind::for_each) {
      partial = add_local(Local::Is::partial, "partial", 0);
      // Before the variables: a variable of that name hides it.
      layers_.back().names.insert(layers_.back().names.begin(), {"partial", partial});
    }
    children.push_back(copy(from, parts.back()));
    layers_.pop_back();
    const NodeId made = make(from, id, std::move(children));
    if (std::find(used_partials_.begin(), used_partials_.end(), partial) != used_partials_.end()) {
      out_.partial_of[made] = partial;
    }
    return made;
  }

  NodeId context(const Ast& from, NodeId id) {
    std::vector<NodeId> children;
    layers_.emplace_back();
    for (const NodeId entry : from.children(id)) {
      const std::string& name = from.text_of(entry);
      const NodeId value = from.child(entry, 0);
      NodeId made = 0;
      if (from[value].kind == NodeKind::function) {
        // A function of an entry may call itself by the entry's name.
        const std::uint32_t local = add_local(Local::Is::entry, name, 0);
        self_ = {name, local};
        made = plain(from, entry);
        out_.locals[local].declared = made;
        out_.local_of[made] = local;
        layers_.back().names.emplace_back(name, local);
      } else {
        made = plain(from, entry);
        const std::uint32_t local = add_local(Local::Is::entry, name, made);
        out_.local_of[made] = local;
        layers_.back().names.emplace_back(name, local);
      }
      children.push_back(made);
    }
    layers_.pop_back();
    return make(from, id, std::move(children));
  }

  NodeId function(const Ast& from, NodeId id) {
    const auto self = std::exchange(self_, {});
    const std::uint32_t key = ++function_keys_;
    Layer layer;
    layer.is = Layer::Is::function;
    layer.function = key | provisional;
    layers_.push_back(std::move(layer));
    std::vector<NodeId> children;
    const auto parts = from.children(id);
    // Its own name lies inside the wall of captures: calling itself captures nothing.
    layers_.emplace_back();
    if (!self.first.empty()) layers_.back().names.push_back(self);
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
      const NodeId parameter = plain(from, parts[i]);
      const std::string& name = from.text_of(parts[i]);
      const std::uint32_t local = add_local(Local::Is::parameter, name, parameter);
      out_.local_of[parameter] = local;
      layers_.back().names.emplace_back(name, local);
      children.push_back(parameter);
    }
    children.push_back(copy(from, parts.back()));
    layers_.pop_back();
    layers_.pop_back();
    const NodeId made = make(from, id, std::move(children));
    if (!self.first.empty()) out_.self_of[made] = self.second;
    auto used = out_.captures.extract(key | provisional);
    if (!used.empty()) {
      out_.captures[made] = std::move(used.mapped());
    } else {
      out_.captures[made] = {};
    }
    return made;
  }

  static constexpr NodeId provisional = 0x80000000U;

  const Scope* scope_;
  const CompileOptions& options_;
  Resolved out_;
  std::vector<Layer> layers_;
  std::optional<Type> wanted_;  // the set whose words are looked for where the next node stands
  bool is_callee_ = false;      // the name that is copied next is called
  std::vector<const Name*> lets_;
  std::vector<const Name*> let_guards_;  ///< records whose member the let under way is
  const TextRange* use_ = nullptr;  // inside a let: where it was used
  std::pair<std::string, std::uint32_t> self_;
  std::vector<std::uint32_t> used_partials_;
  std::uint32_t function_keys_ = 0;
  std::size_t depth_ = 0;
  std::size_t copied_ = 0;
};

}  // namespace

Resolved resolve(const Ast& tree, const Scope& scope, const CompileOptions& options) {
  return Resolver(scope, options).run(tree);
}

bool reads_input(const Ast& tree, NodeId test) {
  const Node& node = tree[test];
  if (node.kind == NodeKind::input) return true;
  if (node.kind == NodeKind::in) return reads_input(tree, tree.child(test, 0));
  const auto children = tree.children(test);
  return std::any_of(children.begin(), children.end(),
                     [&](NodeId child) { return reads_input(tree, child); });
}

}  // namespace aftercare::feel
