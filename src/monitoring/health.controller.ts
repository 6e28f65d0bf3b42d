import { Controller, Get, type OnModuleDestroy } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { DatabaseConnection } from '../database/database-connection.js';
import { Public, WithoutDatabase } from '../http/access.decorators.js';
import { AppError } from '../http/app-error.js';
import { Message } from '../http/envelope.js';
import { ApiEnvelope, ApiFaults } from '../http/openapi.js';

/** A balancer asks every few seconds; an answer after this is as good as none. */
const READY_DEADLINE_MS = 1_000;

export class Health {
  @ApiProperty({ enum: ['live', 'ready'] })
  health!: 'live' | 'ready';
}

@ApiTags('Health')
@Controller('health')
@Public()
@WithoutDatabase()
export class HealthController implements OnModuleDestroy {
  private isEnding = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly database: DatabaseConnection,
  ) {}

  /** The first thing that happens when the process is told to end: a balancer should send nothing more. */
  onModuleDestroy(): void {
    this.isEnding = true;
  }

  /** The process runs. Asks nobody else, so that a dying database restarts no healthy process. */
  @Get('live')
  @ApiOperation({ summary: 'Whether the process runs.' })
  @Message('Live')
  @ApiEnvelope(200, Health, 'The process runs')
  live(): Health {
    return { health: 'live' };
  }

  /** Requests can be served: the database answers, and the process has not been told to end. */
  @Get('ready')
  @ApiOperation({ summary: 'Whether requests can be served.' })
  @Message('Ready')
  @ApiEnvelope(200, Health, 'The database answers')
  @ApiFaults()
  async ready(): Promise<Health> {
    if (this.isEnding) throw new AppError('service_unavailable');
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('no answer in time')), READY_DEADLINE_MS);
    });
    try {
      if (!this.database.isConnected) throw new Error('not connected yet');
      await Promise.race([this.dataSource.query('SELECT 1'), deadline]);
      return { health: 'ready' };
    } catch (cause) {
      throw new AppError('service_unavailable', { cause });
    } finally {
      clearTimeout(timer);
    }
  }
}
