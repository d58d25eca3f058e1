// The interface of this file is to_svg().
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "aftercare/report.hpp"

#include "report/layout.hpp"
#include "report/markup.hpp"
#include "report/shape_text.hpp"

namespace aftercare {

namespace {

using report::Arrow;
using report::Box;
using report::escape;
using report::Line;
using report::number;
using report::Picture;
using report::Point;

constexpr double margin = 18;
constexpr double title_height = 30;
constexpr double legend_gap = 22;
constexpr double key_gap = 20;
constexpr double key_line = 19;
constexpr double key_icon = 26;  // a sign of the key, and the words behind it
constexpr double least_key_width = 330;
constexpr std::string_view fonts =
    "-apple-system,'Segoe UI','Noto Sans','Noto Sans CJK SC','PingFang SC','Microsoft YaHei',"
    "'Helvetica Neue',Arial,sans-serif";

/// What stands in front of a line of the legend.
enum class Sign : std::uint8_t { none, clock, child };

class Painter {
 public:
  Painter(const ProcedureShape& shape, const SvgOptions& options)
      : shape_(shape),
        options_(options),
        picture_(report::lay_out(shape, options.counts, options.language)) {
    for (const std::size_t count : options.counts) most_ = std::max(most_, count);
    // Several pictures may stand on one page: the names of arrow heads are its own.
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : shape.pack + "." + shape.name)
      hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    head_ = "h" + std::to_string(hash);
  }

  std::string paint() {
    const double top = options_.with_title ? title_height : 0;
    std::string title = shape_.title.empty() ? shape_.name : shape_.title;
    double width = picture_.width;
    if (options_.with_title) width = std::max(width, report::text_width(title, 16));
    write_legend(width);
    for (const auto& [text, sign] : legend_) {
      width =
          std::max(width, report::text_width(text, report::label_size) + 2 * report::icon_width);
    }
    const double legend_top = picture_.height + (legend_.empty() ? 0 : legend_gap);
    const double key_top =
        legend_top + static_cast<double>(legend_.size()) * (report::line_height + 2) + key_gap;
    width = std::max(width, least_key_width);
    const double key_height = lay_out_key(width);
    width += 2 * margin;
    const double height = key_top + key_height + 2 * margin + top;
    out_ = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + number(width) + " " +
           number(height) + "\" width=\"" + number(width) + "\" height=\"" + number(height) +
           "\" role=\"img\" font-family=\"" + std::string(fonts) + "\">\n<title>" + escape(title) +
           "</title>\n<defs>";
    heads(head_ + "a", "#5a7184");
    heads(head_ + "b", "#b8c2cc");
    out_ += "</defs>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n";
    if (options_.with_title)
      out_ += "<text x=\"" + number(margin) + "\" y=\"" + number(margin + 8) +
              "\" font-size=\"16\" font-weight=\"600\" fill=\"#16324f\">" + escape(title) +
              "</text>\n";
    out_ += "<g transform=\"translate(" + number(margin) + "," + number(margin + top) + ")\">\n";
    // States hold states: outer ones are listed first.
    for (std::size_t s = 0; s < shape_.states.size(); ++s) state(s);
    for (const Arrow& arrow : picture_.arrows) line(arrow);
    for (const Point& dot : picture_.dots)
      out_ += "<circle cx=\"" + number(dot.x) + "\" cy=\"" + number(dot.y) + "\" r=\"" +
              number(report::dot_radius) + "\" fill=\"#16324f\"/>\n";
    for (const Arrow& arrow : picture_.arrows) label(arrow);
    legend(legend_top);
    key(key_top);
    out_ += "</g>\n</svg>\n";
    return std::move(out_);
  }

 private:
  void heads(std::string_view id, std::string_view colour) {
    out_ += "<marker id=\"" + std::string(id) +
            "\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"9\" markerHeight=\"9\" "
            "markerUnits=\"userSpaceOnUse\" orient=\"auto-start-reverse\"><path d=\"M0 0.8 L10 5 "
            "L0 9.2 L2.6 5 z\" fill=\"" +
            std::string(colour) + "\"/></marker>";
  }

