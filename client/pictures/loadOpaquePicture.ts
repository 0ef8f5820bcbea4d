/**
 * A picture with the colours that its transparent parts hide, which nodes see. Canvases lose them: where the browser
 * hands out no pixels but theirs, they are black.
 */
export async function loadOpaquePicture(url: string): Promise<ImageBitmap | OffscreenCanvas> {
  const file = await (await fetch(url)).blob();
  const bitmap = await createImageBitmap(file, { premultiplyAlpha: 'none' });
  if (file.type === 'image/jpeg' || typeof VideoFrame === 'undefined') return bitmap;
  const frame = new VideoFrame(bitmap, { timestamp: 0, alpha: 'keep' });
  const pixels = await opaquePixels(frame).finally(() => frame.close());
  if (!pixels) return bitmap;
  const canvas = new OffscreenCanvas(pixels.width, pixels.height);
  canvas.getContext('2d')!.putImageData(pixels, 0, 0);
  return canvas;
}

/** Undefined for layouts without transparency. */
async function opaquePixels(frame: VideoFrame): Promise<ImageData | undefined> {
  if (frame.format !== 'BGRA' && frame.format !== 'RGBA') return undefined;
  const pixels = new ImageData(frame.codedWidth, frame.codedHeight);
  const { data } = pixels;
  // As it is: asked for in another order, it would come without the hidden colours.
  await frame.copyTo(data);
  for (let i = 0; i < data.length; i += 4) {
    if (frame.format === 'BGRA') [data[i], data[i + 2]] = [data[i + 2]!, data[i]!];
    data[i + 3] = 255;
  }
  return pixels;
}
