import { DOCUMENT_VERSION, type WorkflowDocument } from './document.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Lifts a document of the version it is listed under to the next one. Sees unchecked data: must never throw. */
const documentMigrations: Readonly<Record<number, (old: Fields) => Fields>> = { 0: fromVersion0 };

/** Lifts a document of any older version to the present one; what it makes is still to be checked. */
export function migrateDocument(document: Fields, version: number): Fields {
  let lifted = document;
  for (let from = version; from < DOCUMENT_VERSION; from += 1) {
    lifted = documentMigrations[from]?.(lifted) ?? lifted;
  }
  return lifted;
}

/** What a node type says about its own history; a NodeDefinition fits. */
export interface NodeHistory {
  readonly version: number;
  readonly migrations?:
    Readonly<Record<number, (params: Record<string, unknown>) => Record<string, unknown>>> | undefined;
}

/** Lifts every node that an older version of its type saved. Unknown types and newer nodes stay as they are. */
export function migrateNodes(
  document: WorkflowDocument,
  types: ReadonlyMap<string, NodeHistory>,
): WorkflowDocument {
  let changed = false;
  const nodes = document.nodes.map((node) => {
    const history = types.get(node.type);
    if (!history || node.version >= history.version) return node;
    let params: Record<string, unknown> = node.params;
    for (let from = node.version; from < history.version; from += 1) {
      params = history.migrations?.[from]?.({ ...params }) ?? params;
    }
    changed = true;
    return { ...node, version: history.version, params: params as typeof node.params };
  });
  return changed ? { ...document, nodes } : document;
}

/**
 * Version 0 kept nodes in an object by id with x and y beside the parameters' `values`, and links as pairs of
 * `node.port`.
 */
function fromVersion0(old: Fields): Fields {
  const { nodes, links, name, ...rest } = old;
  return {
    ...rest,
    version: 1,
    title: name ?? 'Untitled',
    description: old['description'] ?? '',
    nodes: isFields(nodes) ? Object.entries(nodes).map(([id, node]) => nodeFromVersion0(id, node)) : nodes,
    links: Array.isArray(links) ? links.map(linkFromVersion0) : links,
    groups: old['groups'] ?? [],
    notes: old['notes'] ?? [],
  };
}

function nodeFromVersion0(id: string, node: unknown): unknown {
  if (!isFields(node)) return node;
  const { x, y, values, ...rest } = node;
  return { version: 1, ...rest, id, params: values ?? {}, position: { x, y } };
}

function linkFromVersion0(link: unknown): unknown {
  if (!Array.isArray(link)) return link;
  const [from, to] = link.map((end: unknown) => {
    const [, node, port] = /^(.*)\.([^.]*)$/.exec(String(end)) ?? [];
    return { node, port };
  });
  return { from, to };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
