create table projection.dossiers (
  id text collate "C" not null,
  kind text not null,
  office text collate "C" not null,
  officer text collate "C",
  origin text,
  stage text not null,
  status text not null,
  stage_since date,
  stage_until timestamp with time zone,
  next_stage text,
  next_due text,
  next_wake timestamp with time zone,
  revision integer not null,
  assessed_at timestamp with time zone not null,
  book text not null,
  calendar text not null,
  facts_count integer not null,
  search text not null,
  dossier jsonb not null,
  answer jsonb,
  started_at timestamp with time zone,
  practice text not null default ''::text,
  flags text[] not null default '{}'::text[],
  key_rank smallint not null default 2,
  prolonged_at timestamp with time zone,
  amount_vnd bigint,
  about text,
  constraint dossiers_pkey PRIMARY KEY (id)
);
CREATE INDEX dossiers_about ON projection.dossiers USING btree (about) WHERE (about IS NOT NULL);
CREATE INDEX dossiers_id_idx ON projection.dossiers USING btree (id) WHERE (started_at IS NULL);
CREATE INDEX dossiers_naming ON projection.dossiers USING btree (id) WHERE (dossier @? '$."parties".*[*]."name"'::jsonpath);
CREATE INDEX dossiers_next_wake_idx ON projection.dossiers USING btree (next_wake) WHERE (status <> 'closed'::text);
CREATE INDEX dossiers_no_cases ON projection.dossiers USING btree (kind, office) WHERE (kind <> 'enforcement_case'::text);
CREATE INDEX dossiers_office_officer_idx ON projection.dossiers USING btree (office, officer);
CREATE INDEX dossiers_officer_idx ON projection.dossiers USING btree (officer);
CREATE INDEX dossiers_search_idx ON projection.dossiers USING gin (search public.gin_trgm_ops);
create table projection.facts (
  dossier text collate "C" not null,
  number integer not null,
  event text not null,
  "on" date not null,
  at timestamp with time zone,
  fields jsonb not null,
  command_id text,
  actor text,
  received_at timestamp with time zone,
  corrects integer,
  retracts integer,
  reason text,
  effective boolean not null,
  constraint facts_pkey PRIMARY KEY (dossier, number)
);
create table projection.irregularities (
  dossier text collate "C" not null,
  place integer not null,
  event text not null,
  fact integer not null,
  "on" date not null,
  at timestamp with time zone,
  rule text not null,
  act text not null,
  article text not null,
  clause text,
  reason text not null,
  reason_en text not null,
  constraint irregularities_pkey PRIMARY KEY (dossier, place)
);
create table projection.limits (
  dossier text collate "C" not null,
  occurrence text collate "C" not null,
  place integer not null,
  rule text not null,
  kind text not null,
  act text not null,
  article text not null,
  clause text,
  point text,
  title_vi text not null,
  title_en text not null,
  starts_on text not null,
  holder text not null,
  severity text not null,
  started date not null,
  nominal text,
  due text,
  due_day date,
  state text not null,
  met_on date,
  met_by_fact integer,
  reported_late boolean not null,
  opens_at timestamp with time zone not null,
  breaches_at timestamp with time zone,
  ended_on date,
  paused_by text,
  provisional boolean not null,
  confidence text not null,
  transition_review boolean not null,
  readings jsonb not null,
  receipt jsonb not null,
  receipt_hash text not null,
  upcoming boolean not null,
  constraint limits_pkey PRIMARY KEY (dossier, occurrence)
);
CREATE INDEX limits_breaches_at_idx ON projection.limits USING btree (breaches_at) WHERE ((met_on IS NULL) AND (ended_on IS NULL) AND (paused_by IS NULL));
CREATE INDEX limits_of_offices ON projection.limits USING btree (breaches_at) INCLUDE (dossier, holder) WHERE ((met_on IS NULL) AND (ended_on IS NULL) AND (holder = ANY (ARRAY['head'::text, 'agency'::text, 'superior'::text])));
create table projection.refused_plans (
  dossier text collate "C" not null,
  place integer not null,
  event text not null,
  fact integer not null,
  at timestamp with time zone not null,
  rule text not null,
  act text not null,
  article text not null,
  clause text,
  reason text not null,
  reason_en text not null,
  next_lawful timestamp with time zone,
  constraint refused_plans_pkey PRIMARY KEY (dossier, place)
);
create table projection.stuck (
  dossier text collate "C" not null,
  place integer not null,
  reason text not null,
  since timestamp with time zone not null,
  holder text not null,
  occurrence text collate "C",
  days integer,
  severity text,
  gravity smallint not null default 3,
  first_of_case boolean not null default false,
  first_of_reason boolean not null default false,
  office text collate "C" not null default ''::text,
  officer text collate "C",
  stage text not null default ''::text,
  stage_until timestamp with time zone,
  next_stage text,
  flags text[] not null default '{}'::text[],
  key_rank smallint not null default 2,
  prolonged_at timestamp with time zone,
  amount_vnd bigint,
  constraint stuck_pkey PRIMARY KEY (dossier, place)
);
CREATE INDEX stuck_amount ON projection.stuck USING btree (amount_vnd);
CREATE INDEX stuck_counted ON projection.stuck USING btree (since) INCLUDE (reason, first_of_case, first_of_reason, next_stage, stage_until, stage);
CREATE INDEX stuck_next_stage ON projection.stuck USING btree (next_stage);
CREATE INDEX stuck_office ON projection.stuck USING btree (office, since) INCLUDE (reason, first_of_case, first_of_reason, next_stage, stage_until);
CREATE INDEX stuck_officer ON projection.stuck USING btree (officer, since);
CREATE INDEX stuck_reason ON projection.stuck USING btree (reason, key_rank, gravity, since, dossier, place, prolonged_at);
CREATE INDEX stuck_shown ON projection.stuck USING btree (key_rank, gravity, since, dossier, place, prolonged_at);
CREATE INDEX stuck_stage ON projection.stuck USING btree (stage);
