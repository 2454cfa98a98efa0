/** The forms in which SOPS encrypts files. */
export const formats = ['binary', 'dotenv', 'ini', 'json', 'yaml'] as const;
export type Format = (typeof formats)[number];

/** As messages of Flux name them. */
export const formatNames: Readonly<Record<Format, string>> = {
  binary: 'binary',
  dotenv: 'dotenv',
  ini: 'INI',
  json: 'JSON',
  yaml: 'YAML',
};

/** The format of a file, or of the entry of a Secret, by its name. */
export function formatOfName(name: string): Format {
  if (name.endsWith('.dockerconfigjson') || name.endsWith('.json')) return 'json';
  if (name.endsWith('.yaml') || name.endsWith('.yml')) return 'yaml';
  if (name.endsWith('.env')) return 'dotenv';
  return name.endsWith('.ini') ? 'ini' : 'binary';
}

/** What an encrypted file of a format contains for certain. A binary file is a JSON envelope. */
export const markers: Readonly<Record<Format, string>> = {
  binary: '"mac": "ENC[',
  dotenv: 'sops_mac=ENC[',
  ini: '[sops]',
  json: '"mac": "ENC[',
  yaml: 'mac: ENC[',
};

/** The format of encrypted data by its content; undefined for data that SOPS did not encrypt. JSON and binary look the same. */
export function formatOfContent(text: string): Format | undefined {
  return (['dotenv', 'ini', 'json', 'yaml'] as const).find((format) => text.includes(markers[format]));
}
