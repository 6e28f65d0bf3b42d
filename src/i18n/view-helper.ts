import { translate, type TextValues } from './languages.js';

interface HelperOptions {
  readonly hash: TextValues;
  readonly data: { readonly root: { readonly language: string } };
}

/**
 * `{{t "Hello, {{name}}" name=user.name}}` in a view: the text in the language of its model. The view escapes what comes
 * of it, as anything else.
 * @param text undefined where a model lacks it, as a page without a notice
 */
export function translateInView(text: string | undefined, { hash, data }: HelperOptions): string {
  return text === undefined ? '' : translate(text, data.root.language, hash);
}
