// Runs the charts of chart_bench in xstate: first the same traces, then how many events a second.
//
//   node charts.mjs CHARTS TRACES TIMES      what chart_bench --charts and --traces wrote, and its CSV
import { readFileSync } from "node:fs";
import { createActor, createMachine } from "xstate";

const charts = JSON.parse(readFileSync(process.argv[2], "utf8"));
const traces = new Map(
  readFileSync(process.argv[3], "utf8").trimEnd().split("\n").map((line) => line.split("\t")));

const ours = new Map(
  readFileSync(process.argv[4], "utf8").split("\n").filter((line) => line.startsWith('"chart/')).map((line) => {
    const [name, iterations, real, cpu, unit, bytes, items] = line.split(",");
    return [name.slice('"chart/'.length, -1), Number(items) / 1e6];
  }));

/** Names of the active leaves, sorted. */
function leaves(value, out = []) {
  if (typeof value === "string") out.push(value);
  else for (const [name, inner] of Object.entries(value)) {
    if (typeof inner === "object" && Object.keys(inner).length === 0) out.push(name);
    else leaves(inner, out);
  }
  return out;
}

let failed = false;
const row = (name, ...cells) => console.log(name.padEnd(14) + cells.map((cell) => String(cell).padStart(13)).join(""));
row("chart", "same trace?", "xstate", "ours", "times", "  (million events/s)");
for (const { name, events, stream, chart } of charts) {
  const machine = createMachine(chart);
  const sent = events.map((type) => ({ type }));
  let hash = 2166136261;
  const actor = createActor(machine).start();
  for (const event of stream) {
    actor.send(sent[event]);
    for (const leaf of leaves(actor.getSnapshot().value).sort())
      for (const c of leaf + ";") hash = Math.imul(hash ^ c.charCodeAt(0), 16777619) >>> 0;
  }
  const same = String(hash) === traces.get(name);
  failed ||= !same;
  let best = Infinity;
  for (let round = 0; round < 3; ++round) {
    const timed = createActor(machine).start();
    const began = process.hrtime.bigint();
    for (const event of stream) timed.send(sent[event]);
    best = Math.min(best, Number(process.hrtime.bigint() - began));
  }
  const theirs = stream.length / best * 1e3;
  row(name, same ? "same" : "OTHER", theirs.toFixed(3), ours.get(name).toFixed(1), Math.round(ours.get(name) / theirs));
}
process.exit(failed ? 1 : 0);
