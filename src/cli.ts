#!/usr/bin/env node
import { Command } from 'commander';
import { addCalibrateCommand } from './commands/calibrate.command.js';
import { addDoctorCommand } from './commands/doctor.command.js';
import { addKeysCommands } from './commands/keys.command.js';
import { explain } from './explain.js';
import { version } from './http/envelope.js';

// The database and the secret are nobody else's to read.
process.umask(0o077);

const program = new Command('kunci')
  .description('Looks after a Kunci. Settings come from the environment and from .env, as for the server.')
  .version(version);
addKeysCommands(program);
addDoctorCommand(program);
addCalibrateCommand(program);

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  // Whatever is still open, such as connections to the database, must not keep it from ending.
  process.exit(1);
}
