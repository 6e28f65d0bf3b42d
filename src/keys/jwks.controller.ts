import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Public } from '../http/access.decorators.js';
import { ApiFaults } from '../http/openapi.js';
import type { PublicJwk } from './key-ring.js';
import { KeysService } from './keys.service.js';

export class JsonWebKeySet {
  @ApiProperty({
    type: 'array',
    items: { type: 'object' },
    description: 'RFC 7517. Empty as long as tokens are signed with the shared secret (HS256).',
    example: [{ kty: 'EC', crv: 'P-256', x: '…', y: '…', kid: '…', alg: 'ES256', use: 'sig' }],
  })
  keys!: PublicJwk[];
}

@ApiTags('Keys')
@Controller('.well-known')
export class JwksController {
  constructor(private readonly keys: KeysService) {}

  @Get('jwks.json')
  @ApiOperation({
    summary: 'The public keys of the access tokens (RFC 7517).',
    description: 'A new key stands here for 45 seconds before it signs; an answer may be kept for 30. No envelope.',
  })
  @Public()
  @Header('cache-control', 'public, max-age=30, stale-if-error=86400')
  @ApiOkResponse({ type: JsonWebKeySet, description: 'The key set' })
  @ApiFaults()
  jwks(): JsonWebKeySet {
    return { keys: this.keys.publicJwks() };
  }
}
