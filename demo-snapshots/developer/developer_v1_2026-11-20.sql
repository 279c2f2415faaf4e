-- Demo Data Export
-- Format: 1
-- Scenario: developer
-- Version: v1_2026-11-20
-- Generated: 2026-11-20T06:36:30Z
-- Source: sqlite
-- Engines: sqlite, postgres
-- Raw: sqlite >= 3.38, postgres >= 14
-- Definition: {"total":"fragments","breakdown":{"fragments":"type"}}
-- Table: {"name":"chat_sessions","columns":[["id","integer"],["title","text"],["messages","json"],["is_pinned","boolean"],["metadata","json"],["last_activity_at","timestamp"],["created_at","timestamp"],["updated_at","timestamp"]],"key":["id"],"select":[[[["metadata","demo_seed"],"in",[true]],[["metadata","scenario"],"in",["developer"]]]]}
-- Table: {"name":"contacts","columns":[["id","integer"],["name","text"],["emails","json"],["phones","json"],["organization","text"],["is_favorite","boolean"],["metadata","json"],["created_at","timestamp"],["updated_at","timestamp"]],"key":["id"],"select":[[[["metadata","demo_seed"],"in",[true]],[["metadata","scenario"],"in",["developer"]]]]}
-- Table: {"name":"vaults","columns":[["id","integer"],["name","text"],["slug","text"],["description","text"],["metadata","json"],["created_at","timestamp"],["updated_at","timestamp"]],"key":["id"],"select":[[[["metadata","demo_seed"],"in",[true]],[["metadata","scenario"],"in",["developer"]]]]}
-- Table: {"name":"projects","columns":[["id","integer"],["vault_id","integer"],["parent_id","integer"],["name","text"],["description","text"],["status","text"],["metadata","json"],["created_at","timestamp"],["updated_at","timestamp"]],"key":["id"],"select":[[[["metadata","demo_seed"],"in",[true]],[["metadata","scenario"],"in",["developer"]]]],"references":[{"columns":["parent_id"],"to":"projects","key":["id"],"link":true},{"columns":["vault_id"],"to":"vaults","key":["id"]}]}
-- Table: {"name":"fragments","columns":[["id","integer"],["type","text"],["title","text"],["message","text"],["tags","json"],["relationships","json"],["metadata","json"],["state","json"],["vault","text"],["project_id","integer"],["inbox_status","text"],["inbox_at","timestamp"],["created_at","timestamp"],["updated_at","timestamp"]],"key":["id"],"select":[[[["metadata","demo_seed"],"in",[true]],[["metadata","scenario"],"in",["developer"]]]],"references":[{"columns":["project_id"],"to":"projects","key":["id"]},{"columns":["vault"],"to":"vaults","key":["slug"]}]}
-- Table: {"name":"todos","columns":[["id","integer"],["fragment_id","integer"],["title","text"],["status","text"],["priority","text"],["due_at","timestamp"],["completed_at","timestamp"],["created_at","timestamp"],["updated_at","timestamp"]],"key":["id"],"references":[{"columns":["fragment_id"],"to":"fragments","key":["id"],"child":true}]}
-- Total Fragments: 104
-- Total Records: 139

BEGIN;

-- Cleanup: rows of scenario developer
DELETE FROM "todos" WHERE "fragment_id" IN (SELECT "id" FROM "fragments" WHERE CAST("metadata"->>'demo_seed' AS TEXT) IN ('true', '1') AND CAST("metadata"->>'scenario' AS TEXT) IN ('developer'));
DELETE FROM "fragments" WHERE CAST("metadata"->>'demo_seed' AS TEXT) IN ('true', '1') AND CAST("metadata"->>'scenario' AS TEXT) IN ('developer');
DELETE FROM "projects" WHERE CAST("metadata"->>'demo_seed' AS TEXT) IN ('true', '1') AND CAST("metadata"->>'scenario' AS TEXT) IN ('developer');
DELETE FROM "vaults" WHERE CAST("metadata"->>'demo_seed' AS TEXT) IN ('true', '1') AND CAST("metadata"->>'scenario' AS TEXT) IN ('developer');
DELETE FROM "contacts" WHERE CAST("metadata"->>'demo_seed' AS TEXT) IN ('true', '1') AND CAST("metadata"->>'scenario' AS TEXT) IN ('developer');
DELETE FROM "chat_sessions" WHERE CAST("metadata"->>'demo_seed' AS TEXT) IN ('true', '1') AND CAST("metadata"->>'scenario' AS TEXT) IN ('developer');

-- chat_sessions (4 records)
INSERT INTO "chat_sessions" ("id", "title", "messages", "is_pinned", "metadata", "last_activity_at", "created_at", "updated_at") VALUES
  (201, 'Why a transaction across an await ate my pool', '[{"at":"2026-10-07T13:18:00Z","content":"This relay took all 20 connections of a sqlx pool last night. Why does one slow server hold more than one connection?\n\n```rust\nlet mut tx = pool.begin().await?;\n// ... lock 50 rows ...\nhttp.post(url).json(&body).send().await?;\ntx.commit().await?;\n```","role":"user"},{"at":"2026-10-07T13:18:20Z","content":"`pool.begin()` takes a connection out of the pool and `tx` owns it until commit, rollback or drop. An `.await` doesn''t give it back, so each waiting task keeps one.\n\nHow many of these loops run? If a new one is spawned on a timer while older ones are still waiting, you''d get one parked connection per tick.","role":"assistant"},{"at":"2026-10-07T13:29:00Z","content":"…there is a timer. It spawns every 2 s. With SKIP LOCKED each copy happily finds other rows. 🤦","role":"user"},{"at":"2026-10-07T13:29:25Z","content":"That''s the multiplication then. Three changes, in order of value:\n\n1. claim with `UPDATE … SET claimed_at = now() … RETURNING`, commit, *then* send;\n2. one relay per pod, `tokio::time::interval` with `MissedTickBehavior::Delay`;\n3. a timeout on the HTTP client that is shorter than the claim.\n\n`idle_in_transaction_session_timeout` is the seat belt for the next loop somebody writes.","role":"assistant"},{"at":"2026-10-07T13:41:00Z","content":"Doing 1 and 3 today, 2 tomorrow. Going to write \"do not copy\" on the snippet in my notes.","role":"user"}]', TRUE, '{"demo_seed":true,"scenario":"developer"}', '2026-10-07 13:41:00', '2026-10-07 13:18:00', '2026-10-07 13:41:00')
, (202, 'Dropped an index that only the replica used', '[{"at":"2026-10-29T10:05:00Z","content":"idx_scan was 0 for three months on the primary, so I dropped it:\n\n    SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = ''route_stop_plan_open_idx'';\n\nReads go to a streaming replica. Are the counters not replicated?","role":"user"},{"at":"2026-10-29T10:05:30Z","content":"They are not. Cumulative statistics live in each server''s own memory and files, outside the WAL, so the replica counts its own scans and the primary never learns of them. Query both, and look at `stats_reset` in `pg_stat_database` to know what period a zero covers.","role":"assistant"},{"at":"2026-10-29T10:14:00Z","content":"How would you stop the next person? A linter for `DROP INDEX`?","role":"user"},{"at":"2026-10-29T10:14:40Z","content":"A linter that asks for a second reviewer is cheap and catches the habit. In CI:\n\n```bash\ngit diff --name-only origin/main... -- ''migrations/*.sql'' |\n  xargs -r grep -HniE ''^\\s*drop\\s+index\\b'' && exit 1 || exit 0\n```\n\nThere''s also a softer way to test a drop: set `indisvalid = false` on a staging copy that gets replayed traffic. On production I would leave the catalogue alone.","role":"assistant"},{"at":"2026-10-29T10:22:00Z","content":"Linter it is. Thanks, going to apologise to some drivers.","role":"user"}]', FALSE, '{"demo_seed":true,"scenario":"developer"}', '2026-10-29 10:22:00', '2026-10-29 10:05:00', '2026-10-29 10:22:00')
, (203, 'Asking Osaka politely for sample names', '[{"at":"2026-11-10T08:58:00Z","content":"I need to ask Haruka for about five sample sender names with difficult kanji, for our label printer. Polite but not stiff, we know each other. My Japanese stops at 漢字.","role":"user"},{"at":"2026-11-10T08:58:30Z","content":"森田さん\n\nお世話になっております。トマシュです。\nラベル印字の件で、難しい漢字を含むお名前のサンプルを5件ほどいただけますでしょうか。\n架空のお名前で構いません。急ぎではありませんので、お手すきの際にお願いいたします。\n\nIt says: could we have around five sample names with difficult kanji for the labels; made-up names are fine; no hurry.","role":"assistant"},{"at":"2026-11-10T09:05:00Z","content":"Why does 直 look different on my screen from her screenshot?","role":"user"},{"at":"2026-11-10T09:05:35Z","content":"Unicode gives both shapes one code point, U+76F4, and leaves the choice to the font. Without a language hint your system picked a Chinese face. With `lang=\"ja\"` on the text and a Japanese font installed you get hers. The label renderer needs the same hint.","role":"assistant"},{"at":"2026-11-10T09:12:00Z","content":"Sent. She answered with a thumbs-up and \"髙橋 is coming\" 👍 Marking the todo as blocked until then.","role":"user"}]', FALSE, '{"demo_seed":true,"scenario":"developer"}', '2026-11-10 09:12:00', '2026-11-10 08:58:00', '2026-11-10 09:12:00')
, (204, 'Making 63 commits fit into four honest lines', '[{"at":"2026-11-17T13:52:00Z","content":"Shorten this for dispatchers. They don''t care about WAL.\n\n- Use UUIDv7 for route_plan.id\n- Deliver outbox events per depot concurrently (max 8)\n- Store delivery windows as timestamptz + zone\n- Replace HashMap distance cache by flat Vec\n- Panel: show banner if /health/planner is not ok","role":"user"},{"at":"2026-11-17T13:52:30Z","content":"- Routes are ready sooner.\n- One slow depot no longer holds up the others.\n- The clock change no longer doubles stops.\n- If planning stops, the Panel says so.\n\nI left out UUIDv7, nobody outside the team will see a difference.","role":"assistant"},{"at":"2026-11-17T14:03:00Z","content":"\"Sooner\" is vague. Staging says p95 from 2.9 s to 1.2 s, but production may differ. Can I promise a number?","role":"user"},{"at":"2026-11-17T14:03:25Z","content":"I would say \"in about a second or two\" until production has a day of data. A number that turns out better pleases people, one that turns out worse gets quoted back at you.","role":"assistant"},{"at":"2026-11-17T14:21:00Z","content":"Fair. Zbigniew read it and moved the banner to the top, \"bo to jedyne, o co prosiłem\": the only thing he had asked for.","role":"user"}]', FALSE, '{"demo_seed":true,"scenario":"developer"}', '2026-11-17 14:21:00', '2026-11-17 13:52:00', '2026-11-17 14:21:00')
;

-- contacts (6 records)
INSERT INTO "contacts" ("id", "name", "emails", "phones", "organization", "is_favorite", "metadata", "created_at", "updated_at") VALUES
  (201, 'Jagoda Śliwińska', '["jagoda.sliwinska@example.org"]', '["+48 42 555 0121"]', 'Skrytnik, routing team', TRUE, '{"demo_seed":true,"scenario":"developer"}', '2026-10-01 07:30:00', '2026-10-01 07:30:00')
, (202, 'Rémi Okafor-Lefèvre', '["remi.okafor@example.org","remi@example.net"]', '["+48 42 555 0122"]', 'Skrytnik, routing team', TRUE, '{"demo_seed":true,"scenario":"developer"}', '2026-10-01 07:32:00', '2026-10-01 07:32:00')
, (203, 'Zbigniew Kępa', '["zkepa@example.org"]', '["+48 42 555 0160","+48 42 555 0161"]', 'Widzew sorting hub, dispatch', FALSE, '{"demo_seed":true,"scenario":"developer"}', '2026-10-09 08:50:00', '2026-10-14 12:20:00')
, (204, '森田 遥 (Haruka Morita)', '["h.morita@example.com"]', '[]', 'Hakozaki Lockers K.K., 大阪', FALSE, '{"demo_seed":true,"scenario":"developer"}', '2026-10-19 07:20:00', '2026-10-19 07:20:00')
, (205, 'Fọlákẹ́ Ogunbiyi', '["folake.yoruba@example.net"]', '[]', NULL, FALSE, '{"demo_seed":true,"scenario":"developer"}', '2026-10-06 19:20:00', '2026-10-06 19:20:00')
, (206, 'Stanisława „Stasia” Żurek', '[]', '["+48 42 555 0142"]', 'Pod Łańcuchem bike workshop', FALSE, '{"demo_seed":true,"scenario":"developer"}', '2026-11-07 10:35:00', '2026-11-07 10:35:00')
;

