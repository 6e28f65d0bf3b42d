import { Injectable, type PipeTransform } from '@nestjs/common';

/** Whether the box of the login form was ticked. A box that is not ticked is not sent at all. */
@Injectable()
export class RememberMePipe implements PipeTransform<unknown, boolean> {
  transform(body: unknown): boolean {
    return (body as { remember?: unknown } | null | undefined)?.remember === 'on';
  }
}
