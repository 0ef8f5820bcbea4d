import { promptPieces } from '../../../nodes/diffusion/promptPieces.ts';
import { countTokensSchema, tokenCountSchema } from '../../protocol/tokens.ts';
import type { TokenCounter } from '../../tokens/tokenCounter.ts';
import { ApiError } from '../apiError.ts';
import { type Route, route } from '../route.ts';

export interface TokenRouteParts {
  readonly tokens: TokenCounter;
  /** Where the model of that name lies; undefined when there is none. */
  readonly modelPath: (name: string) => Promise<string | undefined>;
}

/** How long a prompt is, as a text encoder sees it. */
export function tokenRoutes({ tokens, modelPath }: TokenRouteParts): Route[] {
  return [
    route({
      method: 'post',
      path: '/api/tokens',
      summary: "Counts a prompt's tokens as the Prompt node would, and says what it would cut.",
      body: countTokensSchema,
      answer: tokenCountSchema,
      handle: async ({ body: { prompt, model, long } }) => {
        const folder = model === undefined ? undefined : await modelPath(model);
        const request = { prompt, pieces: promptPieces(long), model: folder };
        const count = await tokens.count(request).catch((error: unknown) => {
          throw new ApiError('bad-request', (error as Error).message);
        });
        return { json: count };
      },
    }),
  ];
}
