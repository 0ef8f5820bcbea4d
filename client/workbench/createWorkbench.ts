import { ref } from 'vue';
import { apiClient } from '../connection/apiClient.ts';
import { modelApi } from '../connection/modelApi.ts';
import { ModelStore } from '../connection/modelStore.ts';
import { referenceUrl } from '../connection/pictureUrls.ts';
import { RunList } from '../connection/runList.ts';
import { RunStore } from '../connection/runStore.ts';
import { ServerLink } from '../connection/serverLink.ts';
import { ServerStore } from '../connection/serverStore.ts';
import { WorkflowList } from '../connection/workflowList.ts';
import { createEditorSession, type EditorSession } from '../editor/editorSession.ts';
import type { EditorHooks, PictureRequest } from '../editor/editorHooks.ts';
import { Dialogs } from './dialogs.ts';
import { FilmstripState } from './filmstripState.ts';
import { IncomingFiles } from './incomingFiles.ts';
import { MissingModels } from './missingModels.ts';
import { ModelActions } from './modelActions.ts';
import { NodeEditor } from './nodeEditor.ts';
import { createPanelLayout } from './panelLayout.ts';
import { PictureViewer } from './pictureViewer.ts';
import { createPreviewSettings, previewChoice } from './previewSettings.ts';
import { RunControl } from './runControl.ts';
import { StepLook } from './stepLook.ts';
import { createTheme } from './theme.ts';
import { Toasts } from './toasts.ts';
import type { Workbench } from './workbench.ts';
import { WorkflowActions } from './workflowActions.ts';
import { WorkflowFile } from './workflowFile.ts';
import { viewedPicture } from './viewedPicture.ts';

/** Reads from the server what the editor needs, and puts all parts together. Throws RequestError. */
export async function createWorkbench(): Promise<Workbench> {
  const api = apiClient;
  const toasts = new Toasts();
  const report = (error: unknown): void => toasts.error(error);
  const link = new ServerLink();
  const server = new ServerStore({ api, link, report });
  const models = new ModelStore({ api: modelApi, link, report });
  const runs = new RunStore({ api, link });
  const runList = new RunList({ api, link, report });
  const workflows = new WorkflowList({ api, link, report });
  const [panels, dialogs, viewer] = [createPanelLayout(), new Dialogs(), new PictureViewer()];
  const previews = createPreviewSettings();

  const read = Promise.all([
    server.load(),
    // Without them the editor still works.
    models.load().catch(report),
  ]);
  const [descriptions] = await read.catch((error: unknown) => {
    link.close();
    throw error;
  });
  const late: { bench?: Workbench } = {};
  const session = createEditorSession({ descriptions, hooks: hooksOf(() => late.bench!, models) });
  const file = new WorkflowFile(session);
  const filmstrip = new FilmstripState(session, runs);
  const parts = { api, session, file, dialogs, toasts };
  late.bench = {
    ...parts,
    link,
    server,
    models,
    modelActions: new ModelActions({ api: modelApi, models, dialogs, toasts }),
    missing: new MissingModels({ session, models, file, toasts }),
    workflows,
    runs,
    runList,
    panels,
    previews,
    viewer,
    nodeEditor: new NodeEditor(),
    filmstrip,
    look: new StepLook({ api, filmstrip, runs }),
    actions: new WorkflowActions({ ...parts, list: workflows, models }),
    incoming: new IncomingFiles(parts),
    control: new RunControl({
      ...parts,
      runs,
      runList,
      previews: () => previewChoice(previews, models.list),
    }),
    theme: createTheme(),
    help: ref(false),
    dispose: () => dispose(session, link),
  };
  return late.bench;
}

/** What the canvas asks of the application around it. */
function hooksOf(bench: () => Workbench, models: ModelStore): EditorHooks {
  return {
    uploadPicture: (picture) => bench().api.upload(picture),
    pictureUrl: referenceUrl,
    // Asked from the start on: the workflow is checked against them.
    models: () => models.list,
    settleModels: () => {
      bench().missing.open.value = true;
    },
    samples: () => bench().server.samples,
    countTokens: (request) => bench().api.countTokens(request),
    openFilmstrip(node) {
      bench().filmstrip.choose(node);
      bench().panels.filmstripOpen = true;
    },
    openPicture: (picture: PictureRequest) => bench().viewer.open(viewedPicture(bench(), picture)),
    openNodeEditor: (edited) => bench().nodeEditor.open(edited),
    dropFiles: (files, at) => void bench().incoming.take(files, at),
    report: (message) => bench().toasts.error(message),
  };
}

function dispose(session: EditorSession, link: ServerLink): void {
  session.dispose();
  link.close();
}