  /// All clocks and children whole: what the chart has no place for stands here.
  void write_legend(double width) {
    // As wide as the picture, but no wider than lines that are read with ease.
    const auto columns = static_cast<std::size_t>(std::clamp(width / 6.6, 60.0, 110.0));
    const auto write = [&](const std::string& text, Sign sign) {
      for (const std::string& line : report::lines_of(text, columns)) {
        legend_.emplace_back(line, sign);
        sign = Sign::none;
      }
    };
    for (const ClockShape& clock : shape_.clocks) {
      write(report::clock_title(clock, options_.language), Sign::clock);
      write(report::clock_happenings(clock, options_.language), Sign::none);
    }
    for (const ChildShape& child : shape_.children)
      if (!child.is_invoked) write(report::child_title(child, options_.language), Sign::child);
  }

  void legend(double y) {
    if (legend_.empty()) return;
    out_ += "<line x1=\"0\" x2=\"" + number(picture_.width) + "\" y1=\"" +
            number(y - legend_gap / 2) + "\" y2=\"" + number(y - legend_gap / 2) +
            "\" stroke=\"#d5dde4\"/>\n";
    for (const auto& [text, sign] : legend_) {
      if (sign == Sign::clock) dial(0, y + 8);
      if (sign == Sign::child) link(-2, y + 8);
      out_ += "<text x=\"" + number(report::icon_width) + "\" y=\"" + number(y + 12) +
              "\" font-size=\"" + number(report::label_size) + "\" fill=\"" +
              (sign == Sign::clock   ? "#8a4b08\" font-weight=\"600"
               : sign == Sign::child ? "#7a2f5e\" font-weight=\"600"
                                     : "#5c6b79") +
              "\">" + escape(text) +
              "</text>\n";
      y += report::line_height + 2;
    }
  }

  /// The face of a clock, left of what it is said of.
  void dial(double x, double middle) {
    out_ += "<g fill=\"none\" stroke=\"#b8690f\" stroke-width=\"1.2\"><circle cx=\"" +
            number(x + 5.5) + "\" cy=\"" + number(middle) + "\" r=\"4.6\"/><path d=\"M" +
            number(x + 5.5) + " " + number(middle - 2.8) + " V" + number(middle) + " H" +
            number(x + 7.8) + "\"/></g>\n";
  }

  /// A sheet of paper, left of the name of a form.
  void sheet(double x, double middle) {
    const double top = middle - 5;
    out_ += "<path d=\"M" + number(x + 1.5) + " " + number(top) + " h5 l3 3 v7 h-8 z M" +
            number(x + 3.5) + " " + number(top + 5) + " h4 M" + number(x + 3.5) + " " +
            number(top + 7.5) + " h4\" fill=\"none\" stroke=\"#5d7f33\" stroke-width=\"1\"/>\n";
  }

  /// UML's sign of a state that is a machine of its own: two states with a line between.
  void link(double x, double middle) {
    out_ += "<g fill=\"#ffffff\" stroke=\"#9c4a7d\" stroke-width=\"1.1\"><path d=\"M" +
            number(x + 6) + " " + number(middle) + " H" + number(x + 9) + "\"/><rect x=\"" +
            number(x + 0.5) + "\" y=\"" + number(middle - 3) +
            "\" width=\"5.5\" height=\"6\" rx=\"2\"/><rect x=\"" + number(x + 9) + "\" y=\"" +
            number(middle - 3) + "\" width=\"5.5\" height=\"6\" rx=\"2\"/></g>\n";
  }

  // ── the key ──

  struct KeyItem {
    report::KeySign sign;
    double x = 0;
    std::size_t row = 0;
  };

