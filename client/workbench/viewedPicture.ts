import { referenceUrl } from '../connection/pictureUrls.ts';
import { lensPlaceOf } from './lensPlace.ts';
import type { PictureRequest } from '../editor/editorHooks.ts';
import { texts } from '../texts/en.ts';
import type { ViewedPicture } from './pictureViewer.ts';
import type { Workbench } from './workbench.ts';

/** A picture of a node as it is opened large: with a name to save it by, and what it can be compared with. */
export function viewedPicture(
  { runs, session, filmstrip }: Pick<Workbench, 'runs' | 'session' | 'filmstrip'>,
  { url, node, title, before: asked }: PictureRequest,
): ViewedPicture {
  const file = url.split('/').at(-1)!.split('?')[0]!;
  const shown = runs.record?.pictures.find((picture) => picture.node === node && url.includes(picture.file));
  const extension = shown?.file.split('.').at(-1) ?? file.split('.').at(-1);
  const before = asked ?? (shown && sourceOf(session, shown.node));
  const lens = shown && lensPlaceOf({ runs, filmstrip }, shown);
  const name = (shown?.name ?? title).replace(/[\\/:*?"<>|]/g, '-').replace(/\.(png|jpe?g|webp)$/i, '');
  return {
    title,
    url,
    ...(extension !== undefined && extension.length <= 4
      ? { fileName: `${name}.${extension}` }
      : { fileName: name }),
    ...(asked === undefined ? {} : { comparing: true, after: texts.viewer.after }),
    ...(lens ? { lens } : {}),
    ...(before === undefined ? {} : { before: { title: texts.viewer.before, url: before } }),
  };
}

/** The picture that went in: of the first node upstream that loads one, by the order of its inputs. */
function sourceOf(session: Workbench['session'], node: string): string | undefined {
  const { nodes, links } = session.document;
  const seen = new Set<string>([node]);
  const queue = [node];
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    const found = nodes.find((candidate) => candidate.id === id);
    const parameters = session.descriptions.get(found?.type ?? '')?.parameters ?? [];
    const picture = parameters.find((parameter) => parameter.control === 'image');
    const reference = picture && found?.params[picture.name];
    if (typeof reference === 'string' && reference !== '' && id !== node) return referenceUrl(reference);
    for (const { from } of links.filter((link) => link.to.node === id)) {
      if (!seen.has(from.node)) {
        seen.add(from.node);
        queue.push(from.node);
      }
    }
  }
  return undefined;
}
