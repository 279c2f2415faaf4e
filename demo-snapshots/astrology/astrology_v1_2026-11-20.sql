-- Demo Data Export
-- Format: 1
-- Scenario: astrology
-- Version: v1_2026-11-20
-- Generated: 2026-11-20T06:36:30Z
-- Source: sqlite
-- Engines: sqlite, postgres
-- Raw: sqlite >= 3.38, postgres >= 14, empty tables only
-- Definition: {"total":"clients","breakdown":{"charts":"kind"}}
-- Table: {"name":"app_config","columns":[["id","integer"],["settings","json"],["updated_at","timestamptz"]],"key":["id"],"select":[[]]}
-- Table: {"name":"clients","columns":[["id","uuid"],["name","text"],["email","text"],["phone","text"],["pronouns","text"],["tags","json"],["metadata","json"],["is_archived","boolean"],["created_at","timestamptz"],["updated_at","timestamptz"]],"key":["id"],"select":[[[["metadata","demo"],"in",[true]]]]}
-- Table: {"name":"birth_data","columns":[["id","uuid"],["client_id","uuid"],["birth_date","date"],["birth_time","time"],["time_certainty","text"],["place","text"],["latitude","real"],["longitude","real"],["timezone","text"],["source","text"]],"key":["id"],"references":[{"columns":["client_id"],"to":"clients","key":["id"],"child":true}]}
-- Table: {"name":"charts","columns":[["id","uuid"],["client_id","uuid"],["natal_chart_id","uuid"],["kind","text"],["title","text"],["house_system","text"],["cast_for","timestamptz"],["positions","json"],["houses","json"],["created_at","timestamptz"]],"key":["id"],"references":[{"columns":["client_id"],"to":"clients","key":["id"],"child":true},{"columns":["natal_chart_id"],"to":"charts","key":["id"],"child":true,"link":true}]}
-- Table: {"name":"aspect_patterns","columns":[["id","uuid"],["chart_id","uuid"],["kind","text"],["bodies","json"],["orb","real"],["note","text"]],"key":["id"],"references":[{"columns":["chart_id"],"to":"charts","key":["id"],"child":true}]}
-- Table: {"name":"chart_interpretations","columns":[["id","uuid"],["chart_id","uuid"],["factor","text"],["body","text"],["weight","real"],["created_at","timestamptz"]],"key":["id"],"references":[{"columns":["chart_id"],"to":"charts","key":["id"],"child":true}]}
-- Table: {"name":"interpretations","columns":[["id","uuid"],["factor","text"],["title","text"],["body","text"],["keywords","json"],["updated_at","timestamptz"]],"key":["id"],"select":[[]]}
-- Table: {"name":"location_cache","columns":[["query","text"],["name","text"],["latitude","real"],["longitude","real"],["timezone","text"],["response","json"],["cached_at","timestamptz"]],"key":["query"],"select":[[]]}
-- Table: {"name":"session_notes","columns":[["id","uuid"],["client_id","uuid"],["held_at","timestamptz"],["minutes","integer"],["fee_cents","integer"],["body","text"],["follow_up_on","date"]],"key":["id"],"references":[{"columns":["client_id"],"to":"clients","key":["id"],"child":true}]}
-- Table: {"name":"transit_events","columns":[["id","uuid"],["chart_id","uuid"],["transiting","text"],["aspect","text"],["natal","text"],["enters_at","timestamptz"],["exact_at","timestamptz"],["leaves_at","timestamptz"],["note","text"]],"key":["id"],"references":[{"columns":["chart_id"],"to":"charts","key":["id"],"child":true}]}
-- Table: {"name":"user_preferences","columns":[["id","integer"],["locale","text"],["theme","text"],["orbs","json"],["updated_at","timestamptz"]],"key":["id"],"select":[[]]}
-- Total Clients: 4
-- Total Records: 54

BEGIN;

