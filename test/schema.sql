create table actions (
  id text not null,
  workspace_id text not null,
  card_id text not null,
  task_id text,
  verb text not null,
  subject jsonb not null default '{}'::jsonb,
  repeatable boolean not null default false,
  created_at timestamp with time zone not null default now(),
  consumed_at timestamp with time zone,
  consumed_by text,
  closed_at timestamp with time zone,
  constraint actions_card_id_cards_id_fk FOREIGN KEY (card_id) REFERENCES cards(id) ON DELETE CASCADE,
  constraint actions_pkey PRIMARY KEY (id)
);
alter table actions enable row level security;
CREATE INDEX actions_card_index ON public.actions USING btree (card_id);
CREATE INDEX actions_room_index ON public.actions USING btree (workspace_id, ((subject ->> 'room'::text))) WHERE ((consumed_at IS NOT NULL) AND (subject ? 'room'::text));
create policy actions_workspace on actions as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));
grant delete, insert, select, update on actions to factotum_engine;

create table agent_memory (
  id text not null,
  workspace_id text not null,
  agent text not null,
  key text not null,
  place text not null,
  visibility text not null,
  value jsonb,
  version integer not null,
  link_id text,
  from_agent text,
  task_id text,
  changed_by text not null,
  expires_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint agent_memory_link_id_agent_memory_id_fk FOREIGN KEY (link_id) REFERENCES agent_memory(id) ON DELETE CASCADE,
  constraint agent_memory_pkey PRIMARY KEY (id),
  constraint agent_memory_visibility_check CHECK ((visibility = ANY (ARRAY['workspace'::text, 'conversation'::text])))
);
alter table agent_memory enable row level security;
CREATE INDEX agent_memory_expires_index ON public.agent_memory USING btree (expires_at) WHERE (expires_at IS NOT NULL);
CREATE UNIQUE INDEX agent_memory_key ON public.agent_memory USING btree (workspace_id, agent, key, place);
CREATE INDEX agent_memory_link_index ON public.agent_memory USING btree (link_id) WHERE (link_id IS NOT NULL);
create policy agent_memory_workspace on agent_memory as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));
grant delete, insert, select, update on agent_memory to factotum_engine;

create table agent_memory_history (
  id bigint not null generated always as identity,
  workspace_id text not null,
  memory_id text not null,
  version integer not null,
  value jsonb,
  change text not null,
  call_key text,
  undoes integer,
  changed_by text not null,
  task_id text,
  at timestamp with time zone not null default now(),
  constraint agent_memory_history_change_check CHECK ((change = ANY (ARRAY['set'::text, 'share'::text, 'sync'::text, 'undo'::text]))),
  constraint agent_memory_history_memory_id_agent_memory_id_fk FOREIGN KEY (memory_id) REFERENCES agent_memory(id) ON DELETE CASCADE,
  constraint agent_memory_history_pkey PRIMARY KEY (id)
);
alter table agent_memory_history enable row level security;
CREATE UNIQUE INDEX agent_memory_history_call_key ON public.agent_memory_history USING btree (memory_id, call_key) WHERE (call_key IS NOT NULL);
CREATE INDEX agent_memory_history_memory_index ON public.agent_memory_history USING btree (memory_id, id);
create policy agent_memory_history_workspace on agent_memory_history as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));
grant delete, insert, select, update on agent_memory_history to factotum_engine;

create table agents (
  id text not null,
  workspace_id text not null,
  name text not null,
  kind text not null,
  instructions text not null,
  tools jsonb not null default '[]'::jsonb,
  capabilities jsonb not null default '[]'::jsonb,
  rules text not null,
  result jsonb not null default '[]'::jsonb,
  limits jsonb not null,
  enabled boolean not null default true,
  version integer not null default 1,
  updated_by text not null,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint agents_kind_check CHECK ((kind = ANY (ARRAY['bot'::text, 'agent'::text, 'team'::text]))),
  constraint agents_pkey PRIMARY KEY (id)
);
alter table agents enable row level security;
CREATE UNIQUE INDEX agents_name_key ON public.agents USING btree (workspace_id, lower(name));
create policy agents_workspace on agents as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));
grant delete, insert, select, update on agents to factotum_engine;

create table approval_decisions (
  id text not null,
  workspace_id text not null,
  approval_id text not null,
  actor text not null,
  approve boolean not null,
  reason text,
  at timestamp with time zone not null default now(),
  constraint approval_decisions_approval_id_approvals_id_fk FOREIGN KEY (approval_id) REFERENCES approvals(id) ON DELETE CASCADE,
  constraint approval_decisions_pkey PRIMARY KEY (id)
);
alter table approval_decisions enable row level security;
CREATE UNIQUE INDEX approval_decisions_actor_key ON public.approval_decisions USING btree (approval_id, actor);
create policy approval_decisions_workspace on approval_decisions as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));
grant delete, insert, select, update on approval_decisions to factotum_engine;

create table approvals (
  id text not null,
  workspace_id text not null,
  task_id text not null,
  step_id text not null,
  approvers jsonb not null,
  digest text not null,
  timeout_seconds integer,
  status text not null default 'open'::text,
  decided_by text,
  reason text,
  decided_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  step_ids jsonb not null default '[]'::jsonb,
  cause text not null default 'plan'::text,
  needed integer not null default 1,
  self_approval boolean not null default true,
  effect jsonb,
  on_timeout text not null default 'escalate'::text,
  escalate_to jsonb not null default '[]'::jsonb,
  asked_at timestamp with time zone,
  reminded_at timestamp with time zone,
  due_at timestamp with time zone,
  next_at timestamp with time zone,
  performed_at timestamp with time zone,
  constraint approvals_cause_check CHECK ((cause = ANY (ARRAY['plan'::text, 'policy'::text, 'supervised'::text]))),
  constraint approvals_pkey PRIMARY KEY (id),
  constraint approvals_status_check CHECK ((status = ANY (ARRAY['open'::text, 'approved'::text, 'rejected'::text, 'expired'::text, 'superseded'::text]))),
  constraint approvals_step_id_task_steps_id_fk FOREIGN KEY (step_id) REFERENCES task_steps(id) ON DELETE CASCADE
);
alter table approvals enable row level security;
CREATE INDEX approvals_next_index ON public.approvals USING btree (next_at) WHERE (status = 'open'::text);
CREATE INDEX approvals_task_index ON public.approvals USING btree (task_id, status);
CREATE INDEX approvals_unperformed_index ON public.approvals USING btree (decided_at) WHERE ((status = 'approved'::text) AND (performed_at IS NULL));
create policy approvals_workspace on approvals as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));
grant delete, insert, select, update on approvals to factotum_engine;

create table apps (
  id text not null,
  workspace_id text not null,
  task_id text,
  slug text not null,
  name text not null,
  schema_name text not null,
  role_name text not null,
  spec jsonb not null,
  version integer not null default 1,
  status text not null default 'building'::text,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  rehearsal_run_id text,
  constraint apps_pkey PRIMARY KEY (id),
  constraint apps_roleName_unique UNIQUE (role_name),
  constraint apps_schemaName_unique UNIQUE (schema_name),
  constraint apps_status_check CHECK ((status = ANY (ARRAY['building'::text, 'live'::text, 'removed'::text])))
);
alter table apps enable row level security;
CREATE UNIQUE INDEX apps_slug_key ON public.apps USING btree (slug);
CREATE INDEX apps_task_index ON public.apps USING btree (task_id);
create policy apps_workspace on apps as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));
grant delete, insert, select, update on apps to factotum_engine;