-- vaults (1 shared record)
INSERT INTO "vaults" ("id", "name", "slug", "description", "metadata", "created_at", "updated_at") VALUES
  (1, 'Personal', 'personal', 'Everything that has no better home yet', '{"demo_seed":true}', '2026-09-28 07:00:00', '2026-09-28 07:00:00')
ON CONFLICT DO NOTHING
;

-- vaults (1 record)
INSERT INTO "vaults" ("id", "name", "slug", "description", "metadata", "created_at", "updated_at") VALUES
  (21, 'Engineering', 'engineering', 'Work notes: trasa, the Panel, lockfill, and whatever the pager brings', '{"demo_seed":true,"scenario":"developer"}', '2026-10-01 06:55:00', '2026-10-01 06:55:00')
;

-- projects (7 records)
INSERT INTO "projects" ("id", "vault_id", "parent_id", "name", "description", "status", "metadata", "created_at", "updated_at") VALUES
  (201, 21, NULL, 'Trasa 2.14 release', 'Separate pools, UTC time windows, UUIDv7 for new plans. Must ship before the freeze on 23 November.', 'done', '{"demo_seed":true,"scenario":"developer"}', '2026-10-01 07:05:00', '2026-11-18 12:40:00')
, (202, 21, NULL, 'Trasa routing service', 'The Rust service that decides which van stops at which locker, and in what order.', 'active', '{"demo_seed":true,"scenario":"developer"}', '2026-10-01 07:12:00', '2026-10-01 07:12:00')
, (203, 21, NULL, 'Retire the Panel', 'Move dispatchers off the PHP admin one screen at a time. On hold until January, except for bug fixes.', 'paused', '{"demo_seed":true,"scenario":"developer"}', '2026-10-01 07:20:00', '2026-11-02 08:40:00')
, (204, 21, 202, 'lockfill forecaster', 'Small Python tool: how full will each locker be tomorrow at 06:00?', 'active', '{"demo_seed":true,"scenario":"developer"}', '2026-10-01 07:26:00', '2026-10-28 14:10:00')
, (205, 21, NULL, 'Peak season 2026', 'Everything that has to hold from Black Friday (27 November) to Christmas Eve.', 'active', '{"demo_seed":true,"scenario":"developer"}', '2026-10-02 08:10:00', '2026-11-02 09:00:00')
, (206, 1, NULL, 'Cupboard home lab', 'One mini PC, one NAS, one switch, next to the winter coats.', 'active', '{"demo_seed":true,"scenario":"developer"}', '2026-10-02 17:40:00', '2026-10-02 17:40:00')
, (207, 1, NULL, 'Winter bike', 'Commute Bałuty → Widzew without salt eating the drivetrain.', 'planned', '{"demo_seed":true,"scenario":"developer"}', '2026-10-02 17:55:00', '2026-11-07 11:10:00')
;

