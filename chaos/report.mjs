// How the results are printed, and written into the page of the documentation.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';

const BEGIN = '<!-- chaos:begin -->';
const END = '<!-- chaos:end -->';

export function print(line = '') {
  process.stdout.write(`${line}\n`);
}

export function printOutcome({ id, title, engine, result, checks, why, seconds, tails }) {
  const time = seconds === undefined ? '' : ` (${seconds.toFixed(0)} s)`;
  print(`${id} ${result}  ${title}, on ${engine}${time}`);
  for (const { name, measured, bound, ok } of checks)
    print(`   ${ok ? '  ' : '✗ '}${name}: ${measured}${bound === '' ? '' : `  (${bound})`}`);
  if (why) print(`   ${result === 'not run' ? 'not run: ' : ''}${why}`);
  for (const tail of tails.filter(Boolean)) print(`   last of a log:\n${tail.replaceAll(/^/gm, '   | ')}`);
}

export function printSummary(outcomes) {
  print();
  for (const { id, engine, result, checks } of outcomes) {
    const faults = checks.filter(({ ok }) => !ok).map(({ name, measured, bound }) => `${name}: ${measured} (${bound})`);
    print(`${id.padEnd(5)}${result.padEnd(9)}${engine.padEnd(38)}${faults.join('; ')}`);
  }
  const count = (...results) => outcomes.filter(({ result }) => results.includes(result)).length;
  const notRun = count('not run');
  print(`\n${count('pass')} passed, ${count('FAIL', 'ERROR')} failed${notRun ? `, ${notRun} not run` : ''}`);
}

export function appendJson(file, { id, engine, result, checks, why, seconds }) {
  appendFileSync(file, `${JSON.stringify({ id, engine, result, seconds, checks, why })}\n`);
}

export function describeMachine() {
  const { model = 'unknown processor' } = cpus()[0] ?? {};
  return `Node ${process.version}, ${model.trim()}, ${availableParallelism()} cores`;
}

/** Puts the results in place of what stands between the markers. */
export function writeTable(file, outcomes) {
  const text = readFileSync(file, 'utf8');
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${file} lacks its markers.`);
  const rows = outcomes.map(({ id, engine, result, checks, why }) => {
    const figures = checks.map(({ name, measured, bound }) => `${name}: ${measured}${bound && ` (${bound})`}`);
    const shown = checks.length > 0 ? figures.join('<br>') : String(why ?? '').split('\n')[0];
    return `| ${id} | ${engine} | ${result} | ${shown.replaceAll('|', '\\|')} |`;
  });
  const date = new Date().toISOString().slice(0, 10);
  const table = [
    `Measured on ${date}: ${describeMachine()}.`,
    '',
    '| | Database | | Measured (bound) |',
    '|---|---|---|---|',
  ];
  const body = [BEGIN, '', ...table, ...rows, '', ''].join('\n');
  writeFileSync(file, text.slice(0, begin) + body + text.slice(end));
}
