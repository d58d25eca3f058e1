// Replays of simulated tickets: how many events a second, how much faster with two threads, how
// many bytes a case, and the same bytes however the work is cut.
//
//   replay_bench PACK [--overlay FILE]... [--cases N] [--rate N] [--log FILE] [--only WORKLOAD]
//
// Workloads: bind (CSV in memory to a bound log), replay (bound log to cases with their traces),
// threads (the same with one and with two), end_to_end (CSV in memory to JSON lines of all steps,
// counted, not written to a disk). Rates of one thread are by its processor time, so that a busy
// machine does not show in them; the time on the wall stands beside it.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include <malloc.h>
#include <unistd.h>

#include "aftercare/replay.hpp"
#include "aftercare/rulebook.hpp"
#include "aftercare/simulate.hpp"

namespace {

using aftercare::Replay;
using aftercare::Rulebook;

/// Time since it was made, on the wall and of all processors.
class Watch {
 public:
  [[nodiscard]] double wall() const { return wall_now() - wall_; }
  [[nodiscard]] double cpu() const { return cpu_now() - cpu_; }

 private:
  static double wall_now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
  }
  static double cpu_now() {
    timespec at{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
    return static_cast<double>(at.tv_sec) + static_cast<double>(at.tv_nsec) * 1e-9;
  }
  double wall_ = wall_now(), cpu_ = cpu_now();
};

void tell(const char* what, std::size_t rows, const Watch& watch, const std::string& more) {
  const double cpu = watch.cpu(), wall = watch.wall();
  std::printf("%-12s %10zu rows    %8.2f s wall  %8.2f s cpu  %8.2f million/s  %s\n", what, rows,
              wall, cpu, static_cast<double>(rows) / cpu / 1e6, more.c_str());
  std::fflush(stdout);
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
  std::string log_file, only;
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
    } else if (word == "--only") {
      only = value();
    } else if (word == "--bytes") {
      checks_bytes = true;
    } else {
      packs.push_back(word);
    }
  }
  if (packs.empty()) {
    std::fputs(
        "usage: replay_bench PACK [--overlay FILE] [--cases N] [--rate N] [--procedure P] "
        "[--log FILE] [--bytes] [--only WORKLOAD]\n",
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
    const Watch watch;
    text = aftercare::simulate(rules, made).value();
    std::printf("simulate     %10zu cases   %8.2f s wall\n", made.cases, watch.wall());
    if (!log_file.empty()) std::ofstream(log_file, std::ios::binary) << text;
  }

  const auto wants = [&](std::string_view workload) { return only.empty() || only == workload; };
  std::size_t rows = 0;
  if (wants("bind") || wants("replay")) {
    malloc_trim(0);
    const double empty = resident_megabytes();
    std::string copy = text;
    const Watch binding;
    auto log = aftercare::read_log_text("log.csv", std::move(copy), rules).value();
    rows = log.rows();
    tell("bind", rows, binding, "");
    if (wants("replay")) {
      const Watch watch;
      auto done = aftercare::replay(rules, log).value();
      const auto& s = done.summary();
      tell("replay", rows, watch, "(1 thread, " + std::to_string(s.applied) + " applied)");
      if (!s.reconciles()) {
        std::puts("THE ROWS DO NOT RECONCILE");
        return 1;
      }
      log = aftercare::read_log_text("none.csv", "case,event,at\n", rules).value();
      malloc_trim(0);  // what the log has left behind in the allocator belongs to no case
      const double after = resident_megabytes();
      std::printf("memory       %10zu cases   %8.0f bytes a case counted, %.0f resident\n", s.cases,
                  static_cast<double>(done.bytes()) / static_cast<double>(s.cases),
                  (after - empty) * 1e6 / static_cast<double>(s.cases));
      if (checks_bytes)
        std::printf("bytes        %016llx (1)\n",
                    static_cast<unsigned long long>(fingerprint(done)));
    }
  }
  if (wants("threads")) {
    auto log = aftercare::read_log_text("log.csv", text, rules).value();
    rows = log.rows();
    // Of three runs each the best: what else runs on the machine only adds.
    double one = 0;
    for (const unsigned threads : {1U, 2U}) {
      double best = 0;
      for (int run = 0; run < 3; ++run) {
        const Watch watch;
        const auto done = aftercare::replay(rules, log, {threads, 0, {}, {}}).value();
        const double took = watch.wall();
        if (best == 0 || took < best) best = took;
      }
      if (threads == 1) one = best;
      std::printf("threads      %10zu rows    %8.2f s wall  %u threads, %.2f times one\n", rows,
                  best, threads, one / best);
    }
    for (const unsigned partitions : {2U, 7U}) {
      if (!checks_bytes) break;
      const auto done = aftercare::replay(rules, log, {2, partitions, {}, {}}).value();
      std::printf("bytes        %016llx (%u)\n", static_cast<unsigned long long>(fingerprint(done)),
                  partitions);
    }
  }
  if (wants("end_to_end")) {
    std::string copy = text;
    const Watch watch;
    auto log = aftercare::read_log_text("log.csv", std::move(copy), rules).value();
    const auto done = aftercare::replay(rules, log).value();
    std::size_t bytes = 0;
    done.write_steps([&](std::string_view piece) { bytes += piece.size(); });
    tell("end_to_end", log.rows(), watch,
         "(1 thread, " + std::to_string(bytes / 1'000'000) + " MB out)");
  }
  return 0;
}
