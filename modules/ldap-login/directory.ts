import type * as Ldapts from 'ldapts';
import type { Client, Entry } from 'ldapts';
import type { Settings } from './config.ts';
import { inDn, inFilter } from './escape.ts';

/** How long a directory may take to be reached, and to answer (ms): together less than a module has for an answer. */
const CONNECT_TIMEOUT = 1_500;
const TIMEOUT = 3_000;

/** Somebody whose password the directory has taken. */
export interface Person {
  readonly uid: string;
  readonly name: string | undefined;
  readonly mails: readonly string[];
}

/** What is wrong with the settings or the directory: never the fault of who wants to log in. */
export class DirectoryError extends Error {
  override readonly name = 'DirectoryError';
}

type Ldap = typeof Ldapts;
interface Session {
  readonly ldap: Ldap;
  readonly client: Client;
}

/** A directory, asked over a connection of its own each time: a connection belongs to who is bound to it. */
export class Directory {
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Whether the settings fit the directory. @throws DirectoryError */
  async check(): Promise<void> {
    await this.#connected(async (session) => {
      await this.#bindSearcher(session);
      const { base, mode, filter = '(objectClass=*)' } = this.#settings;
      await this.#search(session, 'base', '(objectClass=*)', base);
      if (mode === 'search') await this.#search(session, 'sub', filter, base);
    });
  }

  /**
   * Who somebody is, when the password is right.
   * @param attribute by which they are looked for
   * @throws DirectoryError
   */
  authenticate(attribute: 'uid' | 'mail', value: string, password: string): Promise<Person | undefined> {
    // With an empty password a directory lets everybody in, as nobody.
    if (password === '' || value === '') return Promise.resolve(undefined);
    return this.#connected((session) =>
      this.#settings.mode === 'simple' ? this.#simply(session, value, password) : this.#bySearch(session, attribute, value, password),
    );
  }

  async #simply(session: Session, name: string, password: string): Promise<Person | undefined> {
    const { attributes, base } = this.#settings;
    const dn = `${attributes.uid}=${inDn(name)},${base}`;
    if (!(await isRight(session, dn, password))) return undefined;
    // A directory may show people nothing of themselves: then the account has no more than its name.
    const [entry] = await this.#search(session, 'base', '(objectClass=*)', dn).catch(() => []);
    return this.#personOf(entry, name);
  }

  async #bySearch(session: Session, attribute: 'uid' | 'mail', value: string, password: string): Promise<Person | undefined> {
    const { attributes, base, filter = '' } = this.#settings;
    await this.#bindSearcher(session);
    const found = await this.#search(session, 'sub', `(&(${attributes[attribute]}=${inFilter(value)})${filter})`, base);
    if (found.length > 1) throw new DirectoryError(`there are several entries with ${attributes[attribute]}=${value} below ${base}`);
    const [entry] = found;
    if (entry === undefined || !(await isRight(session, entry.dn, password))) return undefined;
    const person = this.#personOf(entry, attribute === 'uid' ? value : undefined);
    if (person === undefined)
      throw new DirectoryError(`${entry.dn} has no attribute ${attributes.uid} (attributes.uid), so that nobody knows whose account it is`);
    return person;
  }

  /** @param written what stands for the name where the directory does not show it */
  #personOf(entry: Entry | undefined, written: string | undefined): Person | undefined {
    const { attributes } = this.#settings;
    const [uid = written] = textsOf(entry, attributes.uid);
    return uid === undefined ? undefined : { uid, name: textsOf(entry, attributes.name)[0], mails: textsOf(entry, attributes.mail) };
  }

  async #bindSearcher({ client, ldap }: Session): Promise<void> {
    const { bind } = this.#settings;
    if (bind === undefined) return;
    try {
      await client.bind(bind.dn, bind.password);
    } catch (error) {
      const isWrong = error instanceof ldap.InvalidCredentialsError;
      throw new DirectoryError(isWrong ? `the directory does not take bind_dn ${bind.dn} with its password` : `bind_dn ${bind.dn}: ${textOf(error)}`);
    }
  }

  async #search({ client, ldap }: Session, scope: 'base' | 'sub', filter: string, base: string): Promise<readonly Entry[]> {
    const { uid, mail, name } = this.#settings.attributes;
    try {
      return (await client.search(base, { scope, filter, sizeLimit: 2, attributes: [uid, mail, name] })).searchEntries;
    } catch (error) {
      // There are more, which is all that has to be known.
      if (error instanceof ldap.SizeLimitExceededError) return [{ dn: base }, { dn: base }];
      if (error instanceof ldap.NoSuchObjectError)
        throw new DirectoryError(`there is no entry ${base}, or whoever searches may not see it (base, bind_dn)`);
      throw new DirectoryError(`the search for ${filter} below ${base} fails: ${textOf(error)}`);
    }
  }

  /** The first address that can be reached. */
  async #connected<T>(use: (session: Session) => Promise<T>): Promise<T> {
    const ldap = await import('ldapts');
    const { urls, startTls, tls } = this.#settings;
    const problems: string[] = [];
    for (const url of urls) {
      const client = new ldap.Client({
        url,
        timeout: TIMEOUT,
        connectTimeout: CONNECT_TIMEOUT,
        ...(url.startsWith('ldaps:') && { tlsOptions: tls }),
      });
      try {
        await (startTls ? client.startTLS(tls) : reach(client, ldap));
      } catch (error) {
        problems.push(`${url}${startTls ? ' by start_tls' : ''}: ${textOf(error)}`);
        await client.unbind().catch(() => undefined);
        continue;
      }
      try {
        return await use({ ldap, client });
      } finally {
        await client.unbind().catch(() => undefined);
      }
    }
    throw new DirectoryError(`the directory cannot be reached (${problems.join('; ')})`);
  }
}

/** Binds as nobody. That it is refused is an answer as well. */
async function reach(client: Client, ldap: Ldap): Promise<void> {
  try {
    await client.bind('', '');
  } catch (error) {
    if (!(error instanceof ldap.ResultCodeError)) throw error;
  }
}

async function isRight({ client, ldap }: Session, dn: string, password: string): Promise<boolean> {
  try {
    await client.bind(dn, password);
    return true;
  } catch (error) {
    if (error instanceof ldap.InvalidCredentialsError || error instanceof ldap.NoSuchObjectError) return false;
    throw new DirectoryError(`the directory cannot say whether the password of ${dn} is right: ${textOf(error)}`);
  }
}

function textsOf(entry: Entry | undefined, attribute: string): readonly string[] {
  const key = Object.keys(entry ?? {}).find((one) => one.toLowerCase() === attribute.toLowerCase());
  const value = key === undefined ? [] : entry?.[key];
  return (Array.isArray(value) ? value : [value]).flatMap((one) => (typeof one === 'string' && one !== '' ? [one] : []));
}

const textOf = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : String(error));
