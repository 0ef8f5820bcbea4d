import type { DescribedWorkflow } from '../../../workflows/schema/modelBehind.ts';

/** Written in the node that an input is wired to, when that is one that only hands on what is written in it (Text). */
export function textBehind(
  { document, descriptions }: DescribedWorkflow,
  end: { readonly node: string; readonly port: string },
): string | undefined {
  const link = document.links.find(({ to }) => to.node === end.node && to.port === end.port);
  const source = document.nodes.find(({ id }) => id === link?.from.node);
  const description = descriptions.get(source?.type ?? '');
  if (!link || !source || description?.family !== 'values') return undefined;
  const written = description.parameters.find(({ name }) => name === link.from.port);
  const text = source.params[link.from.port] ?? written?.default;
  return typeof text === 'string' ? text : undefined;
}
