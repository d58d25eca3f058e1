// aftercare/directory.hpp — what a host knows of people, shops, devices and prices.
//
//   struct Staff : aftercare::Directory {
//     Result<Fact> look_up(std::string_view, std::string_view member, std::string_view field,
//                          rt::Date day) const override;       // asks the personnel system
//   };
//   auto engine = Engine::open(rules, memory_store(), std::make_shared<Staff>());
//
// A pack declares registers (`employee: {post: Post, store: store}`) and reads them as they stood
// on the day of a happening; what a step read is kept in its trace. registers.hpp has one of rows.
// Needs: result.hpp, time.hpp, value.hpp. Knows nothing of packs.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aftercare/export.hpp"
#include "aftercare/result.hpp"
#include "aftercare/time.hpp"
#include "aftercare/value.hpp"

namespace aftercare {

/// Registers: typed, dated relations. Several threads may ask at the same time.
class AFTERCARE_API Directory {
 public:
  /// What a register says of a member on a day.
  struct Fact {
    bool is_member = false;  ///< the register has the member on that day
    Value value;  ///< of the field; null: it has none. Texts are read by the field's type
  };

  virtual ~Directory() = default;

  /// The field of a member as it stood on `day`. An empty `field` only asks for the member.
  /// Errors: host, where the answer cannot be had.
  [[nodiscard]] virtual Result<Fact> look_up(std::string_view register_name,
                                             std::string_view member, std::string_view field,
                                             rt::Date day) const = 0;

  /// The members that a register has on `day`, in order of their names; without: this directory
  /// cannot list them, and who holds a post is known only of who is asked about. Errors: host.
  [[nodiscard]] virtual Result<std::optional<std::vector<std::string>>> members(
      std::string_view register_name, rt::Date day) const {
    static_cast<void>(register_name);
    static_cast<void>(day);
    return std::optional<std::vector<std::string>>();
  }
};

}  // namespace aftercare
