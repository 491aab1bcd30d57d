import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';

/**
 * Whom connections to elsewhere trust: the well-known authorities and the administrator's own.
 * @param files PEM
 * @returns undefined when the well-known ones are all there are
 */
export const trustedCertificates = (files: readonly string[]): string[] | undefined =>
  files.length === 0 ? undefined : [...rootCertificates, ...files.map((file) => readFileSync(file, 'utf8'))];
