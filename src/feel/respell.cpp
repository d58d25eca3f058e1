#include "feel/respell.hpp"

#include <algorithm>
#include <span>

#include "aftercare/rt/length.hpp"

#include "base/text.hpp"

namespace aftercare::feel {
namespace {

struct WordRow {
  std::string_view english, chinese;
  [[nodiscard]] std::string_view in(Language language) const noexcept {
    return language == Language::chinese && !chinese.empty() ? chinese : english;
  }
};
constexpr WordRow keywords[] = {
#define KEYWORD(id, english, chinese) {english, chinese},
#include "feel/token.def"
#undef KEYWORD
};
constexpr WordRow builtin_names[] = {
#define BUILTIN_NAME(chinese, english) {english, chinese},
#include "feel/token.def"
#undef BUILTIN_NAME
};
constexpr WordRow member_names[] = {
#define MEMBER_NAME(chinese, english) {english, chinese},
#include "feel/token.def"
#undef MEMBER_NAME
};
constexpr WordRow currencies[] = {
#define CURRENCY(iso, chinese) {iso, chinese},
#include "feel/token.def"
#undef CURRENCY
};

class Respeller {
 public:
  Respeller(const Parsed& parsed, Language from, Language to, const NameSpelling& names)
      : tree_(parsed.ast), from_(from), to_(to), names_(names) {
    for (const Mark& mark : parsed.marks) {
      if (mark.keyword != Mark::no_keyword) {
        put(mark.range, std::string(keywords[mark.keyword].in(to_)));
      } else if (mark.half_width == 'l') {
        put(mark.range, "<=");
      } else if (mark.half_width == 'g') {
        put(mark.range, ">=");
      } else if (mark.half_width == 'n') {
        put(mark.range, "!=");
      } else {
        put(mark.range, std::string(1, mark.half_width));
      }
    }
    if (tree_.root != 0) visit(tree_.root, 0);
  }

  std::vector<Respelling> take() {
    // Of two at one place the longer one: a literal over the digits in it.
    std::stable_sort(out_.begin(), out_.end(), [](const Respelling& a, const Respelling& b) {
      return a.range.begin != b.range.begin ? a.range.begin < b.range.begin
                                            : a.range.end > b.range.end;
    });
    std::vector<Respelling> kept;
    for (Respelling& one : out_) {
      if (!kept.empty() && one.range.begin < kept.back().range.end) continue;
      kept.push_back(std::move(one));
    }
    std::erase_if(kept, [&](const Respelling& one) {
      return std::string_view(tree_.source)
                 .substr(one.range.begin, one.range.end - one.range.begin) == one.text;
    });
    return kept;
  }

 private:
  void put(TextRange range, std::string text) { out_.push_back({range, std::move(text)}); }

  void visit(NodeId id, NodeId parent) {
    const Node& node = tree_[id];
    switch (node.kind) {
      case NodeKind::number_literal: {
        // Only the digits that are full-width, by their marks.
        break;
      }
      case NodeKind::length_literal: {
        const rt::UnitRow& unit = rt::row(static_cast<rt::Unit>(node.op));
        put(node.range, tree_.text_of(id) +
                            std::string(to_ == Language::chinese ? unit.chinese[0] : unit.symbol));
        break;
      }
      case NodeKind::money_literal: {
        const std::string iso = currency_name(node.data);
        std::string_view word = iso;
        for (const WordRow& row : currencies) {
          if (row.english == iso) word = row.in(to_);
        }
        const bool is_code = word == iso;
        put(node.range, tree_.text_of(id) + (is_code ? " " : "") + std::string(word));
        break;
      }
      case NodeKind::percent_literal:
        put(node.range, tree_.text_of(id) + "%");
        break;
      case NodeKind::name:
        name(id, parent, node.range);
        break;
      case NodeKind::path:
        if (names_) {
          std::string text = names_(tree_, id, parent);
          if (!text.empty()) put({node.data, node.range.end}, std::move(text));
        }
        break;
      default:
        break;
    }
    for (const NodeId child : tree_.children(id)) visit(child, id);
  }

  void name(NodeId id, NodeId parent, TextRange range) {
    const bool is_callee =
        parent != 0 && tree_[parent].kind == NodeKind::call && tree_.child(parent, 0) == id;
    if (names_) {
      std::string text = names_(tree_, id, parent);
      // A state or a field that stays as it is called does not keep a function from its own name.
      if (!text.empty() && !(is_callee && text == tree_.text_of(id))) {
        put(range, std::move(text));
        return;
      }
    }
    if (!is_callee) return;
    for (const WordRow& row : builtin_names) {
      if (row.in(from_) == tree_.text_of(id)) put(range, std::string(row.in(to_)));
    }
  }

  const Ast& tree_;
  Language from_, to_;
  const NameSpelling& names_;
  std::vector<Respelling> out_;
};

}  // namespace

std::vector<Respelling> respell(std::string_view text, const Scope& scope, Goal goal,
                                const Dialect& dialect, Language to,
                                const NameSpelling& name_spelling) {
  const Parsed parsed = parse(text, scope, goal, dialect);
  if (has_errors(parsed.findings)) return {};
  return Respeller(parsed, dialect.language, to, name_spelling).take();
}

std::string apply(std::string_view text, const std::vector<Respelling>& pieces) {
  std::string out;
  std::size_t at = 0;
  for (const Respelling& piece : pieces) {
    out.append(text.substr(at, piece.range.begin - at));
    out += piece.text;
    at = piece.range.end;
  }
  out.append(text.substr(at));
  return out;
}

std::string_view other_spelling(std::string_view word, Language from) {
  const Language to = from == Language::english ? Language::chinese : Language::english;
  const auto look = [&](std::span<const WordRow> rows) -> std::string_view {
    for (const WordRow& row : rows) {
      if (row.in(from) == word && row.in(to) != word) return row.in(to);
    }
    return {};
  };
  const std::string_view found = look(keywords);
  return found.empty() ? look(builtin_names) : found;
}

std::string_view member_shown(std::string_view member, Language to) {
  for (const WordRow& row : member_names)
    if (row.english == member) return row.in(to);
  return member;
}

}  // namespace aftercare::feel
