import { describe, expect, it } from '@jest/globals';
import { csvLine } from './adopt-report-file.js';

describe('a line of the report', () => {
  it('holds quotes and commas, as RFC 4180 says', () => {
    expect(csvLine(['1', 'a "b", c', ''])).toBe('"1","a ""b"", c",""\r\n');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '＝1'])('is no formula: %p', (cell) => {
    expect(csvLine([cell])).toBe(`"'${cell}"\r\n`);
  });

  it('holds nothing that a terminal would obey', () => {
    expect(csvLine(['\u001b[2Ja', '\t=1', 'a\nb', '\u202ec'])).toBe(
      '"\ufffd[2Ja","\'\ufffd=1","a\ufffdb","\ufffdc"\r\n',
    );
  });

  it('leaves what is none as it is', () => {
    expect(csvLine(['ana=b@example.com', "o'neil@example.com"])).toBe('"ana=b@example.com","o\'neil@example.com"\r\n');
  });
});
