// The words of a refusal that is foretold, not met.

import { BatonError, type ErrorCode } from '@baton/client';
import { refusalWords } from '../../../shared/src/refusals.ts';

export function refusalCode(code: ErrorCode): string {
  return refusalWords(new BatonError(code, ''));
}
