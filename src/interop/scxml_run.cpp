// The interface of this file is ScxmlWorld. A session is one run of one document: the procedures of
// SCXML 1.0, Appendix D, around the algorithm of chart/run.hpp, and the host that this one calls.
#include "interop/scxml_run.hpp"

#include <algorithm>
#include <deque>
#include <limits>
#include <set>
#include <utility>

#include "base/json_writer.hpp"
#include "chart/run.hpp"
#include "interop/from_scxml.hpp"
#include "vm/machine.hpp"

namespace aftercare::interop {

using chart::ActionId;
using chart::EventId;
using chart::GuardId;
using chart::none;
using chart::root;
using chart::StateId;
using chart::TransitionId;

namespace {

constexpr std::string_view processor = "http://www.w3.org/TR/scxml/#SCXMLEventProcessor";
constexpr std::string_view session_prefix = "#_scxml_";

Value text_or_null(const std::string& text) { return text.empty() ? Value() : Value::string(text); }

void write_json(base::JsonWriter& out, const Value& value) {
  switch (value.kind()) {
    case Kind::null:
      out.null();
      return;
    case Kind::boolean:
      out.boolean(value.as_boolean());
      return;
    case Kind::number: {
      const std::string text = value.to_text();
      if (base::is_json_number(text)) {
        out.number(std::string_view(text));
      } else {
        out.string(text);
      }
      return;
    }
    case Kind::string:
      out.string(value.as_string());
      return;
    case Kind::list:
      out.begin_array();
      for (const Value& item : value.items()) write_json(out, item);
      out.end_array();
      return;
    case Kind::context:
      out.begin_object();
      for (const auto& [key, item] : value.entries()) {
        out.key(key);
        write_json(out, item);
      }
      out.end_object();
      return;
    default:
      out.string(value.to_text());
  }
}

/// The value with the member at the end of `path` replaced; null where there is nothing to enter.
bool replace_member(Value& whole, std::span<const std::string> path, const Value& value) {
  if (path.empty()) {
    whole = value;
    return true;
  }
  if (!whole.is(Kind::context)) return false;
  std::vector<ContextEntry> entries(whole.entries().begin(), whole.entries().end());
  const auto place = std::find_if(entries.begin(), entries.end(),
                                  [&](const ContextEntry& e) { return e.first == path[0]; });
  Value member = place == entries.end() ? Value() : place->second;
  if (!replace_member(member, path.subspan(1), value)) return false;
  if (place == entries.end()) {
    entries.emplace_back(path[0], std::move(member));
  } else {
    place->second = std::move(member);
  }
  whole = Value::context(std::move(entries));
  return true;
}

}  // namespace

std::string scxml_json(const Value& value) {
  base::JsonWriter out;
  write_json(out, value);
  return out.take();
}

/// An event with the fields of 5.10.1.
struct ScxmlWorld::Event {
  std::string name = {};
  std::string type = "external";
  std::string send_id = {};
  std::string origin = {};
  std::string origin_type = {};
  std::string invoke_id = {};
  Value data = {};
  std::string raw = {};  // names and values as they were sent, in JSON: names may come twice

  [[nodiscard]] Value value() const {
    return Value::context({{"name", Value::string(name)},
                           {"type", Value::string(type)},
                           {"sendid", text_or_null(send_id)},
                           {"origin", text_or_null(origin)},
                           {"origintype", text_or_null(origin_type)},
                           {"invokeid", text_or_null(invoke_id)},
                           {"data", data},
                           {"raw", text_or_null(raw)}});
  }
};

struct ScxmlWorld::Delayed {
  std::int64_t at = 0;
  std::uint64_t sequence = 0;
  ScxmlSession* from = nullptr;
  std::string send_id;
  std::string target;
  Event event;
};

class ScxmlSession : public vm::Host {
 public:
  using Event = ScxmlWorld::Event;
  struct Running {
    const ScxmlInvoke* invoke;
    std::string id;
    ScxmlSession* child;  // null once it has ended
  };

