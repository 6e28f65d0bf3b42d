import { describe, expect, it } from '@jest/globals';
import { columnsOf, parseMap } from './fields.js';

describe('the columns of a source', () => {
  it('are found by their names, those of the original', () => {
    expect([...columnsOf(['id', 'name', 'email', 'password', 'locked_at'], {})]).toEqual([
      ['id', 'id'],
      ['name', 'name'],
      ['email', 'email'],
      ['password', 'password'],
    ]);
  });

  it('are found in another letter case, unless two are', () => {
    expect(columnsOf(['ID', 'Name', 'EMail', 'PASSWORD'], {}).get('email')).toBe('EMail');
    expect(columnsOf(['id', 'email', 'EMAIL', 'name', 'password'], {}).get('email')).toBe('email');
    expect(() => columnsOf(['id', 'Email', 'EMAIL', 'name', 'password'], {})).toThrow('There is no column email');
  });

  it('are those of the map', () => {
    const map = parseMap('name = full_name,email=mail', parseMap('id=,password=,locked_at=banned at'));
    const columns = columnsOf(['nr', 'full_name', 'mail', 'banned at'], map);
    expect([...columns]).toEqual([
      ['name', 'full_name'],
      ['email', 'mail'],
      ['locked_at', 'banned at'],
    ]);
  });

  it.each([
    ['', '--map wants'],
    ['name', '--map wants'],
    ['nick=name', '--map wants'],
    ['__proto__=x', '--map wants'],
    ['name=a,,', '--map wants'],
    ['email=', 'Nobody can log in without an address'],
  ])('are not those of "%s"', (text, told) => {
    expect(() => parseMap(text)).toThrow(told);
  });

  it('that are missing are told with those that there are, without what they could do to a terminal', () => {
    expect(() => columnsOf(['id', 'e\u001b[2Jmail'], {})).toThrow(
      'There is no column name, no column email, no column password. There are: id, e\ufffd[2Jmail.\n' +
        'Say which it is: --map name=COLUMN,email=COLUMN,password=COLUMN, with name= if there is none.',
    );
    expect(() => columnsOf(['id', 'name', 'password'], {})).toThrow(/--map email=COLUMN\.$/);
    expect(() => columnsOf(['name', 'email', 'password'], { id: 'nr' })).toThrow('There is no column nr.');
  });
});
