import { expect } from 'chai';
import { defaultConfig, loadConfig, locate, parseConfig } from '../../../src/config/config.ts';
import { ConfigurationError } from '../../../src/config/configuration-error.ts';

/** The lines that a person sees below the first one, without the name of the file. */
function problemsOf(text: string, env: Record<string, string> = {}): string[] {
  try {
    parseConfig(text, { file: 'config.yaml', env });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim().replace(/^config\.yaml:/, ''));
  }
  return [];
}

const named = (text: string): string => `server_name: example.org\n${text}`;

describe('configuration', () => {
  describe('what is wrong', () => {
    const cases: [what: string, text: string, problems: string[]][] = [
      ['nothing at all', '', ['1: server_name: is missing']],
      ['no mapping', '- a', ['1: must be a mapping (lines of "key: value"), not a list']],
      [
        'an empty name',
        'server_name: ""',
        [
          '1: server_name: must be a server name: a host name or IP address, with a port if it needs one, as in example.org or example.org:8448, not ""',
        ],
      ],
      ['an unknown key', named('passwrds: {}'), ['2: passwrds: is not a known key; did you mean passwords?']],
      ['an unknown key below', named('media:\n  max_uplod: 5'), ['3: media.max_uplod: is not a known key; did you mean max_upload?']],
      ['a key like none', named('presence: { colour: red }'), ['2: presence.colour: is not a known key; known here are enabled']],
      ['a wrong word', named('registration:\n  mode: opn'), ['3: registration.mode: must be open, token or closed, not "opn"; did you mean open?']],
      [
        'a number for text',
        named('registration: { shared_secret: 123 }'),
        ['2: registration.shared_secret: must be text, not 123: put it in quotes'],
      ],
      ['text for a flag', named('presence: { enabled: "yes" }'), ['2: presence.enabled: must be true or false, not "yes"']],
      ['a port too high', named('listeners: [{ port: 70000 }]'), ['2: listeners[0].port: must be a whole number from 0 to 65535, not 70000']],
      ['no port', named('listeners:\n  - bind_addresses: ["::"]'), ['3: listeners[0].port: is missing']],
      ['half of tls', named('listeners:\n  - port: 1\n    tls:\n      key: a'), ['4: listeners[0].tls.certificate: is missing']],
      [
        'a rate of nothing',
        named('rate_limits: { message: { per_second: 0 } }'),
        ['2: rate_limits.message.per_second: must be a number above 0, not 0'],
      ],
      [
        'an unknown room version',
        named('rooms: { default_version: 99 }'),
        ['2: rooms.default_version: must be one of the room versions 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, not 99'],
      ],
      [
        'no network',
        named('outgoing: { allow_addresses: [10.0.0.0/8, intranet] }'),
        ['2: outgoing.allow_addresses[1]: must be a network or an IP address, as in 10.0.0.0/8 or ::1, not "intranet"'],
      ],
      [
        'no web address',
        named('public_baseurl: example.org'),
        ['2: public_baseurl: must be an http or https address, as in https://matrix.example.org, not "example.org"'],
      ],
      [
        'a contact out of reach',
        named('well_known: { contacts: [{ role: m.role.admin }] }'),
        ['2: well_known.contacts[0]: needs a matrix_id or an email_address'],
      ],
      [
        'mails without an address for their links',
        named('mail: { host: localhost, from: a@b.c }'),
        ['2: mail: needs public_baseurl, for the links in the mails'],
      ],
      ['mail addresses without mails', named('registration: { requires_email: true }'), ['2: registration.requires_email: needs the section mail']],
      [
        'a page that is none',
        named("registration: { terms: { version: '1', policies: { p: { en: { name: P, url: 'ftp://x' } } } } }"),
        [
          '2: registration.terms.policies.p.en.url: must be the http or https address of a page, as in https://example.org/privacy.html, not "ftp://x"',
        ],
      ],
      [
        'a module that is no mapping',
        named('modules:\n  - plexus:demo'),
        ['3: modules[0]: must be a mapping (lines of "key: value"), not "plexus:demo"'],
      ],
      ['a module without a name', named('modules:\n  - config: {}'), ['3: modules[0].module: is missing']],
      [
        'a mapping as module',
        named('modules: [{ module: {} }]'),
        ['2: modules[0].module: must be the name of a module (plexus:<name>, ./file.js or a package), not a mapping'],
      ],
      [
        'a hook of a module',
        named('modules:\n  - module: a\n    hooks:\n      user_may_invite: { on_error: ignore }'),
        ['5: modules[0].hooks.user_may_invite.on_error: must be deny or allow, not "ignore"'],
      ],
      ['broken YAML', 'server_name: [a', ['1: Flow sequence in block collection must be sufficiently indented and end with a ]']],
      ['a key twice', named('server_name: b'), ['2: Map keys must be unique']],
    ];
    for (const [what, text, problems] of cases) {
      it(what, () => expect(problemsOf(text)).to.deep.equal(problems));
    }

    it('tells the accepted forms of durations and sizes', () => {
      const [duration, size] = problemsOf(named('tokens: { refreshable_access_lifetime: 5 parsecs }\nmedia: { max_upload: much }'));
      expect(duration).to.match(/^2: tokens\.refreshable_access_lifetime: "5 parsecs" is not a duration: .*5d/);
      expect(size).to.match(/^3: media\.max_upload: "much" is not a size in bytes: .*50MiB/);
    });

    it('tells everything at once, in the order of the lines', () => {
      const text = named('presence:\n  enabled: 1\nlisteners:\n  - prt: 8008\nlgo: {}');
      expect(problemsOf(text)).to.deep.equal([
        '3: presence.enabled: must be true or false, not 1',
        '5: listeners[0].prt: is not a known key; did you mean port?',
        '5: listeners[0].port: is missing',
        '6: lgo: is not a known key; did you mean log?',
      ]);
    });

    it('names the file that cannot be read', () => {
      expect(() => loadConfig('/nowhere/config.yaml')).to.throw(ConfigurationError, '/nowhere/config.yaml: cannot be read');
    });
  });

  describe('what is read', () => {
    it('has every default when only the name is given', () => {
      const config = parseConfig('server_name: example.org', { file: '/etc/plexus/config.yaml' });
      expect(config).to.deep.equal({ ...defaultConfig({ server_name: 'example.org' }), data_dir: '/etc/plexus/data' });
      expect(config.registration).to.deep.equal({ mode: 'closed', open_to: 'loopback', guests: false, requires_email: false });
      expect(config.listeners).to.deep.equal([{ port: 8008, bind_addresses: ['127.0.0.1'], trusted_proxies: ['127.0.0.0/8', '::1/128'] }]);
    });

    it('turns durations into ms, sizes into bytes, paths into absolute ones', () => {
      const text = named(
        'tokens: { refreshable_access_lifetime: 2h }\nmedia: { max_upload: 1KiB }\ndata_dir: ../d\noutgoing: { extra_ca: ca.pem, allow_addresses: [10.0.0.1] }',
      );
      const config = parseConfig(text, { file: '/etc/plexus/config.yaml' });
      expect(config.tokens.refreshable_access_lifetime).to.equal(7_200_000);
      expect(config.media.max_upload).to.equal(1024);
      expect(config.data_dir).to.equal('/etc/d');
      expect(config.outgoing).to.deep.equal({ extra_ca: ['/etc/plexus/ca.pem'], allow_addresses: ['10.0.0.1/32'] });
    });

    it('takes a room version for text, and an address without its last slash', () => {
      const config = parseConfig(named('rooms: { default_version: 11 }\npublic_baseurl: https://m.example.org/'));
      expect(config.rooms.default_version).to.equal('11');
      expect(config.public_baseurl).to.equal('https://m.example.org');
    });

    it('takes a key without a value as left out', () => {
      expect(parseConfig(named('media:\nmodules:\nregistration:\n  guests:')).media).to.deep.equal(defaultConfig().media);
    });

    it('leaves the configuration of a module as it is written', () => {
      const text = named('modules:\n  - module: plexus:demo\n    config: { empty: null, list: [1, { a: b }] }\n  - module: ./a.js#B\n    config:');
      const [first, second] = parseConfig(text).modules;
      expect(first).to.deep.equal({
        module: 'plexus:demo',
        config: { empty: null, list: [1, { a: 'b' }] },
        on_error: 'deny',
        timeout: 5000,
        mode: 'enforce',
        isolation: 'none',
        memory: 268_435_456,
        hooks: {},
      });
      expect(second?.config).to.deep.equal({});
    });

    it('is frozen to the last', () => {
      const config = parseConfig(named('modules: [{ module: a, config: { deep: { list: [1] } } }]'));
      const isFrozen = (value: unknown): boolean =>
        typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(isFrozen));
      expect(isFrozen(config)).to.equal(true);
    });
  });

  describe('the environment', () => {
    const env = { NAME: 'example.org', PORT: '8448', ON: 'true', CODE: '0123' };
    it('stands in for ${NAME}', () => {
      const config = parseConfig('server_name: "${NAME}:${PORT}"\nlisteners:\n  - port: ${PORT}\npresence:\n  enabled: ${ON}', { env });
      expect(config.server_name).to.equal('example.org:8448');
      expect(config.listeners[0]?.port).to.equal(8448);
      expect(config.presence.enabled).to.equal(true);
    });
    it('gives text where there are quotes, or where a number would be another text', () => {
      const secret = (written: string): unknown =>
        parseConfig(named(`registration:\n  shared_secret: ${written}`), { env }).registration.shared_secret;
      expect(secret('"${PORT}"')).to.equal('8448');
      expect(secret('${CODE}')).to.equal('0123');
      expect(secret('a$${NAME}')).to.equal('a${NAME}');
    });
    it('is not read for code', () => {
      expect(defaultConfig({ registration: { shared_secret: '${NAME}' } }).registration.shared_secret).to.equal('${NAME}');
    });
    it('tells every variable that is missing, with its place', () => {
      const hint = 'set it, or write $${ for a literal ${';
      expect(problemsOf('server_name: ${NAME}\nmodules:\n  - module: a\n    config:\n      key: ${NO KEY}', {})).to.deep.equal([
        `1: server_name: the environment has no variable "NAME": ${hint}`,
        `5: modules[0].config.key: the environment has no variable "NO KEY": ${hint}`,
      ]);
    });
  });

  describe('locate', () => {
    const text = named('modules:\n  - module: a\n  - module: b\n    config:\n      period: 5d\n      list:\n        - 1\n        - 2');
    const cases: [path: (string | number)[], line: number][] = [
      [[], 1],
      [['modules', 0], 3],
      [['modules', 1, 'config', 'period'], 6],
      [['modules', 1, 'config', 'list', 1], 9],
      [['modules', 1, 'config', 'absent'], 5],
      [['media', 'max_upload'], 1],
    ];
    for (const [path, line] of cases) {
      it(`finds ${JSON.stringify(path)} in line ${line}`, () => {
        expect(locate(parseConfig(text, { file: 'a.yaml' }), path)).to.deep.equal({ file: 'a.yaml', line });
      });
    }
    it('knows no place for what came from code', () => {
      expect(locate(defaultConfig(), ['modules'])).to.deep.equal({ file: undefined, line: undefined });
    });
  });

  describe('defaultConfig', () => {
    it('takes a class as module, and no unknown key', () => {
      class NoRooms {}
      expect(defaultConfig({ modules: [{ module: NoRooms }] }).modules[0]?.module).to.equal(NoRooms);
      expect(() => defaultConfig({ medai: {} })).to.throw(ConfigurationError, 'medai: is not a known key; did you mean media?');
    });
  });
});
