-- Demo Data Export
-- Format: 1
-- Scenario: general
-- Version: v1_2026-11-20
-- Generated: 2026-11-20T06:36:30Z
-- Source: sqlite
-- Engines: sqlite, postgres
-- Raw: sqlite >= 3.38, postgres >= 14
-- Definition: {"total":"fragments","breakdown":{"fragments":"type"}}
-- Table: {"name":"chat_sessions","columns":[["id","integer"],["title","text"],["messages","json"],["is_pinned","boolean"],["metadata","json"],["last_activity_at","timestamp"],["created_at","timestamp"],["updated_at","timestamp"]],"key":["id"],"select":[[[["metadata","demo_seed"],"in",[true]],[["metadata","scenario"],"in",["general"]]]]}
-- Table: {"name":"contacts","columns":[["id","integer"],["name","text"],["emails","json"],["phones","json"],["organization","text"],["is_favorite","boolean"],["metadata","json"],["created_at","timestamp"],["updated_at","timestamp"]],"key":["id"],"select":[[[["metadata","demo_seed"],"in",[true]],[["metadata","scenario"],"in",["general"]]]]}
-- Table: {"name":"vaults","columns":[["id","integer"],["name","text"],["slug","text"],["description","text"],["metadata","json"],["created_at","timestamp"],["updated_at","timestamp"]],"key":["id"],"select":[[[["metadata","demo_seed"],"in",[true]],[["metadata","scenario"],"in",["general"]]]]}
-- Table: {"name":"projects","columns":[["id","integer"],["vault_id","integer"],["parent_id","integer"],["name","text"],["description","text"],["status","text"],["metadata","json"],["created_at","timestamp"],["updated_at","timestamp"]],"key":["id"],"select":[[[["metadata","demo_seed"],"in",[true]],[["metadata","scenario"],"in",["general"]]]],"references":[{"columns":["parent_id"],"to":"projects","key":["id"],"link":true},{"columns":["vault_id"],"to":"vaults","key":["id"]}]}
-- Table: {"name":"fragments","columns":[["id","integer"],["type","text"],["title","text"],["message","text"],["tags","json"],["relationships","json"],["metadata","json"],["state","json"],["vault","text"],["project_id","integer"],["inbox_status","text"],["inbox_at","timestamp"],["created_at","timestamp"],["updated_at","timestamp"]],"key":["id"],"select":[[[["metadata","demo_seed"],"in",[true]],[["metadata","scenario"],"in",["general"]]]],"references":[{"columns":["project_id"],"to":"projects","key":["id"]},{"columns":["vault"],"to":"vaults","key":["slug"]}]}
-- Table: {"name":"todos","columns":[["id","integer"],["fragment_id","integer"],["title","text"],["status","text"],["priority","text"],["due_at","timestamp"],["completed_at","timestamp"],["created_at","timestamp"],["updated_at","timestamp"]],"key":["id"],"references":[{"columns":["fragment_id"],"to":"fragments","key":["id"],"child":true}]}
-- Total Fragments: 174
-- Total Records: 217

BEGIN;

-- Cleanup: rows of scenario general
DELETE FROM "todos" WHERE "fragment_id" IN (SELECT "id" FROM "fragments" WHERE CAST("metadata"->>'demo_seed' AS TEXT) IN ('true', '1') AND CAST("metadata"->>'scenario' AS TEXT) IN ('general'));
DELETE FROM "fragments" WHERE CAST("metadata"->>'demo_seed' AS TEXT) IN ('true', '1') AND CAST("metadata"->>'scenario' AS TEXT) IN ('general');
DELETE FROM "projects" WHERE CAST("metadata"->>'demo_seed' AS TEXT) IN ('true', '1') AND CAST("metadata"->>'scenario' AS TEXT) IN ('general');
DELETE FROM "vaults" WHERE CAST("metadata"->>'demo_seed' AS TEXT) IN ('true', '1') AND CAST("metadata"->>'scenario' AS TEXT) IN ('general');
DELETE FROM "contacts" WHERE CAST("metadata"->>'demo_seed' AS TEXT) IN ('true', '1') AND CAST("metadata"->>'scenario' AS TEXT) IN ('general');
DELETE FROM "chat_sessions" WHERE CAST("metadata"->>'demo_seed' AS TEXT) IN ('true', '1') AND CAST("metadata"->>'scenario' AS TEXT) IN ('general');

-- chat_sessions (4 records)
INSERT INTO "chat_sessions" ("id", "title", "messages", "is_pinned", "metadata", "last_activity_at", "created_at", "updated_at") VALUES
  (1, 'Does a 95 kg lens need a special plinth?', '[{"at":"2026-11-03T08:12:00Z","content":"The lens is a fourth-order Fresnel: 71 cm high, about 95 kg with the brass. I want it on a plinth 90 × 90 cm, 60 cm high, plywood on a timber frame. The floor takes 380 kg/m². Is that all right, or do I need to ask an engineer?","role":"user"},{"at":"2026-11-03T08:12:20Z","content":"A rough check first: if the plinth itself weighs 55 kg, the total is 150 kg on 0.81 m², i.e. about 185 kg/m². That''s under half of what the floor takes.\n\nWhat I would still ask a person who signs for it:\n\n1. **Tipping.** The centre of gravity sits high; what happens when a child leans on one edge?\n2. **Vibration.** Turning once in 60 s is gentle, but the motor should not sit on the same plate as the glass.\n3. **Point loads.** Four feet on an old floor are not the same thing as an even 0.81 m².","role":"assistant"},{"at":"2026-11-03T08:15:00Z","content":"Good. It will be behind a low barrier, 60 cm away. Ballast in the plinth then?","role":"user"},{"at":"2026-11-03T08:15:25Z","content":"Yes: sandbags low down, around 80 kg. That brings you to roughly 230 kg, about 285 kg/m², still below the limit, and the centre of gravity drops noticeably. Spread it with a plate under the frame, and put the total on the drawing so that nobody “improves” it later.","role":"assistant"}]', TRUE, '{"demo_seed":true,"scenario":"general","topic":"lens"}', '2026-11-03 08:15:25', '2026-11-03 08:12:00', '2026-11-03 08:15:25')
, (2, 'A week of dinners on one induction plate', '[{"at":"2026-10-25T16:40:00Z","content":"Four people, one plate, one rice cooker, no oven. Mon–Fri. One child calls everything green “bits”. Use what I have saved: nikujaga, dal, kale soup, jollof, pressed cucumber.","role":"user"},{"at":"2026-10-25T16:40:30Z","content":"| day | dinner | why |\n|---|---|---|\n| Mon | Red lentil dal + rice | 25 min, first day of dust |\n| Tue | Kale and white bean soup, bread | the kale from Saturday |\n| Wed | Nikujaga, pressed cucumber | better after resting, so start early |\n| Thu | Soup again, now with pasta | you''ll be at rehearsal |\n| Fri | Jollof | no hurry, as instructed |\n\nDouble the dal on Monday and freeze half; your notes say the plate must stay at level 5 if somebody is drying their hair.","role":"assistant"},{"at":"2026-10-25T16:43:00Z","content":"The kids are in Varberg Monday and Tuesday. Crispbread for one then 😄","role":"user"},{"at":"2026-10-25T16:43:15Z","content":"Then move the dal to Thursday and call Monday “holiday”. The soup keeps until Wednesday.","role":"assistant"}]', FALSE, '{"demo_seed":true,"scenario":"general","topic":"food"}', '2026-10-25 16:43:15', '2026-10-25 16:40:00', '2026-10-25 16:43:15')
, (3, 'Shorter without becoming stupid (Fog text)', '[{"at":"2026-11-12T14:05:00Z","content":"This is 152 words and may be 120. Don''t touch the first sentence. No questions, and not the words “unique” or “journey”:\n\n> Before you could see the coast, it spoke to you. …","role":"user"},{"at":"2026-11-12T14:05:40Z","content":"Three cuts that cost nothing:\n\n- “In those days” (the logbook date already says it): −3\n- the sentence about steam pressure: visitors can read it on the object label: −19\n- “it is important to remember that”: −6\n\nThat makes 124. The last four could come from the captain: his name alone says as much as “Captain of the pilot station”.","role":"assistant"},{"at":"2026-11-12T14:21:00Z","content":"Keeping the steam, losing the captain altogether. It''s 119 now. Ruth will weep with joy; or just weep.","role":"user"},{"at":"2026-11-12T14:21:20Z","content":"119 leaves one word in hand. Save it for Swedish, which needs more *och*.","role":"assistant"}]', FALSE, '{"demo_seed":true,"scenario":"general","topic":"text-panels"}', '2026-11-12 14:21:20', '2026-11-12 14:05:00', '2026-11-12 14:21:20')
, (4, 'Pearl or sand between green tiles', '[{"at":"2026-11-18T18:22:00Z","content":"Sea-green glossy tiles 10 × 10, 3 mm joints, window faces north-east. Worktop will be oiled ash, floor is soaped pine. Grout “pearl” (cool light grey) or “sand” (warm beige)? The tiler mixes tomorrow at eight.","role":"user"},{"at":"2026-11-18T18:22:25Z","content":"With a north-east window the light is cool most of the day, and the green will lean towards blue. **Sand** ties the wall to the ash and the pine; **pearl** would draw a crisp grid and make the tiles the loudest thing in the room.\n\nTwo practical points:\n\n- warm grout hides tea and turmeric better behind a stove\n- uneven tiles look calmer when the joint is close to them in *lightness*, so hold both samples up, squint, and take the one that disappears","role":"assistant"},{"at":"2026-11-18T18:40:00Z","content":"Squinted. So did Chidi. Sand disappears. The cat abstained 🐈‍⬛","role":"user"},{"at":"2026-11-18T18:40:15Z","content":"Sand it is. Ask her to keep half a kilo in a jar with the date on; you''ll want it in five years.","role":"assistant"}]', FALSE, '{"demo_seed":true,"scenario":"general","topic":"kitchen"}', '2026-11-18 18:40:15', '2026-11-18 18:22:00', '2026-11-18 18:40:15')
;

-- contacts (9 records)
INSERT INTO "contacts" ("id", "name", "emails", "phones", "organization", "is_favorite", "metadata", "created_at", "updated_at") VALUES
  (1, 'Begoña Ibáñez Muñoz', '["begona.ibanez@kusthallen.example.org"]', '["+46 31 555 0142"]', 'Kusthallen', TRUE, '{"demo_seed":true,"note":"Defends the ship''s biscuit","role":"curator","scenario":"general"}', '2026-10-01 07:40:00', '2026-10-01 07:40:00')
, (2, 'Jürgen Weiß', '["weiss@studioweiss.example.com","plan@studioweiss.example.com"]', '[]', 'Studio Weiß Lichtplanung, Hamburg', FALSE, '{"demo_seed":true,"prefers":"PDF 1:50, mornings","role":"lighting designer","scenario":"general"}', '2026-10-01 12:58:00', '2026-11-18 15:05:00')
, (3, 'Sten Ekdahl', '["sten@ekdahlsnickeri.example.com"]', '["+46 31 555 0188"]', 'Ekdahl Snickeri', FALSE, '{"demo_seed":true,"nephew":"Viktor","role":"joiner","scenario":"general"}', '2026-10-01 18:15:00', '2026-10-01 18:15:00')
, (4, 'Elsa Brandt', '["elsa.brandt@strakar.example.net"]', '["+46 31 555 0117"]', NULL, FALSE, '{"demo_seed":true,"lessons":"Tuesdays 17:30","role":"cello teacher","scenario":"general"}', '2026-10-06 17:25:00', '2026-10-06 17:25:00')
, (5, 'Petter Holm', '["petter.holm@kusthallen.example.org"]', '["+46 31 555 0149"]', 'Kusthallen, workshop', FALSE, '{"demo_seed":true,"role":"head of workshop","scenario":"general","trainee":"Amina"}', '2026-10-08 13:35:00', '2026-10-08 13:35:00')
, (6, 'Birgitta Lindqvist (Mamma)', '["birgitta.l@varberg.example.org"]', '["+46 31 555 0103","+46 31 555 0104"]', NULL, TRUE, '{"birthday":"05-21","demo_seed":true,"relation":"mother","scenario":"general"}', '2026-10-10 12:35:00', '2026-10-10 12:35:00')
, (7, 'Gunvor Ström', '[]', '["+46 31 555 0130"]', 'Ängsro allotments, plot 30', TRUE, '{"demo_seed":true,"note":"Doesn''t mail. Ring, or shout over the fence.","scenario":"general"}', '2026-10-17 12:50:00', '2026-10-17 12:50:00')
, (8, 'Yuki Hashimoto（橋本由紀）', '["studio@hashimoto-salt.example.net"]', '[]', 'Studio Hashimoto, Kanazawa 🇯🇵', FALSE, '{"demo_seed":true,"role":"artist","scenario":"general","time_zone":"Asia/Tokyo"}', '2026-10-20 06:45:00', '2026-11-05 07:45:00')
, (9, 'Farid Haddad', '["farid@haddad-el.example.com"]', '["+46 31 555 0166"]', 'Haddad El AB', FALSE, '{"demo_seed":true,"note":"Has an oven and lends it","partner":"Samira","role":"electrician","scenario":"general"}', '2026-10-29 16:45:00', '2026-11-13 18:50:00')
;

-- vaults (1 shared record)
INSERT INTO "vaults" ("id", "name", "slug", "description", "metadata", "created_at", "updated_at") VALUES
  (1, 'Personal', 'personal', 'Everything that has no better home yet', '{"demo_seed":true}', '2026-09-28 07:00:00', '2026-09-28 07:00:00')
ON CONFLICT DO NOTHING
;

-- vaults (2 records)
INSERT INTO "vaults" ("id", "name", "slug", "description", "metadata", "created_at", "updated_at") VALUES
  (2, 'Work', 'work', 'Kusthallen: exhibitions, loans, drawings, and whatever was said in the corridor', '{"demo_seed":true,"scenario":"general"}', '2026-10-01 06:10:00', '2026-10-01 06:10:00')
, (3, 'Home', 'home', 'The flat in Majorna, plot 31, and what we eat', '{"demo_seed":true,"scenario":"general"}', '2026-10-01 06:12:00', '2026-10-01 06:12:00')
;

-- projects (9 records)
INSERT INTO "projects" ("id", "vault_id", "parent_id", "name", "description", "status", "metadata", "created_at", "updated_at") VALUES
  (1, 2, NULL, 'Lighting plan, gallery 2', '50 lux on the textiles, as dark as we dare in Fog, and one lens that has to glow. With Jürgen Weiß, Hamburg.', 'active', '{"consultant":"Studio Weiß","demo_seed":true,"scenario":"general"}', '2026-10-01 07:20:00', '2026-11-18 15:02:00')