create table artifact_sends (
  send_task_id text not null,
  workspace_id text not null,
  task_id text not null,
  version integer not null,
  recipient text not null,
  created_at timestamp with time zone not null default now(),
  constraint artifact_sends_pkey PRIMARY KEY (send_task_id),
  constraint artifact_sends_send_task_id_tasks_id_fk FOREIGN KEY (send_task_id) REFERENCES tasks(id) ON DELETE CASCADE,
  constraint artifact_sends_task_id_tasks_id_fk FOREIGN KEY (task_id) REFERENCES tasks(id) ON DELETE CASCADE
);
alter table artifact_sends enable row level security;
CREATE INDEX artifact_sends_task_index ON public.artifact_sends USING btree (task_id);
create policy artifact_sends_workspace on artifact_sends as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));
grant delete, insert, select on artifact_sends to factotum_engine;

create table artifacts (
  id text not null,
  workspace_id text not null,
  task_id text not null,
  version integer not null,
  kind text not null,
  title text not null,
  recipient text,
  subject text,
  text text not null,
  unverified jsonb not null default '[]'::jsonb,
  changes jsonb not null default '[]'::jsonb,
  made_by text not null,
  created_at timestamp with time zone not null default now(),
  constraint artifacts_kind_check CHECK ((kind = ANY (ARRAY['email'::text, 'reply'::text, 'message'::text, 'summary'::text, 'outline'::text, 'agenda'::text, 'status_report'::text, 'action_items'::text, 'minutes'::text, 'text'::text]))),
  constraint artifacts_pkey PRIMARY KEY (id),
  constraint artifacts_task_id_tasks_id_fk FOREIGN KEY (task_id) REFERENCES tasks(id) ON DELETE CASCADE
);
alter table artifacts enable row level security;
CREATE UNIQUE INDEX artifacts_version ON public.artifacts USING btree (task_id, version);
create policy artifacts_workspace on artifacts as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));
grant delete, insert, select on artifacts to factotum_engine;

create table calls (
  id text not null,
  workspace_id text not null,
  task_id text not null,
  step_id text not null,
  idempotency_key text not null,
  tool text not null,
  input jsonb not null,
  status text not null default 'started'::text,
  output jsonb,
  error text,
  started_at timestamp with time zone not null default now(),
  finished_at timestamp with time zone,
  parent_id text,
  constraint calls_pkey PRIMARY KEY (id),
  constraint calls_step_id_task_steps_id_fk FOREIGN KEY (step_id) REFERENCES task_steps(id) ON DELETE CASCADE
);
alter table calls enable row level security;
CREATE INDEX calls_cache_index ON public.calls USING btree (workspace_id, tool, finished_at);
CREATE UNIQUE INDEX calls_idempotency_key ON public.calls USING btree (workspace_id, idempotency_key);
CREATE INDEX calls_task_index ON public.calls USING btree (task_id);
create policy calls_workspace on calls as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));
grant delete, insert, select, update on calls to factotum_engine;

create table cards (
  id text not null,
  workspace_id text not null,
  task_id text,
  key text not null,
  channel text not null,
  conversation text not null,
  card jsonb not null,
  version integer not null default 1,
  shown_version integer not null default 0,
  reference text,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint cards_pkey PRIMARY KEY (id)
);
alter table cards enable row level security;
CREATE UNIQUE INDEX cards_key ON public.cards USING btree (workspace_id, task_id, key, channel, conversation);
CREATE INDEX cards_waiting_index ON public.cards USING btree (workspace_id, channel) WHERE (version > shown_version);
create policy cards_workspace on cards as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));
grant delete, insert, select, update on cards to factotum_engine;

create table claims (
  workspace_id text not null,
  id text not null,
  created_at timestamp with time zone not null default now(),
  constraint claims_workspace_id_id_pk PRIMARY KEY (workspace_id, id)
);
alter table claims enable row level security;
CREATE INDEX claims_created_index ON public.claims USING btree (created_at);
create policy claims_workspace on claims as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));
grant delete, insert, select, update on claims to factotum_engine;

create table conversations (
  workspace_id text not null,
  channel text not null,
  id text not null,
  kind text not null,
  tenant_id text not null,
  service_url text not null,
  bot text not null,
  name text,
  team text,
  created_at timestamp with time zone not null default now(),
  seen_at timestamp with time zone not null default now(),
  gone_at timestamp with time zone,
  constraint conversations_kind_check CHECK ((kind = ANY (ARRAY['personal'::text, 'groupChat'::text, 'channel'::text]))),
  constraint conversations_workspace_id_channel_id_pk PRIMARY KEY (workspace_id, channel, id)
);
alter table conversations enable row level security;
CREATE INDEX conversations_team_index ON public.conversations USING btree (workspace_id, team);
create policy conversations_workspace on conversations as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));
grant delete, insert, select, update on conversations to factotum_engine;

create table deliveries (
  id bigint not null generated always as identity,
  workspace_id text not null,
  card_id text not null,
  kind text not null,
  at timestamp with time zone not null default now(),
  constraint deliveries_card_id_cards_id_fk FOREIGN KEY (card_id) REFERENCES cards(id) ON DELETE CASCADE,
  constraint deliveries_kind_check CHECK ((kind = ANY (ARRAY['post'::text, 'update'::text]))),
  constraint deliveries_pkey PRIMARY KEY (id)
);
alter table deliveries enable row level security;
CREATE INDEX deliveries_card_index ON public.deliveries USING btree (card_id, at);
CREATE INDEX deliveries_workspace_index ON public.deliveries USING btree (workspace_id, at);
create policy deliveries_workspace on deliveries as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));
grant delete, insert, select, update on deliveries to factotum_engine;

create table estimates (
  id text not null,
  workspace_id text not null,
  task_id text not null,
  run_id text not null,
  complexity text not null,
  low_ms integer not null,
  mid_ms integer not null,
  high_ms integer not null,
  actual_ms integer,
  created_at timestamp with time zone not null default now(),
  finished_at timestamp with time zone,
  constraint estimates_complexity_check CHECK ((complexity = ANY (ARRAY['simple'::text, 'medium'::text, 'complex'::text]))),
  constraint estimates_pkey PRIMARY KEY (id)
);
alter table estimates enable row level security;
CREATE INDEX estimates_finished_index ON public.estimates USING btree (workspace_id, finished_at);
CREATE UNIQUE INDEX estimates_run_key ON public.estimates USING btree (run_id);
create policy estimates_workspace on estimates as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));
grant delete, insert, select, update on estimates to factotum_engine;

create table event_bridges (
  workspace_id text not null,
  origin text not null,
  since timestamp with time zone not null default now(),
  constraint event_bridges_pkey PRIMARY KEY (workspace_id)
);
alter table event_bridges enable row level security;
create policy event_bridges_workspace on event_bridges as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));

create table event_handlers (
  id text not null,
  workspace_id text not null,
  workflow_id text not null,
  workflow_version integer not null,
  place integer not null,
  event text not null,
  filter jsonb,
  requested_by text not null,
  channel text not null,
  conversation text not null,
  created_at timestamp with time zone not null default now(),
  ended_at timestamp with time zone,
  constraint event_handlers_pkey PRIMARY KEY (id)
);
alter table event_handlers enable row level security;
CREATE INDEX event_handlers_event_index ON public.event_handlers USING btree (workspace_id, event) WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX event_handlers_place_key ON public.event_handlers USING btree (workflow_id, workflow_version, place) WHERE (ended_at IS NULL);
create policy event_handlers_workspace on event_handlers as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));
grant delete, insert, select, update on event_handlers to factotum_engine;

create table event_receipts (
  wait_id text not null,
  workspace_id text not null,
  event_id text not null,
  at timestamp with time zone not null default now(),
  constraint event_receipts_event_id_workflow_events_id_fk FOREIGN KEY (event_id) REFERENCES workflow_events(id) ON DELETE CASCADE,
  constraint event_receipts_pkey PRIMARY KEY (wait_id),
  constraint event_receipts_wait_id_event_waits_id_fk FOREIGN KEY (wait_id) REFERENCES event_waits(id) ON DELETE CASCADE
);
alter table event_receipts enable row level security;
CREATE INDEX event_receipts_event_index ON public.event_receipts USING btree (event_id);
create policy event_receipts_workspace on event_receipts as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));
grant delete, insert, select, update on event_receipts to factotum_engine;

