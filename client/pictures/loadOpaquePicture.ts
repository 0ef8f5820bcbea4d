import { loadPicture } from './loadPicture.ts';

/**
 * A picture with the colours that its transparent parts hide, which nodes see: canvases lose them, so they are decoded
 * apart where the browser can (elsewhere they are black).
 */
export async function loadOpaquePicture(url: string): Promise<HTMLImageElement | OffscreenCanvas> {
  const picture = await loadPicture(url);
  if (typeof ImageDecoder === 'undefined') return picture;
  const response = await fetch(url);
  const type = response.headers.get('content-type') ?? '';
  if (type === 'image/jpeg' || !(await ImageDecoder.isTypeSupported(type))) return picture;
  const decoder = new ImageDecoder({ data: await response.arrayBuffer(), type });
  const { image } = await decoder.decode();
  const { codedWidth: width, codedHeight: height } = image;
  const canvas = new OffscreenCanvas(width, height);
  const pixels = new ImageData(width, height);
  await image.copyTo(pixels.data, { format: 'RGBA' });
  for (let i = 3; i < pixels.data.length; i += 4) pixels.data[i] = 255;
  canvas.getContext('2d')!.putImageData(pixels, 0, 0);
  image.close();
  decoder.close();
  return canvas;
}
