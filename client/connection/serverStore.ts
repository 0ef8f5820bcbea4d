import { ref, shallowRef } from 'vue';
import type { Sample, SystemInfo } from '../../server/protocol/api.ts';
import type { NodeDescription } from '../../workflows/schema/nodeDescription.ts';
import type { ApiClient } from './apiClient.ts';
import type { ServerLink } from './serverLink.ts';

export interface ServerStoreOptions {
  readonly api: Pick<ApiClient, 'nodes' | 'samples' | 'system'>;
  readonly link: ServerLink;
  readonly report: (error: unknown) => void;
}

export type Connection = 'connecting' | 'online' | 'offline';

/** A connection that comes back within this time is not worth a banner. */
const PATIENCE = 1500;

/** What the server is and has: node types, samples, models, device, queue; and whether it can be reached. */
export class ServerStore {
  private readonly connectionRef = ref<Connection>('connecting');
  private readonly systemRef = shallowRef<SystemInfo | null>(null);
  private readonly samplesRef = shallowRef<readonly Sample[]>([]);
  private readonly options: ServerStoreOptions;
  private offlineTimer: ReturnType<typeof setTimeout> | undefined;
  private wasOnline = false;

  constructor(options: ServerStoreOptions) {
    this.options = options;
    options.link.listen({
      connected: () => this.online(),
      disconnected: () => this.offline(),
      system: (state) => {
        if (!this.system) return;
        const started = isStarting(this.system.state) && !isStarting(state);
        this.systemRef.value = { ...this.system, state };
        // An engine that starts decides where models run.
        if (started) void this.refresh().catch(options.report);
      },
    });
  }

  get connection(): Connection {
    return this.connectionRef.value;
  }
  get system(): SystemInfo | null {
    return this.systemRef.value;
  }
  get samples(): readonly Sample[] {
    return this.samplesRef.value;
  }

  /** Reads what the editor cannot start without. Throws RequestError. */
  async load(): Promise<NodeDescription[]> {
    const { api } = this.options;
    const [nodes, system, samples] = await Promise.all([api.nodes(), api.system(), api.samples()]);
    this.systemRef.value = system;
    this.samplesRef.value = samples;
    return nodes;
  }

  /** Looks again which models there are, and what the device is. */
  async refresh(): Promise<void> {
    this.systemRef.value = await this.options.api.system();
  }

  private online(): void {
    clearTimeout(this.offlineTimer);
    this.offlineTimer = undefined;
    this.connectionRef.value = 'online';
    // The server may have been started anew, with another device or other models.
    if (this.wasOnline) void this.refresh().catch(this.options.report);
    this.wasOnline = true;
  }

  private offline(): void {
    this.offlineTimer ??= setTimeout(() => {
      this.connectionRef.value = 'offline';
    }, PATIENCE);
  }
}

const isStarting = ({ engine }: SystemInfo['state']): boolean =>
  engine === 'starting' || engine === 'restarting';