create table event_starts (
  handler_id text not null,
  event_id text not null,
  workspace_id text not null,
  task_id text,
  problem text,
  at timestamp with time zone not null default now(),
  constraint event_starts_event_id_workflow_events_id_fk FOREIGN KEY (event_id) REFERENCES workflow_events(id) ON DELETE CASCADE,
  constraint event_starts_handler_id_event_handlers_id_fk FOREIGN KEY (handler_id) REFERENCES event_handlers(id) ON DELETE CASCADE,
  constraint event_starts_handler_id_event_id_pk PRIMARY KEY (handler_id, event_id)
);
alter table event_starts enable row level security;
CREATE INDEX event_starts_task_index ON public.event_starts USING btree (task_id);
create policy event_starts_workspace on event_starts as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));
grant delete, insert, select, update on event_starts to factotum_engine;

create table event_waits (
  id text not null,
  workspace_id text not null,
  task_id text not null,
  run_id text not null,
  step_id text not null,
  step_key text not null,
  name text not null,
  key text not null,
  filter jsonb,
  since timestamp with time zone not null,
  due_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  closed_at timestamp with time zone,
  constraint event_waits_pkey PRIMARY KEY (id),
  constraint event_waits_step_id_task_steps_id_fk FOREIGN KEY (step_id) REFERENCES task_steps(id) ON DELETE CASCADE,
  constraint event_waits_task_id_tasks_id_fk FOREIGN KEY (task_id) REFERENCES tasks(id) ON DELETE CASCADE
);
alter table event_waits enable row level security;
CREATE INDEX event_waits_due_index ON public.event_waits USING btree (due_at) WHERE (closed_at IS NULL);
CREATE INDEX event_waits_open_index ON public.event_waits USING btree (workspace_id, name, key) WHERE (closed_at IS NULL);
CREATE UNIQUE INDEX event_waits_step_key ON public.event_waits USING btree (step_id) WHERE (closed_at IS NULL);
CREATE INDEX event_waits_task_index ON public.event_waits USING btree (task_id);
create policy event_waits_workspace on event_waits as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));
grant delete, insert, select, update on event_waits to factotum_engine;

create table installations (
  workspace_id text not null,
  is_organisation boolean not null default false,
  app_id text,
  bot_user_id text,
  installed_by text,
  sealed text,
  installed_at timestamp with time zone not null default now(),
  revoked_at timestamp with time zone,
  revoked text,
  constraint installations_pkey PRIMARY KEY (workspace_id),
  constraint installations_revoked_check CHECK ((revoked = ANY (ARRAY['uninstalled'::text, 'tokens_revoked'::text])))
);
alter table installations enable row level security;
create policy installations_workspace on installations as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));

create table ledger_heads (
  workspace_id text not null,
  seq bigint not null,
  hash text not null,
  constraint ledger_heads_pkey PRIMARY KEY (workspace_id)
);
alter table ledger_heads enable row level security;
create policy ledger_heads_workspace on ledger_heads as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));
grant select on ledger_heads to factotum_engine;

create table messages (
  id text not null,
  workspace_id text not null,
  channel text not null,
  conversation text not null,
  author text not null,
  external_id text,
  text text not null,
  card jsonb,
  version integer not null default 1,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  handled_at timestamp with time zone,
  constraint messages_pkey PRIMARY KEY (id)
);
alter table messages enable row level security;
CREATE INDEX messages_conversation_index ON public.messages USING btree (workspace_id, conversation, created_at);
CREATE UNIQUE INDEX messages_external_key ON public.messages USING btree (workspace_id, channel, conversation, external_id);
create policy messages_workspace on messages as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));
grant delete, insert, select, update on messages to factotum_engine;

create table overheard (
  workspace_id text not null,
  channel text not null,
  room text not null,
  conversation text not null,
  external_id text not null,
  author text not null,
  text text not null,
  created_at timestamp with time zone not null default now(),
  constraint overheard_workspace_id_channel_conversation_external_id_pk PRIMARY KEY (workspace_id, channel, conversation, external_id)
);
alter table overheard enable row level security;
CREATE INDEX overheard_created_index ON public.overheard USING btree (created_at);
CREATE INDEX overheard_room_index ON public.overheard USING btree (workspace_id, channel, room);
create policy overheard_workspace on overheard as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));
grant delete, insert, select, update on overheard to factotum_engine;

create table people (
  workspace_id text not null,
  id text not null,
  channel text not null,
  conversation text not null,
  updated_at timestamp with time zone not null default now(),
  name text,
  email text,
  timezone text,
  notify text not null default 'all'::text,
  quiet_from integer,
  quiet_to integer,
  account text,
  constraint people_notify_check CHECK ((notify = ANY (ARRAY['all'::text, 'approvals'::text, 'none'::text]))),
  constraint people_workspace_id_id_channel_pk PRIMARY KEY (workspace_id, id, channel)
);
alter table people enable row level security;
CREATE INDEX people_email_index ON public.people USING btree (workspace_id, email);
create policy people_workspace on people as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));
grant delete, insert, select, update on people to factotum_engine;

create table plans (
  id text not null,
  workspace_id text not null,
  task_id text not null,
  version integer not null,
  plan jsonb not null,
  changes jsonb not null default '[]'::jsonb,
  created_at timestamp with time zone not null default now(),
  constraint plans_pkey PRIMARY KEY (id),
  constraint plans_task_id_tasks_id_fk FOREIGN KEY (task_id) REFERENCES tasks(id) ON DELETE CASCADE
);
alter table plans enable row level security;
CREATE UNIQUE INDEX plans_version_key ON public.plans USING btree (task_id, version);
create policy plans_workspace on plans as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));
grant delete, insert, select, update on plans to factotum_engine;

create table policies (
  workspace_id text not null,
  effect text not null,
  tool text not null default '*'::text,
  decision text not null,
  approvers jsonb not null default '[]'::jsonb,
  needed integer not null default 1,
  self_approval boolean not null default true,
  updated_by text not null,
  updated_at timestamp with time zone not null default now(),
  constraint policies_decision_check CHECK ((decision = ANY (ARRAY['auto'::text, 'ask'::text, 'deny'::text]))),
  constraint policies_effect_check CHECK ((effect = ANY (ARRAY['read'::text, 'write'::text, 'send'::text, 'delete'::text, 'external'::text, 'structural'::text]))),
  constraint policies_workspace_id_effect_tool_pk PRIMARY KEY (workspace_id, effect, tool)
);
alter table policies enable row level security;
create policy policies_workspace on policies as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));
grant delete, insert, select, update on policies to factotum_engine;

create table processes (
  id text not null,
  worker_ids jsonb not null default '[]'::jsonb,
  started_at timestamp with time zone not null default now(),
  role text not null default 'all'::text,
  constraint processes_pkey PRIMARY KEY (id)
);

create table reservations (
  id text not null,
  workspace_id text not null,
  task_id text,
  root_task_id text,
  step_id text,
  person text not null,
  key text not null,
  kind text not null,
  what text not null,
  model text,
  status text not null default 'open'::text,
  tokens_in integer not null,
  tokens_out integer not null,
  microdollars bigint not null,
  messages integer not null,
  is_estimate boolean not null default false,
  created_at timestamp with time zone not null default now(),
  settled_at timestamp with time zone,
  constraint reservations_kind_check CHECK ((kind = ANY (ARRAY['model'::text, 'message'::text]))),
  constraint reservations_pkey PRIMARY KEY (id),
  constraint reservations_status_check CHECK ((status = ANY (ARRAY['open'::text, 'settled'::text, 'released'::text]))),
  constraint reservations_task_id_tasks_id_fk FOREIGN KEY (task_id) REFERENCES tasks(id) ON DELETE SET NULL
);
alter table reservations enable row level security;
CREATE INDEX reservations_day_index ON public.reservations USING btree (workspace_id, created_at);
CREATE UNIQUE INDEX reservations_key ON public.reservations USING btree (workspace_id, key);
CREATE INDEX reservations_root_index ON public.reservations USING btree (root_task_id);
CREATE INDEX reservations_task_index ON public.reservations USING btree (task_id);
create policy reservations_workspace on reservations as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));
grant insert, select, update on reservations to factotum_engine;

