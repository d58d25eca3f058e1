// Replays of simulated tickets: how many events a second, how much faster with two threads, how
// many bytes a case, and the same bytes however the work is cut.
//
//   replay_bench PACK [--overlay FILE]... [--cases N] [--rate N] [--log FILE]
//
// Workloads: bind (CSV in memory to a bound log), replay (bound log to cases with their traces),
// end_to_end (CSV in memory to JSON lines of all steps, counted, not written to a disk).
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

#include "aftercare/replay.hpp"
#include "aftercare/rulebook.hpp"
#include "aftercare/simulate.hpp"

namespace {

using aftercare::Replay;
using aftercare::Rulebook;

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double resident_megabytes() {
  std::ifstream in("/proc/self/statm");
  std::size_t whole = 0, resident = 0;
  in >> whole >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

struct Hash {
  std::uint64_t value = 14695981039346656037ULL;
  std::size_t bytes = 0;
  void add(std::string_view text) {
    bytes += text.size();
    // Eight bytes at a time; only equality matters.
    while (text.size() >= 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, text.data(), 8);
      value = (value ^ word) * 1099511628211ULL;
      value ^= value >> 29U;
      text.remove_prefix(8);
    }
    for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  }
};

std::uint64_t fingerprint(const Replay& replay) {
  Hash hash;
  replay.write_steps([&](std::string_view text) {
    for (const char c : text) hash.add({&c, 1});
  });
  replay.write_entries([&](std::string_view text) {
    for (const char c : text) hash.add({&c, 1});
  });
  return hash.value;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> packs;
  aftercare::CheckOptions with;
  aftercare::SimulateOptions made;
  made.cases = 100'000;
  made.per_day = 2'000;
  made.threads = 2;
  std::string log_file;
  bool checks_bytes = false;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const auto value = [&]() -> std::string { return i + 1 < argc ? argv[++i] : ""; };
    if (word == "--overlay") {
      with.overlays.push_back(value());
    } else if (word == "--cases") {
      made.cases = std::strtoull(value().c_str(), nullptr, 10);
    } else if (word == "--rate") {
      made.per_day = static_cast<std::uint32_t>(std::strtoul(value().c_str(), nullptr, 10));
    } else if (word == "--procedure") {
      made.procedure = value();
    } else if (word == "--log") {
      log_file = value();
    } else if (word == "--bytes") {
      checks_bytes = true;
    } else {
      packs.push_back(word);
    }
  }
  if (packs.empty()) {
    std::fputs(
        "usage: replay_bench PACK [--overlay FILE] [--cases N] [--rate N] [--procedure P] "
        "[--log FILE] [--bytes]\n",
        stderr);
    return 2;
  }
  auto checked = aftercare::check(packs, with);
  if (!checked) {
    std::cerr << aftercare::render(checked.diagnostics(), checked.sources());
    return 1;
  }
  const Rulebook rules = std::move(checked).value();
  std::string text;
  if (!log_file.empty()) {
    std::ifstream in(log_file, std::ios::binary);
    text.assign(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  if (text.empty()) {
    const double begin = now();
    text = aftercare::simulate(rules, made).value();
    std::printf("simulate     %10zu cases   %8.2f s\n", made.cases, now() - begin);
    if (!log_file.empty()) std::ofstream(log_file, std::ios::binary) << text;
  }

  double one = 0;
  std::size_t rows = 0;
  {
    const double empty = resident_megabytes();
    const double begin = now();
    auto log = aftercare::read_log_text("log.csv", text, rules).value();
    const double bound = now();
    rows = log.rows();
    std::printf("bind         %10zu rows    %8.2f s  %8.2f million/s\n", rows, bound - begin,
                static_cast<double>(rows) / (bound - begin) / 1e6);
    const double start = now();
    auto done = aftercare::replay(rules, log).value();
    one = now() - start;
    const auto& s = done.summary();
    std::printf("replay       %10zu rows    %8.2f s  %8.2f million/s  (1 thread, %zu applied)\n",
                rows, one, static_cast<double>(rows) / one / 1e6, s.applied);
    if (!s.reconciles()) {
      std::puts("THE ROWS DO NOT RECONCILE");
      return 1;
    }
    log = aftercare::read_log_text("none.csv", "case,event,at\n", rules).value();
    const double after = resident_megabytes();
    std::printf(
        "memory       %10zu cases   %8.0f bytes a case counted, %.0f resident (%zu steps "
        "in binary)\n",
        s.cases, static_cast<double>(done.bytes()) / static_cast<double>(s.cases),
        (after - empty) * 1e6 / static_cast<double>(s.cases), rows);
    if (checks_bytes)
      std::printf("bytes        %016llx (1)\n", static_cast<unsigned long long>(fingerprint(done)));
  }
  {
    auto log = aftercare::read_log_text("log.csv", text, rules).value();
    for (const unsigned threads : {1U, 2U}) {
      const double start = now();
      const auto done = aftercare::replay(rules, log, {.threads = threads}).value();
      const double took = now() - start;
      std::printf(
          "replay       %10zu rows    %8.2f s  %8.2f million/s  (%u threads, %.2f times "
          "one)\n",
          rows, took, static_cast<double>(rows) / took / 1e6, threads, one / took);
      if (threads == 1) one = took;
    }
    for (const unsigned partitions : {2U, 7U}) {
      if (!checks_bytes) break;
      const auto done =
          aftercare::replay(rules, log, {.threads = 2, .partitions = partitions}).value();
      std::printf("bytes        %016llx (%u)\n", static_cast<unsigned long long>(fingerprint(done)),
                  partitions);
    }
  }
  {
    const double begin = now();
    auto log = aftercare::read_log_text("log.csv", text, rules).value();
    const auto done = aftercare::replay(rules, log).value();
    std::size_t bytes = 0;
    done.write_steps([&](std::string_view piece) { bytes += piece.size(); });
    const double took = now() - begin;
    std::printf(
        "end_to_end   %10zu rows    %8.2f s  %8.2f million/s  (1 thread, CSV to JSON lines, "
        "%zu MB out)\n",
        rows, took, static_cast<double>(rows) / took / 1e6, bytes / 1'000'000);
  }
  return 0;
}
