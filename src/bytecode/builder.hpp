// Makes programs: appends instructions, counts registers, patches jumps.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bytecode/program.hpp"

namespace aftercare::bytecode {

using Register = std::uint16_t;

class Builder {
 public:
  /// A place in the code that is not known yet.
  struct Label {
    std::uint32_t id = 0;
  };

  Builder();

  // ── code ────────────────────────────────────────────────────────────────────────────────────
  void emit(Op op, Span span, std::uint16_t a = 0, std::uint16_t b = 0, std::uint16_t c = 0,
            std::int64_t imm = 0);
  void jump(Op op, Span span, Label target, std::uint16_t a = 0, std::uint16_t b = 0,
            std::uint16_t c = 0);
  /// For the jumps that compare an input with `word`.
  void jump_on_input(Op op, Span span, Label target, std::uint16_t input, std::uint16_t c,
                     std::int64_t word);
  [[nodiscard]] Label label();
  void place(Label label);
  [[nodiscard]] std::size_t size() const noexcept { return program_.code.size(); }

  // ── registers: taken and given back like a stack ────────────────────────────────────────────
  [[nodiscard]] Register object();
  [[nodiscard]] Register objects(std::size_t count);  ///< the first of consecutive ones
  [[nodiscard]] Register scalar();
  [[nodiscard]] Register iterator();
  struct Mark {
    std::uint16_t objects, scalars, iterators;
  };
  [[nodiscard]] Mark mark() const noexcept;
  void release(Mark mark) noexcept;

  // ── tables ──────────────────────────────────────────────────────────────────────────────────
  [[nodiscard]] std::int64_t constant(const Value& value);
  [[nodiscard]] std::int64_t name(std::string_view text);
  /// Names in a row, for make_context and call_named.
  [[nodiscard]] std::int64_t names(const std::vector<std::string>& texts);
  [[nodiscard]] std::int64_t type(const Type& type);
  void reads(std::uint32_t input, std::string_view name);
  void zone(const Zone& zone) { program_.zone = zone; }

  // ── routines ────────────────────────────────────────────────────────────────────────────────
  /// Begins a function; its code follows until end_routine(), which gives its number. Object
  /// registers 0 to captures + parameters - 1 are taken. The code of the outer routine stands aside
  /// meanwhile.
  void begin_routine(std::vector<std::string> parameters, std::vector<Type> parameter_types,
                     std::uint16_t captures);
  std::int64_t end_routine();

  /// Whether more was asked for than a program can hold; it must then not be used.
  [[nodiscard]] bool is_too_large() const noexcept { return too_large_; }
  [[nodiscard]] Program finish();

 private:
  struct Open {
    Routine routine;
    std::vector<Instruction> code;
    std::vector<Span> spans;
    std::vector<std::int64_t> labels;  // place of each label, -1: not yet
    Mark used{};
  };
  Open& open() { return open_.back(); }
  std::uint16_t take(std::uint16_t& used, std::uint16_t& most, std::size_t count);
  std::uint32_t close();

  Program program_;
  std::vector<Open> open_;
  std::unordered_map<std::string, std::int64_t> name_index_;
  bool too_large_ = false;
};

}  // namespace aftercare::bytecode
