/**
 * Makes the built-in model's pictures: `--out DIR --count N --size 256 --seed S` writes pairs
 * NNNNNN.scene.png and NNNNNN.painting.png with an index of their styles; each two consecutive
 * pairs (1 and 2, 3 and 4, ...) share one hand and palette. `--samples DIR` writes the shipped samples.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Random } from './random.ts';
import { writeSamples } from './samples/index.ts';
import { drawScene } from './scenes/index.ts';
import { paintScene, randomRecipe } from './styles/index.ts';
import { writePicture } from './write.ts';

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    samples: { type: 'string' },
    count: { type: 'string', default: '16' },
    size: { type: 'string', default: '256' },
    seed: { type: 'string', default: '1' },
    first: { type: 'string', default: '1' },
  },
});

async function writePairs(out: string): Promise<void> {
  await mkdir(out, { recursive: true });
  const styles: Record<string, string> = {};
  const first = Number(values.first);
  for (let index = first; index < first + Number(values.count); index++) {
    const name = String(index).padStart(6, '0');
    const recipe = randomRecipe(new Random(Number(values.seed) * 1_000_003 + Math.ceil(index / 2)));
    const random = new Random(Number(values.seed) * 7_000_003 + index);
    const scene = drawScene(Number(values.size), random);
    const painting = paintScene(scene, recipe, random.seed());
    await writePicture(scene, join(out, `${name}.scene.png`));
    await writePicture(painting, join(out, `${name}.painting.png`));
    styles[name] = recipe.style.name;
    if (index % 100 === 0) process.stdout.write(`${name}\n`);
  }
  await writeFile(join(out, `styles-${String(first).padStart(6, '0')}.json`), JSON.stringify(styles));
}

if (values.samples) await writeSamples(values.samples);
if (values.out) await writePairs(values.out);
if (!values.samples && !values.out) process.stdout.write('Give --out DIR or --samples DIR.\n');
