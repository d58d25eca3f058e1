// The interface of this file is print.hpp.
#include "feel/print.hpp"

#include <optional>

#include "aftercare/rt/length.hpp"
#include "aftercare/value.hpp"

#include "base/text.hpp"
#include "feel/parse.hpp"
#include "feel/scope.hpp"

namespace aftercare::feel {
namespace {

/// How tightly a node binds; an operand that binds less tightly than its place asks gets brackets.
enum Level : int { loose, any_of, all_of, compared, sum, product, power, prefix, postfix };

class Printer {
 public:
  Printer(const Ast& tree, const PrintOptions& options) : tree_(tree), options_(options) {}

  std::string take(NodeId id) {
    write(id, loose);
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::string_view word(std::string_view english, std::string_view chinese) const {
    return options_.language == Language::chinese && !chinese.empty() ? chinese : english;
  }
#define KEYWORD(id, english, chinese) \
  std::string_view word_##id() const { return word(english, chinese); }
#include "feel/token.def"
#undef KEYWORD

  [[nodiscard]] Level level(NodeId id) const {
    const Node& node = tree_[id];
    switch (node.kind) {
      case NodeKind::if_else:
      case NodeKind::for_each:
      case NodeKind::some:
      case NodeKind::every:
      case NodeKind::function:
        return loose;
      case NodeKind::any_of:
        return any_of;
      case NodeKind::all_of:
        return all_of;
      case NodeKind::between:
      case NodeKind::in:
        return compared;
      case NodeKind::binary:
        switch (tree_.operator_of(id)) {
          case Operator::add:
          case Operator::subtract:
            return sum;
          case Operator::multiply:
          case Operator::divide:
            return product;
          case Operator::power:
            return power;
          default:
            return compared;
        }
      case NodeKind::negate:
        return prefix;
      default:
        return postfix;
    }
  }

  void write(NodeId id, Level least) {
    if (options_.replace) {
      if (const std::string text = options_.replace(tree_, id); !text.empty()) {
        out_ += text;
        return;
      }
    }
    const bool needs_brackets = level(id) < least;
    if (needs_brackets) out_ += '(';
    write_node(id);
    if (needs_brackets) out_ += ')';
  }

  /// `written`: the source of the name. Where it stands in back ticks they may be needed: without
  /// them `a, b` and `if` read otherwise.
  void name(const std::string& text, std::string_view written) {
    const bool is_quoted = !written.empty() && written.back() == '`';
    const bool is_word = word_length(text, 0) == text.size();
    const bool ticks = is_word ? is_quoted && is_keyword(text, options_.language)
                               : is_quoted || options_.back_ticks;
    if (ticks) out_ += '`';
    out_ += text;
    if (ticks) out_ += '`';
  }

  /// A name where it is declared: its node begins with it.
  void declared(NodeId id) {
    const bool is_quoted = tree_.written(id).substr(0, 1) == "`";
    name(tree_.text_of(id), is_quoted ? "`" : "");
  }

  void list(std::span<const NodeId> items, Level least = loose) {
    bool is_first = true;
    for (const NodeId item : items) {
      if (!is_first) out_ += ", ";
      is_first = false;
      write(item, least);
    }
  }

  void joined(NodeId id, std::string_view between, Level least) {
    bool is_first = true;
    for (const NodeId child : tree_.children(id)) {
      if (!is_first) {
        out_ += ' ';
        out_ += between;
        out_ += ' ';
      }
      is_first = false;
      write(child, least);
    }
  }

  void iteration(NodeId id, std::string_view head, std::string_view before_body) {
    out_ += head;
    const auto children = tree_.children(id);
    for (std::size_t i = 0; i + 1 < children.size(); ++i) {
      out_ += i == 0 ? " " : ", ";
      write_node(children[i]);
    }
    out_ += ' ';
    out_ += before_body;
    out_ += ' ';
    write(children.back(), loose);
  }

  void length_unit(const Node& node) {
    const rt::UnitRow& row = rt::row(static_cast<rt::Unit>(node.op));
    out_ += options_.language == Language::chinese ? row.chinese[0] : row.symbol;
  }

  void write_node(NodeId id) {
    const Node& node = tree_[id];
    const auto children = tree_.children(id);
    const std::string& text = tree_.text_of(id);
    switch (node.kind) {
      case NodeKind::none:
        return;
      case NodeKind::null_literal:
        out_ += word_null();
        return;
      case NodeKind::boolean_literal:
        out_ += node.flags != 0 ? word_true_() : word_false_();
        return;
      case NodeKind::number_literal:
        out_ += text;
        return;
      case NodeKind::string_literal:
        out_ += quote(text);
        return;
      case NodeKind::at_literal:
        out_ += '@';
        out_ += quote(text);
        return;
      case NodeKind::length_literal:
        out_ += text;
        length_unit(node);
        return;
      case NodeKind::money_literal:
        out_ += money_text(text, node.data, options_.language);
        return;
      case NodeKind::percent_literal:
        out_ += text;
        out_ += '%';
        return;
      case NodeKind::name:
        if (text == "not" && tree_.written(id) != "`not`")
          out_ += word_not_();
        else
          name(text, tree_.written(id));
        return;
      case NodeKind::input:
        out_ += '?';
        return;
      case NodeKind::negate:
        out_ += '-';
        write(children[0], prefix);
        return;
      case NodeKind::binary:
        binary(id);
        return;
      case NodeKind::all_of:
        joined(id, word_and_(), compared);
        return;
      case NodeKind::any_of:
        joined(id, word_or_(), all_of);
        return;
      case NodeKind::between:
        write(children[0], compared);
        spaced(word_between());
        write(children[1], sum);
        spaced(word_and_());
        write(children[2], sum);
        return;
      case NodeKind::in:
        in(children);
        return;
      case NodeKind::instance_of:
        write(children[0], postfix);
        spaced(word_instance());
        out_ += word_of();
        out_ += ' ';
        write_node(children[1]);
        return;
      case NodeKind::path:
        write(children[0], postfix);
        out_ += '.';
        name(text, tree_.written(id));
        return;
      case NodeKind::descendants:
        write(children[0], postfix);
        out_ += "...";
        name(text, tree_.written(id));
        return;
      case NodeKind::filter:
        write(children[0], postfix);
        out_ += '[';
        write(children[1], loose);
        out_ += ']';
        return;
      case NodeKind::call:
        write(children[0], postfix);
        out_ += '(';
        list(children.subspan(1));
        out_ += ')';
        return;
      case NodeKind::argument:
      case NodeKind::entry:
        if (node.kind == NodeKind::entry && word_length(text, 0) != text.size())
          out_ += quote(text);
        else
          declared(id);
        out_ += ": ";
        write(children[0], loose);
        return;
      case NodeKind::range:
        out_ += (node.flags & range_includes_low) != 0 ? '[' : '(';
        write(children[0], loose);
        out_ += "..";
        write(children[1], loose);
        out_ += (node.flags & range_includes_high) != 0 ? ']' : ')';
        return;
      case NodeKind::half_range:
        out_ += '(';
        out_ += operator_text(tree_.operator_of(id));
        out_ += ' ';
        write(children[0], sum);
        out_ += ')';
        return;
      case NodeKind::compare_test:
        out_ += operator_text(tree_.operator_of(id));
        out_ += ' ';
        write(children[0], sum);
        return;
      case NodeKind::list:
        out_ += '[';
        list(children);
        out_ += ']';
        return;
      case NodeKind::context:
        out_ += '{';
        list(children);
        out_ += '}';
        return;
      case NodeKind::if_else:
        out_ += word_if_();
        out_ += ' ';
        write(children[0], loose);
        spaced(word_then());
        write(children[1], loose);
        spaced(word_else_());
        write(children[2], loose);
        return;
      case NodeKind::for_each:
        iteration(id, word_for_(), word_return_());
        return;
      case NodeKind::some:
        iteration(id, word_some(), word_satisfies());
        return;
      case NodeKind::every:
        iteration(id, word_every(), word_satisfies());
        return;
      case NodeKind::iterator:
        declared(id);
        spaced(word_in());
        write(children[0], loose);
        if (children.size() == 2) {
          out_ += "..";
          write(children[1], loose);
        }
        return;
      case NodeKind::function:
        out_ += word_function();
        out_ += '(';
        list(children.first(children.size() - 1));
        out_ += ") ";
        if (node.flags != 0) {
          out_ += word_external();
          out_ += ' ';
        }
        write(children.back(), loose);
        return;
      case NodeKind::parameter:
        declared(id);
        if (!children.empty()) {
          out_ += ": ";
          write_node(children[0]);
        }
        return;
      case NodeKind::type_name:
        out_ += text;
        return;
      case NodeKind::type_list:
        generic("list<", children);
        return;
      case NodeKind::type_range:
        generic("range<", children);
        return;
      case NodeKind::type_context:
        generic("context<", children);
        return;
      case NodeKind::type_member:
        out_ += text;
        out_ += ": ";
        write_node(children[0]);
        return;
      case NodeKind::type_function:
        generic("function<", children.first(children.size() - 1));
        out_ += "->";
        write_node(children.back());
        return;
      case NodeKind::tests:
        if (node.flags != 0) {
          out_ += word_not_();
          out_ += '(';
        }
        list(children);
        if (node.flags != 0) out_ += ')';
        return;
      case NodeKind::any_test:
        out_ += '-';
        return;
    }
  }

  void generic(std::string_view head, std::span<const NodeId> children) {
    out_ += head;
    bool is_first = true;
    for (const NodeId child : children) {
      if (!is_first) out_ += ", ";
      is_first = false;
      write_node(child);
    }
    out_ += '>';
  }

  void spaced(std::string_view text) {
    out_ += ' ';
    out_ += text;
    out_ += ' ';
  }

  void binary(NodeId id) {
    const auto children = tree_.children(id);
    const Level here = level(id);
    // Operators of one level group to the left.
    write(children[0], here);
    spaced(operator_text(tree_.operator_of(id)));
    write(children[1], static_cast<Level>(here + 1));
  }

  void in(std::span<const NodeId> children) {
    write(children[0], compared);
    spaced(word_in());
    const bool in_brackets = children.size() > 2;
    if (in_brackets) out_ += '(';
    list(children.subspan(1), in_brackets ? loose : sum);
    if (in_brackets) out_ += ')';
  }

  const Ast& tree_;
  const PrintOptions& options_;
  std::string out_;
};

}  // namespace

std::string print(const Ast& tree, NodeId node, const PrintOptions& options) {
  return Printer(tree, options).take(node);
}

std::string erase_literal(const Ast& tree, NodeId id) {
  const Node& node = tree[id];
  const std::string& text = tree.text_of(id);
  switch (node.kind) {
    case NodeKind::money_literal:
      return text;
    case NodeKind::percent_literal:
      return "(" + text + " / 100)";
    case NodeKind::length_literal:
      break;
    default:
      return {};
  }
  switch (static_cast<rt::Unit>(node.op)) {
    case rt::Unit::second:
      return "(" + text + " * duration(\"PT1S\"))";
    case rt::Unit::minute:
      return "(" + text + " * duration(\"PT1M\"))";
    case rt::Unit::hour:
      return "(" + text + " * duration(\"PT1H\"))";
    case rt::Unit::day:
      return "(" + text + " * duration(\"P1D\"))";
    case rt::Unit::week:
      return "(" + text + " * duration(\"P7D\"))";
    case rt::Unit::month:
      return "(" + text + " * duration(\"P1M\"))";
    case rt::Unit::year:
      return "(" + text + " * duration(\"P1Y\"))";
    default:
      return {};
  }
}

std::string money_text(std::string_view number, std::uint32_t currency, Language language) {
  const std::string iso = currency_name(currency);
  std::string_view chinese;
#define CURRENCY(code, spelling) \
  if (iso == (code)) chinese = spelling;
#include "feel/token.def"
#undef CURRENCY
  if (language == Language::chinese && !chinese.empty()) return std::string(number).append(chinese);
  return std::string(number) + " " + iso;
}

std::string quote(std::string_view text) {
  std::string out;
  base::append_quoted(out, text);
  return out;
}

}  // namespace aftercare::feel
