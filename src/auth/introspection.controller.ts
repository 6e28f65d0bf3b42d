import { Body, Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiBasicAuth, ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '../http/access.decorators.js';
import { DtoPipe } from '../http/dto.pipe.js';
import { TakesForm } from '../http/envelope.js';
import { ApiFaults } from '../http/openapi.js';
import { IntrospectDto, Introspection } from './auth.dto.js';
import { IntrospectionGuard } from './introspection.guard.js';
import { TokensService } from './tokens.service.js';

@ApiTags('Keys')
@Controller('api')
export class IntrospectionController {
  constructor(private readonly tokens: TokensService) {}

  @Post('introspect')
  @ApiOperation({
    summary: 'Says whether an access token opens anything at this moment (RFC 7662).',
    description: 'For services that must learn of a logout at once. Closed unless a client secret is set. No envelope.',
  })
  @HttpCode(200)
  @Public()
  @UseGuards(IntrospectionGuard)
  @TakesForm()
  @ApiBasicAuth()
  @ApiConsumes('application/x-www-form-urlencoded', 'application/json')
  @ApiBody({ type: IntrospectDto })
  @ApiOkResponse({ type: Introspection, description: 'What the token is good for, or only that it is not active' })
  @ApiFaults('validation_failed', 'invalid_body', 'invalid_client', 'not_found', 'unsupported_media_type')
  async introspect(@Body(new DtoPipe(IntrospectDto)) { token }: IntrospectDto): Promise<Introspection> {
    const claims = await this.tokens.introspect(token);
    return claims ? { active: true, token_type: 'Bearer', ...claims } : { active: false };
  }
}
