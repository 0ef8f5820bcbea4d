import type { RunError } from '../protocol/runs.ts';
import type { EngineExit } from './engineProcess.ts';

/** Sentences about runs, as people read them. */

/** `changedFile`: a weight file of the run that is no longer what it was. */
export function engineEnded(
  exit: EngineExit,
  where: { id: string; name: string } | undefined,
  changedFile: string | undefined,
): RunError {
  if (exit.signal === 'SIGBUS' && changedFile !== undefined) {
    const error = { code: 'changed', message: cutShort(changedFile) };
    return where ? { ...error, node: where.id } : error;
  }
  const how = exit.signal ? `was ended by ${exit.signal}` : `stopped with exit code ${exit.code}`;
  const during = where ? ` while ${where.name} was running` : '';
  const memory = exit.signal === 'SIGKILL' ? ' The system does this when memory runs out.' : '';
  const said = exit.signal === null && exit.lastLine ? ` It said last: ${exit.lastLine}` : '';
  const error = {
    code: 'engine-crashed',
    message: `The engine ${how}${during}.${memory}${said} It has been started again: you can run this once more.`,
  };
  return where ? { ...error, node: where.id } : error;
}

/** What reading beyond the end of a mapped file comes to. */
export const cutShort = (file: string): string =>
  `${file}: the file was cut short or overwritten while it was in use. Put the whole file back, then run this once more.`;

export function engineSilent(seconds: number): RunError {
  return {
    code: 'engine-unavailable',
    message: `The engine did not take the run within ${seconds} seconds and was started again.`,
  };
}

export function engineCannotStart(exit: EngineExit): RunError {
  const said = exit.lastLine ? ` It said last: ${exit.lastLine}` : '';
  return { code: 'engine-unavailable', message: `The engine does not start.${said}` };
}

export const interrupted: RunError = {
  code: 'interrupted',
  message: 'Impasto was stopped while this run was going. You can start it again.',
};

export const noSpace = (what: string): RunError => ({
  code: 'no-space',
  message: `The disk is full: ${what} could not be saved. Free some space and run this again.`,
});

export const notSaved = (what: string): RunError => ({
  code: 'unwritable',
  message: `${what} could not be saved: the data folder cannot be written to.`,
});

export const PICTURES_UNWRITABLE = 'Some pictures were not kept: the data folder cannot be written to.';
export const PICTURES_NOT_KEPT = 'The disk was full: some step pictures were not kept.';
export const RECORD_NOT_KEPT = 'The disk was full: parts of the record of this run were not kept.';
export const PICTURES_DROPPED = 'The step pictures of this run were deleted to make room for newer runs.';
