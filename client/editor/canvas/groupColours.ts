/** Colours that a group's frame can have; saved by name, so that both themes can show them. */
export const groupColours = {
  grey: '#8a8f98',
  blue: '#4c8bf5',
  green: '#3fa36b',
  amber: '#c98a1b',
  red: '#d5574e',
  violet: '#8b6ce0',
} as const;

export type GroupColour = keyof typeof groupColours;

/** CSS colour of a saved colour name; files may hold any text. */
export function groupColour(name: string | undefined): string {
  const known = name !== undefined && Object.hasOwn(groupColours, name);
  return groupColours[known ? (name as GroupColour) : 'grey'];
}
