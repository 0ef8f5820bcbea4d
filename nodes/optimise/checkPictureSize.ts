import { NodeError } from '../contract/nodeError.ts';

/**
 * VGG's first layer alone holds 256 bytes a pixel, several times over; what is optimised remembers every layer, some four
 * kilobytes a pixel.
 */
const MOST_PIXELS = { seen: 4_000_000, optimised: 1_500_000 } as const;

/** Throws NodeError for a picture that is too large to be shown to VGG, or to be optimised through it. */
export function checkPictureSize(
  { width, height }: { readonly width: number; readonly height: number },
  port: string,
  how: keyof typeof MOST_PIXELS = 'seen',
): void {
  const most = MOST_PIXELS[how];
  if (width * height <= most) return;
  const message = `The picture has ${width} x ${height} pixels; at most ${most / 1e6} million are ${how} here. Make it smaller with Resize Image.`;
  throw new NodeError('bad-picture', message, port);
}
