/** Content types of what the stores keep, by extension. */
export const mimeTypes = {
  png: 'image/png',
  jpg: 'image/jpeg',
  webp: 'image/webp',
  json: 'application/json',
} as const;

/** By a name that a store made; unknown ones are never shown as a page. */
export function mimeTypeOf(name: string): string {
  const extension = name.slice(name.lastIndexOf('.') + 1);
  return mimeTypes[extension as keyof typeof mimeTypes] ?? 'application/octet-stream';
}
