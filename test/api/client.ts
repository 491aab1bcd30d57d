import { requestJson } from '../../src/testing/request.ts';
import type { TestServer } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';

const V3 = '/_matrix/client/v3';
export const DUMMY = { type: 'm.login.dummy' };
export const PASSWORD = 'secret';

/** What a client says before it has an account, in few words. */
export interface Client {
  /** Paths are below /_matrix/client/v3. */
  post(path: string, body?: unknown): Promise<Json>;
  get(path: string): Promise<Json>;
  /** The same with an access token. */
  as(token: unknown, method?: string, path?: string, body?: unknown): Promise<Json>;
  register(username: string, more?: Json): Promise<Json>;
  logIn(user: string, password?: string, more?: Json): Promise<Json>;
}

/** @param server asked for each time, as tests start a new one for each case */
export function clientOf(server: () => TestServer): Client {
  const post = (path: string, body: unknown = {}): Promise<Json> => server().request('POST', V3 + path, body) as Promise<Json>;
  return {
    post,
    get: (path) => server().request('GET', V3 + path) as Promise<Json>,
    as: (token, method = 'GET', path = '/account/whoami', body) => requestJson(server().url, method, V3 + path, body, String(token)) as Promise<Json>,
    register: (username, more = {}) => post('/register', { username, password: PASSWORD, auth: DUMMY, ...more }),
    logIn: (user, password = PASSWORD, more = {}) =>
      post('/login', { type: 'm.login.password', identifier: { type: 'm.id.user', user }, password, ...more }),
  };
}

/** The key `auth` of a request that is confirmed by the user's password. */
export const byPassword = (user: string, password = PASSWORD): Json => ({
  type: 'm.login.password',
  identifier: { type: 'm.id.user', user },
  password,
});