  /// The signs that are in the picture, from left to right; gives how high the key is.
  double lay_out_key(double width) {
    using report::KeySign;
    bool is_used[report::key_signs] = {};
    const auto use = [&](KeySign sign) { is_used[static_cast<std::size_t>(sign)] = true; };
    const auto look = [&](const Line& one) {
      if (one.count) use(KeySign::count);
      if (one.text.starts_with("● ")) use(KeySign::opening);
      if (one.text.starts_with("↻ ")) use(KeySign::stay);
      if (one.is == Line::Is::place && one.text.find("→ ") != std::string::npos)
        use(KeySign::place);
      if (one.is == Line::Is::guard) use(KeySign::guard);
      if (one.is == Line::Is::clock) use(KeySign::clock);
      if (one.is == Line::Is::form) use(KeySign::form);
    };
    for (const auto& lines : picture_.inside) std::for_each(lines.begin(), lines.end(), look);
    for (const Arrow& arrow : picture_.arrows) {
      std::for_each(arrow.lines.begin(), arrow.lines.end(), look);
      if (is_idle(arrow)) use(KeySign::idle);
    }
    if (!picture_.dots.empty()) use(KeySign::start);
    if (!shape_.clocks.empty()) use(KeySign::clock);
    for (const ChildShape& child : shape_.children)
      use(child.is_invoked ? KeySign::invoke : KeySign::child);
    for (const StateShape& state : shape_.states) {
      if (state.kind == StateShape::Kind::final) use(KeySign::final);
      if (state.kind == StateShape::Kind::parallel) use(KeySign::parallel);
      if (state.kind == StateShape::Kind::shallow_history) use(KeySign::shallow);
      if (state.kind == StateShape::Kind::deep_history) use(KeySign::deep);
    }
    const std::string title(report::key_title(options_.language));
    const double first = report::text_width(title, report::small_size) + 14;
    double x = first;
    std::size_t row = 0;
    for (std::size_t i = 0; i < report::key_signs; ++i) {
      if (!is_used[i]) continue;
      const auto sign = static_cast<KeySign>(i);
      const double wide = key_icon + report::text_width(report::key_text(sign, options_.language),
                                                        report::small_size);
      if (x > first && x + wide > width) {
        x = first;
        ++row;
      }
      key_.push_back({sign, x, row});
      x += wide + 16;
    }
    return key_.empty() ? 0 : static_cast<double>(row + 1) * key_line;
  }

  void key(double top) {
    if (key_.empty()) return;
    out_ += "<g font-size=\"" + number(report::small_size) +
            "\" fill=\"#5c6b79\">\n<text x=\"0\" y=\"" + number(top + 12.5) +
            "\" font-weight=\"600\">" + escape(report::key_title(options_.language)) + "</text>\n";
    for (const KeyItem& item : key_) {
      const double middle = top + 9 + static_cast<double>(item.row) * key_line;
      key_sign(item.sign, item.x, middle);
      out_ += "<text x=\"" + number(item.x + key_icon - 3) + "\" y=\"" + number(middle + 3.7) +
              "\">" + escape(report::key_text(item.sign, options_.language)) + "</text>\n";
    }
    out_ += "</g>\n";
  }

