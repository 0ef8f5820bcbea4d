import { computed, ref, shallowRef } from 'vue';
import type { WorkflowSummary } from '../../server/protocol/api.ts';
import type { ApiClient } from './apiClient.ts';
import type { ServerLink } from './serverLink.ts';

export interface WorkflowListOptions {
  readonly api: Pick<ApiClient, 'workflows'>;
  readonly link: ServerLink;
  readonly report: (error: unknown) => void;
}

/** The workflows on the server, and the templates, kept up to date. */
export class WorkflowList {
  private readonly all = shallowRef<readonly WorkflowSummary[]>([]);
  private readonly loadedRef = ref(false);
  private readonly savedList = computed(() => this.all.value.filter((workflow) => !workflow.template));
  private readonly templateList = computed(() => this.all.value.filter((workflow) => workflow.template));
  private readonly options: WorkflowListOptions;

  constructor(options: WorkflowListOptions) {
    this.options = options;
    const reload = (): void => void this.load().catch(options.report);
    options.link.listen({ connected: reload, workflows: reload });
  }

  get saved(): readonly WorkflowSummary[] {
    return this.savedList.value;
  }
  get templates(): readonly WorkflowSummary[] {
    return this.templateList.value;
  }
  get loaded(): boolean {
    return this.loadedRef.value;
  }

  /** Throws RequestError. */
  async load(): Promise<void> {
    this.all.value = await this.options.api.workflows();
    this.loadedRef.value = true;
  }
}
