import { existsSync } from 'node:fs';
import type { INestApplicationContext, LoggerService, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { OperatorError } from '../http/operator-error.js';
import { AuditService } from '../audit/audit.service.js';
import { loadEnvFile, readCommandSettings } from '../config/env.js';
import type { Settings } from '../config/settings.js';
import { CommandsModule } from './commands.module.js';
import { heedSignals, unlessInterrupted } from './interruption.js';
import { print } from './output.js';

/** Nobody waits for a command as they do for a deploy. */
const AUDIT_DEADLINE_MS = 10_000;

/** Finds a service of the modules that the command named. */
export type Services = Pick<INestApplicationContext, 'get'>;

interface Conditions {
  /** Others than the server's. */
  readonly settings?: Settings;
  /** The command may come before the first start of a server. */
  readonly mayMakeDatabase?: boolean;
}

/**
 * Starts what the modules stand on, and ends it all again. What the work returns is printed when its security events
 * are in the table.
 */
export async function withServices(
  modules: readonly Type[],
  work: (services: Services, audit: AuditService) => Promise<string | undefined>,
  { settings: given, mayMakeDatabase }: Conditions = {},
): Promise<void> {
  heedSignals();
  loadEnvFile();
  const settings = given ?? readCommandSettings(mayMakeDatabase);
  const { database } = settings;
  if (database.type === 'sqlite' && !existsSync(database.path)) {
    process.stderr.write(`There is no ${database.path} yet: it is made.\n`);
  }
  const app = await unlessInterrupted(
    NestFactory.createApplicationContext(CommandsModule.of(settings, modules), {
      logger: toStandardError(),
      abortOnError: false,
    }),
  );
  try {
    const audit = app.get(AuditService, { strict: false });
    const result = await work(app, audit);
    const missing = await audit.close(AUDIT_DEADLINE_MS);
    if (result !== undefined) await print(result);
    if (missing > 0)
      throw new OperatorError(
        `It is done, but ${missing} of its events could not be written to the table audit_events.`,
      );
  } finally {
    await app.close();
  }
}

/** What a person who waits should know, such as a database that does not answer yet. Failures are told by `cli.ts`. */
function toStandardError(): LoggerService {
  const tell = (message: unknown, ...rest: unknown[]) => {
    // Lines with fields are for the log of a server.
    const isForPerson = typeof message === 'string' && rest.at(-1) !== 'ExceptionHandler';
    if (isForPerson) process.stderr.write(`${message}\n`);
  };
  return { log: () => undefined, warn: tell, error: tell };
}