  ScxmlSession(ScxmlWorld& world, std::shared_ptr<const ScxmlDocument> document,
               ScxmlSession* parent, std::string invokeid, std::uint32_t number)
      : world_(world),
        document_(std::move(document)),
        d_(*document_),
        parent_(parent),
        invokeid_(std::move(invokeid)),
        id_("session" + std::to_string(number)),
        nesting_(parent == nullptr ? 0 : parent->nesting_ + 1),
        now_(d_.chart),
        algorithm_(d_.chart, now_, *this, scratch_),
        machine_({.limits = {.steps = 1'000'000, .bytes = 64U << 20U}, .host = this}),
        slots_(d_.slots.size()) {
    events_.emplace_back();  // payload 0: none
  }

  void start(const std::vector<std::pair<std::string, Value>>& given);
  void take_external();
  [[nodiscard]] bool has_external() const { return is_running_ && !external_.empty(); }
  void put(Event event) { external_.push_back(std::move(event)); }
  void cancel();

  [[nodiscard]] bool is_running() const { return is_running_; }
  [[nodiscard]] bool has_ended() const { return has_ended_; }
  [[nodiscard]] const std::vector<std::string>& last_states() const { return last_states_; }
  [[nodiscard]] std::vector<std::string> leaves() const {
    std::vector<std::string> names;
    for (const StateId s : now_.leaves(d_.chart)) names.emplace_back(d_.chart.name(s));
    return names;
  }
  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] const std::string& invokeid() const { return invokeid_; }
  [[nodiscard]] ScxmlSession* parent() const { return parent_; }
  [[nodiscard]] std::uint32_t nesting() const { return nesting_; }

  /// Puts an event where `target` says; an error event at home where there is no such place.
  void route(Event event, const std::string& target);

  // --- the host of the algorithm
  bool guard(GuardId g) { return holds(d_.conditions[g]); }
  void action(ActionId a) { run_block(d_.blocks[a]); }
  void entered(StateId s) {
    note("enter", d_.chart.name(s));
    if (d_.late_binding && first_entries_.insert(s).second) bind_data(s);
    to_invoke_.insert(s);
  }
  void exited(StateId s) {
    note("exit", d_.chart.name(s));
    to_invoke_.erase(s);
    cancel_invokes(s);
  }
  void taken(TransitionId t) {
    if (is_full()) return;
    base::JsonWriter out = line();
    out.key("take").string(d_.chart.name(d_.chart.transition(t).source)).key("to").begin_array();
    for (const StateId s : d_.chart.targets(t)) out.string(d_.chart.name(s));
    out.end_array();
    finish(out);
  }
  std::uint32_t done_data(StateId done, StateId final) {
    Event event{.name = "done.state." + std::string(d_.chart.name(done)), .type = "platform"};
    if (final != none) event.data = evaluate_done_data(final);
    return keep(std::move(event));
  }
  void hear(chart::Internal event) { bind_event(events_[event.payload]); }

  // --- the host of expressions: In(state)
  Result<Value> call(std::uint32_t, builtins::CallContext&,
                     std::span<const Value> arguments) override {
    if (arguments.empty() || !arguments[0].is(Kind::string)) return Value::boolean(false);
    const auto state = d_.chart.find(arguments[0].as_string());
    return Value::boolean(state && now_.contains(*state));
  }

 private:
  // --- trace
  [[nodiscard]] bool is_full() const { return world_.trace_.size() >= world_.options_.trace; }
  [[nodiscard]] base::JsonWriter line() const {
    base::JsonWriter out;
    out.begin_object().key("at").number(world_.now_ / 1000);
    if (!invokeid_.empty()) out.key("session").string(invokeid_);
    return out;
  }
  void finish(base::JsonWriter& out) {
    out.end_object();
    world_.trace_.push_back(out.take());
  }
  void note(std::string_view what, std::string_view text) {
    if (is_full()) return;
    base::JsonWriter out = line();
    out.key(what).string(text);
    finish(out);
  }

