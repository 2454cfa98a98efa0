import { type StackMap, stackMapper } from './stack-map.ts';

let mapper = (stack: string): string => stack.trimEnd();

/** The builder hands the map over last, as it knows it last. */
export function setStackMap(map: StackMap): void {
  mapper = stackMapper(map);
}

/** A stack with the places of the author's sources; frames of the engine and of the SDK's runtime are left out. */
export function mapStack(stack: string): string {
  return mapper(stack);
}

/** The place where an error was thrown, as `file:line:column`; null when that is not the author's code. */
export function placeOf(error: Error): string | null {
  const [first] = mapStack(error.stack ?? '').split('\n');
  return /\(?([^\s()]+:\d+:\d+)\)?$/.exec(first ?? '')?.[1] ?? null;
}
