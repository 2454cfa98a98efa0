import type { PrinterColumn } from '../kind.ts';

export const age: PrinterColumn = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };

export const ready: PrinterColumn = {
  name: 'Ready',
  type: 'string',
  jsonPath: '.status.conditions[?(@.type=="Ready")].status',
};

export const statusMessage: PrinterColumn = {
  name: 'Status',
  type: 'string',
  jsonPath: '.status.conditions[?(@.type=="Ready")].message',
};

/** A text column that shows one field. */
export function field(name: string, jsonPath: string, priority?: number): PrinterColumn {
  return { name, type: 'string', jsonPath, ...(priority === undefined ? {} : { priority }) };
}