  // --- events
  std::uint32_t keep(Event event) {
    if (!scratch_.has_internal()) events_.resize(1);  // nobody refers to the old ones any more
    events_.push_back(std::move(event));
    return static_cast<std::uint32_t>(events_.size() - 1);
  }
  void raise(Event event) {
    const EventId number = d_.events.find(event.name);
    scratch_.raise(number, keep(std::move(event)));
  }
  void fail(const char* name, const std::string& reason, const std::string& send_id = {}) {
    if (world_.errors_.size() < world_.options_.trace) {
      world_.errors_.push_back({invokeid_, name, reason});
    }
    note("error", std::string(name) + ": " + reason);
    raise({.name = name, .type = "platform", .send_id = send_id});
  }
  void fail_execution(const std::string& reason, const std::string& send_id = {}) {
    fail("error.execution", reason, send_id);
  }
  void bind_event(const Event& event) {
    note("event", event.name);
    set(ScxmlSystem::event, event.value());
  }
  void set(ScxmlSystem variable, Value value) {
    slots_[static_cast<std::size_t>(variable)] = std::move(value);
  }

  // --- expressions; each says whether there was a value, and has raised the error where not
  bool evaluate(const ScxmlExpression& expression, Value& value, std::string& why);
  bool evaluate_or_fail(const ScxmlExpression& expression, Value& value) {
    std::string why;
    if (evaluate(expression, value, why)) return true;
    fail_execution(why);
    return false;
  }
  bool holds(const ScxmlExpression& condition) {
    Value value;
    std::string why;
    if (!evaluate(condition, value, why)) {
      fail_execution(why);
      return false;
    }
    if (value.is_null()) return false;  // what is not known does not hold
    if (!value.is(Kind::boolean)) {
      fail_execution("'" + condition.text + "' is not boolean");
      return false;
    }
    return value.as_boolean();
  }
  bool read(const ScxmlLocation& location, Value& value, std::string& why);
  bool assign(const ScxmlLocation& location, const Value& value, std::string& why);
  bool text(const ScxmlText& written, std::string& value, std::string& why);
  bool content(const ScxmlContent& content, Value& value, std::string& why);
  bool payload(const std::vector<ScxmlParam>& params, const std::optional<ScxmlContent>& inner,
               bool skips_errors, Value& data, std::string& raw, std::string& why);
  Value evaluate_done_data(StateId final);

  // --- content
  bool run_block(const ScxmlBlock& block);  // false: an error has ended it
  bool run_element(const ScxmlElement& element);
  bool run_send(const ScxmlElement& element);
  bool run_foreach(const ScxmlElement& element);

  // --- the life of a session
  void bind_data(StateId state);
  void rest();
  void start_invokes();
  void start_invoke(const ScxmlInvoke& invoke);
  void cancel_invokes(StateId state);
  void finalize(const Running& running, const Event& event);
  void leave_all();

  ScxmlWorld& world_;
  std::shared_ptr<const ScxmlDocument> document_;
  const ScxmlDocument& d_;
  ScxmlSession* parent_;
  std::string invokeid_;
  std::string id_;
  std::uint32_t nesting_;
  chart::Configuration now_;
  chart::Scratch scratch_;
  chart::Algorithm<ScxmlSession> algorithm_;
  vm::Machine machine_;
  std::vector<Value> slots_;
  std::vector<Event> events_;  // payloads of internal events
  std::deque<Event> external_;
  std::set<StateId> to_invoke_;
  std::set<StateId> first_entries_;
  std::vector<Running> running_;
  std::vector<std::string> given_;  // names whose values came with the invocation
  std::vector<std::string> last_states_;
  std::uint32_t made_ids_ = 0;
  Value end_data_;
  bool is_running_ = false;
  bool has_ended_ = false;
  bool is_cancelled_ = false;
};

// ── expressions ───────────────────────────────────────────────────────────────────────────────

bool ScxmlSession::evaluate(const ScxmlExpression& expression, Value& value, std::string& why) {
  if (expression.program == nullptr) {
    why = "'" + expression.text + "' cannot be read";
    return false;
  }
  Result<Value> result = machine_.run(*expression.program, slots_);
  if (!result) {
    why = "'" + expression.text + "': " + result.error().message;
    return false;
  }
  // Null because something is missing is a value; null because it cannot be computed is an error.
  for (const vm::Told& told : machine_.told()) {
    const bool of_nothing = std::any_of(told.operands.begin(), told.operands.end(),
                                        [](const Value& v) { return v.is_null(); });
    const bool no_member = told.fault == builtins::Fault::no_such_member &&
                           !told.operands.empty() && told.operands[0].is(Kind::context);
    if (told.fault != builtins::Fault::unknown_name && (of_nothing || no_member)) continue;
    why = "'" + expression.text +
          "': " + builtins::fault_text(told.fault, told.operation, Language::english);
    return false;
  }
  value = std::move(*result);
  return true;
}

