import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { noiseSchedule } from '../../../models/sampling/noiseSchedule.ts';

const sha256 = (table: Float32Array): string =>
  createHash('sha256')
    .update(new Uint8Array(table.buffer, table.byteOffset, table.byteLength))
    .digest('hex');

describe('the noise schedule in float32', () => {
  it("has the bits of diffusers' tables: torch.linspace(0.00085 ** 0.5, 0.012 ** 0.5, 1000) ** 2 and their cumprod", () => {
    const { betas, alphasCumprod } = noiseSchedule({ computedIn: 'float32' });
    expect(sha256(betas)).toBe('a1f4643735c4f58d9baa9883bd821895b5e2937085640b898e81823a24621e78');
    expect(sha256(alphasCumprod)).toBe('146d591747580fb8b5007a8a3f12dfa036e495c8bfe510eaddc7216508838e0d');
  });
});
