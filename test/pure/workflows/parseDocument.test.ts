import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../workflows/schema/document.ts';
import { documentJsonSchema } from '../../../workflows/schema/documentJsonSchema.ts';
import { parseDocument } from '../../../workflows/schema/parseDocument.ts';
import { serialiseDocument } from '../../../workflows/schema/serialiseDocument.ts';

const node = (id: string, changes: object = {}) => ({
  id,
  type: 'image/load',
  version: 1,
  params: {},
  position: { x: 0, y: 0 },
  ...changes,
});
const document = (changes: object = {}) => ({
  format: 'impasto-workflow',
  version: 1,
  title: 'T',
  description: '',
  nodes: [],
  links: [],
  groups: [],
  notes: [],
  ...changes,
});
const codes = (source: unknown) => parseDocument(source).problems?.map(({ code }) => code);
const sentence = (source: unknown) => parseDocument(source).problems?.[0]?.message ?? '';

describe('parseDocument', () => {
  it('opens text and JSON alike, with or without a byte order mark', () => {
    const text = JSON.stringify(document({ nodes: [node('a')] }));
    expect(parseDocument(text).document?.nodes[0]?.id).toBe('a');
    expect(parseDocument(`\uFEFF${text}`).document).toEqual(parseDocument(JSON.parse(text)).document);
  });

  it.each([
    ['', /not valid JSON/],
    ['{', /not valid JSON/],
    ['null', /must be a JSON object/],
    ['[]', /must be a JSON object/],
    ['42', /must be a JSON object/],
    ['{}', /not an Impasto workflow.*found none/],
    ['{"format":"comfy"}', /found "comfy"/],
    ['{"format":"impasto-workflow"}', /whole number from 0 to 1, found none/],
    ['{"format":"impasto-workflow","version":"1"}', /"version" must be a whole number/],
    ['{"format":"impasto-workflow","version":-1}', /"version" must be a whole number/],
    ['{"format":"impasto-workflow","version":NaN}', /not valid JSON/],
    ['{"format":"impasto-workflow","version":0}', /nodes/],
  ])('says what is wrong with %s', (text, expected) => {
    expect(codes(text)).toContain('malformed');
    expect(sentence(text)).toMatch(expected);
  });

  it('names the version that a newer program wrote', () => {
    const [problem] = parseDocument(document({ version: 7, nodes: 'whatever' })).problems!;
    expect(problem).toMatchObject({ code: 'newer-version' });
    expect(problem!.message).toContain('file version 7');
  });

  it('reports everything at once, each with its place and node', () => {
    const source = document({
      title: 5,
      nodes: [
        node('fine'),
        node('bad', { version: 0, position: { x: 1e9, y: 0 } }),
        node('../../x'),
        node('odd', { type: '../../etc' }),
      ],
      links: [{ from: { node: 'a', port: '__proto__' }, to: { node: 'b', port: 'toString' } }],
    });
    const problems = parseDocument(source).problems!;
    expect(problems.length).toBeGreaterThanOrEqual(7);
    expect(problems.filter(({ node: id }) => id === 'bad')).toHaveLength(2);
    expect(problems.map(({ message }) => message).join('\n')).toMatch(
      /nodes\[1\]\.position\.x \(node "bad"\)/,
    );
  });

  it.each([NaN, Infinity, -Infinity, undefined, 5n, () => 1, Symbol('x'), new Date()])(
    'refuses a parameter that JSON does not know: %s',
    (value) => {
      expect(codes(document({ nodes: [node('a', { params: { value } })] }))).toContain('malformed');
    },
  );

  it('refuses numbers that overflow', () => {
    const text = JSON.stringify(document({ nodes: [node('a')] })).replace(
      '"params":{}',
      '"params":{"x":1e999}',
    );
    expect(parseDocument(text).problems).toEqual([
      {
        code: 'malformed',
        message: expect.stringMatching(/^In nodes\[0\]\.params\.x \(node "a"\): .*, found Infinity\.$/),
        node: 'a',
        port: 'x',
      },
    ]);
  });

  it.each<[object, string]>([
    [{ version: '1' }, 'In nodes[0].version (node "a"): expected a number, found "1".'],
    [{ version: 1.5 }, 'expected a whole number, found 1.5.'],
    [{ version: 0 }, 'expected at least 1, found 0.'],
    [{ position: null }, 'expected an object, found null.'],
    [{ params: [] }, 'expected an object, found a list.'],
    [{ collapsed: 1 }, 'expected true or false, found 1.'],
    [{ title: 'x'.repeat(300) }, `expected text of at most 200 characters, found "${'x'.repeat(60)}".`],
    [{ type: 'x' }, 'expected a type like family/name, found "x".'],
    [{ id: 'a b' }, 'expected 1 to 64 letters, digits, dots, dashes or underscores, found "a b".'],
    [{ id: 'toString' }, 'expected a name that is not reserved, found "toString".'],
    [
      { params: { ['x'.repeat(70)]: 1 } },
      `expected a name that is text of at most 64 characters, found "${'x'.repeat(64)}".`,
    ],
    [
      { params: { x: Infinity } },
      'expected a finite number, text, true, false, null, a list or an object, found Infinity.',
    ],
  ])('says what it found and what it expected: %j', (changes, words) => {
    expect(sentence(document({ nodes: [node('a', changes)] }))).toContain(words);
  });

  it.each(['__proto__', 'constructor', 'prototype'])('refuses %s as a name, however deep', (key) => {
    const text = JSON.stringify(document({ nodes: [node('a', { params: { a: { PLACE: { x: 1 } } } })] }));
    expect(codes(text.replace('PLACE', key))).toEqual(['malformed']);
    expect(codes(text.replace('"a":{', `"${key}":{`))).toEqual(['malformed']);
    expect(codes(document({ nodes: [node(key)] }))).toContain('malformed');
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('refuses two nodes of one id', () => {
    const { problems } = parseDocument(document({ nodes: [node('a'), node('b'), node('a')] }));
    expect(problems).toEqual([expect.objectContaining({ code: 'duplicate-node', node: 'a' })]);
  });

  it('answers at once when there is too much of anything', () => {
    const many = Array.from({ length: 10_000 }, (_, i) => node(`n${i}`));
    expect(parseDocument(document({ nodes: many })).problems).toEqual([
      { code: 'too-large', message: 'The workflow has 10000 nodes; a workflow has at most 2000.' },
    ]);
    expect(codes(' '.repeat(LIMITS.documentBytes + 1))).toEqual(['too-large']);
    const wide = document({ nodes: [node('a', { params: { list: Array(1_000_001).fill(0) } })] });
    expect(codes(wide)).toEqual(['too-large']);
  });

  it('does not fall for deep or cyclic nesting', () => {
    const deep = `{"format":"impasto-workflow","version":1,"x":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    expect(codes(deep)).toEqual(['malformed']);
    const cyclic = document() as Record<string, unknown>;
    cyclic['self'] = cyclic;
    expect(codes(cyclic)).toEqual(['malformed']);
  });

  it('keeps nodes of unknown types as they are, through a save', () => {
    const strange = node('s', {
      type: 'future/thing',
      version: 9,
      params: { b: [1, null], a: { 'x y': 'z' } },
    });
    const { document: opened } = parseDocument(document({ nodes: [strange] }));
    const saved = parseDocument(serialiseDocument(opened!)).document;
    expect(saved?.nodes[0]).toEqual(strange);
  });

  it('opens a file of version 0', () => {
    const text = readFileSync(new URL('fixtures/version-0.json', import.meta.url), 'utf8');
    const { document: opened } = parseDocument(text);
    expect(opened).toMatchObject({ version: 1, title: 'My first painting', groups: [], notes: [] });
    expect(opened!.nodes[1]).toEqual({
      id: 'small',
      type: 'image/resize',
      version: 1,
      position: { x: 300, y: 40 },
      params: { width: 256, height: 256 },
    });
    expect(opened!.nodes[2]).toMatchObject({
      id: 'old.one',
      version: 3,
      params: { kept: [1, { deep: true }] },
    });
    expect(opened!.links[0]).toEqual({
      from: { node: 'photo', port: 'image' },
      to: { node: 'small', port: 'image' },
    });
  });

  it.each(['{"nodes":[1]}', '{"nodes":{"a":null}}', '{"links":"x"}', '{"links":[[1]]}', '{"links":[[]]}'])(
    'takes a broken file of version 0 calmly: %s',
    (text) => {
      const source = { ...(JSON.parse(text) as object), format: 'impasto-workflow', version: 0 };
      expect(parseDocument(source).problems?.length).toBeGreaterThan(0);
    },
  );
});

describe('serialiseDocument', () => {
  it('gives the same text whatever the order of keys', () => {
    const a = document({ nodes: [node('a', { params: { x: 1, b: { d: 1, c: 2 } } })] });
    const b = Object.fromEntries(Object.entries(a).toReversed());
    const text = serialiseDocument(parseDocument(a).document!);
    expect(serialiseDocument(parseDocument(b).document!)).toBe(text);
    expect(text.startsWith('{\n  "format": "impasto-workflow",\n  "version": 1,\n  "title"')).toBe(true);
    expect(text.endsWith('}\n')).toBe(true);
  });
});

describe('documentJsonSchema', () => {
  it('is JSON Schema that names the document’s fields', () => {
    const schema = documentJsonSchema() as { properties: object; required: string[] };
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(['format', 'nodes', 'links']));
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
  });
});
