import { computed, ref, watch, type Ref } from 'vue';
import type {
  ChannelsRequest,
  LensAnswer,
  LensRequest,
  StepChannels,
} from '../../server/protocol/inspection.ts';
import type { ApiClient } from '../connection/apiClient.ts';
import { NewestAnswer } from '../connection/newestAnswer.ts';
import type { RunStore } from '../connection/runStore.ts';
import type { HeatScaleName } from '../filmstrip/colourScales.ts';
import type { FilmstripState } from './filmstripState.ts';
import type { LensPlace } from './lensPlace.ts';
import { steady } from './steady.ts';

/** What the filmstrip shows of the current step. */
export const stepViews = ['clean', 'noise', 'latent', 'attention'] as const;
export type StepView = (typeof stepViews)[number];

interface Of<Request> {
  readonly run: string;
  readonly request: Request;
}
type StepPlace = Pick<LensPlace, 'run' | 'node' | 'step'>;
export interface LensPoint {
  /** In shares of the picture, from the left and from the top. */
  readonly x: number;
  readonly y: number;
}

/** A closer look at the current step: its channels, or where a point took its values from. */
export class StepLook {
  readonly view: Ref<StepView> = ref('clean');
  readonly point: Ref<LensPoint> = ref({ x: 0.5, y: 0.5 });
  /** Empty = chosen by the server. */
  readonly layer: Ref<string> = ref('');
  /** Undefined = the mean of all. */
  readonly head: Ref<number | undefined> = ref();
  /** How the heat map's colours are spread. */
  readonly scale: Ref<HeatScaleName> = ref('log');
  readonly channels: NewestAnswer<Of<ChannelsRequest>, StepChannels>;
  readonly lens: NewestAnswer<Of<LensRequest>, LensAnswer>;

  private readonly runs: RunStore;
  private readonly filmstrip: FilmstripState;

  constructor({
    api,
    filmstrip,
    runs,
  }: {
    readonly api: Pick<ApiClient, 'stepChannels' | 'lens'>;
    readonly filmstrip: FilmstripState;
    readonly runs: RunStore;
  }) {
    this.runs = runs;
    this.filmstrip = filmstrip;
    this.channels = new NewestAnswer(({ run, request }) => api.stepChannels(run, request));
    this.lens = new NewestAnswer(({ run, request }) => api.lens(run, request));
    // While a run goes on, much is drawn that has nothing to do with the step: it is not asked for again.
    const place = computed<StepPlace | undefined>((before) => {
      const { node, current } = filmstrip;
      return runs.record && node !== null && current && filmstrip.samples
        ? steady(before, { run: runs.record.id, node, step: current.step })
        : undefined;
    });
    watch([place, this.view], () => {
      const kind = this.view.value;
      const at = place.value;
      const wanted = at && (kind === 'noise' || kind === 'latent');
      this.channels.want(
        wanted ? { run: at.run, request: { node: at.node, step: at.step, kind } } : undefined,
      );
    });
    watch([place, this.view, this.point, this.layer, this.head, () => this.running], () => {
      const at = place.value;
      const looking = this.view.value === 'attention' && !this.running;
      const request = at && looking ? this.lensRequest(at) : undefined;
      this.lens.want(at && request ? { run: at.run, request } : undefined);
    });
  }

  /** While the run goes on, the engine has no time to evaluate a step again. */
  get running(): boolean {
    const state = this.runs.record?.state;
    return state === 'queued' || state === 'running';
  }

  /** Turns the lens on that step; calling what it gives goes back to the view before. */
  lookInto({ node, step }: LensPlace): () => void {
    const before = this.view.value;
    this.filmstrip.choose(node);
    this.filmstrip.stopAt(this.filmstrip.frames.findIndex((frame) => frame.step === step));
    this.view.value = 'attention';
    return () => (this.view.value = before);
  }

  /** Moves the point by so many tokens of the layer that is shown. */
  movePoint(columns: number, rows: number): void {
    const answer = this.lens.answer;
    const layer = answer?.layers.find(({ id }) => id === answer.layer);
    if (!answer || !layer) return;
    const { across, down } = layer;
    const { x, y } = this.point.value;
    this.point.value = { x: middleOf(x, across, columns), y: middleOf(y, down, rows) };
  }

  /** Another layer may have fewer heads. */
  chooseLayer(layer: string): void {
    this.head.value = undefined;
    this.layer.value = layer;
  }

  private lensRequest({ node, step }: StepPlace): LensRequest {
    const [layer, head] = [this.layer.value, this.head.value];
    return {
      node,
      step,
      ...this.point.value,
      ...(layer === '' ? {} : { layer }),
      ...(head === undefined ? {} : { head }),
    };
  }
}

/** The middle, in shares, of the token that lies `by` tokens from the one there; the last may be cut by the edge. */
function middleOf(share: number, count: number, by: number): number {
  const token = Math.min(Math.ceil(count) - 1, Math.max(0, Math.floor(share * count) + by));
  return (token + Math.min(token + 1, count)) / 2 / count;
}