  /// A sign as it stands in the picture, in a place 20 wide.
  void key_sign(report::KeySign sign, double x, double middle) {
    using report::KeySign;
    const auto letters = [&](std::string_view text, std::string_view style) {
      out_ += "<text x=\"" + number(x + 10) + "\" y=\"" + number(middle + 4) +
              "\" text-anchor=\"middle\" font-size=\"" + number(report::label_size) + "\" " +
              std::string(style) + ">" + escape(text) + "</text>\n";
    };
    const auto arrow = [&](double from, std::string_view style, std::string_view head) {
      out_ += "<path d=\"M" + number(x + from) + " " + number(middle) + " H" + number(x + 20) +
              "\" fill=\"none\" " + std::string(style) + " marker-end=\"url(#" + head_ +
              std::string(head) + ")\"/>\n";
    };
    const auto round = [&](std::string_view text) {
      out_ += "<circle cx=\"" + number(x + 10) + "\" cy=\"" + number(middle) +
              "\" r=\"8\" fill=\"#fff8e6\" stroke=\"#a97c12\"/><text x=\"" + number(x + 10) +
              "\" y=\"" + number(middle + 3.4) +
              "\" text-anchor=\"middle\" font-size=\"9.5\" font-weight=\"600\" fill=\"#7a5808\">" +
              std::string(text) + "</text>\n";
    };
    switch (sign) {
      case KeySign::start:
        out_ += "<circle cx=\"" + number(x + 4) + "\" cy=\"" + number(middle) + "\" r=\"" +
                number(report::dot_radius - 1) + "\" fill=\"#16324f\"/>\n";
        arrow(8, "stroke=\"#5a7184\" stroke-width=\"1.3\"", "a");
        break;
      case KeySign::opening:
        letters("●", "fill=\"#1f2d3a\"");
        break;
      case KeySign::stay:
        letters("↻", "fill=\"#1f2d3a\"");
        break;
      case KeySign::place:
        letters("→", "fill=\"#14365a\" font-weight=\"600\"");
        break;
      case KeySign::shallow:
        round("H");
        break;
      case KeySign::deep:
        round("H*");
        break;
      case KeySign::final:
        rect({x, middle - 7, 20, 14}, 0, 6,
             "fill=\"#ffffff\" stroke=\"#2e7d5b\" stroke-width=\"1.1\"");
        rect({x, middle - 7, 20, 14}, 2.2, 4.5,
             "fill=\"#e9f5ef\" stroke=\"#2e7d5b\" stroke-width=\"0.9\"");
        break;
      case KeySign::parallel:
        rect({x, middle - 7, 20, 14}, 0, 3.5,
             "fill=\"#f5f8fb\" stroke=\"#9fb4c8\" stroke-width=\"1.1\"");
        out_ += "<line x1=\"" + number(x + 10) + "\" x2=\"" + number(x + 10) + "\" y1=\"" +
                number(middle - 6) + "\" y2=\"" + number(middle + 6) +
                "\" stroke=\"#6f8aa3\" stroke-dasharray=\"3 2\"/>\n";
        break;
      case KeySign::guard:
        letters("[ ]", "fill=\"#5c6b79\" font-style=\"italic\"");
        break;
      case KeySign::clock:
        dial(x + 5, middle);
        break;
      case KeySign::form:
        sheet(x + 5, middle);
        break;
      case KeySign::child:
      case KeySign::invoke:
        link(x + 3, middle);
        break;
      case KeySign::count:
        out_ += "<rect x=\"" + number(x) + "\" y=\"" + number(middle - 6.5) +
                "\" width=\"20\" height=\"13\" rx=\"6.5\" fill=\"#2f6fa8\"/><text x=\"" +
                number(x + 10) + "\" y=\"" + number(middle + 3.4) +
                "\" text-anchor=\"middle\" font-size=\"9.5\" font-weight=\"600\" "
                "fill=\"#ffffff\">n</text>\n";
        break;
      case KeySign::idle:
        arrow(0, "stroke=\"#b8c2cc\" stroke-width=\"1.3\" stroke-dasharray=\"4 3\"", "b");
        break;
    }
  }

  void rect(const Box& box, double inset, double radius, std::string_view style) {
    out_ += "<rect x=\"" + number(box.x + inset) + "\" y=\"" + number(box.y + inset) +
            "\" width=\"" + number(box.width - 2 * inset) + "\" height=\"" +
            number(box.height - 2 * inset) + "\" rx=\"" + number(radius) + "\" " +
            std::string(style) + "/>\n";
  }

