import { printable } from '../printable.ts';

/** Why a download stopped, as a sentence for people; never with an address's query or a token in it. */
export class DownloadFailure extends Error {
  /** Trying again may help: the connection was cut, or the server was busy. */
  readonly passing: boolean;
  /** Milliseconds that the server asked to wait. */
  readonly wait: number | undefined;

  constructor(
    message: string,
    options: { passing?: boolean; wait?: number | undefined; cause?: unknown } = {},
  ) {
    super(printable(message), { cause: options.cause });
    this.name = 'DownloadFailure';
    this.passing = options.passing ?? false;
    this.wait = options.wait;
  }
}
