import ipaddr from 'ipaddr.js';
import { resolve } from 'node:path';
import { parseByteSize } from '../core/byte-size.ts';
import { parseDuration } from '../core/duration.ts';
import { isServerName, type ServerName } from '../core/identifiers.ts';
import { nearestName } from '../core/nearest-name.ts';
import { ROOM_VERSIONS } from '../core/room-versions.ts';
import { show, type Kind, type Options } from './kind.ts';
import { list } from './mappings.ts';

/** A kind whose values are accepted or not; `accept` returns undefined for what it does not want. */
export const value = <T>(wanted: string, accept: (written: unknown) => T | undefined, options: Options<unknown>): Kind<T> => ({
  ...options,
  read(written, path, reading) {
    const used = accept(written);
    if (used !== undefined) return used;
    const hint = wanted === TEXT && typeof written !== 'object' ? ': put it in quotes' : '';
    return reading.refuse(path, `must be ${wanted}, not ${show(written)}${written === '' ? '' : hint}`);
  },
});

const TEXT = 'text';
const textOf = (written: unknown): string | undefined => (typeof written === 'string' && written !== '' ? written : undefined);

export const text = (options: Options<string> = {}): Kind<string> => value(TEXT, textOf, options);

export const flag = (options: Options<boolean>): Kind<boolean> =>
  value('true or false', (written) => (typeof written === 'boolean' ? written : undefined), options);

export const wholeNumber = (from: number, to: number, options: Options<number>): Kind<number> =>
  value(
    `a whole number from ${from} to ${to}`,
    (written) => (Number.isInteger(written) && Number(written) >= from && Number(written) <= to ? Number(written) : undefined),
    options,
  );

export const positiveNumber = (options: Options<number>): Kind<number> =>
  value('a number above 0', (written) => (typeof written === 'number' && Number.isFinite(written) && written > 0 ? written : undefined), options);

/** One of some words. */
export const choice = <const C extends string>(choices: readonly C[], options: Options<C>): Kind<C> => ({
  ...options,
  read(written, path, reading) {
    const chosen = choices.find((one) => one === written);
    if (chosen !== undefined) return chosen;
    const nearest = typeof written === 'string' ? nearestName(written, choices) : undefined;
    const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`;
    return reading.refuse(path, `must be ${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}, not ${show(written)}${hint}`);
  },
});

/** A kind that is read by a function which throws an error that says what is wanted. */
const measure = (parse: (written: unknown) => number, options: Options<string | number>): Kind<number> => ({
  ...options,
  read(written, path, reading) {
    try {
      return parse(written);
    } catch (error) {
      return reading.refuse(path, (error as Error).message);
    }
  },
});

/** Written `5d` or as a number of ms; used as ms. */
export const duration = (options: Options<string | number>): Kind<number> => measure(parseDuration, options);
/** Written `50MiB` or as a number of bytes; used as bytes. */
export const byteSize = (options: Options<string | number>): Kind<number> => measure(parseByteSize, options);

/** The path of a file or folder, written relative to the folder of the configuration; used as an absolute one. */
export const path = (options: Options<string> = {}): Kind<string> => ({
  ...options,
  read(written, at, reading) {
    const name = textOf(written);
    return name === undefined ? reading.refuse(at, `must be the path of a file or folder, not ${show(written)}`) : resolve(reading.folder, name);
  },
});

/** One path or a list of them; used as a list. */
export const paths = (options: Options<readonly string[]>): Kind<readonly string[]> => {
  const several = list(path(), options);
  return { ...several, read: (written, at, reading) => several.read(typeof written === 'string' ? [written] : written, at, reading) };
};

/** An http or https address; used without a slash at its end. */
export const webAddress = (options: Options<string>): Kind<string> =>
  value('an http or https address, as in https://matrix.example.org', webAddressOf, options);

function webAddressOf(written: unknown): string | undefined {
  const address = textOf(written) ?? '';
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url && /^https?:$/.test(url.protocol) && url.hash + url.search === '' ? address.replace(/\/+$/, '') : undefined;
}

/** The http or https address of a page; used as it is written. */
export const link = (options: Options<string> = {}): Kind<string> =>
  value('the http or https address of a page, as in https://example.org/privacy.html', linkOf, options);

function linkOf(written: unknown): string | undefined {
  const address = textOf(written) ?? '';
  return URL.canParse(address) && /^https?:$/.test(new URL(address).protocol) ? address : undefined;
}

/** Where a file lies that was uploaded to a Matrix server. */
export const mediaAddress = (options: Options<string>): Kind<string> =>
  value(
    'an address of media, as in mxc://example.org/abc',
    (written) => (/^mxc:\/\/[^/\s]+\/[\w-]+$/.test(String(written)) ? String(written) : undefined),
    options,
  );

/** The address of a TURN server: https://www.rfc-editor.org/rfc/rfc7065 */
export const turnAddress = (options: Options<string> = {}): Kind<string> =>
  value(
    'the address of a TURN server, as in turn:turn.example.org?transport=udp',
    (written) => (/^turns?:[^\s/]+$/.test(textOf(written) ?? '') ? textOf(written) : undefined),
    options,
  );

/** A network, or a single IP address, which is read as the network that has only it. */
export const network = (options: Options<string> = {}): Kind<string> =>
  value('a network or an IP address, as in 10.0.0.0/8 or ::1', networkOf, options);

function networkOf(written: unknown): string | undefined {
  const address = textOf(written) ?? '';
  if (ipaddr.isValidCIDR(address)) return address;
  return ipaddr.isValid(address) ? `${address}/${ipaddr.parse(address).kind() === 'ipv4' ? 32 : 128}` : undefined;
}

export const serverName = (options: Options<string>): Kind<ServerName> =>
  value(
    'a server name: a host name or IP address, with a port if it needs one, as in example.org or example.org:8448',
    (written) => (typeof written === 'string' && isServerName(written) ? written : undefined),
    options,
  );

/** A version of rooms, written as text or number; used as text. */
export const roomVersion = (options: Options<string>): Kind<string> =>
  value(`one of the room versions ${[...ROOM_VERSIONS.keys()].join(', ')}`, (written) => ROOM_VERSIONS.get(String(written))?.id, options);

/** The name of a module; in values that come from code also the class or definition itself. */
export const moduleReference = (options: Options<string> = {}): Kind<string | object> => ({
  ...options,
  read(written, at, reading) {
    if (reading.fromCode && (typeof written === 'function' || (typeof written === 'object' && written !== null))) return written;
    return textOf(written) ?? reading.refuse(at, `must be the name of a module (plexus:<name>, ./file.js or a package), not ${show(written)}`);
  },
});

/** Whatever a module wants to be told: the module itself reads it. */
export const anything: Kind<unknown> = { read: frozenCopy };

/** Instances and functions, which only code can give, are somebody else's and stay as they are. */
function frozenCopy(written: unknown): unknown {
  if (Array.isArray(written)) return Object.freeze(written.map(frozenCopy));
  if (typeof written !== 'object' || written === null || Object.getPrototypeOf(written) !== Object.prototype) return written;
  return Object.freeze(Object.fromEntries(Object.entries(written).map(([key, value]) => [key, frozenCopy(value)])));
}
