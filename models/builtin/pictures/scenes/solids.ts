import { type Colour, clamp, smoothstep } from '../colour.ts';

/** A solid that stands on the plane y = 0. */
export interface Solid {
  readonly kind: 'ball' | 'bottle' | 'box' | 'pear';
  readonly radius: number;
  readonly x: number;
  readonly z: number;
  readonly turn: number;
  readonly colour: Colour;
  readonly gloss: number;
  readonly grain: number;
}

function height(solid: Solid): number {
  return solid.radius * { ball: 2, bottle: 4.2, box: 1.6, pear: 2.7 }[solid.kind];
}

/** Profile radius of the turned solids at a height, as a fraction of the largest radius. */
function profile(kind: Solid['kind'], t: number): number {
  if (kind === 'bottle') return t < 0.55 ? 1 : 0.28 + 0.72 * clamp((0.78 - t) / 0.23) ** 0.6;
  const belly =
    t < 0.35 ? Math.sqrt(clamp(1 - ((0.35 - t) / 0.36) ** 2)) : 0.34 + 0.66 * (1 - smoothstep(0.35, 0.85, t));
  return t < 0.82 ? belly : belly * Math.sqrt(clamp(1 - ((t - 0.82) / 0.18) ** 2));
}

/** Distance bound from a point to one solid (negative inside). */
function distance(solid: Solid, point: Colour): number {
  const x = point[0] - solid.x;
  const z = point[2] - solid.z;
  const r = solid.radius;
  if (solid.kind === 'ball') return Math.hypot(x, point[1] - r, z) - r;
  if (solid.kind === 'box') {
    const c = Math.cos(solid.turn);
    const s = Math.sin(solid.turn);
    const a = Math.abs(c * x + s * z) - r;
    const b = Math.abs(c * z - s * x) - r * 0.8;
    const h = Math.abs(point[1] - r * 0.8) - r * 0.8;
    return Math.hypot(Math.max(a, 0), Math.max(b, 0), Math.max(h, 0)) + Math.min(0, Math.max(a, b, h));
  }
  const tall = height(solid);
  const side = (Math.hypot(x, z) - r * profile(solid.kind, clamp(point[1] / tall))) * 0.6;
  return Math.max(side, point[1] - tall, -point[1]);
}

/** First hit of a ray with the solids (sphere tracing inside each bounding sphere). */
export function hitSolids(solids: readonly Solid[], origin: Colour, direction: Colour) {
  let nearest = Infinity;
  let found: Solid | undefined;
  for (const solid of solids) {
    const half = height(solid) / 2;
    const bound = Math.hypot(half, solid.radius * 1.35) * 1.02;
    const ox = origin[0] - solid.x;
    const oy = origin[1] - half;
    const oz = origin[2] - solid.z;
    const b = ox * direction[0] + oy * direction[1] + oz * direction[2];
    const root = b * b - (ox * ox + oy * oy + oz * oz - bound * bound);
    if (root <= 0) continue;
    let t = Math.max(0, -b - Math.sqrt(root));
    const end = Math.min(nearest, -b + Math.sqrt(root));
    for (let step = 0; step < 48 && t < end; step++) {
      const d = distance(solid, along(origin, direction, t));
      if (d < 0.002) {
        nearest = t;
        found = solid;
        break;
      }
      t += d;
    }
  }
  if (!found) return undefined;
  const point = along(origin, direction, nearest);
  return { solid: found, point, normal: surfaceNormal(found, point) };
}

function along(origin: Colour, direction: Colour, t: number): Colour {
  return [origin[0] + direction[0] * t, origin[1] + direction[1] * t, origin[2] + direction[2] * t];
}

function surfaceNormal(solid: Solid, [x, y, z]: Colour): Colour {
  const e = 0.004;
  const nx = distance(solid, [x + e, y, z]) - distance(solid, [x - e, y, z]);
  const ny = distance(solid, [x, y + e, z]) - distance(solid, [x, y - e, z]);
  const nz = distance(solid, [x, y, z + e]) - distance(solid, [x, y, z - e]);
  const n = 1 / (Math.hypot(nx, ny, nz) + 1e-9);
  return [nx * n, ny * n, nz * n];
}

/** Soft shadow: 1 fully lit, 0 fully shaded. */
export function shadow(solids: readonly Solid[], point: Colour, light: Colour): number {
  let lit = 1;
  let t = 0.04;
  for (let step = 0; step < 14 && t < 3; step++) {
    let d = Infinity;
    const p = along(point, light, t);
    for (const solid of solids) d = Math.min(d, distance(solid, p));
    lit = Math.min(lit, (9 * d) / t);
    if (lit < 0.01) return 0;
    t += Math.max(d, 0.04);
  }
  return lit;
}

/** Contact darkening of the ground near solids. */
export function occlusion(solids: readonly Solid[], point: Colour): number {
  let open = 1;
  for (const solid of solids) open *= 1 - 0.55 * Math.exp(-5 * Math.max(0, distance(solid, point)));
  return open;
}