-- Cleanup: rows of scenario astrology
DELETE FROM "user_preferences" WHERE TRUE;
-- Not cleaned up here: "transit_events"
DELETE FROM "session_notes" WHERE "client_id" IN (SELECT "id" FROM "clients" WHERE CAST("metadata"->>'demo' AS TEXT) IN ('true', '1'));
DELETE FROM "location_cache" WHERE TRUE;
DELETE FROM "interpretations" WHERE TRUE;
-- Not cleaned up here: "chart_interpretations"
-- Not cleaned up here: "aspect_patterns"
-- Not cleaned up here: "charts"
DELETE FROM "birth_data" WHERE "client_id" IN (SELECT "id" FROM "clients" WHERE CAST("metadata"->>'demo' AS TEXT) IN ('true', '1'));
DELETE FROM "clients" WHERE CAST("metadata"->>'demo' AS TEXT) IN ('true', '1');
DELETE FROM "app_config" WHERE TRUE;

-- app_config (1 record)
INSERT INTO "app_config" ("id", "settings", "updated_at") VALUES
  (1, '{"currency":"EUR","ephemeris":"low precision","fee_cents":9000,"practice":"Sternwarte im Hinterhof","reminders":{"hours_before":[48,3],"mail":true}}', '2026-11-01 07:00:00+00:00')
;

-- clients (4 records)
INSERT INTO "clients" ("id", "name", "email", "phone", "pronouns", "tags", "metadata", "is_archived", "created_at", "updated_at") VALUES
  ('249d861f-ec42-5eb9-b279-deda72b4b814', 'Maren Oyelaran', 'maren@oyelaran.example.com', '+49 40 555 0142', 'she/her', '["returning","career"]', '{"demo":true}', FALSE, '2024-03-04 10:00:00+00:00', '2024-03-04 10:00:00+00:00')
, ('4d72faa6-11e2-5b8d-88b5-a1901b01a607', 'Doña Remedios Cuevas', NULL, NULL, 'she/her', '["gift"]', '{"demo":true,"note":"Her granddaughter pays and must not be told what was said"}', FALSE, '2026-10-28 19:05:00+00:00', '2026-10-28 19:05:00+00:00')
, ('7d3b888e-1957-569d-8b18-ea0342d92068', 'Fiachra Ó Dálaigh', 'fiachra@example.org', NULL, 'he/him', '["new"]', '{"demo":true}', FALSE, '2026-09-02 08:30:00+00:00', '2026-09-02 08:30:00+00:00')
, ('e767e95e-6771-5ea0-a6a5-52e06d5481ae', 'Ylva Sørbø-Nakamura', 'ylva.sn@example.net', '+47 77 55 01 88', 'they/them', '["returning","moves"]', '{"birthplace_moved":["Tromsø","Kyoto"],"demo":true}', FALSE, '2025-01-17 16:20:00+00:00', '2025-01-17 16:20:00+00:00')
;

-- birth_data (4 records)
INSERT INTO "birth_data" ("id", "client_id", "birth_date", "birth_time", "time_certainty", "place", "latitude", "longitude", "timezone", "source") VALUES
  ('07b5cfe5-bacf-5d2c-a257-0fbd2fabe003', '4d72faa6-11e2-5b8d-88b5-a1901b01a607', '1958-06-02', NULL, 'unknown', 'Oaxaca', 17.06, -96.72, 'America/Mexico_City', 'a baptismal book without an hour')
, ('bb69b00b-4f43-57f7-bffc-0654184c5d62', '7d3b888e-1957-569d-8b18-ea0342d92068', '1971-08-11', '13:00:00', 'approximate', 'Cork', 51.9, -8.47, 'Europe/Dublin', 'his mother, “around lunch”')
, ('d3264405-c4c8-5319-95f5-8c1a2587f814', '249d861f-ec42-5eb9-b279-deda72b4b814', '1984-02-29', '04:25:00', 'exact', 'Hamburg', 53.55, 9.99, 'Europe/Berlin', 'birth certificate')
;
INSERT INTO "birth_data" ("id", "client_id", "birth_date", "birth_time", "time_certainty", "place", "latitude", "longitude", "timezone", "source") VALUES
  ('f6dc77dd-1ee8-5b50-9f3a-85aa8f7cac38', 'e767e95e-6771-5ea0-a6a5-52e06d5481ae', '1993-11-20', '20:10:00', 'exact', 'Tromsø', 69.65, 18.96, 'Europe/Oslo', 'hospital record')
;

