/** What an operator asked for cannot be done; the message says why, and nothing of what they typed. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
}
