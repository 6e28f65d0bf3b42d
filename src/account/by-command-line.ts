/** Ends the `detail` of audit events that no request caused. */
export const byCommandLine = (...words: string[]): { detail: string } => ({
  detail: [...words, 'command_line'].join(' '),
});
