import { availableParallelism } from 'node:os';
import { readSettingsFacts, type SettingsFacts } from '../config/settings-facts.js';
import type { Settings } from '../config/settings.js';
import { examineDatabase } from './database.check.js';
import { checkProxy, checkRateLimits } from './exposure.check.js';
import type { Finding } from './finding.js';
import { checkMail } from './mail.check.js';
import {
  checkBcryptCost,
  checkHashing,
  checkNode,
  checkOpenFiles,
  checkThreadPool,
  readOpenFileLimit,
} from './processes.check.js';
import { checkRedis } from './redis.check.js';
import { checkSecretFiles, checkSecrets } from './secrets.check.js';
import { checkEnvFile, checkSessionTimes, checkSettings, checkSpelling } from './settings.check.js';

/** Every check, the settings first: without them the rest cannot be asked. Changes nothing and makes nothing. */
export async function examine(): Promise<Finding[]> {
  const facts = readSettingsFacts();
  const findings = [
    ...checkSettings(facts),
    ...checkSpelling(facts),
    ...checkEnvFile(facts),
    ...checkSessionTimes(facts),
    ...checkSecretFiles(facts),
    checkNode(process.versions.node, new Date()),
  ];
  return facts.settings ? [...findings, ...(await examineWith(facts.settings, facts))] : findings;
}

async function examineWith(settings: Settings, facts: SettingsFacts): Promise<Finding[]> {
  const [database, redis, mail] = await Promise.all([
    examineDatabase(settings),
    checkRedis(settings.redisUrl, settings.database.deadlineMs),
    checkMail(settings),
  ]);
  return [
    ...checkSecrets(settings, facts),
    checkProxy(settings),
    checkRateLimits(settings),
    checkBcryptCost(settings),
    checkHashing(settings, availableParallelism()),
    checkThreadPool(settings, facts.threads),
    ...checkOpenFiles(settings, readOpenFileLimit()),
    ...redis,
    ...mail,
    ...database,
  ];
}
