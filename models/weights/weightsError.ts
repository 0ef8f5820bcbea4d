/**
 * - `unreadable`: the file cannot be opened or read
 * - `format`: a file of another kind
 * - `header`: the header's length or JSON is wrong
 * - `container`: a PyTorch file's archive or pickle is wrong
 * - `offsets`: tensors overlap, leave gaps, or reach outside the file
 * - `dtype`: an element type that is not known, or not supported here
 * - `duplicate-name`: two tensors of one name
 * - `missing-tensor`: names that the model needs and the file does not have
 * - `misshaped-tensor`: tensors of another shape than the model needs
 * - `extra-tensor`: tensors within a network that it has no place for
 * - `index`: a sharded checkpoint's index does not fit its files
 * - `changed`: a file was removed, replaced or written to while it was in use
 * - `unwritable`: a file cannot be written
 */
export type WeightsErrorCode =
  | 'unreadable'
  | 'format'
  | 'header'
  | 'container'
  | 'offsets'
  | 'dtype'
  | 'duplicate-name'
  | 'missing-tensor'
  | 'misshaped-tensor'
  | 'extra-tensor'
  | 'index'
  | 'changed'
  | 'unwritable';

/** Weights that cannot be used; the message names the file. */
export class WeightsError extends Error {
  override readonly name = 'WeightsError';
  readonly code: WeightsErrorCode;
  readonly file: string;

  constructor(code: WeightsErrorCode, file: string, message: string) {
    super(`${file}: ${message}`);
    this.code = code;
    this.file = file;
  }
}
