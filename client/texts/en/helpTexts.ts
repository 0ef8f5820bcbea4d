/** Keyboard and mouse. */
export const helpTexts = {
  help: {
    title: 'Keyboard and mouse',
    groups: [
      {
        title: 'Run',
        keys: [
          ['Ctrl + Enter', 'Run the workflow'],
          ['Ctrl + .', 'Cancel the run'],
          ['P', 'Pause the run, or go on with it'],
        ],
      },
      {
        title: 'Look',
        keys: [
          ['Wheel, or + and -', 'Zoom'],
          ['Space + drag', 'Move the view'],
          ['F', 'Show everything'],
          ['← → PgUp PgDn', 'Step through the filmstrip (when it has the focus)'],
        ],
      },
      {
        title: 'Workflow',
        keys: [
          ['Ctrl + S', 'Save'],
          ['Ctrl + Shift + S', 'Save as'],
          ['Ctrl + O', 'Open the list of workflows'],
          ['?', 'This help'],
        ],
      },
      {
        title: 'Without a mouse',
        keys: [
          ['Tab', 'To the next node, and through the sockets of the selected one'],
          ['Enter', 'Into a node; on a socket: take a link, then let it end on another'],
          ['Delete', 'On a socket: take its links away'],
          ['F2', 'Rename'],
          ['Esc', 'Back out'],
        ],
      },
      {
        title: 'Edit',
        keys: [
          ['Ctrl + Z', 'Undo'],
          ['Ctrl + Shift + Z', 'Redo'],
          ['Ctrl + C, X, V', 'Copy, cut, paste'],
          ['Ctrl + D', 'Duplicate'],
          ['Delete', 'Delete the selection; on a value, back to its default'],
          ['Ctrl + A', 'Select all'],
          ['Double-click, or /', 'Add a node at that place'],
          ['Ctrl + G', 'Put a frame around the selection'],
          ['Arrow keys', 'Move the selection (Shift: further)'],
        ],
      },
    ] as readonly { readonly title: string; readonly keys: readonly (readonly [string, string])[] }[],
  },
} as const;
