export type NodeErrorCode =
  | 'missing-file'
  | 'missing-model'
  | 'bad-picture'
  | 'bad-model'
  | 'shape-mismatch'
  | 'bad-parameter'
  | 'not-finite'
  | 'other-settings'
  | 'checkpoint'
  | 'no-space';

/** Something a person can mend: the message says where, what was found and what was expected. */
export class NodeError extends Error {
  readonly code: NodeErrorCode;
  /** The port or parameter concerned. */
  readonly port: string | undefined;

  constructor(code: NodeErrorCode, message: string, port?: string) {
    super(message);
    this.name = 'NodeError';
    this.code = code;
    this.port = port;
  }
}
