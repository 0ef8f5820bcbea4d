import type { ConnectionRefusal } from './core/connectionRules.ts';
import type { ProblemCode } from '../../workflows/schema/problem.ts';
import { socketTypes } from './socketTypes.ts';

/** Every word that the canvas shows, in one place. */
export const editorTexts = {
  newGroup: 'Group',
  newNote: 'Note',
  notePlaceholder: 'Write a note',
  emptyTitle: 'Nothing here yet',
  emptyHint: 'Double-click to add a node, or drop a workflow or a picture here.',
  canvas: 'Workflow canvas',
  searchPlaceholder: 'Add a node',
  searchNothing: 'No node type fits',
  searchFor: (type: string) => `Add a node for this ${type.toLowerCase()}`,
  minimap: 'Overview: drag to move the view',
  node: (title: string, id: string) => `Node ${title} (${id})`,
  input: (title: string, type: string) => `Input ${title}, ${type}`,
  output: (title: string, type: string) => `Output ${title}, ${type}`,
  fromLink: 'from link',
  unknownTypeHint: (type: string) =>
    `This Impasto has no node type ${type}. The node keeps its values and links when you save.`,
  advancedShow: (count: number) => `${count} more`,
  advancedHide: 'Fewer',
  paused: 'paused',
  cached: 'cached',
  cachedHelp: 'Nothing changed since the last run: the result was used again.',
  failed: 'Failed',
  more: 'Show all',
  less: 'Show less',
  resetTo: (value: string) => `Double-click, or press Delete: back to ${value}`,
  range: (min: number, max: number, { unit = '' }) => `${min} to ${max} ${unit}`.trim(),
  /** Said when a typed number could not be taken as it was. */
  limited: {
    min: (min: number, { unit = '' }) => `At least ${min} ${unit}`.trim(),
    max: (max: number, { unit = '' }) => `At most ${max} ${unit}`.trim(),
    whole: (value: number) => `Whole numbers only: rounded to ${value}`,
    step: (_value: number, { step = 1 }) => `Not a multiple of ${step}: it may be rounded down`,
  },
  seedTaken: (seed: string) =>
    `Seeds are whole numbers from 0 to 18446744073709551615${seed && `: took ${seed}`}`,
  seedRoll: 'New random seed',
  imageEmpty: 'Drop, paste or click to choose a picture',
  imageChoose: 'Choose a file',
  imageSamples: 'Samples',
  imagePick: (title: string) => `Use ${title}`,
  imageClear: 'Remove the picture',
  imageBusy: 'Uploading',
  imageMissing: 'This picture is not on the server any more',
  imageNotPicture: 'This file is not a picture',
  imageNone: 'No picture yet',
  imageShown: (title: string) => `Picture of ${title}: open it large`,
  modelNone: 'Choose a model',
  modelMissing: (name: string) => `${name} (not here)`,
  modelElsewhere: (here: string, asked: string) => `${here}, for ${asked}`,
  modelUnfit: (title: string, why: string) => `${title} (${why})`,
  modelMisfit: {
    otherUse: 'for another use',
    gone: 'its file is gone',
    unusable: 'cannot be used',
    incomplete: 'lacks a part that is used here',
    otherAdapter: 'does not go with the adapter',
  },
  modelChoose: 'Get it or choose another',
  modelGet: 'Get it, or choose another one.',
  modelSettle: 'Choose which one to use.',
  tokens: (count: number, limit: number, pieces: number) =>
    pieces > 1 ? `${count} of ${limit} tokens, in ${pieces} pieces` : `${count} of ${limit} tokens`,
  tokensCut: (count: number, limit: number, words: string) =>
    `${count} of ${limit} tokens. Cut off: ${words.length > 120 ? `${words.slice(0, 120)}…` : words}`,
  tokensHelp:
    'The text encoder reads 77 tokens at once: 75 of words or parts of words, and one each for start and end.',
  strokes: (count: number) => (count === 0 ? 'nothing drawn' : count === 1 ? '1 stroke' : `${count} strokes`),
  place: 'Place cut-out',
  placeEmpty: 'Background and cut-out are seen once they are wired and the nodes before them have run',
  strokesEdit: 'Edit mask',
  strokesUnwired: 'Wire a picture in to draw on it',
  strokesUnseen: 'The picture is seen once the nodes before it have run',
  layersHint: 'For example 6-11, middle or all',
  layersWrong: 'Write for example 6-11, output.6, input.1, middle or all, with commas between',
  compareBefore: 'Before',
  compareAfter: 'After',
  compareSide: 'Side by side',
  compareOver: 'One over the other',
  compareSlider: 'Move the border between before and after',
  liveWaiting: 'Steps appear here while running',
  liveCached: 'Kept from before: no new steps',
  filmstrip: 'Show all steps',
  expand: 'Unfold',
  collapse: 'Fold',
  resize: 'Drag to resize',
  rename: 'Rename',
  copy: 'Copy',
  cut: 'Cut',
  paste: 'Paste',
  duplicate: 'Duplicate',
  remove: 'Delete',
  group: 'Group',
  addNode: 'Add a node',
  addNote: 'Add a note',
  selectAll: 'Select all',
  fit: 'Fit to view',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  arrange: 'Arrange',
  disconnect: 'Disconnect',
  resetParams: 'Reset values',
  groupColours: { grey: 'Grey', blue: 'Blue', green: 'Green', amber: 'Amber', red: 'Red', violet: 'Violet' },
  stepsLeft: (time: string) => `${time} left`,
  /** Problems as they are told beside the port. */
  atPort: {
    'missing-input': 'Needs a link',
    'type-mismatch': 'This link has the wrong type',
    'duplicate-link': 'More than one link comes in here',
    'dangling-link': 'The node before it is gone',
    'missing-file': 'Choose a picture',
    'missing-model': 'This model is not here',
    'other-model': 'The file of this name is another one',
    'broken-model': 'This model cannot be used',
    'unfit-model': 'This model does not fit here',
  } as Partial<Record<ProblemCode, string>>,
  refusal(refusal: ConnectionRefusal): string {
    switch (refusal.reason) {
      case 'type':
        return `${socketTypes[refusal.from].title} does not fit ${socketTypes[refusal.to].title.toLowerCase()}`;
      case 'same-node':
        return 'A node cannot feed itself';
      case 'same-side':
        return 'Join an output with an input';
      case 'cycle':
        return 'This would make a loop';
      case 'duplicate':
        return 'Already connected';
      case 'unknown-socket':
        return 'Unknown socket';
    }
  },
} as const;
