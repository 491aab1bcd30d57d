const KEY = 'plexus-admin';

/** What the server refused, or that it did not answer. */
export class Refused extends Error {
  constructor(message, status, body = {}) {
    super(message);
    this.status = status;
    this.body = body;
  }
}

/** The session lives as long as this tab: nothing of it outlasts the browser. */
export const session = {
  get() {
    return JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
  },
  end() {
    sessionStorage.removeItem(KEY);
    window.dispatchEvent(new Event('session'));
  },
};

async function ask(method, path, body, token) {
  const headers = { ...(token && { Authorization: `Bearer ${token}` }), ...(body !== undefined && { 'Content-Type': 'application/json' }) };
  const options = { method, headers, cache: 'no-store', credentials: 'omit', body: body === undefined ? undefined : JSON.stringify(body) };
  const response = await fetch(path, options).catch(() => {
    throw new Refused('The server does not answer.', 0);
  });
  const reply = await response.json().catch(() => ({}));
  if (response.ok) return reply;
  throw new Refused(typeof reply.error === 'string' ? reply.error : `The server answered ${response.status}.`, response.status, reply);
}

const API = '/_plexus/admin/v1';

/** Asks the admin API. A session that the server does not know any more ends. */
export async function admin(method, path, body) {
  try {
    return await ask(method, API + path, body, session.get()?.token);
  } catch (error) {
    if (error.status === 401) session.end();
    throw error;
  }
}

export async function logIn(user, password) {
  const body = { type: 'm.login.password', identifier: { type: 'm.id.user', user }, password, initial_device_display_name: 'Plexus admin page' };
  const { access_token: token, user_id: userId } = await ask('POST', '/_matrix/client/v3/login', body);
  try {
    await ask('GET', `${API}/modules`, undefined, token);
  } catch (error) {
    await ask('POST', '/_matrix/client/v3/logout', {}, token).catch(() => undefined);
    throw error;
  }
  sessionStorage.setItem(KEY, JSON.stringify({ token, userId }));
  window.dispatchEvent(new Event('session'));
}

export async function logOut() {
  await ask('POST', '/_matrix/client/v3/logout', {}, session.get()?.token).catch(() => undefined);
  session.end();
}
