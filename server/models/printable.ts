/** A name or path as part of a sentence: no line breaks, and nothing that a terminal would obey. */
export const printable = (text: string): string => text.replace(/\p{Cc}/gu, '\uFFFD');
