/** Said everywhere, and what can go wrong. */
export const commonTexts = {
  app: 'Impasto',
  untitled: 'Untitled',
  undo: 'Undo',
  redo: 'Redo',
  done: 'Done',
  close: 'Close',
  retry: 'Try again',

  errors: {
    offline: 'The server does not answer. Is it still running?',
    unexpectedAnswer: (path: string) =>
      `The server answered ${path} in a way this page does not understand. Reload the page.`,
    status: (status: number) => `The server answered with status ${status}.`,
    problems: (count: number) => `${count} problems keep the workflow from running.`,
    notAWorkflow: 'This is not a workflow.',
  },

  start: {
    loading: 'Starting',
    failed: 'The editor could not be loaded',
  },

  offline: {
    text: 'The server does not answer. You can go on editing; nothing is lost.',
    retry: 'Try now',
  },

  files: {
    drop: 'Drop to open',
    dropInto: (title: string) => `Drop to use it in ${title}`,
    dropHint: 'A workflow, or a picture',
    unknownKind: (name: string) => `${name} is neither a workflow nor a picture.`,
    uploading: (name: string) => `Uploading ${name}`,
    opened: (title: string) => `Opened ${title}.`,
    cannotOpen: (name: string) => `${name} cannot be opened`,
    pictureTitle: 'Use this picture',
    pictureText: (name: string) => `${name} carries no workflow. Where should it go?`,
    putInto: (title: string) => `Into ${title}`,
    putIntoNew: 'Into a new Load Image node',
    pasted: 'the pasted text',
  },

  draft: {
    full: 'The browser has no room left to keep this workflow. Save it, so that it cannot be lost.',
  },
} as const;