bool ScxmlSession::read(const ScxmlLocation& location, Value& value, std::string& why) {
  if (location.slot == none) {
    why = "nothing is declared as '" + location.text + "'";
    return false;
  }
  Value at = slots_[location.slot];
  for (const std::string& name : location.path) {
    const Value* const member = at.is(Kind::context) ? at.find(name) : nullptr;
    if (member == nullptr) {
      why = "'" + location.text + "' leads nowhere";
      return false;
    }
    at = Value(*member);
  }
  value = std::move(at);
  return true;
}

bool ScxmlSession::assign(const ScxmlLocation& location, const Value& value, std::string& why) {
  if (location.slot == none || location.is_protected) {
    why = "'" + location.text + "' cannot be assigned";
    return false;
  }
  if (!replace_member(slots_[location.slot], location.path, value)) {
    why = "'" + location.text + "' leads nowhere";
    return false;
  }
  return true;
}

bool ScxmlSession::text(const ScxmlText& written, std::string& value, std::string& why) {
  if (written.literal) value = *written.literal;
  if (!written.expression) return true;
  Value made;
  if (!evaluate(*written.expression, made, why)) return false;
  if (made.is(Kind::string)) {
    value = made.as_string();
  } else if (made.is_null()) {
    why = "'" + written.expression->text + "' is null";
    return false;
  } else {
    value = made.to_text();
  }
  return true;
}

bool ScxmlSession::content(const ScxmlContent& content, Value& value, std::string& why) {
  if (content.expression) return evaluate(*content.expression, value, why);
  if (content.value) value = *content.value;
  if (!content.file) return true;
  const std::optional<std::string> text = scxml_file(d_.directory, *content.file);
  if (!text) {
    why = "the file '" + *content.file + "' cannot be read";
    return false;
  }
  value = scxml_text_value(*text);
  return true;
}

// Names and values of params and namelist, or content. `skips_errors`: a pair that fails is left
// out, as for <donedata>; otherwise it fails the whole.
bool ScxmlSession::payload(const std::vector<ScxmlParam>& params,
                           const std::optional<ScxmlContent>& inner, bool skips_errors, Value& data,
                           std::string& raw, std::string& why) {
  if (inner) {
    if (content(*inner, data, why)) return true;
    if (!skips_errors) return false;
    fail_execution(why);
    data = Value();
    return true;
  }
  if (params.empty()) return true;
  std::vector<ContextEntry> entries;
  base::JsonWriter written;
  written.begin_array();
  for (const ScxmlParam& param : params) {
    Value value;
    const bool found =
        param.location ? read(*param.location, value, why) : evaluate(param.value, value, why);
    if (!found) {
      if (!skips_errors) return false;
      fail_execution(why);
      continue;
    }
    written.begin_array().string(param.name).raw(scxml_json(value)).end_array();
    entries.emplace_back(param.name, std::move(value));
  }
  written.end_array();
  if (entries.empty()) return true;
  raw = written.take();
  data = Value::context(std::move(entries));
  return true;
}

Value ScxmlSession::evaluate_done_data(StateId final) {
  const auto place = d_.done_data.find(final);
  if (place == d_.done_data.end()) return {};
  Value data;
  std::string raw;
  std::string why;
  payload(place->second.params, place->second.content, true, data, raw, why);
  return data;
}

// ── executable content ────────────────────────────────────────────────────────────────────────

bool ScxmlSession::run_block(const ScxmlBlock& block) {
  for (const ScxmlElement& element : block) {
    if (!run_element(element)) return false;
  }
  return true;
}

