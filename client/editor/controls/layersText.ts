const PART = /^(all|middle|(?:output|input)\.\d{1,2}|\d{1,2})$/;

/** Whether a list of layers is written as the nodes expect: `6,7,8`, `output.6`, `input.1`, `middle`, `all`. */
export function isLayersText(text: string): boolean {
  return text.split(',').every((part) => PART.test(part.trim()));
}
