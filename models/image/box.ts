/** A part of a picture, in whole pixels; right and bottom are not inside. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}
