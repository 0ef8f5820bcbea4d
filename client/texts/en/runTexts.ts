/** The bar at the top, and running. */
export const runTexts = {
  bar: {
    label: 'Workflow and run',
    unsaved: 'Not saved',
    rename: 'Change the title',
    undo: 'Undo',
    redo: 'Redo',
    arrange: 'Arrange the nodes',
    fit: 'Show everything',
    help: 'Keyboard and mouse',
    toLight: 'Light theme',
    toDark: 'Dark theme',
    threads: (count: number) => (count === 1 ? '1 thread' : `${count} threads`),
    queue: (running: number, waiting: number) =>
      [running > 0 ? `${running} running` : '', waiting > 0 ? `${waiting} waiting` : '']
        .filter((part) => part !== '')
        .join(', '),
    queueHelp: 'Show the runs that go on or wait, to look at them or cancel them',
    savedAs: (name: string) => `Saved on this server as “${name}”`,
    device: {
      label: 'Where models run',
      open: (title: string, state: string) => `Models run on: ${title}. ${state}. Say more`,
      now: (title: string) => `Models run on: ${title}`,
      problem: 'Cannot run models',
      others: 'Why not another',
      again: 'npm run impasto -- devices tries them anew.',
    },
    engine: {
      starting: 'Engine is starting',
      ready: 'Ready',
      busy: 'Running',
      restarting: 'Engine is starting again',
      offline: 'No connection to the server',
    },
  },

  run: {
    run: 'Run',
    runHelp: 'Run the workflow',
    starting: 'Starting',
    cancel: 'Cancel',
    cancelling: 'Cancelling',
    more: 'More ways to run',
    again: 'Run once more',
    repeat: 'Repeat the run that is shown',
    cancelAll: (count: number) => `Cancel all ${count} runs`,
    problems: (count: number) => (count === 1 ? '1 problem' : `${count} problems`),
    queued: (place: number) => (place <= 1 ? 'Next in the queue' : `Number ${place} in the queue`),
    progress: (done: number, of: number) => `${done} of ${of} nodes`,
    left: (time: string) => `about ${time} left`,
    state: {
      queued: 'Waiting',
      running: 'Running',
      done: 'Done',
      failed: 'Failed',
      cancelled: 'Cancelled',
      interrupted: 'Interrupted',
    },
    failed: (reason: string) => `The run failed. ${reason}`.trim(),
    showNode: 'Show where',
    announce: (title: string, state: string) => `${title}: ${state}`,
  },
} as const;
