// How the results are printed.

export function print(line = '') {
  process.stdout.write(`${line}\n`);
}

export function row(label, ...cells) {
  print(`  ${label.padEnd(24)}${cells.map((cell) => cell.padStart(14)).join('')}`);
}

export function compare(label, ours, theirs) {
  row(label, format(ours), format(theirs), formatRatio(ours / theirs));
  return ours / theirs;
}

export function conclude(what, ratio, reference, target) {
  print(`${what}: ${formatRatio(ratio)} x ${reference} (target ${target}): ${ratio >= target ? 'reached' : 'missed'}`);
}

function format(value) {
  return value.toLocaleString('en', { maximumFractionDigits: value < 1_000 ? 2 : 0 });
}

export function formatCpu(seconds) {
  return seconds < 0.01 ? `${(seconds * 1e6).toFixed(0)} µs` : `${(seconds * 1e3).toFixed(0)} ms`;
}

/** Cut, not rounded: 0.949 has not reached 0.95. */
function formatRatio(ratio) {
  return (Math.floor(ratio * 100) / 100).toFixed(2);
}