create table runs (
  id text not null,
  workspace_id text not null,
  task_id text not null,
  plan_version integer not null,
  mode text not null default 'automatic'::text,
  checks_before text not null default 'waiting'::text,
  checks_after text not null default 'waiting'::text,
  created_at timestamp with time zone not null default now(),
  finished_at timestamp with time zone,
  rehearsed_run_id text,
  continues_run_id text,
  constraint runs_mode_check CHECK ((mode = ANY (ARRAY['automatic'::text, 'supervised'::text, 'dry_run'::text]))),
  constraint runs_pkey PRIMARY KEY (id),
  constraint runs_task_id_tasks_id_fk FOREIGN KEY (task_id) REFERENCES tasks(id) ON DELETE CASCADE
);
alter table runs enable row level security;
CREATE INDEX runs_task_index ON public.runs USING btree (task_id);
create policy runs_workspace on runs as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));
grant delete, insert, select, update on runs to factotum_engine;

create table sessions (
  id text not null,
  workspace_id text not null,
  person text not null,
  name text not null,
  provider text not null,
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  constraint sessions_pkey PRIMARY KEY (id)
);
alter table sessions enable row level security;
CREATE INDEX sessions_expires_index ON public.sessions USING btree (expires_at);
CREATE INDEX sessions_workspace_index ON public.sessions USING btree (workspace_id);
create policy sessions_workspace on sessions as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));

create table standing_approvals (
  id text not null,
  workspace_id text not null,
  tool text not null,
  recipients jsonb not null,
  max_uses integer not null,
  uses integer not null default 0,
  expires_at timestamp with time zone not null,
  granted_by text not null,
  created_at timestamp with time zone not null default now(),
  revoked_at timestamp with time zone,
  revoked_by text,
  constraint standing_approvals_pkey PRIMARY KEY (id)
);
alter table standing_approvals enable row level security;
CREATE INDEX standing_approvals_tool_index ON public.standing_approvals USING btree (workspace_id, tool);
create policy standing_approvals_workspace on standing_approvals as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));
grant delete, insert, select, update on standing_approvals to factotum_engine;

create table task_checks (
  id text not null,
  workspace_id text not null,
  task_id text not null,
  run_id text not null,
  key text not null,
  "position" integer not null,
  label text not null,
  before jsonb,
  after jsonb,
  constraint task_checks_pkey PRIMARY KEY (id),
  constraint task_checks_run_id_runs_id_fk FOREIGN KEY (run_id) REFERENCES runs(id) ON DELETE CASCADE
);
alter table task_checks enable row level security;
CREATE UNIQUE INDEX task_checks_key ON public.task_checks USING btree (run_id, key);
create policy task_checks_workspace on task_checks as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));
grant delete, insert, select, update on task_checks to factotum_engine;

create table task_events (
  id bigint not null generated always as identity,
  workspace_id text not null,
  task_id text not null,
  step_id text,
  event text not null,
  from_status text,
  to_status text,
  actor text not null,
  data jsonb not null default '{}'::jsonb,
  at timestamp with time zone not null default now(),
  seq bigint not null,
  hash text not null,
  constraint task_events_pkey PRIMARY KEY (id)
);
alter table task_events enable row level security;
CREATE UNIQUE INDEX task_events_seq_key ON public.task_events USING btree (workspace_id, seq);
CREATE INDEX task_events_task_index ON public.task_events USING btree (task_id, id);
create policy task_events_workspace on task_events as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));
CREATE TRIGGER task_events_append_only BEFORE DELETE OR UPDATE ON public.task_events FOR EACH ROW EXECUTE FUNCTION factotum_refuse_change();
CREATE TRIGGER task_events_no_truncate BEFORE TRUNCATE ON public.task_events FOR EACH STATEMENT EXECUTE FUNCTION factotum_refuse_change();
grant select on task_events to factotum_engine;

create table task_steps (
  id text not null,
  workspace_id text not null,
  task_id text not null,
  run_id text not null,
  key text not null,
  parent_id text,
  step_order integer not null,
  name text not null,
  completed_label text not null,
  detail text not null default ''::text,
  kind text not null,
  tool text,
  priority text not null,
  status text not null default 'pending'::text,
  progress integer not null default 0,
  substeps jsonb not null default '[]'::jsonb,
  attempt integer not null default 0,
  claim integer not null default 0,
  failures integer not null default 0,
  retry_at timestamp with time zone,
  expected_ms integer not null,
  result jsonb,
  error jsonb,
  started_at timestamp with time zone,
  completed_at timestamp with time zone,
  duration_ms integer,
  updated_at timestamp with time zone,
  effect jsonb,
  kept_from text,
  constraint task_steps_parent_id_task_steps_id_fk FOREIGN KEY (parent_id) REFERENCES task_steps(id) ON DELETE CASCADE,
  constraint task_steps_pkey PRIMARY KEY (id),
  constraint task_steps_priority_check CHECK ((priority = ANY (ARRAY['critical'::text, 'high'::text, 'medium'::text, 'low'::text]))),
  constraint task_steps_run_id_runs_id_fk FOREIGN KEY (run_id) REFERENCES runs(id) ON DELETE CASCADE,
  constraint task_steps_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'running'::text, 'completed'::text, 'failed'::text, 'skipped'::text, 'paused'::text, 'approval'::text]))),
  constraint task_steps_task_id_tasks_id_fk FOREIGN KEY (task_id) REFERENCES tasks(id) ON DELETE CASCADE
);
alter table task_steps enable row level security;
CREATE INDEX task_steps_history_index ON public.task_steps USING btree (workspace_id, tool, completed_at);
CREATE UNIQUE INDEX task_steps_key ON public.task_steps USING btree (run_id, key);
CREATE INDEX task_steps_running_index ON public.task_steps USING btree (updated_at) WHERE (status = 'running'::text);
CREATE INDEX task_steps_task_index ON public.task_steps USING btree (task_id, step_order);
create policy task_steps_workspace on task_steps as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));
grant delete, insert, select, update on task_steps to factotum_engine;