  void state(std::size_t s) {
    const StateShape& state = shape_.states[s];
    const Box& box = picture_.states[s];
    const bool holds =
        state.kind == StateShape::Kind::compound || state.kind == StateShape::Kind::parallel;
    double name_y = box.y + 20.5;
    if (report::is_history(state)) {
      rect(box, 0, box.height / 2, "fill=\"#fff8e6\" stroke=\"#a97c12\" stroke-width=\"1.3\"");
      name(box, box.y + box.height / 2 + 4.7, report::history_text(state), "#7a5808");
      return;
    }
    if (holds) {
      rect(box, 0, 11,
           depth(s) % 2 == 0 ? "fill=\"#f5f8fb\" stroke=\"#9fb4c8\" stroke-width=\"1.2\""
                             : "fill=\"#ffffff\" stroke=\"#b9c8d6\" stroke-width=\"1.2\"");
      for (const double x : picture_.dividers[s])
        out_ += "<line x1=\"" + number(x) + "\" x2=\"" + number(x) + "\" y1=\"" +
                number(box.y + 28) + "\" y2=\"" + number(box.y + box.height - 6) +
                "\" stroke=\"#9fb4c8\" stroke-dasharray=\"5 4\"/>\n";
      out_ += "<text x=\"" + number(box.x + 12) + "\" y=\"" + number(box.y + 18) +
              "\" font-size=\"12.5\" font-weight=\"600\" fill=\"#4a6076\">" + escape(state.name) +
              "</text>\n";
      name_y = box.y + 18;
    } else if (state.kind == StateShape::Kind::final) {
      rect(box, 0, 15, "fill=\"#ffffff\" stroke=\"#2e7d5b\" stroke-width=\"1.3\"");
      rect(box, 3, 12.5, "fill=\"#e9f5ef\" stroke=\"#2e7d5b\" stroke-width=\"1\"");
      name(box, name_y, state.name, "#1d5a40");
    } else {
      rect(box, 0, 9, "fill=\"#eaf2fb\" stroke=\"#3f76ad\" stroke-width=\"1.3\"");
      name(box, name_y, state.name, "#14365a");
    }
    double y = name_y + 13 - report::line_height / 2;
    for (const Line& one : picture_.inside[s]) {
      text_line(one, box.x + 10, y + report::height_of(one.is) / 2, true);
      y += report::height_of(one.is);
    }
  }

  void name(const Box& box, double y, const std::string& text, std::string_view colour) {
    out_ += "<text x=\"" + number(box.x + box.width / 2) + "\" y=\"" + number(y) +
            "\" text-anchor=\"middle\" font-size=\"" + number(report::name_size) +
            "\" font-weight=\"600\" fill=\"" + std::string(colour) + "\">" + escape(text) +
            "</text>\n";
  }

  [[nodiscard]] std::size_t depth(std::size_t s) const {
    std::size_t out = 0;
    for (auto p = shape_.states[s].parent; p; p = shape_.states[*p].parent) ++out;
    return out;
  }

  [[nodiscard]] std::size_t taken_of(const Arrow& arrow) const {
    std::size_t taken = 0;
    for (const std::size_t t : arrow.transitions)
      if (t < options_.counts.size()) taken += options_.counts[t];
    return taken;
  }
  [[nodiscard]] bool is_counted(const Arrow& arrow) const {
    return !options_.counts.empty() && !arrow.is_initial;
  }
  [[nodiscard]] bool is_idle(const Arrow& arrow) const {
    return is_counted(arrow) && taken_of(arrow) == 0;
  }

  void line(const Arrow& arrow) {
    if (arrow.path.size() < 2) return;
    const std::size_t taken = taken_of(arrow);
    const bool is_idle = this->is_idle(arrow);
    double width = 1.3;
    if (is_counted(arrow) && taken > 0 && most_ > 0)
      width = 1.3 +
              2.7 * std::log1p(static_cast<double>(taken)) / std::log1p(static_cast<double>(most_));
    std::string d = "M" + number(arrow.path[0].x) + " " + number(arrow.path[0].y);
    for (std::size_t i = 1; i < arrow.path.size(); ++i) {
      const Point &a = arrow.path[i - 1], &b = arrow.path[i];
      if (std::abs(a.x - b.x) < 0.1 || std::abs(a.y - b.y) < 0.1) {
        d += " L" + number(b.x) + " " + number(b.y);
        continue;
      }
      const double middle = (a.y + b.y) / 2;
      d += " C" + number(a.x) + " " + number(middle) + " " + number(b.x) + " " + number(middle) +
           " " + number(b.x) + " " + number(b.y);
    }
    out_ += "<path d=\"" + d + "\" fill=\"none\" stroke=\"" + (is_idle ? "#b8c2cc" : "#5a7184") +
            "\" stroke-width=\"" + number(width) + "\"" +
            (is_idle ? " stroke-dasharray=\"4 3\"" : "") + " marker-end=\"url(#" + head_ +
            (is_idle ? "b" : "a") + ")\"/>\n";
  }

