// The repair order in Boost.MSM.
#include <boost/msm/back/state_machine.hpp>
#include <boost/msm/front/functor_row.hpp>
#include <boost/msm/front/state_machine_def.hpp>

#include <vector>

#include "repair.hpp"

namespace neighbours {

namespace {

namespace msm = boost::msm;
namespace front = boost::msm::front;

struct Assign {};
struct Start {};
struct Finish {};
struct Reject {};
struct Accept {};

struct Counted : front::state<> {
  template <class Event, class Machine>
  void on_entry(const Event&, Machine& machine) {
    ++machine.data.entered;
  }
  template <class Event, class Machine>
  void on_exit(const Event&, Machine& machine) {
    ++machine.data.left;
  }
};
struct Waiting : Counted {};
struct Assigned : Counted {};
struct Working : Counted {};
struct Checking : Counted {};

struct MayTryAgain {
  template <class Event, class Machine, class From, class To>
  bool operator()(const Event&, Machine& machine, From&, To&) const {
    return machine.data.tries < most_tries;
  }
};
struct TryAgain {
  template <class Event, class Machine, class From, class To>
  void operator()(const Event&, Machine& machine, From&, To&) const {
    ++machine.data.tries;
  }
};
struct BeginAnew {
  template <class Event, class Machine, class From, class To>
  void operator()(const Event&, Machine& machine, From&, To&) const {
    machine.data.tries = 0;
  }
};

struct RepairDefinition : front::state_machine_def<RepairDefinition> {
  using initial_state = Waiting;
  struct transition_table
      : boost::mpl::vector<
            front::Row<Waiting, Assign, Assigned, front::none, front::none>,
            front::Row<Assigned, Start, Working, front::none, front::none>,
            front::Row<Working, Finish, Checking, front::none, front::none>,
            front::Row<Checking, Reject, Working, TryAgain, MayTryAgain>,
            front::Row<Checking, Accept, Waiting, BeginAnew, front::none>> {};
  template <class Event, class Machine>
  void no_transition(const Event&, Machine&, int) {}
  RepairData data;
};
using Repair = msm::back::state_machine<RepairDefinition>;

class MsmRepairs final : public Repairs {
 public:
  explicit MsmRepairs(std::size_t count) : cases_(count) {
    for (Repair& one : cases_) one.start();
  }
  void run(const RepairStep* steps, std::size_t count) override {
    for (std::size_t i = 0; i < count; ++i) {
      Repair& one = cases_[steps[i].which];
      auto answer = boost::msm::back::HANDLED_FALSE;
      switch (steps[i].event) {
        case RepairEvent::assign:
          answer = one.process_event(Assign());
          break;
        case RepairEvent::start:
          answer = one.process_event(Start());
          break;
        case RepairEvent::finish:
          answer = one.process_event(Finish());
          break;
        case RepairEvent::reject:
          answer = one.process_event(Reject());
          break;
        case RepairEvent::accept:
          answer = one.process_event(Accept());
          break;
      }
      // Not taken, or refused by the guard.
      if (answer != boost::msm::back::HANDLED_TRUE) ++one.data.refused;
    }
  }
  RepairData data(std::size_t which) const override { return cases_[which].data; }
  RepairState state(std::size_t which) const override {
    // The states are numbered in the order of their rows.
    return static_cast<RepairState>(cases_[which].current_state()[0]);
  }

 private:
  std::vector<Repair> cases_;
};

}  // namespace

std::unique_ptr<Repairs> repairs_by_msm(std::size_t cases) {
  return std::make_unique<MsmRepairs>(cases);
}

}  // namespace neighbours
