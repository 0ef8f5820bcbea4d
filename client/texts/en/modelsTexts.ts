/** Models: those that are here, those to be had, and those that are missing. */
export const modelsTexts = {
  models: {
    here: 'Here',
    onlyBuiltin: 'So far only the built-in model is here. Download one below, or add your own.',
    builtin: 'It comes with Impasto and paints simply; Stable Diffusion paints well.',
    layout: { diffusers: 'diffusers folder', 'single-file': 'single file' },
    roles: {
      diffusion: 'Diffusion model',
      inpainting: 'Inpainting model',
      unet: 'UNet',
      autoencoder: 'Autoencoder',
      'text-encoder': 'Text encoder',
      'preview-decoder': 'Preview decoder',
      adapter: 'Adapter',
      'pixel-diffusion': 'Pixel diffusion model',
      vgg: 'VGG network',
      clip: 'CLIP',
      metric: 'Measure',
    },
    hash: (start: string) => `SHA-256 ${start}…`,
    reading: 'Reading it through …',
    verifying: 'Verifying …',
    linked: 'linked',
    downloaded: 'downloaded',
    usedBy: (nodes: readonly string[]) => `Used by ${nodes.join(', ')}`,
    more: (title: string) => `More for ${title}`,
    verify: 'Verify',
    copyHash: 'Copy the SHA-256',
    hashCopied: 'The SHA-256 was copied.',
    notCopied: (text: string) => `This browser does not let the page copy. Copy it from here: ${text}`,
    reload: 'Look for new models',
    use: (title: string) => `Use ${title} in this workflow`,
    useShort: 'Use it here',
    used: (title: string) => `The workflow now uses ${title}.`,
    added: (name: string) => `“${name}” was added.`,
    adopted: (asked: string, here: string) => `“${asked}” is called “${here}” here; that one is used.`,
    remove: {
      link: (title: string) => ({
        title: `Remove the link to “${title}”?`,
        text: 'The file itself stays where it is.',
      }),
      download: (title: string) => ({
        title: `Delete “${title}”?`,
        text: 'It can be downloaded again.',
      }),
      own: (title: string) => ({
        title: `Delete “${title}” for good?`,
        text: 'Impasto did not download it, so it may not be possible to get it again.',
      }),
      keep: 'Keep it',
      forget: 'Remove the link',
      delete: 'Delete',
      done: (title: string) => `“${title}” was removed.`,
    },
    hub: {
      title: 'Get any model from the hub',
      repository: 'Repository, or the address of its page',
      repositoryExample: 'owner/name',
      file: 'File (empty: all that is needed)',
      fileExample: 'model.safetensors',
      wrong: 'A repository looks like owner/name.',
      get: 'Download',
    },
    path: {
      title: 'Add your own',
      label: 'Path of a file or folder on the server; nothing is copied',
      example: '/models/sd-v1-4.ckpt',
      add: 'Add',
      folder: 'Or put it into this folder; it is found there by itself:',
      copy: 'Copy the path',
      copied: 'The path was copied.',
    },
  },

  catalogue: {
    title: 'Get models',
    others: 'More',
    empty: 'The catalogue is empty.',
    own: 'from your catalogue',
    here: 'Here already',
    get: 'Download',
    getTitle: (title: string) => `Download ${title}`,
    sizeUnknown: 'Size not published',
    page: 'Page',
    byHand: 'Download it by hand, then add it:',
    gated: 'Accept its licence on its page first, and make an access token there.',
    offline: 'Impasto was started with --offline: nothing is downloaded.',
  },

  downloads: {
    title: 'Downloads',
    of: (received: string, total: string) => `${received} of ${total}`,
    rate: (size: string) => `${size}/s`,
    state: {
      waiting: 'Waiting',
      downloading: 'Downloading',
      checking: 'Checking',
      done: 'Done',
      failed: 'Failed',
      cancelled: 'Stopped',
    },
    stop: (title: string) => `Stop the download of ${title}`,
    resume: 'Resume',
    retry: 'Try again',
    discard: (title: string) => `Forget the download of ${title}`,
  },

  token: {
    label: 'Access token of the hub',
    keep: 'Save',
    kept: 'An access token is saved on this server.',
    environment: 'The access token comes from HF_TOKEN.',
    forget: 'Forget it',
    saved: 'The access token was saved.',
    forgotten: 'The access token was forgotten.',
  },

  missing: {
    title: 'Models of this workflow',
    banner: (models: readonly { readonly title: string; readonly kind: string }[]) => {
      const names = models.slice(0, 3).map(({ title }) => title);
      const more = models.length > names.length ? `, and ${models.length - names.length} more` : '';
      if (models.length > 1)
        return `This workflow needs models that are not here: ${names.join(', ')}${more}.`;
      if (models[0]?.kind === 'missing-model')
        return `This workflow needs a model that is not here: ${names[0]}.`;
      return `A model of this workflow has to be chosen: ${names[0]}.`;
    },
    coming: (title: string, progress: string) => `${title}: ${progress}`,
    settle: 'Get or choose',
    show: 'Show',
    notNow: 'Not now',
    leave: 'Leave it as it is',
    why: {
      'missing-model': 'It is not here.',
      'other-model': 'A file of this name is here, but it is another one than the workflow was made with.',
      'broken-model': 'It is here, but cannot be used.',
      'unfit-model': 'It is for another use.',
    },
    usedBy: (nodes: readonly string[]) => `Needed by ${nodes.join(', ')}.`,
    takeIt: 'Use the file that is here',
    another: 'Instead',
    use: 'Use it',
    unknown: 'The catalogue does not know it.',
    more: 'Get or add models',
    ready: 'All models are here: the workflow is ready to run.',
  },
} as const;
