import { int, uint } from '../evaluate/operators.ts';
import { EvaluationFailure, noSuchOverload } from '../failure.ts';
import type { CelValue } from '../types.ts';
import { Duration, Timestamp, Uint } from '../values/scalars.ts';
import { durationType, timestampType, typeNameOf } from '../values/type-of.ts';
import { formatDouble, parseDouble } from './numbers.ts';
import { formatDuration, formatTimestamp, parseDuration, parseTimestamp, timestamp } from './time-text.ts';
import { arity, type CelFunction } from './types.ts';

const nanosPerSecond = 1_000_000_000n;

/** Functions named like the type that they convert to. */
export const conversions: Readonly<Record<string, CelFunction>> = {
  int: conversion('int', toInt),
  uint: conversion('uint', toUint),
  double: conversion('double', toDouble),
  string: conversion('string', toText),
  bytes: conversion('bytes', (value) => {
    if (value instanceof Uint8Array) return value;
    return typeof value === 'string' ? new TextEncoder().encode(value) : undefined;
  }),
  bool: conversion('bool', toBool),
  duration: conversion(durationType, (value) => {
    if (value instanceof Duration) return value;
    if (typeof value === 'bigint')
      throw new EvaluationFailure(`type conversion error from 'int' to '${durationType}'`);
    return typeof value === 'string' ? (parseDuration(value) ?? unreadable(durationType)) : undefined;
  }),
  timestamp: conversion(timestampType, (value) => {
    if (value instanceof Timestamp) return value;
    if (typeof value === 'bigint') return timestamp(value * nanosPerSecond);
    return typeof value === 'string' ? (parseTimestamp(value) ?? unreadable(timestampType)) : undefined;
  }),
};

function conversion(name: string, convert: (value: CelValue) => CelValue | undefined): CelFunction {
  const called = name.startsWith('google.') ? name.slice(name.lastIndexOf('.') + 1).toLowerCase() : name;
  return (args, budget) => {
    arity(args, 1);
    const [value = null] = args;
    if (typeof value === 'string' || value instanceof Uint8Array) budget.chargeBytes(value.length);
    const result = convert(value);
    if (result === undefined) throw noSuchOverload(`${called}(${typeNameOf(value)})`);
    return result;
  };
}

function unreadable(type: string): never {
  throw new EvaluationFailure(`type conversion error from 'string' to '${type}'`);
}

function toInt(value: CelValue): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (value instanceof Uint) return int(value.value);
  if (typeof value === 'number') return int(truncated(value, 'integer overflow'));
  if (value instanceof Timestamp) return BigInt.asIntN(64, floorDivide(value.nanos, nanosPerSecond));
  if (value instanceof Duration) return value.nanos;
  if (typeof value !== 'string') return undefined;
  if (!/^[+-]?\d{1,40}$/.test(value)) unreadable('int');
  const number = BigInt(value.replace('+', ''));
  return BigInt.asIntN(64, number) === number ? number : unreadable('int');
}

function toUint(value: CelValue): Uint | undefined {
  if (value instanceof Uint) return value;
  if (typeof value === 'bigint') return uint(value);
  if (typeof value === 'number') return uint(truncated(value, 'unsigned integer overflow'));
  if (typeof value !== 'string') return undefined;
  if (!/^\d{1,40}$/.test(value)) unreadable('uint');
  const number = BigInt(value);
  return BigInt.asUintN(64, number) === number ? new Uint(number) : unreadable('uint');
}

function truncated(value: number, overflow: string): bigint {
  if (!Number.isFinite(value)) throw new EvaluationFailure(overflow);
  return BigInt(Math.trunc(value));
}

function toDouble(value: CelValue): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Uint) return Number(value.value);
  return typeof value === 'string' ? (parseDouble(value) ?? unreadable('double')) : undefined;
}

function toText(value: CelValue): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return formatDouble(value);
  if (value instanceof Uint) return String(value.value);
  if (value instanceof Timestamp) return formatTimestamp(value);
  if (value instanceof Duration) return formatDuration(value);
  if (!(value instanceof Uint8Array)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value);
  } catch {
    throw new EvaluationFailure('invalid UTF-8 in bytes, cannot convert to string');
  }
}

function toBool(value: CelValue): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string') return undefined;
  if (/^(?:1|t|T|true|TRUE|True)$/.test(value)) return true;
  return /^(?:0|f|F|false|FALSE|False)$/.test(value) ? false : unreadable('bool');
}

function floorDivide(value: bigint, by: bigint): bigint {
  return value >= 0n ? value / by : -((-value + by - 1n) / by);
}
