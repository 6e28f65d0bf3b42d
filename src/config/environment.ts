import { readFileSync } from 'node:fs';

/** Every fault found in the settings, each starting with the variable's name, or the path of `.env`, and never holding a secret's value. */
export class SettingsError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(`The settings are not usable:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'SettingsError';
  }
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * Reads variables one by one and remembers what is wrong with them, so that all faults can be told at once.
 * An empty variable counts as not set.
 */
export class Environment {
  readonly faults: string[] = [];

  constructor(private readonly variables: NodeJS.ProcessEnv) {}

  text(name: string): string | undefined {
    return this.variables[name] || undefined;
  }

  requiredText(name: string): string {
    const value = this.text(name);
    if (value === undefined) this.fault(name, 'is required');
    return value ?? '';
  }

  /** A value that may also stand in a file named by `NAME_FILE`, as container platforms hand over secrets. */
  secret(name: string): string | undefined {
    const path = this.text(`${name}_FILE`);
    if (path === undefined) return this.text(name);
    try {
      const secret = readFileSync(path, 'utf8').trim();
      if (secret) return secret;
      this.fault(`${name}_FILE`, 'names an empty file');
    } catch {
      this.fault(`${name}_FILE`, 'names a file that cannot be read');
    }
    return undefined;
  }

  integer(name: string, bounds: { min: number; max: number; fallback: number }, alternative = ''): number {
    const value = this.text(name);
    if (value === undefined) return bounds.fallback;
    const number = /^\d{1,9}$/.test(value) ? Number(value) : NaN;
    if (number >= bounds.min && number <= bounds.max) return number;
    this.fault(name, `must be a whole number from ${bounds.min} to ${bounds.max} ${alternative}`.trimEnd());
    return bounds.fallback;
  }

  choice<const T extends string>(name: string, choices: readonly T[], fallback: T): T {
    const value = this.text(name);
    if (value === undefined) return fallback;
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) this.fault(name, `must be one of ${choices.join(', ')}`);
    return choice ?? fallback;
  }

  /** A duration such as `900`, `900s`, `15m`, `12h` or `1d`. @returns seconds */
  seconds(name: string, bounds: { min: number; max: number; fallback: number }): number {
    const value = this.text(name);
    if (value === undefined) return bounds.fallback;
    const [, amount, unit = ''] = /^(\d{1,8})([smhd]?)$/.exec(value) ?? [];
    const seconds = Number(amount) * (UNIT_SECONDS[unit] ?? NaN);
    if (seconds >= bounds.min && seconds <= bounds.max) return seconds;
    this.fault(name, `must be a duration in s, m, h or d, from ${bounds.min}s to ${bounds.max}s`);
    return bounds.fallback;
  }

  list(name: string): string[] {
    return (this.text(name) ?? '')
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean);
  }

  fault(name: string, what: string): void {
    this.faults.push(`${name} ${what}`);
  }
}
