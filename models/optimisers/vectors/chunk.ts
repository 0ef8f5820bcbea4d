/** Elements of each array that are copied in at once: few enough for a processor to keep near. */
export const CHUNK = 16_384;
export const CHUNK_BYTES = 4 * CHUNK;
