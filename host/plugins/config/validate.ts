import { createContext, Script } from 'node:vm';
import Schema from 'typebox/schema';
import { errorText } from '../../errors/text.ts';

/** A config is validated on the main thread: longer than this no schema may take, whatever its expressions are. */
const longestMs = 200;
const mostProblems = 5;
const timeoutCode = 'ERR_SCRIPT_EXECUTION_TIMEOUT';

const context = createContext(Object.create(null), { codeGeneration: { strings: false, wasm: false } });
const script = new Script('validate()');

type JsonSchema = Readonly<Record<string, unknown>>;
type SchemaError = ReturnType<typeof Schema.Errors>[1][number];

/**
 * What is wrong with a config, one sentence each; empty when nothing is. A config that cannot be judged is wrong, too: in time, or
 * at all because the schema goes round in circles.
 */
export function problemsOf(schema: JsonSchema, config: unknown): string[] {
  let problems: string[] = [];
  // The time limit of a script holds for everything that runs below it, expressions that go back and forth included.
  context['validate'] = () => {
    problems = errorsOf(schema, config);
  };
  try {
    script.runInContext(context, { timeout: longestMs });
  } catch (error) {
    if (isTimeout(error)) return [`the plugin's schema takes longer than ${longestMs} ms to check it`];
    return [`the plugin's schema cannot be used to check it: ${errorText(error)}`];
  } finally {
    delete context['validate'];
  }
  return problems;
}

function isTimeout(error: unknown): boolean {
  // An error of the script's own realm: it is no instance of our Error.
  return typeof error === 'object' && error !== null && 'code' in error && error.code === timeoutCode;
}

function errorsOf(schema: JsonSchema, config: unknown): string[] {
  if (Schema.Check(schema, config)) return [];
  const [, errors] = Schema.Errors(schema, config);
  // `false` as a schema is how it says that a property is one too many; that follows with its name.
  const texts = errors.filter(({ keyword }) => keyword !== 'boolean').map(problemOf);
  // With many such properties the list of errors ends before that.
  const surplus = errors.map(({ instancePath }) => instancePath.slice(1).replaceAll('/', '.'));
  if (texts.length === 0) return [`must not have ${surplus.slice(0, mostProblems).join(', ') || 'a value'}`];
  return [...new Set(texts)].slice(0, mostProblems);
}

function problemOf(error: SchemaError): string {
  const field = error.instancePath.slice(1).replaceAll('/', '.');
  const text = messageOf(error);
  return field ? `${field} ${text}` : text;
}

function messageOf(error: SchemaError): string {
  if (error.keyword === 'additionalProperties') {
    return `must not have ${error.params.additionalProperties.join(', ')}`;
  }
  if (error.keyword === 'enum') return `must be one of ${error.params.allowedValues.map(String).join(', ')}`;
  return error.message;
}
