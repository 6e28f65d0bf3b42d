import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { derivedKey } from './derived-key.js';
import { open, seal } from './secret-box.js';

const KEY = createSecretKey(Buffer.alloc(32, 7));
const OTHER = createSecretKey(Buffer.alloc(32, 8));
const TEXT = 'a private key, and ümlauts 🔑';

describe('a secret box', () => {
  it.each(['', 'x', TEXT, 'long '.repeat(1_000)])('gives back what was sealed', (text) => {
    expect(open(seal(text, KEY, 'row 1'), KEY, 'row 1')).toBe(text);
  });

  it('is another one each time, and shows nothing of the text', () => {
    const boxes = Array.from({ length: 100 }, () => seal(TEXT, KEY, 'row 1'));
    expect(new Set(boxes).size).toBe(100);
    expect(Buffer.from(boxes[0] ?? '', 'base64url').toString('latin1')).not.toContain('private');
  });

  it('opens with its own key and for its own row only', () => {
    const box = seal(TEXT, KEY, 'row 1');
    expect(open(box, OTHER, 'row 1')).toBeNull();
    expect(open(box, KEY, 'row 2')).toBeNull();
    expect(open(box, KEY, '')).toBeNull();
  });

  it('does not open if any of its bits is another one', () => {
    const bytes = Buffer.from(seal('secret', KEY, 'row 1'), 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(open(changed.toString('base64url'), KEY, 'row 1')).toBeNull();
    }
  });

  it.each(['', 'x', 'A'.repeat(36), 'A'.repeat(37), 'not base64!'])('is not %j', (text) => {
    expect(open(text, KEY, 'row 1')).toBeNull();
  });
});

describe('derivedKey', () => {
  it('is the same for the same purpose and another for any other', () => {
    const bytes = (purpose: string, secret = KEY) => derivedKey(secret, purpose).export().toString('hex');
    expect(bytes('one')).toBe(bytes('one'));
    expect(new Set([bytes('one'), bytes('two'), bytes('one', OTHER), KEY.export().toString('hex')]).size).toBe(4);
    expect(derivedKey(KEY, 'one').symmetricKeySize).toBe(32);
  });
});
