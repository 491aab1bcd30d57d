-- Who, at another provider of identities, which account belongs to. It stays when the account is deactivated: nobody comes back as somebody new.
create table external_ids (
  -- As the provider is called in the configuration.
  provider text not null,
  -- What the provider calls the person, for ever.
  subject text not null,
  user_id text not null references users (user_id),
  primary key (provider, subject)
) without rowid;
create index external_ids_of_user on external_ids (user_id);

-- People on their way to a provider, and back.
create table sso_flows (
  -- The state that goes to the provider and comes back.
  flow_id text primary key,
  -- SHA-256 of the cookie of the browser in which it was begun.
  cookie_hash text not null,
  provider text not null,
  -- Where the client waits for a login token; null where somebody only shows that it is them.
  redirect_url text,
  -- The user-interactive authentication that this is for; null for a login.
  uia_session_hash text,
  -- JSON: who the provider says that it is; null until they came back.
  identity text,
  expires_ts integer not null
) without rowid;
create index sso_flows_by_expiry on sso_flows (expires_ts);
