-- Demo Data Export
-- Format: 1
-- Scenario: memory
-- Version: v1_2026-11-20
-- Generated: 2026-11-20T06:36:30Z
-- Source: sqlite
-- Engines: sqlite, postgres
-- Raw: sqlite >= 3.38, postgres >= 14
-- Definition: {"total":"scopes","breakdown":{"observations":"kind"}}
-- Table: {"name":"scopes","columns":[["id","text"],["parent_id","text"],["kind","text"],["name","text"],["settings","json"],["created_at","timestamp"]],"key":["id"],"select":[[[["id"],"in",["project/ketch-refit","project/winter-storage","person/ilse"]]]],"references":[{"columns":["parent_id"],"to":"scopes","key":["id"],"link":true}]}
-- Table: {"name":"capsules","columns":[["id","integer"],["scope_id","text"],["title","text"],["intent","text"],["opened_at","timestamp"],["closed_at","timestamp"],["metadata","json"]],"key":["id"],"references":[{"columns":["scope_id"],"to":"scopes","key":["id"],"child":true}]}
-- Table: {"name":"observations","columns":[["id","integer"],["scope_id","text"],["ts","timestamp"],["kind","text"],["content","text"],["source","json"],["confidence","real"],["is_redacted","boolean"],["redaction_reason","text"]],"key":["id"],"references":[{"columns":["scope_id"],"to":"scopes","key":["id"],"child":true}]}
-- Table: {"name":"capsule_observations","columns":[["capsule_id","integer"],["position","integer"],["observation_id","integer"]],"key":["capsule_id","position"],"references":[{"columns":["capsule_id"],"to":"capsules","key":["id"],"child":true},{"columns":["observation_id"],"to":"observations","key":["id"],"child":true}]}
-- Table: {"name":"summaries","columns":[["id","integer"],["scope_id","text"],["capsule_id","integer"],["body","text"],["model","text"],["tokens","integer"],["created_at","timestamp"]],"key":["id"],"references":[{"columns":["capsule_id"],"to":"capsules","key":["id"],"child":true},{"columns":["scope_id"],"to":"scopes","key":["id"],"child":true}]}
-- Table: {"name":"pins","columns":[["id","integer"],["scope_id","text"],["observation_id","integer"],["summary_id","integer"],["note","text"],["created_at","timestamp"]],"key":["id"],"references":[{"columns":["observation_id"],"to":"observations","key":["id"],"child":true},{"columns":["scope_id"],"to":"scopes","key":["id"],"child":true},{"columns":["summary_id"],"to":"summaries","key":["id"],"child":true}]}
-- Total Scopes: 5
-- Total Records: 71

BEGIN;

-- Cleanup: rows of scenario memory
DELETE FROM "pins" WHERE "observation_id" IN (SELECT "id" FROM "observations" WHERE "scope_id" IN (SELECT "id" FROM "scopes" WHERE "id" IN ('project/ketch-refit', 'project/winter-storage', 'person/ilse'))) OR "scope_id" IN (SELECT "id" FROM "scopes" WHERE "id" IN ('project/ketch-refit', 'project/winter-storage', 'person/ilse')) OR "summary_id" IN (SELECT "id" FROM "summaries" WHERE "capsule_id" IN (SELECT "id" FROM "capsules" WHERE "scope_id" IN (SELECT "id" FROM "scopes" WHERE "id" IN ('project/ketch-refit', 'project/winter-storage', 'person/ilse'))) OR "scope_id" IN (SELECT "id" FROM "scopes" WHERE "id" IN ('project/ketch-refit', 'project/winter-storage', 'person/ilse')));
DELETE FROM "summaries" WHERE "capsule_id" IN (SELECT "id" FROM "capsules" WHERE "scope_id" IN (SELECT "id" FROM "scopes" WHERE "id" IN ('project/ketch-refit', 'project/winter-storage', 'person/ilse'))) OR "scope_id" IN (SELECT "id" FROM "scopes" WHERE "id" IN ('project/ketch-refit', 'project/winter-storage', 'person/ilse'));
DELETE FROM "capsule_observations" WHERE "capsule_id" IN (SELECT "id" FROM "capsules" WHERE "scope_id" IN (SELECT "id" FROM "scopes" WHERE "id" IN ('project/ketch-refit', 'project/winter-storage', 'person/ilse'))) OR "observation_id" IN (SELECT "id" FROM "observations" WHERE "scope_id" IN (SELECT "id" FROM "scopes" WHERE "id" IN ('project/ketch-refit', 'project/winter-storage', 'person/ilse')));
DELETE FROM "observations" WHERE "scope_id" IN (SELECT "id" FROM "scopes" WHERE "id" IN ('project/ketch-refit', 'project/winter-storage', 'person/ilse'));
DELETE FROM "capsules" WHERE "scope_id" IN (SELECT "id" FROM "scopes" WHERE "id" IN ('project/ketch-refit', 'project/winter-storage', 'person/ilse'));
DELETE FROM "scopes" WHERE "id" IN ('project/ketch-refit', 'project/winter-storage', 'person/ilse');