bool ScxmlSession::run_element(const ScxmlElement& element) {
  using Is = ScxmlElement::Is;
  Value value;
  std::string why;
  switch (element.is) {
    case Is::raise:
      raise({.name = element.name, .type = "internal"});
      return true;
    case Is::send:
      return run_send(element);
    case Is::cancel: {
      std::string id;
      if (!text(element.send_id, id, why)) break;
      std::erase_if(world_.delayed_, [&](const ScxmlWorld::Delayed& d) {
        return d.from == this && d.send_id == id;
      });
      note("cancel", id);
      return true;
    }
    case Is::assign:
      if (element.expression ? !evaluate(*element.expression, value, why)
                             : !content(*element.content, value, why)) {
        break;
      }
      if (!assign(*element.location, value, why)) break;
      return true;
    case Is::log: {
      if (element.expression && !evaluate(*element.expression, value, why)) break;
      if (is_full()) return true;
      base::JsonWriter out = line();
      out.key("log").string(element.name).key("value");
      write_json(out, value);
      finish(out);
      return true;
    }
    case Is::choose:
      for (const ScxmlBranch& branch : element.branches) {
        if (!branch.condition || holds(*branch.condition)) return run_block(branch.body);
      }
      return true;
    case Is::foreach:
      return run_foreach(element);
    case Is::script:
      why = "scripts are not run";
      break;
    case Is::unknown:
      return true;
  }
  fail_execution(why);
  return false;
}

bool ScxmlSession::run_foreach(const ScxmlElement& element) {
  Value array;
  std::string why;
  if (!evaluate_or_fail(*element.expression, array)) return false;
  if (!array.is(Kind::list)) {
    fail_execution("'" + element.expression->text + "' is no list");
    return false;
  }
  // The list is a value: what the body does to the variable does not change what is gone through.
  const bool can_be_assigned =
      element.location->slot != none && !element.location->is_protected &&
      (!element.index || (element.index->slot != none && !element.index->is_protected));
  if (!can_be_assigned) {
    fail_execution("'" + element.location->text + "' cannot be assigned");
    return false;
  }
  std::int64_t index = -1;  // counts from 0, as in every SCXML document that counts
  for (const Value& item : array.items()) {
    ++index;
    if (!assign(*element.location, item, why) ||
        (element.index && !assign(*element.index, Value::integer(index), why))) {
      fail_execution(why);
      return false;
    }
    if (!run_block(element.body)) return false;
  }
  return true;
}

bool ScxmlSession::run_send(const ScxmlElement& element) {
  std::string why;
  std::string target;
  std::string type;
  std::int64_t delay = 0;
  Event event;
  if (element.send_id.literal) event.send_id = *element.send_id.literal;
  if (element.id_location) {
    event.send_id = "send." + id_ + "." + std::to_string(++made_ids_);
    if (!assign(*element.id_location, Value::string(event.send_id), why)) {
      fail_execution(why);
      return false;
    }
  }
  const auto give_up = [&](const std::string& reason) {
    fail_execution(reason, event.send_id);
    return false;
  };
  if (!text(element.event, event.name, why) || !text(element.target, target, why) ||
      !text(element.type, type, why) ||
      !payload(element.params, element.content, false, event.data, event.raw, why)) {
    return give_up(why);
  }
  if (element.delay.expression) {
    Value length;
    if (!evaluate(*element.delay.expression, length, why)) return give_up(why);
    const std::optional<std::int64_t> micros = scxml_delay(length);
    if (!micros) return give_up("'" + element.delay.expression->text + "' is no delay");
    delay = *micros;
  } else if (element.delay.literal) {
    const std::optional<std::int64_t> micros = scxml_delay(*element.delay.literal);
    if (!micros) return give_up("'" + *element.delay.literal + "' is no delay");
    delay = *micros;
  }
  if (delay > std::numeric_limits<std::int64_t>::max() - world_.now_) {
    return give_up("the delay ends beyond the end of the clock");
  }
  if (!type.empty() && !is_scxml_processor(type)) {
    return give_up("the type '" + type + "' is not supported");
  }
  if (!is_scxml_target(target)) return give_up("nothing can be sent to '" + target + "'");
  if (target == "#_internal") {
    if (delay != 0) return give_up("an internal event cannot be delayed");
    event.type = "internal";
    raise(std::move(event));
    return true;
  }
  event.origin = std::string(session_prefix) + id_;
  event.origin_type = processor;
  if (!is_full()) {
    base::JsonWriter out = line();
    out.key("send").string(event.name);
    if (!target.empty()) out.key("target").string(target);
    if (delay != 0) out.key("delay").number(delay / 1000);
    if (!event.raw.empty()) {
      out.key("params").raw(event.raw);
    } else if (!event.data.is_null()) {
      out.key("data").raw(scxml_json(event.data));
    }
    finish(out);
  }
  if (delay == 0) {
    route(std::move(event), target);
    return true;
  }
  std::string send_id = event.send_id;
  world_.delayed_.push_back({world_.now_ + delay, ++world_.sequence_, this, std::move(send_id),
                             target, std::move(event)});
  return true;
}

