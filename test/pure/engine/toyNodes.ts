import { z } from 'zod';
import { defineNode, type NodeDefinition } from '../../../nodes/contract/node.ts';
import { NodeError } from '../../../nodes/contract/nodeError.ts';
import { number, seed } from '../../../nodes/contract/parameter.ts';
import type { NodeServices } from '../../../nodes/contract/services.ts';
import type { WorkflowDocument, WorkflowLink, WorkflowNode } from '../../../workflows/schema/document.ts';

const value = (title: string, preset: number) =>
  number({ title, help: '', default: preset, min: -1e6, max: 1e6 });

/** A registry of nodes that only add numbers, and the list of those that were executed. */
export function toyNodes(): { registry: ReadonlyMap<string, NodeDefinition>; executed: string[] } {
  const executed: string[] = [];
  const about = { version: 1, help: '' };
  const add = defineNode({
    ...about,
    type: 'toy/add',
    title: 'Add',
    inputs: { before: { type: 'text', title: 'Before', help: '', optional: true } },
    outputs: {
      sum: { type: 'number', title: 'Sum', help: '' },
      text: { type: 'text', title: 'Text', help: '' },
    },
    params: z.object({
      a: value('A', 0),
      b: value('B', 1),
      seed: seed({ title: 'Seed', help: '', default: '0' }),
    }),
    async run({ params }) {
      executed.push(`add ${params.a} ${params.b}`);
      return { sum: params.a + params.b, text: `${params.a + params.b}` };
    },
  });
  const show = defineNode({
    ...about,
    type: 'toy/show',
    title: 'Show',
    inputs: { sum: { type: 'number', title: 'Sum', help: '' } },
    outputs: {},
    params: z.object({}),
    isOutput: true,
    async run({ inputs, note }) {
      executed.push(`show ${inputs.sum}`);
      note('sum', inputs.sum);
      return {};
    },
  });
  const fail = defineNode({
    ...about,
    type: 'toy/fail',
    title: 'Fail',
    inputs: { sum: { type: 'number', title: 'Sum', help: '' } },
    outputs: { sum: { type: 'number', title: 'Sum', help: '' } },
    params: z.object({ expected: value('Expected', 1) }),
    async run({ params }) {
      if (params.expected === 1) throw new NodeError('bad-picture', 'The picture is bad.', 'sum');
      throw new TypeError('x is not a function');
    },
  });
  const slow = defineNode({
    ...about,
    type: 'toy/slow',
    title: 'Slow',
    inputs: {},
    outputs: { sum: { type: 'number', title: 'Sum', help: '' } },
    params: z.object({ steps: value('Steps', 10) }),
    reportsSteps: true,
    async run({ params, signal, step }) {
      for (let i = 1; i <= params.steps; i += 1) {
        await new Promise((resolve) => setTimeout(resolve, 2));
        signal.throwIfAborted();
        executed.push(`slow ${i}`);
        step({ step: i, of: params.steps, timestep: 1000 - i });
      }
      return { sum: params.steps };
    },
  });
  const resumable = defineNode({ ...slow, type: 'toy/resumable', resumable: true });
  const forgetful = defineNode({
    ...slow,
    type: 'toy/forgetful',
    resumable: true,
    async run(context) {
      try {
        return await slow.run(context);
      } catch {
        throw new NodeError('no-space', 'What was done could not be kept.');
      }
    },
  });
  /** Leaves its last step behind when it is stopped. */
  const leaving = defineNode({
    ...slow,
    type: 'toy/leaving',
    resumable: true,
    async run({ params, signal, step, unfinished }) {
      for (let i = Number(unfinished.take() ?? 0) + 1; i <= params.steps; i++) {
        await new Promise((resolve) => setTimeout(resolve, 2));
        if (signal.aborted) unfinished.keep(i - 1, 1000);
        signal.throwIfAborted();
        step({ step: i, of: params.steps, timestep: 1000 - i });
      }
      return { sum: params.steps };
    },
  });
  const definitions: readonly NodeDefinition[] = [add, show, fail, slow, resumable, forgetful, leaving];
  return { registry: new Map(definitions.map((definition) => [definition.type, definition])), executed };
}

export const noServices: NodeServices = {
  openModel: () => Promise.reject(new Error('no models here')),
  modelHash: () => Promise.reject(new Error('no models here')),
  readFile: () => Promise.reject(new Error('no files here')),
  previewLatent: () => Promise.reject(new Error('no previews here')),
  stepPicture: () => Promise.reject(new Error('no previews here')),
  sampling: () => ({ known: [], add: () => undefined }),
  training: () => Promise.reject(new Error('no training here')),
  spillFolder: '',
  featureBudget: 0,
};

/** A document from `id: [type, params]` and links as `from.port > to.port`. */
export function toyDocument(
  nodes: Readonly<Record<string, readonly [string, Readonly<WorkflowNode['params']>?]>>,
  links: readonly string[],
): WorkflowDocument {
  return {
    format: 'impasto-workflow',
    version: 1,
    title: 'Toy',
    description: '',
    nodes: Object.entries(nodes).map(([id, [type, params = {}]]) => ({
      id,
      type,
      version: 1,
      params: { ...params },
      position: { x: 0, y: 0 },
    })),
    links: links.map(toyLink),
    groups: [],
    notes: [],
  };
}

function toyLink(text: string): WorkflowLink {
  const [from, to] = text.split(' > ').map((end) => {
    const [node = '', port = ''] = end.split('.');
    return { node, port };
  });
  return { from: from!, to: to! };
}
