/** Something that the person who typed the command can mend: shown as its sentence alone, exit status 1. */
export class Complaint extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'Complaint';
  }
}

/** Ends the program's main function: a Complaint as one sentence, anything else with its stack for a bug report. */
export function complain(error: unknown): void {
  const text =
    error instanceof Error && !(error instanceof Complaint) ? (error.stack ?? error.message) : message(error);
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
}

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));
