import { describe, expect, it } from 'vitest';
import { applyOverrides } from '../../../workflows/schema/applyOverrides.ts';
import type { WorkflowDocument, WorkflowNode } from '../../../workflows/schema/document.ts';
import { findCycles } from '../../../workflows/schema/findCycles.ts';
import { migrateNodes } from '../../../workflows/schema/migrate.ts';
import { namesByTitle } from '../../../workflows/schema/problemNames.ts';
import { validateWorkflow } from '../../../workflows/schema/validateWorkflow.ts';
import { describeNodes } from '../../../server/engine/describeNode.ts';
import { nodeRegistry } from '../../../nodes/index.ts';
import { toyDocument } from '../engine/toyNodes.ts';

const descriptions = describeNodes(nodeRegistry);
const check = (document: WorkflowDocument) => validateWorkflow(document, descriptions);

const good = () =>
  toyDocument(
    { photo: ['image/load', { image: 'sample:a.png' }], resize: ['image/resize'], save: ['image/save'] },
    ['photo.image > resize.image', 'resize.image > save.image'],
  );

describe('validateWorkflow', () => {
  it('finds nothing wrong with a good workflow', () => {
    expect(check(good())).toEqual([]);
  });

  it('asks only for what the nodes need that a run is for', () => {
    const document = toyDocument(
      { photo: ['image/load', { image: 'sample:a.png' }], resize: ['image/resize'], save: ['image/save'] },
      ['photo.image > resize.image'],
    );
    expect(check(document)).toMatchObject([{ code: 'missing-input', node: 'save' }]);
    expect(validateWorkflow(document, descriptions, { targets: ['resize'] })).toEqual([]);
    const problems = validateWorkflow(document, descriptions, { targets: ['gone'] });
    const problem = problems.find(({ code }) => code === 'nothing-to-do');
    expect(problem?.message).toContain('"gone"');
  });

  it('leaves what an older version of a node saved to its migrations', () => {
    const document = good();
    const resize = document.nodes.find(({ id }) => id === 'resize')!;
    const params = { ...resize.params, gone: 1 };
    const saved = (version: number) => {
      const nodes = document.nodes.map((node) => (node === resize ? { ...node, params, version } : node));
      return check({ ...document, nodes });
    };
    expect(saved(resize.version - 1)).toEqual([]);
    expect(saved(resize.version)).toMatchObject([{ code: 'unknown-parameter', port: 'gone' }]);
  });

  it('says what is wrong in a drawing before the run', () => {
    const draw = (strokes: WorkflowNode['params'][string]) =>
      check(
        toyDocument(
          {
            photo: ['image/load', { image: 'sample:a.png' }],
            draw: ['mask/draw', { strokes }],
            save: ['mask/preview'],
          },
          ['photo.image > draw.image', 'draw.mask > save.mask'],
        ),
      );
    const stroke = { op: 'stroke', mode: 'add', radius: 4, hardness: 1, points: '1,2,1' };
    const withStroke = (changes: object) => ({ width: 64, height: 64, ops: [{ ...stroke, ...changes }] });
    expect(draw(withStroke({}))).toEqual([]);
    expect(draw(withStroke({ points: '1,2' }))).toMatchObject([
      {
        code: 'bad-parameter',
        node: 'draw',
        port: 'strokes',
        message:
          'Drawing of Draw Mask (draw): "points" of operation 1 must be points like "10,20,1 12.5,20,0.8"; found "1,2" as point 1.',
      },
    ]);
    const wrong = (strokes: WorkflowNode['params'][string]) =>
      draw(strokes)[0]?.message.replace('Drawing of Draw Mask (draw): ', '');
    const drawn = { width: 4, height: 4 };
    expect(wrong('scribble')).toMatch(/^it must be an object with "width", .*; found "scribble"\.$/);
    expect(wrong({ ...drawn, height: 99_999, ops: [] })).toBe('"height" must be at most 16384; found 99999.');
    expect(wrong({ ...drawn, ops: [{ op: 'zap' }] })).toMatch(
      /^"op" of operation 1 must be one of stroke, polygon, .*; found "zap"\.$/,
    );
    expect(wrong(withStroke({ radius: '4' }))).toBe('"radius" of operation 1 must be a number; found "4".');
    expect(wrong(withStroke({ glow: 1 }))).toBe('operation 1 has "glow", which is no part of it.');
    expect(wrong(withStroke({ points: '1,2,1  3,4,1' }))).toMatch(/found "" as point 2\.$/);
    expect(wrong({ width: 16_000, height: 16_000, ops: [] })).toBe(
      'it must be of at most 67108864 pixels; found 16000 x 16000.',
    );
    expect(wrong({ ...drawn, ops: Array.from({ length: 2001 }, () => ({ op: 'all' })) })).toBe(
      '"ops" must be a list of at most 2000; found a list of 2001.',
    );
  });

  it('finds everything at once, located, with the types and names concerned', () => {
    const document = toyDocument(
      {
        photo: ['image/load', { image: 'sample:a.png', oops: 1 }],
        model: ['diffusion/load-model'],
        save: ['image/save', { format: 'gif' }],
        lost: ['future/node'],
        decode: ['latent/decode'],
        preview: ['image/preview'],
        sample: ['diffusion/sample', { steps: 2.5, eta: -1, seed: '18446744073709551616' }],
      },
      [
        'photo.image > decode.latent',
        'photo.picture > save.image',
        'decode.image > preview.image',
        'photo.image > preview.image',
        'nobody.image > save.name',
        'model.denoiser > sample.denoiser',
      ],
    );
    const problems = check(document);
    const found = (code: string) => problems.filter((problem) => problem.code === code);
    expect(found('unknown-parameter')).toMatchObject([{ node: 'photo', port: 'oops' }]);
    expect(found('unknown-node-type')).toMatchObject([{ node: 'lost' }]);
    expect(found('type-mismatch')).toMatchObject([{ node: 'decode', port: 'latent' }]);
    expect(found('type-mismatch')[0]!.message).toBe(
      'photo.image gives an image, but decode.latent takes a latent.',
    );
    expect(found('unknown-port')[0]).toMatchObject({ node: 'photo', port: 'picture' });
    expect(found('unknown-port')[0]!.message).toContain('it has: image, mask');
    expect(found('duplicate-link')).toMatchObject([{ node: 'preview', port: 'image' }]);
    expect(found('dangling-link')[0]!.message).toContain('"nobody"');
    expect(found('missing-input')).toMatchObject([{ node: 'decode', port: 'autoencoder' }]);
    const bad = found('bad-parameter').map(({ node, port }) => `${node}.${port}`);
    expect(bad.toSorted()).toEqual(['sample.eta', 'sample.seed', 'sample.steps', 'save.format']);
    expect(found('bad-parameter').map(({ message }) => message)).toContain(
      'Steps of Sample (sample) must be a whole number from 1 to 500; found 2.5.',
    );
  });

  it('does not depend on the order of nodes and links in the file', () => {
    const document = good();
    const turned = { ...document, nodes: document.nodes.toReversed(), links: document.links.toReversed() };
    expect(check(turned)).toEqual([]);
  });

  it('leaves nodes in peace that nothing comes of', () => {
    const document = good();
    const [stray] = toyDocument({ stray: ['latent/decode'] }, []).nodes;
    expect(check({ ...document, nodes: [...document.nodes, stray!] })).toEqual([]);
  });

  it('asks for a picture and for something to do', () => {
    expect(check(toyDocument({}, []))).toMatchObject([{ code: 'nothing-to-do' }]);
    expect(check(toyDocument({ a: ['values/number'] }, []))).toMatchObject([{ code: 'nothing-to-do' }]);
    const empty = toyDocument({ photo: ['image/load'], save: ['image/save'] }, ['photo.image > save.image']);
    expect(check(empty)).toMatchObject([{ code: 'missing-file', node: 'photo', port: 'image' }]);
    expect(check(toyDocument({ text: ['diffusion/load-text-encoder'] }, []))).toMatchObject([
      { code: 'bad-parameter', node: 'text', port: 'model', message: expect.stringMatching(/no model yet/) },
      { code: 'nothing-to-do' },
    ]);
  });

  it('takes values on links for parameters of the same type only', () => {
    const wire = (from: string, to: string) => ({
      ...good(),
      links: [...good().links, ...toyDocument({}, [`${from} > ${to}`]).links],
    });
    const nodes = [
      ...good().nodes,
      ...toyDocument({ n: ['values/number'], s: ['values/seed'], t: ['values/text'] }, []).nodes,
    ];
    expect(check({ ...wire('n.number', 'resize.width'), nodes })).toEqual([]);
    expect(check({ ...wire('t.text', 'save.name'), nodes })).toEqual([]);
    expect(check({ ...wire('s.seed', 'resize.width'), nodes })).toMatchObject([{ code: 'type-mismatch' }]);
    expect(check({ ...wire('t.text', 'resize.fit'), nodes })).toMatchObject([{ code: 'unknown-port' }]);
  });

  it('knows nodes that a newer program saved', () => {
    const document = good();
    const nodes = document.nodes.map((node) => ({ ...node, version: node.id === 'save' ? 8 : 1 }));
    expect(check({ ...document, nodes })).toMatchObject([{ code: 'newer-node-version', node: 'save' }]);
  });

  it('calls nodes and ports by their titles for those who see them', () => {
    const document = toyDocument(
      {
        photo: ['image/load', { image: '' }],
        decode: ['latent/decode'],
        save: ['image/save', { format: 'gif' }],
      },
      ['photo.image > decode.latent', 'decode.image > save.image'],
    );
    document.nodes[2]!.title = 'Result';
    const problems = validateWorkflow(document, descriptions, {
      names: namesByTitle(document, descriptions),
    });
    expect(problems.map(({ message }) => message)).toEqual([
      'Load Image has no picture yet: drop one on it or choose one.',
      expect.stringMatching(/^Decode needs something wired/),
      expect.stringMatching(/^Format of Result must be one of/),
      'Image of Load Image gives an image, but Latent of Decode takes a latent.',
    ]);
  });

  it('names the nodes of every cycle', () => {
    const document = toyDocument(
      {
        a: ['image/resize'],
        b: ['image/resize'],
        c: ['image/resize'],
        own: ['image/resize'],
        save: ['image/save'],
      },
      [
        'a.image > b.image',
        'b.image > c.image',
        'c.image > a.image',
        'own.image > own.image',
        'c.image > save.image',
      ],
    );
    const cycles = check(document).filter(({ code }) => code === 'cycle');
    expect(cycles).toHaveLength(2);
    expect(cycles[0]!.message).toContain('a -> b -> c -> a');
    expect(cycles[1]!.message).toContain('own is wired to itself');
  });

  it('comes to an end with the largest workflow, also one that is all knots', () => {
    const ids = Array.from({ length: 2000 }, (_, i) => `n${i}`);
    const links = Array.from(
      { length: 10_000 },
      (_, i) => `n${(i * 7) % 2000}.image > n${(i * 13 + 1) % 2000}.image`,
    );
    const document = toyDocument(Object.fromEntries(ids.map((id) => [id, ['image/resize'] as const])), links);
    expect(check(document).length).toBeGreaterThan(0);
    expect(findCycles(ids, document.links).length).toBeGreaterThan(0);
  });
});

