import { join } from 'node:path';
import { Command, Option } from 'commander';
import { onnxruntimeLibraries } from '../../models/runtime/whyUnavailable.ts';
import { cudaMachine } from '../devices/cuda/cudaMachine.ts';
import { setupCuda } from '../devices/cuda/setupCuda.ts';
import { probeInChild } from '../devices/probeInChild.ts';
import { complain } from './complaint.ts';
import { projectRoot } from './projectRoot.ts';

const program = new Command('npm run setup:cuda --')
  .description("Downloads onnxruntime's libraries for NVIDIA GPUs (0.3 GB). Can be run again.")
  .addOption(new Option('--feed <url>', "another package index than onnxruntime's own"));
program.parse();

const folder = onnxruntimeLibraries();
cudaMachine(folder)
  .then((machine) =>
    setupCuda({
      machine,
      folder,
      ...program.opts<{ feed?: string }>(),
      say: (line) => void process.stdout.write(`${line}\n`),
      probe: () => probeInChild('cuda', { entry: join(projectRoot(), 'dist', 'server', 'probe.js') }),
    }),
  )
  .catch(complain);