-- charts (7 records)
INSERT INTO "charts" ("id", "client_id", "natal_chart_id", "kind", "title", "house_system", "cast_for", "positions", "houses", "created_at") VALUES
  ('07635949-1747-5b0a-bf4a-a32a680b1b55', '249d861f-ec42-5eb9-b279-deda72b4b814', NULL, 'transit', 'Transits for the contract of 1 December', 'whole_sign', '2026-12-01 09:00:00+00:00', '{"jupiter":{"deg":26.8,"lon":146.83,"sign":"Leo"},"mars":{"deg":2.1,"lon":152.07,"sign":"Virgo"},"mercury":{"deg":22.6,"lon":232.6,"sign":"Scorpio"},"moon":{"deg":10.7,"lon":160.66,"sign":"Virgo"},"saturn":{"deg":7.9,"lon":7.9,"retrograde":true,"sign":"Aries"},"sun":{"deg":9.2,"lon":249.18,"sign":"Sagittarius"},"venus":{"deg":28.2,"lon":208.21,"sign":"Libra"}}', '{"ascendant":{"lon":269.36,"sign":"Sagittarius"},"first":"Sagittarius","seventh":"Gemini"}', '2026-11-18 14:20:00+00:00')
, ('20c93c01-601a-5244-9277-69fb9554f622', '7d3b888e-1957-569d-8b18-ea0342d92068', NULL, 'natal', 'Natal, Cork (noon, to be narrowed down)', 'whole_sign', '1971-08-11 12:00:00+00:00', '{"jupiter":{"deg":26.9,"lon":236.92,"sign":"Scorpio"},"mars":{"deg":16.7,"lon":316.67,"retrograde":true,"sign":"Aquarius"},"mercury":{"deg":10.5,"lon":160.48,"sign":"Virgo"},"moon":{"deg":22.2,"lon":22.25,"sign":"Aries"},"saturn":{"deg":5.5,"lon":65.46,"sign":"Gemini"},"sun":{"deg":18.2,"lon":138.17,"sign":"Leo"},"venus":{"deg":13.7,"lon":133.71,"sign":"Leo"}}', '{"ascendant":{"lon":208.55,"sign":"Libra"},"first":"Libra","seventh":"Aries"}', '2026-09-02 08:41:00+00:00')
, ('2dbe88a1-c30b-5c15-bf16-322c13103b05', 'e767e95e-6771-5ea0-a6a5-52e06d5481ae', NULL, 'solar_return', 'Solar return 2026, Kyoto', 'whole_sign', '2026-11-20 18:55:00+00:00', '{"jupiter":{"deg":26.3,"lon":146.26,"sign":"Leo"},"mars":{"deg":27.9,"lon":147.86,"sign":"Leo"},"mercury":{"deg":9.0,"lon":218.99,"sign":"Scorpio"},"moon":{"deg":7.2,"lon":7.25,"sign":"Aries"},"saturn":{"deg":8.2,"lon":8.17,"retrograde":true,"sign":"Aries"},"sun":{"deg":28.5,"lon":238.47,"sign":"Scorpio"},"venus":{"deg":23.7,"lon":203.74,"sign":"Libra"}}', '{"ascendant":{"lon":204.42,"sign":"Libra"},"first":"Libra","seventh":"Aries"}', '2026-11-12 09:02:00+00:00')
, ('5baf5233-8106-5d9f-96e7-21dcd883b1b4', 'e767e95e-6771-5ea0-a6a5-52e06d5481ae', NULL, 'natal', 'Natal, Tromsø', 'whole_sign', '1993-11-20 19:10:00+00:00', '{"jupiter":{"deg":2.1,"lon":212.07,"sign":"Scorpio"},"mars":{"deg":8.4,"lon":248.36,"sign":"Sagittarius"},"mercury":{"deg":9.0,"lon":219.03,"sign":"Scorpio"},"moon":{"deg":25.2,"lon":325.24,"sign":"Aquarius"},"saturn":{"deg":24.0,"lon":324.05,"sign":"Aquarius"},"sun":{"deg":28.5,"lon":238.48,"sign":"Scorpio"},"venus":{"deg":14.7,"lon":224.68,"sign":"Scorpio"}}', '{"ascendant":{"lon":139.71,"sign":"Leo"},"first":"Leo","seventh":"Aquarius"}', '2025-01-17 16:31:00+00:00')
, ('b9f296b4-524b-5cc6-913b-e766f13b8725', '249d861f-ec42-5eb9-b279-deda72b4b814', NULL, 'natal', 'Natal, Hamburg', 'whole_sign', '1984-02-29 03:25:00+00:00', '{"jupiter":{"deg":7.6,"lon":277.61,"sign":"Capricorn"},"mars":{"deg":21.6,"lon":231.58,"sign":"Scorpio"},"mercury":{"deg":2.5,"lon":332.46,"sign":"Pisces"},"moon":{"deg":11.1,"lon":311.12,"sign":"Aquarius"},"saturn":{"deg":16.7,"lon":226.71,"retrograde":true,"sign":"Scorpio"},"sun":{"deg":9.7,"lon":339.74,"sign":"Pisces"},"venus":{"deg":12.3,"lon":312.26,"sign":"Aquarius"}}', '{"ascendant":{"lon":273.22,"sign":"Capricorn"},"first":"Capricorn","seventh":"Cancer"}', '2024-03-04 10:05:00+00:00')
, ('cf02451e-e326-5dc0-a825-35b4b71db7f0', '4d72faa6-11e2-5b8d-88b5-a1901b01a607', NULL, 'natal', 'Natal without houses', 'whole_sign', '1958-06-02 18:00:00+00:00', '{"jupiter":{"deg":22.0,"lon":202.0,"retrograde":true,"sign":"Libra"},"mars":{"deg":26.8,"lon":356.79,"sign":"Pisces"},"mercury":{"deg":24.2,"lon":54.22,"sign":"Taurus"},"moon":{"deg":23.4,"lon":263.39,"sign":"Sagittarius"},"saturn":{"deg":23.7,"lon":263.67,"retrograde":true,"sign":"Sagittarius"},"sun":{"deg":11.7,"lon":71.68,"sign":"Gemini"},"venus":{"deg":1.8,"lon":31.82,"sign":"Taurus"}}', NULL, '2026-10-28 19:12:00+00:00')
, ('eaef6f81-8253-505b-a9a6-16ac89f94493', '7d3b888e-1957-569d-8b18-ea0342d92068', '20c93c01-601a-5244-9277-69fb9554f622', 'transit', 'Transits on the day of the move', 'whole_sign', '2026-11-28 07:30:00+00:00', '{"jupiter":{"deg":26.7,"lon":146.7,"sign":"Leo"},"mars":{"deg":0.9,"lon":150.92,"sign":"Virgo"},"mercury":{"deg":18.2,"lon":228.23,"sign":"Scorpio"},"moon":{"deg":27.6,"lon":117.61,"sign":"Cancer"},"saturn":{"deg":8.0,"lon":7.96,"retrograde":true,"sign":"Aries"},"sun":{"deg":6.1,"lon":246.07,"sign":"Sagittarius"},"venus":{"deg":26.6,"lon":206.59,"sign":"Libra"}}', '{"ascendant":{"lon":236.8,"sign":"Scorpio"},"first":"Scorpio","seventh":"Taurus"}', '2026-11-19 11:45:00+00:00')
;

