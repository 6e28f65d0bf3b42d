/** @returns undefined for what no column of a table holds: lists, objects, bytes, nothing */
export function plainText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const isPlain = typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean';
  return isPlain ? String(value) : undefined;
}
