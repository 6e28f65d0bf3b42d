/** Why nothing was copied or compared, in a sentence for the person who wanted it. */
export class CopyError extends Error {
  override readonly name = 'CopyError';
}
