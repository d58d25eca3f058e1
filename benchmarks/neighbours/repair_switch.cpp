// The repair order as one writes it by hand.
#include <vector>

#include "repair.hpp"

namespace neighbours {

namespace {

class SwitchRepairs final : public Repairs {
 public:
  explicit SwitchRepairs(std::size_t count) : cases_(count) {
    for (Case& one : cases_) ++one.data.entered;
  }
  void run(const RepairStep* steps, std::size_t count) override {
    for (std::size_t i = 0; i < count; ++i) take(cases_[steps[i].which], steps[i].event);
  }
  RepairData data(std::size_t which) const override { return cases_[which].data; }
  RepairState state(std::size_t which) const override { return cases_[which].state; }

 private:
  struct Case {
    RepairState state = RepairState::waiting;
    RepairData data;
  };
  static void go(Case& one, RepairState to) {
    ++one.data.left;
    one.state = to;
    ++one.data.entered;
  }
  static void take(Case& one, RepairEvent event) {
    switch (one.state) {
      case RepairState::waiting:
        if (event == RepairEvent::assign) return go(one, RepairState::assigned);
        break;
      case RepairState::assigned:
        if (event == RepairEvent::start) return go(one, RepairState::working);
        break;
      case RepairState::working:
        if (event == RepairEvent::finish) return go(one, RepairState::checking);
        break;
      case RepairState::checking:
        if (event == RepairEvent::reject && one.data.tries < most_tries) {
          ++one.data.tries;
          return go(one, RepairState::working);
        }
        if (event == RepairEvent::accept) {
          one.data.tries = 0;
          return go(one, RepairState::waiting);
        }
        break;
    }
    ++one.data.refused;
  }

  std::vector<Case> cases_;
};

}  // namespace

std::unique_ptr<Repairs> repairs_by_switch(std::size_t cases) {
  return std::make_unique<SwitchRepairs>(cases);
}

}  // namespace neighbours
