// Adds to pages that work without it: checks while typing, "show password", a hint about strength.
// The words are the page's own (data attributes), so that they come in the page's language.

const RULES = {
  email: (text) => /^[^\s@"(),:;<>[\\\]]+@[^\s@]+\.[^\s@.]{2,}$/.test(text.trim()),
  password: (text, { min, mix }) =>
    [...text].length >= min && (mix === undefined || (/\p{L}/u.test(text) && /\p{N}/u.test(text))),
};

function faultOf({ value, dataset }) {
  if (!value.trim()) return dataset.missing;
  const holds = RULES[dataset.rule] ?? (() => true);
  return holds(value, dataset) ? undefined : dataset.broken;
}

function show(input, fault) {
  const list = document.getElementById(`${input.id}-errors`);
  if (list.textContent === (fault ?? '')) return;
  list.replaceChildren(...(fault ? [Object.assign(document.createElement('li'), { textContent: fault })] : []));
  if (fault) input.setAttribute('aria-invalid', 'true');
  else input.removeAttribute('aria-invalid');
}

/** From the first time a field is left on, its fault shows and goes while typing. */
function checkWhileTyping(input) {
  const check = () => show(input, faultOf(input));
  input.addEventListener('blur', () => {
    if (!input.value) return;
    check();
    input.addEventListener('input', check);
  });
  if (input.hasAttribute('aria-invalid')) input.addEventListener('input', check);
}

/** Nothing is lost to a page load that can only come back: the first faulty field takes the focus. */
function holdFaultyForm(form, inputs) {
  form.addEventListener('submit', (event) => {
    const faulty = inputs.filter((input) => {
      const fault = faultOf(input);
      show(input, fault);
      return fault;
    });
    if (faulty.length === 0) return;
    event.preventDefault();
    faulty[0].focus();
  });
}

function revealPassword(button) {
  const input = document.getElementById(button.getAttribute('aria-controls'));
  button.hidden = false;
  button.addEventListener('click', () => {
    const isShown = input.type === 'text';
    input.type = isShown ? 'password' : 'text';
    button.setAttribute('aria-pressed', String(!isShown));
  });
  button.form.addEventListener('submit', () => (input.type = 'password'));
}

/** What the person typed beside it: whoever guesses begins with that. */
function wordsBeside(input) {
  const others = [...input.form.elements].filter((element) => element !== input);
  const words = others.flatMap(({ value = '' }) => value.toLowerCase().split(/[^\p{L}\p{M}\p{N}]+/u));
  return words.filter((word) => word.length > 2);
}

const KEYBOARD = ['1234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm'];

/** Where a key lies: its row, and how far to the right. */
function keyOf(character) {
  const row = KEYBOARD.findIndex((keys) => keys.includes(character));
  return row < 0 ? undefined : { row, column: KEYBOARD[row].indexOf(character) };
}

const touch = (a, b) => a && b && Math.abs(a.row - b.row) <= 1 && Math.abs(a.column - b.column) <= 1;

/** Without what goes on as it began: aaa, abc, or a walk over four keys. Shorter ones are in any word. */
function withoutWalks(text) {
  const codes = text.map((character) => character.codePointAt(0));
  const keys = text.map(keyOf);
  const steps = keys.map((key, i) => touch(key, keys[i - 1]));
  const isWalk = (i) => [i - 2, i - 1, i].some((from) => steps[from] && steps[from + 1] && steps[from + 2]);
  return codes.filter((code, i) => i === 0 || (Math.abs(code - codes[i - 1]) > 1 && !isWalk(i)));
}

/** A rough guess at how many tries it takes. What goes on as it began or stands beside it counts little. */
function strengthOf(input) {
  const rest = wordsBeside(input).reduce((text, word) => text.replaceAll(word, ''), input.value.toLowerCase());
  const fresh = withoutWalks([...rest]);
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u].filter((kind) => kind.test(input.value)).length;
  const bits = new Set(fresh).size * 0.5 * (2 + kinds) + fresh.length;
  if (bits < 30 || [...input.value].length < input.dataset.min) return 'weak';
  return bits < 48 ? 'fair' : 'good';
}

function hintAtStrength(input) {
  const hint = document.getElementById(`${input.id}-strength`);
  input.addEventListener('input', () => {
    if (hint) hint.textContent = input.value ? hint.dataset[strengthOf(input)] : '';
  });
}

/** Instants in the reader's own time; without scripts they stand there in UTC. */
function localise(time) {
  const { lang } = document.documentElement;
  const locale = lang === 'en' ? 'en-GB' : lang; // As the server writes it: a day before its month.
  const format = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const inUtc = time.textContent;
  time.textContent = format.format(new Date(time.dateTime));
  // The name of the button beside it says the same.
  const button = time.closest('.device')?.querySelector('button[aria-label]');
  button?.setAttribute('aria-label', button.getAttribute('aria-label').replace(inUtc, time.textContent));
}

// A link in a mail opens something: its token is not for the history, nor for who looks over a shoulder.
if (/[?&]token=/.test(location.search)) history.replaceState(null, '', location.pathname);
for (const form of document.querySelectorAll('form[novalidate]')) {
  const inputs = [...form.querySelectorAll('.field input')];
  inputs.forEach(checkWhileTyping);
  inputs.forEach(hintAtStrength);
  holdFaultyForm(form, inputs);
}
document.querySelectorAll('.reveal').forEach(revealPassword);
document.querySelectorAll('time').forEach(localise);