-- scopes (2 shared records)
INSERT INTO "scopes" ("id", "parent_id", "kind", "name", "settings", "created_at") VALUES
  ('org/yard', NULL, 'organisation', 'Sonnenbroich & Daughter, boatbuilders', '{"retention_days":730}', '2026-09-01 06:30:00')
, ('person/joris', 'org/yard', 'person', 'Joris Hennings, apprentice', '{}', '2026-09-01 06:41:00')
ON CONFLICT DO NOTHING
;

-- scopes (3 records)
INSERT INTO "scopes" ("id", "parent_id", "kind", "name", "settings", "created_at") VALUES
  ('person/ilse', 'org/yard', 'person', 'Ilse Sonnenbroich, master boatbuilder', '{"language":"de","units":"metric"}', '2026-09-01 06:40:00')
, ('project/ketch-refit', 'org/yard', 'project', 'Refit of the ketch Wendula (1937)', '{"budget_eur":148000}', '2026-09-03 07:15:00')
, ('project/winter-storage', 'org/yard', 'project', 'Winter storage 2026/27', '{}', '2026-09-14 12:05:00')
;

-- capsules (5 records)
INSERT INTO "capsules" ("id", "scope_id", "title", "intent", "opened_at", "closed_at", "metadata") VALUES
  (1, 'project/ketch-refit', 'What the survey says', 'Know what is wrong before the first board comes off', '2026-09-03 07:30:00', '2026-09-09 16:10:00', '{"participants":["ilse","joris"]}')
, (2, 'project/winter-storage', 'Places, prices, keys', NULL, '2026-09-14 12:08:00', '2026-11-09 05:22:00', '{}')
, (3, 'project/ketch-refit', 'Keel bolts', 'Which of the twelve can stay?', '2026-09-21 16:18:00', '2026-09-22 06:00:00', '{"drawing":"WEN-07","risk":"high"}')
, (4, 'project/ketch-refit', 'Ten frames', 'Laminate, fit, glue in: two a week', '2026-10-05 05:30:00', '2026-11-13 15:35:00', '{"frames":["P9","P10","P11","P12","P13","P14","S9","S10","S11","S12"]}')
, (5, 'project/ketch-refit', 'Sternpost', NULL, '2026-11-02 05:30:00', NULL, '{"drawing":"WEN-11","waits_for":["oak","resorcinol"]}')
;

-- observations (1 shared record)
INSERT INTO "observations" ("id", "scope_id", "ts", "kind", "content", "source", "confidence", "is_redacted", "redaction_reason") VALUES
  (8, 'person/joris', '2026-09-11 13:10:00', 'fact', 'Steam box: one hour per 25 mm of oak, and ten minutes more because the door does not close. Bend within 40 seconds.', '{"channel":"chat"}', 1.0, FALSE, NULL)
ON CONFLICT DO NOTHING
;

-- observations (29 records)
INSERT INTO "observations" ("id", "scope_id", "ts", "kind", "content", "source", "confidence", "is_redacted", "redaction_reason") VALUES
  (1, 'person/ilse', '2026-09-03 07:20:00', 'preference', 'Wants measurements in millimetres, never in centimetres: “a centimetre is where mistakes hide”.', '{"channel":"chat"}', 1.0, FALSE, NULL)
