import { sizeText } from '../../models/sizeText.ts';

export interface Progress {
  readonly bytes: number;
  readonly total?: number | undefined;
  /** Bytes per second. */
  readonly rate?: number | undefined;
  readonly secondsLeft?: number | undefined;
}

/** `1.20 GB of 4.27 GB (28 %), 12.5 MB/s, 4 min left` */
export function progressText({ bytes, total, rate, secondsLeft }: Progress): string {
  const part = total ? ` of ${sizeText(total)} (${Math.floor((bytes / total) * 100)} %)` : '';
  const speed = rate === undefined ? '' : `, ${sizeText(rate)}/s`;
  const left = secondsLeft === undefined ? '' : `, ${timeText(secondsLeft)} left`;
  return `${sizeText(bytes)}${part}${speed}${left}`;
}

function timeText(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
