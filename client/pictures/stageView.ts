/** How a picture lies on the screen: screen = picture * scale + (x, y), in CSS pixels from the stage's corner. */
export interface StageView {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

interface Point {
  readonly x: number;
  readonly y: number;
}
interface Size {
  readonly width: number;
  readonly height: number;
}

const [SMALLEST, LARGEST] = [0.02, 32];
const MARGIN = 24;
/** What stays to be seen of a picture that is moved away, in CSS pixels. */
const VISIBLE = 48;

/** The whole picture in the middle; small ones up to four times their size. */
export function fitView(picture: Size, stage: Size): StageView {
  const scale = Math.max(
    SMALLEST,
    Math.min((stage.width - MARGIN) / picture.width, (stage.height - MARGIN) / picture.height, 4),
  );
  return {
    scale,
    x: (stage.width - picture.width * scale) / 2,
    y: (stage.height - picture.height * scale) / 2,
  };
}

/** Larger by a factor; what is under the point (of the stage) stays there. */
export function zoomView(view: StageView, factor: number, at: Point): StageView {
  const scale = Math.min(LARGEST, Math.max(SMALLEST, view.scale * factor));
  const ratio = scale / view.scale;
  return { scale, x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio };
}

/** The same view with the picture not out of sight. */
export function keepInSight(view: StageView, picture: Size, stage: Size): StageView {
  const within = (at: number, length: number, room: number): number =>
    Math.min(room - VISIBLE, Math.max(VISIBLE - length * view.scale, at));
  return {
    scale: view.scale,
    x: within(view.x, picture.width, stage.width),
    y: within(view.y, picture.height, stage.height),
  };
}

/** Moved so that a point of the picture can be seen. */
export function showPoint(view: StageView, { x, y }: Point, stage: Size): StageView {
  const shift = (at: number, room: number): number =>
    at < MARGIN ? MARGIN - at : at > room - MARGIN ? room - MARGIN - at : 0;
  return {
    scale: view.scale,
    x: view.x + shift(x * view.scale + view.x, stage.width),
    y: view.y + shift(y * view.scale + view.y, stage.height),
  };
}

/** From the stage to the picture. */
export function toPicture({ scale, x, y }: StageView, point: Point): Point {
  return { x: (point.x - x) / scale, y: (point.y - y) / scale };
}