-- aspect_patterns (5 records)
INSERT INTO "aspect_patterns" ("id", "chart_id", "kind", "bodies", "orb", "note") VALUES
  ('18c15714-8792-5c6b-a244-37a97c001a58', '5baf5233-8106-5d9f-96e7-21dcd883b1b4', 'stellium', '["mercury","venus","jupiter","sun"]', 5.65, 'Four in Scorpio')
, ('382bb0a7-e44d-5fb2-975d-42e74bcfcbd8', 'b9f296b4-524b-5cc6-913b-e766f13b8725', 'conjunction', '["moon","venus"]', 1.14, 'In Aquarius: sociable at a distance')
, ('6153a787-8652-58b1-8fc2-eabb1a5be6b7', '20c93c01-601a-5244-9277-69fb9554f622', 'opposition', '["sun","mars"]', 1.5, 'The axis of the whole chart')
, ('b9584b6e-8698-5743-bb6d-cc44ccc6b0ff', 'cf02451e-e326-5dc0-a825-35b4b71db7f0', 'opposition', '["sun","moon"]', 11.7, NULL)
, ('eabbc8c1-a089-5bc8-9bb2-30dba6c3e70d', 'b9f296b4-524b-5cc6-913b-e766f13b8725', 'conjunction', '["mars","saturn"]', 4.88, 'Scorpio. Pressure that lasts')
;