create table tasks (
  id text not null,
  workspace_id text not null,
  channel text not null,
  conversation text not null,
  requested_by text not null,
  title text not null,
  short_name text not null,
  description text not null,
  status text not null default 'draft'::text,
  execution_status text not null generated always as (
CASE status
    WHEN 'draft'::text THEN 'pending'::text
    WHEN 'planning'::text THEN 'pending'::text
    WHEN 'ready'::text THEN 'pending'::text
    WHEN 'running'::text THEN 'in_progress'::text
    WHEN 'approval_pending'::text THEN 'blocked'::text
    ELSE status
END) stored,
  phase text not null default 'discover'::text,
  execution_type text not null default 'fully_automated'::text,
  priority text not null default 'medium'::text,
  due_at timestamp with time zone,
  assigned_to_type text,
  assigned_to_id text,
  workflow_id text,
  agent_id text,
  parent_task_id text,
  restarted_from_id text,
  plan_version integer not null default 0,
  progress integer not null default 0,
  execution_log jsonb not null default '[]'::jsonb,
  automation_rules jsonb,
  ai_confidence real,
  ai_context text,
  question jsonb,
  started_at timestamp with time zone,
  blocked_at timestamp with time zone,
  failed_at timestamp with time zone,
  completed_at timestamp with time zone,
  cancelled_at timestamp with time zone,
  blocked_kind text,
  blocked_reason text,
  failure_reason text,
  retry_count integer not null default 0,
  max_retries integer not null default 3,
  estimated_ms integer,
  actual_ms integer,
  estimated_duration_minutes real generated always as (((estimated_ms)::numeric / 60000.0)) stored,
  actual_duration_minutes real generated always as (((actual_ms)::numeric / 60000.0)) stored,
  result jsonb,
  version integer not null default 1,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  undone_at timestamp with time zone,
  inputs jsonb,
  budget jsonb,
  constraint tasks_blocked_kind_check CHECK ((blocked_kind = ANY (ARRAY['approval'::text, 'dependency'::text, 'human_action'::text, 'clarification'::text, 'error'::text, 'budget'::text]))),
  constraint tasks_execution_type_check CHECK ((execution_type = ANY (ARRAY['manual'::text, 'semi_automated'::text, 'fully_automated'::text]))),
  constraint tasks_parent_task_id_tasks_id_fk FOREIGN KEY (parent_task_id) REFERENCES tasks(id),
  constraint tasks_phase_check CHECK ((phase = ANY (ARRAY['discover'::text, 'plan'::text, 'act'::text, 'verify'::text, 'done'::text]))),
  constraint tasks_pkey PRIMARY KEY (id),
  constraint tasks_priority_check CHECK ((priority = ANY (ARRAY['critical'::text, 'high'::text, 'medium'::text, 'low'::text]))),
  constraint tasks_restarted_from_id_tasks_id_fk FOREIGN KEY (restarted_from_id) REFERENCES tasks(id),
  constraint tasks_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'planning'::text, 'ready'::text, 'queued'::text, 'running'::text, 'paused'::text, 'approval_pending'::text, 'blocked'::text, 'completed'::text, 'failed'::text, 'cancelled'::text])))
);
alter table tasks enable row level security;
CREATE INDEX tasks_conversation_index ON public.tasks USING btree (workspace_id, conversation, created_at);
CREATE INDEX tasks_parent_index ON public.tasks USING btree (parent_task_id) WHERE (parent_task_id IS NOT NULL);
CREATE INDEX tasks_requester_index ON public.tasks USING btree (workspace_id, requested_by, created_at);
CREATE INDEX tasks_status_index ON public.tasks USING btree (workspace_id, status);
CREATE INDEX tasks_workflow_index ON public.tasks USING btree (workflow_id, created_at) WHERE (workflow_id IS NOT NULL);
create policy tasks_workspace on tasks as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));
grant delete, insert, select, update on tasks to factotum_engine;

create table undos (
  id text not null,
  workspace_id text not null,
  task_id text not null,
  status text not null default 'running'::text,
  asked_by text not null,
  items jsonb not null,
  created_at timestamp with time zone not null default now(),
  finished_at timestamp with time zone,
  constraint undos_pkey PRIMARY KEY (id),
  constraint undos_status_check CHECK ((status = ANY (ARRAY['running'::text, 'done'::text, 'stopped'::text]))),
  constraint undos_task_id_tasks_id_fk FOREIGN KEY (task_id) REFERENCES tasks(id) ON DELETE CASCADE
);
alter table undos enable row level security;
CREATE INDEX undos_task_index ON public.undos USING btree (task_id);
create policy undos_workspace on undos as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));
grant delete, insert, select, update on undos to factotum_engine;

create table watches (
  workspace_id text not null,
  channel text not null,
  room text not null,
  asked_by text not null,
  created_at timestamp with time zone not null default now(),
  constraint watches_workspace_id_channel_room_pk PRIMARY KEY (workspace_id, channel, room)
);
alter table watches enable row level security;
create policy watches_workspace on watches as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));
grant delete, insert, select, update on watches to factotum_engine;

create table workflow_events (
  id text not null,
  workspace_id text not null,
  seq bigint not null generated always as identity,
  name text not null,
  payload jsonb not null,
  keys jsonb not null,
  source text not null,
  task_id text,
  run_id text,
  step_id text,
  published_by text not null,
  idempotency_key text not null,
  digest text not null,
  cause_id text,
  chain_id text not null,
  depth integer not null default 0,
  created_at timestamp with time zone not null default now(),
  processed_at timestamp with time zone,
  taken integer not null default 0,
  relayed_at timestamp with time zone,
  constraint workflow_events_pkey PRIMARY KEY (id),
  constraint workflow_events_source_check CHECK ((source = ANY (ARRAY['task'::text, 'external'::text, 'redis'::text])))
);
alter table workflow_events enable row level security;
CREATE INDEX workflow_events_chain_index ON public.workflow_events USING btree (chain_id, created_at);
CREATE INDEX workflow_events_created_index ON public.workflow_events USING btree (created_at);
CREATE UNIQUE INDEX workflow_events_idempotency_key ON public.workflow_events USING btree (workspace_id, idempotency_key);
CREATE INDEX workflow_events_name_index ON public.workflow_events USING btree (workspace_id, name, created_at);
CREATE INDEX workflow_events_relay_index ON public.workflow_events USING btree (workspace_id, seq) WHERE ((relayed_at IS NULL) AND (source <> 'redis'::text));
CREATE INDEX workflow_events_seq_index ON public.workflow_events USING btree (workspace_id, seq);
CREATE INDEX workflow_events_waiting_index ON public.workflow_events USING btree (workspace_id, seq) WHERE (processed_at IS NULL);
create policy workflow_events_workspace on workflow_events as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));
grant delete, insert, select, update on workflow_events to factotum_engine;

create table workflows (
  id text not null,
  workspace_id text not null,
  key text not null,
  name text not null,
  version integer not null,
  text text not null,
  inputs jsonb not null,
  runs jsonb not null default '[]'::jsonb,
  created_by text not null,
  created_at timestamp with time zone not null default now(),
  deleted_at timestamp with time zone,
  publishes jsonb not null default '[]'::jsonb,
  awaits jsonb not null default '[]'::jsonb,
  constraint workflows_pkey PRIMARY KEY (id)
);
alter table workflows enable row level security;
CREATE UNIQUE INDEX workflows_version_key ON public.workflows USING btree (workspace_id, key, version);
create policy workflows_workspace on workflows as permissive for all to factotum_engine using ((workspace_id = current_setting('factotum.workspace_id'::text, true))) with check ((workspace_id = current_setting('factotum.workspace_id'::text, true)));
grant insert, select on workflows to factotum_engine;

create table workspaces (
  id text not null,
  kind text not null,
  name text not null,
  locale text not null default 'en-US'::text,
  currency text not null default 'USD'::text,
  timezone text not null default 'UTC'::text,
  created_at timestamp with time zone not null default now(),
  approvers jsonb not null default '[]'::jsonb,
  fallback_approver text,
  working_hours jsonb,
  organisation text,
  constraint workspaces_kind_check CHECK ((kind = ANY (ARRAY['local'::text, 'slack'::text, 'teams'::text]))),
  constraint workspaces_pkey PRIMARY KEY (id)
);
alter table workspaces enable row level security;
create policy workspaces_workspace on workspaces as permissive for all to factotum_engine using ((id = current_setting('factotum.workspace_id'::text, true))) with check ((id = current_setting('factotum.workspace_id'::text, true)));
grant delete, insert, select, update on workspaces to factotum_engine;

create view bot_shared_memory with (security_invoker=true) as
 SELECT own.workspace_id,
    own.from_agent AS source_bot,
    own.agent AS target_bot,
    own.key AS memory_key,
    COALESCE(shown.value, own.value) AS memory_value,
    own.link_id IS NOT NULL AS is_link,
    own.updated_at AS shared_at
   FROM agent_memory own
     LEFT JOIN agent_memory shown ON shown.id = own.link_id
  WHERE own.from_agent IS NOT NULL;
grant select on bot_shared_memory to factotum_engine;

