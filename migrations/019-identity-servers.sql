-- Where the server has bound addresses of users, so that it can undo it: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pidbind
create table identity_bindings (
  user_id text not null references users (user_id),
  medium text not null,
  -- As the identity server knows it.
  address text not null,
  -- Host and port.
  id_server text not null,
  bound_ts integer not null,
  primary key (user_id, medium, address, id_server)
) without rowid;

-- Invitations by mail that somebody has accepted: each is good for once.
create table accepted_third_party_invites (
  room_id text not null references rooms (room_id),
  token text not null,
  user_id text not null,
  primary key (room_id, token)
) without rowid;