  void label(const Arrow& arrow) {
    double y = arrow.label.y;
    for (const Line& one : arrow.lines) {
      text_line(one, arrow.label.x, y + report::height_of(one.is) / 2, false);
      y += report::height_of(one.is);
    }
  }

  void text_line(const Line& one, double x, double middle, bool is_inside) {
    if (one.count) {
      const double width = report::pill_width(*one.count);
      const bool is_idle = *one.count == 0;
      out_ += "<rect x=\"" + number(x) + "\" y=\"" + number(middle - 7) + "\" width=\"" +
              number(width) + "\" height=\"14\" rx=\"7\" fill=\"" +
              (is_idle ? "#dfe5ea" : "#2f6fa8") + "\"/><text x=\"" + number(x + width / 2) +
              "\" y=\"" + number(middle + 3.7) + "\" text-anchor=\"middle\" font-size=\"" +
              number(report::small_size) + "\" font-weight=\"600\" fill=\"" +
              (is_idle ? "#7a8794" : "#ffffff") + "\">" + std::to_string(*one.count) + "</text>\n";
      x += width + 5;
    }
    if (one.text.empty()) return;
    if (one.is == Line::Is::clock) dial(x, middle);
    if (one.is == Line::Is::form) sheet(x, middle);
    if (one.is == Line::Is::child) {
      const double words = report::text_width(one.text, report::size_of(one.is));
      rect({x, middle - 9, words + report::link_width + 2 * report::box_padding, 18}, 0, 6,
           "fill=\"#fbf3f8\" stroke=\"#9c4a7d\" stroke-width=\"1.1\"");
      x += report::box_padding;
      link(x + words + 4, middle);
    }
    if (report::is_indented(one.is)) x += report::icon_width;
    const double size = report::size_of(one.is);
    std::string_view style = "fill=\"#1f2d3a\"";
    switch (one.is) {
      case Line::Is::event:
        break;
      case Line::Is::guard:
        style = "fill=\"#5c6b79\" font-style=\"italic\"";
        break;
      case Line::Is::clauses:
        style = "fill=\"#2b7a9e\"";
        break;
      case Line::Is::clock:
      case Line::Is::clock_more:
        style = "fill=\"#8a4b08\"";
        break;
      case Line::Is::form:
        style = "fill=\"#3d5a1e\"";
        break;
      case Line::Is::child:
      case Line::Is::more:
        style = "fill=\"#7a2f5e\"";
        break;
      case Line::Is::decision:
        style = "fill=\"#5a3d8a\" font-weight=\"600\"";
        break;
      case Line::Is::place:
        style = "fill=\"#14365a\" font-weight=\"600\"";
        break;
    }
    // A halo keeps words readable where an arrow passes close by.
    out_ += "<text x=\"" + number(x) + "\" y=\"" + number(middle + 4) + "\" font-size=\"" +
            number(size) + "\" " + std::string(style) +
            (is_inside ? "" : " paint-order=\"stroke\" stroke=\"#ffffff\" stroke-width=\"3\"") +
            ">" + (one.whole.empty() ? "" : "<title>" + escape(one.whole) + "</title>") +
            escape(one.text) + "</text>\n";
  }

  const ProcedureShape& shape_;
  const SvgOptions& options_;
  Picture picture_;
  std::size_t most_ = 0;
  std::string head_;
  std::vector<std::pair<std::string, Sign>> legend_;
  std::vector<KeyItem> key_;
  std::string out_;
};

}  // namespace

std::string to_svg(const ProcedureShape& procedure, const SvgOptions& options) {
  return Painter(procedure, options).paint();
}

}  // namespace aftercare
