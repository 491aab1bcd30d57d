-- A mail may have a form for programs that show pages, too.
alter table mails add column html text;
