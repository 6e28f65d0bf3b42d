import { CreateUsers1763856000000 } from './1763856000000-CreateUsers.js';
import { AddAccountState1764500000000 } from './1764500000000-AddAccountState.js';
import { CreateSessions1764500001000 } from './1764500001000-CreateSessions.js';
import { CreateSigningKeys1764500002000 } from './1764500002000-CreateSigningKeys.js';
import { CreateRateLimits1764600000000 } from './1764600000000-CreateRateLimits.js';
import { CreateAuditEvents1764600001000 } from './1764600001000-CreateAuditEvents.js';
import { AddAccountDetails1764700000000 } from './1764700000000-AddAccountDetails.js';
import { CreateOneTimeTokens1764700001000 } from './1764700001000-CreateOneTimeTokens.js';
import { CreateOutgoingMails1764700002000 } from './1764700002000-CreateOutgoingMails.js';
import { AddRole1764800000000 } from './1764800000000-AddRole.js';

/** In the order in which they run. A migration that was released is never changed: write the next one. */
export const migrations = [
  CreateUsers1763856000000,
  AddAccountState1764500000000,
  CreateSessions1764500001000,
  CreateSigningKeys1764500002000,
  CreateRateLimits1764600000000,
  CreateAuditEvents1764600001000,
  AddAccountDetails1764700000000,
  CreateOneTimeTokens1764700001000,
  CreateOutgoingMails1764700002000,
  AddRole1764800000000,
];
