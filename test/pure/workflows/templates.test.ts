import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createCatalogue } from '../../../client/editor/core/nodeCatalogue.ts';
import { estimateSize } from '../../../client/editor/core/nodeSize.ts';
import { describeNodes } from '../../../server/engine/describeNode.ts';
import { nodeRegistry } from '../../../nodes/index.ts';
import { publishedModels } from '../../../server/models/publishedModels.ts';
import { parseDocument } from '../../../workflows/schema/parseDocument.ts';
import { serialiseDocument } from '../../../workflows/schema/serialiseDocument.ts';
import { validateWorkflow } from '../../../workflows/schema/validateWorkflow.ts';

const folder = new URL('../../../workflows/templates/', import.meta.url);
const descriptions = describeNodes(nodeRegistry);
const catalogue = createCatalogue([...descriptions.values()]);
const templates = readdirSync(folder).map((file) => {
  const text = readFileSync(new URL(file, folder), 'utf8');
  return { file, text, document: parseDocument(text).document! };
});

describe.each(templates)('$file', ({ text, document }) => {
  it('runs as it is', () => {
    expect(validateWorkflow(document, descriptions)).toEqual([]);
  });

  it('asks for models that the catalogue knows', () => {
    const asked = Object.values(document.models ?? {}).flatMap((model) => model.catalogue ?? []);
    const known = new Set(publishedModels.map(({ id }) => id));
    expect(asked.filter((id) => !known.has(id))).toEqual([]);
  });

  it('is written as the editor would save it', () => {
    expect(serialiseDocument(document)).toBe(text);
  });

  it('uses nodes of the present version, every one of them for something', () => {
    const description = (type: string) => descriptions.get(type)!;
    const old = document.nodes.filter(({ type, version }) => version !== description(type).version);
    expect(old).toEqual([]);
    const sources = new Set(document.links.map(({ from }) => from.node));
    const useless = document.nodes.filter(({ id, type }) => !sources.has(id) && !description(type).isOutput);
    expect(useless).toEqual([]);
  });

  it('lies well: nothing overlaps, and every node is in a group', () => {
    const boxes = document.nodes.map((node) => {
      const { id, type, position } = node;
      return { id, ...position, ...estimateSize(node, catalogue.get(type)) };
    });
    for (const a of boxes) {
      for (const b of boxes) {
        const apart =
          a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
        expect(a === b || apart, `${a.id} and ${b.id}`).toBe(true);
      }
      const inside = document.groups.filter(
        ({ position: { x, y }, size }) =>
          a.x >= x && a.y >= y && a.x + a.width <= x + size.width && a.y + a.height <= y + size.height,
      );
      expect([a.id, ...inside.map(({ id }) => id)]).toHaveLength(2);
    }
  });
});

it('StyleID has the nodes that its readers look for', () => {
  const { document } = templates.find(({ file }) => file === 'styleid.json')!;
  const types = new Map(document.nodes.map(({ id, type }) => [id, type]));
  expect(types.get('content')).toBe('image/load');
  expect(types.get('style')).toBe('image/load');
  expect(types.get('result')).toBe('image/save');
});
