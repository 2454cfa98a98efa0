import { type Overload, parseOverload } from './overload.ts';

const ordered = ['bool', 'int', 'uint', 'double', 'string', 'bytes', 'timestamp', 'duration'].map(
  (type) => `(${type}, ${type}) bool`,
);
const numbers = ['int', 'uint', 'double'];
/** CrossTypeNumericComparisons. */
const mixed = numbers.flatMap((left) =>
  numbers.filter((right) => right !== left).map((right) => `(${left}, ${right}) bool`),
);
const comparison = [...ordered, ...mixed];

const getter = ['timestamp.() int', 'timestamp.(string) int'];
const lengthGetter = [...getter, 'duration.() int'];
const wholeText = ['string.() string'];
const textTest = ['string.(string) bool'];
const setTest = ['(list(A), list(A)) bool'];

/** The functions, methods and operators by name, each with its overloads: of CEL and of the extensions that Flux uses. */
const declared: Readonly<Record<string, readonly string[]>> = {
  '_==_': ['(A, A) bool'],
  '_!=_': ['(A, A) bool'],
  '_<_': comparison,
  '_<=_': comparison,
  '_>_': comparison,
  '_>=_': comparison,
  '_+_': [
    '(bytes, bytes) bytes',
    '(double, double) double',
    '(duration, duration) duration',
    '(duration, timestamp) timestamp',
    '(timestamp, duration) timestamp',
    '(int, int) int',
    '(list(A), list(A)) list(A)',
    '(string, string) string',
    '(uint, uint) uint',
  ],
  '_-_': [
    '(double, double) double',
    '(duration, duration) duration',
    '(int, int) int',
    '(timestamp, duration) timestamp',
    '(timestamp, timestamp) duration',
    '(uint, uint) uint',
  ],
  '_*_': ['(double, double) double', '(int, int) int', '(uint, uint) uint'],
  '_/_': ['(double, double) double', '(int, int) int', '(uint, uint) uint'],
  '_%_': ['(int, int) int', '(uint, uint) uint'],
  '!_': ['(bool) bool'],
  '-_': ['(double) double', '(int) int'],
  '_?_:_': ['(bool, A, A) A'],
  '@in': ['(A, list(A)) bool', '(A, map(A, B)) bool'],
  '_[_]': [
    '(list(A), int) A',
    '(map(A, B), A) B',
    '(optional_type(list(A)), int) optional_type(A)',
    '(optional_type(map(A, B)), A) optional_type(B)',
  ],
  '_[?_]': [
    '(list(A), int) optional_type(A)',
    '(optional_type(list(A)), int) optional_type(A)',
    '(map(A, B), A) optional_type(B)',
    '(optional_type(map(A, B)), A) optional_type(B)',
  ],
  size: [
    '(bytes) int',
    'bytes.() int',
    '(list(A)) int',
    'list(A).() int',
    '(map(A, B)) int',
    'map(A, B).() int',
    '(string) int',
    'string.() int',
  ],
  type: ['(A) type(A)'],
  dyn: ['(A) dyn'],
  bool: ['(bool) bool', '(string) bool'],
  bytes: ['(bytes) bytes', '(string) bytes'],
  double: ['(double) double', '(int) double', '(string) double', '(uint) double'],
  duration: ['(duration) duration', '(string) duration'],
  int: ['(int) int', '(double) int', '(string) int', '(timestamp) int', '(uint) int'],
  string: ['bool', 'bytes', 'double', 'duration', 'int', 'string', 'timestamp', 'uint'].map(
    (type) => `(${type}) string`,
  ),
  timestamp: ['(timestamp) timestamp', '(int) timestamp', '(string) timestamp'],
  uint: ['(uint) uint', '(double) uint', '(int) uint', '(string) uint'],
  matches: ['(string, string) bool', ...textTest],
  contains: textTest,
  endsWith: textTest,
  startsWith: textTest,
  getFullYear: getter,
  getMonth: getter,
  getDayOfYear: getter,
  getDayOfMonth: getter,
  getDate: getter,
  getDayOfWeek: getter,
  getHours: lengthGetter,
  getMinutes: lengthGetter,
  getSeconds: lengthGetter,
  getMilliseconds: lengthGetter,
  charAt: ['string.(int) string'],
  indexOf: ['string.(string) int', 'string.(string, int) int'],
  lastIndexOf: ['string.(string) int', 'string.(string, int) int'],
  join: ['list(string).() string', 'list(string).(string) string'],
  lowerAscii: wholeText,
  upperAscii: wholeText,
  trim: wholeText,
  reverse: wholeText,
  replace: ['string.(string, string) string', 'string.(string, string, int) string'],
  split: ['string.(string) list(string)', 'string.(string, int) list(string)'],
  substring: ['string.(int) string', 'string.(int, int) string'],
  format: ['string.(list(dyn)) string'],
  'strings.quote': ['(string) string'],
  'sets.contains': setTest,
  'sets.equivalent': setTest,
  'sets.intersects': setTest,
  'base64.decode': ['(string) bytes'],
  'base64.encode': ['(bytes) string'],
  'optional.of': ['(A) optional_type(A)'],
  'optional.ofNonZeroValue': ['(A) optional_type(A)'],
  'optional.none': ['() optional_type(A)'],
  'optional.unwrap': ['(list(optional_type(A))) list(A)'],
  unwrapOpt: ['list(optional_type(A)).() list(A)'],
  value: ['optional_type(A).() A'],
  hasValue: ['optional_type(A).() bool'],
  or: ['optional_type(A).(optional_type(A)) optional_type(A)'],
  orValue: ['optional_type(A).(A) A'],
  first: ['list(A).() optional_type(A)'],
  last: ['list(A).() optional_type(A)'],
};

export const declarations: ReadonlyMap<string, readonly Overload[]> = new Map(
  Object.entries(declared).map(([name, overloads]) => [name, overloads.map(parseOverload)]),
);
