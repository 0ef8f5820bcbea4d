import { describe, expect, it } from 'vitest';
import { applyCommand } from '../../../client/editor/core/applyCommand.ts';
import { denoiserPatches } from '../../../client/editor/core/denoiserPatches.ts';
import { createCatalogue } from '../../../client/editor/core/nodeCatalogue.ts';
import { canContinue, splitSampling } from '../../../client/editor/core/splitSampling.ts';
import { nodeRegistry } from '../../../nodes/index.ts';
import { describeNodes } from '../../../server/engine/describeNode.ts';
import { validateWorkflow } from '../../../workflows/schema/validateWorkflow.ts';
import { loadTemplate } from '../../helpers/startEngine.ts';

const descriptions = describeNodes(nodeRegistry);
const catalogue = createCatalogue([...descriptions.values()]);
const place = {
  node: 'sample',
  step: 20,
  patches: ['kv-swap'],
  place: (id: string) => ({ x: id === 'sample' ? 8 : 4, y: 16 }),
};

describe('splitting a sampler', () => {
  it('stops it after a step, and lets a copy with all that came from it go on', async () => {
    const before = await loadTemplate('styleid', { 'sample.until': 30 });
    const { command, id } = splitSampling(before, place)!;
    const after = applyCommand(before, command, catalogue);
    expect(validateWorkflow(after, descriptions)).toEqual([]);
    const node = (name: string) => after.nodes.find((one) => one.id === name)!;
    expect(id).toBe('sample-2');
    expect(node('sample').params).toMatchObject({ start: 'skip-first', until: 20 });
    expect(node(id)).toMatchObject({ position: { x: 8, y: 16 }, params: { start: 'latent', until: 30 } });
    const links = after.links.map(({ from, to }) => `${from.node}.${from.port} > ${to.node}.${to.port}`);
    expect(links.filter((link) => link.startsWith('sample.'))).toEqual(['sample.latent > sample-2.latent']);
    expect(links).toContain('sample-2.latent > decode.latent');
    for (const to of ['sample', id]) expect(links).toContain(`steps.number > ${to}.steps`);
    expect(links).toContain('kv-swap.denoiser > sample.denoiser');
  });

  it('gives the copy patches of its own, with all that goes into them', async () => {
    const before = await loadTemplate('phdiffusion', {});
    const patches = denoiserPatches(before, 'sample', descriptions);
    const types = patches.map((id) => before.nodes.find((one) => one.id === id)?.type);
    expect(types).toEqual(['harmonise/def', 'harmonise/masked-blend']);
    const after = applyCommand(before, splitSampling(before, { ...place, patches })!.command, catalogue);
    expect(validateWorkflow(after, descriptions)).toEqual([]);
    const into = (id: string) =>
      after.links.filter(({ to }) => to.node === id).map(({ from, to }) => [to.port, from.node]);
    expect(Object.fromEntries(into('sample-2'))).toEqual({ denoiser: 'blend-2', latent: 'sample' });
    const blend = Object.fromEntries(into('blend'));
    expect(Object.fromEntries(into('blend-2'))).toEqual({ ...blend, denoiser: 'def-2' });
    expect(into('def-2')).toEqual(into('def'));
    const params = (id: string) => after.nodes.find((one) => one.id === id)?.params;
    expect(params('def-2')).toEqual(params('def'));
  });

  it('finds no patches of a denoiser that comes as it was loaded', async () => {
    const template = await loadTemplate('variation', {});
    expect(denoiserPatches(template, 'sample', descriptions)).toEqual([]);
    expect(denoiserPatches(template, 'absent', descriptions)).toEqual([]);
  });

  it('hands on what was wired to the step to stop after', async () => {
    const template = await loadTemplate('styleid', {});
    const wire = { from: { node: 'steps', port: 'number' }, to: { node: 'sample', port: 'until' } };
    const before = { ...template, links: [...template.links, wire] };
    const after = applyCommand(before, splitSampling(before, place)!.command, catalogue);
    const stops = after.links.filter(({ to }) => to.port === 'until').map(({ to }) => to.node);
    expect(stops).toEqual(['sample-2']);
  });

  it('is for samplers that can go on', () => {
    expect(canContinue(descriptions.get('diffusion/sample'))).toBe(true);
    expect(canContinue(descriptions.get('diffusion/invert'))).toBe(false);
    expect(canContinue(undefined)).toBe(false);
  });
});
