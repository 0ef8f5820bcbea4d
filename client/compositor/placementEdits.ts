import { mapPoint, type Point } from '../../drawing/affine.ts';
import { placementMap, type Placement } from '../../drawing/placement.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}
export interface PlacedSizes {
  readonly cutout: Size;
  readonly background: Size;
}

/** What the parameters of Composite take. */
const LIMITS = { x: [-16_384, 16_384], y: [-16_384, 16_384], scale: [0.01, 50] } as const;

/** A placement from saved parameters, with the node's defaults for what is not there or no such value. */
export function placementOf(
  params: Readonly<Record<string, unknown>>,
  defaults: Readonly<Record<string, unknown>> = {},
): Placement {
  const number = (name: string, otherwise: number): number => {
    const value = params[name] ?? defaults[name];
    return typeof value === 'number' && Number.isFinite(value) ? value : otherwise;
  };
  return {
    x: number('x', 0),
    y: number('y', 0),
    scale: number('scale', 1),
    rotation: number('rotation', 0),
    flipX: (params['flipX'] ?? defaults['flipX']) === true,
    flipY: (params['flipY'] ?? defaults['flipY']) === true,
  };
}

/** Moved by pixels of the background, to a whole one: there the cut-out keeps its own pixels. */
export function move(placement: Placement, dx: number, dy: number): Placement {
  return {
    ...placement,
    x: within(Math.round(placement.x + dx), LIMITS.x),
    y: within(Math.round(placement.y + dy), LIMITS.y),
  };
}

/** Larger by a factor, about its middle. */
export function scaleBy(placement: Placement, factor: number): Placement {
  const scale = within(placement.scale * factor, LIMITS.scale);
  return { ...placement, scale: Number(scale.toPrecision(4)) };
}

/** Turned clockwise by degrees, about its middle; kept between -180 and 180. */
export function turnBy(placement: Placement, degrees: number): Placement {
  const turned = (((placement.rotation + degrees) % 360) + 540) % 360;
  return { ...placement, rotation: Number((turned - 180).toFixed(1)) };
}

/** Its four corners on the background, the top left one of the cut-out first, clockwise. */
export function cornersOf(placement: Placement, sizes: PlacedSizes): Point[] {
  const map = placementMap(placement, sizes);
  const { width, height } = sizes.cutout;
  const corners = [
    [0, 0],
    [width, 0],
    [width, height],
    [0, height],
  ] as const;
  return corners.map(([x, y]) => mapPoint(map, { x, y }));
}

/** Its middle on the background. */
export function middleOf({ x, y }: Placement, { background }: PlacedSizes): Point {
  return { x: background.width / 2 + x, y: background.height / 2 + y };
}

function within(value: number, [low, high]: readonly [number, number]): number {
  return Math.min(high, Math.max(low, value));
}
