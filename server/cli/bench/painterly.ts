import { generateWeights } from '../../../models/catalog/generateWeights.ts';
import { openVgg } from '../../../models/catalog/openVgg.ts';
import { dilated } from '../../../models/painterly/masks.ts';
import { matchPatches } from '../../../models/painterly/matchPatches.ts';
import { passOneTargets } from '../../../models/painterly/passOneTargets.ts';
import { passOneTerms } from '../../../models/painterly/passTerms.ts';
import type { Plane } from '../../../models/painterly/plane.ts';
import { withObjective, type WithObjectiveOptions } from '../../../models/painterly/withObjective.ts';
import { physicalCores } from '../../../models/runtime/physicalCores.ts';
import { SessionPool } from '../../../models/runtime/sessionPool.ts';
import { TorchGenerator } from '../../../models/sampling/torchGenerator.ts';
import { cropTensor } from '../../../models/tensor/cropTensor.ts';
import type { Tensor } from '../../../models/tensor/tensor.ts';
import { toVggPixels } from '../../../models/vision/vggPixels.ts';
import { askTorch } from './askTorch.ts';
import type { BenchPlace } from './benchEngine.ts';
import { secondsOf } from './rateUNet.ts';
import { median, type Table } from './table.ts';

const SIDE = 512;
const ROUNDS = 5;
/** VGG-19 up to relu5_1. */
const convChannels = [64, 64, 128, 128, 256, 256, 256, 256, 512, 512, 512, 512, 512];
const styleLayers = ['relu3_1', 'relu4_1', 'relu5_1'];
const contentLayers = ['relu4_1'];

/** Deep Painterly Harmonization with VGG-19's sizes and generated weights, beside PyTorch on the same machine. */
export async function painterly({ root, device }: BenchPlace): Promise<Table> {
  const pool = new SessionPool({ budgetBytes: 2e9 });
  const config = { pixels: 'caffe', convChannels } as const;
  const network = { config, weights: generateWeights({ kind: 'vgg', config }) };
  const vgg = openVgg({ network, hash: 'generated', place: { pool, device } });
  const [naive, painting] = [noise(SIDE, 1n), noise(SIDE, 2n)];
  const mask = dilated(object(SIDE));
  const input = { naive, painting, mask, styleLayers };
  let targets!: Awaited<ReturnType<typeof passOneTargets>>;
  const preparing = await secondsOf(async () => void (targets = await passOneTargets(vgg, input)));
  const pixels = toVggPixels(naive, 'caffe');
  const terms = passOneTerms(targets, { contentLayers, weights: { content: 5, style: 100, tv: 0.001 } });
  const objective = { vgg, terms, rule: 'masked', mask, pixels } as const;
  const own = await iterationOf(objective);
  const whole = await iterationOf({ ...objective, everywhere: true });
  await pool.release();
  const asked = { channels: convChannels, side: SIDE, rounds: ROUNDS, threads: physicalCores() };
  const torch = device === 'cpu' ? await askTorch(root, 'torchPainterly.py', asked) : undefined;
  const share = (seconds: number): string =>
    torch ? `${((100 * seconds) / torch.seconds).toFixed(0)} %` : '';
  const matching = await matchingAt700();
  return {
    title: 'Deep Painterly Harmonization, VGG-19’s sizes, generated weights',
    columns: ['figure', 'value', 'goal'],
    rows: [
      ['responses, matching and targets of pass 1, 512x512', `${preparing.toFixed(1)} s`, ''],
      ['losses and gradient of an iteration', `${own.toFixed(2)} s`, ''],
      ['the same in PyTorch', torch ? `${torch.seconds.toFixed(2)} s` : 'no PyTorch here', ''],
      ['of PyTorch’s time', share(own), '≤ 50 %'],
      ['an iteration with a mask over everything', `${whole.toFixed(2)} s`, ''],
      ['of PyTorch’s time', share(whole), ''],
      ['matching relu3_1 of 700x525 pixels', `${matching.toFixed(1)} s`, ''],
    ],
    notes: [
      `Pass 1: content at relu4_1, style at relu3_1, relu4_1 and relu5_1, smoothness; medians of ${ROUNDS}. The object is a third of the picture wide and high; its loose mask covers ${covered(mask)} % of the picture, and only what depends on those pixels is computed. All 22,925 places of a painting are compared with as many, in blocks of 64 MB.`,
      torch
        ? `PyTorch ${torch.version} as installed, ${torch.threads} threads, right after: the same losses by autograd, weights frozen, all of the picture, as published implementations do.`
        : 'PyTorch beside it: name a Python that can import torch in IMPASTO_BENCH_PYTHON.',
    ],
  };
}

function iterationOf(objective: WithObjectiveOptions): Promise<number> {
  return withObjective(objective, async ({ region, evaluate }) => {
    const part = cropTensor(objective.pixels, region.box);
    await evaluate(part);
    const times: number[] = [];
    for (let i = 0; i < ROUNDS; i++) times.push(await secondsOf(() => evaluate(part)));
    return median(times);
  });
}

/** Per cent. */
function covered({ data }: Plane): string {
  return ((100 * data.filter((value) => value > 0).length) / data.length).toFixed(0);
}

function matchingAt700(): Promise<number> {
  const response = (seed: bigint): Tensor => {
    const { data } = new TorchGenerator(seed).randn([1, 256, 131, 175]);
    return { shape: [1, 256, 131, 175], data: data.map((value) => Math.max(0, value)) };
  };
  const [source, target] = [response(1n), response(2n)];
  return secondsOf(() => matchPatches(source, target));
}

function noise(side: number, seed: bigint): Tensor {
  const { shape, data } = new TorchGenerator(seed).randn([1, 3, side, side]);
  return { shape, data: data.map((value) => Math.min(1, Math.max(0, value / 4 + 0.5))) };
}

/** A third of the picture wide and high, in its middle. */
function object(side: number): Plane {
  const inside = (place: number): boolean => place > side / 3 && place < (2 * side) / 3;
  const data = Float32Array.from({ length: side * side }, (_, i) =>
    inside(i % side) && inside(Math.floor(i / side)) ? 1 : 0,
  );
  return { width: side, height: side, data };
}