void ScxmlSession::route(Event event, const std::string& target) {
  const std::string send_id = event.send_id;
  if (target.empty()) {
    put(std::move(event));
    return;
  }
  if (target == "#_parent") {
    if (parent_ == nullptr) {
      fail("error.communication", "there is no parent", send_id);
      return;
    }
    event.invoke_id = invokeid_;
    // A cancelled session is no longer heard.
    if (!is_cancelled_ && parent_->is_running_) parent_->put(std::move(event));
    return;
  }
  if (target.starts_with(session_prefix)) {
    const std::string_view id = std::string_view(target).substr(session_prefix.size());
    for (const auto& session : world_.sessions_) {
      if (session->id_ != id || !session->is_running_) continue;
      session->put(std::move(event));
      return;
    }
  } else {
    for (const Running& running : running_) {
      if (running.id != std::string_view(target).substr(2) || running.child == nullptr) continue;
      running.child->put(std::move(event));
      return;
    }
  }
  fail("error.communication", "there is no session '" + target + "'", send_id);
}

// ── the life of a session ─────────────────────────────────────────────────────────────────────

// Early binding gives every data element its value at the start; late binding those of a state when
// it is entered first.
void ScxmlSession::bind_data(StateId state) {
  for (const ScxmlData& data : d_.data) {
    if (d_.late_binding && data.state != state) continue;
    const bool is_given =
        data.state == root && std::find(given_.begin(), given_.end(), data.id) != given_.end();
    if (is_given) continue;
    Value value;
    std::string why;
    if (!content(data.content, value, why)) {
      fail_execution(why);
      continue;
    }
    slots_[data.slot] = std::move(value);
  }
}

void ScxmlSession::start(const std::vector<std::pair<std::string, Value>>& given) {
  is_running_ = true;
  algorithm_.begin();
  if (d_.datamodel == ScxmlDatamodel::feel) {
    const Value location = Value::string(std::string(session_prefix) + id_);
    const Value entry = Value::context({{"location", location}});
    set(ScxmlSystem::session_id, Value::string(id_));
    set(ScxmlSystem::name, text_or_null(d_.name));
    set(ScxmlSystem::io_processors,
        Value::context({{"scxml", entry}, {std::string(processor), entry}}));
    set(ScxmlSystem::x, Value::context({}));
  }
  // Only what the document declares at its top takes a value from outside.
  for (const auto& [name, value] : given) {
    for (const ScxmlData& data : d_.data) {
      if (data.state != root || data.id != name) continue;
      slots_[data.slot] = value;
      given_.push_back(name);
    }
  }
  bind_data(root);
  if (d_.script) fail_execution("scripts are not run");
  algorithm_.enter_at(d_.chart.initial(root), d_.chart.state(root).initial_action);
  rest();
}

void ScxmlSession::rest() {
  for (;;) {
    const chart::Outcome outcome = algorithm_.settle({.microsteps = world_.options_.microsteps});
    if (outcome == chart::Outcome::finished) {
      has_ended_ = true;
      leave_all();
      if (parent_ != nullptr && !is_cancelled_) {
        Event done{.name = "done.invoke." + invokeid_, .type = "platform"};
        done.invoke_id = invokeid_;
        done.data = end_data_;
        for (Running& running : parent_->running_) {
          if (running.child == this) running.child = nullptr;
        }
        if (parent_->is_running_) parent_->put(std::move(done));
      }
      return;
    }
    if (outcome == chart::Outcome::limit) {
      world_.stop("a loop of more than " + std::to_string(world_.options_.microsteps) +
                  " microsteps");
      scratch_.clear_internal();
      is_running_ = false;
      last_states_ = leaves();
      return;
    }
    start_invokes();
    if (!scratch_.has_internal()) return;
  }
}

