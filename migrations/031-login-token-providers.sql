-- The provider of single sign-on at which the login began; null for a token that the user has asked for.
alter table login_tokens add column provider text;