create view task_progress with (security_invoker=true) as
 SELECT task_id,
    step_order AS step,
    progress AS percent,
    status,
        CASE
            WHEN status = 'pending'::text THEN NULL::timestamp with time zone
            ELSE updated_at
        END AS updated_at
   FROM task_steps
  WHERE parent_id IS NULL;
grant delete, insert, select, update on task_progress to factotum_engine;

create view workflow_executions with (security_invoker=true) as
 SELECT task.id,
    task.workspace_id,
    workflow.id AS workflow_id,
    workflow.name AS workflow,
    workflow.version,
    task.status,
    COALESCE(task.inputs, '{}'::jsonb) AS inputs,
    ( SELECT min(step.step_order) AS min
           FROM task_steps step
          WHERE step.run_id = run.id AND step.parent_id IS NULL AND (step.status <> ALL (ARRAY['completed'::text, 'skipped'::text]))) AS current_step,
    ( SELECT COALESCE(jsonb_object_agg(step.key, step.result), '{}'::jsonb) AS "coalesce"
           FROM task_steps step
          WHERE step.run_id = run.id AND step.status = 'completed'::text) AS state,
    COALESCE(task.failure_reason, task.blocked_reason) AS error,
    task.requested_by AS started_by,
    task.created_at,
    task.started_at,
    task.updated_at,
    COALESCE(task.completed_at, task.failed_at, task.cancelled_at) AS finished_at
   FROM tasks task
     JOIN workflows workflow ON workflow.id = task.workflow_id
     LEFT JOIN LATERAL ( SELECT runs.id
           FROM runs
          WHERE runs.task_id = task.id AND runs.mode <> 'dry_run'::text
          ORDER BY runs.created_at DESC
         LIMIT 1) run ON true;
grant select on workflow_executions to factotum_engine;

