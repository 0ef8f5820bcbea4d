import type { z } from 'zod';

const kinds: Readonly<Record<string, string>> = {
  object: 'an object',
  record: 'an object',
  array: 'a list',
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

/** What should stand where a schema found something else, in words that follow "expected" or "must be". */
export function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return kinds[issue.expected] ?? issue.expected;
    case 'too_small':
      return amount(issue.origin, `at least ${issue.minimum}`);
    case 'too_big':
      return amount(issue.origin, `at most ${issue.maximum}`);
    case 'invalid_value':
      return oneOf(issue.values);
    case 'invalid_union':
      return 'options' in issue ? oneOf(issue.options as string[]) : JSON_VALUE;
    case 'invalid_key':
      return `a name that is ${expectation(issue.issues[0]!)}`;
    default:
      // Rules of our own say it themselves.
      return issue.message;
  }
}

const JSON_VALUE = 'a finite number, text, true, false, null, a list or an object';

function amount(origin: string, most: string): string {
  if (origin === 'array') return `a list of ${most}`;
  return origin === 'string' ? `text of ${most} characters` : most;
}

const oneOf = (values: readonly unknown[]): string =>
  values.length === 1 ? String(values[0]) : `one of ${values.join(', ')}`;