, (2, 2, NULL, 'Loans and couriers', 'Nine lenders, 23 borrowed objects; agreements, crates, insurance, who carries what and when.', 'active', '{"demo_seed":true,"scenario":"general"}', '2026-10-01 07:24:00', '2026-11-17 09:41:00')
, (3, 2, NULL, 'Salt & Light', 'Spring exhibition in gallery 2, 240 m². Five rooms: Brine, The Pan, The Keeper, Fog, Home Port.
Build starts Mon 1 February 2027, opens Fri 12 March 2027.', 'active', '{"budget_sek":1340000,"demo_seed":true,"opens":"2027-03-12","scenario":"general"}', '2026-10-01 07:31:00', '2026-11-16 08:10:00')
, (4, 3, NULL, 'Kitchen renovation', '9.6 m² and hardly a right angle. Sten says it will be done before Lucia (13 December).', 'active', '{"demo_seed":true,"joiner":"Ekdahl Snickeri","quote_sek":186500,"scenario":"general"}', '2026-10-01 18:05:00', '2026-11-18 19:30:00')
, (5, 3, 4, 'Temporary kitchen in the hallway', 'One induction plate, the old fridge and the bathroom sink. Goal: nobody lives on crispbread for six weeks.', 'done', '{"demo_seed":true,"scenario":"general"}', '2026-10-12 18:40:00', '2026-10-31 10:15:00')
, (6, 3, NULL, 'Allotment, plot 31', 'Ängsro allotments. Resting until the end of March; only garlic, kale and hope left in the ground.', 'paused', '{"demo_seed":true,"scenario":"general"}', '2026-10-03 09:30:00', '2026-11-15 14:20:00')
, (7, 3, 6, 'Cold frame from the old windows', 'Lovely plan, killed by a lead test on 7 November. Kept for the measurements.', 'archived', '{"demo_seed":true,"scenario":"general"}', '2026-10-18 15:10:00', '2026-11-07 13:05:00')
, (8, 1, NULL, 'Dvořák by December', 'Serenade in E major with Kammarorkestern Kajen, Sunday 6 December at 16:00. Second cello desk, outside chair.', 'active', '{"demo_seed":true,"scenario":"general"}', '2026-10-01 19:15:00', '2026-11-17 18:50:00')
, (9, 1, NULL, 'Leeds at Christmas', 'Ngozi''s house, 19–28 December, all four of us. The cello is still under discussion.', 'planned', '{"demo_seed":true,"scenario":"general"}', '2026-10-02 10:20:00', '2026-11-16 20:05:00')
;

-- fragments (174 records)
INSERT INTO "fragments" ("id", "type", "title", "message", "tags", "relationships", "metadata", "state", "vault", "project_id", "inbox_status", "inbox_at", "created_at", "updated_at") VALUES
  (1, 'note', 'What goes in which vault', 'New rule for myself, after losing the tile quote in three different apps:

- Work: anything I''d hand to Begoña if I fell off a ladder
- Home: the flat, the plot, food
- Personal: the rest (kids, cello, Leeds, half-thoughts)

If it takes longer than five seconds to decide, it''s Personal.', '["meta","habits"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{"pinned":true,"reading_minutes":1}', 'personal', NULL, 'accepted', NULL, '2026-10-01 06:20:00', '2026-10-14 20:11:00')
, (2, 'note', 'Salt & Light on one page', 'A spring exhibition about two things the coast lived on: salt you could eat and light you could steer by.

1. **Brine** – the sea as raw material. Wet, blue, loud.
2. **The Pan** – boiling, scraping, taxes. Heat.
3. **The Keeper** – one family, one lighthouse, 31 years of logbooks.
4. **Fog** – nearly dark. You hear before you see.
5. **Home Port** – bright again; what we still season and what we still steer by.

Gallery 2, 240 m², ceiling 3.42 m under the rails. Build from 1 February, opening Friday 12 March 2027.
Budget 1 340 000 kr excluding staff; 8% of it contingency and I intend to keep it that way until Christmas.', '["exhibition","salt-and-light","overview"]', '[]', '{"demo_category":"overview","demo_seed":true,"scenario":"general"}', '{"pinned":true,"reading_minutes":2}', 'work', 3, 'accepted', NULL, '2026-10-01 07:35:00', '2026-11-06 13:25:00')
, (3, 'meeting', 'Kick-off for the lighting plan with Jürgen', 'Video, 50 min. Jürgen Weiß, Begoña, me.

- He wants the room order dark → darker → bright, not a gradual fade. “Eyes need a reason to adapt.”
- Textiles: 50 lux, max 3 months. The keeper''s jumper and both signal flags count as textiles.
- Track in gallery 2 is older than it looks; three circuits, one of them buzzes below 20%.
- He''ll do a first plan by 23 Oct if he gets the ceiling drawing *with* sprinklers this time.

Me: send drawing + lux readings from the dusk test.', '["lighting","jürgen"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'work', 1, 'accepted', NULL, '2026-10-01 12:55:00', '2026-10-02 06:48:00')
, (4, 'note', 'Why we are doing the kitchen now', 'For the day in November when I can''t remember.

The drawer front that comes off in your hand. The oven door held shut with a wooden spoon. The socket by the sink that Farid photographed and sent to his colleagues. And Ines can finally reach the top shelf, so there is no hiding the good chocolate anyway.

Chidi and I agree on: no island, no handles that catch pockets, a proper place for the bread, and the pine floor if there is one.', '["kitchen","decisions"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'home', 4, 'accepted', NULL, '2026-10-01 18:10:00', '2026-10-01 18:10:00')
, (5, 'log', NULL, 'Cello 25 min, scales only. Left hand stiff, bow fine. F sharp on the G string still howls like Lakrits at the vet.', '["cello","practice"]', '[]', '{"demo_seed":true,"scenario":"general","source":"phone"}', '{}', 'personal', 8, 'accepted', NULL, '2026-10-01 20:05:00', '2026-10-01 20:05:00')
, (6, 'link', 'Handbook chapter: light and textiles, the 50 lux rule', 'https://handbook.museumlight.example.org/textiles/50-lux

Clear table on page 3: exposure is lux × hours, so 50 lux for 600 h equals 100 lux for 300 h. Worth showing Léonie before she asks for “a bit more sparkle” on the flags.', '["lighting","conservation","reference"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{"read":true}', 'work', 1, 'accepted', NULL, '2026-10-02 06:55:00', '2026-10-02 06:55:00')
, (7, 'todo', 'Renew Teo''s passport', 'Expires 2 December, we fly on the 19th. Both parents have to come along or sign the consent form.
Police service point, first free slot: Thu 22 Oct 14:10. Photo is taken there; bring the child, he says he''ll consider it.', '["family","teo","leeds"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{"status":"done"}', 'personal', 9, 'accepted', '2026-10-02 10:31:00', '2026-10-02 10:30:00', '2026-10-22 12:40:00')
, (8, 'recipe', 'Friday fish soup with saffron and too much dill', 'Serves 4 and a lunchbox.

- 600 g cod or saithe, in big pieces
- 1 fennel, 1 leek, 2 carrots
- ½ g saffron (one envelope)
- 1 tin crushed tomatoes, 8 dl stock, 2 dl cream
- dill, an unreasonable amount

Sweat the vegetables with the saffron for 10 min. Stock + tomatoes, 15 min. Cream, then fish, lid on, heat off, 6 min. Aïoli on toast for the grown-ups.

Teo eats this if we call it “pirate soup”.', '["recipe","fish","weekday"]', '[]', '{"demo_category":"recipe","demo_seed":true,"scenario":"general"}', '{"cooked":9,"rating":5}', 'home', NULL, 'accepted', NULL, '2026-10-02 17:45:00', '2026-10-30 18:20:00')
, (9, 'note', 'Plot 31, what is still out there', 'Walked round with coffee this morning.

- Apples: Ingrid Marie two thirds picked. Rest next weekend, they hold.
- Kale: fine, whitefly on the lower leaves, don''t care
- Dahlias: still flowering like idiots
- Squash: finished. Compost.
- Bed C empty → garlic

Gunvor on plot 30 has already covered everything with leaves and looked at my beds without saying anything, which is how she says things.', '["allotment","autumn"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'home', 6, 'accepted', NULL, '2026-10-03 10:05:00', '2026-10-03 10:05:00')
, (10, 'log', 'First apple weighing of the year', 'Ingrid Marie, two crates: 9.4 kg and 8.8 kg. Teo was up in the tree although I’d said no, and found the best ones.', '["allotment","apples"]', '[]', '{"demo_seed":true,"scenario":"general","source":"phone"}', '{}', 'home', 6, 'accepted', NULL, '2026-10-03 11:40:00', '2026-10-03 11:40:00')
, (11, 'quote', 'Teo on museums', '“A museum is where things go when they have stopped working but people still like them.”

— Teo, 6, on the tram, looking at my badge', '["family","teo","museum"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{"pinned":true}', 'personal', NULL, 'accepted', NULL, '2026-10-04 08:25:00', '2026-10-04 08:25:00')
, (12, 'idea', 'A door you have to push with your shoulder', 'Entrance to The Keeper: hang the door heavy, like a lighthouse door against wind. Not locked, just reluctant.

Accessibility: needs a second way in, or an opener on a plate. If the opener is the *nice* route (brass plate, soft click) nobody loses anything.', '["exhibition","keeper","ideas-bin"]', '[{"fragment_id":2,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"general"}', '{}', 'work', 3, 'accepted', NULL, '2026-10-04 19:10:00', '2026-10-04 19:10:00')
, (13, 'meeting', 'Monday stand-up, who is where in October', '- Begoña: object list down to 71, aiming for 64 by end of month
- Samir (registrar): four loan agreements out, none back
- Petter: workshop busy with the shop counter until the 16th, then ours
- Ruth: text budget 6 500 words for the whole show. Everyone laughed; Ruth didn''t.
- Léonie: board visit on 12 November, wants “something to stand next to”

So: full-size mock-up of one wall by 12 Nov.', '["standup","exhibition"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'work', 3, 'accepted', NULL, '2026-10-05 08:05:00', '2026-10-05 08:05:00')
, (14, 'todo', 'Send Jürgen the ceiling drawing with sprinklers', 'The 2019 drawing is missing the four heads that were moved. Facilities has the right one here:

`\\kust-fs02\Ritningar\Galleri2\2024\tak_sprinkler_rev-C.dwg`

Export to PDF 1:50 as well, he reads on the train.', '["lighting","drawings"]', '[{"fragment_id":3,"type":"follows"}]', '{"demo_seed":true,"scenario":"general"}', '{"status":"done"}', 'work', 1, 'accepted', '2026-10-05 08:20:00', '2026-10-05 08:18:00', '2026-10-07 13:35:00')
, (15, 'note', 'Kitchen measurements, checked twice', 'All in mm, measured with Chidi holding the silly end.

- Window wall 3 215 (floor) / 3 198 (worktop height). Yes, really.
- Short wall 2 985
- Ceiling 2 740
- Sill height 862, so a 900 worktop won''t pass under the window. 850 it is, or a notch.
- Corner by the radiator: 92°, not 90°

Sten says every house from 1924 is a “conversation, not a rectangle”.', '["kitchen","measurements"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{"pinned":true}', 'home', 4, 'accepted', NULL, '2026-10-05 18:30:00', '2026-11-16 17:05:00')
, (16, 'note', 'Book club, my case against the lighthouse novel', 'We met at Åsa''s, eight people, seven of whom loved it.

Mine: the keeper never *does* anything. Nobody trims a wick, nobody is bored, nobody counts the oil. 340 pages of staring. Give me one page of the real logbook: “Wind NW 7. Cow ill. Lamp lit 16:12.”

Next: 27 Nov at mine (kitchen!? maybe at René''s). Short stories this time, I promised to choose something under 200 pages.', '["reading","friends"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'personal', NULL, 'accepted', NULL, '2026-10-05 20:25:00', '2026-10-05 20:25:00')
, (17, 'reminder', 'Recorder, gym shoes and the signed slip on Wednesdays', 'Ines: gym shoes + climbing chalk. Teo: library book about octopuses, and the slip that has been in my coat since Thursday.', '["family","school"]', '[]', '{"demo_seed":true,"scenario":"general","source":"phone"}', '{}', 'personal', NULL, 'accepted', NULL, '2026-10-06 05:40:00', '2026-10-06 05:40:00')
, (18, 'log', 'Lesson with Elsa, back after three weeks', 'She had me play the second movement under tempo with a pencil held in the bow hand. Humiliating, then useful.

For next time:
1. Waltz: lean on *one*, let two and three happen
2. Fingering for bars 35–60 in pencil, not in my head
3. Don''t breathe in on every shift', '["cello","lesson"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'personal', 8, 'accepted', NULL, '2026-10-06 17:20:00', '2026-10-06 17:20:00')
, (19, 'note', 'Leeds, first sketch', 'Ngozi wants us from the 19th so that we are there for her church concert on the Sunday.

Flights Gothenburg–Manchester Sat 19 Dec 11:55, back Mon 28 Dec 16:30. Then the train across, about 1 h 20.
Beds: kids in Adaeze''s old room, us on the sofa that eats people.

Open questions: the cat, the cello, and whether Chidi gets the 28th off (roster comes out mid November).', '["leeds","travel","family"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'personal', 9, 'accepted', NULL, '2026-10-06 19:45:00', '2026-11-16 20:05:00')
, (20, 'link', 'Second-hand induction plates, tested by people who rent', 'https://www.hyllan.example.com/test/induktion-2026?sort=noise

The quiet one is 649 kr and does 60 °C, which means yoghurt and chocolate. The cheap one beeps when you breathe.', '["temp-kitchen","shopping"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{"read":true}', 'home', NULL, 'archived', '2026-10-07 11:10:00', '2026-10-07 11:09:00', '2026-10-07 11:09:00')
, (21, 'snippet', 'Shrink a folder of site photos before mailing', 'The studio in Hamburg has a 20 MB limit. Run inside the folder, originals stay untouched:

```sh
mkdir -p small && for f in *.jpg; do magick "$f" -resize ''1600x1600>'' -quality 82 "small/$f"; done
```

The `>` means “only if larger” – without the quotes the shell takes it as a redirect; guess how I know.', '["shell","photos","howto"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'work', NULL, 'accepted', NULL, '2026-10-07 13:40:00', '2026-10-07 13:40:00')
, (22, 'idea', 'Visitors taste three brines', 'Three taps, tiny paper cups: Baltic (0.7%), Skagerrak (3.3%), a salt pan the hour before it crystallises (25%).

Hygiene will say no. Ask anyway, with droppers instead of cups. Tove in education thinks school classes would fight over it.', '["exhibition","brine","ideas-bin"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{"status":"maybe"}', 'work', 3, 'pending', '2026-10-07 19:02:00', '2026-10-07 19:02:00', '2026-10-07 19:02:00')
, (23, 'log', 'Tooth number two', 'Out at 07:15 in a slice of toast. He wants the tooth fairy to pay by Swish.', '["family","teo"]', '[]', '{"demo_seed":true,"scenario":"general","source":"phone"}', '{}', 'personal', NULL, 'accepted', NULL, '2026-10-08 05:22:00', '2026-10-08 05:22:00')
, (24, 'meeting', 'Object list review with Begoña and Åsa', 'Took two hours. 71 → 67.

Out: the second ship''s biscuit (crumbling), the anchor (nobody can lift it), two ledgers that say the same thing as the third.
Stays although Åsa frowned: the salt-pan fragment. She needs RH below 45% in that case or it will weep.
Undecided: keeper''s jumper. Wonderful, moth-eaten, 1880s. Flat display or nothing.

Begoña will argue for the biscuit again. She has form.', '["exhibition","objects","conservation"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'work', 3, 'accepted', NULL, '2026-10-08 11:45:00', '2026-10-08 11:45:00')
, (25, 'quote', 'Petter about tolerances', '“You draw in millimetres, I build in centimetres, and the visitor sees in metres. Relax.”

Petter Holm, in the workshop, when I complained about a 2 mm gap.', '["museum","workshop"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'work', NULL, 'accepted', NULL, '2026-10-08 13:30:00', '2026-10-08 13:30:00')
, (26, 'log', NULL, 'Rehearsal, full strings for once. Tomasz took the finale at a tempo that made the violas laugh out loud. We got through it; I dropped about a third of the semiquavers and nobody died.', '["orchestra","cello"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'personal', 8, 'accepted', NULL, '2026-10-08 19:20:00', '2026-10-08 19:20:00')
, (27, 'todo', 'Order paper samples for the object labels', 'Matt, uncoated, not white. Three greys between fog and oatmeal, 300 g, A6 offcuts are enough.
Test on the wall at 50 lux: black text on mid grey looked fine on screen and vanished at the dusk test.', '["labels","print"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{"status":"done"}', 'work', 3, 'accepted', NULL, '2026-10-09 07:15:00', '2026-10-15 09:20:00')
, (28, 'snippet', 'Lux readings, gallery 2 at dusk', 'Thursday 8 Oct, 17:40–18:10 local, blinds down, work light off. Meter on a music stand at 1.50 m.

```csv
spot,position,lux,note
A1,Brine / north wall,12,leak under blind
A2,Brine / centre,4,
B1,The Pan / plinth,3,
C1,The Keeper / bed,2,"exit sign adds ~1 lux, green"
D1,Fog / middle,0.8,
E1,Home Port / window,88,"no blind here; needs film"
```', '["lighting","measurements","csv"]', '[{"fragment_id":3,"type":"follows"}]', '{"demo_seed":true,"scenario":"general"}', '{}', 'work', 1, 'accepted', NULL, '2026-10-09 07:50:00', '2026-10-09 07:50:00')
, (29, 'todo', 'Book a skip for the old kitchen', '6 m³, street permit included, from Mon 26 Oct 07:00. Ask if they take the hob or if it has to go to the recycling centre.

Offer: 3 450 kr for three days; each extra day 150 kr.', '["kitchen","demolition"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{"status":"done"}', 'home', 4, 'accepted', NULL, '2026-10-09 16:25:00', '2026-10-13 07:05:00')
, (30, 'recipe', 'Mamma''s apple cake, the one without a mixer', 'Birgitta''s handwriting, my translation:

| what | how much |
|---|---|
| butter, melted | 150 g |
| sugar | 2 dl |
| eggs | 2 |
| flour | 2½ dl |
| baking powder | 1 tsp |
| cardamom, crushed | ½ tsp |
| apples | 5 Ingrid Marie |

Stir, pour, press the apple slices in “like roof tiles”. 175 °C, 35 min. Better on day two, which never comes.', '["recipe","apples","baking"]', '[{"fragment_id":10,"type":"relates_to"}]', '{"demo_category":"recipe","demo_seed":true,"scenario":"general"}', '{"cooked":14,"rating":5}', 'home', NULL, 'accepted', NULL, '2026-10-10 12:30:00', '2026-10-10 12:30:00')
, (31, 'log', 'Last of the apples', '12.8 kg today, so 31.0 kg in all. Best year since we took over the plot. Four kilos to Gunvor, who gave them back as a jar of jelly within the hour.', '["allotment","apples"]', '[{"fragment_id":10,"type":"follows"}]', '{"demo_seed":true,"scenario":"general"}', '{}', 'home', 6, 'accepted', NULL, '2026-10-10 14:50:00', '2026-10-10 14:50:00')
, (32, 'todo', 'Get the garlic in before the rain', 'Bed C, 42 cloves, 15 cm apart, rows 25 cm, pointy end up. Two sorts: a purple hardneck from the swap and Gunvor''s own, which has no name and no mercy.', '["allotment","garlic"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{"status":"done"}', 'home', 6, 'accepted', NULL, '2026-10-10 18:05:00', '2026-10-11 12:15:00')
, (33, 'log', 'Garlic planted, 42 cloves', 'Rows 1–3 purple, rows 4–5 Gunvor''s. Leaf mould on top, chicken wire against the magpies.

Ines measured every gap with a ruler. Teo planted one upside down “for science” (row 5, third from the path).', '["allotment","garlic","family"]', '[{"fragment_id":32,"type":"answers"}]', '{"demo_seed":true,"scenario":"general"}', '{}', 'home', 6, 'accepted', NULL, '2026-10-11 12:20:00', '2026-10-11 12:20:00')
, (34, 'note', 'Chidi''s October roster', 'Nights: 12, 13, 14 and again 27, 28.
Weekend on: 17–18. Off: whole of week 43 except Tuesday.

So demolition days I''m alone with the kids *and* the dust. Ask mamma about Varberg for the 26th and 27th – it''s the autumn break anyway.', '["family","planning"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'personal', NULL, 'accepted', NULL, '2026-10-11 18:40:00', '2026-10-11 18:40:00')
, (35, 'meeting', 'Walk-through with Sten, sequence for the kitchen', 'He brought a level, a thermos and opinions.

1. 26–27 Oct: tear out
2. 29 Oct: Farid pulls new cable, 3 new circuits
3. 2–3 Nov: plaster
4. 5–6 Nov: floor (if the pine is any good)
5. 11 Nov: cabinets
6. 16 Nov: template for the worktop
7. 18–19 Nov: tiles
8. 2 Dec: worktop, tap, done

Price stands at 186 500 kr, of which 30% on signing. Not included: tiles, paint, tap, my nerves.', '["kitchen","sten","schedule"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{"pinned":true}', 'home', 4, 'accepted', NULL, '2026-10-12 07:10:00', '2026-11-09 16:45:00')
, (36, 'recipe', 'Red lentil dal when the day got away', '25 minutes, one pot, everybody eats it (Teo without the “green bits”).

- 3 dl red lentils, rinsed
- 1 tin coconut milk + 4 dl water
- 1 tsp turmeric, 1 tsp cumin seeds, ½ tsp chilli
- thumb of ginger, 3 cloves of *our* garlic
- lime, coriander, salt at the very end

Fry the cumin until it pops, ginger, garlic, turmeric; lentils and liquid; 18 min, whisk it a bit. Rice cooker alongside, fuse permitting.', '["recipe","vegetarian","one-pot","weekday"]', '[]', '{"demo_category":"recipe","demo_seed":true,"scenario":"general"}', '{"cooked":8,"rating":4}', 'home', NULL, 'accepted', NULL, '2026-10-12 17:25:00', '2026-11-05 18:10:00')
, (37, 'note', 'Survival plan for cooking in a corridor', 'Where: the hallway between the coat rack and Ines'' door.
What: trestle table from the attic, induction plate, rice cooker, kettle, old fridge (stays plugged in by the bedroom).
Water: bathroom. Washing-up in two tubs in the bathtub, *never* the basin, the trap is older than me.

One pot per meal. Nothing that needs an oven until December.

Fuse: hallway is 10 A together with the bathroom, so plate + kettle at once = darkness.', '["temp-kitchen","planning"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'home', 5, 'accepted', NULL, '2026-10-12 18:45:00', '2026-10-24 15:00:00')
, (38, 'idea', 'Logbook wall that reads itself aloud', '31 years of the keeper''s entries, one line per day, printed floor to ceiling. A directional speaker whispers the entry for *today''s* date, whatever year it has one.

Begoña checked: there''s an entry for every day except 29 Feb 1888 and one week in 1893 that nobody explains.', '["exhibition","keeper","sound"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{"status":"chosen"}', 'work', 3, 'accepted', NULL, '2026-10-13 06:35:00', '2026-11-05 09:15:00')
, (39, 'link', 'Oyster-shell houses in Xunpu', 'https://photo-archive.example.net/quanzhou/xunpu-shell-walls

Walls built of oyster shells in 蟳埔村, outside Quanzhou (泉州). The photographer says the shells came back as ballast in the trading ships; salt, wind and rain do nothing to them.

For Home Port? One large print, 180 × 120, next to the modern harbour. Ask about rights: she answers mails in English.', '["exhibition","home-port","photography"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{"read":true}', 'work', 3, 'accepted', '2026-10-13 11:30:00', '2026-10-13 11:28:00', '2026-10-20 09:00:00')
, (40, 'log', NULL, 'Practised on the landing because everyone was asleep. The neighbour upstairs clapped once. Not sure how it was meant.', '["cello","practice"]', '[]', '{"demo_seed":true,"scenario":"general","source":"phone"}', '{}', 'personal', 8, 'accepted', NULL, '2026-10-13 19:35:00', '2026-10-13 19:35:00')
, (41, 'note', 'Colours for the five rooms', 'Painted A3 sheets, looked at them at 50 lux with one eye shut.

1. Brine: cold white with a drop of green. Not blue! Everybody expects blue
2. The Pan: iron oxide, one shade browner than brick
3. The Keeper: oil-paint grey, semi-gloss to 1 200 up, matt above, like every lighthouse stair
4. Fog: NCS S 8000-N, also the floor
5. Home Port: raw lime wash, leave the brush marks

Petter wants litres by December. Rule of thumb 8 m²/l, two coats.', '["exhibition","colour"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{"reading_minutes":1}', 'work', 3, 'accepted', NULL, '2026-10-14 09:30:00', '2026-11-09 10:05:00')
, (42, 'note', 'Tiles, the shortlist after two evenings', 'All 10 × 10 cm, all need 6.2 m² + 10% = 6.8 m².

- Sea green, glossy, slightly uneven: 890 kr/m²
- Off-white, crackle: 640 kr/m², stains if you look at it with turmeric
- Cobalt: 1 120 kr/m², gorgeous, would make the room a swimming pool

Chidi: green. Ines: cobalt. Teo: “the ones with dots” (that was the price sticker).', '["kitchen","tiles"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'home', 4, 'accepted', NULL, '2026-10-14 18:20:00', '2026-10-14 18:20:00')
, (43, 'reminder', 'Flu jab for all four', 'Health centre drop-in Wednesdays 15–18, no booking for the kids. Bring the yellow vaccination cards; they''re in the biscuit tin with the spare keys.', '["health","family"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'personal', NULL, 'accepted', NULL, '2026-10-14 19:55:00', '2026-11-04 17:10:00')
, (44, 'quote', 'From the visitors'' book, gallery 1', '“Very good but my husband is still in the whale room. If you read this please send him to the café.”

Undated, blue ballpoint. Tove has framed a copy in the staff kitchen.', '["museum","visitors"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'work', NULL, 'accepted', NULL, '2026-10-15 09:10:00', '2026-10-15 09:10:00')
, (45, 'recipe', 'Nikujaga for one pot and one plate', '肉じゃが the way Yuki wrote it on the back of a boarding pass when she was here in May. Perfect for the hallway.

- 250 g thinly sliced beef (freeze it half an hour, slice, thaw)
- 5 potatoes, 2 carrots, 1 onion
- 4 dl dashi (or water + a bit of kombu)
- 3 tbsp soy sauce, 2 tbsp mirin, 1 tbsp sugar

Brown the beef, add everything, a lid that *sits on the food* (baking paper with a hole). 20 min. Off the heat 20 more – “the taste goes in while it cools”, she wrote, underlined twice.', '["recipe","japan","one-pot"]', '[]', '{"demo_category":"recipe","demo_seed":true,"scenario":"general"}', '{"cooked":3,"rating":5}', 'home', 5, 'accepted', NULL, '2026-10-15 17:50:00', '2026-11-10 18:30:00')
, (46, 'meeting', 'Loan status with Samir', '23 objects from nine lenders.

- Signed: 4 of 9 (Varberg, the two parishes, the pilot museum)
- Waiting: the Vadskär Lighthouse Society, for the lens. Their board meets every second month, by candlelight as far as I can tell.
- Lens: fourth order, 71 cm high with the brass, about 95 kg. They want a courier of *their own* in the van.
- Insurance value 620 000 kr, certificate has to be ours and in their hands 60 days before transport.

60 days before 18 January = 19 November. Tight.', '["loans","lens","insurance"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'work', 2, 'accepted', NULL, '2026-10-16 07:55:00', '2026-10-16 08:10:00')
, (47, 'todo', 'Insurance certificate for the Vadskär lens', 'Needs: value 620 000 kr, dates 18 Jan – 20 Sep 2027, “nail to nail”, both addresses, named courier.
Samir has the form; the broker wants the courier''s name and the Society hasn''t elected one yet.', '["loans","lens","insurance"]', '[{"fragment_id":46,"type":"follows"}]', '{"demo_seed":true,"scenario":"general"}', '{"status":"blocked","waiting_for":"Vadskär Lighthouse Society"}', 'work', 2, 'accepted', NULL, '2026-10-16 08:15:00', '2026-11-17 09:41:00')
, (48, 'note', 'Shoulder, what the physio actually said', 'Not the cello, the laptop. And the bag. And, a little, the cello.

- Chin tucks 10×, wall angels 10×, morning and evening
- Screen 12 cm higher: two exhibition catalogues are exactly that
- Play standing up once a week? “Cellists can''t.” “Then walk around in between.”
- Review 25 Nov, 380 kr, bring the drawing of what I sit on', '["health","cello"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'personal', NULL, 'accepted', NULL, '2026-10-16 14:35:00', '2026-11-02 06:30:00')
, (49, 'idea', 'Salt dough names for Ines'' party', 'Place cards out of salt dough, each with the guest''s initial and a hole for a ribbon. Doubles as a thing to do when the climbing hall turns out to be closed (like last year).', '["family","ines","birthday"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'personal', NULL, 'accepted', NULL, '2026-10-16 19:25:00', '2026-10-16 19:25:00')
, (50, 'log', 'Common work day at Ängsro', '09–13, drizzle. Our gang cleaned the ditch along the north fence; found two forks, one boule and a very annoyed hedgehog (moved to Gunvor''s leaf pile, with her consent).

Hot dogs afterwards. Voted yes to the new water meter, 400 kr per plot.', '["allotment","community"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'home', 6, 'accepted', NULL, '2026-10-17 12:35:00', '2026-10-17 12:35:00')
;
INSERT INTO "fragments" ("id", "type", "title", "message", "tags", "relationships", "metadata", "state", "vault", "project_id", "inbox_status", "inbox_at", "created_at", "updated_at") VALUES
  (51, 'quote', 'Gunvor, over the fence', '“People ask what I do here in winter. I look at it. Somebody has to.”

— Gunvor Ström, plot 30, in a hat I have never seen her without', '["allotment"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'home', 6, 'accepted', NULL, '2026-10-17 13:20:00', '2026-10-17 13:20:00')
, (52, 'note', 'Cold frame, how big can it get', 'Sten is taking out the old inner windows when he fixes the kitchen sill: four casements, 58 × 92 cm each, wavy glass, 1924.

Two side by side = 116 × 92. Back 40 cm, front 25 cm, so roughly 9° slope. Hinges at the back, a notched stick to prop them.
Wood: the sides of the old bed E, they''re larch.

Check the paint before sanding anything.', '["allotment","cold-frame","building"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'home', 7, 'accepted', NULL, '2026-10-18 15:15:00', '2026-10-18 18:02:00')
, (53, 'recipe', 'Pressed cucumber, goes with everything brown', '1 cucumber in slices you can read through; 1 tsp salt, a plate and a tin on top, 30 min, pour off.

| dressing | 1-2-3 | for one cucumber |
|---|---|---|
| vinegar 12% | 1 part | ½ dl |
| sugar | 2 parts | 1 dl |
| water | 3 parts | 1½ dl |

Parsley, white pepper, an hour in the cold. No stove involved, so it can come along into the hallway.', '["recipe","no-cook"]', '[]', '{"demo_category":"recipe","demo_seed":true,"scenario":"general"}', '{"cooked":5,"rating":4}', 'home', 5, 'accepted', NULL, '2026-10-18 16:40:00', '2026-10-18 16:40:00')
, (54, 'snippet', 'Garden sums I always forget', '```text
bed area     = 1.20 m × 3.60 m = 4.32 m²
compost 5 cm = 4.32 × 0.05     = 0.216 m³  (= 216 l, about 5 sacks of 45 l)
garlic       = 15 cm × 25 cm   → 26 per m², 42 cloves ≈ 1.6 m²
rain barrel  = π × 0.29² × 0.9 = 238 l
```
Sacks lie: 45 l settled is closer to 38.', '["allotment","numbers"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'home', 6, 'accepted', NULL, '2026-10-18 18:10:00', '2026-10-18 18:10:00')
, (55, 'todo', 'Second quote for the ash worktop', 'Sten''s supplier wants 19 800 kr for 30 mm oiled ash, 4.1 running metres with the cut-out. Seems steep.
Try Träverket in Kungälv, send the sketch with the 92° corner *marked in red*.', '["kitchen","worktop","money"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{"status":"done"}', 'home', 4, 'accepted', NULL, '2026-10-19 05:50:00', '2026-10-27 15:20:00')
, (56, 'meeting', 'Design review, first cardboard model 1:20', 'Begoña, Ruth, Petter, Tove, me. The model survived the lift.

- Route is clear until Fog, where people will turn left and hit a wall. Either open it or light it.
- Tove: nowhere for a class of 28 to sit down before Home Port.
- Petter: the curved wall is three days'' work; a faceted one (7 × 15°) is one day. Nobody could tell them apart in cardboard.
- Ruth: please no text on the curve *or* the facets.

Decision: facets. Bench along the inside of The Pan, 9 m.', '["exhibition","design","model"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'work', 3, 'accepted', NULL, '2026-10-19 12:10:00', '2026-10-19 13:00:00')
, (57, 'note', 'Facets instead of the curve', 'Worked it out on the tram home. Seven panels, 15° each = 105°. I want 110° so the opening lines up with the column, so five at 16° and two at 15°.

Petter will say I''m drawing in millimetres again. But a panel that dies *on* the column shadow looks built; one that misses by a hand looks like a mistake.

Panel width 860, height 2 900, 12 mm ply on 45 × 45 studs. Joints open 3 mm, painted black inside.', '["exhibition","the-pan","drawings"]', '[{"fragment_id":56,"type":"follows"},{"fragment_id":25,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"general"}', '{}', 'work', 3, 'accepted', NULL, '2026-10-19 15:45:00', '2026-10-19 15:45:00')
, (58, 'link', 'Tempo di Valse, a recording without conductor', 'https://listen.strings.example.com/dvorak-op22/ii?performers=unled

They take it slower than Tomasz and it dances more. Listen to the cellos under the trio (about 2:40), nobody pushes.', '["cello","dvorak","listening"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{"read":true}', 'personal', 8, 'accepted', NULL, '2026-10-19 20:10:00', '2026-10-19 20:10:00')
, (59, 'todo', 'Answer Yuki about humidity and salt', 'She needs RH and temperature for gallery 2, by the hour if possible, to decide whether the crystals can grow *during* the show or have to be grown in Kanazawa.

Åsa has logger data from last February: RH 28–41%, 19.5–21 °C. Also ask about the floor: 380 kg/m², her tray is 2 × 3 m with 4 cm brine.', '["exhibition","brine","yuki"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{"status":"done"}', 'work', 3, 'accepted', '2026-10-20 06:40:00', '2026-10-20 06:38:00', '2026-10-23 08:30:00')
, (60, 'log', 'Fingerings, bars 35 to 48', 'Elsa crossed out all of mine except one. Second position where I''d gone up the D string “like a cat on a curtain”.

Written in the part, in pencil, with dates. Waltz at 126 is fine, at 144 it falls apart in bar 41.', '["cello","lesson"]', '[{"fragment_id":18,"type":"follows"}]', '{"demo_seed":true,"scenario":"general"}', '{}', 'personal', 8, 'accepted', NULL, '2026-10-20 17:05:00', '2026-10-20 17:05:00')
, (61, 'recipe', 'Jollof the way Ngozi allows it', 'Dictated over the phone, with supervision.

1. Blend 4 red peppers, 1 tin plum tomatoes, 1 onion, 1 Scotch bonnet (she says 2)
2. Fry 3 tbsp tomato purée in oil until it smells sweet, 8 min. Don’t rush. “Mara. Don’t rush.”
3. Blend in, curry powder, thyme, bay, stock cube; cook until the oil comes back up
4. 500 g long-grain parboiled rice, rinsed till clear; liquid only *just* over the rice
5. Foil, lid, lowest heat, 30 min. No stirring. No looking.

The burnt bottom is not a mistake, it’s the point.', '["recipe","rice","family","leeds"]', '[]', '{"demo_category":"recipe","demo_seed":true,"scenario":"general","source":"phone"}', '{"cooked":6,"rating":5}', 'home', NULL, 'accepted', NULL, '2026-10-20 18:50:00', '2026-11-01 18:40:00')
, (62, 'note', 'Answer from the shell-house photographer', 'Lin Xiaoyu writes from Quanzhou: yes to one print, 180 × 120, for six months. Fee 6 000 kr plus two catalogues and “a photo of a Swedish wall that is older than your museum”.

She sends the file as 16-bit TIFF, 1.1 GB. Caption must have the village in characters too: 蟳埔村. Check that the label typeface *has* them; otherwise set that line in a CJK font at 94%.', '["home-port","photography","rights"]', '[{"fragment_id":39,"type":"answers"}]', '{"demo_seed":true,"scenario":"general"}', '{}', 'work', 2, 'accepted', NULL, '2026-10-21 06:20:00', '2026-10-21 06:20:00')
, (63, 'idea', 'A light switch nobody needs', 'Put one old Bakelite switch low on the wall in Home Port. It does nothing except a lovely *clack*. Kids will queue.

Petter has a box of them from the harbour office.', '["exhibition","home-port","ideas-bin"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{"status":"chosen"}', 'work', 3, 'accepted', NULL, '2026-10-21 07:25:00', '2026-10-21 07:25:00')
, (64, 'note', 'Money so far, kitchen', '| item | kr |
|---|---|
| Ekdahl, contract | 186 500 |
| of which paid (30%) | 55 950 |
| electrics, Farid''s estimate | 31 000 |
| tiles 6.8 m² at 890 | 6 052 |
| worktop, cheapest so far | 14 200 |
| skip | 3 450 |
| tap, sink, trap | 4 900 |
| paint and other surprises | 9 000 |
| **sum** | **255 102** |

Ceiling with mamma''s loan: 270 000. So 14 898 kr of room, i.e. one surprise.', '["kitchen","money"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{"reading_minutes":1}', 'home', 4, 'accepted', NULL, '2026-10-21 18:30:00', '2026-10-27 15:30:00')
, (65, 'reminder', 'Passport photo does not allow capes', 'Thu 22 Oct 14:10, police service point. Both parents, Teo, old passport, ID cards. 350 kr by card. Bribe: cinnamon bun afterwards.', '["family","teo","leeds"]', '[{"fragment_id":7,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"general"}', '{"status":"done"}', 'personal', 9, 'archived', '2026-10-21 19:30:00', '2026-10-21 19:30:00', '2026-10-22 12:40:00')
, (66, 'meeting', 'Text meeting with Ruth, the 65-word rule', 'Ruth Adler''s terms:

- Section panels 120 words, object labels 65, captions 20. Count includes the title.
- First sentence must be readable while walking
- No “unique”, no “journey”, no question marks
- Swedish first, English second, both on the wall; easy-read in the folder

I owe her Brine and The Pan by 30 Oct, Fog by 13 Nov.
Total 6 500 words; Begoña''s draft for The Keeper alone is 2 900 and “already short”.', '["text-panels","ruth"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'work', 3, 'accepted', NULL, '2026-10-22 09:15:00', '2026-10-22 09:15:00')
, (67, 'todo', 'Panel text for Fog', '120 words SV + EN. Must work by torchlight. Start from the foghorn, not from the weather.

First line, attempt four: “Before you could see the coast, it spoke to you.”', '["text-panels","fog"]', '[{"fragment_id":66,"type":"follows"}]', '{"demo_seed":true,"scenario":"general"}', '{"status":"in_progress"}', 'work', 3, 'accepted', NULL, '2026-10-22 09:40:00', '2026-11-18 13:05:00')
, (68, 'log', NULL, 'Passport done. He smiled with his mouth shut “so they can’t see the hole”. Ready for pick-up in about eight days. 🛂', '["family","teo"]', '[{"fragment_id":7,"type":"answers"}]', '{"demo_seed":true,"scenario":"general","source":"phone"}', '{}', 'personal', 9, 'accepted', NULL, '2026-10-22 12:42:00', '2026-10-22 12:42:00')
, (69, 'note', 'Jürgen''s first plan, my reading of it', 'Arrived a day early, 14 pages, very German, very good.

Likes: he leaves Brine almost entirely to reflected light from the tray. Moving ripples on the ceiling for the price of two spots.
Doubts: 3000 K everywhere. The Pan wants fire; 2700 K there, and let the jump to Fog (4000 K, 1 lux) feel cold.
Doesn''t work: spot 22 is exactly where the sprinkler is. *With* the drawing. I''ll let him find that himself… no, I''ll tell him.

Power: 41 fixtures, 1.1 kW. The buzzing circuit isn''t used at all. 👏', '["lighting","review"]', '[{"fragment_id":3,"type":"follows"},{"fragment_id":28,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"general"}', '{"reading_minutes":2}', 'work', 1, 'accepted', NULL, '2026-10-22 14:20:00', '2026-10-23 07:10:00')
, (70, 'log', 'Sectional for low strings', 'Only cellos and the one double bass, in the parish room with the humming fridge (B flat, Tomasz says; it''s nearer an A).

Larghetto: one bow per bar is possible if I start at the frog and don''t panic. Outside chair means I turn nothing, Bengt turns, bless him.', '["orchestra","cello"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'personal', 8, 'accepted', NULL, '2026-10-22 19:25:00', '2026-10-22 19:25:00')
, (71, 'link', 'Sound archive with foghorns by coordinate', 'https://archive.coastsound.example.org/search?type=foghorn&sea=kattegat

Eleven recordings, 1951–1984. Number 7 has a man coughing and saying “now” just before. Licence: free with credit, WAV on request.', '["exhibition","fog","sound"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{"read":true}', 'work', 3, 'accepted', NULL, '2026-10-23 06:50:00', '2026-10-23 06:50:00')
, (72, 'snippet', 'Cut a loop out of the foghorn file', 'From 0:12.4, nine seconds, half a second fade at each end, so the loop point isn''t a click:

```sh
ffmpeg -ss 12.4 -t 9 -i horn_07.wav -af ''afade=t=in:d=0.5,afade=t=out:st=8.5:d=0.5'' horn_loop.wav
```

Keep it WAV; the player in gallery 2 has a gap of 40 ms with MP3.', '["sound","shell","fog"]', '[{"fragment_id":71,"type":"follows"}]', '{"demo_seed":true,"scenario":"general"}', '{}', 'work', 3, 'accepted', NULL, '2026-10-23 11:05:00', '2026-10-23 11:05:00')
, (73, 'quote', 'Åsa on the jumper', '“I''m not saying no. I''m saying lying down, in the dark, for twelve weeks, and then never again.”

— Åsa, about showing the keeper''s jumper', '["conservation","museum"]', '[{"fragment_id":24,"type":"answers"}]', '{"demo_seed":true,"scenario":"general"}', '{}', 'work', 3, 'accepted', NULL, '2026-10-23 12:45:00', '2026-10-23 12:45:00')
, (74, 'todo', 'Turn off the water at the plot', 'Caretaker shuts the main on Sat 24 Oct at noon. Before that: open our tap, empty the barrel, bring in the pump and the *good* hose.', '["allotment","winter"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{"status":"done"}', 'home', 6, 'accepted', NULL, '2026-10-23 16:10:00', '2026-10-24 10:20:00')
, (75, 'link', 'Manchester Airport to Leeds with two children and jollof on the mind', 'https://journeys.northrail.example.com/plan?from=MIA&to=LDS&date=2026-12-19&adults=2&children=2

Direct at 14:42 and 15:42, £31.60 for four with the family card 🇬🇧. Seats opposite the luggage rack if booked 8 weeks ahead. We don''t even have the flights yet.', '["leeds","travel"]', '[{"fragment_id":19,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"general"}', '{"read":true}', 'personal', 9, 'accepted', '2026-10-23 19:41:00', '2026-10-23 19:40:00', '2026-10-23 19:40:00')
, (76, 'log', 'Water off, barrel empty', 'Tap left open with a sock on it. Pump in the cellar, hose in the bath because the cellar key is with Chidi. Kale soup picked on the way: 600 g.', '["allotment","winter"]', '[{"fragment_id":74,"type":"answers"}]', '{"demo_seed":true,"scenario":"general","source":"phone"}', '{}', 'home', 6, 'accepted', NULL, '2026-10-24 10:25:00', '2026-10-24 10:25:00')
, (77, 'recipe', 'Kale and white bean soup, hallway edition', '- 300 g kale, ribs out
- 2 tins white beans, one mashed with a fork
- 1 onion, 3 garlic cloves, chilli
- rind of a Parmesan, 1 l stock
- lemon, lots

Onion and garlic slowly, then everything else, 25 min on the plate at level 5 (level 6 trips the fuse if anybody is drying their hair).', '["recipe","vegetarian","one-pot"]', '[{"fragment_id":37,"type":"relates_to"}]', '{"demo_category":"recipe","demo_seed":true,"scenario":"general"}', '{"cooked":2,"rating":4}', 'home', 5, 'accepted', NULL, '2026-10-24 17:35:00', '2026-10-24 17:35:00')
, (78, 'note', 'Questions from Teo, one week', '- Does the cat know that it''s Tuesday?
- Is salt a stone or a spice? (Took this one to work.)
- If I swallow the tooth, does the fairy come to the toilet?
- Why do you call it a *living* room, are the others dead?
- Who was the first person to be bored?
- Can Dad''s patients hear him being tired?', '["family","teo"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{"pinned":true}', 'personal', NULL, 'accepted', NULL, '2026-10-24 19:20:00', '2026-10-25 18:05:00')
, (79, 'reminder', 'Clocks went back, oven clock no longer our problem', 'Still to change: Ines’ alarm, the thermostat, the one in the stairwell that only I can reach.', '["home"]', '[]', '{"demo_seed":true,"scenario":"general","source":"phone"}', '{}', 'home', NULL, 'skipped', '2026-10-25 07:30:00', '2026-10-25 07:30:00', '2026-10-25 07:30:00')
, (80, 'note', 'Packing the kitchen, what stays reachable', 'Box 1 (hallway): 4 plates, 4 bowls, big pot, small pot, rice cooker, knife, board, the good peeler, corkscrew.
Box 2 (bedroom): flour, cake tins, cardamom – for when I crack.
Boxes 3–11 (attic): everything else. Labelled on *two* sides this time.

Threw out: a fondue set, seven lids without pots, three pots without lids. They didn''t match.', '["temp-kitchen","kitchen"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'home', 5, 'accepted', NULL, '2026-10-25 14:30:00', '2026-10-25 14:30:00')
, (81, 'log', 'Demolition, day one', '07:00 skip. 07:20 Sten and his nephew Viktor. 09:05 no kitchen.

Behind the larder: a newspaper from June 1958, football on the front page, rolled up to stop a draught. Put it in a box file between sheets of acid-free tissue like the professional I am.

Dust in the bedroom, dust in the cello case, dust in the cat.', '["kitchen","demolition"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{"mood":"cheerful"}', 'home', 4, 'accepted', NULL, '2026-10-26 16:50:00', '2026-10-26 20:15:00')
, (82, 'idea', 'Frame the 1958 newspaper in the new kitchen', 'By the door, UV glass, never mind the match result. The adverts are better: a refrigerator for 1 495 kr, “silent as a thought”.', '["kitchen","ideas-bin"]', '[{"fragment_id":81,"type":"follows"}]', '{"demo_seed":true,"scenario":"general"}', '{}', 'home', 4, 'accepted', NULL, '2026-10-26 20:20:00', '2026-10-26 20:20:00')
, (83, 'note', 'Under the lino there is pine', 'Three layers: grey vinyl (1990s), red lino (1960s), green lino with marbling (original?). Then newspaper, then pine boards, 145 wide, hardly worn except a trough where the stove stood.

Sten knelt down, knocked twice and said “that''s not a floor, that''s an inheritance”. Sand and soap, no lacquer. Two boards by the sink to replace; he has some from a house in Haga.

The bottom lino goes to a lab first – glue from that time can be nasty. 1 150 kr, answer in three days.', '["kitchen","floor"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'home', 4, 'accepted', NULL, '2026-10-27 15:45:00', '2026-10-30 09:05:00')
, (84, 'log', NULL, 'Kids in Varberg, Chidi on nights, no kitchen, no ceiling lamp. Ate crispbread on the edge of the bathtub and answered mails. Rather nice, actually.', '["home"]', '[]', '{"demo_seed":true,"scenario":"general","source":"phone"}', '{}', 'personal', NULL, 'accepted', NULL, '2026-10-27 18:35:00', '2026-10-27 18:35:00')
, (85, 'quote', 'Mamma on renovation', '“Everybody survives it. You only stop inviting people for a while, and then you find out who comes anyway.”

— Birgitta, on the phone, with the kids shrieking behind her', '["family","kitchen"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'personal', NULL, 'accepted', NULL, '2026-10-27 19:10:00', '2026-10-27 19:10:00')
, (86, 'recipe', 'Rice-cooker porridge for five in the morning', '2 dl steel-cut oats, 7 dl water, ½ tsp salt, a handful of grated apple, cinnamon. Timer to 05:00. Chidi comes home from nights, I get up, it is ready for both of us and nobody has to speak.', '["recipe","breakfast"]', '[]', '{"demo_category":"recipe","demo_seed":true,"scenario":"general","source":"phone"}', '{"cooked":11,"rating":4}', 'home', 5, 'accepted', NULL, '2026-10-28 05:25:00', '2026-10-28 05:25:00')
, (87, 'meeting', 'Fire safety, what is allowed in the dark', 'With the consultant (Gunnar, very tired) and facilities.

- Fog may be 1 lux *if* the escape line along the floor comes on within 0.5 s
- Exit sign over the Keeper door can be dimmed to 30%, not hidden
- Max 45 people in Fog at once. We''d never, but it has to be on paper
- Fabric on the Fog ceiling: class B-s1,d0 certificate, per roll

He needs the emergency-lighting drawing by 20 Nov, otherwise we slip to his January list. And January is build.', '["fire","lighting","fog"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'work', 1, 'accepted', NULL, '2026-10-28 10:20:00', '2026-10-28 10:20:00')
, (88, 'todo', 'Emergency-lighting drawing to the fire consultant', 'Floor line, sign at 30%, two luminaires in Fog. Base it on rev C plus Jürgen''s page 9. Gunnar wants DWG *and* PDF, 1:100.

Waiting inside my own head for: where the Fog wall opens, see the model review.', '["fire","lighting","drawings"]', '[{"fragment_id":87,"type":"follows"},{"fragment_id":56,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"general"}', '{"status":"in_progress"}', 'work', 1, 'accepted', NULL, '2026-10-28 10:30:00', '2026-11-19 15:40:00')
, (89, 'link', 'Museum at night for people who can''t see the labels', 'https://inclusive-display.example.org/cases/low-light-reading

Contrast tests with 40 visitors over 65. Conclusion in one line: bigger type beats brighter light; 28 pt at 10 lux reads better than 18 pt at 50.', '["lighting","accessibility","labels"]', '[{"fragment_id":27,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"general"}', '{"read":true}', 'work', 1, 'accepted', '2026-10-28 14:05:00', '2026-10-28 14:04:00', '2026-10-28 14:04:00')
, (90, 'note', 'How long people stay in gallery 2 now', 'Stood in a corner with a clicker for two mornings, 63 visitors, current show.

Median 9 min, longest 47 (drawing a crab), shortest 40 s (wrong door). 71% turn right. 22% read a whole panel; those who do then read *all* of them. Benches: used by 3 in 10, nearly always facing away from whatever we thought was the point.

For Salt & Light: the point goes behind the bench as well.', '["visitors","research"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{"reading_minutes":1}', 'work', 3, 'accepted', NULL, '2026-10-29 11:10:00', '2026-10-29 11:10:00')
, (91, 'note', 'Farid''s day', 'New: oven 16 A three-phase, hob 16 A three-phase, dishwasher own circuit, six double sockets, earth-fault breaker at last.

Problem: the pipe to the dishwasher goes through the only place where the socket by the window could sit. Farid: “either the socket moves 12 cm or the dishwasher does.”

Old cable in the ceiling is cloth-wrapped. He was very quiet for a while and then took photos. Adds about 2 800 kr.', '["kitchen","electrics"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'home', 4, 'accepted', NULL, '2026-10-29 16:30:00', '2026-10-29 16:30:00')
, (92, 'todo', 'Ask Farid to move the window socket', '12 cm to the right, 1 120 above floor, so that it clears the pipe and lands in a tile joint (joints every 103 mm from the corner).

Has to happen before the tiler comes on the 18th!', '["kitchen","electrics"]', '[{"fragment_id":91,"type":"follows"}]', '{"demo_seed":true,"scenario":"general"}', '{"status":"done"}', 'home', 4, 'accepted', '2026-10-29 16:41:00', '2026-10-29 16:40:00', '2026-11-10 15:10:00')
, (93, 'log', 'Rehearsal without the leader', 'Tomasz conducting from the cello section''s side because of his shoulder, so he could hear *everything*. Stopped us eleven times in the scherzo. Twelfth time it was there.

Chair Bengt asked if I''d do the programme leaflet. Said yes before thinking.', '["orchestra"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'personal', 8, 'accepted', NULL, '2026-10-29 19:30:00', '2026-10-29 19:30:00')
, (94, 'note', 'Brine and The Pan, texts delivered', 'Brine 118 words, The Pan 120 on the dot. Ruth''s reply: “Thank you. You used ‘journey’. Page 2.”

I had. Replaced by “way”.

What I cut and will miss: that salt tax collectors were paid partly in salt; that the word for the bitter liquid left behind is *bittern*; that children licked the pan walls.', '["text-panels","the-pan","brine"]', '[{"fragment_id":66,"type":"answers"}]', '{"demo_seed":true,"scenario":"general"}', '{}', 'work', 3, 'accepted', NULL, '2026-10-30 13:10:00', '2026-10-30 13:10:00')
, (95, 'idea', 'Bittern as the smell of room two', 'A ceramic plate warmed to 40 °C behind the pan wall, a few drops of bittern + smoke. Not perfume: the real bucket. Åsa wants to know what it does to iron (answer: nothing good). So: sealed niche, sniff hole.', '["exhibition","the-pan","smell","ideas-bin"]', '[{"fragment_id":94,"type":"follows"}]', '{"demo_seed":true,"scenario":"general"}', '{"status":"maybe"}', 'work', 3, 'pending', '2026-10-30 13:30:00', '2026-10-30 13:30:00', '2026-10-30 13:30:00')
, (96, 'log', NULL, 'Ran Slottsskogen with Åsa, 6.1 km, 38 min, mostly talking. She has solved the jumper: a tray that slides under glass, drawer-style, light only when you pull it out. I stopped running to hug her.', '["health","conservation","friends"]', '[{"fragment_id":73,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"general","source":"phone"}', '{}', 'personal', NULL, 'accepted', NULL, '2026-10-30 15:50:00', '2026-10-30 15:50:00')
, (97, 'log', 'Temporary kitchen declared finished', 'Tested today: pasta for four, coffee at the same time, fuse held. Trestle table has oilcloth with lemons. Hooks for the ladles on the coat rack; Teo''s jacket now smells of stock.

Lab on the lino glue: clean. 🎉', '["temp-kitchen"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'home', 5, 'accepted', NULL, '2026-10-31 10:15:00', '2026-10-31 10:15:00')
, (98, 'recipe', 'Pepparkakor dough that waits in the stairwell', 'Makes about 120, needs at least two nights in the cold (stairwell window, lid weighed down with the hymn book).

- 300 g butter, 5 dl sugar, 1 dl golden syrup, 1½ dl water
- 1 tbsp each cinnamon, ginger, cloves; ½ tbsp cardamom
- 1 tbsp bicarbonate
- about 14 dl flour

Warm butter, sugar, syrup, water. Cool to hand-warm, spices, bicarb, flour. No oven until December, so two thirds of it goes to mamma''s freezer and the rest gets eaten raw, as usual.', '["recipe","christmas","baking"]', '[]', '{"demo_category":"recipe","demo_seed":true,"scenario":"general"}', '{"cooked":0}', 'home', NULL, 'accepted', NULL, '2026-10-31 15:40:00', '2026-11-17 18:15:00')
, (99, 'note', 'All Saints, lighting candles for Pappa', 'Varberg churchyard at four, already dusk. Hundreds of small lights and nobody speaking above a murmur. Ines read the dates on the stones and did the sums: “he was 66, that is not so many.”

Mamma had brought a thermos and told the story about the boat and the outboard motor. I think it gets longer every year. I hope so.

(For Fog: *this* is the light level. Candle at 3 m.)', '["family","varberg"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{"mood":"quiet"}', 'personal', NULL, 'accepted', NULL, '2026-10-31 18:50:00', '2026-11-01 08:05:00')
, (100, 'log', 'Dahlias lifted', 'No frost yet but Gunvor said now. 14 tubers, shaken, *not* washed. Peat boxes in the cellar, 6 °C.

| sort | tubers |
|---|---|
| Café au lait | 5 |
| the dark red without a label | 6 |
| Bishop of something | 3 |', '["allotment","dahlias"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'home', 6, 'accepted', NULL, '2026-11-01 13:20:00', '2026-11-01 13:20:00')
, (101, 'link', 'Lead paint on old window frames, how to test', 'https://byggnadsvard.example.org/rad/blyfarg-test

Swab test, 189 kr for eight. Anything before about 1970 counts as suspicious. “Never for growing food” is in bold.', '["allotment","cold-frame","safety"]', '[{"fragment_id":52,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"general"}', '{"read":true}', 'home', 7, 'accepted', NULL, '2026-11-01 19:10:00', '2026-11-01 19:10:00')
, (102, 'meeting', 'November stand-up, thirteen weeks to build', '- Objects: frozen at 64 as of Friday 🎉 (Begoña: “64 and a biscuit”)
- Loans: 6 of 9 signed; Society still silent
- Petter starts the mock-up wall Wed 4 Nov, ready 11 Nov, board on the 12th
- Marketing wants “an image”. Of what, nobody knows. Me: the tray, close up
- Tove has booked 11 school classes without a single text being final

Léonie asks for a risk list. Mine has one line: the lens.', '["standup","exhibition"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'work', 3, 'accepted', NULL, '2026-11-02 09:05:00', '2026-11-02 09:05:00')
, (103, 'note', 'What if the lens does not come', 'Plan A: lens, on its brass, turning once in 60 s, lit from within.
Plan B: the pilot museum''s sixth-order lens. 43 cm instead of 71. Plinth 30 cm higher, same sightline, cheaper crate.
Plan C: no lens. An empty plinth with a turning light and its absence explained. Begoña loves C. Marketing would cry.

Decide no later than Fri 27 Nov, Petter needs five weeks for either plinth.', '["lens","loans","risk"]', '[{"fragment_id":47,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"general"}', '{"pinned":true}', 'work', 2, 'accepted', NULL, '2026-11-02 12:30:00', '2026-11-17 09:45:00')
, (104, 'log', NULL, 'Plasterers in. Radio, dust sheets, a language I guessed was Lithuanian. One of them fed Lakrits ham. The corner is now 91.5°, he is proud of it.', '["kitchen","plaster"]', '[]', '{"demo_seed":true,"scenario":"general","source":"phone"}', '{}', 'home', 4, 'accepted', NULL, '2026-11-02 16:15:00', '2026-11-02 16:15:00')
, (105, 'note', 'Lakrits at the vet', 'Thyroid, slightly. ½ tablet every morning, new blood test in six weeks (so around 14 Dec), 1 290 kr today of which the insurance takes back 65% above the excess.

He weighs 5.2 kg, “robust”. Liver pâté works. Cheese doesn''t. Wrapping him in a towel works once.', '["cat","health","money"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'home', NULL, 'accepted', NULL, '2026-11-02 17:10:00', '2026-11-02 17:10:00')
, (106, 'todo', 'Find a present for Ines', 'Turns 12 on Sat 14 Nov. Her list: climbing shoes (size 37), “my own key”, a snake.

Shoes: 899 kr at the climbing hall, members 15% off. Key: cut one, put it on a carabiner. Snake: no.', '["family","ines","birthday"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{"status":"done"}', 'personal', NULL, 'accepted', NULL, '2026-11-02 20:05:00', '2026-11-12 16:50:00')
, (107, 'quote', 'Tomasz, bar 112', '“Celli, you are accompanying a bird. At the moment you are accompanying a wardrobe.”', '["orchestra","cello"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'personal', 8, 'accepted', NULL, '2026-11-03 06:10:00', '2026-11-03 06:10:00')
, (108, 'log', 'A string gone, in the middle of the lesson', 'Bang, in the loud bit, welt on my thumb. Elsa had a spare from 2011, still in its envelope. It sounds like a fence.

Order a proper one, and a second for the concert.', '["cello","lesson"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'personal', 8, 'accepted', NULL, '2026-11-03 17:40:00', '2026-11-03 17:40:00')
, (109, 'todo', 'Buy two A strings', 'Medium tension, steel core, the ones with the red silk. 385 kr each at Stråkboden, or 10% off if Bengt orders for the whole section.
One on the cello at least two weeks before 6 December so it settles.', '["cello","shopping"]', '[{"fragment_id":108,"type":"follows"}]', '{"demo_seed":true,"scenario":"general"}', '{"status":"done"}', 'personal', 8, 'accepted', NULL, '2026-11-03 17:50:00', '2026-11-13 11:30:00')
, (110, 'reminder', 'Chidi''s mother has her scan on Thursday', '5 Nov, 10:30 UK time, hip only. Ring her *after* two, she''ll have been to the market first to prove that she can.', '["family","leeds"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{"status":"done"}', 'personal', NULL, 'accepted', NULL, '2026-11-03 20:20:00', '2026-11-05 15:05:00')
, (111, 'snippet', 'Word count for every panel at once', 'Ruth counts by hand. I don''t.

```sh
for f in panels/sv/*.md; do printf ''%4d  %s\n'' "$(wc -w < "$f")" "${f##*/}"; done | sort -rn
```

Anything over 120 goes back in the oven. Hyphenated words count as one; she checks.', '["text-panels","shell"]', '[{"fragment_id":66,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"general"}', '{}', 'work', 3, 'accepted', NULL, '2026-11-04 08:20:00', '2026-11-04 08:20:00')
, (112, 'note', 'Letter to the Vadskär Lighthouse Society', 'Third try, no jargon this time. Draft:

> Dear Mr Thorsson, dear members,
> Your lens has been in a shed for forty-one years. We''d like to turn it on, for six months, in a room that''s been painted for it.
> It will travel lying on wool, with one of you in the van. You choose who; we''ll pay for lunch.
> What we need is one name and one signature, before 19 November.

Samir says it isn''t how registrars write. Precisely.', '["loans","lens","letter"]', '[{"fragment_id":103,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"general"}', '{}', 'work', 2, 'accepted', NULL, '2026-11-04 10:10:00', '2026-11-04 14:30:00')
, (113, 'log', 'Flu jabs, all four', 'Teo: didn’t cry. Ines: didn’t cry. Chidi (a nurse!): looked away. Me: sore arm on bowing side, obviously.', '["health","family"]', '[{"fragment_id":43,"type":"answers"}]', '{"demo_seed":true,"scenario":"general","source":"phone"}', '{}', 'personal', NULL, 'accepted', NULL, '2026-11-04 17:15:00', '2026-11-04 17:15:00')
, (114, 'recipe', 'Onigiri for the climbing bag', '塩おにぎり, the plain salt ones. Ines eats four.

- 3 dl Japanese short-grain rice, rinsed five times, soaked 30 min
- 3.4 dl water, rice cooker
- wet hands, a good pinch of salt *on the palms*, not in the rice
- press three times, turn, press three times; stop before it becomes a brick
- nori at the last moment

Yuki''s trick: use coarse sea salt. The grains stay on the outside and it tastes of more with less.', '["recipe","japan","lunchbox"]', '[]', '{"demo_category":"recipe","demo_seed":true,"scenario":"general"}', '{"cooked":7,"rating":5}', 'home', NULL, 'accepted', NULL, '2026-11-04 18:30:00', '2026-11-04 18:30:00')
, (115, 'idea', 'Rice balls at the opening', 'Instead of wine and pretzels: salt onigiri, three salts, three little signs. Yuki could show it herself. The café says 7.50 kr apiece if we do 200.', '["exhibition","opening","ideas-bin"]', '[{"fragment_id":114,"type":"follows"}]', '{"demo_seed":true,"scenario":"general"}', '{}', 'work', 3, 'pending', '2026-11-04 18:40:00', '2026-11-04 18:40:00', '2026-11-04 18:40:00')
, (116, 'meeting', 'Video call with Kanazawa about growing salt', 'Yuki Hashimoto (橋本由紀), Begoña, me. 07:30 here, 15:30 there.

- Crystals *will* grow in our air: RH under 45% is plenty. First crust after 4 days, “flowers” after 3 weeks
- She wants seawater from here, not salt from a bag. 240 l for a 4 cm tray of 6 m². Petter knows a man with a tank
- Floor load: 240 kg + tray 90 kg on 6 m² = 55 kg/m². No problem
- She arrives Mon 22 Feb, stays 3 weeks, needs a bicycle and a kitchen
- Fee 48 000 kr + travel, contract in English

She showed us the burnt seaweed rake her grandfather used. Begoña forgot to take notes.', '["brine","yuki","installation"]', '[{"fragment_id":59,"type":"follows"}]', '{"demo_seed":true,"scenario":"general"}', '{}', 'work', 3, 'accepted', NULL, '2026-11-05 07:40:00', '2026-11-05 08:20:00')
, (117, 'snippet', 'Label in three lines, and the pattern that checks it', 'What every object label looks like in the text folder:

```text
Salt scoop | Saltskopa
Ash wood, iron nail; 1870s
KH 2026:114 -- lent by Träslövs hembygdsförening
```

And the check for the last line, before Ruth finds it:

```sh
grep -LE ''^KH 20[0-9]{2}:[0-9]{3} -- (lent by .+|own collection)$'' labels/*.txt
```

`-L` lists the files that do NOT match. No output = go home.', '["labels","shell","text-panels"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'work', 3, 'accepted', NULL, '2026-11-05 13:10:00', '2026-11-05 13:10:00')
, (118, 'note', 'Ngozi''s hip', 'Scan done, nothing broken, “wear and tear, like the carpet”. Physio twice a week, no carrying shopping until Christmas.

So: we cook, she commands. And we take the ground-floor room so she doesn''t have to give up hers. Chidi booked a stairlift demonstration behind her back; I know nothing.', '["family","leeds"]', '[{"fragment_id":110,"type":"follows"}]', '{"demo_seed":true,"scenario":"general"}', '{}', 'personal', 9, 'accepted', NULL, '2026-11-05 15:15:00', '2026-11-05 15:15:00')
, (119, 'log', NULL, 'Floor sanders from seven. I’ve seen the actual colour of the pine for the first time: honey, with a darker map of the old stove in one corner. Asked them to leave the map.', '["kitchen","floor"]', '[]', '{"demo_seed":true,"scenario":"general","source":"phone"}', '{}', 'home', 4, 'accepted', NULL, '2026-11-05 16:05:00', '2026-11-05 16:05:00')
, (120, 'link', 'Soap-treating a pine floor, step by step', 'https://www.golvskolan.example.com/sapskurning?steg=alla

1 dl soap flakes to 5 l water, along the grain, three times with a night between. White soap keeps it pale. No rugs for a week, no cats “if avoidable”.', '["kitchen","floor","howto"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{"read":true}', 'home', 4, 'accepted', '2026-11-05 20:01:00', '2026-11-05 20:00:00', '2026-11-05 20:00:00')
, (121, 'note', 'Budget, Salt & Light, first real forecast', '| post | plan | forecast |
|---|---|---|
| building | 410 000 | 402 000 |
| light + sound | 295 000 | 311 500 |
| loans, crates, courier | 180 000 | 196 000 |
| print + text | 140 000 | 128 000 |
| artist | 95 000 | 97 300 |
| graphics, film | 112 800 | 112 800 |
| contingency 8% | 107 200 | 92 400 |
| **total** | **1 340 000** | **1 340 000** |

So we have eaten 14 800 of the contingency, almost all of it courier and dimmers. Léonie fine with it as long as the next line isn''t also “dimmers”.', '["budget","exhibition"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{"reading_minutes":1}', 'work', 3, 'accepted', NULL, '2026-11-06 09:40:00', '2026-11-06 13:20:00')
, (122, 'quote', 'Sten, finishing the floor', '“New wood is nice. Old wood has already decided what it wants to be.”

(Sten, about the boards from Haga. They are still lighter than the rest.)', '["kitchen","sten"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'home', 4, 'accepted', NULL, '2026-11-06 14:30:00', '2026-11-06 14:30:00')
, (123, 'todo', 'Choose handles for the drawers', '13 of them. Must not catch pockets (agreed 1 October!). Leather straps, wooden knobs or a routed grip?
Sten can route for 120 kr a front, and then there''s nothing to choose. Hm.', '["kitchen","decisions"]', '[{"fragment_id":4,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"general"}', '{"status":"open"}', 'home', 4, 'accepted', NULL, '2026-11-06 18:45:00', '2026-11-06 18:45:00')
, (124, 'link', 'Practice mutes, measured instead of praised', 'https://quietstrings.example.net/cello/mutes-compared

Rubber takes off 11 dB, the heavy brass one 17 dB but kills the response under the thumb. For 05:30 sessions rubber is enough *and* it fits in the rosin pocket.', '["cello","listening"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'personal', 8, 'skipped', '2026-11-06 20:16:00', '2026-11-06 20:15:00', '2026-11-07 07:30:00')
, (125, 'note', 'Do we need a car in winter', 'Car club since May: 41 hours, 1 120 km, 5 870 kr in all. A small used electric one would be about 3 400 kr *a month* with insurance and the parking place we''d never get.

Trips that were awkward: compost, Varberg with the cello, the wardrobe we gave up on. Three trips. We can survive three awkward trips.', '["money","family"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'personal', NULL, 'accepted', NULL, '2026-11-07 08:15:00', '2026-11-07 08:15:00')
, (126, 'log', 'Lead test on the window frames', 'Four swabs, four times pink within seconds. So that''s that: no salad under *these* windows.

Glass can be saved, Sten takes the frames to the hazardous station. Put the project to sleep; keep the slope (9°) for the day somebody gives us clean frames.', '["allotment","cold-frame","safety"]', '[{"fragment_id":52,"type":"contradicts"},{"fragment_id":101,"type":"follows"}]', '{"demo_seed":true,"scenario":"general"}', '{}', 'home', 7, 'accepted', NULL, '2026-11-07 13:00:00', '2026-11-07 13:05:00')
, (127, 'idea', 'The old glass as picture glass', 'Wavy 1924 panes, cut to 30 × 40. Kids'' drawings behind them look as if they were under water. Five panes are whole, one has a bubble like a pearl.', '["home","ideas-bin"]', '[{"fragment_id":126,"type":"follows"}]', '{"demo_seed":true,"scenario":"general"}', '{}', 'home', NULL, 'accepted', NULL, '2026-11-07 17:25:00', '2026-11-07 17:25:00')
, (128, 'log', 'Father''s Day breakfast from the hallway', 'Teo made the card (a nurse with wings and an enormous syringe), Ines made the pancakes, one at a time, on the plate, 27 of them. Chidi ate 14 and fell asleep until two.', '["family"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{"mood":"happy"}', 'personal', NULL, 'accepted', NULL, '2026-11-08 09:50:00', '2026-11-08 09:50:00')
, (129, 'note', 'Party plan for twelve twelve-year-olds', 'Sat 14 Nov, 13–16, climbing hall (booked, 2 instructors, 2 640 kr; yes, they are open, I rang twice).

- Onigiri + popcorn + the cake from Box 2, baked at Farid''s. He offered; I cried a little
- Salt dough name tags, done with Ines on Wednesday
- Piñata? Ines says they''re too old for it; Ines'' friends have asked whether there''ll be a piñata
- Alma: nut allergy. Love: no gelatine. Signe: afraid of heights, will be “press photographer”', '["family","ines","birthday"]', '[{"fragment_id":49,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"general"}', '{}', 'personal', NULL, 'accepted', NULL, '2026-11-08 18:20:00', '2026-11-13 19:00:00')
, (130, 'reminder', 'Cabinets on Wednesday between 7 and 16', 'Thanks for nothing, “between 7 and 16”. Chidi is home till 13, then Gunvor has the key.
Count the boxes: 31. Open the tall one first; last time Sten had a customer it was the mirror image.', '["kitchen","delivery"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{"status":"done"}', 'home', 4, 'accepted', NULL, '2026-11-08 20:40:00', '2026-11-11 15:35:00')
, (131, 'idea', 'A map of every flat we have lived in', 'One sheet per flat, plan 1:100, with the furniture in and one sentence from each of us. Leeds (the damp one), Hisingen, the sublet with the piano, here. I draw, Chidi remembers the neighbours, the kids invent the years before they were born.

Present for Ngozi? It''d need to be printed by 11 Dec.', '["family","leeds","drawing","ideas-bin"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{"status":"maybe"}', 'personal', NULL, 'pending', '2026-11-08 21:05:00', '2026-11-08 21:05:00', '2026-11-08 21:05:00')
, (132, 'meeting', 'Mock-up wall, half-way look in the workshop', 'Petter, his trainee Amina, me. Three facets standing.

- 16° reads as a curve from 4 m away. Told you, says Petter, who told me the opposite
- Open joints 3 mm: too thin, they close up when the ply moves. 5 mm
- Paint: iron oxide + 10% black. The sample dried pinker than it was
- Amina suggests raking light from below. She''s right; wrote to Jürgen on the spot', '["workshop","the-pan","mock-up"]', '[{"fragment_id":57,"type":"follows"}]', '{"demo_seed":true,"scenario":"general"}', '{}', 'work', 3, 'accepted', NULL, '2026-11-09 09:30:00', '2026-11-09 09:30:00')
, (133, 'link', 'Open joints in plywood, a table for the lazy', 'https://woodmovement.example.com/tables/birch-ply?rh=28-45

At RH 28–45% a 860 mm panel moves roughly 0.6 mm. So 3 mm was enough, it was our *studs* that were wet. Keeping 5 mm anyway, it looks better.', '["workshop","reference"]', '[{"fragment_id":132,"type":"contradicts"}]', '{"demo_seed":true,"scenario":"general"}', '{"read":true}', 'work', 3, 'accepted', NULL, '2026-11-09 13:45:00', '2026-11-09 13:45:00')
, (134, 'note', 'Sten moves the worktop by a week and wins it back', 'Ash from Träverket (14 200 kr, thank you Kungälv) needs ten working days after the template. Template Mon 16 Nov → ready Mon 30 Nov → fitted Wed 2 Dec, as planned. The “week” was Sten forgetting that there are seven days in it.

He suggests that the tiler comes *before* the worktop and leaves the bottom row. I''d have thought the other way round. He drew it on the wall, in pencil, with a smiley.', '["kitchen","worktop","schedule"]', '[{"fragment_id":35,"type":"relates_to"},{"fragment_id":55,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"general"}', '{}', 'home', 4, 'accepted', NULL, '2026-11-09 16:50:00', '2026-11-09 16:50:00')
, (135, 'log', NULL, '30 min before the children woke, mute on. Bars 35–60 at 132 without stopping, twice. The third time a cat walked across the part.', '["cello","practice"]', '[{"fragment_id":60,"type":"follows"}]', '{"demo_seed":true,"scenario":"general","source":"phone"}', '{}', 'personal', 8, 'accepted', NULL, '2026-11-10 05:35:00', '2026-11-10 05:35:00')
, (136, 'note', 'Fog, what the visitors should not see', 'List for Petter, so that dark stays dark.

- Projector standby LEDs (blue!): black tape, two layers
- The gap under the door to The Keeper, 11 mm: brush strip
- Green spill from the exit sign: side shield, 30% dimming as agreed with Gunnar
- Phones. We can''t. But if the bench faces away from the text, they''ll at least look up first
- White trainers on the staff. Seriously; they float', '["fog","lighting"]', '[{"fragment_id":87,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"general"}', '{}', 'work', 1, 'accepted', NULL, '2026-11-10 08:10:00', '2026-11-10 08:10:00')
, (137, 'snippet', 'Copy the drawings home without surprises', 'Look first, then do it; `--delete` has no sense of humour.

```sh
rsync -av --delete --dry-run kust-fs02:/ritningar/galleri2/ ~/kust/galleri2/
rsync -av --delete kust-fs02:/ritningar/galleri2/ ~/kust/galleri2/
```

On the museum laptop the same share is `K:\Ritningar\Galleri2`, and `C:\Users\mara\Desktop\NYA_nyaste\final(2).dwg` is NOT the final.', '["shell","drawings","howto"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'work', NULL, 'accepted', NULL, '2026-11-10 10:25:00', '2026-11-10 10:25:00')
, (138, 'note', 'Bench for The Pan, final measurements', '9.00 m in five lengths (4 × 1.85 + 1 × 1.60), seat height 430, depth 400; one section at 500 with armrests. Knee room 150 so cleaners and wheelchairs get under.

Top: larch from the old jetty, planed, rounded 6 mm. Warm seat? Åsa says heating foil is fine if it stays 2 m from the fragment; Petter says heating foil is fine if somebody else glues it.

Tove tested with 28 eight-year-olds from next door: 27 fit, one lay down.', '["workshop","the-pan","drawings"]', '[{"fragment_id":56,"type":"follows"}]', '{"demo_seed":true,"scenario":"general"}', '{}', 'work', 3, 'accepted', NULL, '2026-11-10 13:40:00', '2026-11-10 13:40:00')
, (139, 'todo', 'Programme leaflet for the December concert', 'A5, four pages, 150 copies. Composer notes max 200 words, players'' names (é in René, ñ in Begoña''s cousin Íñigo, both ø''s in Søren Ødegård), the bus times.

Proof to Bengt by 23 Nov; print shop closes for orders on the 27th.', '["orchestra","print"]', '[{"fragment_id":93,"type":"follows"}]', '{"demo_seed":true,"scenario":"general"}', '{"status":"in_progress"}', 'personal', 8, 'accepted', NULL, '2026-11-10 19:15:00', '2026-11-17 18:50:00')
, (140, 'log', 'Cabinets in, all thirty-one boxes', '30 boxes. The 31st arrived at 15:20 in the delivery man''s own car; it had been under his lunch.

Not the mirror image. Sten kissed the tall cabinet.', '["kitchen","delivery"]', '[{"fragment_id":130,"type":"answers"}]', '{"demo_seed":true,"scenario":"general"}', '{}', 'home', 4, 'accepted', NULL, '2026-11-11 15:35:00', '2026-11-11 15:35:00')
, (141, 'note', 'Where things go in the new kitchen', 'Before the habit of the old one comes back:

- Bread: drawer under the window, *cold* side, linen bag
- Knives: magnet by the stove, 1 500 up (Teo: 1 180, arms included)
- Spices: shallow drawer, lids up, written on the lid. Åsa''s label pen is archival so the cumin will outlive us
- Bin: under the sink, 3 fractions. Compost bucket outside on the balcony, sorry
- The good chocolate: Chidi says he has a place. He won''t tell me either', '["kitchen","habits"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'home', 4, 'accepted', NULL, '2026-11-11 19:20:00', '2026-11-11 19:20:00')
, (142, 'note', 'Parents'' evening, year 6', 'Ms Nuñez is calm and funny; the room smelled of clementines.

- Ines: strong in maths, “negotiates” in every other subject
- Phones are collected at 8:10 from January
- Camp in May, 1 450 kr; the class is selling toilet paper to pay for it. We have a kitchen full of dust and now 48 rolls
- Wanted: a parent who can talk about their job. My hand went up by itself. Thu 3 Dec, 09:00, 40 min, bring “something you can touch”', '["family","ines","school"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'personal', NULL, 'accepted', NULL, '2026-11-11 20:35:00', '2026-11-11 20:35:00')
, (143, 'reminder', 'Bring mute, pencil and 40 kr for the coffee tin', 'Rehearsal tonight 18:30, parish room; seating for the concert gets decided, so be on *time*. I owe the tin for two weeks.', '["orchestra"]', '[]', '{"demo_seed":true,"scenario":"general","source":"phone"}', '{"status":"done"}', 'personal', 8, 'archived', '2026-11-12 06:15:00', '2026-11-12 06:15:00', '2026-11-12 20:40:00')
, (144, 'meeting', 'Board visit at the mock-up', 'Seven of them, in and out in eleven minutes.

- Chair knocked on the ply and asked if it was rusty iron. Best review we''ll get
- “Will there be anything for children?” Tove: 11 classes booked
- “And if the lens doesn''t come?” I showed Plan C. Silence; then the treasurer said she''d rather see an honest hole than a small lens. !!!
- They''d like to be told the ticket price before they read it in the paper

Léonie afterwards: “You can breathe out now.”', '["exhibition","board","mock-up"]', '[{"fragment_id":103,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"general"}', '{}', 'work', 3, 'accepted', NULL, '2026-11-12 11:20:00', '2026-11-12 11:20:00')
, (145, 'quote', 'The chair of the board, hand on the plywood', '“If this is not iron, then I have been lied to very beautifully.”', '["museum","the-pan"]', '[{"fragment_id":144,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"general"}', '{}', 'work', 3, 'accepted', NULL, '2026-11-12 11:40:00', '2026-11-12 11:40:00')
, (146, 'reminder', 'Cake out of Farid''s oven at six', 'Friday, after work. Bring: the tins (Box 2), wine for Samira, the drill he lent Chidi. 12 candles + one to grow on.', '["birthday","ines"]', '[]', '{"demo_seed":true,"scenario":"general","source":"phone"}', '{"status":"done"}', 'personal', NULL, 'accepted', NULL, '2026-11-12 19:50:00', '2026-11-13 17:30:00')
, (147, 'recipe', 'Sea-salt caramel birthday cake, no nuts anywhere', 'For Ines, 12. Safe for Alma, checked every packet.

| layer | what |
|---|---|
| base × 2 | 4 eggs, 2½ dl sugar, 2 dl flour, ½ dl cocoa, 2 tsp baking powder, 1 dl hot milk |
| caramel | 2 dl sugar, 80 g butter, 1½ dl cream, ½ tsp flaky salt |
| cream | 4 dl, whipped, half the caramel folded in |

Bake at 175 °C, 28 min, two 20 cm tins. Caramel: dry sugar, do NOT stir, butter at amber, cream off the heat (it spits; long sleeves).', '["recipe","birthday","baking"]', '[]', '{"demo_category":"recipe","demo_seed":true,"scenario":"general"}', '{"cooked":1,"rating":5}', 'home', NULL, 'accepted', NULL, '2026-11-12 20:15:00', '2026-11-14 19:10:00')
, (148, 'log', 'Seating for the sixth, and it is official', 'Second desk, outside, next to Bengt. Tomasz went through the Larghetto once without stopping, put the stick down and said “dziękuję” to nobody in particular. Cycled home slowly in the rain on purpose.', '["orchestra","cello"]', '[{"fragment_id":143,"type":"follows"}]', '{"demo_seed":true,"scenario":"general"}', '{"mood":"happy"}', 'personal', 8, 'accepted', NULL, '2026-11-12 20:35:00', '2026-11-12 20:35:00')
, (149, 'note', 'Fog text, attempt seven', '> Before you could see the coast, it spoke to you. One horn, nine seconds, then a silence you learned to count: Vadskär was thirty, Hamnholmen forty-five. If the number was wrong, you were somewhere else. Sailors called it listening for your address.

42 words for the first paragraph. Ruth will ask for a source for “listening for your address”. It''s in the pilot''s interview, tape 4, side B; Begoña has the transcript.', '["text-panels","fog"]', '[{"fragment_id":67,"type":"follows"}]', '{"demo_seed":true,"scenario":"general"}', '{}', 'work', 3, 'accepted', NULL, '2026-11-13 07:20:00', '2026-11-13 07:20:00')
, (150, 'idea', 'Count the silence', 'In Fog: no clock, only the horn every thirty seconds. On the way out, a button: “press when you think thirty have passed”. Show the difference, in seconds, on a little split-flap.

I tried it on Petter (22), Tove (41) and Samir (30.4, insufferable).', '["fog","interactive","ideas-bin"]', '[{"fragment_id":149,"type":"follows"}]', '{"demo_seed":true,"scenario":"general"}', '{"status":"maybe"}', 'work', 3, 'pending', '2026-11-13 09:05:00', '2026-11-13 09:05:00', '2026-11-13 09:05:00')
, (151, 'log', NULL, 'New A string on. Sweet already, drifts a quarter tone an hour. Played long open notes while the cake cooled at Farid''s.', '["cello"]', '[{"fragment_id":109,"type":"follows"}]', '{"demo_seed":true,"scenario":"general"}', '{}', 'personal', 8, 'accepted', NULL, '2026-11-13 18:45:00', '2026-11-13 18:45:00')
, (152, 'note', 'Ines is twelve', 'Woke us at 05:50 with “I''m technically born at 06:12 so you have time for coffee”.

She opened the key last and didn''t say anything, just put the carabiner on her belt loop and checked four times during breakfast that it was there. All twelve climbed, Signe too, to the third hold, and took the picture from up there.

There was a piñata. They were not too old for it. 👨‍👩‍👧‍👦', '["family","ines","birthday"]', '[{"fragment_id":129,"type":"follows"}]', '{"demo_seed":true,"scenario":"general"}', '{"mood":"proud","pinned":true}', 'personal', NULL, 'accepted', NULL, '2026-11-14 20:30:00', '2026-11-15 08:10:00')
, (153, 'quote', 'Ines, on the phone to her grandmother', '“I''m not a teenager yet, Grandma Ngozi. I''m in the *annexe*.”', '["family","ines"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'personal', NULL, 'accepted', NULL, '2026-11-15 10:05:00', '2026-11-15 10:05:00')
, (154, 'note', 'Closing the plot for the winter', 'Last round with wheelbarrow. What I want to remember in March:

1. Rhubarb is under the upturned crate, do not dig there (again)
2. Bed D needs lime, bed A nothing but compost
3. Order onion sets *before* the shop runs out, i.e. January
4. Gunvor wants to share a load of horse manure, 600 kr each
5. The shed key hangs on the nail behind the nail

Garlic is up! 38 green noses of 42, including the upside-down one.', '["allotment","winter","checklist"]', '[{"fragment_id":33,"type":"follows"}]', '{"demo_seed":true,"scenario":"general"}', '{"pinned":true}', 'home', 6, 'accepted', NULL, '2026-11-15 14:20:00', '2026-11-15 14:20:00')
, (155, 'link', 'Onion sets that survive a west-coast spring', 'https://www.frohuset.example.com/lok/sattlok?zon=2&sort=sen

Gunvor swears by the flat yellow one; 39 kr for 50. Opens for orders 7 January.', '["allotment","shopping"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'home', 6, 'archived', '2026-11-15 15:02:00', '2026-11-15 15:00:00', '2026-11-16 06:20:00')
, (156, 'snippet', 'Address stickers from the contacts export', 'Christmas cards, 34 of them, names with a comma in quotes so the printer doesn''t eat Ngozi''s title:

```csv
name,street,postcode,city,country
"Okafor, Mrs Ngozi, JP",12 Example Terrace,LS6 0XX,Leeds,UK
Birgitta Lindqvist,Exempelgatan 8,432 00,Varberg,SE
"Ibáñez Muñoz, Begoña",Provvägen 3 B,411 00,Göteborg,SE
橋本由紀,見本町1-2-3,920-0000,金沢市,JP
```

Save as UTF-8 *with* BOM or Å turns into Ã….', '["christmas","csv","family"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'personal', NULL, 'accepted', NULL, '2026-11-15 16:30:00', '2026-11-15 16:30:00')
, (157, 'recipe', 'Sunday dumplings on the trestle table', '饺子 with the kids folding. Ines'' are perfect, Teo''s are “closed enough”.

- 400 g pork mince, 300 g Chinese cabbage (salted, squeezed), 4 spring onions
- 2 tbsp soy, 1 tbsp sesame oil, 1 tsp ginger, white pepper
- 50 round wrappers, from the shop on Andra Långgatan

Pan with lid, oil, 2 min; 1 dl water, lid on, 6 min; lid off until they hiss. Dip: black vinegar + chilli oil.
50 pieces fed four people and the joiner''s nephew.', '["recipe","family","weekend"]', '[]', '{"demo_category":"recipe","demo_seed":true,"scenario":"general"}', '{"cooked":2,"rating":5}', 'home', NULL, 'accepted', NULL, '2026-11-15 18:10:00', '2026-11-15 18:10:00')
, (158, 'meeting', 'Template for the worktop, Monday before school', 'Two men from Träverket with a laser on a tripod, 25 min. Teo had to hold the target and is now considering a career.

- Corner measured 91.6°; they cut to that, plus a 4 mm shadow gap
- Notch under the sill: 12 mm, oiled on the edge as well
- Tap hole 35 mm, centred on the sink, not on the window. Looks wrong on paper, right in the room
- Fitting Wed 2 Dec at 08:00, delivered the same morning; stairs measured too', '["kitchen","worktop"]', '[{"fragment_id":134,"type":"follows"}]', '{"demo_seed":true,"scenario":"general"}', '{}', 'home', 4, 'accepted', NULL, '2026-11-16 07:25:00', '2026-11-16 07:25:00')
, (159, 'todo', 'Contract with Yuki, both signatures', '48 000 kr + travel, arrives 22 Feb, three weeks, English version. Legal wants a clause about “salt residue in ventilation”; Åsa wants it too, but shorter.

Can''t go out until finance has confirmed the withholding tax for artists abroad.', '["yuki","contract"]', '[{"fragment_id":116,"type":"follows"}]', '{"demo_seed":true,"scenario":"general"}', '{"status":"blocked","waiting_for":"finance"}', 'work', 3, 'accepted', '2026-11-16 08:31:00', '2026-11-16 08:30:00', '2026-11-18 10:15:00')
, (160, 'snippet', 'Days left, in the budget sheet', 'Cell B2 has the opening date. Working days minus the Christmas break on the second tab:

```text
=NETWORKDAYS(TODAY(); B2; Helgdagar!A2:A14) & " arbetsdagar kvar"
```

Swedish Excel wants `;` between arguments and calls it NETTOARBETSDAGAR; the English one wants `,`. Léonie''s is French. Don''t share as a formula, share as a number.', '["spreadsheet","planning"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'work', 3, 'accepted', NULL, '2026-11-16 09:20:00', '2026-11-16 09:20:00')
, (161, 'note', 'Roster says yes to the 28th', 'Chidi works 24 and 25 … November, not December. 😅 From 18 Dec to 1 Jan he''s off, traded against two weekends in January and Easter.

Flights booked: 4 seats, 7 316 kr, one suitcase each way (23 kg) plus one on the way back, because Ngozi. The cello stays home; Elsa lends me her old school instrument''s *bow* so I can do bow-hold in front of the television. Fine.', '["leeds","travel","family"]', '[{"fragment_id":19,"type":"answers"}]', '{"demo_seed":true,"scenario":"general"}', '{}', 'personal', 9, 'accepted', NULL, '2026-11-16 19:55:00', '2026-11-16 20:05:00')
, (162, 'todo', 'Ask Mamma to take Lakrits over Christmas', '19–28 December. He likes her, she likes him, her sofa is neutral. Bring: the grey blanket, pills (½ tablet in liver pâté, mornings), the carrier he hates least.

Drive down on Fri 18th after school, car club booked?', '["leeds","cat"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'personal', 9, 'accepted', NULL, '2026-11-16 20:15:00', '2026-11-16 20:15:00')
, (163, 'log', 'Birgitta is on board, with conditions', 'She takes the cat if we take the armchair with us to the recycling. It’s 40 kg and has sentimental springs.', '["leeds","cat","family"]', '[{"fragment_id":162,"type":"answers"}]', '{"demo_seed":true,"scenario":"general","source":"phone"}', '{}', 'personal', 9, 'pending', '2026-11-17 06:05:00', '2026-11-17 06:05:00', '2026-11-17 06:05:00')
, (164, 'note', 'The Society has written back', 'By post. On paper with a letterhead from 1962.

Mr Thorsson (84) will ride in the van himself. He needs “a seat with a back, coffee at Ljungskile, and to be present when it is lit”. Yes, yes and *yes*.

Signature: missing. He signed the letter but not the form. Samir has sent a new form with a stamped envelope and a pencil cross where the name goes. Insurance can''t start without it; broker gives us until Mon 23 Nov.', '["loans","lens"]', '[{"fragment_id":112,"type":"answers"}]', '{"demo_seed":true,"scenario":"general"}', '{"status":"waiting"}', 'work', 2, 'accepted', NULL, '2026-11-17 09:35:00', '2026-11-17 09:35:00')
, (165, 'reminder', 'Ring Mr Thorsson before his nap', 'Nap is 13–15. Speak up, left ear. Ask kindly about the pencil cross; thank him for the coffee place.', '["loans","lens"]', '[{"fragment_id":164,"type":"follows"}]', '{"demo_seed":true,"scenario":"general"}', '{"status":"open"}', 'work', 2, 'accepted', '2026-11-17 09:50:00', '2026-11-17 09:50:00', '2026-11-17 09:50:00')
, (166, 'idea', 'Let him throw the switch', 'At the opening no ribbon, no speech from the stage. Lights down in The Keeper, Mr Thorsson turns the lens on. He was the relief keeper''s boy; he''s probably done it more often than anyone alive.

Ask Léonie before anyone asks the mayor.', '["opening","lens","ideas-bin"]', '[{"fragment_id":164,"type":"follows"}]', '{"demo_seed":true,"scenario":"general"}', '{}', 'work', 2, 'pending', '2026-11-17 10:05:00', '2026-11-17 10:05:00', '2026-11-17 10:05:00')
, (167, 'log', 'Lesson with a borrowed metronome', 'Waltz at 138, clean from 35 to 60. Elsa: “So. Now make it sound as if it were easy.” That''s the whole of next week, then.

She''ll come on the 6th, third row, aisle, because of her knee.', '["cello","lesson"]', '[{"fragment_id":135,"type":"follows"}]', '{"demo_seed":true,"scenario":"general"}', '{}', 'personal', 8, 'accepted', NULL, '2026-11-17 17:35:00', '2026-11-17 17:35:00')
, (168, 'note', 'Composer notes, first draft for the leaflet', 'Antonín Dvořák wrote the Serenade in twelve days in May 1875. He was 33, had a small son and, for once, a grant; you can hear both.

Five movements that keep borrowing from each other. The tune the second violins and cellos pass around at the very beginning comes back just before the end, like somebody returning to the kitchen for their keys.

(Bengt wants the key named. E major. There.)', '["orchestra","writing"]', '[{"fragment_id":139,"type":"follows"}]', '{"demo_seed":true,"scenario":"general"}', '{}', 'personal', 8, 'accepted', NULL, '2026-11-17 18:40:00', '2026-11-17 18:50:00')
, (169, 'link', 'Stairlift showroom in Headingley', 'https://www.easystep.example.org/showrooms/leeds-headingley#demo

Chidi sent this from the night shift with “delete after reading”. Demo booked for Tue 22 Dec, 11:00. Ngozi thinks we''re going for curtains.', '["leeds","family"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{}', 'personal', 9, 'pending', '2026-11-17 22:20:00', '2026-11-17 22:20:00', '2026-11-17 22:20:00')
, (170, 'note', 'Lenders are not suppliers', 'For Amina, who asked how you learn this. Samir added the last one.

1. Ring before you mail. Then mail what you said
2. Say what the object will *do* in the room, not which section it''s in
3. Send a picture of the empty place where it''ll stand
4. Never write “as soon as possible”; write a date and why
5. When it goes home again, send a photo with people looking at it
6. The form is your problem, not theirs', '["loans","howto"]', '[{"fragment_id":164,"type":"follows"}]', '{"demo_seed":true,"scenario":"general"}', '{"pinned":true,"reading_minutes":1}', 'work', 2, 'accepted', NULL, '2026-11-18 09:05:00', '2026-11-18 09:05:00')
, (171, 'meeting', 'Raking light and a confession about spot 22', 'Jürgen from the train, between Lübeck and nowhere, three dropouts.

- Light from below on the facets: yes, 5 W strips in a 20 × 20 channel, 2700 K, +6 200 kr. I have that in contingency; not twice
- Spot 22: “There is a sprinkler, I have seen it, I was hoping you had not.” Moved 40 cm
- Fog: he wants 0.7 lux. Gunnar says 1. Agreed on 1, measured at *his* favourite spot
- Focus days 1–4 March, he brings his own ladder

Next: plan rev D on Mon 30 Nov.', '["lighting","jürgen","the-pan"]', '[{"fragment_id":69,"type":"follows"},{"fragment_id":132,"type":"follows"}]', '{"demo_seed":true,"scenario":"general"}', '{}', 'work', 1, 'accepted', NULL, '2026-11-18 14:50:00', '2026-11-18 15:02:00')
, (172, 'log', 'First row of green tiles', 'Tiler is called Wanda, started from the corner nobody believes in. The green is deeper than the sample.', '["kitchen","tiles"]', '[{"fragment_id":42,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"general"}', '{}', 'home', 4, 'accepted', NULL, '2026-11-18 16:20:00', '2026-11-18 16:20:00')
, (173, 'reminder', 'Grout colour by eight tomorrow', 'Wanda needs to know before she mixes. “Pearl” (cold) or “sand” (warm)? Look at both in daylight, not under the site lamp.', '["kitchen","tiles"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{"status":"open"}', 'home', 4, 'pending', '2026-11-18 16:25:00', '2026-11-18 16:25:00', '2026-11-18 16:25:00')
, (176, 'reminder', 'Olives for Friday', 'Book club at ours on Friday. The big green ones, two jars, and something for Ines who doesn''t.', '["book-club","shopping"]', '[]', '{"demo_seed":true,"scenario":"general"}', '{"status":"open"}', 'personal', NULL, 'pending', '2026-11-18 17:05:00', '2026-11-18 17:05:00', '2026-11-18 17:05:00')
;

-- todos (18 records)
INSERT INTO "todos" ("id", "fragment_id", "title", "status", "priority", "due_at", "completed_at", "created_at", "updated_at") VALUES
  (1, 7, 'Passport for Teo, both parents at the counter', 'done', 'urgent', '2026-10-22 12:10:00', '2026-10-22 12:40:00', '2026-10-02 10:31:00', '2026-10-22 12:40:00')
, (2, 14, 'Ceiling drawing with sprinklers to Jürgen', 'done', 'high', '2026-10-09 15:00:00', '2026-10-07 13:35:00', '2026-10-05 08:20:00', '2026-10-07 13:35:00')
, (3, 27, 'Paper samples for the labels, three greys', 'done', 'normal', '2026-10-16 15:00:00', '2026-10-15 09:20:00', '2026-10-09 07:15:00', '2026-10-15 09:20:00')
, (4, 29, 'Skip on the street, 26 October at 07:00', 'done', 'high', '2026-10-16 16:00:00', '2026-10-13 07:05:00', '2026-10-09 16:26:00', '2026-10-13 07:05:00')
, (5, 32, 'Plant the garlic (42 cloves)', 'done', 'normal', '2026-10-11 16:00:00', '2026-10-11 12:15:00', '2026-10-10 18:05:00', '2026-10-11 12:15:00')
, (6, 47, 'Lens insurance certificate signed and sent', 'blocked', 'urgent', '2026-11-19 16:00:00', NULL, '2026-10-16 08:15:00', '2026-11-17 09:41:00')
, (7, 55, 'Worktop quote from Träverket in Kungälv', 'done', 'normal', '2026-10-30 16:00:00', '2026-10-27 15:20:00', '2026-10-19 05:50:00', '2026-10-27 15:20:00')
, (8, 59, 'Logger data and floor load to Yuki', 'done', 'normal', '2026-10-26 16:00:00', '2026-10-23 08:30:00', '2026-10-20 06:40:00', '2026-10-23 08:30:00')
, (9, 67, 'Fog panel, 120 words in two languages', 'in_progress', 'high', '2026-11-20 16:00:00', NULL, '2026-10-22 09:40:00', '2026-11-18 13:05:00')
, (10, 74, 'Tap open, barrel empty, pump inside', 'done', 'high', '2026-10-24 10:00:00', '2026-10-24 09:45:00', '2026-10-23 16:10:00', '2026-10-24 10:20:00')
, (11, 88, 'Send Gunnar the emergency-lighting drawing', 'open', 'urgent', '2026-11-19 12:00:00', NULL, '2026-10-28 10:30:00', '2026-11-18 15:40:00')
, (12, 92, 'Window socket 12 cm to the right, please Farid', 'done', 'urgent', '2026-11-17 16:00:00', '2026-11-10 15:10:00', '2026-10-29 16:41:00', '2026-11-10 15:10:00')
, (13, 106, 'Climbing shoes and a key for Ines', 'done', 'high', '2026-11-13 17:00:00', '2026-11-12 16:50:00', '2026-11-02 20:05:00', '2026-11-12 16:50:00')
, (14, 109, 'Two red-silk A strings from Stråkboden', 'done', 'normal', '2026-11-20 17:00:00', '2026-11-13 11:30:00', '2026-11-03 17:50:00', '2026-11-13 11:30:00')
, (15, 123, 'Decide about 13 drawer handles', 'open', 'low', NULL, NULL, '2026-11-06 18:45:00', '2026-11-06 18:45:00')
, (16, 139, 'Leaflet proof to Bengt', 'in_progress', 'normal', '2026-11-23 17:00:00', NULL, '2026-11-10 19:15:00', '2026-11-17 18:50:00')
, (17, 159, 'Get the Kanazawa contract signed', 'blocked', 'high', '2026-11-30 16:00:00', NULL, '2026-11-16 08:31:00', '2026-11-18 10:15:00')
, (18, 162, 'Sofa, pills and carrier: Lakrits to Varberg', 'open', 'normal', '2026-12-18 15:00:00', NULL, '2026-11-16 20:15:00', '2026-11-17 06:10:00')
;

-- Links (2 updates)
UPDATE "projects" SET "parent_id" = 3 WHERE "id" = 1 AND "parent_id" IS NULL;
UPDATE "projects" SET "parent_id" = 3 WHERE "id" = 2 AND "parent_id" IS NULL;

-- Verification
SELECT 'chat_sessions' AS "table", 4 AS "expected", COUNT(*) AS "actual" FROM "chat_sessions" WHERE CAST("metadata"->>'demo_seed' AS TEXT) IN ('true', '1') AND CAST("metadata"->>'scenario' AS TEXT) IN ('general');
SELECT 'contacts' AS "table", 9 AS "expected", COUNT(*) AS "actual" FROM "contacts" WHERE CAST("metadata"->>'demo_seed' AS TEXT) IN ('true', '1') AND CAST("metadata"->>'scenario' AS TEXT) IN ('general');
SELECT 'vaults' AS "table", 2 AS "expected", COUNT(*) AS "actual" FROM "vaults" WHERE CAST("metadata"->>'demo_seed' AS TEXT) IN ('true', '1') AND CAST("metadata"->>'scenario' AS TEXT) IN ('general');
SELECT 'projects' AS "table", 9 AS "expected", COUNT(*) AS "actual" FROM "projects" WHERE CAST("metadata"->>'demo_seed' AS TEXT) IN ('true', '1') AND CAST("metadata"->>'scenario' AS TEXT) IN ('general');
SELECT 'fragments' AS "table", 174 AS "expected", COUNT(*) AS "actual" FROM "fragments" WHERE CAST("metadata"->>'demo_seed' AS TEXT) IN ('true', '1') AND CAST("metadata"->>'scenario' AS TEXT) IN ('general');
SELECT 'todos' AS "table", 18 AS "expected", COUNT(*) AS "actual" FROM "todos" WHERE "fragment_id" IN (SELECT "id" FROM "fragments" WHERE CAST("metadata"->>'demo_seed' AS TEXT) IN ('true', '1') AND CAST("metadata"->>'scenario' AS TEXT) IN ('general'));

COMMIT;
-- Content: sha256:88feaf786b5f42909ec81ecce39acbc99a4661a5b6261cbbb302f6ba7561a504
-- File: sha256:628eca49082b855335c126bc7761bef7f2498cfc7f2abf662d4f93cef5fc35b9
-- End of export
