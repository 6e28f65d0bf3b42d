import { type DynamicModule, Module } from '@nestjs/common';
import type { Settings } from './settings.js';

/** The token under which the frozen settings are injected: `@Inject(SETTINGS) settings: Settings`. */
export const SETTINGS = Symbol('settings');

@Module({})
export class ConfigModule {
  static of(settings: Settings): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [{ provide: SETTINGS, useValue: settings }],
      exports: [SETTINGS],
    };
  }
}