-- fragments (104 records)
INSERT INTO "fragments" ("id", "type", "title", "message", "tags", "relationships", "metadata", "state", "vault", "project_id", "inbox_status", "inbox_at", "created_at", "updated_at") VALUES
  (2001, 'note', 'Where everything lives: trasa, Panel, lockfill', 'Fresh vault, so the map goes first.

- trasa: Rust 1.82, axum + sqlx, two pods, PostgreSQL 16 (one primary, one replica). Plans routes for about 1,900 lockers.
- Panel: PHP 7.4, nobody''s favourite, still writes straight into our tables. Dispatchers at Widzew have it open all day.
- lockfill: Python 3.12, runs nightly at 01:30 UTC, writes `fill_forecast`.

Locker codes look like LDZ-0417 (city, four digits). Plans have UUIDs, stops have a bigint and a `seq`.

On-call changes hands Monday 07:00 UTC: Rémi → me → Jagoda, and round again.', '["onboarding","trasa","panel","lockfill"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'engineering', 202, 'accepted', NULL, '2026-10-01 07:40:00', '2026-10-12 08:05:00')
, (2002, 'snippet', 'sqlx: open stops of many plans in one round trip', 'Replaces the loop that fired one query per plan (41 queries for the Widzew morning wave).

```rust
let stops = sqlx::query_as!(
    Stop,
    r#"
    SELECT s.id, s.plan_id, s.locker_code, s.seq
      FROM route_stop AS s
     WHERE s.plan_id = ANY($1::uuid[])
       AND s.closed_at IS NULL      -- open only
     ORDER BY s.plan_id, s.seq
    "#,
    &plan_ids[..],
)
.fetch_all(&pool)
.await?;

/* chunk_by is stable since 1.77, no itertools needed */
let by_plan = stops.chunk_by(|a, b| a.plan_id == b.plan_id);
```

Morning wave: 640 ms → 38 ms on staging.', '["rust","sqlx","performance"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{"language":"rust"}', 'engineering', 202, 'accepted', NULL, '2026-10-01 09:15:00', '2026-10-01 09:15:00')
, (2003, 'log', NULL, 'cargo clean on the build box gave back 61 GB. Sixty-one. Nobody say anything to Jagoda.', '["ci"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'engineering', NULL, 'accepted', NULL, '2026-10-01 13:05:00', '2026-10-01 13:05:00')
, (2004, 'meeting', 'Planning: what October is for', 'Jagoda, Rémi, me. 45 minutes, mostly on topic.

1. Outbox instead of publishing from the request handler. I write the ADR, Rémi reviews.
2. The Panel must stop writing to `route_stop`. Nobody volunteers, so: me, after the outbox.
3. 2.14 has to be out before the freeze (23 Nov). Jagoda owns the date, we own the scope.
4. lockfill: finish v1.0 this month, then stop touching it.

Parked: replacing the solver, renaming `trasa` to something the Osaka office can pronounce.', '["planning","team"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{"attendees":3}', 'engineering', 205, 'accepted', NULL, '2026-10-02 08:20:00', '2026-10-02 08:20:00')
, (2005, 'link', 'Using EXPLAIN, the chapter I keep re-reading', 'https://www.postgresql.org/docs/16/using-explain.html

The bit I always forget: `actual time` is per loop. Multiply by `loops` before blaming a node.', '["postgresql","reading"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'engineering', NULL, 'accepted', NULL, '2026-10-02 10:50:00', '2026-10-02 10:50:00')
, (2006, 'todo', 'Swap the unwrap() in the slot parser for a real error', 'A depot sent `"slot": "6-8"` instead of `"06:00-08:00"` and took a worker thread with it:

```
thread ''tokio-runtime-worker'' panicked at crates/trasa-core/src/slot.rs:58:44:
called `Result::unwrap()` on an `Err` value: ParseError(TooShort)
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace
```

Wanted: `SlotError::Malformed { raw }`, a 422 to the caller, and the raw value in the log line.', '["rust","bug","error-handling"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{"status":"done"}', 'engineering', 202, 'accepted', NULL, '2026-10-02 12:30:00', '2026-10-06 14:20:00')
, (2007, 'log', 'Cupboard server: fan at 4,200 rpm again', '$ sensors | grep -E ''fan|Tctl''
fan1:        4217 RPM
Tctl:         +81.4°C

The winter coats are back in the cupboard, i.e. the airflow is now wool. Moved the coats. 56 °C after ten minutes.', '["homelab","hardware"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'personal', 206, 'accepted', NULL, '2026-10-03 09:10:00', '2026-10-03 09:10:00')
, (2008, 'reminder', 'On-call from 07:00: things to check before the first coffee', '- [ ] pager app: notifications allowed, phone off silent
- [ ] VPN works from home (it asks for a new certificate every 90 days, always at night)
- [ ] replica lag under 5 s
- [ ] read Rémi''s handover, then ask him what he left out', '["on-call"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{"done":true,"remind_at":"2026-10-05T06:30:00Z"}', 'engineering', NULL, 'archived', '2026-10-05 06:10:00', '2026-10-05 06:10:00', '2026-10-05 07:20:00')
, (2009, 'decision', 'ADR-018: publish events through an outbox table', 'Status: accepted (Jagoda, Rémi, Tomasz)

Context
The handler commits a plan and then POSTs to the depot''s webhook. When the POST fails after the commit, the depot never hears about the plan. It happened 9 times in September.

Decision
Write the event into `outbox_event` in the same transaction. A relay task reads it with `FOR UPDATE SKIP LOCKED` and delivers it, at least once. Depots deduplicate on `event_id`.

Consequences
+ No lost events.
+ The handler no longer waits for somebody else''s server.
- One more loop that can get stuck, so it needs a lag metric.
- Order is only guaranteed per plan.

Rejected: a message broker. Three people, one more cluster to patch.', '["adr","architecture","outbox"]', '[{"fragment_id":2004,"type":"follows"}]', '{"demo_seed":true,"scenario":"developer"}', '{"number":18,"status":"accepted"}', 'engineering', 202, 'accepted', NULL, '2026-10-05 11:40:00', '2026-10-05 11:40:00')
, (2010, 'snippet', 'Outbox relay, first version (do not copy)', '```rust
// spawned again by a 2 s timer
loop {
    let mut tx = pool.begin().await?;
    let batch = sqlx::query_as!(Event,
        "SELECT id, target_url, body FROM outbox_event
          WHERE delivered_at IS NULL
          ORDER BY id LIMIT 50
          FOR UPDATE SKIP LOCKED")
        .fetch_all(&mut *tx).await?;

    for ev in &batch {
        http.post(&ev.target_url).json(&ev.body).send().await?; // ← here
        mark_delivered(&mut tx, ev.id).await?;
    }
    tx.commit().await?;
}
```

EDIT 7 Oct, after INC-61: the transaction stays open while we wait for a stranger''s HTTP server. Claim first, commit, *then* send.', '["rust","outbox","antipattern"]', '[{"fragment_id":2009,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"developer"}', '{"deprecated":true,"language":"rust"}', 'engineering', 202, 'accepted', NULL, '2026-10-05 14:20:00', '2026-10-07 13:30:00')
, (2011, 'log', 'Borrow checker 1, Tomasz 0 (the stop iterator)', '```
error[E0502]: cannot borrow `self.stops` as mutable because it is also borrowed as immutable
  --> crates/trasa-core/src/two_opt.rs:93:17
   |
91 |         for (i, stop) in self.stops.iter().enumerate() {
   |                          -----------------------------
   |                          |
   |                          immutable borrow occurs here
   |                          immutable borrow later used here
92 |             if self.gain(i, stop) > 0.0 {
93 |                 self.stops[i + 1..].reverse();
   |                 ^^^^^^^^^^ mutable borrow occurs here
```

And it was right: reversing the tail while walking it skipped every second improvement. Collect the best swap first, apply it after the loop. Routes got 1.3 % shorter by accident.', '["rust","two-opt"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'engineering', 202, 'accepted', NULL, '2026-10-06 08:45:00', '2026-10-06 08:45:00')
, (2012, 'note', 'Yoruba lesson one: greetings by the hour', 'Teacher: Fọlákẹ́, online from Ìbàdàn, Tuesdays 18:00 UTC... she says "six-ish".

Ẹ káàárọ̀: good morning
Ẹ káàsán: good afternoon
Ẹ kú ìrọ̀lẹ́: early evening
Ẹ káalẹ́: at night, arriving
Ó dàárọ̀: until morning

Dad understood four of the five on the phone and laughed at the fifth. Tone, always tone:
ọkọ = husband, ọkọ́ = hoe, ọkọ̀ = vehicle. I plan routes for ọkọ̀. Must not get this wrong at a wedding.', '["yoruba","family"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'personal', NULL, 'accepted', NULL, '2026-10-06 19:10:00', '2026-10-06 19:10:00')
, (2013, 'incident', 'INC-61: API out of connections, outbox relay holding all 20', 'Severity 2. On call: me. All times UTC, 7 October 2026.

03:12  Alert: 5xx on POST /v2/plans above 20 %
03:15  Awake, laptop open
03:21  Log full of `PoolTimedOut`; the pool is 20, all 20 busy
03:34  pg_stat_activity: 19 sessions "idle in transaction", all from the relay
03:40  Cause found: depot webhook at Zgierz accepts the connection and never answers. 30 s timeout × 50 events, inside a transaction
03:52  OUTBOX_RELAY=off did nothing, the flag is only read at start-up
04:06  Rolling restart with the flag off
04:31  Error rate back to 0. Missed events replayed by hand

Impact: 38 plans late, first vans left Widzew about 40 minutes behind.

What went well: the alert. What did not: I wrote this relay on Monday.', '["incident","postmortem","outbox","sqlx"]', '[{"fragment_id":2010,"type":"relates_to"},{"fragment_id":2009,"type":"follows"}]', '{"demo_seed":true,"scenario":"developer"}', '{"duration_minutes":79,"resolved":true,"severity":2}', 'engineering', 202, 'accepted', NULL, '2026-10-07 04:55:00', '2026-10-09 09:30:00')
, (2014, 'log', 'pg_stat_activity, copied at 03:34', '```sql
SELECT pid, state, now() - xact_start AS open_for, left(query, 40) AS query
  FROM pg_stat_activity
 WHERE usename = ''trasa_app'' AND state <> ''idle''
 ORDER BY xact_start;
```

```
  pid  |        state        |    open_for     |                  query
-------+---------------------+-----------------+------------------------------------------
 20417 | idle in transaction | 00:21:47.118402 | SELECT id, target_url, body FROM outbox_
 20421 | idle in transaction | 00:21:30.004915 | SELECT id, target_url, body FROM outbox_
 20433 | idle in transaction | 00:20:58.771630 | SELECT id, target_url, body FROM outbox_
 ...
 20519 | active              | 00:00:00.000000 | SELECT pid, state, now() - xact_start AS
(20 rows)
```

Twenty rows with mine. `idle_in_transaction_session_timeout` is 0, so nobody was ever going to throw them out.', '["postgresql","incident"]', '[{"fragment_id":2013,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"developer","source":"psql"}', '{}', 'engineering', 202, 'accepted', NULL, '2026-10-07 08:30:00', '2026-10-07 08:30:00')
, (2015, 'todo', 'Expose pool size and wait time on /metrics', 'We found the full pool by reading logs at half past three. Three gauges would have said it at 03:12:

- trasa_pool_connections{state="idle|used"}
- trasa_pool_acquire_seconds (histogram)
- trasa_outbox_lag_seconds

`PgPool::size()` and `PgPool::num_idle()` exist; acquire time needs a small wrapper.', '["observability","sqlx"]', '[{"fragment_id":2013,"type":"follows"}]', '{"demo_seed":true,"scenario":"developer"}', '{"status":"done"}', 'engineering', 201, 'accepted', NULL, '2026-10-07 10:05:00', '2026-10-14 13:10:00')
, (2016, 'todo', 'Postmortem for INC-61, readable by people who were asleep', 'For Friday''s review. One page. Rules Jagoda set last year:

1. timeline first, opinions last
2. no names in causes
3. every action has an owner and a date, or it is not an action', '["postmortem","writing"]', '[{"fragment_id":2013,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"developer"}', '{"status":"done"}', 'engineering', 202, 'accepted', NULL, '2026-10-07 12:15:00', '2026-10-08 15:40:00')
, (2017, 'snippet', 'Commit message draft for the relay fix', 'relay: never hold a transaction across an HTTP call

The relay opened a transaction, locked up to 50 outbox rows and then
POSTed each of them before committing. One depot that accepted the
connection and went silent was enough to park every pooled
connection in "idle in transaction" (INC-61).

Now: claim rows with UPDATE ... SET claimed_at, commit, send with a
5 s timeout, and mark them delivered in a second short transaction.
Claims older than two minutes may be taken again.

Also read OUTBOX_RELAY on every turn of the loop, so that switching
it off actually switches it off.

Refs: INC-61, ADR-018', '["git","commit-message","outbox"]', '[{"fragment_id":2013,"type":"answers"}]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'engineering', 202, 'accepted', NULL, '2026-10-08 09:25:00', '2026-10-08 09:25:00')
, (2018, 'quote', 'Jagoda on retries', '“Retry without a limit and you''ve written a denial of service with good intentions.”

— Jagoda, over the second kanapka, 8 October', '["team","reliability"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'engineering', NULL, 'accepted', NULL, '2026-10-08 13:40:00', '2026-10-08 13:40:00')
, (2019, 'meeting', 'Review of INC-61 with operations', 'Present: Jagoda, Rémi, me, Zbigniew (Widzew), Marta (operations, on the phone from a van).

- Zbigniew: the late plans were annoying, the *silence* was worse. He wants a banner in the Panel when planning is down.
- Marta asks why Zgierz can stop Łódź. Fair question, good title for the postmortem.
- Agreed: two pools, a session timeout of 60 s, a lag alert at 120 s.

Actions
• Tomasz: pools and metrics (2.13.2 has the timeout, the rest in 2.14)
• Rémi: `idle_in_transaction_session_timeout` on both servers, today
• Jagoda: talk to the Zgierz depot about their webhook', '["incident","review"]', '[{"fragment_id":2016,"type":"follows"}]', '{"demo_seed":true,"scenario":"developer"}', '{"attendees":5}', 'engineering', 202, 'accepted', NULL, '2026-10-09 08:10:00', '2026-10-09 08:10:00')
, (2020, 'decision', 'ADR-019: one connection pool per kind of work', 'Status: accepted

Requests, relay and batch jobs get separate pools: 14 + 3 + 3. A stuck relay may then starve itself and nothing else.

Why not just a larger pool? max_connections is 100, shared by two pods, the Panel (up to 30), lockfill and psql at 3 a.m. Making the bathtub bigger doesn''t fix the drain.

Revisit when p99 of `trasa_pool_acquire_seconds` stays above 50 ms for a week.', '["adr","architecture","postgresql"]', '[{"fragment_id":2019,"type":"follows"},{"fragment_id":2010,"type":"contradicts"}]', '{"demo_seed":true,"scenario":"developer"}', '{"number":19,"status":"accepted"}', 'engineering', 201, 'accepted', NULL, '2026-10-09 10:00:00', '2026-10-09 10:00:00')
, (2021, 'note', 'What a pool of 20 really means', 'Little''s law on the back of a receipt:

    connections in use = requests per second × seconds each one holds a connection

Normal night: 110 req/s × 0.012 s = 1.3 connections. Nobody notices.
INC-61: the relay held each one for 30 s × however many events sat in the batch. Twenty connections last exactly as long as it takes to say "twenty".

So the number to watch is not the size, it''s the hold time. Added to the dashboard, top left.', '["performance","postgresql"]', '[{"fragment_id":2020,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'engineering', 202, 'accepted', NULL, '2026-10-09 14:35:00', '2026-10-09 14:35:00')
, (2022, 'note', 'Inventory of the cupboard', '- mini PC, 32 GB RAM, Debian 13: Caddy, Forgejo, Jellyfin, Home Assistant
- NAS, 2 × 4 TB mirror, ZFS. sdb is from 2019 and I can hear it
- 8-port switch, one port dead since the lightning in July
- UPS: 11 minutes on paper, 4 in real life

Nothing here may be load-bearing for anybody but me. (Mum''s photos are on the NAS. So that rule lasted a week.)', '["homelab","inventory"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'personal', 206, 'accepted', NULL, '2026-10-10 10:20:00', '2026-10-31 10:05:00')
, (2023, 'note', 'Handing the pager to Jagoda, 12 October', 'Pages: 3 (INC-61, one full /tmp on the build box, one false alarm from the Pabianice probe).

Watch
- Zgierz webhook still answers in 8–12 s around 05:00 UTC. The new 5 s timeout turns that into retries, which is fine.
- replica lag spikes to 40 s while lockfill writes (01:30). Known, harmless, ugly.

Quiet
- LDZ-0032 on Piotrkowska reports "door open" all day: tram vibrations, ticket is with Osaka.

Good luck. Coffee''s on me if it stays dark until Monday ☕', '["on-call","handover"]', '[{"fragment_id":2008,"type":"follows"}]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'engineering', NULL, 'accepted', NULL, '2026-10-12 06:50:00', '2026-10-12 06:50:00')
, (2024, 'snippet', 'Locker code regex, with the three ways people mistype it', '```python
import re

LOCKER = re.compile(
    r"""^\s*
    (?P<city>[A-ZĄĆĘŁŃÓŚŹŻ]{3})   # LDZ, PAB, ZGI; somebody will type ŁDZ
    [\s\-\u2013_]?                # hyphen, en dash, space, nothing
    (?P<num>\d{1,4})
    \s*$""",
    re.VERBOSE | re.IGNORECASE,
)

m = LOCKER.match("łdz–417")
assert m and m["num"].zfill(4) == "0417"
```

The PHP side still uses `/^[A-Z]{3}-\d{4}$/` and rejects the en dash that Outlook puts in. In JSON the same thing becomes `"^[A-Z]{3}-\\d{4}$"`, which is where the last bug came from.', '["python","regex","panel"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{"language":"python"}', 'engineering', 204, 'accepted', NULL, '2026-10-12 11:15:00', '2026-10-12 11:15:00')
, (2025, 'log', 'Panel, five warnings a second since the tram strike', '```
[13-Oct-2026 08:22:41 UTC] PHP Warning:  Invalid argument supplied for foreach() in /srv/panel/inc/trasy_lista.php on line 212
[13-Oct-2026 08:22:41 UTC] PHP Stack trace:
[13-Oct-2026 08:22:41 UTC] PHP   1. {main}() /srv/panel/public/index.php:0
[13-Oct-2026 08:22:41 UTC] PHP   2. Panel\Router->dispatch() /srv/panel/public/index.php:31
[13-Oct-2026 08:22:41 UTC] PHP   3. Panel\Trasy\Lista->render() /srv/panel/inc/router.php:88
```

`$objazdy` is null when the detour table is empty, and somebody emptied it after the strike. The comment above the line says `/* nigdy nie jest puste */` ("is never empty"), dated 2017.

foreach ((array) $objazdy as $o), deployed by hand, as is tradition.', '["php","panel","bug"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'engineering', 203, 'accepted', NULL, '2026-10-13 08:40:00', '2026-10-13 08:40:00')
, (2026, 'idea', 'Draw a day of vans as a train diagram', 'Time on one axis, lockers along the route on the other, one slanted line per van (what the French railways did in the 1840s). Two lines crossing = two vans at the same locker at the same minute. We''d have seen the Retkinia jam in one glance instead of three tickets.

An SVG from `route_stop` is maybe 80 lines. Evening project? 🚚', '["visualisation","dispatch"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{"status":"open"}', 'engineering', 202, 'skipped', '2026-10-13 12:20:00', '2026-10-13 12:20:00', '2026-10-13 12:20:00')
, (2027, 'quote', 'A proverb for people who deploy on Fridays', 'Ilé la ti ń kó ẹ̀ṣọ́ ròde.

Fọlákẹ́''s gloss: the finery you wear outside, you carry from home. Or: show up prepared.', '["yoruba","proverb"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'personal', NULL, 'accepted', NULL, '2026-10-13 19:15:00', '2026-10-13 19:15:00')
, (2028, 'note', 'What Zbigniew does with our export (sat next to him for an hour)', '1. Panel → Trasy → Eksport. Browser saves to C:\Users\zkepa\Downloads\trasy (14).csv
2. He renames it and copies it to C:\Skrytnik\eksport\2026-10-14\trasy.csv
3. A macro in \\WIDZEW-FS01\dyspozytor\szablon_v7_NOWY_ostateczny.xlsm reads it
4. Excel turns 0417 into 417 and he types the zero back. For sixty rows. Every morning.

The macro expects cp1250 and semicolons. Our UTF-8 export makes "Łódź" into "Ĺ\x81ĂłdĹş" on his screen (I promised not to laugh).

He doesn''t want a new screen. He wants the zeros.', '["dispatch","panel","encoding","users"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'engineering', 203, 'accepted', NULL, '2026-10-14 09:00:00', '2026-10-14 12:15:00')
, (2029, 'snippet', 'CSV that survives Excel in Widzew', '```python
def write_for_widzew(rows, path):
    # cp1250 + semicolons: the macro was written in 2014 and its author has retired
    with open(path, "w", encoding="cp1250", errors="replace", newline="") as f:
        w = csv.writer(f, delimiter=";", quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
        w.writerow(["kod", "adres", "okno"])
        for r in rows:
            w.writerow([f''="{r.code[-4:]}"'', r.address, r.window])
```

The `="0417"` trick keeps the leading zero. It is ugly, it is documented by nobody, and it works in every Excel since 97.', '["python","csv","encoding"]', '[{"fragment_id":2028,"type":"answers"}]', '{"demo_seed":true,"scenario":"developer"}', '{"language":"python"}', 'engineering', 203, 'accepted', NULL, '2026-10-14 11:30:00', '2026-10-14 11:30:00')
, (2030, 'log', NULL, 'Zbigniew called just to say "zera są". The zeros are there. Best bug report of the quarter.', '["dispatch","win"]', '[{"fragment_id":2029,"type":"follows"}]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'engineering', 203, 'accepted', NULL, '2026-10-15 05:50:00', '2026-10-15 05:50:00')
, (2031, 'link', 'spawn_blocking and when not to', 'https://docs.rs/tokio/latest/tokio/task/fn.spawn_blocking.html

For us: `improve()` runs 200–900 ms of pure CPU. On the async workers it delays every other request on that thread. spawn_blocking is okay but its pool grows up to 512 threads; for CPU-bound work a semaphore (or rayon) on top keeps it honest.', '["rust","tokio","reading"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'engineering', 202, 'accepted', NULL, '2026-10-15 08:30:00', '2026-10-15 08:30:00')
, (2032, 'todo', 'Give the Panel a database role that cannot write stops', 'Today it connects as the table owner. Plan:

1. role `panel_ro` with SELECT on everything it lists
2. role `panel_dispatch` with EXECUTE on three functions and nothing else
3. run both for a week with logging, count what would have been refused
4. switch `inc/db.php`

Steps 1–3 done, 214 refused statements in a week, 211 of them one screen ("Ręczna korekta"). Step 4 waits for January.', '["panel","postgresql","security"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{"status":"in_progress"}', 'engineering', 203, 'accepted', NULL, '2026-10-15 13:15:00', '2026-11-05 10:20:00')
, (2033, 'decision', 'ADR-020: the Panel gets no new write paths', 'Status: accepted

The Panel and trasa both write `route_stop`. Each has its own idea of what a closed stop is: trasa sets closed_at, the Panel sets status = ''Z'' and sometimes forgets.

From today any new action in the Panel calls trasa''s HTTP API, even if "one UPDATE would be quicker". Existing writes stay until their screen is replaced.

Consequence we accept: some Panel features take a week rather than an afternoon.', '["adr","panel","architecture"]', '[{"fragment_id":2032,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"developer"}', '{"number":20,"status":"accepted"}', 'engineering', 203, 'accepted', NULL, '2026-10-16 09:40:00', '2026-10-16 09:40:00')
, (2034, 'snippet', 'Roles for the Panel, as a repeatable migration', '```sql
-- 0139_panel_roles.sql  (safe to run twice)
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = ''panel_ro'') THEN
        CREATE ROLE panel_ro NOLOGIN;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = ''panel_dispatch'') THEN
        CREATE ROLE panel_dispatch NOLOGIN;
    END IF;
END
$$;

GRANT USAGE ON SCHEMA public TO panel_ro;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO panel_ro;
/* new tables too, otherwise the next migration breaks the Panel */
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO panel_ro;

GRANT EXECUTE ON FUNCTION dispatch_plan(uuid, text) TO panel_dispatch;
SELECT ''it''''s only a role'' AS reassurance;
```', '["sql","postgresql","migration","panel"]', '[{"fragment_id":2032,"type":"answers"}]', '{"demo_seed":true,"scenario":"developer"}', '{"language":"sql"}', 'engineering', 203, 'accepted', NULL, '2026-10-16 12:00:00', '2026-10-16 12:00:00')
, (2035, 'log', 'Bałuty to Widzew in 31 minutes, one argument with a tram', 'Saturday rehearsal without the time pressure. 9.4 km, 1 °C, first frost on the boards in Park Helenów. Chain sounds like a coffee grinder. The mudguard stay is held by a zip tie that says "temporary 2024".

If this is the winter commuter it needs: proper lights, studded front tyre, new chain. See you at the workshop, Stasia.', '["bike","commute"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'personal', 207, 'accepted', NULL, '2026-10-17 08:15:00', '2026-10-17 08:15:00')
, (2036, 'meeting', 'Call with Osaka: door sensors and time zones', '森田遥 (Haruka Morita, Hakozaki Lockers) and me, 07:30 UTC = 16:30 in Osaka.

- LDZ-0032: they see the same false "door open" at two stations in Osaka. Firmware 3.8.2 adds a 400 ms debounce.
- Their event timestamps are local time *of the factory*. All of them. JST. We subtract nine hours in a place I''d rather not name.
- 3.8.2 will send RFC 3339 with an offset. We must accept both for a while.

Haruka writes a note on reproducing the sensor delay, I send a tram timetable. Best trade of the month.', '["osaka","firmware","hardware"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{"attendees":2}', 'engineering', 202, 'accepted', NULL, '2026-10-19 08:15:00', '2026-10-19 08:15:00')
, (2037, 'note', '森田さんのメモ: 扉センサーの遅延について', 'Haruka''s note as she sent it, my translation below.

> ファームウェア 3.8.1 では、扉センサーの応答が最大 250 ms 遅れることがあります。
> 再現手順:
> ① ロッカーを省電力モードにする
> ② 30 秒待つ
> ③ 扉を開けて、すぐに閉める
> このとき `door_closed` が `door_open` より先に届く場合があります。

In 3.8.1 the door sensor may answer up to 250 ms late. To reproduce: power-saving mode, wait 30 s, open the door and close it at once. `door_closed` may then arrive *before* `door_open`.

So our state machine sees closed → open and believes the door is open for ever. Sort by the device''s `seq`, not by arrival.', '["osaka","firmware","日本語"]', '[{"fragment_id":2036,"type":"follows"}]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'engineering', 202, 'accepted', NULL, '2026-10-19 11:50:00', '2026-10-20 07:15:00')
, (2038, 'log', '422 from Pabianice: the number that was a string', '```json
{
  "event_id": "7c0f2b1e-5a43-4d0e-9b6f-2f8d1f4a9c31",
  "locker": "PAB-0011",
  "free": { "S": "4", "M": 2, "L": null },
  "note": "skrytka nr 7 \"zacina się\", C:\\temp\\log.txt",
  "at": "2026-10-20T07:58:12+02:00"
}
```

serde: `invalid type: string "4", expected u16 at line 4 column 20`.

Their terminal sends S as text after somebody edits it by hand. Accept both on input (`#[serde_as(as = "PickFirst<(_, DisplayFromStr)>")]`), never on output. And null for L means "no L doors", not zero. Different thing, wrote a test.', '["json","serde","webhook","bug"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'engineering', 202, 'accepted', NULL, '2026-10-20 08:05:00', '2026-10-20 08:05:00')
, (2039, 'todo', 'Teach lockfill about 1 and 11 November', 'Last year on All Saints'' Day the forecast said 92 % full, reality was 31 %: no deliveries, everybody at the cemetery. 11 November has the same shape.

`holidays.Poland()` knows both. Also the half-day on 24 December that no calendar knows but every driver does.', '["lockfill","python","forecast"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{"status":"done"}', 'engineering', 204, 'accepted', NULL, '2026-10-20 13:30:00', '2026-10-27 15:05:00')
, (2040, 'note', 'Counting backwards in Yoruba', '1–10: ọ̀kan, èjì, ẹ̀ta, ẹ̀rin, àrún, ẹ̀fà, èje, ẹ̀jọ, ẹ̀sán, ẹ̀wá

Then it gets good. 11 to 14 add to ten, but from 15 on you *subtract from twenty*:
15 ẹ̀ẹ́dógún (20 − 5), 16 ẹ̀rìndínlógún (20 − 4).
50 is àádọ́ta: three twenties minus ten.

It''s a number system written by someone who prefers offsets from the end. I feel at home.', '["yoruba","numbers"]', '[{"fragment_id":2012,"type":"follows"}]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'personal', NULL, 'accepted', NULL, '2026-10-20 19:20:00', '2026-10-20 19:20:00')
, (2041, 'idea', 'Shadow plans: let the new optimiser run and say nothing', 'Run the candidate next to the live one for every plan, throw the result away, keep only the numbers: total metres, latest arrival, CPU ms.

After two weeks we argue with 25,000 pairs instead of with feelings. Cost: one extra core per pod, one narrow table, and a switch that is off by default.', '["optimiser","experiment"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{"status":"accepted"}', 'engineering', 202, 'accepted', NULL, '2026-10-21 10:10:00', '2026-11-06 09:30:00')
, (2042, 'snippet', 'predeploy.sh: refuse to deploy over a running plan', '```bash
#!/usr/bin/env bash
set -euo pipefail

TMP="/tmp/predeploy.$$"          # $$ = our own pid
trap ''rm -f -- "$TMP"'' EXIT

psql "$DATABASE_URL" -XAtq >"$TMP" <<''SQL''
SELECT count(*) FROM route_plan WHERE state = ''computing'';
SQL

running=$(<"$TMP")
if (( running > 0 )); then
  echo "✋ $running plan(s) still computing; try again or set FORCE=1" >&2
  [[ "${FORCE:-0}" == 1 ]] || exit 75   # EX_TEMPFAIL
fi
echo "ok to deploy ${1:?usage: $0 VERSION} at $(date -u +%FT%TZ)"
```', '["bash","deploy","postgresql"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{"language":"bash"}', 'engineering', 201, 'accepted', NULL, '2026-10-21 14:00:00', '2026-10-21 14:00:00')
, (2043, 'note', 'Review of Rémi''s advisory-lock branch', 'Good: one planner per city, finally. Comments I left:

1. `pg_advisory_lock(hashtext(''LDZ''))` is a *session* lock. With a pool the session outlives us and the lock stays with whoever gets the connection next. → `pg_advisory_xact_lock`.
2. hashtext is 32-bit; two cities can collide. With 14 cities fine, but write it down.
3. `SELECT pg_try_advisory_xact_lock($1, $2)`: the two-integer form gives us a namespace for free.
4. typo: "aquire". Twice. It''s contagious, I have three of them on main.

Approved with (1) fixed.', '["code-review","postgresql","locking"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'engineering', 201, 'accepted', NULL, '2026-10-22 09:20:00', '2026-10-22 09:20:00')
, (2044, 'link', 'Postmortem culture, to send to Marta', 'https://sre.google/sre-book/postmortem-culture/

The part on blamelessness is what she asked about after INC-61 ("so nobody gets shouted at, and that works?"). It works.', '["postmortem","reading"]', '[{"fragment_id":2019,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'engineering', NULL, 'archived', '2026-10-22 12:40:00', '2026-10-22 12:40:00', '2026-10-22 12:40:00')
, (2045, 'log', 'One flaky test, 300 runs, one culprit', '```console
$ for i in $(seq 300); do cargo test -q window_overlap >/tmp/t.$i 2>&1 || echo "$i failed"; done
41 failed
188 failed
263 failed
$ grep -h panicked -A3 /tmp/t.41
thread ''window::tests::window_overlap'' panicked at crates/trasa-core/src/window.rs:301:9:
assertion `left == right` failed
  left: 2
 right: 1
```

A HashMap iteration order decided which of two touching windows came first, and `08:00–10:00` next to `10:00–12:00` counted as overlapping one way round only. The test was right, the code was wrong: `<=` should be `<`. BTreeMap *and* the comparison fixed.', '["rust","testing","flaky"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'engineering', 201, 'accepted', NULL, '2026-10-23 08:00:00', '2026-10-23 08:00:00')
, (2046, 'note', 'Things new people trip over', 'Collected from Rémi''s first month and my second year:

• "stop" is a row, "locker" is a cupboard, "skrytka" is one door of it. Never translate skrytka as "box" in the API.
• window_end is exclusive. Always. Except in the Panel.
• `make dev` needs port 5433, because 5432 is your own Postgres and you *will* drop the wrong database.
• Staging has no data east of Brzeziny.
• If a plan says NaN km, somebody swapped lat and lon, and the van is in Yemen.', '["onboarding","glossary"]', '[{"fragment_id":2001,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'engineering', NULL, 'accepted', NULL, '2026-10-23 13:20:00', '2026-11-04 07:50:00')
, (2047, 'reminder', 'Clocks go back tonight, look at the NAS cron first', 'The snapshot job runs at 02:30 local. Tonight 02:30 happens twice. Last autumn I got two snapshots with the same name and a mail at 02:30, and then the same mail at 02:30.

    CRON_TZ=UTC
    30 1 * * *  root  /usr/local/bin/snap.sh tank/photos', '["homelab","dst","cron"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{"done":true,"remind_at":"2026-10-24T18:00:00Z"}', 'personal', 206, 'accepted', NULL, '2026-10-24 09:30:00', '2026-10-24 18:25:00')
, (2048, 'incident', 'INC-62: the hour that happened twice', 'Severity 3. On call: Rémi. I wrote the window code, so I joined. UTC, Sunday 25 October 2026.

01:00  Poland leaves summer time; 02:00–03:00 local repeats
01:05  Nightly planning runs for night-window lockers
06:20  Zbigniew phones: sheets list the same stop twice
06:41  Rémi finds 214 duplicated stops at 61 lockers
07:10  Cause: windows stored as local time without zone. 02:30 matched both halves of the hour
07:55  Duplicates closed by a script (kept the lower id)
08:30  Corrected sheets printed

Impact: eleven vans drove to a locker they had just left. About 140 km of diesel and one very good joke in the drivers'' chat.

I set a reminder for my own NAS on Saturday. For my NAS. Not for the fleet.', '["incident","dst","timezones","postmortem"]', '[{"fragment_id":2047,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"developer"}', '{"duration_minutes":445,"resolved":true,"severity":3}', 'engineering', 202, 'accepted', NULL, '2026-10-25 09:10:00', '2026-10-27 11:20:00')
, (2049, 'log', 'Pager is mine again until 2 November', 'From Rémi: two pages, both INC-62. Clean-up script is in `ops/2026-10-25-dup-stops.sql`, keep it until the backfill is through.

Reports from before 25 October still count the duplicates, Marta knows.

He adds: « bon courage, et dors un peu » 🥐', '["on-call","handover"]', '[{"fragment_id":2023,"type":"follows"}]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'engineering', NULL, 'accepted', NULL, '2026-10-26 08:20:00', '2026-10-26 08:20:00')
, (2050, 'snippet', 'AT TIME ZONE, the two directions, once and for all', '```sql
-- timestamp (no zone) → timestamptz: "this wall clock, in Warsaw, is which instant?"
SELECT timestamp ''2026-10-25 02:30'' AT TIME ZONE ''Europe/Warsaw'';
-- 2026-10-25 01:30:00+00   ← picks the second half of the double hour, silently

-- timestamptz → timestamp: "this instant shows what on a wall clock in Warsaw?"
SELECT timestamptz ''2026-10-25 00:30+00'' AT TIME ZONE ''Europe/Warsaw'',
       timestamptz ''2026-10-25 01:30+00'' AT TIME ZONE ''Europe/Warsaw'';
-- 2026-10-25 02:30:00 | 2026-10-25 02:30:00
```

Two instants, one wall clock. That''s the entire incident in four lines.', '["sql","postgresql","timezones"]', '[{"fragment_id":2048,"type":"answers"}]', '{"demo_seed":true,"scenario":"developer"}', '{"language":"sql"}', 'engineering', 202, 'accepted', NULL, '2026-10-26 10:15:00', '2026-10-26 10:15:00')
, (2051, 'todo', 'Backfill zone names for the old delivery windows', '3.1 million rows in `delivery_window` (empty columns came with migration 0141), batches of 5,000, only between 20:00 and 23:00 UTC.

```sql
UPDATE delivery_window
   SET starts_at = local_start AT TIME ZONE zone,
       ends_at   = local_end   AT TIME ZONE zone
 WHERE id BETWEEN $1 AND $2
   AND starts_at IS NULL;
```

Check afterwards that nothing within 24–26 October has ends_at <= starts_at.', '["migration","postgresql","timezones"]', '[{"fragment_id":2048,"type":"follows"}]', '{"demo_seed":true,"scenario":"developer"}', '{"status":"done"}', 'engineering', 201, 'accepted', NULL, '2026-10-26 12:45:00', '2026-11-04 22:10:00')
, (2052, 'decision', 'ADR-021: windows are instants, plus the name of a zone', 'Status: accepted

`delivery_window` gets starts_at and ends_at (timestamptz) and zone (text, ''Europe/Warsaw''). The old local columns stay, read-only, until 2.15.

Why keep the zone at all? Because "every night 02:00–03:00" is a rule about wall clocks. Rules keep local time and a zone; *occurrences* are instants. We had one table for both, hence INC-62.

In the double hour we take the later instant, as PostgreSQL does when left alone. In the missing hour (28 March 2027) we move forward. Both are in the tests, by date.', '["adr","timezones","postgresql"]', '[{"fragment_id":2048,"type":"follows"},{"fragment_id":2050,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"developer"}', '{"number":21,"status":"accepted"}', 'engineering', 201, 'accepted', NULL, '2026-10-27 09:35:00', '2026-10-27 09:35:00')
, (2053, 'meeting', 'DST review, with cake from Marta', 'Szarlotka, so everybody came.

- Agreed: ADR-021 as written.
- Zbigniew asks who decides that an hour happens twice. Jagoda: "the European Union". Zbigniew: "and they don''t drive".
- Rémi will add 25 Oct and 28 Mar to the staging clock test.
- The drivers'' joke, for the record: "Trasa 2.13, bo 2.13 przychodzi dwa razy" (because 2:13 comes round twice).', '["incident","review","team"]', '[{"fragment_id":2052,"type":"follows"}]', '{"demo_seed":true,"scenario":"developer"}', '{"attendees":5}', 'engineering', 202, 'accepted', NULL, '2026-10-27 11:30:00', '2026-10-27 11:30:00')
, (2054, 'note', 'Test dates worth keeping', '2026-10-25 02:30 Europe/Warsaw: exists twice
2027-03-28 02:30 Europe/Warsaw: does not exist
2028-02-29: leap day, and a Tuesday full of parcels
2026-12-31T23:59:60Z: no such leap second, but one scanner sends it
1970-01-01T00:00:00Z: "the RTC battery is dead"
2036-02-07T06:28:16Z: where old NTP rolls over; LDZ-0006 was born there once

The strange ones have all turned up in production data. The future ones get a test before they can.', '["testing","timezones"]', '[{"fragment_id":2052,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'engineering', 202, 'accepted', NULL, '2026-10-27 13:50:00', '2026-10-27 13:50:00')
, (2055, 'log', 'lockfill died at 01:31: KeyError ''LDZ-1904''', '```
Traceback (most recent call last):
  File "/opt/lockfill/lockfill/__main__.py", line 41, in <module>
    main()
  File "/opt/lockfill/lockfill/forecast.py", line 117, in main
    cap = capacity.loc[code, "doors"]
          ~~~~~~~~~~~~^^^^^^^^^^^^^^^
  File "/opt/lockfill/.venv/lib/python3.12/site-packages/pandas/core/indexing.py", line 1183, in __getitem__
    return self.obj._get_value(*key, takeable=self._takeable)
KeyError: ''LDZ-1904''
```

A locker installed yesterday afternoon has parcels but no capacity row until the nightly sync at 03:00. We run at 01:30. Skip unknown lockers, log them, and exit 0, because one new cupboard must not cost us the other 1,900.', '["python","lockfill","bug"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'engineering', 204, 'accepted', NULL, '2026-10-28 09:00:00', '2026-10-28 09:00:00')
, (2056, 'note', 'Forecast against reality, week 43', 'Mean absolute error, percentage points of doors in use at 06:00 (19–25 October):

    Mon  4.1     Fri  6.8
    Tue  3.7     Sat  5.2
    Wed  3.9     Sun  9.9
    Thu  4.4

Sunday is spoilt by the double hour (INC-62). Without it the week is 4.7. "Same as last Tuesday" scores 8.3, so the model earns its keep.

Good enough, tagging v1.0 this afternoon.', '["lockfill","forecast","metrics"]', '[{"fragment_id":2048,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'engineering', 204, 'accepted', NULL, '2026-10-28 13:45:00', '2026-10-28 13:45:00')
, (2057, 'incident', 'INC-63: nine seconds to list a route (I dropped the index)', 'Severity 2. On call: me, again. UTC.

28 Oct
15:10  Migration 0142 merged: drop `route_stop_plan_open_idx`, "unused, idx_scan = 0"
29 Oct
04:41  The early maintenance job runs it
04:48  p95 of GET /v2/plans/{id}/stops goes from 180 ms to 9.4 s
04:51  Page
05:02  Replica CPU at 100 %, primary bored
05:14  auto_explain on the replica shows a Seq Scan over 14.8 M rows
05:20  The index *was* used. On the replica, where all the reads go. Statistics are per server, and I had looked at the primary
05:22  CREATE INDEX CONCURRENTLY on the primary
05:47  Index valid and replayed, p95 at 170 ms

Impact: driver app unusable for an hour at loading time.

Lesson: idx_scan = 0 on one server says nothing about the other.', '["incident","postmortem","postgresql","indexes"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{"duration_minutes":59,"resolved":true,"severity":2}', 'engineering', 202, 'accepted', NULL, '2026-10-29 06:40:00', '2026-10-30 08:30:00')
, (2058, 'log', 'EXPLAIN, before and after the index came back', '```sql
EXPLAIN (ANALYZE, BUFFERS)
SELECT id, locker_code, seq FROM route_stop
 WHERE plan_id = ''3e1d9a52-0c77-4b1f-8f0e-6a2b9d5c7e10'' AND closed_at IS NULL
 ORDER BY seq;
```

Before:
```
 Sort  (cost=412874.02..412874.10 rows=31 width=28) (actual time=9188.013..9188.016 rows=28 loops=1)
   Sort Key: seq
   Sort Method: quicksort  Memory: 26kB
   ->  Seq Scan on route_stop  (cost=0.00..412873.10 rows=31 width=28) (actual time=211.402..9187.550 rows=28 loops=1)
         Filter: ((closed_at IS NULL) AND (plan_id = ''3e1d9a52-0c77-4b1f-8f0e-6a2b9d5c7e10''::uuid))
         Rows Removed by Filter: 14862307
         Buffers: shared hit=1184 read=189770
 Execution Time: 9188.104 ms
```

After:
```
 Index Scan using route_stop_plan_open_idx on route_stop  (cost=0.43..38.12 rows=31 width=28) (actual time=0.031..0.074 rows=28 loops=1)
   Index Cond: (plan_id = ''3e1d9a52-0c77-4b1f-8f0e-6a2b9d5c7e10''::uuid)
   Buffers: shared hit=9
 Execution Time: 0.102 ms
```

Ninety thousand times faster, which says less about the index than about me.', '["postgresql","explain","indexes"]', '[{"fragment_id":2057,"type":"relates_to"},{"fragment_id":2005,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"developer","source":"psql"}', '{}', 'engineering', 202, 'accepted', NULL, '2026-10-29 09:30:00', '2026-10-29 09:30:00')
, (2059, 'snippet', 'Is this index used anywhere? Ask all of them', '```bash
for h in pg-primary pg-replica; do
  echo "== $h"
  psql "host=$h dbname=trasa" -XAt -F $''\t'' -c "
    SELECT indexrelname, idx_scan, last_idx_scan,
           pg_size_pretty(pg_relation_size(indexrelid))
      FROM pg_stat_user_indexes
     WHERE relname = ''route_stop''
     ORDER BY idx_scan;"
done
```

last_idx_scan is new in PostgreSQL 16 and is the column I should have looked at. Also check when the statistics were last reset:
SELECT stats_reset FROM pg_stat_database WHERE datname = ''trasa'';', '["postgresql","bash","indexes"]', '[{"fragment_id":2057,"type":"answers"}]', '{"demo_seed":true,"scenario":"developer"}', '{"language":"bash"}', 'engineering', 202, 'accepted', NULL, '2026-10-29 13:10:00', '2026-10-29 13:10:00')
, (2060, 'note', '2.13.3, what goes in and what I tell operations', 'Tag `v2.13.3`, Friday 30 October, before lunch (a Friday, yes, but it only makes the database match production).

Engineers:
  - migration 0143 recreates route_stop_plan_open_idx (IF NOT EXISTS, so it''s a no-op where INC-63 was fixed by hand)
  - CI job that lists `DROP INDEX` in migrations and asks for a second reviewer

Operations, one sentence:
  "Lista przystanków znów otwiera się od razu; przepraszamy za czwartek rano."', '["release","postgresql","communication"]', '[{"fragment_id":2057,"type":"follows"}]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'engineering', 202, 'accepted', NULL, '2026-10-30 09:05:00', '2026-10-30 09:05:00')
, (2061, 'todo', 'Runbook: a plan stuck in "computing"', 'Happens about twice a month, and every time we read the same code again. Should say:

1. how to see it: SELECT id, started_at FROM route_plan WHERE state = ''computing'' AND started_at < now() - interval ''10 min'';
2. is the worker alive? (`worker_heartbeat`, column seen_at)
3. dead: set state = ''queued'', it''s safe, planning is idempotent
4. alive: take a stack dump first, *then* restart. We have never once had the stack dump.', '["runbook","on-call"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{"status":"open"}', 'engineering', 205, 'accepted', NULL, '2026-10-30 14:25:00', '2026-10-30 14:25:00')
, (2062, 'todo', 'Replace sdb in the NAS before it replaces my weekend', '$ sudo smartctl -A /dev/sdb | awk ''$1==5 || $1==197 || $1==198''
  5 Reallocated_Sector_Ct   0x0033   096   096   010    Pre-fail  Always       -       168
197 Current_Pending_Sector  0x0012   100   100   000    Old_age   Always       -       8
198 Offline_Uncorrectable   0x0010   100   100   000    Old_age   Offline      -       8

168 reallocated, 96 a month ago. 4 TB ordered. `zpool replace tank sdb <new>`, then a resilver of about 9 hours, then breathe.', '["homelab","zfs","hardware"]', '[{"fragment_id":2022,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"developer"}', '{"status":"in_progress"}', 'personal', 206, 'accepted', NULL, '2026-10-31 10:00:00', '2026-11-14 09:40:00')
, (2063, 'meeting', 'Peak season kick-off', 'All of us plus Marta, Zbigniew and Haruka (17:00 for her, thank you).

Dates
- 9 Nov    2.14.0-rc.1
- 18 Nov   2.14.0 in production, a Wednesday
- 23 Nov   freeze: only fixes with two reviewers
- 27 Nov   Black Friday
- 24 Dec   last delivery 14:00

Decided
- Retiring the Panel is paused until January.
- Load test at 3× last year''s peak, not 2×.
- The three of us share the week of 23 November, half days.

Haruka: firmware 3.8.2 reaches our lockers on 10 November, 50 a night.', '["peak","planning"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{"attendees":6}', 'engineering', 205, 'accepted', NULL, '2026-11-02 09:00:00', '2026-11-02 09:00:00')
, (2064, 'note', 'Black Friday in numbers, last year and this', 'Left column measured, right column from Marta''s spreadsheet.

                      2025 (real)    2026 (Marta)
parcels, 27/28 Nov        61,400          88,000
plans per hour, peak         310             450
stops per plan, avg           34              38
lockers in service         1,240           1,910

Stops are what costs us: 2-opt is quadratic, so 38 instead of 34 is +25 % per plan, and 450/310 on top. 1.8× the CPU for 1.4× the parcels.

With three cores per pod we have 2.2×. With the shadow run switched on, we don''t. → Off from the 23rd.', '["peak","capacity"]', '[{"fragment_id":2063,"type":"follows"},{"fragment_id":2041,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'engineering', 205, 'accepted', NULL, '2026-11-02 11:15:00', '2026-11-05 08:20:00')
, (2065, 'decision', 'ADR-022: UUIDv7 for new plans', 'Status: accepted

route_plan uses random UUIDv4 keys. Inserts land all over the B-tree; at peak that''s a full-page image in the WAL for nearly each row. v7 keys start with a timestamp, so new rows sit next to each other.

Measured on staging, 1 M inserts:
  v4: 4.9 GB of WAL, index 41 MB
  v7: 1.7 GB of WAL, index 30 MB

What we give up: the id tells roughly when a plan was made. Nobody outside sees plan ids, so fine. Parcel ids stay v4, those are on labels.

Old rows are not rewritten. Both kinds live in the same column.', '["adr","postgresql","uuid"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{"number":22,"status":"accepted"}', 'engineering', 201, 'accepted', NULL, '2026-11-03 08:50:00', '2026-11-03 08:50:00')
, (2066, 'snippet', 'PlanId that only makes v7 but reads anything', '```rust
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, sqlx::Type, serde::Serialize)]
#[sqlx(transparent)]
pub struct PlanId(Uuid);

impl PlanId {
    /// New ids are v7, see ADR-022.
    pub fn new() -> Self {
        Self(Uuid::now_v7())
    }

    /// When the plan was made, if the id knows (v4 ids do not).
    pub fn made_at(&self) -> Option<SystemTime> {
        let (secs, nanos) = self.0.get_timestamp()?.to_unix();
        Some(UNIX_EPOCH + Duration::new(secs, nanos))
    }
}
```

Example: 01a1a115-74bf-7d02-9a3e-58c0e7b1f4a6 → some time on 3 November.
`default-features = false, features = ["v4", "v7", "serde"]` in Cargo.toml.', '["rust","uuid"]', '[{"fragment_id":2065,"type":"answers"}]', '{"demo_seed":true,"scenario":"developer"}', '{"language":"rust"}', 'engineering', 201, 'accepted', NULL, '2026-11-03 11:20:00', '2026-11-03 11:20:00')
, (2067, 'log', NULL, 'Asked Dad "Ṣé dáadáa ni?" on the phone. Silence, then: "Who taught you that with a Łódź accent?" So it worked.', '["yoruba","family"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'personal', NULL, 'accepted', NULL, '2026-11-03 20:05:00', '2026-11-03 20:05:00')
, (2068, 'todo', 'Load test at three times last year''s peak', '930 plans per hour for 30 minutes against staging, with yesterday''s parcels and the depot webhooks stubbed (one of them slow on purpose, like Zgierz).

Pass =
  p95 of a plan < 4 s
  outbox lag < 30 s the whole time
  no pool above 80 %

First run failed on the outbox lag; second run passed at 2.4×. Third run when rc.2''s successor is on staging.', '["peak","load-test","performance"]', '[{"fragment_id":2064,"type":"follows"}]', '{"demo_seed":true,"scenario":"developer"}', '{"status":"in_progress"}', 'engineering', 205, 'accepted', NULL, '2026-11-04 08:30:00', '2026-11-16 15:20:00')
, (2069, 'snippet', 'storm.sh, replaying a morning at any speed', '```bash
#!/usr/bin/env bash
# usage: SPEED=3 ./storm.sh 2026-11-03
set -eu
DAY=${1:?which day?}; SPEED=${SPEED:-1}
OUT="runs/$DAY-x$SPEED-$(date +%s)"; mkdir -p "$OUT"

jq -c --arg s "$SPEED" ''{at: (.offset_ms / ($s|tonumber)), body: .request}'' "dumps/$DAY.ndjson" |
while IFS= read -r line; do
  printf ''%s\n'' "$line" >>"$OUT/sent.ndjson"
  curl -sS -m 10 -o /dev/null -w ''%{http_code} %{time_total}\n'' \
       -H ''content-type: application/json'' \
       -d "$(jq -c .body <<<"$line")" \
       "$STAGING_URL/v2/plans" >>"$OUT/times.txt" &
  sleep 0.05
done
wait
awk ''{n[$1]++; t[NR]=$2} END {for (c in n) print c, n[c]}'' "$OUT/times.txt"
```

The `sleep 0.05` ignores `.at`, I know. Rémi has a version in Rust that doesn''t.', '["bash","load-test","jq"]', '[{"fragment_id":2068,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"developer"}', '{"language":"bash"}', 'engineering', 205, 'accepted', NULL, '2026-11-04 10:40:00', '2026-11-04 10:40:00')
, (2070, 'log', 'First storm: 201, 201, 201, 503', '201  431
503   34

All the 503s between minute 11 and minute 14. The relay pool (3 connections) is fine, but delivery is one event after another, and the slow depot eats 5 s each time. Lag climbs to 190 s, back-pressure kicks in, we refuse new plans. Exactly as designed, which is a strange feeling.

Fix: deliver per depot in parallel, at most 8 at a time, keep order within a plan.

```rust
futures::stream::iter(by_depot)
    .for_each_concurrent(8, |(depot, evs)| relay.deliver(depot, evs))
    .await;
```', '["load-test","outbox","rust"]', '[{"fragment_id":2068,"type":"follows"}]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'engineering', 205, 'accepted', NULL, '2026-11-04 13:50:00', '2026-11-04 13:50:00')
, (2071, 'idea', 'Compute the distance matrix overnight', '78 % of a plan''s time is asking for distances between lockers, and lockers are bolted to the ground.

1,910² ≈ 3.65 M pairs, as u16 decametres that''s 7 MB. It fits in the L3 cache of the build box, for heaven''s sake. Recompute when a locker is added or OSM changes. Traffic becomes a factor per hour on top.

After the freeze. Writing it down so that I stop thinking about it in the shower.', '["performance","optimiser"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{"status":"open"}', 'engineering', 202, 'pending', '2026-11-05 06:35:00', '2026-11-05 06:35:00', '2026-11-05 06:35:00')
, (2072, 'link', 'Yoruba keyboard layout that keeps ł and ż', 'https://keyman.com/keyboards

Searched there for a layout with dot-below *and* tone marks. Compose key does it too: Compose ! o → ọ, then a combining acute on top. Polish letters stay on AltGr. Tested with: Ẹ káàárọ̀, Łódź!', '["yoruba","keyboard","unicode"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'personal', NULL, 'archived', '2026-11-05 18:10:00', '2026-11-05 18:10:00', '2026-11-05 18:10:00')
, (2073, 'log', NULL, 'Flat tyre on Pomorska, 1 °C, sleet, phone at 6 %. A courier with one of OUR parcels in his hand lent me his pump. Routing works 🙏', '["bike","commute"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'personal', 207, 'accepted', NULL, '2026-11-05 19:25:00', '2026-11-05 19:25:00')
, (2074, 'decision', 'ADR-023: stay with 2-opt and or-opt, no solver this year', 'Status: accepted

Tried: an external CP solver behind HTTP, two weeks of shadow plans (25,310 pairs).

              metres    latest arrival    CPU per plan
2-opt/or-opt  100.0 %   100.0 %             0.41 s
solver         97.9 %    99.6 %             6.30 s

Two percent of metres is real money (about 900 km a week). Fifteen times the CPU three weeks before peak is real risk, and none of us could debug it at 3 a.m.

Decision: keep ours, feed it better starting routes, look again in February.

Dissent, noted on request: Rémi would have taken the two percent.', '["adr","optimiser"]', '[{"fragment_id":2041,"type":"answers"}]', '{"demo_seed":true,"scenario":"developer"}', '{"number":23,"status":"accepted"}', 'engineering', 202, 'accepted', NULL, '2026-11-06 08:45:00', '2026-11-06 08:45:00')
, (2075, 'note', 'Reading the flame graph of improve()', 'perf record -F 499 -g --call-graph dwarf ./target/release/bench-plan dumps/2026-11-05.ndjson

- 78 %  dist()  ← HashMap<(LockerId, LockerId), f64>, SipHash on every lookup
- 11 %  gain()
-  6 %  Vec clone in or_opt, one per candidate (why?)
-  5 %  the rest

Swapped SipHash for a plain Vec indexed by `a * n + b`: dist() falls to 19 %, a 38-stop plan from 410 ms to 111 ms. Four lines. This goes into 2.14, the matrix idea can wait.

`/* SAFETY: a, b < n */` is not needed, the bounds check costs nothing measurable. Left it safe.', '["rust","performance","profiling"]', '[{"fragment_id":2071,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'engineering', 201, 'accepted', NULL, '2026-11-06 11:00:00', '2026-11-06 11:00:00')
, (2076, 'note', 'Winter bike, what Stasia says it needs', 'She looked at it the way a vet looks at a hamster.

- chain + cassette: 190 zł, "no discussion"
- studded front tyre 35-622: 160 zł, rear can stay
- bottom bracket: "has opinions", 120 zł with labour
- mudguard stay: free, provided I throw away the zip tie in front of her

Workshop Pod Łańcuchem, +48 42 555 0142, closed on Mondays. Ready in a week once the tyre is here.', '["bike","budget"]', '[{"fragment_id":2035,"type":"follows"}]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'personal', 207, 'accepted', NULL, '2026-11-07 10:30:00', '2026-11-07 10:30:00')
, (2077, 'todo', 'Order one studded tyre, 35-622, before the first ice', 'Front only. Check that it clears the mudguard: 35 mm plus 2 mm of studs, and I measured 41 mm. Have it sent to LDZ-0417, obviously.', '["bike","shopping"]', '[{"fragment_id":2076,"type":"follows"}]', '{"demo_seed":true,"scenario":"developer"}', '{"status":"done"}', 'personal', 207, 'accepted', NULL, '2026-11-07 11:05:00', '2026-11-13 16:45:00')
, (2078, 'log', 'Cut 2.14.0-rc.1', '```console
$ git switch -c release/2.14 && cargo set-version 2.14.0-rc.1
$ git log --oneline v2.13.3.. | wc -l
63
$ git tag -s v2.14.0-rc.1 -m ''trasa 2.14.0-rc.1'' && git push --follow-tags
```

CI 14 min 20 s, image 41 MB, on staging at 08:12. Migrations 0144–0149 took 3 min 9 s, of which 0147 (the CHECK on delivery windows) 2 min 50 s. In production it''ll be about seven. Acceptable at 13:00, not at 05:00.', '["release","ci"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'engineering', 201, 'accepted', NULL, '2026-11-09 08:20:00', '2026-11-09 08:20:00')
, (2079, 'todo', 'Changelog for 2.14 that a dispatcher can read', '63 commits; at most eight lines. Each line starts with what *they* notice.

Draft:
- Lists of stops open faster on large routes.
- The night of the clock change no longer doubles stops.
- When planning is down, the Panel says so (Zbigniew''s banner).
- A slow depot no longer delays the others.', '["release","writing","communication"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{"status":"done"}', 'engineering', 201, 'accepted', NULL, '2026-11-09 10:30:00', '2026-11-17 14:30:00')
, (2080, 'note', 'Label printer shows □□ instead of 漢字', 'Haruka sent us a test parcel to LDZ-0032. The label said:

    Nadawca: □□ □ / Hakozaki Lockers
should be
    Nadawca: 森田 遥 / Hakozaki Lockers

Renderer asks fontconfig for "DejaVu Sans", which has no CJK, and the slim image has no fallback installed:

$ fc-list :lang=ja | wc -l
0

Nice detail: even with a font, 漢 and 直 come out with Chinese shapes when the language isn''t set (Han unification). It needs Noto Sans CJK *JP* and lang="ja" on the run. Same trap: 骨, 角, 令.
ł, ś and ż are fine. Emoji aren''t, but who puts 🎁 in a sender name? (Three people in October.)', '["fonts","unicode","label","osaka"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'engineering', 202, 'accepted', NULL, '2026-11-09 13:10:00', '2026-11-10 08:30:00')
, (2081, 'todo', 'Put Noto Sans CJK JP into the label image', '```dockerfile
RUN apt-get update \
 && apt-get install -y --no-install-recommends fonts-noto-cjk \
 && rm -rf /var/lib/apt/lists/*
```

+90 MB, sadly; a subset font would be 4 MB. Wait for Haruka''s sample names before deciding which glyphs we can leave out. She mentioned 髙橋 and 﨑 as the ones that always break.', '["fonts","docker","label"]', '[{"fragment_id":2080,"type":"answers"}]', '{"demo_seed":true,"scenario":"developer"}', '{"status":"blocked","waiting_for":"sample names from Osaka"}', 'engineering', 202, 'accepted', NULL, '2026-11-10 08:00:00', '2026-11-10 09:20:00')
, (2082, 'idea', 'A quiz from our own postmortems', 'Ten minutes every other Friday. Somebody picks an old incident, shows the first graph only, the others say what they would look at next. No prizes, except Marta''s szarlotka.

INC-61 alone would''ve taught me `idle in transaction` in a warm room.', '["team","learning","incident"]', '[{"fragment_id":2013,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"developer"}', '{"status":"open"}', 'engineering', NULL, 'pending', '2026-11-10 10:45:00', '2026-11-10 10:45:00', '2026-11-10 10:45:00')
, (2083, 'todo', 'Yoruba homework: describe a journey in ten sentences', 'With at least three of: lọ (go), wá (come), dé (arrive), kúrò (leave), gùn (ride, climb).

First attempt: "Mo gun kẹ̀kẹ́ lọ sí ibi iṣẹ́." I ride a bicycle to work. Nine to go. Fọlákẹ́ wants it spoken, not read.', '["yoruba","homework"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{"status":"open"}', 'personal', NULL, 'accepted', NULL, '2026-11-10 19:40:00', '2026-11-10 19:40:00')
, (2084, 'log', 'Independence Day, independent of Wi-Fi: a kernel update', 'Debian update on the mini PC, reboot, and no network. `ip link` says enp3s0 is now enp2s0, because I moved the SATA card for the NAS disk test.

    [Match]
    MACAddress=02:00:5e:10:00:2a

    [Network]
    DHCP=yes

Matched by MAC instead of by name, so it can''t happen a third time. Jellyfin back before the parade was over. Rogale instead of lunch.', '["homelab","debian","networking"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'personal', 206, 'accepted', NULL, '2026-11-11 12:15:00', '2026-11-11 12:15:00')
, (2085, 'incident', 'INC-64: disk full of WAL, kept for a reader that never came back', 'Severity 1. On call: Rémi. UTC, 12 November 2026.

02:21  Alert: pg-primary WAL volume 95 % (80 % since Wednesday 04:00; that alert goes to a mailbox nobody reads)
02:38  PANIC:  could not write to file "pg_wal/xlogtemp.4171": No space left on device
02:39  All planning stops. Replica still serves reads
02:47  Rémi up; calls me at 02:55, Jagoda at 03:05
03:02  du: pg_wal 212 GB of 240 GB
03:11  ls pg_replslot: `lockfill_cdc`, untouched since 6 November 16:40. It was our change-capture trial, the consumer was deleted and the slot was not
03:18  Volume grown by 40 GB, server starts
03:24  SELECT pg_drop_replication_slot(''lockfill_cdc'');
03:31  CHECKPOINT; WAL goes down to 3 GB
03:51  Planning caught up, incident closed

Impact: no plans for 73 minutes; 61 plans late, no parcel lost.

Nobody deleted WAL files by hand. Somebody (me) had already typed the `cd`.', '["incident","postmortem","postgresql","wal"]', '[]', '{"demo_seed":true,"scenario":"developer","source":"pager"}', '{"duration_minutes":73,"resolved":true,"severity":1}', 'engineering', 205, 'accepted', NULL, '2026-11-12 08:55:00', '2026-11-13 10:50:00')
, (2086, 'snippet', 'How much WAL is each slot holding back?', '```sql
SELECT slot_name,
       slot_type,
       active,
       wal_status,                       -- reserved | extended | unreserved | lost
       pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)) AS held
  FROM pg_replication_slots
 ORDER BY restart_lsn NULLS LAST;
```

What it said at 03:20 this morning, as soon as the server was up:
```
  slot_name   | slot_type | active | wal_status |  held
--------------+-----------+--------+------------+--------
 lockfill_cdc | logical   | f      | extended   | 209 GB
 pg_replica_1 | physical  | t      | reserved   | 16 MB
(2 rows)
```

Anything with active = f and more than a few GB is a bill somebody forgot to pay.', '["sql","postgresql","wal","replication"]', '[{"fragment_id":2085,"type":"answers"}]', '{"demo_seed":true,"scenario":"developer"}', '{"language":"sql"}', 'engineering', 205, 'accepted', NULL, '2026-11-12 11:20:00', '2026-11-12 11:20:00')
, (2087, 'todo', 'Page somebody when a replication slot goes quiet', 'Alert `SlotHoldsWal`: inactive for more than 30 min *and* holding over 5 GB. Goes to the pager.

Same day: point the 80 % disk alert at the pager as well, and close down that mailbox. It had 4,112 unread messages, one of which was from the database, begging.', '["observability","postgresql","on-call"]', '[{"fragment_id":2085,"type":"follows"}]', '{"demo_seed":true,"scenario":"developer"}', '{"status":"done"}', 'engineering', 205, 'accepted', NULL, '2026-11-12 13:00:00', '2026-11-13 14:05:00')
, (2088, 'decision', 'ADR-024: a slot may hold 40 GB of WAL and not a byte more', 'Status: accepted

    max_slot_wal_keep_size = ''40GB''
    idle_in_transaction_session_timeout = ''60s''    # from INC-61, now in the same file

A reader that falls further behind loses its slot and has to start again. We prefer a broken copy to a stopped primary: the copy can be rebuilt in an hour and has no vans waiting.

40 GB is about one normal day, or sixteen hours of a Black Friday.

And the human half: any trial that creates a slot gets a todo to drop it, with a date, created *before* the slot.', '["adr","postgresql","wal"]', '[{"fragment_id":2085,"type":"follows"},{"fragment_id":2086,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"developer"}', '{"number":24,"status":"accepted"}', 'engineering', 205, 'accepted', NULL, '2026-11-13 08:30:00', '2026-11-13 08:30:00')
, (2089, 'meeting', 'INC-64 review: why a mailbox was on call', 'Jagoda chairs, Marta listens. Rémi tells the night, I tell the trial of 6 November.

Why did it stop?        The disk was full.
Why was it full?        A slot without a reader.
Why was it there?       The trial was cleaned up from a list in someone''s head (mine).
Why did nobody see it?  The 80 % warning went to a mailbox.
Why a mailbox?          Because in 2021 the pager cost money per message.

Everything in production that is older than its reason should be on a list. Jagoda starts the list.

Ship date stays: 18 November.', '["incident","review","postgresql"]', '[{"fragment_id":2085,"type":"follows"}]', '{"demo_seed":true,"scenario":"developer"}', '{"attendees":4}', 'engineering', 205, 'accepted', NULL, '2026-11-13 10:45:00', '2026-11-13 10:45:00')
, (2090, 'note', 'What changed between rc.1 and rc.2', '```diff
-    let deadline = Instant::now() + Duration::from_secs(5);
+    let deadline = Instant::now() + cfg.depot_timeout;   // still 5 s, but no rebuild to change it
```
```diff
-ALTER TABLE delivery_window ADD CONSTRAINT window_order CHECK (starts_at < ends_at);
+ALTER TABLE delivery_window ADD CONSTRAINT window_order CHECK (starts_at < ends_at) NOT VALID;
+-- validated in 0150, outside the deploy, takes only a SHARE UPDATE EXCLUSIVE lock
```

Plus the parallel relay, the flat distance table, and "aquire" → "acquire" in five places. Migration 0147 is down to 40 s.', '["release","diff","postgresql"]', '[{"fragment_id":2078,"type":"follows"}]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'engineering', 201, 'accepted', NULL, '2026-11-13 13:15:00', '2026-11-13 13:15:00')
, (2091, 'idea', 'E-ink frame in the hall: weather, bin day, tram 8', 'Old e-reader, a 600 × 800 PNG every ten minutes from Home Assistant. Show: frost tonight yes/no (bike!), which bin goes out, next two trams, and one Yoruba word a day.

Battery for a month if Wi-Fi sleeps. The kids next door will want one with dinosaurs 🦕', '["homelab","eink"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{"status":"open"}', 'personal', 206, 'pending', '2026-11-14 09:20:00', '2026-11-14 09:20:00', '2026-11-14 09:20:00')
, (2092, 'reminder', 'On call *and* releasing this week: swap Wednesday afternoon', 'The release is Wednesday 12:00 UTC and the pager is mine. Those are two jobs. Rémi takes the pager Wednesday 11:00–17:00, I take one of his half days in Black Friday week.

Tell Jagoda, change the rota, and check that the override really shows in the app. Last time it was in the wrong time zone (of course it was).', '["on-call","release"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{"done":true,"remind_at":"2026-11-18T10:30:00Z"}', 'engineering', 201, 'accepted', NULL, '2026-11-16 08:15:00', '2026-11-18 10:35:00')
, (2093, 'log', 'rc.2 panics on staging: index out of bounds, 0 stops', '```
thread ''planner-3'' panicked at crates/trasa-core/src/matrix.rs:27:19:
index out of bounds: the len is 0 but the index is 0
stack backtrace:
   0: rust_begin_unwind
   1: core::panicking::panic_fmt
   2: core::panicking::panic_bounds_check
   3: trasa_core::matrix::Matrix::dist
             at ./crates/trasa-core/src/matrix.rs:27:19
   4: trasa_core::two_opt::improve
             at ./crates/trasa-core/src/two_opt.rs:64:31
   5: trasa_api::planner::run::{{closure}}
             at ./crates/trasa-api/src/planner.rs:142:22
```

A plan whose only stop was cancelled between queue and start. The HashMap used to shrug, the Vec doesn''t. An empty plan is now "done, 0 km" without calling improve(). Property test added: 0, 1 and 2 stops.

This makes an rc.3. Glad I left the bounds check in.', '["rust","panic","staging","release"]', '[{"fragment_id":2075,"type":"relates_to"},{"fragment_id":2090,"type":"follows"}]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'engineering', 201, 'accepted', NULL, '2026-11-16 10:40:00', '2026-11-16 10:40:00')
, (2094, 'note', 'Go / no-go for 2.14.0', '- [x] rc.3 on staging for 24 h, zero panics
- [x] migrations rehearsed on last night''s copy: 1 min 22 s
- [x] rollback rehearsed: 2.13.3 runs against the new schema (old columns still there)
- [x] changelog read by Zbigniew, who found two typos
- [ ] load test at 3× (2.4× passed; Jagoda accepts, third run before the freeze)
- [x] Rémi has the pager
- [x] nobody is on a train

Tuesday 15:30: go.', '["release","checklist"]', '[{"fragment_id":2068,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"developer"}', '{"status":"go"}', 'engineering', 201, 'accepted', NULL, '2026-11-16 14:25:00', '2026-11-17 15:30:00')
, (2095, 'incident', 'INC-65: one click too many in the dispatch form', 'Severity 3. On call: me. UTC, 17 November 2026. Mitigated; the real fix is still open.

05:20  nginx in front of the Panel gives up after 10 s, PHP carries on
05:21  Dispatchers see "504", press "Wyślij" again
05:26  Zbigniew: "mam dwóch kierowców na jedną trasę" (two drivers for one route)
05:33  Seven plans dispatched twice
05:50  Doubles cancelled by hand, drivers phoned
06:05  nginx timeout raised to 60 s; button disabled after the first click

Impact: seven plans, two empty runs to Pabianice.

Open: the form has no idempotency key. A reload still sends it again. `UNIQUE (plan_id) WHERE cancelled_at IS NULL` on dispatch_order would have caught it, and I can''t add that before the old doubles are cleaned up.', '["incident","panel","php","idempotency"]', '[{"fragment_id":2033,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"developer"}', '{"mitigated":true,"resolved":false,"severity":3}', 'engineering', 203, 'accepted', NULL, '2026-11-17 07:50:00', '2026-11-17 11:30:00')
, (2096, 'todo', 'Idempotency key for the Panel''s dispatch form', '1. hidden field with a UUID made when the form is drawn (not when it''s sent!)
2. Panel passes it on as `Idempotency-Key`
3. trasa stores key → response for 24 h, same key = same answer
4. clean up old doubles, then the partial unique index

3 is merged. 1 and 2 need a Panel deploy, and that has to happen before Monday''s freeze.', '["panel","idempotency","php"]', '[{"fragment_id":2095,"type":"follows"}]', '{"demo_seed":true,"scenario":"developer"}', '{"status":"in_progress"}', 'engineering', 203, 'accepted', NULL, '2026-11-17 09:00:00', '2026-11-19 08:10:00')
, (2097, 'snippet', 'PHP 7.4: a form key without a framework', '```php
<?php
// formularz_wyslij.php
$key = $_SESSION[''wyslij''][$planId] ?? null;
if ($key === null) {
    $b = random_bytes(16);
    $b[6] = chr((ord($b[6]) & 0x0f) | 0x40);   // version 4
    $b[8] = chr((ord($b[8]) & 0x3f) | 0x80);   // variant
    $key = vsprintf(''%s%s-%s-%s-%s-%s%s%s'', str_split(bin2hex($b), 4));
    $_SESSION[''wyslij''][$planId] = $key;       /* cleared only after a 2xx */
}
?>
<input type="hidden" name="key" value="<?= htmlspecialchars($key, ENT_QUOTES) ?>">
```

Reload, second tab, back button: all keep the same key. That''s the point.', '["php","panel","idempotency"]', '[{"fragment_id":2096,"type":"answers"}]', '{"demo_seed":true,"scenario":"developer"}', '{"language":"php"}', 'engineering', 203, 'accepted', NULL, '2026-11-17 11:10:00', '2026-11-17 11:10:00')
, (2098, 'link', 'ZFS: what a resilver does all night', 'https://openzfs.github.io/openzfs-docs/

Looked up `zpool replace` and the difference between a scrub and a resilver. In short: a resilver copies only what the new disk lacks, in order of transaction groups, so an almost full pool is slow and an almost empty one is instant. Mine''s at 71 %. Slow, then.', '["homelab","zfs","reading"]', '[{"fragment_id":2062,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'personal', 206, 'pending', '2026-11-17 20:30:00', '2026-11-17 20:30:00', '2026-11-17 20:30:00')
, (2099, 'log', '2.14.0 in production, minute by minute', 'Times UTC, Wednesday 18 November.

12:00  predeploy.sh: ✋ 2 plan(s) still computing. Waited
12:04  ok to deploy 2.14.0
12:05  migrations 0144–0149 … 1 min 31 s
12:07  pod 1 up, health green
12:09  first v7 plan: 01a1ee8f-a76f-7b40-8c19-d2f60b7a53ee 🎉
12:12  pod 2 up
12:20  p95 of a plan 1.1 s (was 2.9 s), all three pools under 30 %
12:31  Zbigniew, unasked: "szybciej"
12:40  done, pager stays with Rémi until 17:00

No rollback, no hotfix, cold pizza.', '["release","deploy"]', '[{"fragment_id":2094,"type":"follows"},{"fragment_id":2042,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"developer"}', '{"version":"2.14.0"}', 'engineering', 201, 'accepted', NULL, '2026-11-18 12:45:00', '2026-11-18 12:45:00')
, (2100, 'note', 'Announcement of 2.14 for the whole company', 'Subject: Trasa 2.14 już działa / is live

Dear all,

since noon the route planner runs version 2.14. What you will notice:

• routes are ready in about a second
• a slow depot no longer slows down everyone else''s
• on 28 March, when the clocks change again, stops will appear once
• if planning ever stops, the Panel tells you, in red

Questions: reply here or call the team on +48 42 555 0117. Thank you to Widzew for testing at 5 a.m. and to 森田さん in Osaka for the firmware.

Tomasz, Jagoda, Rémi', '["release","communication"]', '[{"fragment_id":2099,"type":"follows"}]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'engineering', 201, 'accepted', NULL, '2026-11-18 13:35:00', '2026-11-18 13:35:00')
, (2101, 'quote', 'SICP, taped to Rémi''s monitor', '“Programs must be written for people to read, and only incidentally for machines to execute.”

— Abelson & Sussman, Structure and Interpretation of Computer Programs, preface

Under it, in Jagoda''s handwriting: "and for people on call to read FIRST".', '["books","team"]', '[]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'engineering', NULL, 'accepted', NULL, '2026-11-18 15:30:00', '2026-11-18 15:30:00')
, (2102, 'link', 'Reading pile for the freeze', 'Nothing may be deployed, so there''s time:

- https://use-the-index-luke.com/ : the chapter on partial indexes, out of guilt
- https://rust-lang.github.io/async-book/ : cancellation, before the relay gets clever
- https://www.postgresql.org/docs/17/release-17.html : vacuum memory, and `MERGE … RETURNING`
- Haruka''s slides on lockers in salt air (she has a station 40 m from the sea)', '["reading","postgresql","rust"]', '[{"fragment_id":2057,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"developer"}', '{}', 'engineering', NULL, 'pending', '2026-11-19 07:30:00', '2026-11-19 07:30:00', '2026-11-19 07:30:00')
, (2103, 'todo', 'Try PostgreSQL 17 on a copy of staging', 'For January, no hurry. Three questions:

1. Does `pg_upgrade --link` finish under ten minutes with 400 GB?
2. Do the three slow plans in `bench/plans.sql` stay the same? Compare with
   EXPLAIN (ANALYZE, BUFFERS, SETTINGS, FORMAT JSON) → jq ''.[0].Plan["Total Cost"]''
3. Does failover keep logical slots now? (There''s `sync_replication_slots`, new in 17.) Not that we have any. Any more.', '["postgresql","upgrade"]', '[{"fragment_id":2088,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"developer"}', '{"status":"open"}', 'engineering', 202, 'pending', '2026-11-19 09:00:00', '2026-11-19 09:00:00', '2026-11-19 09:00:00')
, (2104, 'reminder', 'Collect the bike from Stasia, bring a cake', 'Saturday 21 November, before 13:00. New chain, studded front tyre, a bottom bracket without opinions. 310 zł, since I bought the tyre myself, and a makowiec because she stayed late.

The pager''s mine until Monday, so the laptop comes along in the pannier.', '["bike"]', '[{"fragment_id":2076,"type":"follows"},{"fragment_id":2092,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"developer"}', '{"done":false,"remind_at":"2026-11-21T09:00:00Z"}', 'personal', 207, 'pending', '2026-11-19 18:20:00', '2026-11-19 18:20:00', '2026-11-19 18:20:00')
;

-- todos (16 records)
INSERT INTO "todos" ("id", "fragment_id", "title", "status", "priority", "due_at", "completed_at", "created_at", "updated_at") VALUES
  (201, 2006, 'Slot parser: return SlotError instead of panicking', 'done', 'high', '2026-10-07 15:00:00', '2026-10-06 14:20:00', '2026-10-02 12:30:00', '2026-10-06 14:20:00')
, (202, 2015, 'Pool gauges and an acquire-time histogram', 'done', 'high', '2026-10-16 15:00:00', '2026-10-14 13:10:00', '2026-10-07 10:05:00', '2026-10-14 13:10:00')
, (203, 2016, 'Write up INC-61 on one page', 'done', 'urgent', '2026-10-09 08:00:00', '2026-10-08 15:40:00', '2026-10-07 12:15:00', '2026-10-08 15:40:00')
, (204, 2032, 'Switch inc/db.php to panel_ro and panel_dispatch', 'in_progress', 'normal', '2027-01-15 12:00:00', NULL, '2026-10-15 13:15:00', '2026-11-05 10:20:00')
, (205, 2039, 'Polish public holidays as a forecast feature', 'done', 'high', '2026-10-30 12:00:00', '2026-10-27 15:05:00', '2026-10-20 13:30:00', '2026-10-27 15:05:00')
, (206, 2051, 'Run the delivery_window backfill, evenings only', 'done', 'high', '2026-11-06 22:00:00', '2026-11-04 22:10:00', '2026-10-26 12:45:00', '2026-11-04 22:10:00')
, (207, 2061, 'Write the stuck-plan runbook, stack dump included', 'open', 'high', '2026-11-25 15:00:00', NULL, '2026-10-30 14:25:00', '2026-10-30 14:25:00')
, (208, 2062, 'Fit the new 4 TB disk and resilver tank', 'in_progress', 'high', '2026-11-22 10:00:00', NULL, '2026-10-31 10:00:00', '2026-11-14 09:40:00')
, (209, 2068, 'Third storm run on the release build', 'in_progress', 'urgent', '2026-11-20 14:00:00', NULL, '2026-11-04 08:30:00', '2026-11-16 15:20:00')
, (210, 2077, 'Buy the 35-622 studded tyre', 'done', 'normal', '2026-11-14 12:00:00', '2026-11-13 16:45:00', '2026-11-07 11:05:00', '2026-11-13 16:45:00')
, (211, 2079, 'Eight changelog lines, proofread by Zbigniew', 'done', 'normal', '2026-11-17 15:00:00', '2026-11-17 14:30:00', '2026-11-09 10:30:00', '2026-11-17 14:30:00')
, (212, 2081, 'Japanese glyphs on labels: choose full font or subset', 'blocked', 'normal', '2026-12-04 12:00:00', NULL, '2026-11-10 08:00:00', '2026-11-10 09:20:00')
, (213, 2083, 'Record ten spoken sentences for Fọlákẹ́', 'open', 'normal', '2026-11-24 18:00:00', NULL, '2026-11-10 19:40:00', '2026-11-10 19:40:00')
, (214, 2087, 'SlotHoldsWal alert, routed to the pager', 'done', 'urgent', '2026-11-13 16:00:00', '2026-11-13 14:05:00', '2026-11-12 13:00:00', '2026-11-13 14:05:00')
, (215, 2096, 'Deploy the form key to the Panel before the freeze', 'in_progress', 'urgent', '2026-11-20 15:00:00', NULL, '2026-11-17 09:00:00', '2026-11-19 08:10:00')
, (216, 2103, 'Rehearse pg_upgrade to 17 on a staging clone', 'open', 'low', '2027-01-29 15:00:00', NULL, '2026-11-19 09:00:00', '2026-11-19 09:00:00')
;

-- Links (1 update)
UPDATE "projects" SET "parent_id" = 205 WHERE "id" = 201 AND "parent_id" IS NULL;

-- Verification
SELECT 'chat_sessions' AS "table", 4 AS "expected", COUNT(*) AS "actual" FROM "chat_sessions" WHERE CAST("metadata"->>'demo_seed' AS TEXT) IN ('true', '1') AND CAST("metadata"->>'scenario' AS TEXT) IN ('developer');
SELECT 'contacts' AS "table", 6 AS "expected", COUNT(*) AS "actual" FROM "contacts" WHERE CAST("metadata"->>'demo_seed' AS TEXT) IN ('true', '1') AND CAST("metadata"->>'scenario' AS TEXT) IN ('developer');
SELECT 'vaults' AS "table", 1 AS "expected", COUNT(*) AS "actual" FROM "vaults" WHERE CAST("metadata"->>'demo_seed' AS TEXT) IN ('true', '1') AND CAST("metadata"->>'scenario' AS TEXT) IN ('developer');
SELECT 'projects' AS "table", 7 AS "expected", COUNT(*) AS "actual" FROM "projects" WHERE CAST("metadata"->>'demo_seed' AS TEXT) IN ('true', '1') AND CAST("metadata"->>'scenario' AS TEXT) IN ('developer');
SELECT 'fragments' AS "table", 104 AS "expected", COUNT(*) AS "actual" FROM "fragments" WHERE CAST("metadata"->>'demo_seed' AS TEXT) IN ('true', '1') AND CAST("metadata"->>'scenario' AS TEXT) IN ('developer');
SELECT 'todos' AS "table", 16 AS "expected", COUNT(*) AS "actual" FROM "todos" WHERE "fragment_id" IN (SELECT "id" FROM "fragments" WHERE CAST("metadata"->>'demo_seed' AS TEXT) IN ('true', '1') AND CAST("metadata"->>'scenario' AS TEXT) IN ('developer'));

COMMIT;
-- Content: sha256:04faf6c8f67900748a8db3b0da20ba74bdc267f3d63ea139bf1c001d35e2446a
-- File: sha256:4d9a9671e4ac46f7654a92a9accf60e612568467950af3f9cfe13ce796f3eee5
-- End of export
