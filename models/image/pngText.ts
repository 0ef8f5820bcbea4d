/** The PNG with one iTXt chunk per keyword (UTF-8; replaces chunks of the same keyword). Throws PictureError `bad-png`. */
export function embedText(png: Uint8Array, texts: Readonly<Record<string, string>>): Uint8Array {
  throw new Error('Not there yet');
}

/** Text chunks (tEXt, zTXt, iTXt) by keyword. Throws PictureError `bad-png` (signature, CRC, length, size limits). */
export function readText(png: Uint8Array): Record<string, string> {
  throw new Error('Not there yet');
}
