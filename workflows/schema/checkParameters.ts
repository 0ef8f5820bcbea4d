import type { WorkflowNode } from './document.ts';
import type { NodeDescription, ParameterDescription } from './nodeDescription.ts';
import { drawingProblem } from './drawingProblem.ts';
import type { Problem } from './problem.ts';

/** Longest text that each kind of reference or list may have; everything else may have 20,000 characters. */
const LONGEST: Readonly<Record<string, number>> = { image: 200, model: 200, layers: 500 };

/**
 * What is wrong with a node's parameters by its description; absent ones take their defaults. `name` is what the
 * sentences call the node.
 */
export function checkParameters(
  node: WorkflowNode,
  description: NodeDescription,
  name = `${description.title} (${node.id})`,
): Problem[] {
  const problems: Problem[] = [];
  const known = new Map(description.parameters.map((parameter) => [parameter.name, parameter]));
  for (const [port, value] of Object.entries(node.params)) {
    const parameter = known.get(port);
    const located = { node: node.id, port };
    if (!parameter) {
      // An older version's: lifting the node to this one settles it.
      if (node.version < description.version) continue;
      const has = [...known.keys()].join(', ') || 'none';
      const message = `${name} has no parameter "${port}"; it has: ${has}.`;
      problems.push({ code: 'unknown-parameter', message, ...located });
      continue;
    }
    const wrong = parameterProblem(parameter, value, name);
    if (wrong !== undefined) problems.push({ code: 'bad-parameter', message: wrong, ...located });
  }
  return problems;
}

function parameterProblem(parameter: ParameterDescription, value: unknown, name: string): string | undefined {
  const place = `${parameter.title} of ${name}`;
  if (parameter.control === 'strokes') {
    const wrong = drawingProblem(value);
    return wrong && `${place}: ${wrong}`;
  }
  const expected = expectation(parameter, value);
  if (expected === undefined) return undefined;
  const found = value === undefined ? 'nothing' : (JSON.stringify(value)?.slice(0, 80) ?? typeof value);
  return `${place} must be ${expected}; found ${typeof value === 'number' ? String(value) : found}.`;
}

/** What the parameter takes, in words, when `value` is not that. */
function expectation(parameter: ParameterDescription, value: unknown): string | undefined {
  switch (parameter.control) {
    case 'number':
    case 'slider':
    case 'integer':
      return numberExpectation(parameter, value);
    case 'toggle':
      return typeof value === 'boolean' ? undefined : 'true or false';
    case 'choice': {
      const choices = parameter.choices ?? [];
      if (choices.some((choice) => choice.value === value)) return undefined;
      return `one of ${choices.map((choice) => choice.value).join(', ')}`;
    }
    case 'seed': {
      const digits = typeof value === 'string' && /^\d{1,20}$/.test(value);
      return digits && BigInt(value) < 1n << 64n ? undefined : 'a whole number from 0 to 2^64 - 1, as text';
    }
    default: {
      const longest = LONGEST[parameter.control] ?? 20_000;
      const fits = typeof value === 'string' && value.length <= longest;
      return fits ? undefined : `text of at most ${longest} characters`;
    }
  }
}

function numberExpectation(parameter: ParameterDescription, value: unknown): string | undefined {
  const { min = -Infinity, max = Infinity, unit } = parameter;
  const whole = parameter.control === 'integer';
  const right =
    typeof value === 'number' && Number.isFinite(value) && (!whole || Number.isSafeInteger(value));
  if (right && value >= min && value <= max) return undefined;
  const kind = whole ? 'a whole number' : 'a number';
  return `${kind} from ${min} to ${max}${unit === undefined ? '' : ` ${unit}`}`;
}
