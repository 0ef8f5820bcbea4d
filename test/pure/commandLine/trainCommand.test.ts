import { Command } from 'commander';
import { expect, it } from 'vitest';
import { trainCommand, type TrainRequest } from '../../../server/cli/commands/trainCommand.ts';

async function asked(...args: string[]): Promise<TrainRequest> {
  const requests: TrainRequest[] = [];
  const program = new Command();
  trainCommand(program, { common: [], run: async (request) => void requests.push(request) });
  await program.parseAsync(['train', 'x.jpg', ...args], { from: 'user' });
  return requests[0]!;
}

it('sets the painting and what is asked for in the template', async () => {
  const { file, set } = await asked('--name', 'a b', '--learning-rate', '0.001');
  expect(file).toBe('fine-tune');
  expect(set).toEqual(['painting.image=x.jpg', 'train.name=a b', 'train.learningRate=0.001']);
});

it('shows what the model that is trained made before, not the built-in one', async () => {
  const { set } = await asked('--model', 'stable');
  expect(set).toEqual(['painting.image=x.jpg', 'train.model=stable', 'model.model=stable']);
});
