import { inject, provide, type InjectionKey, type Ref } from 'vue';
import type { apiClient } from '../connection/apiClient.ts';
import type { ModelStore } from '../connection/modelStore.ts';
import type { RunList } from '../connection/runList.ts';
import type { RunStore } from '../connection/runStore.ts';
import type { ServerLink } from '../connection/serverLink.ts';
import type { ServerStore } from '../connection/serverStore.ts';
import type { WorkflowList } from '../connection/workflowList.ts';
import type { EditorSession } from '../editor/editorSession.ts';
import type { Dialogs } from './dialogs.ts';
import type { FilmstripState } from './filmstripState.ts';
import type { IncomingFiles } from './incomingFiles.ts';
import type { MissingModels } from './missingModels.ts';
import type { ModelActions } from './modelActions.ts';
import type { NodeEditor } from './nodeEditor.ts';
import type { PanelLayout } from './panelLayout.ts';
import type { PictureViewer } from './pictureViewer.ts';
import type { PreviewSettings } from './previewSettings.ts';
import type { RunControl } from './runControl.ts';
import type { Theme } from './theme.ts';
import type { StepLook } from './stepLook.ts';
import type { Toasts } from './toasts.ts';
import type { WorkflowActions } from './workflowActions.ts';
import type { WorkflowFile } from './workflowFile.ts';

/** Everything that the panels around the canvas work with. */
export interface Workbench {
  readonly api: typeof apiClient;
  readonly link: ServerLink;
  readonly server: ServerStore;
  readonly models: ModelStore;
  readonly modelActions: ModelActions;
  readonly missing: MissingModels;
  readonly session: EditorSession;
  readonly file: WorkflowFile;
  readonly workflows: WorkflowList;
  readonly actions: WorkflowActions;
  readonly incoming: IncomingFiles;
  readonly runs: RunStore;
  readonly runList: RunList;
  readonly control: RunControl;
  readonly filmstrip: FilmstripState;
  readonly look: StepLook;
  readonly viewer: PictureViewer;
  readonly nodeEditor: NodeEditor;
  readonly panels: PanelLayout;
  readonly previews: PreviewSettings;
  readonly dialogs: Dialogs;
  readonly toasts: Toasts;
  readonly theme: { readonly theme: Readonly<Ref<Theme>>; toggle(): void };
  readonly help: Ref<boolean>;
  dispose(): void;
}

const key: InjectionKey<Workbench> = Symbol('workbench');

/** Makes the workbench available to the components below; call in `setup`. */
export function provideWorkbench(workbench: Workbench): void {
  provide(key, workbench);
}

/** The workbench that a component is part of. */
export function useWorkbench(): Workbench {
  const workbench = inject(key);
  if (!workbench) throw new Error('useWorkbench() needs provideWorkbench() above it');
  return workbench;
}
