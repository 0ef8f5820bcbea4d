/** A name that a node gave, as a title: `style relu1_1` becomes `Style relu1_1`. */
export const capitalised = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