-- chart_interpretations (9 records)
INSERT INTO "chart_interpretations" ("id", "chart_id", "factor", "body", "weight", "created_at") VALUES
  ('02f085df-72ac-576b-a7a9-11f3c2a2918c', '20c93c01-601a-5244-9277-69fb9554f622', 'sun.leo', 'Generous as long as somebody notices. Somebody should.', 1.0, '2026-11-19 12:00:00+00:00')
, ('4e8b0608-1739-5f14-9707-79b8c5c041d8', 'b9f296b4-524b-5cc6-913b-e766f13b8725', 'sun.pisces', 'A Sun that would rather be asked than announced. In the third house from the Moon it writes before it speaks.', 1.0, '2026-11-19 12:00:00+00:00')
, ('77823ba2-2fad-5db2-aa14-706fba27c845', '5baf5233-8106-5d9f-96e7-21dcd883b1b4', 'sun.scorpio', 'Would rather know than be comfortable, also about themself.', 1.0, '2026-11-19 12:00:00+00:00')
, ('82900079-8832-5350-ba97-9641f78c331d', 'cf02451e-e326-5dc0-a825-35b4b71db7f0', 'saturn.sagittarius.retrograde', 'Learnt what she knows from people, not from schools.', 0.5, '2026-11-19 12:00:00+00:00')
, ('8a7999e5-1def-5959-9a61-6828f4c08ff2', '5baf5233-8106-5d9f-96e7-21dcd883b1b4', 'venus.scorpio', 'Friendships for life or not at all; few, and all of them abroad.', 0.85, '2026-11-19 12:00:00+00:00')
, ('a05e2bc7-34cc-5415-abb8-a7d838fd1b99', 'b9f296b4-524b-5cc6-913b-e766f13b8725', 'moon.aquarius', 'Feels from a step back, which others take for coldness until they need somebody calm.', 0.9, '2026-11-19 12:00:00+00:00')
, ('a5d00f73-dae2-5449-97c1-08f665a79fc3', 'cf02451e-e326-5dc0-a825-35b4b71db7f0', 'sun.gemini', 'Two stories for each question, both true.', 1.0, '2026-11-19 12:00:00+00:00')
, ('bf311ed9-66eb-59bc-bd3e-33212956ee61', '20c93c01-601a-5244-9277-69fb9554f622', 'mars.aquarius.retrograde', 'Rebels late and then all at once; three changes of profession fit in here.', 0.6, '2026-11-19 12:00:00+00:00')
, ('c6c9a8db-52bd-538a-8c7c-af0e14443b23', 'b9f296b4-524b-5cc6-913b-e766f13b8725', 'mars.scorpio', 'Does not start fights; finishes them. Watch contracts with trial periods.', 0.75, '2026-11-19 12:00:00+00:00')
;

-- interpretations (8 records)
INSERT INTO "interpretations" ("id", "factor", "title", "body", "keywords", "updated_at") VALUES
  ('03eb800f-9612-5715-b52f-8bf06cd56f2f', 'sun.gemini', 'Sun in Gemini', 'Curious, quick, twice as many of it as expected.', '["air","mutable"]', '2026-02-02 20:00:00+00:00')
, ('1bb0768f-8287-59e2-8e7c-1558cdbe1ee4', 'saturn.aries', 'Saturn in Aries', 'Begins slowly and is right to do so.', '["fire","cardinal","fall"]', '2026-02-02 20:00:00+00:00')
, ('7bc25e10-f0d7-5ca4-bed8-7b7200f37576', 'sun.leo', 'Sun in Leo', 'Wants to be seen, and sees: generosity is half of vanity.', '["fire","fixed"]', '2026-02-02 20:00:00+00:00')
, ('d44abffc-bb37-5be5-ad0f-d7c24132a6cd', 'sun.pisces', 'Sun in Pisces', 'Dissolves what is too firm, its own plans included.', '["water","mutable"]', '2026-02-02 20:00:00+00:00')
, ('de435854-e22c-5968-b6b0-7405bab44ac1', 'moon.aquarius', 'Moon in Aquarius', 'Needs air, friends and a way out.', '["air","fixed"]', '2026-02-02 20:00:00+00:00')
, ('e290a7ba-093c-507d-9c30-c5d6d1c97541', 'mars.scorpio', 'Mars in Scorpio', 'Says nothing, forgets nothing, finishes.', '["water","fixed","ruler"]', '2026-02-02 20:00:00+00:00')
, ('ee5d7fd3-b42a-562b-be8f-9fbdbddbc46a', 'sun.scorpio', 'Sun in Scorpio', 'Goes to the bottom of things and stays a while.', '["water","fixed"]', '2026-02-02 20:00:00+00:00')
, ('f239c59d-568b-58d6-a236-a0016d20c465', 'moon.aries', 'Moon in Aries', 'Feels it now. Has forgotten it by supper.', '["fire","cardinal"]', '2026-02-02 20:00:00+00:00')
;

