// Text tables: rows of cells between bars, conditions before `||`, results after it.
#include "rulebook/linker.hpp"

namespace aftercare::rulebook {

void Linker::declare_tables(PackDecl& pack) {
  for (const Item& item : pack.outline->items) {
    if (item.kind->word != Word::table) continue;
    implement(pack, item, all_cites(pack, item));
    report(diag::AC0214, item.key().span,
           {{"what", std::string(spelling(Word::table, item.language))}});
  }
}

}  // namespace aftercare::rulebook
