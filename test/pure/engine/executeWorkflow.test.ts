import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { defineNode } from '../../../nodes/contract/node.ts';
import { OutputCache } from '../../../server/engine/outputCache.ts';
import { runToy } from './runToy.ts';
import { toyDocument, toyNodes } from './toyNodes.ts';

const chain = toyDocument(
  {
    show: ['toy/show'],
    last: ['toy/add', { b: 100 }],
    middle: ['toy/add', { b: 10 }],
    first: ['toy/add', { a: 1, b: 1 }],
    unused: ['toy/add', { a: 7 }],
  },
  ['last.sum > show.sum', 'middle.sum > last.a', 'first.sum > middle.a', 'first.sum > unused.a'],
);

describe('executeWorkflow', () => {
  it('runs sources first whatever the order in the file, and only what outputs need', async () => {
    const { registry, executed } = toyNodes();
    const run = await runToy(chain, registry);
    expect(run.state).toBe('done');
    expect(executed).toEqual(['add 1 1', 'add 2 10', 'add 12 100', 'show 112']);
    expect(run.records['unused']).toBeUndefined();
    expect(run.records['show']).toMatchObject({ state: 'done', notes: { sum: 112 } });
    expect(run.records['first']?.milliseconds).toBeGreaterThanOrEqual(0);
  });

  it('tells what a node has to say while it still works', async () => {
    const { registry } = toyNodes();
    const told: unknown[] = [];
    await runToy(chain, registry, { onNode: (id, { state, notes }) => void told.push([id, state, notes]) });
    expect(told).toContainEqual(['show', 'running', { sum: 112 }]);
  });

  it('runs only what was asked for, and what that needs', async () => {
    const { registry, executed } = toyNodes();
    const run = await runToy(chain, registry, { targets: ['middle'] });
    expect(run.state).toBe('done');
    expect(executed).toEqual(['add 1 1', 'add 2 10']);
  });

  it('gives the same result when the file lists the nodes the other way round', async () => {
    const { registry, executed } = toyNodes();
    await runToy({ ...chain, nodes: chain.nodes.toReversed(), links: chain.links.toReversed() }, registry);
    expect(executed).toEqual(['add 1 1', 'add 2 10', 'add 12 100', 'show 112']);
  });

  it('does not execute again what it has seen, and executes what changed and all that follows', async () => {
    const { registry, executed } = toyNodes();
    const cache = new OutputCache(1e6);
    await runToy(chain, registry, { cache });
    executed.length = 0;
    const again = await runToy(chain, registry, { cache });
    expect(executed).toEqual(['show 112']);
    expect(again.records['first']?.state).toBe('cached');
    expect(again.records['last']?.state).toBe('cached');
    executed.length = 0;
    const nodes = chain.nodes.map((node) => (node.id === 'middle' ? { ...node, params: { b: 20 } } : node));
    const changed = await runToy({ ...chain, nodes }, registry, { cache });
    expect(executed).toEqual(['add 2 20', 'add 22 100', 'show 122']);
    expect(changed.records['first']?.state).toBe('cached');
  });

  it('keys do not depend on ids, positions or titles', async () => {
    const { registry, executed } = toyNodes();
    const cache = new OutputCache(1e6);
    await runToy(chain, registry, { cache });
    executed.length = 0;
    const other = toyDocument(
      { s: ['toy/show'], x: ['toy/add', { a: 1, b: 1 }], y: ['toy/add', { b: 10 }] },
      ['x.sum > y.a', 'y.sum > s.sum'],
    );
    await runToy(other, registry, { cache });
    expect(executed).toEqual(['show 12']);
  });

  it('executes once what two nodes do alike', async () => {
    const { registry, executed } = toyNodes();
    const document = toyDocument(
      { x: ['toy/add', { a: 1 }], y: ['toy/add', { a: 1 }], z: ['toy/add'], show: ['toy/show'] },
      ['x.sum > z.a', 'y.sum > z.b', 'z.sum > show.sum'],
    );
    const run = await runToy(document, registry);
    expect(executed).toEqual(['add 1 1', 'add 2 2', 'show 4']);
    expect(run.records).toMatchObject({ x: { state: 'done' }, y: { state: 'cached' }, z: { state: 'done' } });
  });

  it('locates an error in its node and port, and skips the rest', async () => {
    const { registry, executed } = toyNodes();
    const document = toyDocument(
      { one: ['toy/add'], bad: ['toy/fail'], show: ['toy/show'], other: ['toy/show'] },
      ['one.sum > bad.sum', 'bad.sum > show.sum', 'one.sum > other.sum'],
    );
    const run = await runToy(document, registry);
    const error = { code: 'bad-picture', message: 'The picture is bad.', node: 'bad', port: 'sum' };
    expect(run).toMatchObject({ state: 'failed', error });
    expect(run.records['bad']).toMatchObject({ state: 'failed', error });
    expect(run.records['one']?.state).toBe('done');
    expect(run.records['show']?.state).toBe('skipped');
    expect(executed).not.toContain('show 0');
  });

  it('turns an unexpected throw into that node’s error and shows no stack', async () => {
    const { registry } = toyNodes();
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const document = toyDocument(
      { one: ['toy/add'], bad: ['toy/fail', { expected: 2 }], show: ['toy/show'] },
      ['one.sum > bad.sum', 'bad.sum > show.sum'],
    );
    const run = await runToy(document, registry);
    expect(run.error).toEqual({
      code: 'internal',
      message: 'Fail (bad) stopped unexpectedly: x is not a function',
      node: 'bad',
    });
    expect(log).toHaveBeenCalled();
    log.mockRestore();
  });

  it('checks wired parameters when their values are known', async () => {
    const { registry } = toyNodes();
    const document = toyDocument(
      { big: ['toy/add', { a: 1e6, b: 1e6 }], next: ['toy/add'], show: ['toy/show'] },
      ['big.sum > next.a', 'next.sum > show.sum'],
    );
    const run = await runToy(document, registry);
    expect(run.error).toMatchObject({ code: 'bad-parameter', node: 'next', port: 'a' });
    expect(run.error!.message).toMatch(
      /^A of Add \(next\) must be a number from -1000000 to 1000000; found 2000000, wired from big\.sum\.$/,
    );
  });

  const stepping = (type: string) =>
    toyDocument({ slow: [type], shown: ['toy/show'] }, ['slow.sum > shown.sum']);
  const pausedAt = async (type: string, cache = new OutputCache(1e6)) => {
    const { registry, executed } = toyNodes();
    const pause = new AbortController();
    const onStep = (step: number) => void (step === 3 && pause.abort());
    const run = await runToy(stepping(type), registry, { cache, pause, onStep });
    return { run, registry, executed };
  };

  it('paused, it stops within a node that goes on where it stopped, and leaves the others waiting', async () => {
    const { run } = await pausedAt('toy/resumable');
    expect(run.state).toBe('paused');
    expect(run.records).toMatchObject({
      slow: { state: 'paused', step: 3, of: 10 },
      shown: { state: 'waiting' },
    });
  });

  it('paused, it lets another node end first, whose result is there when it goes on', async () => {
    const cache = new OutputCache(1e6);
    const { run, registry, executed } = await pausedAt('toy/slow', cache);
    expect(run.state).toBe('paused');
    expect(run.records).toMatchObject({ slow: { state: 'done' }, shown: { state: 'waiting' } });
    expect((await runToy(stepping('toy/slow'), registry, { cache })).state).toBe('done');
    expect(executed.filter((each) => each === 'slow 1')).toHaveLength(1);
  });

  describe('what a node left unfinished', () => {
    const stopped = async (by: 'pause' | 'controller', cache: OutputCache) => {
      const stop = new AbortController();
      const onStep = (step: number) => void (step === 3 && stop.abort());
      await runToy(stepping('toy/leaving'), toyNodes().registry, { cache, [by]: stop, onStep });
      return (run = 'toy00001') => runToy(stepping('toy/leaving'), toyNodes().registry, { cache, run });
    };

    it('when it was paused is there when that run goes on, and then no more', async () => {
      const cache = new OutputCache(1e6);
      const goOn = await stopped('pause', cache);
      expect((await goOn()).steps[0]).toBe(4);
      expect(cache.bytes).toBeLessThan(1000);
    });

    it('is not for other runs', async () => {
      const goOn = await stopped('pause', new OutputCache(1e6));
      expect((await goOn('toy00002')).steps[0]).toBe(1);
    });

    it('is forgotten when it is cancelled', async () => {
      const cache = new OutputCache(1e6);
      const goOn = await stopped('controller', cache);
      expect(cache.bytes).toBe(0);
      expect((await goOn()).steps[0]).toBe(1);
    });

    it('begins again where memory had no room for it', async () => {
      const goOn = await stopped('pause', new OutputCache(100));
      expect((await goOn()).steps[0]).toBe(1);
    });
  });

  it.each(['pause', 'controller'] as const)('says what goes wrong while it stops (%s)', async (by) => {
    const stop = new AbortController();
    const onStep = (step: number) => void (step === 3 && stop.abort());
    const run = await runToy(stepping('toy/forgetful'), toyNodes().registry, { [by]: stop, onStep });
    expect(run).toMatchObject({ state: 'failed', error: { code: 'no-space', node: 'slow' } });
  });

  it('stops between steps when cancelled, and keeps no half result', async () => {
    const { registry, executed } = toyNodes();
    const cache = new OutputCache(1e6);
    const controller = new AbortController();
    const document = toyDocument({ slow: ['toy/slow', { steps: 50 }], show: ['toy/show'] }, [
      'slow.sum > show.sum',
    ]);
    const onStep = (step: number) => step === 3 && controller.abort();
    const run = await runToy(document, registry, { cache, controller, onStep });
    expect(run.state).toBe('cancelled');
    expect(run.error).toBeUndefined();
    expect(executed.filter((line) => line.startsWith('slow')).length).toBe(3);
    expect(run.records).toMatchObject({ slow: { state: 'skipped' }, show: { state: 'skipped' } });
    expect((await runToy(document, registry, { cache })).state).toBe('done');
  });

  it('tells steps, progress and the time left', async () => {
    const { registry } = toyNodes();
    const document = toyDocument({ slow: ['toy/slow', { steps: 4 }], show: ['toy/show'] }, [
      'slow.sum > show.sum',
    ]);
    const run = await runToy(document, registry);
    expect(run.steps).toEqual([1, 2, 3, 4]);
    expect(run.records['slow']).toMatchObject({ state: 'done', step: 4, of: 4, progress: 1 });
    expect(run.records['slow']).not.toHaveProperty('secondsLeft');
  });

  it('tells the last step of a long optimisation, also when it fails between two that are told', async () => {
    const { registry } = toyNodes();
    const failing = defineNode({
      type: 'toy/optimise',
      version: 1,
      title: 'Optimise',
      help: '',
      inputs: {},
      outputs: {},
      params: z.object({}),
      isOutput: true,
      async run({ step }) {
        for (let i = 1; i <= 2_001; i++) step({ step: i, of: 9_000, losses: { total: 1 / i } });
        throw new Error('it diverged');
      },
    });
    const document = toyDocument({ optimise: ['toy/optimise'] }, []);
    const run = await runToy(document, new Map([...registry, [failing.type, failing]]));
    expect(run.state).toBe('failed');
    expect(run.steps.slice(-2)).toEqual([2_000, 2_001]);
    expect(run.records['optimise']).toMatchObject({ state: 'failed', step: 2_001 });
  });

  it('keeps its memory bounded: the least recently used results go first', async () => {
    const { registry, executed } = toyNodes();
    const cache = new OutputCache(200);
    await runToy(chain, registry, { cache });
    expect(cache.bytes).toBeLessThanOrEqual(200);
    executed.length = 0;
    await runToy(chain, registry, { cache });
    expect(executed).toEqual(['show 112']);
  });
});