CREATE OR REPLACE FUNCTION public.add_execution_log_entry(task_id text, log_entry jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
  held tasks;
BEGIN
  IF jsonb_typeof(log_entry) IS DISTINCT FROM 'object' OR coalesce(log_entry->>'event', '') = '' THEN
    RAISE EXCEPTION 'A log entry is an object that names its event.' USING ERRCODE = 'FT400';
  END IF;
  IF octet_length(log_entry::text) > 65536 THEN
    RAISE EXCEPTION 'A log entry has up to 65536 bytes.' USING ERRCODE = 'FT400';
  END IF;
  SELECT * INTO held FROM tasks WHERE id = add_execution_log_entry.task_id FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'There is no task %.', left(task_id, 40) USING ERRCODE = 'FT404';
  END IF;
  PERFORM factotum_record(held, log_entry, 'log', null);
END $function$;
revoke execute on function add_execution_log_entry(text,jsonb) from public;
grant execute on function add_execution_log_entry(text,jsonb) to factotum_engine;

CREATE OR REPLACE FUNCTION public.block_task_execution(task_id text, reason text, kind text DEFAULT 'human_action'::text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
BEGIN
  IF coalesce(kind, '') NOT IN ('human_action', 'dependency') OR coalesce(btrim(reason), '') = '' THEN
    RAISE EXCEPTION 'A block has a reason and is a human_action or a dependency.' USING ERRCODE = 'FT400';
  END IF;
  PERFORM factotum_move_tracked(factotum_hold_tracked(task_id), 'block', 'be blocked', jsonb_build_object(
    'event', 'blocked', 'reason', btrim(reason), 'kind', kind, 'actor', factotum_actor()));
END $function$;
revoke execute on function block_task_execution(text,text,text) from public;
grant execute on function block_task_execution(text,text,text) to factotum_engine;

CREATE OR REPLACE FUNCTION public.complete_task_execution(task_id text, result_data jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
BEGIN
  PERFORM factotum_move_tracked(factotum_hold_tracked(task_id), 'complete', 'be completed',
    jsonb_build_object('event', 'completed', 'result', coalesce(result_data, '{}')));
END $function$;
revoke execute on function complete_task_execution(text,jsonb) from public;
grant execute on function complete_task_execution(text,jsonb) to factotum_engine;

CREATE OR REPLACE FUNCTION public.create_subtask(parent_id text, title text, description text DEFAULT NULL::text, execution_type text DEFAULT 'manual'::text, priority text DEFAULT NULL::text, due_at timestamp with time zone DEFAULT NULL::timestamp with time zone, assigned_to_type text DEFAULT NULL::text, assigned_to_id text DEFAULT NULL::text, id text DEFAULT NULL::text)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
  parent tasks := factotum_hold_tracked(parent_id);
  wanted text := btrim(coalesce(create_subtask.title, ''));
  above text := parent.parent_task_id;
  depth integer := 1;
  made tasks;
BEGIN
  IF parent.status IN ('completed', 'failed', 'cancelled') THEN
    RAISE EXCEPTION '"%" is already %, so it gets no more parts.', parent.title, parent.status USING ERRCODE = 'FT409';
  END IF;
  IF length(wanted) NOT BETWEEN 1 AND 200 THEN
    RAISE EXCEPTION 'A subtask has a title of 1 to 200 characters.' USING ERRCODE = 'FT400';
  END IF;
  IF create_subtask.execution_type IS NULL
    OR create_subtask.execution_type NOT IN ('manual', 'semi_automated', 'fully_automated') THEN
    RAISE EXCEPTION 'A subtask is manual, semi_automated or fully_automated.' USING ERRCODE = 'FT400';
  END IF;
  IF coalesce(create_subtask.priority, parent.priority) NOT IN ('critical', 'high', 'medium', 'low') THEN
    RAISE EXCEPTION 'A priority is critical, high, medium or low.' USING ERRCODE = 'FT400';
  END IF;
  IF coalesce(create_subtask.assigned_to_type, 'user') NOT IN ('user', 'agent', 'workflow') THEN
    RAISE EXCEPTION 'A task is assigned to a user, an agent or a workflow.' USING ERRCODE = 'FT400';
  END IF;
  WHILE above IS NOT NULL AND depth <= 10 LOOP
    above := (SELECT task.parent_task_id FROM tasks AS task WHERE task.id = above);
    depth := depth + 1;
  END LOOP;
  IF depth > 10 OR (SELECT count(*) FROM tasks AS task WHERE task.parent_task_id = parent.id) >= 200 THEN
    RAISE EXCEPTION '"%" cannot be divided further.', parent.title USING ERRCODE = 'FT409';
  END IF;
  INSERT INTO tasks (id, workspace_id, channel, conversation, requested_by, title, short_name, description,
    execution_type, priority, due_at, assigned_to_type, assigned_to_id, parent_task_id, created_at)
  VALUES (coalesce(create_subtask.id, 'tsk_' || left(replace(gen_random_uuid()::text, '-', ''), 20)),
    parent.workspace_id, parent.channel, parent.conversation, parent.requested_by, wanted, left(wanted, 60),
    coalesce(nullif(btrim(create_subtask.description), ''), wanted), create_subtask.execution_type,
    coalesce(create_subtask.priority, parent.priority), create_subtask.due_at, create_subtask.assigned_to_type,
    create_subtask.assigned_to_id, parent.id, clock_timestamp())
  RETURNING * INTO made;
  PERFORM factotum_record(made, jsonb_build_object('event', 'created', 'actor', factotum_actor()), 'create', null);
  PERFORM factotum_record(parent, jsonb_build_object('event', 'subtask_created', 'subtask_id', made.id,
    'title', made.title, 'execution_type', made.execution_type, 'actor', factotum_actor()), 'log', null);
  RETURN made.id;
END $function$;
revoke execute on function create_subtask(text,text,text,text,text,timestamp with time zone,text,text,text) from public;
grant execute on function create_subtask(text,text,text,text,text,timestamp with time zone,text,text,text) to factotum_engine;

CREATE OR REPLACE FUNCTION public.factotum_actor()
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  SELECT coalesce(nullif(current_setting('factotum.actor', true), ''), 'factotum')
$function$;
revoke execute on function factotum_actor() from public;
grant execute on function factotum_actor() to factotum_engine;

CREATE OR REPLACE FUNCTION public.factotum_append_events(events json)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
DECLARE
  bound text := nullif(current_setting('factotum.workspace_id', true), '');
  workspace text;
  head ledger_heads;
  moment timestamptz;
  given task_events[];
  lines text[];
  hashes text[];
BEGIN
  SELECT array_agg(e) INTO given FROM json_populate_recordset(null::task_events, events) AS e;
  FOR workspace IN SELECT DISTINCT e.workspace_id FROM unnest(given) AS e ORDER BY 1 LOOP
    IF bound IS NOT NULL AND workspace IS DISTINCT FROM bound THEN
      RAISE EXCEPTION 'An event of another workspace.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT * INTO head FROM ledger_heads WHERE workspace_id = workspace FOR UPDATE;
    IF NOT FOUND THEN
      INSERT INTO ledger_heads VALUES (workspace, 0, repeat('0', 64)) ON CONFLICT DO NOTHING;
      SELECT * INTO STRICT head FROM ledger_heads WHERE workspace_id = workspace FOR UPDATE;
    END IF;
    -- Only now that the end of the chain is held: no later row may be older.
    moment := clock_timestamp();
    -- What factotum_ledger_line makes of a row.
    SELECT array_agg(jsonb_build_array(head.seq + place, e.workspace_id, e.task_id, e.step_id, e.event, e.from_status,
        e.to_status, e.actor, coalesce(e.data, '{}'),
        to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text ORDER BY place)
      INTO lines
      FROM (
        SELECT one.*, row_number() OVER () AS place FROM unnest(given) AS one
        WHERE one.workspace_id IS NOT DISTINCT FROM workspace
      ) AS e;
    hashes := lines;
    FOR place IN 1 .. cardinality(lines) LOOP
      head.hash := encode(sha256(convert_to(head.hash || E'\n' || lines[place], 'UTF8')), 'hex');
      hashes[place] := head.hash;
    END LOOP;
    INSERT INTO task_events (workspace_id, task_id, step_id, event, from_status, to_status, actor, data, at, seq, hash)
      SELECT e.workspace_id, e.task_id, e.step_id, e.event, e.from_status, e.to_status, e.actor, coalesce(e.data, '{}'),
        moment, head.seq + place, hashes[place]
      FROM (
        SELECT one.*, row_number() OVER () AS place FROM unnest(given) AS one
        WHERE one.workspace_id IS NOT DISTINCT FROM workspace
      ) AS e ORDER BY place;
    UPDATE ledger_heads SET seq = head.seq + cardinality(lines), hash = head.hash WHERE workspace_id = workspace;
  END LOOP;
END $function$;
revoke execute on function factotum_append_events(json) from public;
grant execute on function factotum_append_events(json) to factotum_engine;

CREATE OR REPLACE FUNCTION public.factotum_drop_job(wanted text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
DECLARE
  bound text := nullif(current_setting('factotum.workspace_id', true), '');
BEGIN
  DELETE FROM graphile_worker._private_jobs AS job
    WHERE job.key = wanted AND job.locked_at IS NULL AND (bound IS NULL OR job.payload->>'workspaceId' = bound);
END $function$;
revoke execute on function factotum_drop_job(text) from public;
grant execute on function factotum_drop_job(text) to factotum_engine;

CREATE OR REPLACE FUNCTION public.factotum_finish(events json, jobs json, signals json)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
DECLARE
  bound text := nullif(current_setting('factotum.workspace_id', true), '');
  waiting json := jobs;
  added bigint;
  keys text[];
BEGIN
  IF bound IS NOT NULL AND EXISTS (
    SELECT FROM json_array_elements(jobs) AS job WHERE job->'payload'->>'workspaceId' IS DISTINCT FROM bound
  ) THEN
    RAISE EXCEPTION 'A job of another workspace.' USING ERRCODE = 'insufficient_privilege';
  END IF;
  WHILE json_array_length(waiting) > 0 LOOP
    SELECT count(*), coalesce(array_agg(job.key), '{}') INTO added, keys FROM graphile_worker.add_jobs((
      SELECT array_agg((job->>'kind', job->'payload', job->>'queue', (job->>'run_at')::timestamptz, null,
        job->>'key', (job->>'priority')::int, null)::graphile_worker.job_spec) FROM json_array_elements(waiting) AS job)) AS job;
    EXIT WHEN added >= json_array_length(waiting);
    waiting := (SELECT coalesce(json_agg(job), '[]') FROM json_array_elements(waiting) AS job WHERE job->>'key' <> ALL (keys));
  END LOOP;
  PERFORM pg_notify('factotum', signal) FROM json_array_elements_text(signals) AS signal;
  IF json_array_length(events) > 0 THEN
    PERFORM factotum_append_events(events);
  END IF;
END $function$;
revoke execute on function factotum_finish(json,json,json) from public;
grant execute on function factotum_finish(json,json,json) to factotum_engine;

CREATE OR REPLACE FUNCTION public.factotum_hold_tracked(wanted text)
 RETURNS tasks
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
  held tasks;
BEGIN
  SELECT * INTO held FROM tasks WHERE id = wanted FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'There is no task %.', left(wanted, 40) USING ERRCODE = 'FT404';
  END IF;
  IF held.plan_version > 0 OR held.status IN ('planning', 'ready')
    OR held.blocked_kind IS NOT DISTINCT FROM 'clarification'
    OR EXISTS (SELECT FROM runs WHERE task_id = held.id) THEN
    RAISE EXCEPTION 'Factotum itself carries out "%": accept, pause, resume or cancel it in its conversation.',
      held.title USING ERRCODE = 'FT409';
  END IF;
  RETURN held;
END $function$;
revoke execute on function factotum_hold_tracked(text) from public;
grant execute on function factotum_hold_tracked(text) to factotum_engine;

CREATE OR REPLACE FUNCTION public.factotum_ledger_line(e task_events)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  SELECT jsonb_build_array(e.seq, e.workspace_id, e.task_id, e.step_id, e.event, e.from_status,
    e.to_status, e.actor, e.data,
    to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text
$function$;

CREATE OR REPLACE FUNCTION public.factotum_move_tracked(held tasks, event text, verb text, entry jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
  next text := factotum_next_status(held.status, event);
  moved tasks;
BEGIN
  IF next IS NULL THEN
    RAISE EXCEPTION '"%" is %, so it cannot %.', held.title, replace(held.status, '_', ' '), verb
      USING ERRCODE = 'FT409';
  END IF;
  UPDATE tasks SET
    status = next,
    version = version + 1,
    phase = CASE next WHEN 'running' THEN 'act' WHEN 'completed' THEN 'done' ELSE phase END,
    started_at = CASE next WHEN 'running' THEN coalesce(started_at, now()) ELSE started_at END,
    blocked_at = CASE next WHEN 'blocked' THEN now() ELSE blocked_at END,
    blocked_kind = CASE next WHEN 'blocked' THEN coalesce(entry->>'kind', 'human_action') END,
    blocked_reason = CASE next WHEN 'blocked' THEN entry->>'reason' END,
    failed_at = CASE next WHEN 'failed' THEN now() ELSE failed_at END,
    failure_reason = CASE next WHEN 'failed' THEN entry->>'error' ELSE failure_reason END,
    retry_count = retry_count + CASE WHEN held.status = 'running' AND next = 'queued' THEN 1 ELSE 0 END,
    completed_at = CASE next WHEN 'completed' THEN now() ELSE completed_at END,
    progress = CASE next WHEN 'completed' THEN 100 ELSE progress END,
    result = CASE next WHEN 'completed' THEN entry->'result' ELSE result END,
    -- An integer of milliseconds ends after 24 days.
    actual_ms = CASE next WHEN 'completed'
      THEN least(extract(epoch FROM now() - started_at) * 1000, 2147483647)::integer ELSE actual_ms END
  WHERE id = held.id AND status = held.status AND version = held.version RETURNING * INTO moved;
  IF NOT FOUND THEN
    RAISE EXCEPTION '"%" was changed by somebody else at the same time.', held.title USING ERRCODE = 'FT409';
  END IF;
  PERFORM factotum_record(moved, entry, event, held.status);
END $function$;
revoke execute on function factotum_move_tracked(tasks,text,text,jsonb) from public;
grant execute on function factotum_move_tracked(tasks,text,text,jsonb) to factotum_engine;

CREATE OR REPLACE FUNCTION public.factotum_must(changed bigint, wanted bigint, place text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF changed IS DISTINCT FROM wanted THEN
    RAISE EXCEPTION 'A row of % changed under its lock.', place USING ERRCODE = 'serialization_failure';
  END IF;
END $function$;
revoke execute on function factotum_must(bigint,bigint,text) from public;
grant execute on function factotum_must(bigint,bigint,text) to factotum_engine;

CREATE OR REPLACE FUNCTION public.factotum_next_status(status text, event text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  SELECT moves.next FROM (VALUES
    ('draft', 'queue', 'queued'),
    ('draft', 'start', 'running'),
    ('draft', 'block', 'blocked'),
    ('draft', 'fail', 'failed'),
    ('planning', 'fail', 'failed'),
    ('queued', 'start', 'running'),
    ('queued', 'block', 'blocked'),
    ('queued', 'fail', 'failed'),
    ('running', 'queue', 'queued'),
    ('running', 'block', 'blocked'),
    ('running', 'complete', 'completed'),
    ('running', 'fail', 'failed'),
    ('paused', 'queue', 'queued'),
    ('paused', 'resume', 'running'),
    ('paused', 'complete', 'completed'),
    ('paused', 'fail', 'failed'),
    ('approval_pending', 'unblock', 'running'),
    ('approval_pending', 'block', 'blocked'),
    ('approval_pending', 'fail', 'failed'),
    ('blocked', 'unblock', 'running'),
    ('blocked', 'fail', 'failed')
  ) AS moves (status, event, next)
  WHERE moves.status = $1 AND moves.event = $2
$function$;
revoke execute on function factotum_next_status(text,text) from public;
grant execute on function factotum_next_status(text,text) to factotum_engine;

CREATE OR REPLACE FUNCTION public.factotum_open(workspace text, task text, shown text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
BEGIN
  PERFORM set_config('role', 'factotum_engine', true), set_config('factotum.workspace_id', workspace, true);
  IF shown IS NOT NULL THEN
    -- One delivery of a task's cards at a time, whichever program it is in; cards before their messages.
    PERFORM pg_advisory_xact_lock(hashtextextended('deliver:' || shown, 0));
    PERFORM FROM public.cards WHERE task_id = shown ORDER BY created_at FOR UPDATE;
  END IF;
  IF task IS NOT NULL THEN
    -- What refers to the task may be made meanwhile.
    PERFORM FROM public.tasks WHERE id = task FOR NO KEY UPDATE;
  END IF;
END $function$;
revoke execute on function factotum_open(text,text,text) from public;

CREATE OR REPLACE FUNCTION public.factotum_record(task tasks, entry jsonb, event text, from_status text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
  stamped jsonb := entry || jsonb_build_object('timestamp',
    coalesce(entry->>'timestamp', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')));
  place jsonb := jsonb_build_object('workspaceId', task.workspace_id, 'taskId', task.id);
  jobs jsonb := jsonb_build_array(jsonb_build_object('kind', 'deliver', 'payload', place,
    'key', 'deliver:' || task.id, 'queue', 'deliver:' || task.id));
  update jsonb := jsonb_build_object('type', CASE event WHEN 'complete' THEN 'task_complete' ELSE 'progress' END);
BEGIN
  UPDATE tasks SET execution_log = execution_log || stamped, updated_at = now() WHERE id = task.id;
  IF task.parent_task_id IS NOT NULL AND event <> 'log' THEN
    jobs := jobs || jsonb_build_object('kind', 'gather', 'key', 'gather:' || task.parent_task_id,
      'payload', place || jsonb_build_object('taskId', task.parent_task_id));
  END IF;
  PERFORM factotum_finish(
    json_build_array(json_build_object('workspace_id', task.workspace_id, 'task_id', task.id, 'event', event,
      'from_status', from_status, 'to_status', CASE WHEN event <> 'log' THEN task.status END,
      'actor', factotum_actor(), 'data', entry)),
    jobs::json,
    json_build_array((place || jsonb_build_object('kind', 'task', 'update', update))::text));
END $function$;
revoke execute on function factotum_record(tasks,jsonb,text,text) from public;
grant execute on function factotum_record(tasks,jsonb,text,text) to factotum_engine;

CREATE OR REPLACE FUNCTION public.factotum_refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  RAISE EXCEPTION 'task_events is append-only' USING ERRCODE = 'insufficient_privilege';
END $function$;

CREATE OR REPLACE FUNCTION public.fail_task_execution(task_id text, error text, should_retry boolean DEFAULT true)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
  held tasks := factotum_hold_tracked(task_id);
  again boolean := coalesce(should_retry, false) AND held.retry_count < held.max_retries;
  entry jsonb := jsonb_build_object('error', coalesce(error, 'No reason was given.'), 'actor', factotum_actor(),
    'retry_count', held.retry_count + again::integer, 'max_retries', held.max_retries);
BEGIN
  IF again AND held.status <> 'running' THEN
    RAISE EXCEPTION '"%" is %, so there is no try to repeat.', held.title, replace(held.status, '_', ' ')
      USING ERRCODE = 'FT409';
  END IF;
  PERFORM factotum_move_tracked(held, CASE WHEN again THEN 'queue' ELSE 'fail' END, 'fail',
    entry || jsonb_build_object('event', CASE WHEN again THEN 'retried' ELSE 'failed' END));
  RETURN again;
END $function$;
revoke execute on function fail_task_execution(text,text,boolean) from public;
grant execute on function fail_task_execution(text,text,boolean) to factotum_engine;

CREATE OR REPLACE FUNCTION public.get_executable_tasks(org_id text, execution_type text DEFAULT NULL::text)
 RETURNS SETOF tasks
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  SELECT * FROM tasks AS task
  WHERE task.workspace_id = $1 AND task.execution_status IN ('pending', 'queued') AND task.status <> 'planning'
    AND CASE WHEN $2 IS NULL THEN task.execution_type <> 'manual' ELSE task.execution_type = $2 END
    AND NOT EXISTS (SELECT FROM runs WHERE runs.task_id = task.id AND runs.finished_at IS NULL)
  ORDER BY array_position(ARRAY['critical', 'high', 'medium', 'low'], task.priority), task.due_at NULLS LAST,
    task.created_at, task.id
$function$;
revoke execute on function get_executable_tasks(text,text) from public;
grant execute on function get_executable_tasks(text,text) to factotum_engine;

CREATE OR REPLACE FUNCTION public.start_task_execution(task_id text, executor_id text, executor_type text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
  held tasks := factotum_hold_tracked(task_id);
BEGIN
  IF coalesce(executor_type, '') NOT IN ('user', 'agent', 'workflow') OR coalesce(executor_id, '') = '' THEN
    RAISE EXCEPTION 'An executor has an id and is a user, an agent or a workflow.' USING ERRCODE = 'FT400';
  END IF;
  PERFORM factotum_move_tracked(held,
    CASE held.status WHEN 'blocked' THEN 'unblock' WHEN 'paused' THEN 'resume' ELSE 'start' END, 'be started',
    jsonb_build_object('event', 'started', 'executor_id', executor_id, 'executor_type', executor_type));
END $function$;
revoke execute on function start_task_execution(text,text,text) from public;
grant execute on function start_task_execution(text,text,text) to factotum_engine;
