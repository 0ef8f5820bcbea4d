import { NodeError } from '../contract/nodeError.ts';

/** VGG's first layer alone holds 256 bytes a pixel, several times over. */
const MOST_PIXELS = 4_000_000;

/** Throws NodeError for a picture that is too large for VGG. */
export function checkPictureSize({ width, height }: { width: number; height: number }, port: string): void {
  if (width * height <= MOST_PIXELS) return;
  const message = `The picture has ${width} x ${height} pixels; VGG takes ${MOST_PIXELS / 1e6} million at most. Make it smaller with Resize Image.`;
  throw new NodeError('bad-picture', message, port);
}
