// A chain of approvers under way: who has answered, whose turn it is, and who may answer now. The
// case keeps which chain it has and who has answered; who holds a post is asked on the day of each
// answer. The interface of this file is decide(), begin_chain() and turn_seats().

#include <algorithm>

#include "step/chain.hpp"
#include "step/stepper_impl.hpp"

namespace aftercare::step {

namespace {

/// [chain, [post, principal, actor], …]
Value answer_value(Index post, const Value& principal, const Value& actor) {
  return Value::list({Value::integer(post), principal, actor});
}

std::string text_of(const Value& value) {
  return value.is(Kind::string) ? std::string(value.as_string()) : std::string();
}

bool is_one_of(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

// ── where a chain begins and ends ─────────────────────────────────────────────────────────────

/// Fixes which chain it is, and that it can come to its end.
void Stepper::Impl::begin_chain(Index which) {
  touch_all();
  const Decision& decision = procedure->decisions[which];
  Vacancy vacancy;
  vacancy.what = "nobody can be asked to decide in " + procedure->states[decision.state];
  vacancy.span = decision.span;
  vacancy.reason.code = "vacant";
  vacancy.reason.label = procedure->states[decision.state];
  vacancy.reason.clause = clause(decision.cites);
  Index chain = decision.chain;
  if (decision.chosen) {
    try {
      const Value word = evaluate(*decision.chosen);
      if (word.is(Kind::symbol))
        chain = model->word_sets[word.symbol_set()].chains[word.symbol_index()];
    } catch (const Fault& fault) {
      vacancy.reason.help = "nothing says who decides: " + fault.what;
      throw vacancy;
    }
    if (chain == none) {
      vacancy.reason.help = "nothing says who decides: " + decision.chosen->text;
      throw vacancy;
    }
  }
  set(decision.progress, Value::list({Value::integer(chain)}));
  items.byte(static_cast<std::uint8_t>(record::Op::chain));
  items.varint(which);
  items.varint(chain);
  const Deciding of = deciding(decision);
  std::vector<bool> is_vacant;
  for (const PostAsked& one : of.asked) is_vacant.push_back(one.vacant.has_value());
  const ChainView view(*of.chain, of.states);
  if (view.is_passed()) {
    vacancy.reason.code = "own_case";
    vacancy.reason.help = "nobody but who applies is left to decide";
    throw vacancy;
  }
  if (view.can_be_done(is_vacant)) return;
  // The first that cannot be done without; else the first.
  const NotHe* why = nullptr;
  bool is_needed = false;
  for (std::size_t p = 0; p < is_vacant.size() && !is_needed; ++p) {
    if (!is_vacant[p]) continue;
    std::vector<bool> alone(is_vacant.size());
    alone[p] = true;
    is_needed = !view.can_be_done(alone);
    if (is_needed || why == nullptr) why = &*of.asked[p].vacant;
  }
  vacancy.reason.code = why->code;
  vacancy.reason.help = why->help;
  vacancy.what += ": " + why->help;
  throw vacancy;
}

void Stepper::Impl::end_chain(Index which) { set(procedure->decisions[which].progress, Value()); }

/// Whether the needs of a decision let this one answer it; each that does not is told.
bool Stepper::Impl::may_decide(const Decision& decision, const Incoming& incoming,
                               const Actor& as) {
  if (decision.needs.empty()) return true;
  const bool asks_who =
      std::any_of(decision.needs.begin(), decision.needs.end(), [&](const Condition& need) {
        return std::binary_search(need.holds.reads.begin(), need.holds.reads.end(),
                                  procedure->by_slot);
      });
  if (asks_who && as.person.is_null()) {
    refuse("by", decision.outcomes[incoming.outcome].first, decision.cites,
           "say which person decides");
    return false;
  }
  set(procedure->by_slot, as.person);
  return check_needs(decision.needs, true, no_slot);
}

/// Folding: what a step answered to a chain that went on.
void Stepper::Impl::note_answer(const record::Step& step) {
  if (!record::goes_on(step)) return;
  const SlotIndex slot = procedure->decisions[step.index].progress;
  const Value& so_far = frame->slots[slot];
  if (!so_far.is(Kind::list)) return;
  std::vector<Value> all(so_far.items().begin(), so_far.items().end());
  const auto post = step.data.front().second.as_number().to_int64();
  const Value& principal =
      step.actor.on_behalf_of.is_null() ? step.actor.person : step.actor.on_behalf_of;
  all.push_back(answer_value(static_cast<Index>(post.value_or(0)), principal, step.actor.person));
  set(slot, Value::list(std::move(all)));
}

// ── who holds its posts ───────────────────────────────────────────────────────────────────────

/// Who opened the case, or in whose name it was opened.
std::vector<std::string> Stepper::Impl::applicants() const {
  std::vector<std::string> out;
  const auto add = [&](SlotIndex slot) {
    if (slot == no_slot || !frame->slots[slot].is(Kind::string)) return;
    std::string person(frame->slots[slot].as_string());
    if (!is_one_of(out, person)) out.push_back(std::move(person));
  };
  for (const Event& event : procedure->events) {
    if (event.opens == none || frame->slots[event.at_slot].is_null()) continue;
    add(event.by_slot);
    for (const SlotIndex slot : event.by.persons) add(slot);
  }
  return out;
}

bool Stepper::Impl::applied(const Value& person) const {
  return person.is(Kind::string) && is_one_of(applicants(), text_of(person));
}

/// The next above a person who does not apply himself; the whole way up is looked at, for a
/// register whose superiors go round in a circle says nothing of who stands above whom.
std::string Stepper::Impl::superior(const Office::Path& above, const std::string& person,
                                    std::optional<NotHe>& why_none) {
  constexpr std::size_t most_levels = 64;
  const std::string day = iso_text(day_of(at));
  const std::vector<std::string> own = applicants();
  std::vector<std::string> path{person};
  std::string found;
  while (path.size() < most_levels) {
    std::string next = named_for(above, path.back(), true);
    if (next.empty() || !consult(above.in, next, none, false).is_member) break;
    const bool is_met = is_one_of(path, next);
    path.push_back(next);
    if (is_met) {
      std::string text;
      for (const std::string& one : path) text += (text.empty() ? "" : " → ") + one;
      why_none = NotHe{
          "vacant", "the superiors of " + person + " go round in a circle on " + day + ": " + text};
      return {};
    }
    if (found.empty() && !is_one_of(own, next)) found = std::move(next);
  }
  if (found.empty()) {
    why_none = NotHe{"vacant",
                     person + " has no superior on " + day + ", and nobody decides his own case"};
  }
  return found;
}

/// Who may be asked in a post, as things stand on the day.
Stepper::Impl::PostAsked Stepper::Impl::ask(const Decision& decision, const Chain::Part& post) {
  PostAsked out;
  out.role = post.role;
  const std::string day = iso_text(day_of(at));
  const Office* office = post.role != none && model->roles[post.role].office
                             ? &*model->roles[post.role].office
                             : nullptr;
  if (post.role != none && office == nullptr) return out;  // the host vouches
  if (office != nullptr) {
    if (auto all = holders(*office)) {
      out.is_known = true;
      out.holders = std::move(*all);
    }
  } else {
    out.is_known = true;
    const std::string person = text_of(frame->slots[post.person]);
    if (!person.empty()) out.holders = {person};
  }
  if (out.is_known && out.holders.empty()) {
    out.vacant = office != nullptr
                     ? NotHe{"vacant", "nobody holds the post " + post.name + " on " + day}
                     : NotHe{"vacant", "nobody is named in " + post.name};
    return out;
  }
  using OwnCase = Decision::OwnCase;
  if (decision.own_case == OwnCase::unset) {
    ask_above(office, post, out);
    return out;
  }
  std::vector<std::string> own = applicants();
  std::erase_if(own, [&](const std::string& one) {
    return out.is_known ? !is_one_of(out.holders, one) : !holds_office(*office, one, false);
  });
  if (own.empty()) {
    ask_above(office, post, out);
    return out;
  }
  if (decision.own_case == OwnCase::one_level_up) {
    const std::string above = superior(post.superior, own.front(), out.vacant);
    out.is_known = true;
    out.goes_up = true;
    out.holders.clear();
    if (!above.empty()) out.holders = {above};
    return out;
  }
  std::erase_if(out.holders, [&](const std::string& one) { return is_one_of(own, one); });
  if (!out.is_known || !out.holders.empty()) return out;
  if (decision.own_case == OwnCase::skip) {
    out.is_own = true;
  } else {
    out.vacant = NotHe{"own_case", "nobody but " + own.front() + ", who applies, holds the post " +
                                       post.name + " on " + day};
  }
  return out;
}

/// Where all who hold a post are absent and nobody acts for them, the nearest above who is there,
/// or for whom somebody acts; else they stay: one of them comes back.
void Stepper::Impl::ask_above(const Office* office, const Chain::Part& post, PostAsked& asked) {
  if (office == nullptr || !asked.is_known || asked.holders.empty() || post.superior.is_empty())
    return;
  const auto is_there = [&](const std::string& person) {
    std::vector<Candidate> all;
    add_candidates(*office, person, all);
    return !all.empty();
  };
  if (std::any_of(asked.holders.begin(), asked.holders.end(), is_there)) return;
  std::optional<NotHe> why_none;
  std::vector<std::string> seen = asked.holders;
  for (std::string person = asked.holders.front();;) {
    person = superior(post.superior, person, why_none);
    if (person.empty() || is_one_of(seen, person)) return;
    if (is_there(person)) {
      asked.holders = {person};
      asked.goes_up = true;
      return;
    }
    seen.push_back(person);
  }
}

Stepper::Impl::Deciding Stepper::Impl::deciding(const Decision& decision) {
  Deciding out;
  out.decision = &decision;
  const Value& progress = frame->slots[decision.progress];
  if (!progress.is(Kind::list)) throw Fault{"the chain has not begun", decision.span};
  const auto items_of = progress.items();
  out.chain =
      &model->chains[static_cast<std::size_t>(items_of[0].as_number().to_int64().value_or(0))];
  for (std::size_t i = 1; i < items_of.size(); ++i) {
    const auto answer = items_of[i].items();
    out.answers.push_back({static_cast<Index>(answer[0].as_number().to_int64().value_or(0)),
                           text_of(answer[1]), text_of(answer[2])});
  }
  for (const Index post : out.chain->posts)
    out.asked.push_back(ask(decision, out.chain->parts[post]));
  settle_posts(out);
  return out;
}

/// What has become of each post: a person who appears twice is asked once, at the later place.
void Stepper::Impl::settle_posts(Deciding& of) {
  of.states.assign(of.chain->posts.size(), PostState::open);
  for (const Answer& one : of.answers) of.states[one.post] = PostState::answered;
  for (std::size_t p = 0; p < of.states.size(); ++p)
    if (of.asked[p].is_own && of.states[p] == PostState::open) of.states[p] = PostState::passed;
  std::vector<std::size_t> heard;
  for (std::size_t p = 0; p < of.states.size(); ++p) {
    const PostAsked& asked = of.asked[p];
    if (of.states[p] != PostState::open || !asked.is_known || asked.holders.empty()) continue;
    const bool is_heard = std::all_of(
        asked.holders.begin(), asked.holders.end(),
        [&](const std::string& one) { return is_heard_elsewhere(of, static_cast<Index>(p), one); });
    if (is_heard) heard.push_back(p);
  }
  for (const std::size_t p : heard) of.states[p] = PostState::passed;
}

/// Whether a person has answered elsewhere in the chain, or will surely be asked later in it,
/// where nobody else can be.
bool Stepper::Impl::is_heard_elsewhere(const Deciding& of, Index post,
                                       const std::string& person) const {
  for (const Answer& one : of.answers) {
    if (one.post != post && one.principal == person &&
        common_part(*of.chain, one.post, post).asks_all())
      return true;
  }
  for (std::size_t later = post + 1U; later < of.states.size(); ++later) {
    const PostAsked& asked = of.asked[later];
    if (of.states[later] != PostState::open || asked.is_own || !asked.is_known) continue;
    if (asked.holders.size() == 1 && asked.holders.front() == person &&
        is_asked_for_sure(*of.chain, post, static_cast<Index>(later)))
      return true;
  }
  return false;
}

// ── who may answer ────────────────────────────────────────────────────────────────────────────

std::vector<Stepper::Candidate> Stepper::Impl::who_may(const Deciding& of, Index post) {
  std::vector<Candidate> out;
  const PostAsked& asked = of.asked[post];
  const std::vector<std::string> own =
      of.decision->own_case == Decision::OwnCase::unset ? std::vector<std::string>() : applicants();
  for (const std::string& holder : asked.holders) {
    if (is_heard_elsewhere(of, post, holder)) continue;
    if (asked.role == none || !model->roles[asked.role].office) {
      out.push_back({holder, {}, asked.goes_up ? Authority::superior : Authority::own});
      continue;
    }
    const std::size_t before = out.size();
    add_candidates(*model->roles[asked.role].office, holder, out);
    if (asked.goes_up && out.size() > before && out[before].authority == Authority::own)
      out[before].authority = Authority::superior;
  }
  std::erase_if(out, [&](const Candidate& one) { return is_one_of(own, one.person); });
  return out;
}

/// "zhao or wang for li"; where those who hold the post are away, that they are.
std::string Stepper::Impl::who_may_text(const Deciding& of, Index post) {
  const std::vector<Candidate> all = who_may(of, post);
  if (!all.empty()) return candidates_text(all);
  const PostAsked& asked = of.asked[post];
  std::string away;
  for (const std::string& holder : asked.holders)
    if (asked.role != none && model->roles[asked.role].office &&
        is_absent(*model->roles[asked.role].office, holder, false))
      away += (away.empty() ? "" : " and ") + holder;
  if (away.empty()) return candidates_text(all);
  return "nobody, for " + away + (away.find(" and ") == std::string::npos ? " is" : " are") +
         " absent and nobody acts instead";
}

/// Whether somebody may answer in a post whose turn it is.
std::optional<Stepper::Impl::NotHe> Stepper::Impl::may_answer(const Deciding& of, Index post,
                                                              const Actor& actor, Actor& as) {
  const Chain::Part& part = of.chain->parts[of.chain->posts[post]];
  const PostAsked& asked = of.asked[post];
  const Office* office = part.role != none && model->roles[part.role].office
                             ? &*model->roles[part.role].office
                             : nullptr;
  as = actor;
  as.role = part.role != none ? part.role : actor.role;
  const std::string person = text_of(actor.person);
  const std::string holder = actor.on_behalf_of.is_null() ? person : text_of(actor.on_behalf_of);
  const std::string day = iso_text(day_of(at));
  const auto may = [&] { return asked.is_known ? candidates_text(who_may(of, post)) : part.name; };
  if (part.role != none && office == nullptr) {
    if (actor.role != part.role) return NotHe{"by", "not the one who decides"};
    if (!actor.on_behalf_of.is_null()) {
      return NotHe{"post", "the post " + part.name +
                               " is filled from no register: nobody acts in it for somebody else"};
    }
  } else if (office != nullptr) {
    if (actor.role != none && actor.role != part.role)
      return NotHe{"by", "not the one who decides"};
    if (auto stranger = is_known(*office, part.name, actor)) {
      stranger->help += may();
      return stranger;
    }
  }
  const bool is_own_case = of.decision->own_case != Decision::OwnCase::unset;
  if (is_own_case && applied(actor.person)) return NotHe{"own_case", "nobody decides his own case"};
  if (part.role == none || office != nullptr) {
    const bool holds =
        asked.is_known ? is_one_of(asked.holders, holder) : holds_office(*office, holder, false);
    if (!holds) {
      if (is_own_case && office != nullptr && !actor.on_behalf_of.is_null() &&
          applied(actor.on_behalf_of) && holds_office(*office, holder, false))
        return NotHe{"own_case", "nobody decides his own case"};
      if (part.role == none) return NotHe{"by", "not the one who decides"};
      if (asked.goes_up && is_absent(*office, holder, true))
        return NotHe{"absent", holder + " is absent on " + day + "; who may: " + may()};
      return NotHe{"post", holder + " does not hold the post " + part.name + " on " + day +
                               "; who may: " + may()};
    }
    if (office != nullptr) {
      if (!asked.goes_up) holds_office(*office, holder, true);
      if (auto why = acts_for(*office, holder, actor, as, {})) {
        why->help += may();
        return why;
      }
    } else if (!actor.on_behalf_of.is_null()) {
      return NotHe{"by", "not the one who decides"};
    }
    if (asked.goes_up && as.authority == Authority::own) as.authority = Authority::superior;
  }
  // Heads are counted, not posts; and nobody is asked twice.
  for (const Answer& one : of.answers) {
    const bool is_same =
        (!holder.empty() && one.principal == holder) || (!person.empty() && one.actor == person);
    if (is_same && !common_part(*of.chain, one.post, post).asks_all())
      return NotHe{"turn", person + " has answered already, and counts once; who may: " + may()};
  }
  if (!holder.empty() && asked.is_known && is_heard_elsewhere(of, post, holder)) {
    return NotHe{"turn",
                 holder + " is asked once, at another place of the chain; who may: " + may()};
  }
  return std::nullopt;
}

/// The post in which somebody answers: the first whose turn it is and that he may answer in.
std::optional<Stepper::Impl::NotHe> Stepper::Impl::find_post(const Deciding& of, const Actor& actor,
                                                             Actor& as, Index& post) {
  const ChainView view(*of.chain, of.states);
  const std::vector<Index> turn = view.turn();
  std::optional<NotHe> why;
  for (const Index one : turn) {
    auto not_he = may_answer(of, one, actor, as);
    if (!not_he) {
      post = one;
      return std::nullopt;
    }
    // What says most: of the posts that he may have meant, not of others.
    if (!why || why->code == "by") why = std::move(not_he);
  }
  if (why && why->code != "by" && why->code != "post") return why;
  // He may be asked at another time, or not any more.
  for (Index other = 0; other < of.states.size(); ++other) {
    if (std::find(turn.begin(), turn.end(), other) != turn.end()) continue;
    const Chain::Part& part = of.chain->parts[of.chain->posts[other]];
    const bool names_it = part.role != none && actor.role == part.role;
    const bool is_he = part.role == none &&
                       text_of(actor.person) == text_of(frame->slots[part.person]) &&
                       !actor.person.is_null();
    if (!names_it && !is_he) continue;
    if (of.decision->own_case != Decision::OwnCase::unset &&
        (applied(actor.person) || applied(actor.on_behalf_of)))
      return NotHe{"own_case", "nobody decides his own case"};
    return NotHe{"turn",
                 part.name + " is asked at another time; who is asked now: " + turn_text(of)};
  }
  return why ? why : NotHe{"by", "not the one who decides"};
}

/// "store_manager (li) or director".
std::string Stepper::Impl::turn_text(const Deciding& of) {
  std::string out;
  for (const Index post : ChainView(*of.chain, of.states).turn()) {
    out += (out.empty() ? "" : " or ") + of.chain->parts[of.chain->posts[post]].name;
    if (of.asked[post].is_known) out += " (" + who_may_text(of, post) + ")";
  }
  return out.empty() ? "nobody" : out;
}

std::vector<Stepper::Seat> Stepper::Impl::turn_seats(const Decision& decision, std::string& left) {
  const Deciding of = deciding(decision);
  const ChainView view(*of.chain, of.states);
  left = view.left();
  std::vector<Seat> out;
  for (const Index post : view.turn()) {
    const Chain::Part& part = of.chain->parts[of.chain->posts[post]];
    Seat& seat = out.emplace_back();
    seat.role = part.role;
    seat.person = part.person;
    seat.is_listed = of.asked[post].is_known;
    seat.who = who_may(of, post);
  }
  return out;
}

// ── an answer ─────────────────────────────────────────────────────────────────────────────────

/// An answer in a chain. Who agrees passes it on until as many as it needs have agreed; any other
/// answer ends it there.
StepResult Stepper::Impl::decide(const Incoming& incoming) {
  StepResult& out = *result;
  const Decision& decision = procedure->decisions[incoming.index];
  const std::string& answer = decision.outcomes[incoming.outcome].first;
  touch_all();
  Deciding now = deciding(decision);
  Actor as;
  Index post = none;
  if (const auto why = find_post(now, incoming.actor, as, post)) {
    refuse(why->code, answer, decision.cites, why->help);
    return out;
  }
  acting = as;
  if (!may_decide(decision, incoming, as)) return out;
  note_given(incoming, as);
  data.varint(record::answered_post);
  record::write(data, Value::integer(post));
  ++data_count;
  const Value& principal = as.on_behalf_of.is_null() ? as.person : as.on_behalf_of;
  now.answers.push_back({post, text_of(principal), text_of(as.person)});
  settle_posts(now);
  const bool agrees = incoming.outcome == decision.approve;
  if (agrees && !ChainView(*now.chain, now.states).is_over()) {
    const Value so_far = frame->slots[decision.progress];
    std::vector<Value> all(so_far.items().begin(), so_far.items().end());
    all.push_back(answer_value(post, principal, as.person));
    set(decision.progress, Value::list(std::move(all)));
    data.varint(record::chain_goes_on);
    record::write(data, Value::boolean(true));
    ++data_count;
    run_rounds(none, false, none);
  } else {
    const Value before = frame->slots[decision.progress];
    run_rounds(decision.outcomes[incoming.outcome].second, false, none);
    // Where nothing moves, it is asked again from the start.
    if (configuration.contains(decision.state) &&
        is_identical(frame->slots[decision.progress], before))
      begin_chain(incoming.index);
  }
  if (takes_out_of_turn(incoming, true)) return out;
  commit(record::Kind::decision, false, incoming.index, incoming.outcome, incoming.actor);
  return out;
}

/// An answer that comes once its time is over is a fact that moves nothing, told by who might have
/// given it. False: it is no such answer.
bool Stepper::Impl::keep_late_answer(const Incoming& incoming) {
  const Decision& decision = procedure->decisions[incoming.index];
  if (decision.timer == none) return false;
  const HappeningId lapsed = procedure->timers[decision.timer].happening;
  bool is_late = false;
  Index chain = decision.chain;
  record::Reader reader(state->record);
  record::Step step;
  while (reader.next(step)) {
    record::each_item(step.items, [&](const record::Item& item) {
      if (item.op == record::Op::chain && item.first == incoming.index)
        chain = static_cast<Index>(item.second);
      if (item.op == record::Op::exited && item.first == decision.state)
        is_late = step.kind == record::Kind::time && step.index == lapsed;
    });
  }
  if (!is_late) return false;
  const std::string& answer = decision.outcomes[incoming.outcome].first;
  if (!decision.has_chain()) {
    if (!permits(decision.by, incoming.actor, answer, decision.cites, "not the one who decides"))
      return true;
  } else {
    Who who;
    for (const Index post : model->chains[chain].posts) {
      const Chain::Part& part = model->chains[chain].parts[post];
      if (part.role != none) who.roles.push_back(part.role);
      if (part.role == none) who.persons.push_back(part.person);
    }
    if (!permits(who, incoming.actor, answer, decision.cites, "not the one who decides"))
      return true;
  }
  result->is = Outcome::Is::unexpected;
  commit(record::Kind::decision, true, incoming.index, incoming.outcome, incoming.actor);
  return true;
}

}  // namespace aftercare::step
