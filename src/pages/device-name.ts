import Bowser from 'bowser';
import { type Text, translate } from '../i18n/languages.js';

const UNKNOWN_DEVICE = 'Unknown device' satisfies Text;
const UNKNOWN_BROWSER = 'Unknown browser' satisfies Text;
const BROWSER_ON_SYSTEM = '{{browser}} on {{system}}' satisfies Text;

/** What a person calls the device: "Chrome on Windows". For a client that is no browser, its own first word. */
export function deviceName(userAgent: string, language = 'en'): string {
  if (!userAgent.startsWith('Mozilla/')) {
    return userAgent.split(/[\s/(]/, 1)[0] || translate(UNKNOWN_DEVICE, language);
  }
  const { browser, os } = Bowser.parse(userAgent);
  if (browser.name && os.name)
    return translate(BROWSER_ON_SYSTEM, language, { browser: browser.name, system: os.name });
  return browser.name || os.name || translate(UNKNOWN_BROWSER, language);
}
