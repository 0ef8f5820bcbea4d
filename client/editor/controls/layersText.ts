const BLOCK = String.raw`(?:(?:output|input)\.)?\d{1,4}`;
const PART = new RegExp(`^(?:all|styleid|middle|${BLOCK}(?:-${BLOCK})?)$`);

/** Whether a list of layers is written as the nodes expect: `6,7,8`, `6-11`, `output.6`, `middle`, `styleid`, `all`. */
export function isLayersText(text: string): boolean {
  const parts = text.split(/[\s,;]+/).filter(Boolean);
  return parts.length > 0 && parts.every((part) => PART.test(part));
}