-- location_cache (5 records)
INSERT INTO "location_cache" ("query", "name", "latitude", "longitude", "timezone", "response", "cached_at") VALUES
  ('cork, ireland', 'Cork, Ireland', 51.9, -8.47, 'Europe/Dublin', '{"bbox":[51.7,52.1,-8.77,-8.17],"provider":"bundled","rank":1}', '2026-04-14 09:11:00+00:00')
, ('hamburg', 'Hamburg, Germany', 53.55, 9.99, 'Europe/Berlin', '{"bbox":[53.35,53.75,9.69,10.29],"provider":"bundled","rank":1}', '2026-03-14 09:10:00+00:00')
, ('oaxaca', 'Oaxaca de Juárez, Mexico', 17.06, -96.72, 'America/Mexico_City', '{"bbox":[16.86,17.26,-97.02,-96.42],"provider":"bundled","rank":1}', '2026-06-14 09:13:00+00:00')
, ('tromso', 'Tromsø, Troms, Norway', 69.65, 18.96, 'Europe/Oslo', '{"bbox":[69.45,69.85,18.66,19.26],"provider":"bundled","rank":1}', '2026-05-14 09:12:00+00:00')
, ('京都', 'Kyōto, Japan', 35.01, 135.77, 'Asia/Tokyo', '{"bbox":[34.81,35.21,135.47,136.07],"provider":"bundled","rank":1}', '2026-07-14 09:14:00+00:00')
;

-- session_notes (5 records)
INSERT INTO "session_notes" ("id", "client_id", "held_at", "minutes", "fee_cents", "body", "follow_up_on") VALUES
  ('220e7e85-769e-5da2-99ba-3367adfa679f', 'e767e95e-6771-5ea0-a6a5-52e06d5481ae', '2026-11-12 08:00:00+00:00', 45, 6500, 'Solar return falls on a night train. Cast for Kyoto, since that is where they get off.', NULL)
