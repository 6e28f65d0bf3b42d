import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import hbs from 'hbs';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { translate } from '../i18n/languages.js';
import { translateInView } from '../i18n/view-helper.js';
import { type Mail, type MailTemplate, SUBJECTS } from './mail.js';

const VIEWS = join(import.meta.dirname, '../../views/mail');

const TEMPLATES = Object.keys(SUBJECTS) as MailTemplate[];

export interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** What the views know beside the values of their mail. */
interface Model {
  readonly language: string;
  readonly subject: string;
  readonly publicUrl: string;
  readonly host: string;
}

type Views = ReadonlyMap<MailTemplate, (model: Model) => string>;

/** Makes the text and the HTML of a mail. Its views are read once, at the start. */
@Injectable()
export class MailRenderer {
  private readonly html = readViews('.hbs', ['layout', 'button'], false);
  private readonly text = readViews('.txt.hbs', ['layout'], true);
  private readonly publicUrl: string;

  constructor(@Inject(SETTINGS) { mail }: Settings) {
    this.publicUrl = mail.publicUrl;
  }

  /** @throws if a view lacks a value, as in a mail that another version has put into the table */
  render({ template, language, values }: Pick<Mail, 'template' | 'language' | 'values'>): RenderedMail {
    const { publicUrl } = this;
    const subject = translate(SUBJECTS[template], language);
    const model: Model = { ...values, language, subject, publicUrl, host: new URL(publicUrl).host };
    return { subject, text: show(this.text, template, model), html: show(this.html, template, model) };
  }
}

/** @param isText whether values stand there as they are: of a plain text nothing is markup */
function readViews(extension: string, partials: readonly string[], isText: boolean): Views {
  const { handlebars } = hbs.create();
  const read = (name: string) => readFileSync(join(VIEWS, name + extension), 'utf8');
  for (const name of partials) handlebars.registerPartial(name, read(name));
  handlebars.registerHelper('t', translateInView);
  const options = { strict: true, noEscape: isText };
  return new Map(TEMPLATES.map((name) => [name, handlebars.compile<Model>(read(name), options)]));
}

function show(views: Views, template: MailTemplate, model: Model): string {
  const view = views.get(template);
  if (!view) throw new Error('There is no view for such a mail.');
  return view(model).trim() + '\n';
}
