// Eight guards over the same rows in @gorules/zen-engine, feelin and json-rules-engine. What is right
// is what `aftercare eval` gives for each row; every answer is compared with it. Times are of one
// thread, the fastest of five rounds; compiling is not timed where an engine can compile. Ours are
// the times of guards_bench.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as feelin from 'feelin';
import { Engine } from 'json-rules-engine';

const require = createRequire(import.meta.url);
const zen = require('@gorules/zen-engine');
const [bin, wanted] = [process.argv[2], Number(process.argv[3])];
const version = (name) =>
  JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url))).version;

// A small generator, so that every run has the same rows.
let seed = 20261121n;
const below = (limit) => {
  seed = (seed * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
  return Number((seed >> 33n) % BigInt(limit));
};
const day = (n) => new Date(n * 86400000).toISOString().slice(0, 10);
const rows = [];
for (let i = 0; i < wanted; ++i) {
  const today = 19000 + below(2000);
  const price = below(10000000);
  rows.push({
    today: day(today), purchased: day(today - below(800)), amount: below(1000000) / 100,
    role: ['manager', 'director', 'clerk'][below(3)], distance: below(200),
    elapsed: below(48 * 3600), n: 1 + below(6), minutes: below(90), price: price / 100,
    cost: below(price + 1) / 100, quantity: below(500),
  });
}

// Each guard as its engine's users would write it; nothing where it cannot say it.
const greater = (fact, value) => ({ fact, operator: 'greaterThan', value });
const at_most = (fact, value) => ({ fact, operator: 'lessThanInclusive', value });
const guards = [
  { feel: 'date(today) <= date(purchased) + duration("P1Y")',
    zen: "d(today).isBefore(d(purchased).add(1, 'year')) or d(today).isSame(d(purchased).add(1, 'year'))" },
  { feel: '(amount < 5000 and role = "manager") or (amount >= 5000 and role = "director")',
    zen: "(amount < 5000 and role == 'manager') or (amount >= 5000 and role == 'director')",
    rules: { any: [
      { all: [{ fact: 'amount', operator: 'lessThan', value: 5000 }, { fact: 'role', operator: 'equal', value: 'manager' }] },
      { all: [{ fact: 'amount', operator: 'greaterThanInclusive', value: 5000 }, { fact: 'role', operator: 'equal', value: 'director' }] }] } },
  { feel: '(distance <= 100 and elapsed > 24 * 3600) or (distance > 100 and elapsed > 12 * 3600)',
    zen: '(distance <= 100 and elapsed > 24 * 3600) or (distance > 100 and elapsed > 12 * 3600)',
    rules: { any: [{ all: [at_most('distance', 100), greater('elapsed', 86400)] },
                   { all: [greater('distance', 100), greater('elapsed', 43200)] }] } },
  { feel: 'if n = 1 then 50 else if n = 2 then 100 else 50 * n',
    zen: 'n == 1 ? 50 : n == 2 ? 100 : 50 * n' },
  { feel: 'if minutes > 45 then -1 else if minutes > 5 then minutes else 0',
    zen: 'minutes > 45 ? -1 : minutes > 5 ? minutes : 0' },
  { feel: 'decimal(0.30 * (price - cost), 2)', zen: 'round(0.30 * (price - cost), 2)' },
  { feel: 'ceiling(quantity / 10)', zen: 'ceil(quantity / 10)' },
  { feel: 'if n >= 3 and minutes > 5 then 0 else 200',
    zen: 'n >= 3 and minutes > 5 ? 0 : 200' },
];

// ── what is right ───────────────────────────────────────────────────────────────────────────────
const folder = mkdtempSync(join(tmpdir(), 'peers-'));
const right = guards.map(() => []);
for (let from = 0; from < rows.length; from += 500) {
  const file = join(folder, 'rows.json');
  writeFileSync(file, JSON.stringify({ rows: rows.slice(from, from + 500) }));
  for (const [g, guard] of guards.entries()) {
    const text = guard.feel.replace(/\b(today|purchased|amount|role|distance|elapsed|n|minutes|price|cost|quantity)\b/g, 'r.$1');
    const out = execFileSync(join(bin, 'aftercare'),
      ['eval', `for r in rows return ${text}`, '--input', `@${file}`, '--format', 'json'], { encoding: 'utf8', maxBuffer: 1 << 26 });
    const read = JSON.parse(out);
    right[g].push(...(Array.isArray(read) ? read : read.value));
  }
}
if (right.some((answers) => answers.length !== rows.length)) throw new Error('an answer is missing');

// ── ours ────────────────────────────────────────────────────────────────────────────────────────
const bench = JSON.parse(execFileSync(join(bin, 'guards_bench'),
  ['--benchmark_filter=facets/[1-8]', '--benchmark_format=json'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
const ours = bench.benchmarks.map((one) => one.cpu_time);

// ── peers ───────────────────────────────────────────────────────────────────────────────────────
const same = (a, b) =>
  typeof b === 'boolean' ? a === b : typeof a !== 'boolean' && a !== null && a !== undefined && Number(a) === Number(b);

async function time(run, g) {
  const count = Math.min(rows.length, 2000);
  let wrong = 0;
  for (let i = 0; i < rows.length; ++i) wrong += same(await run(rows[i]), right[g][i]) ? 0 : 1;
  let best = Infinity;
  for (let round = 0; round < 5; ++round) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < count; ++i) {
      const answer = run(rows[i]);
      if (answer instanceof Promise) await answer;
    }
    best = Math.min(best, Number(process.hrtime.bigint() - start) / count);
  }
  return { best, wrong };
}

const peers = [
  ['zen-engine, expression', '@gorules/zen-engine', (guard) => guard.zen && ((row) => zen.evaluateExpressionSync(guard.zen, row))],
  ['zen-engine, decision', '@gorules/zen-engine', (guard) => {
    if (!guard.zen) return undefined;
    const decision = new zen.ZenEngine().createDecision({
      nodes: [
        { id: 'in', name: 'in', type: 'inputNode', content: {} },
        { id: 'e', name: 'e', type: 'expressionNode', content: { expressions: [{ id: 'x', key: 'answer', value: guard.zen }] } },
        { id: 'out', name: 'out', type: 'outputNode', content: {} },
      ],
      edges: [{ id: 'a', sourceId: 'in', targetId: 'e', type: 'edge' }, { id: 'b', sourceId: 'e', targetId: 'out', type: 'edge' }],
    });
    return async (row) => (await decision.evaluate(row)).result.answer;
  }],
  ['feelin', 'feelin', (guard) => (row) => feelin.evaluate(guard.feel, row).value],
  ['json-rules-engine', 'json-rules-engine', (guard) => {
    if (!guard.rules) return undefined;
    const engine = new Engine([{ conditions: guard.rules, event: { type: 'yes' } }]);
    return async (row) => (await engine.run(row)).events.length > 0;
  }],
];

console.log(`${rows.length} rows, node ${process.version}; nanoseconds a row\n`);
console.log('| guard | aftercare |' + peers.map(([name, of]) => ` ${name} ${version(of)} | same answer? |`).join(''));
console.log('| --- | ---: |' + peers.map(() => ' ---: | --- |').join(''));
for (const [g, guard] of guards.entries()) {
  let line = `| ${g + 1} | ${ours[g].toFixed(0)} |`;
  for (const [, , make] of peers) {
    const run = make(guard);
    if (!run) {
      line += ' – | cannot say it |';
      continue;
    }
    try {
      const { best, wrong } = await time(run, g);
      line += ` ${best.toFixed(0)} | ${wrong === 0 ? 'yes' : `no: ${wrong} of ${rows.length} rows`} |`;
    } catch (error) {
      line += ` – | fails: ${String(error.message ?? error).split('\n')[0].slice(0, 60)} |`;
    }
  }
  console.log(line);
}
