// Who answers for a matter: `responsible accident: {who: safety_department}`, or by facts a text
// table whose results are chains; and where a rule names one.
#include <algorithm>

#include "base/text.hpp"
#include "rulebook/linker.hpp"

namespace aftercare::rulebook {

bool Linker::has_rows(const Item& item) {
  return item.kind->word == Word::responsible && item.body().is_map() &&
         get(item.body(), Word::rows, item.language) != nullptr;
}

/// Tables of matters are declared with the other tables, and fill in what they give.
void Linker::declare_responsibles(PackDecl& pack) {
  for (const Item& item : pack.outline->items) {
    if (item.kind->word != Word::responsible || !item.body().is_map()) continue;
    const Language language = item.language;
    const Node& body = item.body();
    const Node* who = get(body, Word::who, language);
    const Node* inputs = get(body, Word::inputs, language);
    const bool is_by_facts = has_rows(item);
    if ((who != nullptr) == is_by_facts || (inputs != nullptr) != is_by_facts) {
      const auto text = [&](Word word) { return std::string(spelling(word, language)); };
      report(diag::AC0820, item.name_span(),
             {{"name", item.name},
              {"who", text(Word::who)},
              {"inputs", text(Word::inputs)},
              {"rows", text(Word::rows)}});
    }
    if (pack.responsibles.count(item.name) != 0) continue;  // check_duplicates() tells
    step::Responsible target;
    target.name = item.name;
    target.pack = pack.index;
    target.cites = all_cites(pack, item);
    target.span = item.name_span();
    if (who && !is_by_facts) {
      implement(pack, item, target.cites);
      const Node* scalar = who->is_scalar() ? who : nullptr;
      if (!scalar && who->items.size() == 1 && who->items.front().is_scalar())
        scalar = &who->items.front();
      if (!scalar) {
        report(diag::AC0205, who->span,
               {{"key", std::string(spelling(Word::who, language))},
                {"shape", std::string(shape_text(Shape::chain, language))},
                {"kind", std::string(kind_text(who->kind, language))}});
        continue;
      }
      auto chain = read_chain(pack, nullptr, *scalar, 0, scalar->text.size(), language);
      target.chain = static_cast<Index>(model_->chains.size());
      model_->chains.push_back(chain ? std::move(*chain) : step::Chain());
    }
    pack.responsibles[item.name] = static_cast<Index>(model_->responsibles.size());
    model_->responsibles.push_back(std::move(target));
  }
}

std::optional<Linker::Matter> Linker::matter_in(PackDecl& pack, const Node& scalar,
                                                std::size_t begin, std::size_t end,
                                                Language language) {
  const std::string_view all(scalar.text);
  const auto trimmed = [&](std::size_t from) {
    const std::string_view part = base::trim(all.substr(from, end - from));
    return std::pair(part, static_cast<std::size_t>(part.data() - all.data()));
  };
  const std::string_view phrase = spelling(Word::the_responsible_of, language);
  const auto [text, at] = trimmed(begin);
  if (text.size() <= phrase.size() || text.substr(0, phrase.size()) != phrase ||
      text[phrase.size()] != ' ')
    return std::nullopt;
  const auto [rest, name_at] = trimmed(at + phrase.size());
  const std::string_view name = base::trim(rest.substr(0, rest.find('(')));
  const SourceSpan span = scalar.span_of(name_at, name_at + rest.size());
  Matter out;
  const auto found = pack.responsibles.find(std::string(name));
  if (found == pack.responsibles.end()) {
    std::vector<std::string> known;
    for (const auto& [one, number] : pack.responsibles) known.push_back(one);
    unknown(base::both("matter", "事项"), name, span, known);
    return out;
  }
  const step::Responsible& matter = model_->responsibles[found->second];
  const bool is_asked = rest.size() > name.size();
  const bool depends = !matter.inputs.empty();
  if (is_asked != depends) {
    std::string given, example = std::string(phrase) + " " + matter.name;
    for (const auto& [input, type] : matter.inputs) given += (given.empty() ? "" : ", ") + input;
    if (depends) example += "(" + given + ")";
    report(diag::AC0821, span,
           {{"name", matter.name},
            {"given", given.empty() ? base::both("nothing", "无") : given},
            {"example", example}});
    return out;
  }
  out.number = found->second;
  if (!depends) return out;
  out.asked = Written(scalar, name_at, name_at + rest.size(), language);
  out.as_written = rest;
  if (matter.results.size() > 1) out.asked.add("." + matter.results[matter.who]);
  return out;
}

std::vector<Index> Linker::roles_of(const step::Responsible& matter) const {
  std::vector<Index> out;
  if (matter.chain == none) return out;
  const step::Chain& chain = model_->chains[matter.chain];
  for (const Index post : chain.posts) {
    const Index role = chain.parts[post].role;
    if (role != none && std::find(out.begin(), out.end(), role) == out.end()) out.push_back(role);
  }
  return out;
}

}  // namespace aftercare::rulebook
