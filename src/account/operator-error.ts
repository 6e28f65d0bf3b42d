/** What an operator asked for cannot be done, or not wholly; the message says why, and holds no secret. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
}
