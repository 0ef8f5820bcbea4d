/**
 * - `config`: a config.json is missing, unreadable or has a field of a wrong type
 * - `unsupported`: a field asks for something that is not built here
 * - `contradiction`: a config.json and the weights disagree
 * - `layout`: the folder or file is not a model of a known layout
 * - `input`: an evaluation was called with tensors that do not fit
 * - `device`: the device is not there or cannot take the model
 * - `device-lost`: the device failed while it computed
 * - `memory`: the model needs more memory than there is
 */
export type ModelErrorCode =
  'config' | 'unsupported' | 'contradiction' | 'layout' | 'input' | 'device' | 'device-lost' | 'memory';

/** A model that cannot be opened or run; the message names the file or field. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly code: ModelErrorCode;

  constructor(code: ModelErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
