import type { LoggerService, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuditService } from '../audit/audit.service.js';
import { loadEnvFile, readCommandSettings } from '../config/env.js';
import { CommandsModule } from './commands.module.js';

/** Starts what the service stands on, prints what the work returns, and ends it all again. */
export async function withService<T>(
  service: Type<T>,
  work: (service: T, audit: AuditService) => Promise<string>,
): Promise<void> {
  loadEnvFile();
  const app = await NestFactory.createApplicationContext(CommandsModule.of(readCommandSettings()), {
    logger: toStandardError(),
    abortOnError: false,
  });
  try {
    process.stdout.write(`${await work(app.get(service), app.get(AuditService, { strict: false }))}\n`);
  } finally {
    await app.close();
  }
}

/** What a person who waits should know, such as a database that does not answer yet. Failures are told by `cli.ts`. */
function toStandardError(): LoggerService {
  const print = (message: unknown, ...rest: unknown[]) => {
    // Lines with fields are for the log of a server.
    const isForPerson = typeof message === 'string' && rest.at(-1) !== 'ExceptionHandler';
    if (isForPerson) process.stderr.write(`${message}\n`);
  };
  return { log: () => undefined, warn: print, error: print };
}
