/** What an operator asked for cannot be done, or not wholly; the message says why, and holds no secret. */
export class OperatorError extends Error {
  override readonly name: string = 'OperatorError';
}

/** Nothing was tried: what was asked for is no question that a command answers. */
export class UsageError extends OperatorError {
  override readonly name = 'UsageError';
}
