import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { version } from '../http/envelope.js';
import { AuditService } from './audit.service.js';

/** When a process of the server came and went: one that went without a word was killed, or crashed. */
@Injectable()
export class ServerEvents implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(private readonly audit: AuditService) {}

  onApplicationBootstrap(): void {
    this.audit.record('sys_startup', { detail: describeProcess() });
  }

  beforeApplicationShutdown(): void {
    this.audit.record('sys_shutdown', { detail: describeProcess() });
  }
}

function describeProcess(): string {
  return `version ${version}, pid ${process.pid}`;
}