void ScxmlSession::take_external() {
  const Event event = std::move(external_.front());
  external_.pop_front();
  bind_event(event);
  std::vector<Running> order = running_;
  std::stable_sort(order.begin(), order.end(), [](const Running& a, const Running& b) {
    return a.invoke->state < b.invoke->state;
  });
  algorithm_.begin();
  for (const Running& running : order) {
    if (running.id == event.invoke_id) finalize(running, event);
    if (running.invoke->autoforward && running.child != nullptr) running.child->put(event);
  }
  if (algorithm_.select(d_.events.find(event.name))) algorithm_.microstep();
  rest();
}

void ScxmlSession::finalize(const Running& running, const Event& event) {
  const ScxmlInvoke& invoke = *running.invoke;
  if (!invoke.has_finalize) return;
  if (!invoke.finalize.empty()) {
    run_block(invoke.finalize);
    return;
  }
  // 6.5: an empty one takes over what came back under the names that were sent.
  for (const ScxmlParam& param : invoke.params) {
    if (!param.location || !event.data.is(Kind::context)) continue;
    const Value* const value = event.data.find(param.name);
    std::string why;
    if (value != nullptr && !assign(*param.location, *value, why)) fail_execution(why);
  }
}

void ScxmlSession::start_invokes() {
  const std::set<StateId> states = std::exchange(to_invoke_, {});
  for (const StateId s : states) {
    for (const ScxmlInvoke& invoke : d_.invokes) {
      if (invoke.state == s) start_invoke(invoke);
    }
  }
}

void ScxmlSession::start_invoke(const ScxmlInvoke& invoke) {
  std::string why;
  std::string type;
  std::string source;
  std::string id = invoke.id;
  if (id.empty()) {
    // 6.4.1: stateid.platformid
    id = std::string(d_.chart.name(invoke.state)) + "." + id_ + "." + std::to_string(++made_ids_);
  }
  if (invoke.id_location && !assign(*invoke.id_location, Value::string(id), why)) {
    fail_execution(why);
    return;
  }
  Value data;
  std::string raw;
  if (!text(invoke.type, type, why) || !text(invoke.source, source, why) ||
      !payload(invoke.params, std::nullopt, false, data, raw, why)) {
    fail_execution(why);
    return;
  }
  if (!type.empty() && !is_scxml_service(type)) {
    fail_execution("the type '" + type + "' cannot be invoked");
    return;
  }
  std::shared_ptr<const ScxmlDocument> document;
  std::optional<std::string> written;
  if (invoke.content) {
    document = invoke.content->document;
    if (document == nullptr) {
      Value value;
      if (!content(*invoke.content, value, why)) {
        fail_execution(why);
        return;
      }
      if (value.is(Kind::string)) written = std::string(value.as_string());
    }
  } else if (!source.empty()) {
    written = scxml_file(d_.directory, source);
    if (!written) {
      fail("error.communication", "the file '" + source + "' cannot be read");
      return;
    }
  }
  if (document == nullptr && written) {
    Sources sources;
    const std::uint32_t file = sources.add("invoked", *written);
    document =
        from_scxml(sources, file, {.lenient = world_.options_.lenient, .directory = d_.directory})
            .document;
  }
  if (document == nullptr) {
    fail("error.communication", "what is invoked as '" + id + "' cannot be read");
    return;
  }
  std::vector<std::pair<std::string, Value>> given;
  if (data.is(Kind::context)) {
    for (const auto& [name, value] : data.entries()) given.emplace_back(name, value);
  }
  note("invoke", id);
  running_.push_back({&invoke, id, nullptr});
  const std::size_t place = running_.size() - 1;
  ScxmlSession* const child = world_.open(document, this, id);
  if (child == nullptr) {
    running_.pop_back();
    return;
  }
  running_[place].child = child;
  child->start(given);
}

