/** The picture format that a file's first bytes announce, of those that Impasto reads; undefined for anything else. */
export function sniffPicture(
  bytes: Uint8Array,
): 'png' | 'jpeg' | 'gif' | 'webp' | 'tiff' | 'avif' | undefined {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 32)).toString(
    'latin1',
  );
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (start.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (/^GIF8[79]a/.test(start)) return 'gif';
  if (/^RIFF[^]{4}WEBP/.test(start)) return 'webp';
  if (/^(II[*+]\0|MM\0[*+])/.test(start)) return 'tiff';
  if (/^[^]{4}ftyp(avif|avis|mif1|msf1|heic)/.test(start)) return 'avif';
  return undefined;
}