describe('applyOverrides', () => {
  it('replaces parameters, taking words as a command line gives them', () => {
    const overrides = { 'resize.width': '128', 'resize.fit': 'stretch', 'photo.image': 'sample:b.png' };
    const { document } = applyOverrides(good(), overrides, descriptions);
    expect(document!.nodes[1]!.params).toEqual({ width: 128, fit: 'stretch' });
    expect(document!.nodes[0]!.params).toEqual({ image: 'sample:b.png' });
    expect(good().nodes[1]!.params).toEqual({});
  });

  it('takes seeds as numbers too', () => {
    const document = toyDocument({ seed: ['values/seed'] }, []);
    expect(applyOverrides(document, { 'seed.seed': 7 }, descriptions).document!.nodes[0]!.params).toEqual({
      seed: '7',
    });
  });

  it('locates every override that fits nothing', () => {
    const document = {
      ...good(),
      links: [...good().links, ...toyDocument({}, ['n.number > resize.width']).links],
    };
    const overrides = {
      resize: 1,
      'none.width': 1,
      'resize.__proto__': 1,
      'resize.wdth': 1,
      'resize.width': 1,
    };
    const { problems } = applyOverrides(document, overrides, descriptions);
    expect(problems).toHaveLength(5);
    expect(problems![3]).toMatchObject({ code: 'unknown-parameter', node: 'resize', port: 'wdth' });
    expect(problems![3]!.message).toContain('it has: width, height');
    expect(problems![4]!.message).toContain('n is wired to that parameter');
    expect(({} as Record<string, unknown>)['width']).toBeUndefined();
  });
});

describe('migrateNodes', () => {
  const types = new Map([
    [
      'image/resize',
      {
        version: 3,
        migrations: {
          1: ({ size, ...rest }: Record<string, unknown>) => ({ ...rest, width: size }),
          2: (params: Record<string, unknown>) => ({ ...params, height: params['width'] }),
        },
      },
    ],
  ]);

  it('lifts old nodes step by step and leaves all others alone', () => {
    const document = toyDocument({ r: ['image/resize', { size: 5 }], other: ['gone/type', { size: 5 }] }, []);
    const lifted = migrateNodes(document, types);
    expect(lifted.nodes[0]).toMatchObject({ version: 3, params: { width: 5, height: 5 } });
    expect(lifted.nodes[1]).toBe(document.nodes[1]);
    expect(migrateNodes(lifted, types)).toBe(lifted);
  });
});
