// ledger/entry.hpp — one dated row about a subject: a fine, an offence, a sign-in, a fault.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aftercare/rt/date.hpp"
#include "aftercare/value.hpp"

namespace aftercare::ledger {

inline constexpr std::uint16_t none = 0xFFFF;

/// What an entry is for, within its ledger.
enum class EntryKind : std::uint8_t {
  row,      ///< of a ledger that a pack declares
  offence,  ///< who, on which day, the how-manieth
  reward,
  right_used,
  finding,  ///< an unmet need of a fact, an unmet expectation
  fine,     ///< money: owed as a punishment
  owed,     ///< money: `pay` of an offence
  payment,  ///< money: owed for no one's conduct
};

/// Immutable but for its end: an entry is never overwritten, only withdrawn, and what follows from
/// that is posted as corrections.
struct Entry {
  std::uint64_t id = 0;       ///< given by the book
  std::uint16_t ledger = 0;   ///< Model::ledgers
  std::uint16_t rule = none;  ///< Model::rules; none: a row entered by hand
  EntryKind kind = EntryKind::row;
  bool is_withdrawn = false;
  bool is_correction = false;      ///< a difference posted after the fact
  bool is_standing = false;        ///< entered by a rule that stands
  Value subject;                   ///< whose entry this is
  Value case_id;                   ///< string; null: entered by hand
  std::uint32_t step = 0;          ///< step of the case that made it
  std::uint16_t happening = none;  ///< what it was judged at
  std::uint32_t nth = 0;           ///< numbered: which occurrence this is; 0: not numbered
  rt::Date on{};                   ///< the day it belongs to, in the pack's zone
  rt::Instant at{};                ///< when the thing happened
  rt::Instant recorded{};          ///< when it was entered
  std::uint64_t replaced_by = 0;   ///< the entry that swallows this one; 0: it counts
  std::uint64_t about = 0;         ///< money: the offence's or reward's entry; correction: of which
  std::uint16_t sanction = none;
  Value amount;               ///< money: minor units; null elsewhere
  Value from, to;             ///< money: payments
  std::vector<Value> fields;  ///< of a declared ledger, in the order of its fields; what a
                              ///< numbered rule read, so that it can be counted anew
  std::string reason;         ///< why it was withdrawn or corrected
};

/// All entries of one rulebook, found by ledger and subject. The step reads and writes through
/// this; who keeps them (memory, a store's transaction) stands behind it.
class Book {
 public:
  Book() = default;
  Book(const Book&) = delete;
  Book& operator=(const Book&) = delete;
  virtual ~Book() = default;

  /// Ids of the entries of one subject, oldest first, withdrawn ones too. Valid until the next call
  /// of this, of of_case() or of add().
  virtual const std::vector<std::uint64_t>& of(std::uint16_t ledger, const Value& subject) = 0;
  /// Ids of the entries that a case made; valid as those of of().
  virtual const std::vector<std::uint64_t>& of_case(const Value& case_id) = 0;
  /// Requires: an id that this book gave. Stays valid until the next add.
  virtual const Entry& get(std::uint64_t id) = 0;
  /// Numbers the entry and keeps it.
  virtual std::uint64_t add(Entry entry) = 0;
  /// Replaces an entry. Used to withdraw it, and to renumber an occurrence.
  virtual void update(const Entry& entry) = 0;

  /// Whether one entry comes before another: a total order, of a rule always the same, that asks
  /// only for what is never replaced.
  using Before = std::function<bool(const Entry&, const Entry&)>;
  struct Ahead {
    std::size_t count = 0;
    std::uint64_t first = 0;  ///< the entry before which none comes; 0: there is none
  };
  /// The entries of the same ledger, subject and rule that are not withdrawn and come before this
  /// one. Here: by looking at all.
  virtual Ahead ahead_of(const Entry& mine, const Before& before);
};

/// Keeps entries in memory. Few are found by looking at all, many by an index.
class MemoryBook final : public Book {
 public:
  const std::vector<std::uint64_t>& of(std::uint16_t ledger, const Value& subject) override;
  const std::vector<std::uint64_t>& of_case(const Value& case_id) override;
  const Entry& get(std::uint64_t id) override { return entries_[id - 1]; }
  std::uint64_t add(Entry entry) override;
  void update(const Entry& entry) override;
  /// In a time that grows with the logarithm of their number.
  Ahead ahead_of(const Entry& mine, const Before& before) override;

  [[nodiscard]] const std::vector<Entry>& all() const noexcept { return entries_; }

 private:
  struct Index;
  struct Deleter {
    void operator()(Index* index) const noexcept;
  };
  struct Lines;
  struct LinesDeleter {
    void operator()(Lines* lines) const noexcept;
  };
  template <class Wanted>
  const std::vector<std::uint64_t>& all_that(const Wanted& is_wanted);

  static constexpr std::size_t few = 16;
  std::vector<Entry> entries_;  // entry of id i at i - 1
  std::vector<std::uint64_t> found_;
  std::unique_ptr<Index, Deleter> index_;  // of more than a few
  std::unique_ptr<Lines, LinesDeleter> lines_;  // once somebody asked who comes before whom
};

}  // namespace aftercare::ledger
