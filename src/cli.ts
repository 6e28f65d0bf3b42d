#!/usr/bin/env node
import { Command } from 'commander';
import { addAdoptCommand } from './commands/adopt.command.js';
import { addCalibrateCommand } from './commands/calibrate.command.js';
import { addCopyCommand } from './commands/copy.command.js';
import { addDoctorCommand } from './commands/doctor.command.js';
import { INTERRUPTED, InterruptedError } from './commands/interruption.js';
import { addKeysCommands } from './commands/keys.command.js';
import { addPruneCommand } from './commands/prune.command.js';
import { addUsersChangeCommands } from './commands/users-change.command.js';
import { addUsersCreateCommand } from './commands/users-create.command.js';
import { addUsersHashesCommand } from './commands/users-hashes.command.js';
import { addUsersLeaveCommands } from './commands/users-leave.command.js';
import { addUsersListCommand } from './commands/users-list.command.js';
import { addUsersShowCommand } from './commands/users-show.command.js';
import { explain } from './explain.js';
import { version } from './http/envelope.js';
import { UsageError } from './http/operator-error.js';

/** 0 is done. */
const EXIT = {
  failed: 1,
  /** Nothing was tried. */
  wrongUsage: 2,
} as const;

// The database and the secret are nobody else's to read.
process.umask(0o077);

// A reader that has gone, as `head` does: who writes is told by the callback of the write.
for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);

const program = new Command('kunci')
  .description('Looks after a Kunci. Settings come from the environment and from .env, as for the server.')
  .version(version)
  // First: a command takes it over when it is added.
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : EXIT.wrongUsage));
addUsersCreateCommand(program);
addUsersListCommand(program);
addUsersShowCommand(program);
addUsersChangeCommands(program);
addUsersLeaveCommands(program);
addKeysCommands(program);
addUsersHashesCommand(program);
addPruneCommand(program);
addAdoptCommand(program);
addDoctorCommand(program);
addCopyCommand(program);
addCalibrateCommand(program);

try {
  await program.parseAsync();
} catch (error) {
  const isInterrupted = error instanceof InterruptedError;
  process.stderr.write(`${isInterrupted ? error.message : explain(error)}\n`);
  // Whatever is still open, such as connections to the database, must not keep it from ending.
  if (isInterrupted) process.exit(INTERRUPTED);
  process.exit(error instanceof UsageError ? EXIT.wrongUsage : EXIT.failed);
}
