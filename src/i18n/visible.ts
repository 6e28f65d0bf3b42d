/** What a terminal obeys, or what turns the direction of a line: a name that came from elsewhere may hold any. */
export const OBEYED = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** What other people and systems wrote, for a terminal. */
export const visible = (text: string): string => text.replace(OBEYED, '\ufffd');
