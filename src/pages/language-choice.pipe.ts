import { Injectable, type PipeTransform } from '@nestjs/common';
import { AppError } from '../http/app-error.js';
import { isLanguage } from '../i18n/languages.js';

export interface LanguageChoice {
  readonly language: string;
  /** A path of ours. */
  readonly back: string;
}

/** One slash, then what our paths are made of: to a browser `//host`, `/\host` and `/<tab>/host` are other hosts. */
const OUR_PATH = /^\/(?:[\w.~%-][\w.~%/-]*)?$/;

const PATH_MAX = 2_000;

/** The form of the language switch. */
@Injectable()
export class LanguageChoicePipe implements PipeTransform<unknown, LanguageChoice> {
  /** @throws AppError `bad_request` for a language that there is not */
  transform(body: unknown): LanguageChoice {
    const { language, back } = (body ?? {}) as { language?: unknown; back?: unknown };
    if (!isLanguage(language)) throw new AppError('bad_request');
    return { language, back: isOurPath(back) ? back : '/' };
  }
}

function isOurPath(path: unknown): path is string {
  return typeof path === 'string' && path.length <= PATH_MAX && OUR_PATH.test(path);
}
