import { ENDPOINTS } from '../src/api/endpoints.ts';
import { nameInSpecification, readSpecification, SPECIFICATION } from '../test/support/specified-replies.ts';
import { recordedReplies } from '../test/support/watch-replies.ts';

// Run as `node build/scripts/coverage.js` after the tests: which operations of the specification are served, and which endpoints
// the tests have seen succeed. Ends with code 1 when an endpoint never succeeded.
const record = recordedReplies();
/** Browsers are sent on with 302 or 303 by what has succeeded. */
const succeeded = (name: string): boolean => Object.keys(record[name] ?? {}).some((status) => /^2|^30[23]$/.test(status));
const list = (title: string, names: readonly string[]): void => {
  console.log(`\n${title}: ${names.length}`);
  for (const name of names.toSorted()) console.log(`  ${name}`);
};

const served = new Set(ENDPOINTS.map(nameInSpecification));
const specification = readSpecification();
if (specification === undefined) console.log(`The operations of the specification are not counted: there is no ${SPECIFICATION}`);
else {
  const names = [...specification.keys()];
  const isProved = new Set(ENDPOINTS.filter(({ method, path }) => succeeded(`${method} ${path}`)).map(nameInSpecification));
  console.log(
    `Client-server API: ${names.length} operations, ${names.filter((name) => served.has(name)).length} served, ` +
      `${names.filter((name) => isProved.has(name)).length} seen to succeed in the last run of the tests`,
  );
  list(
    'Not served',
    names.filter((name) => !served.has(name)),
  );
  list(
    'Served beyond the specification',
    [...served].filter((name) => !specification.has(name)),
  );
}
/** Without application services there are no other networks to look something up in, and no server here sends text messages. */
const CANNOT_SUCCEED = /\/thirdparty\/(?:location|user|protocol\/)|\/msisdn\/requestToken$/;
const unproved = ENDPOINTS.map(({ method, path }) => `${method} ${path}`).filter((name) => !succeeded(name) && !CANNOT_SUCCEED.test(name));
list('Endpoints that no test has seen succeed', unproved);
if (unproved.length > 0) process.exitCode = 1;