, (2, 'person/ilse', '2026-09-03 07:22:00', 'preference', 'Answers before seven in the morning or after the crane is locked. Nothing in between unless water is coming in.', '{"channel":"chat"}', 1.0, FALSE, NULL)
, (3, 'project/ketch-refit', '2026-09-03 07:31:00', 'fact', 'Wendula: gaff ketch, 11.40 m over deck, 3.35 m beam, larch on oak, built 1937 by Heinrich Kröger in Warnemünde.', '{"channel":"document","name":"survey-2026-08.pdf","page":1}', 1.0, FALSE, NULL)
, (4, 'project/ketch-refit', '2026-09-03 07:33:00', 'fact', 'The survey finds rot in frames 9 to 14 to port, 9 to 12 to starboard, and in the sternpost below the waterline.', '{"channel":"document","name":"survey-2026-08.pdf","page":7}', 0.9, FALSE, NULL)
, (5, 'project/ketch-refit', '2026-09-03 07:34:00', 'fact', 'Keel bolts: 12 of bronze, M24, three of them drawn in 2011. The other nine have not been seen since the war.', '{"channel":"document","name":"survey-2026-08.pdf","page":9}', 1.0, FALSE, NULL)
, (6, 'project/ketch-refit', '2026-09-08 05:48:00', 'decision', 'All ten frames are laminated new, oak in 5 mm strips, rather than sistered. The owner agreed by telephone.', '{"channel":"voice","minutes":4}', 1.0, FALSE, NULL)
, (7, 'project/ketch-refit', '2026-09-09 15:55:00', 'question', 'Does the insurer pay for the sternpost? The policy says “sudden damage”, and rot is anything but.', '{"channel":"chat"}', 1.0, FALSE, NULL)
, (9, 'project/winter-storage', '2026-09-14 12:10:00', 'fact', 'Hall 2 takes 14 boats up to 9 m, if the first ones in are the last ones out in April.', '{"channel":"chat"}', 1.0, FALSE, NULL)
, (10, 'project/winter-storage', '2026-09-14 12:12:00', 'event', NULL, '{"channel":"mail"}', 1.0, TRUE, 'bank details of a customer')
, (11, 'project/winter-storage', '2026-09-15 06:02:00', 'decision', 'Price stays at 58 € per square metre. Masts up to 12 m hang under the roof at no charge; longer ones stay outside.', '{"channel":"chat"}', 1.0, FALSE, NULL)
, (12, 'project/ketch-refit', '2026-09-21 16:20:00', 'event', 'Wendula hauled out. Slipway trolley ran true, 19.6 t on the load cell: 1.1 t more than her papers say.', '{"channel":"chat"}', 1.0, FALSE, NULL)
, (13, 'project/ketch-refit', '2026-09-22 05:40:00', 'event', 'Keel bolts pulled, fore to aft:

1-3   good (2011)
4     necked to 19 mm
5-8   good
9     broke in the wrench
10-12 good, threads worn', '{"channel":"voice","minutes":11}', 1.0, FALSE, NULL)
, (14, 'project/ketch-refit', '2026-09-22 05:52:00', 'decision', 'Replace bolts 4 and 9 to 12. Aluminium bronze CuAl10Ni5Fe4, turned here, not bought.', '{"channel":"chat"}', 1.0, FALSE, NULL)
, (15, 'person/ilse', '2026-09-30 18:41:00', 'event', NULL, '{"channel":"chat"}', 1.0, TRUE, 'health; asked to be forgotten on 2026-10-02')
, (16, 'project/ketch-refit', '2026-10-05 05:33:00', 'fact', 'Epoxy below 12 °C does not cure in time: heat the hall from the evening before, and log the temperature each hour.', '{"asked_by":"person/joris","channel":"chat"}', 1.0, FALSE, NULL)
, (17, 'project/winter-storage', '2026-10-06 14:00:00', 'event', 'Herr Æbelø''s folkboat came a week early, on a lorry, without notice and with the mast still up. It stands at the crane.', '{"channel":"chat"}', 1.0, FALSE, NULL)
, (18, 'project/winter-storage', '2026-10-06 14:25:00', 'preference', 'Customers get an SMS, not a mail, on the day before their boat is lifted: nobody reads mail in October.', '{"channel":"chat"}', 0.8, FALSE, NULL)
, (19, 'project/ketch-refit', '2026-10-12 16:05:00', 'event', 'First laminated frame (P9) fits with 2 mm to spare at the turn of the bilge. Template P10 shortened by 2 mm.', '{"channel":"chat"}', 1.0, FALSE, NULL)
, (20, 'project/ketch-refit', '2026-10-13 05:30:00', 'decision', 'Two frames a week from now on; the tenth on 13 November at the latest.', '{"channel":"chat"}', 1.0, FALSE, NULL)
, (21, 'person/ilse', '2026-10-19 05:25:00', 'preference', 'Reports on Fridays: what is done, what is late, what it costs. Three lines. Not four.', '{"channel":"chat"}', 1.0, FALSE, NULL)
, (22, 'project/ketch-refit', '2026-10-23 15:48:00', 'event', 'Larch for the planking arrived from Telemark: 2.8 m³, 32 mm, slow-grown, one board with shakes sent back.', '{"channel":"chat"}', 1.0, FALSE, NULL)
, (23, 'project/winter-storage', '2026-10-27 10:30:00', 'event', 'Hall 2 is full: 14 boats, 8 masts under the roof. The fifteenth (a Shark 24) goes under canvas behind the paint shed.', '{"channel":"chat"}', 1.0, FALSE, NULL)
, (24, 'project/winter-storage', '2026-10-27 10:34:00', 'question', 'Who switches the frost guard on when Ilse is at the trade fair (9-13 November)?', '{"channel":"chat"}', 1.0, FALSE, NULL)
, (25, 'project/ketch-refit', '2026-11-02 05:35:00', 'event', 'Sternpost out in one piece. The rot ends 180 mm above the gudgeon, so a scarf of 1:8 is possible.', '{"channel":"photo","count":6}', 1.0, FALSE, NULL)
, (26, 'project/ketch-refit', '2026-11-03 06:10:00', 'decision', 'Scarf the sternpost, do not replace it: 900 mm of new oak below, resorcinol, six bronze bolts across the joint.', '{"channel":"chat"}', 1.0, FALSE, NULL)
, (27, 'project/ketch-refit', '2026-11-05 11:15:00', 'event', 'Insurer wrote: pays neither for rot nor for bolts; pays for the rudder, which the trolley bent in 2024. 3,140 €.', '{"channel":"mail"}', 1.0, FALSE, NULL)
, (28, 'project/winter-storage', '2026-11-09 05:20:00', 'decision', 'Joris has the frost guard, the key, and the number of the night porter of the sugar works, who has a diesel heater.', '{"channel":"chat"}', 1.0, FALSE, NULL)
, (29, 'project/ketch-refit', '2026-11-13 15:30:00', 'event', 'Tenth frame (S12) glued in. On the day.', '{"channel":"chat"}', 1.0, FALSE, NULL)
, (30, 'person/ilse', '2026-11-16 05:15:00', 'preference', 'Do not say “unfortunately” to customers. Say what will be done, and when.', '{"channel":"chat"}', 1.0, FALSE, NULL)
;

-- capsule_observations (21 records)
INSERT INTO "capsule_observations" ("capsule_id", "position", "observation_id") VALUES
  (1, 1, 3)
, (1, 2, 4)
, (1, 3, 5)
, (1, 4, 7)
, (2, 1, 9)
, (2, 2, 10)
, (2, 3, 11)
, (2, 4, 23)
, (2, 5, 28)
, (3, 1, 5)
, (3, 2, 13)
, (3, 3, 14)
, (4, 1, 8)
, (4, 2, 6)
, (4, 3, 16)
;
INSERT INTO "capsule_observations" ("capsule_id", "position", "observation_id") VALUES
  (4, 4, 19)
, (4, 5, 20)
, (4, 6, 29)
, (5, 1, 4)
, (5, 2, 25)
, (5, 3, 26)
;

-- summaries (5 records)
INSERT INTO "summaries" ("id", "scope_id", "capsule_id", "body", "model", "tokens", "created_at") VALUES
  (1, 'project/ketch-refit', 1, 'Ten frames, the sternpost and an unknown number of keel bolts. New frames are laminated. Open: the insurer.', 'small-2026-09', 41, '2026-09-09 16:11:00')
, (2, 'project/ketch-refit', 3, 'Five of twelve bolts go: 4 is necked, 9 broke, 10 to 12 have worn threads. Turned in the yard from aluminium bronze.', 'small-2026-09', 46, '2026-09-22 06:01:00')
, (3, 'project/winter-storage', 2, 'Hall 2 is full at 14 boats; 58 € per square metre; Joris keeps frost out from 9 to 13 November.', 'small-2026-09', 39, '2026-11-09 05:23:00')
, (4, 'project/ketch-refit', 4, 'All ten frames in by 13 November, as planned. Lesson: cut the templates 2 mm short at the turn of the bilge.', 'small-2026-09', 42, '2026-11-13 15:36:00')
, (5, 'person/ilse', NULL, 'Early, short, in millimetres; reports on Fridays in three lines; no regrets to customers.', 'small-2026-11', 28, '2026-11-16 05:16:00')
;

-- pins (5 records)
INSERT INTO "pins" ("id", "scope_id", "observation_id", "summary_id", "note", "created_at") VALUES
  (1, 'person/ilse', 1, NULL, 'Always', '2026-09-03 07:21:00')
, (2, 'project/ketch-refit', 14, NULL, 'Until the keel is back on', '2026-09-22 06:02:00')
, (3, 'project/ketch-refit', 16, NULL, NULL, '2026-10-05 05:36:00')
, (4, 'project/winter-storage', NULL, 3, 'For whoever answers the telephone', '2026-11-09 05:24:00')
, (5, 'person/ilse', NULL, 5, NULL, '2026-11-16 05:17:00')
;

-- Verification
SELECT 'scopes' AS "table", 3 AS "expected", COUNT(*) AS "actual" FROM "scopes" WHERE "id" IN ('project/ketch-refit', 'project/winter-storage', 'person/ilse');
SELECT 'capsules' AS "table", 5 AS "expected", COUNT(*) AS "actual" FROM "capsules" WHERE "scope_id" IN (SELECT "id" FROM "scopes" WHERE "id" IN ('project/ketch-refit', 'project/winter-storage', 'person/ilse'));
SELECT 'observations' AS "table", 29 AS "expected", COUNT(*) AS "actual" FROM "observations" WHERE "scope_id" IN (SELECT "id" FROM "scopes" WHERE "id" IN ('project/ketch-refit', 'project/winter-storage', 'person/ilse'));
SELECT 'capsule_observations' AS "table", 21 AS "expected", COUNT(*) AS "actual" FROM "capsule_observations" WHERE "capsule_id" IN (SELECT "id" FROM "capsules" WHERE "scope_id" IN (SELECT "id" FROM "scopes" WHERE "id" IN ('project/ketch-refit', 'project/winter-storage', 'person/ilse'))) OR "observation_id" IN (SELECT "id" FROM "observations" WHERE "scope_id" IN (SELECT "id" FROM "scopes" WHERE "id" IN ('project/ketch-refit', 'project/winter-storage', 'person/ilse')));
SELECT 'summaries' AS "table", 5 AS "expected", COUNT(*) AS "actual" FROM "summaries" WHERE "capsule_id" IN (SELECT "id" FROM "capsules" WHERE "scope_id" IN (SELECT "id" FROM "scopes" WHERE "id" IN ('project/ketch-refit', 'project/winter-storage', 'person/ilse'))) OR "scope_id" IN (SELECT "id" FROM "scopes" WHERE "id" IN ('project/ketch-refit', 'project/winter-storage', 'person/ilse'));
SELECT 'pins' AS "table", 5 AS "expected", COUNT(*) AS "actual" FROM "pins" WHERE "observation_id" IN (SELECT "id" FROM "observations" WHERE "scope_id" IN (SELECT "id" FROM "scopes" WHERE "id" IN ('project/ketch-refit', 'project/winter-storage', 'person/ilse'))) OR "scope_id" IN (SELECT "id" FROM "scopes" WHERE "id" IN ('project/ketch-refit', 'project/winter-storage', 'person/ilse')) OR "summary_id" IN (SELECT "id" FROM "summaries" WHERE "capsule_id" IN (SELECT "id" FROM "capsules" WHERE "scope_id" IN (SELECT "id" FROM "scopes" WHERE "id" IN ('project/ketch-refit', 'project/winter-storage', 'person/ilse'))) OR "scope_id" IN (SELECT "id" FROM "scopes" WHERE "id" IN ('project/ketch-refit', 'project/winter-storage', 'person/ilse')));

COMMIT;
-- Content: sha256:d98a871715cac23f9311ad52a860027afc39f48b56cf31827f12ea7e87371c28
-- File: sha256:3377413dcccdcad139bcaa3c7425343e40b1db0d8b4d15d701952107534a9431
-- End of export
