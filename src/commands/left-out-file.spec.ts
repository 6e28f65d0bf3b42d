import { describe, expect, it } from '@jest/globals';
import { csvLine } from './left-out-file.js';

describe('a line of the report', () => {
  it('holds any text, as RFC 4180 says', () => {
    expect(csvLine(['1', 'a "b", c\nd', ''])).toBe('"1","a ""b"", c\nd",""\r\n');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1'])('is no formula: %p', (cell) => {
    expect(csvLine([cell])).toBe(`"'${cell}"\r\n`);
  });

  it('leaves what is none as it is', () => {
    expect(csvLine(['ana=b@example.com', "o'neil@example.com"])).toBe('"ana=b@example.com","o\'neil@example.com"\r\n');
  });
});
