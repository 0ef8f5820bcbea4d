import { refusalSentence } from '../../models/files/refusalSentence.ts';
import { ModelRefusal } from '../models/modelRefusal.ts';

/** Something that the person who typed the command can mend: shown as its sentence alone, exit status 1. */
export class Complaint extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'Complaint';
  }
}

/**
 * Ends the program's main function: a Complaint as one sentence, anything else with its stack for a bug report. For a
 * program that reads lines of JSON, the sentence is one of them.
 */
export function complain(error: unknown, { json = false } = {}): void {
  const expected =
    error instanceof Complaint || error instanceof ModelRefusal || refusalSentence(error) !== undefined;
  const unexpected = error instanceof Error && !expected;
  if (json) process.stdout.write(complaintLine(message(error)));
  if (!json || unexpected)
    process.stderr.write(`${unexpected ? (error.stack ?? error.message) : message(error)}\n`);
  process.exitCode = 1;
}

export const complaintLine = (sentence: string): string =>
  `${JSON.stringify({ kind: 'error', message: sentence })}\n`;

const message = (error: unknown): string =>
  refusalSentence(error) ?? (error instanceof Error ? error.message : String(error));
