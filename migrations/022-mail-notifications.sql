-- Of pushers that send mails: for how long they keep silent after a mail (ms), which grows as long as nothing is read; null before the first.
alter table pushers add column mail_pause integer;
-- What the link in each mail shows by which the mails can be stopped. It opens nothing else.
alter table pushers add column unsubscribe_token text;
create unique index pushers_by_unsubscribe_token on pushers (unsubscribe_token) where unsubscribe_token is not null;

-- Where mail programs let the recipient stop such mails (RFC 8058).
alter table mails add column unsubscribe_url text;
