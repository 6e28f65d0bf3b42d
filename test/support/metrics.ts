/** The values of a scrape by name and labels, these in the order of their names. */
export function seriesOf(scrape: string): Map<string, number> {
  const lines = scrape.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const [, name = '', labels, value] = /^([\w:]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      const sorted = labels?.match(/\w+="(?:[^"\\]|\\.)*"/g)?.sort();
      return [sorted ? `${name}{${sorted.join(',')}}` : name, Number(value)];
    }),
  );
}
