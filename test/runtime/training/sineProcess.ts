import { train } from '../../../models/training/trainer/train.ts';
import { sineTraining } from './sineTraining.ts';

// Trains in a process of its own, which a test ends: `node --import tsx sineProcess.ts CHECKPOINT STEPS`.
const [path, steps] = process.argv.slice(2);
for await (const { step, total } of train(await sineTraining(path!, Number(steps)))) {
  process.stdout.write(`${step} ${total}\n`);
}
