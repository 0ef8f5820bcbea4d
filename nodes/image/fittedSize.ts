interface Size {
  readonly width: number;
  readonly height: number;
}

/** The size that a resize gives: as asked for, or what keeps the picture's shape inside it; in whole multiples. */
export function fittedSize(
  picture: Size,
  { width, height, fit, multiple }: Size & { readonly fit: string; readonly multiple: number },
): Size {
  const scale = fit === 'contain' ? Math.min(width / picture.width, height / picture.height) : undefined;
  const rounded = (asked: number, own: number): number => {
    const wanted = scale === undefined ? asked : Math.min(asked, Math.round(own * scale));
    return Math.max(multiple, Math.floor(wanted / multiple) * multiple);
  };
  return { width: rounded(width, picture.width), height: rounded(height, picture.height) };
}