, ('4b33d0fe-f381-5542-ad06-1e519521ec5f', '7d3b888e-1957-569d-8b18-ea0342d92068', '2026-09-16 09:00:00+00:00', 60, 9000, 'First session. The hour of birth is a guess, so no houses and nothing about the ascendant: said so twice. He liked that.', '2026-11-19')
, ('68b2486d-4782-5e31-9a02-5755a3166784', '249d861f-ec42-5eb9-b279-deda72b4b814', '2026-11-18 13:00:00+00:00', 75, 11000, 'Contract on the table: two years, a trial period of six months.

Moon in Aquarius: what does she need when nobody is looking? Her answer came at once: a window and a door that shuts. Neither is in the contract.', NULL)
, ('71af60f3-588c-58a7-a93a-ab4b7254e46f', '249d861f-ec42-5eb9-b279-deda72b4b814', '2026-06-11 15:00:00+00:00', 60, 9000, 'Second session on the offer from Rotterdam. She reads Saturn as a “no”; I read it as “read the contract”. Homework: list what she would miss, and for how long.', '2026-09-10')
, ('a85610ba-edf6-5c6f-b82c-d92dafb6e17f', '4d72faa6-11e2-5b8d-88b5-a1901b01a607', '2026-10-28 18:00:00+00:00', 90, NULL, 'A present from her granddaughter. Talked about 1978 for an hour and a half. I asked three questions; she answered a fourth. No fee: ¡y que Dios se lo pague!', NULL)
;

-- transit_events (5 records)
INSERT INTO "transit_events" ("id", "chart_id", "transiting", "aspect", "natal", "enters_at", "exact_at", "leaves_at", "note") VALUES
  ('0613e20e-bf56-52ed-8bea-2a3fae00a325', '2dbe88a1-c30b-5c15-bf16-322c13103b05', 'sun', 'conjunction', 'sun', '2026-11-19 16:00:00+00:00', '2026-11-20 18:00:00+00:00', NULL, 'The return itself')
, ('1d93a7cd-e243-5787-a68c-c9cb9a71fc1c', '07635949-1747-5b0a-bf4a-a32a680b1b55', 'jupiter', 'opposition', 'moon', '2026-08-14 21:00:00+00:00', '2026-08-19 21:00:00+00:00', '2026-08-24 21:00:00+00:00', 'Came and went with the first offer')
, ('37cdb84c-4d30-563a-9d85-69745be7b6e1', 'eaef6f81-8253-505b-a9a6-16ac89f94493', 'venus', 'opposition', 'moon', '2026-11-13 08:00:00+00:00', '2026-11-15 00:00:00+00:00', '2026-11-16 16:00:00+00:00', NULL)
, ('6fbeac81-3dbe-561f-a6aa-e18e37a7dcb4', 'eaef6f81-8253-505b-a9a6-16ac89f94493', 'mars', 'conjunction', 'sun', '2026-10-28 15:00:00+00:00', '2026-10-31 03:00:00+00:00', NULL, 'Lift with the knees')
, ('c00f37ad-c4d0-5d1d-900f-61b47b0216b8', '07635949-1747-5b0a-bf4a-a32a680b1b55', 'sun', 'square', 'sun', '2026-11-30 19:00:00+00:00', '2026-12-01 21:00:00+00:00', '2026-12-02 23:00:00+00:00', 'The week of the signature')
;

-- user_preferences (1 record)
INSERT INTO "user_preferences" ("id", "locale", "theme", "orbs", "updated_at") VALUES
  (1, 'de-DE', 'dusk', '{"conjunction":8,"opposition":8,"sextile":4,"square":6.5,"trine":6.5}', '2026-11-17 21:48:00+00:00')
;

-- Links (2 updates)
UPDATE "charts" SET "natal_chart_id" = 'b9f296b4-524b-5cc6-913b-e766f13b8725' WHERE "id" = '07635949-1747-5b0a-bf4a-a32a680b1b55' AND "natal_chart_id" IS NULL;
UPDATE "charts" SET "natal_chart_id" = '5baf5233-8106-5d9f-96e7-21dcd883b1b4' WHERE "id" = '2dbe88a1-c30b-5c15-bf16-322c13103b05' AND "natal_chart_id" IS NULL;

-- Verification
SELECT 'app_config' AS "table", 1 AS "expected", COUNT(*) AS "actual" FROM "app_config" WHERE TRUE;
SELECT 'clients' AS "table", 4 AS "expected", COUNT(*) AS "actual" FROM "clients" WHERE CAST("metadata"->>'demo' AS TEXT) IN ('true', '1');
SELECT 'birth_data' AS "table", 4 AS "expected", COUNT(*) AS "actual" FROM "birth_data" WHERE "client_id" IN (SELECT "id" FROM "clients" WHERE CAST("metadata"->>'demo' AS TEXT) IN ('true', '1'));
SELECT 'interpretations' AS "table", 8 AS "expected", COUNT(*) AS "actual" FROM "interpretations" WHERE TRUE;
SELECT 'location_cache' AS "table", 5 AS "expected", COUNT(*) AS "actual" FROM "location_cache" WHERE TRUE;
SELECT 'session_notes' AS "table", 5 AS "expected", COUNT(*) AS "actual" FROM "session_notes" WHERE "client_id" IN (SELECT "id" FROM "clients" WHERE CAST("metadata"->>'demo' AS TEXT) IN ('true', '1'));
SELECT 'user_preferences' AS "table", 1 AS "expected", COUNT(*) AS "actual" FROM "user_preferences" WHERE TRUE;

COMMIT;
-- Content: sha256:502329ac0864740a99db75c08495cd23794ae2fcbc7aa47e79d470799b9e5370
-- File: sha256:203d8d1338a946b83536133633864982a9a018d83adaa7af741a24626fe22eec
-- End of export
