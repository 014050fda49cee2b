/** The error for what a user can mend. */

/** The command line is wrong, or a file on it cannot be opened: exit code 2. */
export class UsageError extends Error {
  /** What to do instead. */
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}
