import type { WorkflowDocument } from '../../../workflows/schema/document.ts';
import { checkConnection } from './connectionRules.ts';
import type { EditCommand } from './editCommand.ts';
import { linkKey, type ItemIds, type ItemKind } from './itemIds.ts';
import type { NodeCatalogue } from './nodeCatalogue.ts';

type Kind = EditCommand['kind'];
type CommandOf<K extends Kind> = Extract<EditCommand, { kind: K }>;
type Apply<K extends Kind> = (
  document: WorkflowDocument,
  command: CommandOf<K>,
  catalogue: NodeCatalogue,
) => WorkflowDocument;

/** Lists of a document that hold placed items. */
const listOf = { node: 'nodes', group: 'groups', note: 'notes' } as const satisfies Record<ItemKind, string>;

/** One entry per command: the whole of what editing can do to a workflow. */
const rules: { readonly [K in Kind]: Apply<K> } = {
  insert: (document, { fragment }) => ({
    ...document,
    nodes: [...document.nodes, ...fragment.nodes],
    links: [...document.links, ...fragment.links],
    groups: [...document.groups, ...fragment.groups],
    notes: [...document.notes, ...fragment.notes],
    ...(fragment.models && { models: { ...document.models, ...fragment.models } }),
  }),
  remove: (document, { items }) => remove(document, items),
  move: (document, { moves }) =>
    moves.reduce((moved, { kind, id, x, y }) => {
      return patch(moved, kind, { id, position: { x, y } });
    }, document),
  resize: (document, { item, id, width, height }) => {
    if (item === 'node') return patch(document, item, { id, width });
    const found = document[listOf[item]].find((candidate) => candidate.id === id);
    return found
      ? patch(document, item, { id, size: { width, height: height ?? found.size.height } })
      : document;
  },
  setTitle: (document, { item, id, title }) => patch(document, item, { id, title }),
  setCollapsed: (document, { node, collapsed }) => patch(document, 'node', { id: node, collapsed }),
  setParam: (document, { node, name, value }) => {
    const found = document.nodes.find((candidate) => candidate.id === node);
    return found
      ? patch(document, 'node', { id: node, params: { ...found.params, [name]: value } })
      : document;
  },
  forgetModel: (document, { name }) => {
    const { models = {}, ...rest } = document;
    if (!Object.hasOwn(models, name)) return document;
    return {
      ...rest,
      models: Object.fromEntries(Object.entries(models).filter(([known]) => known !== name)),
    };
  },
  connect: (document, { from, to }, catalogue) => {
    const ends = [
      { ...from, side: 'output' },
      { ...to, side: 'input' },
    ] as const;
    const check = checkConnection(document, catalogue, ends);
    if (!check.ok) return document;
    return { ...document, links: [...document.links.filter((link) => link !== check.replaces), check.link] };
  },
  disconnect: (document, { links }) => {
    const gone = new Set(links);
    const kept = document.links.filter((link) => !gone.has(linkKey(link)));
    return kept.length === document.links.length ? document : { ...document, links: kept };
  },
  setNoteText: (document, { note, text }) => patch(document, 'note', { id: note, text }),
  setGroupColour: (document, { group, colour }) => patch(document, 'group', { id: group, colour }),
  setInfo: (document, { title = document.title, description = document.description }) =>
    title === document.title && description === document.description
      ? document
      : { ...document, title, description },
  replace: (_, { document }) => document,
  batch: (document, { commands }, catalogue) =>
    commands.reduce((result, command) => applyCommand(result, command, catalogue), document),
};

/** The workflow after a command; the very same object when the command changes nothing. */
export function applyCommand(
  document: WorkflowDocument,
  command: EditCommand,
  catalogue: NodeCatalogue,
): WorkflowDocument {
  const apply = rules[command.kind] as Apply<Kind>;
  return apply(document, command as never, catalogue);
}

function remove(document: WorkflowDocument, items: ItemIds): WorkflowDocument {
  const [nodes, groups, notes, links] = [items.nodes, items.groups, items.notes, items.links].map(
    (ids) => new Set(ids),
  ) as [Set<string>, Set<string>, Set<string>, Set<string>];
  const next = {
    ...document,
    nodes: document.nodes.filter((node) => !nodes.has(node.id)),
    groups: document.groups.filter((group) => !groups.has(group.id)),
    notes: document.notes.filter((note) => !notes.has(note.id)),
    links: document.links.filter(
      (link) => !links.has(linkKey(link)) && !nodes.has(link.from.node) && !nodes.has(link.to.node),
    ),
  };
  const count = (of: WorkflowDocument): number =>
    of.nodes.length + of.groups.length + of.notes.length + of.links.length;
  return count(next) === count(document) ? document : next;
}

/** Changes fields of one item, keeping every other item's identity (views compare by it). */
function patch(
  document: WorkflowDocument,
  kind: ItemKind,
  change: { readonly id: string } & Readonly<Record<string, unknown>>,
): WorkflowDocument {
  const list: readonly { readonly id: string }[] = document[listOf[kind]];
  const index = list.findIndex((item) => item.id === change.id);
  const item = list[index];
  if (!item || Object.entries(change).every(([name, value]) => same(Reflect.get(item, name), value))) {
    return document;
  }
  return { ...document, [listOf[kind]]: list.with(index, { ...item, ...change }) };
}

function same(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === 'object' && JSON.stringify(a) === JSON.stringify(b));
}
