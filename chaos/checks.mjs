// A check is a figure against its bound. What could not be measured is NaN or undefined, and fails.

export function atMost(name, measured, bound, unit = '') {
  return { name, measured: show(measured, unit), bound: `<= ${show(bound, unit)}`, ok: measured <= bound };
}

export function atLeast(name, measured, bound, unit = '') {
  return { name, measured: show(measured, unit), bound: `>= ${show(bound, unit)}`, ok: measured >= bound };
}

export function exactly(name, measured, bound, unit = '') {
  return { name, measured: show(measured, unit), bound: show(bound, unit), ok: measured === bound };
}

/** @param items what must not be: the first few are told */
export function none(name, items) {
  const few = [...new Set(items.map(String))].slice(0, 4).join(', ');
  return { name, measured: items.length === 0 ? '0' : `${items.length} (${few})`, bound: '0', ok: items.length === 0 };
}

/** A fact for which there is no bound. */
export function note(name, measured, unit = '') {
  return { name, measured: show(measured, unit), bound: '', ok: true };
}

/** @returns NaN of nothing */
export function percentile(values, part) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}

function show(value, unit) {
  if (typeof value !== 'number') return String(value);
  const digits = Math.abs(value) < 10 && !Number.isInteger(value) ? 2 : 0;
  return `${value.toFixed(digits)}${unit && ` ${unit}`}`;
}
