import { sampleDdim } from './sampleDdim.ts';
import { sampleDpmpp2m } from './sampleDpmpp2m.ts';
import { sampleEuler } from './sampleEuler.ts';
import { sampleEulerAncestral } from './sampleEulerAncestral.ts';
import { sampleHeun } from './sampleHeun.ts';
import { pndmSpacing, samplePndm, type PndmStart } from './samplePndm.ts';
import type { SamplerOptions, SamplerResult } from './samplerOptions.ts';
import type { SigmaSpacing } from './sigmaSchedule.ts';

/** What some samplers take beyond what all do. */
export interface AnySamplerOptions extends SamplerOptions {
  readonly spacing?: SigmaSpacing;
  readonly eta?: number;
  readonly pndmStart?: PndmStart;
}

/** Every sampler, by the name under which workflows ask for it. */
export const samplers = {
  ddim: sampleDdim,
  pndm: (options: AnySamplerOptions) => samplePndm({ ...options, spacing: pndmSpacing(options.spacing) }),
  euler: sampleEuler,
  'euler-ancestral': sampleEulerAncestral,
  heun: sampleHeun,
  'dpmpp-2m': sampleDpmpp2m,
} satisfies Record<string, (options: AnySamplerOptions) => Promise<SamplerResult>>;
