const endings = ['.safetensors', '.ckpt', '.pt', '.pth', '.bin', '.caffemodel'];

/** The endings of files that hold weights, as sentences name them. */
export const weightFileEndings = `${endings.slice(0, -1).join(', ')} or ${endings.at(-1)!}`;

/** Whether a file holds weights by its name; what it really is is told when it is looked into. */
export const isWeightFile = (name: string): boolean =>
  endings.some((ending) => name.toLowerCase().endsWith(ending));