void ScxmlSession::cancel_invokes(StateId state) {
  for (std::size_t i = 0; i < running_.size();) {
    if (running_[i].invoke->state != state) {
      ++i;
      continue;
    }
    ScxmlSession* const child = running_[i].child;
    running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
    if (child != nullptr) child->cancel();
  }
}

void ScxmlSession::cancel() {
  if (!is_running_) return;
  is_cancelled_ = true;
  note("cancelled", invokeid_);
  leave_all();
}

// exitInterpreter
void ScxmlSession::leave_all() {
  last_states_ = leaves();
  scratch_.clear_internal();
  std::vector<StateId> order = now_.states();
  algorithm_.exit_all();
  for (const StateId s : order) {
    if (has_ended_ && d_.chart.is_final(s) && d_.chart.parent(s) == root) {
      end_data_ = evaluate_done_data(s);
    }
  }
  scratch_.clear_internal();
  is_running_ = false;
  external_.clear();
  std::erase_if(world_.delayed_, [&](const ScxmlWorld::Delayed& d) { return d.from == this; });
}

// ── the world ─────────────────────────────────────────────────────────────────────────────────

ScxmlWorld::ScxmlWorld(ScxmlRunOptions options) : options_(options) {}
ScxmlWorld::~ScxmlWorld() = default;

ScxmlSession* ScxmlWorld::open(std::shared_ptr<const ScxmlDocument> document, ScxmlSession* parent,
                               std::string invokeid) {
  if (sessions_.size() >= options_.sessions ||
      (parent != nullptr && parent->nesting() >= options_.nesting)) {
    stop("more sessions than are allowed");
    return nullptr;
  }
  sessions_.push_back(
      std::make_unique<ScxmlSession>(*this, std::move(document), parent, std::move(invokeid),
                                     static_cast<std::uint32_t>(sessions_.size() + 1)));
  return sessions_.back().get();
}

void ScxmlWorld::stop(std::string reason) {
  if (stopped_.empty()) stopped_ = std::move(reason);
}

void ScxmlWorld::rest() {
  for (bool more = true; more && stopped_.empty();) {
    more = false;
    for (std::size_t i = 0; i < sessions_.size() && stopped_.empty(); ++i) {
      if (!sessions_[i]->has_external()) continue;
      if (++handled_ > options_.events) {
        stop("more than " + std::to_string(options_.events) + " events");
        return;
      }
      sessions_[i]->take_external();
      more = true;
    }
    if (sessions_.empty() || !sessions_[0]->is_running()) return;
  }
}

void ScxmlWorld::deliver(std::int64_t until) {
  while (stopped_.empty() && sessions_[0]->is_running()) {
    const auto next =
        std::min_element(delayed_.begin(), delayed_.end(), [](const Delayed& a, const Delayed& b) {
          return a.at != b.at ? a.at < b.at : a.sequence < b.sequence;
        });
    if (next == delayed_.end() || next->at > until) return;
    Delayed due = std::move(*next);
    delayed_.erase(next);
    now_ = due.at;
    due.from->route(std::move(due.event), due.target);
    rest();
  }
}

void ScxmlWorld::start(std::shared_ptr<const ScxmlDocument> document) {
  ScxmlSession* const session = open(std::move(document), nullptr, {});
  session->start({});
  rest();
}

void ScxmlWorld::run(std::shared_ptr<const ScxmlDocument> document) {
  start(std::move(document));
  deliver(std::numeric_limits<std::int64_t>::max());
}

void ScxmlWorld::send(std::string_view event, Value data) {
  if (sessions_.empty() || !sessions_[0]->is_running()) return;
  sessions_[0]->put({.name = std::string(event), .data = std::move(data)});
  rest();
}

void ScxmlWorld::advance(std::int64_t micros) {
  const std::int64_t until =
      now_ + std::min(micros, std::numeric_limits<std::int64_t>::max() - now_);
  deliver(until);
  now_ = until;
}

std::vector<std::string> ScxmlWorld::configuration() const {
  if (sessions_.empty()) return {};
  return sessions_[0]->is_running() ? sessions_[0]->leaves() : sessions_[0]->last_states();
}

bool ScxmlWorld::has_ended() const { return !sessions_.empty() && sessions_[0]->has_ended(); }

}  // namespace aftercare::interop
