import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { errorText } from '../../errors/text.ts';
import { isRecord, listAt, recordAt, stringAt } from '../../json.ts';
import { badIndex } from '../errors.ts';
import { createJsonReader } from './json-reader.ts';
import { PackedIndex } from './packed.ts';
import { type IndexReader, type IndexSink, IrregularIndex } from './types.ts';
import { parseTexts } from './yaml.ts';
import { createYamlReader } from './yaml-reader.ts';

const chunkBytes = 256 * 1024;

/**
 * Reads an index, YAML or JSON, piece by piece. One that is not in the usual form is read as a whole, which takes many times its size.
 * @throws FluxError FLUX_E_CHART_INDEX
 */
export async function readIndex(file: string, maxBytes: number): Promise<PackedIndex> {
  const { size } = await stat(file);
  if (size > maxBytes) throw badIndex(`it has ${size} bytes, more than the ${maxBytes} that are allowed`);
  if (size === 0) throw badIndex('empty index.yaml file');
  try {
    return await readPieces(file);
  } catch (error) {
    if (!(error instanceof IrregularIndex)) throw error;
    return readWhole(await readFile(file, 'utf8'));
  }
}

async function readPieces(file: string): Promise<PackedIndex> {
  const index = new PackedIndex();
  let reader: IndexReader | undefined;
  const stream = createReadStream(file, { encoding: 'utf8', highWaterMark: chunkBytes });
  for await (const chunk of stream) {
    let text = String(chunk);
    if (!reader) {
      text = text.replace(/^\ufeff?\s*/, '');
      if (text === '') continue;
      reader = readerFor(text, index);
    }
    reader.push(text);
  }
  if (!reader) throw badIndex('empty index.yaml file');
  reader.end();
  index.finish();
  return index;
}

function readerFor(text: string, index: PackedIndex): IndexReader {
  const isJson = text.startsWith('{');
  const sink: IndexSink = {
    head: (own) => checkHead(own),
    chart(name) {
      // Flux refuses such YAML; of equal keys in JSON the last one counts.
      if (!isJson && index.has(name)) throw badIndex(`key ${JSON.stringify(name)} already set in map`);
      index.begin(name);
    },
    version: (fields) => index.add(fields),
  };
  return isJson ? createJsonReader(sink) : createYamlReader(sink);
}

function checkHead(text: string): void {
  let own: unknown;
  try {
    own = parseTexts(text);
  } catch {
    throw new IrregularIndex('the fields of the index cannot be read alone');
  }
  if (!isRecord(own)) throw new IrregularIndex('it is no map');
  if (!stringAt(own, 'apiVersion')) throw badIndex('no API version specified');
  const entries = own['entries'];
  if (isRecord(entries) && Object.keys(entries).length > 0) throw new IrregularIndex('entries in one line');
}

function readWhole(text: string): PackedIndex {
  let value: unknown;
  try {
    value = parseTexts(text);
  } catch (error) {
    throw badIndex(`it is not YAML: ${errorText(error).split('\n')[0]}`);
  }
  if (!isRecord(value)) throw badIndex('it is not the index of a chart repository');
  if (!stringAt(value, 'apiVersion')) throw badIndex('no API version specified');
  const index = new PackedIndex();
  for (const [name, versions] of Object.entries(recordAt(value, 'entries') ?? {})) {
    index.begin(name);
    for (const fields of listAt({ versions }, 'versions')) index.add(fields);
  }
  index.finish();
  return index;
}
