import { EvaluationFailure, noSuchOverload } from '../failure.ts';
import { typeNameOf } from '../values/type-of.ts';
import { arity, type CelFunction } from './types.ts';

const alphabet = /^[A-Za-z0-9+/]*={0,2}$/;

/** cel-go's `ext.Encoders`. */
export const encoderFunctions: Readonly<Record<string, CelFunction>> = {
  'base64.encode'(args, budget) {
    arity(args, 1);
    const [bytes = null] = args;
    if (!(bytes instanceof Uint8Array)) throw noSuchOverload(`base64.encode(${typeNameOf(bytes)})`);
    budget.chargeBytes(bytes.length * 2);
    return Buffer.from(bytes).toString('base64');
  },
  /** The padding may be left out. */
  'base64.decode'(args, budget) {
    arity(args, 1);
    const [text = null] = args;
    if (typeof text !== 'string') throw noSuchOverload(`base64.decode(${typeNameOf(text)})`);
    budget.chargeBytes(text.length);
    const compact = text.replaceAll(/[\r\n]/g, '');
    const bare = compact.replace(/=+$/, '');
    const padded = compact.length > bare.length;
    if (!alphabet.test(compact) || bare.length % 4 === 1 || (padded && compact.length % 4 !== 0)) {
      const wrong = compact.search(/[^A-Za-z0-9+/]/);
      const at = wrong < 0 ? bare.length - (bare.length % 4) : wrong;
      throw new EvaluationFailure(`illegal base64 data at input byte ${at}`);
    }
    return new Uint8Array(Buffer.from(bare, 'base64'));
  },
};
