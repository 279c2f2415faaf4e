-- Demo Data Export
-- Format: 1
-- Scenario: writer
-- Version: v1_2026-11-20
-- Generated: 2026-11-20T06:36:30Z
-- Source: sqlite
-- Engines: sqlite, postgres
-- Raw: sqlite >= 3.38, postgres >= 14
-- Definition: {"total":"fragments","breakdown":{"fragments":"type"}}
-- Table: {"name":"chat_sessions","columns":[["id","integer"],["title","text"],["messages","json"],["is_pinned","boolean"],["metadata","json"],["last_activity_at","timestamp"],["created_at","timestamp"],["updated_at","timestamp"]],"key":["id"],"select":[[[["metadata","demo_seed"],"in",[true]],[["metadata","scenario"],"in",["writer"]]]]}
-- Table: {"name":"contacts","columns":[["id","integer"],["name","text"],["emails","json"],["phones","json"],["organization","text"],["is_favorite","boolean"],["metadata","json"],["created_at","timestamp"],["updated_at","timestamp"]],"key":["id"],"select":[[[["metadata","demo_seed"],"in",[true]],[["metadata","scenario"],"in",["writer"]]]]}
-- Table: {"name":"vaults","columns":[["id","integer"],["name","text"],["slug","text"],["description","text"],["metadata","json"],["created_at","timestamp"],["updated_at","timestamp"]],"key":["id"],"select":[[[["metadata","demo_seed"],"in",[true]],[["metadata","scenario"],"in",["writer"]]]]}
-- Table: {"name":"projects","columns":[["id","integer"],["vault_id","integer"],["parent_id","integer"],["name","text"],["description","text"],["status","text"],["metadata","json"],["created_at","timestamp"],["updated_at","timestamp"]],"key":["id"],"select":[[[["metadata","demo_seed"],"in",[true]],[["metadata","scenario"],"in",["writer"]]]],"references":[{"columns":["parent_id"],"to":"projects","key":["id"],"link":true},{"columns":["vault_id"],"to":"vaults","key":["id"]}]}
-- Table: {"name":"fragments","columns":[["id","integer"],["type","text"],["title","text"],["message","text"],["tags","json"],["relationships","json"],["metadata","json"],["state","json"],["vault","text"],["project_id","integer"],["inbox_status","text"],["inbox_at","timestamp"],["created_at","timestamp"],["updated_at","timestamp"]],"key":["id"],"select":[[[["metadata","demo_seed"],"in",[true]],[["metadata","scenario"],"in",["writer"]]]],"references":[{"columns":["project_id"],"to":"projects","key":["id"]},{"columns":["vault"],"to":"vaults","key":["slug"]}]}
-- Table: {"name":"todos","columns":[["id","integer"],["fragment_id","integer"],["title","text"],["status","text"],["priority","text"],["due_at","timestamp"],["completed_at","timestamp"],["created_at","timestamp"],["updated_at","timestamp"]],"key":["id"],"references":[{"columns":["fragment_id"],"to":"fragments","key":["id"],"child":true}]}
-- Total Fragments: 92
-- Total Records: 124

BEGIN;

-- Cleanup: rows of scenario writer
DELETE FROM "todos" WHERE "fragment_id" IN (SELECT "id" FROM "fragments" WHERE CAST("metadata"->>'demo_seed' AS TEXT) IN ('true', '1') AND CAST("metadata"->>'scenario' AS TEXT) IN ('writer'));
DELETE FROM "fragments" WHERE CAST("metadata"->>'demo_seed' AS TEXT) IN ('true', '1') AND CAST("metadata"->>'scenario' AS TEXT) IN ('writer');
DELETE FROM "projects" WHERE CAST("metadata"->>'demo_seed' AS TEXT) IN ('true', '1') AND CAST("metadata"->>'scenario' AS TEXT) IN ('writer');
DELETE FROM "vaults" WHERE CAST("metadata"->>'demo_seed' AS TEXT) IN ('true', '1') AND CAST("metadata"->>'scenario' AS TEXT) IN ('writer');
DELETE FROM "contacts" WHERE CAST("metadata"->>'demo_seed' AS TEXT) IN ('true', '1') AND CAST("metadata"->>'scenario' AS TEXT) IN ('writer');
DELETE FROM "chat_sessions" WHERE CAST("metadata"->>'demo_seed' AS TEXT) IN ('true', '1') AND CAST("metadata"->>'scenario' AS TEXT) IN ('writer');

-- chat_sessions (3 records)
INSERT INTO "chat_sessions" ("id", "title", "messages", "is_pinned", "metadata", "last_activity_at", "created_at", "updated_at") VALUES
  (101, 'Would a bookkeeper in 1931 blot or wait?', '[{"at":"2026-10-18T09:41:00Z","content":"Small thing, large consequences. Aveiro, 1931, steel nib, iron-gall ink, a bound ledger. Does my bookkeeper use blotting paper or does he let the line dry? I need him to *wait* in the last chapter.","role":"user"},{"at":"2026-10-18T09:41:30Z","content":"Both existed and both were ordinary, so you can choose, but the choice says something.\n\n- Blotting paper was cheap and everywhere in offices by then. A clerk in a hurry blots.\n- Iron-gall ink darkens as it dries. Blot it too early and the line stays pale. A careful bookkeeper who cares about permanence may well let it stand.\n- If the entries are taken off in a copying press, he must not blot at all: the press needs ink on the page (usually a special copying ink).\n\nYou mention a copying press in your notes from yesterday''s visit to Aveiro. If the office uses it for the ledger''s pages, waiting is simply the procedure.","role":"assistant"},{"at":"2026-10-18T09:47:00Z","content":"Letters were press-copied, the ledger not, I think. So blotting is normal and *not* blotting is a decision. That''s better for me: everybody blots for 31 chapters, and then he doesn''t.","role":"user"},{"at":"2026-10-18T09:47:40Z","content":"Then it pays to plant the gesture. Three places would be enough: the first day (he looks for the blotter and finds it salted stiff), the dinner (someone blots the wine), and the scene with the scales (he reaches for it and stops).\n\nOne caution for the end: in damp, salty air a line could stay tacky for a long while. Salt draws water. It is a true detail, and you may find it does the work without being mentioned.","role":"assistant"},{"at":"2026-10-18T09:52:00Z","content":"“Salt draws water.” Right. I''m going for a walk.","role":"user"}]', FALSE, '{"demo_seed":true,"scenario":"writer"}', '2026-10-18 09:52:00', '2026-10-18 09:41:00', '2026-10-18 09:52:00')
, (102, 'Synopsis for Tobias without giving away the scales', '[{"at":"2026-11-10T08:02:00Z","content":"I need one page for my agent to send to foreign publishers. Here is my attempt at the first paragraph, be honest:\n\n“Aveiro, 1931. Aurélio Pinho Vidal, half deaf and wholly exact, takes over the books of a salt company from a man who died at his desk. The books are perfect. It takes him half a year to see why that is impossible.”","role":"user"},{"at":"2026-11-10T08:02:35Z","content":"It is good; I''d leave it nearly alone. Two small things:\n\n1. “half deaf and wholly exact” is the kind of pair a reader enjoys once. Make sure there isn''t another in the paragraph after it.\n2. You end on *impossible*, which promises a puzzle. If the book is more grief than puzzle, end on the books: “It takes him half a year to see that no salt could be.”\n\nWhat does the second paragraph have to do? Foreign editors usually want the woman, the danger and the turn.","role":"assistant"},{"at":"2026-11-10T08:09:00Z","content":"The woman: Custódia, carries salt, has been keeping the dead man''s book going in his handwriting. The danger: she can be dismissed, he can be worse than dismissed. The turn: the piles are people; I''d rather not say so.","role":"user"},{"at":"2026-11-10T08:09:50Z","content":"In a synopsis you generally should say so. It isn''t jacket copy; the person reading has to know what they are buying. But you can let the reader arrive half a second before the sentence does:\n\n“Custódia Ramísio carries salt from the sheds to the boats, and is not supposed to be able to write. For eleven weeks after the old bookkeeper''s death she has kept his ledger in his own hand: a number, a weight, a loss. She is number seventeen.”\n\nNothing is announced and everything is said. Then the danger can be plain.","role":"assistant"},{"at":"2026-11-10T08:15:00Z","content":"“She is number seventeen.” I''m cross that I didn''t write that. May I have it?","role":"user"},{"at":"2026-11-10T08:15:20Z","content":"It was yours: pile 17, 58 kg, is in your character notes from the 1st of October and in chapter 14. I only moved it to the end of a sentence.","role":"assistant"},{"at":"2026-11-18T08:31:00Z","content":"Back again, a week later. It''s at 410 words and Tobias allows 350. Which sixty?","role":"user"},{"at":"2026-11-18T08:31:45Z","content":"From what you''ve told me of the book: the gold standard (keep the date, lose the explanation), the Inspector, and the boarding house. All three matter in the novel, and none of them matters on this page. Should that leave you short of sixty, take the adjectives from Sá Monteiro; he has had plenty.","role":"assistant"}]', TRUE, '{"demo_seed":true,"scenario":"writer"}', '2026-11-18 08:31:45', '2026-11-10 08:02:00', '2026-11-18 08:31:45')
, (103, 'Carrying “quebra” into Japanese and Chinese', '[{"at":"2026-11-03T18:22:00Z","content":"My Japanese translator offers 目減り (meberi) for *quebra*, and my Chinese editor 损耗 (sǔnhào). In Portuguese the word is shrinkage of stock, a break, and in older usage a bankruptcy. What do I lose with each?","role":"user"},{"at":"2026-11-03T18:22:40Z","content":"Roughly:\n\n| | stock shrinks | something breaks | insolvency |\n|---|---|---|---|\n| quebra | yes | yes | older use |\n| 目減り | yes, its home meaning | no | no, though savings can 目減りする |\n| 损耗 | yes, technical | a little: 损 is harm | no |\n\n目減り is the gentler word: the eye (目) notices that there is less (減り). That strikes me as very close to your bookkeeper. 损耗 is what an inspector would write; colder, and 损 carries an injury.","role":"assistant"},{"at":"2026-11-03T18:30:00Z","content":"So the Japanese ledger is kept by Falcão and the Chinese one by the company. I rather like that. Can each keep the italic Portuguese once, at the first entry?","role":"user"},{"at":"2026-11-03T18:30:35Z","content":"That is a question for Miura-san and Shen Yutong, since they know their readers. One way to ask: give them the first page of the ledger as an *image*, in Falcão''s hand, with “quebra” visible in the column head. Then the translation can gloss in its own way, and the foreign word is seen before it is read.","role":"assistant"},{"at":"2026-11-03T18:34:00Z","content":"An image. With crossed sevens. Yes! Joaquim''s reproduction fee just became a literary expense.","role":"user"}]', FALSE, '{"demo_seed":true,"scenario":"writer"}', '2026-11-03 18:34:00', '2026-11-03 18:22:00', '2026-11-03 18:34:00')
;

-- contacts (7 records)
INSERT INTO "contacts" ("id", "name", "emails", "phones", "organization", "is_favorite", "metadata", "created_at", "updated_at") VALUES
  (101, 'Marianne Okafor-Leigh', '["marianne@harrowandtern.example.com"]', '[]', 'Harrow & Tern, London', TRUE, '{"demo_seed":true,"note":"No telephone before noon; no telephone after noon either. Write.","role":"editor","scenario":"writer"}', '2026-10-01 06:58:00', '2026-10-30 12:05:00')
, (102, 'Tobias Lindqvist', '["tobias@lindqvist-daughters.example.com","tobias.lindqvist@example.org"]', '["+351 22 555 0171"]', 'Lindqvist & Daughters, literary agents', TRUE, '{"demo_seed":true,"note":"Half the year in Matosinhos, for the surf he says he doesn''t do","role":"agent","scenario":"writer"}', '2026-10-01 07:01:00', '2026-10-01 07:01:00')
, (103, '三浦 佳世 (Miura Kayo)', '["miura.kayo@nagishobo.example.net"]', '[]', '凪書房 Nagi Shobō, Tokyo', FALSE, '{"demo_seed":true,"languages":["ja","en","pt"],"role":"translator","scenario":"writer","time_difference":"nine hours from the end of October"}', '2026-10-12 15:26:00', '2026-10-26 08:10:00')
, (104, 'Joaquim Tavares Leão', '["j.tavares.leao@arquivo-ria.example.org"]', '["+351 22 555 0118","+351 22 555 0119"]', 'Arquivo da Ria, Aveiro', TRUE, '{"demo_seed":true,"note":"Second number is the reading room; let it ring","role":"archivist","scenario":"writer"}', '2026-10-02 09:14:00', '2026-10-17 20:12:00')
, (105, 'Conall Rafferty', '["conall@lanternstreet.example.com"]', '[]', 'Lantern Street Press, Belfast', FALSE, '{"demo_seed":true,"role":"anthology editor","scenario":"writer"}', '2026-10-16 08:16:00', '2026-11-09 12:48:00')
, (106, 'Duarte Semedo', '["cultura@jornaldaribeira.example.com"]', '["+351 22 555 0160"]', 'Jornal da Ribeira', FALSE, '{"demo_seed":true,"note":"Counts spaces","role":"column editor","scenario":"writer"}', '2026-10-05 11:30:00', '2026-10-05 11:30:00')
, (107, 'Graça Monteverde', '["graca.monteverde@example.org"]', '["+351 22 555 0134"]', NULL, TRUE, '{"address":"third floor left","demo_seed":true,"role":"first reader, retired accountant","scenario":"writer"}', '2026-10-04 10:22:00', '2026-11-03 19:24:00')
;

-- vaults (1 shared record)
INSERT INTO "vaults" ("id", "name", "slug", "description", "metadata", "created_at", "updated_at") VALUES
  (1, 'Personal', 'personal', 'Everything that has no better home yet', '{"demo_seed":true}', '2026-09-28 07:00:00', '2026-09-28 07:00:00')
ON CONFLICT DO NOTHING
;

-- vaults (1 record)
INSERT INTO "vaults" ("id", "name", "slug", "description", "metadata", "created_at", "updated_at") VALUES
  (11, 'The writing room', 'novel', 'The Salt Ledger, the stories, and everything I stole for them', '{"demo_seed":true,"scenario":"writer"}', '2026-10-01 06:32:00', '2026-10-01 06:32:00')
;

-- projects (6 records)
INSERT INTO "projects" ("id", "vault_id", "parent_id", "name", "description", "status", "metadata", "created_at", "updated_at") VALUES
  (101, 11, NULL, 'The Salt Ledger', 'Second novel. Aveiro, 1931: a bookkeeper at a salt company finds that the piles in the ledger are people. Draft three is due to Marianne on 30 November.', 'active', '{"demo_seed":true,"scenario":"writer"}', '2026-10-01 06:36:00', '2026-11-19 18:34:00')
, (102, 11, 101, 'Aveiro 1931 (research)', 'Paused on purpose. No new archive trips until the draft is out of the house; only questions a scene cannot stand up without.', 'paused', '{"demo_seed":true,"scenario":"writer"}', '2026-10-01 06:38:00', '2026-11-15 11:02:00')
, (103, 11, 101, 'Draft three, chapter by chapter', '32 chapters, four parts. From 91,400 words down to 84,000. Chapter 17 is not to be touched.', 'active', '{"demo_seed":true,"scenario":"writer"}', '2026-10-01 06:41:00', '2026-11-18 21:26:00')
, (104, 11, NULL, 'The Lighthouse Keeper’s Invoice', 'Story for Tidewrack (Lantern Street Press, Belfast). Limit 4,500 words, deadline Saturday 14 November. Sent on the 13th.', 'done', '{"demo_seed":true,"scenario":"writer"}', '2026-10-16 08:11:00', '2026-11-13 16:14:00')
, (105, 11, NULL, 'Short stories, one day a book', 'A drawer for stories until there are nine of them. At present there are four and a half.', 'planned', '{"demo_seed":true,"scenario":"writer"}', '2026-10-16 08:14:00', '2026-10-16 08:14:00')
, (106, 1, NULL, 'À Margem (the column)', 'Jornal da Ribeira, every second Thursday, 3,200 characters including spaces. Copy to Duarte by noon on the Tuesday before.', 'active', '{"demo_seed":true,"scenario":"writer"}', '2026-10-01 06:55:00', '2026-11-17 11:48:00')
;

-- fragments (92 records)
INSERT INTO "fragments" ("id", "type", "title", "message", "tags", "relationships", "metadata", "state", "vault", "project_id", "inbox_status", "inbox_at", "created_at", "updated_at") VALUES
  (1001, 'note', 'How this vault works: a note to the Inês of next March', 'You will open this in March and remember nothing, so:

- Anything that happens in 1931 goes under "Aveiro 1931". Anything that happens in a chapter goes under "Draft three".
- A fact with no source is gossip. Tag it `gossip` and use it anyway, but know what it is.
- `quebra` is the tag for everything about loss of weight: salt, people, the manuscript.
- The deadline is 30 November. Not "the end of November". The thirtieth, a Monday, before Marianne''s lunch.
- Do not start a new notebook. You have eleven.

The book is four parts, named after the pans the water passes through: Viveiro, Algibés, Caldeiros, Meios. The water gets saltier; so do they.', '["housekeeping","structure"]', '[]', '{"demo_seed":true,"scenario":"writer"}', '{"pinned":true}', 'novel', 101, 'accepted', NULL, '2026-10-01 06:50:00', '2026-10-31 18:22:00')
;
INSERT INTO "fragments" ("id", "type", "title", "message", "tags", "relationships", "metadata", "state", "vault", "project_id", "inbox_status", "inbox_at", "created_at", "updated_at") VALUES
  (1002, 'character', 'Aurélio Pinho Vidal', 'Born in Ílhavo in 1897; thirty-four when the book closes. Guarda-livros of the Companhia Salineira do Vouga from Monday 12 January 1931.

WANTS: a column that comes out even.
NEEDS: to be in one.
BODY: deaf in the left ear since 9 April 1918 (La Lys). Turns his whole head to listen, like a hen. Left-handed, beaten into right-handedness; under strain the left hand still picks up the pen.
HABITS: sharpens pencils with a knife, eats standing, says “with permission” to furniture.
NEVER: raises his voice, takes the tram when he can walk, crosses anything out. He writes the correction above, in red, and initials it.
LIE HE TELLS HIMSELF: that a figure has no smell.

He lodges with D. Firmina in the Rua de José Estêvão, second floor back, above the man who repairs accordions.', '["character","aurélio","protagonist"]', '[{"fragment_id":1003,"type":"relates_to"},{"fragment_id":1086,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"bible":"settled"}', 'novel', 101, 'accepted', NULL, '2026-10-01 07:35:00', '2026-11-16 08:31:00')
, (1003, 'character', 'Custódia Ramísio', 'Twenty-nine. Salineira: carries salt on her head from the shed to the boat, a basket at a time, barefoot. Pile 17. Fifty-eight kilos; she knows the figure, which is part of the plot.

She reads numbers and not letters. Falcão taught her the ten digits at the back of the shed in the winter of 1926, with chickpeas. She never crosses her sevens.

VOICE: short. Never explains a joke. Addresses the director as “the gentleman” and the salt as “she”.
WANTS: Rosa''s four hundred escudos paid to Rosa''s mother.
KNOWS: everything, since before page one. (Marianne is right about this. Annoying.)

What she carries in her apron: chickpeas, a bent teaspoon, a holy card of Santa Joana with one corner chewed off by a goat.', '["character","custódia"]', '[{"fragment_id":1002,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"bible":"settled"}', 'novel', 101, 'accepted', NULL, '2026-10-01 08:20:00', '2026-10-07 09:12:00')
, (1004, 'log', NULL, 'Day one of draft three. Marianne hasn''t written about the second yet; starting without her, it''s that or clean the oven. 1,120 words, of which about 900 were already there. Rui says that counts. Vírgula slept on the style sheet.', '["word-count"]', '[]', '{"demo_seed":true,"scenario":"writer"}', '{"chapter":1,"words":1120}', 'novel', 103, 'accepted', NULL, '2026-10-01 21:10:00', '2026-10-01 21:10:00')
, (1005, 'research', 'How a marinha is laid out, from the sea inwards', 'The order in which the water travels (my sketch from the Ecomuseu, corrected by Joaquim in pencil):

1. viveiro: the reservoir; takes the spring tide, keeps the fish
2. algibés: settling; mud drops, water warms
3. caldeiros: evaporation begins to bite (yes, my own surname, nearly; no, nobody may make the joke)
4. sobre-cabeceiras, talhos, cabeceiras: a staircase of three fingers'' height
5. meios: the crystallisers, upper and lower. Here she "makes".

Bulrush and mud walls, rebuilt every spring after the winter has eaten them. The feast at the start of the season is the botadela.

Useful for the book: nothing is pumped. The whole works runs on a fall you could not see with a spirit level. A crooked man could move a fortune by lifting one board.

Sources: Ecomuseu panels; J. Tavares Leão, conversation, September; my own wet shoes.', '["research","salt","place","structure"]', '[]', '{"demo_seed":true,"scenario":"writer"}', '{"verified":true}', 'novel', 102, 'accepted', NULL, '2026-10-02 09:05:00', '2026-10-02 09:05:00')
, (1006, 'character', 'Dr. Evaristo Sá Monteiro, director', 'Fifty-two, law degree from Coimbra, never practised. Owns a third of the company and behaves like two thirds.

The danger: he arrives in every scene already guilty. Give him
- a good singing voice, which he is shy about;
- a real fear of bankruptcy (the house in the Avenida is mortgaged twice);
- the ability to be right. In chapter 11 he is right about the price of salt and wrong about everything else.

He has never opened the ledger himself. He is read to. This is his defence, and it is almost a defence.

Speech: finishes other people''s sentences, badly. “You were going to say unfortunate.” “I was going to say illegal, senhor doutor.”', '["character","antagonist","sá-monteiro"]', '[{"fragment_id":1002,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"bible":"in_revision"}', 'novel', 101, 'accepted', NULL, '2026-10-02 10:30:00', '2026-10-20 09:02:00')
, (1007, 'todo', 'The boiler is coughing again', 'Three coughs, a sigh, then E04 on the little display. Same as last February. Sr. Osvaldo came then and fixed it by looking at it sternly.

Call him before it gets cold; mornings at the desk are already a two-jumper affair.', '["house","repairs"]', '[]', '{"demo_seed":true,"scenario":"writer"}', '{"status":"done"}', 'personal', NULL, 'accepted', NULL, '2026-10-02 17:40:00', '2026-10-09 15:20:00')
, (1008, 'draft', 'Chapter 1: the office on the Canal de São Roque', 'The office of the Companhia Salineira do Vouga had two windows, and both of them were white. It took Aurélio most of the morning to understand that this was not frost.

“You''ll taste it by noon,” said the boy who had let him in. “By Friday you won''t.”

“Won''t what?”

“Taste anything, senhor.”

There was a desk, and on the desk a ledger, and on the ledger a pair of spectacles folded with the arms crossed, as one folds the hands of the dead. He moved the spectacles to the windowsill — “with permission” — and opened the book where the ribbon lay. Pile 86. Pile 87. Pile 88. A date of entry, a weight, a loss; now and then a departure. The hand was small and upright and so regular that he thought at first it had been printed. It was only when he tilted the page that he saw how hard the man had pressed.

The last entry was dated the Friday before. He noted it the way one notes a draught, and turned up his collar, and went on.', '["draft","chapter-1","part-one"]', '[{"fragment_id":1002,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"chapter":1,"draft":3,"words":2610}', 'novel', 103, 'accepted', NULL, '2026-10-03 08:15:00', '2026-11-08 18:40:00')
, (1009, 'idea', 'The man who irons his newspaper', 'In the café on the corner of the Rua do Bonfim, an elderly man asks for his toast and then for the iron. D. Celeste keeps one behind the counter for him. He irons the paper, page by page, "so the ink doesn''t argue with my cuffs".

Column: what we smooth before we can read it. 3,200 characters, no moral.

Check with D. Celeste that he would not mind. Check that he would not mind *being asked*, which is different.', '["column","porto","people"]', '[]', '{"demo_seed":true,"scenario":"writer"}', '{"used_in":"2026-10-22"}', 'personal', 106, 'accepted', '2026-10-03 19:25:00', '2026-10-03 19:25:00', '2026-10-20 10:40:00')
, (1010, 'character', 'Henrique Falcão, deceased before page one', 'Bookkeeper for thirty-one years, dead on 2 November 1930, All Souls, a Sunday, at his desk, where he had no business being on a Sunday.

He numbers the piles from 1. Pile 1 is his own daughter, Aninhas, who carried salt for one summer and died in 1909. Entry: *3 June. 39 kg. Departed 30 August.* Everything after it is that line again, with other names he does not write.

So: he kept the book as a prayer. Others audited it as a list of wages that need not be paid. Both are true and neither cancels the other. Double entry!

Physical: we never see him. Spectacles, a ribbon, a dent in the chair cushion, the pressure of the nib.', '["character","falcão","ledger","backstory"]', '[{"fragment_id":1008,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"bible":"settled"}', 'novel', 101, 'accepted', NULL, '2026-10-04 10:00:00', '2026-10-04 10:00:00')
, (1011, 'research', '1931 in one page: what they would have read at breakfast', '17 Feb: Shrove Tuesday. Carnival. (Old discovery scene; see what can stay.)
4 April: Holy Saturday. Military revolt in Madeira; it lasts until 2 May.
14 April: the Republic proclaimed in Spain. Judite hears it on the wire first.
30 April: spelling agreement between Lisbon and Brazil. Sá Monteiro has views on the letter *h*.
9 June: decree for the return to gold; in force 1 July.
26 August: rising in Lisbon, put down within the day.
21 Sept: London leaves gold, and the escudo soon goes after sterling.

Nobody in the book says the word “dictatorship”. They say “the situation”.

Sources: newspaper microfilm in Porto (my notebook 9), checked against two general histories; the Madeira and gold-standard dates double-checked, the rest once.', '["research","chronology","politics"]', '[]', '{"demo_seed":true,"scenario":"writer"}', '{"verified":true}', 'novel', 102, 'accepted', NULL, '2026-10-05 09:45:00', '2026-10-27 08:40:00')
, (1012, 'quote', 'Overheard on the 500 towards Foz', '“I''m not angry with her. I''ve just stopped keeping her in mind when I buy fruit.”

Woman, about seventy, to another woman, about seventy. The second one nodded for three stops.', '["overheard","porto","dialogue"]', '[]', '{"demo_seed":true,"scenario":"writer"}', '{}', 'personal', NULL, 'accepted', '2026-10-05 22:05:00', '2026-10-05 22:05:00', '2026-10-05 22:05:00')
, (1013, 'note', 'Marianne’s letter on draft two', '(Pasted from her e-mail so that I stop opening the e-mail.)

Dear Inês,

I have read it twice; once on a train to Leeds and once properly. It is a better book than the first one, and I say that as somebody who cried at the first one in an airport.

Six things, in the order of how much you will hate them:

1. The prologue. I know. But 1974 is a second novel knocking at the door of this one, and it keeps its coat on.
2. Aurélio understands too early. At chapter 9 he has been there five weeks. Let him be good at his job and blind for longer; fourteen would be my guess.
3. Custódia must know before him. At the moment she is surprised, and nobody who carries that much is surprised.
4. Sá Monteiro twirls. Take away one crime and give him one fear.
5. The fire. Ledgers burn in every book about ledgers. What would the sea do?
6. Falcão dies in November, but the entries run on until the 19th of January. Continuity slip, or the best idea in the novel?

Chapter 17, the rain: please do not touch it. Not a comma. I mean it.

30 November for draft three? A Monday. I''ll clear the week.

With love and a very sharp pencil,
Marianne', '["editor","letter","draft-two"]', '[{"fragment_id":1010,"type":"relates_to"},{"fragment_id":1003,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer","source":"email"}', '{"pinned":true,"points":6}', 'novel', 103, 'accepted', '2026-10-06 11:02:00', '2026-10-06 11:20:00', '2026-10-06 11:20:00')
, (1014, 'log', NULL, 'Read the letter. Walked to the Fontainhas and back. Read it again. Ate an entire packet of bolachas Maria, standing, like Aurélio.

No. 6 was a continuity slip.

No. 6 is the best idea in the novel.', '["editor","mood"]', '[{"fragment_id":1013,"type":"answers"}]', '{"demo_seed":true,"scenario":"writer"}', '{}', 'novel', 103, 'accepted', NULL, '2026-10-06 14:50:00', '2026-10-06 14:50:00')
, (1015, 'note', 'Answering Marianne, point by point (do not send yet)', '1. Prologue: NO. (Later: one page? Later still: what if it were a document?)
2. Discovery to 14: yes. That is St Peter''s day, 29 June, two days before the escudo goes back to gold. I could not have planned it.
3. Custódia: yes, and it costs me four scenes.
4. Sá Monteiro: he may keep the mortgage and lose the poisoned well. The well was silly.
5. Fire: agreed. What *would* the sea do? It would take its time.
6. The hand that goes on writing after Falcão''s death is hers. She learnt the digits from him; she copies him perfectly, except for the sevens.

Seventy-eight days from 2 November to 19 January: eleven weeks and a day of a dead man''s handwriting. Nobody at the company notices, because the columns come out even.', '["editor","structure","custódia"]', '[{"fragment_id":1013,"type":"answers"},{"fragment_id":1003,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"sent":false}', 'novel', 103, 'accepted', NULL, '2026-10-07 08:30:00', '2026-10-30 11:50:00')
, (1016, 'todo', 'Discovery out of chapter 9, into chapter 14', 'What has to move with it:
- the scales in the shed (plant them in 5, use them in 14)
- Rosa''s mother at the office door (stays in 9, but he misreads it)
- the red ink; he must not run out before June
- every "since he had known" between 10 and 13. Search for it, there are nine.', '["revision","structure"]', '[{"fragment_id":1015,"type":"follows"}]', '{"demo_seed":true,"scenario":"writer"}', '{"status":"done"}', 'novel', 103, 'accepted', NULL, '2026-10-07 09:40:00', '2026-10-31 12:15:00')
, (1017, 'draft', 'À Margem, 8 October: In praise of the wrong bus', '(As printed. Duarte cut the second paragraph and he was right.)

There is a moment, about two stops in, when you know. The river is on the wrong side. A cemetery has appeared. The woman across the aisle is holding a live rooster in a supermarket bag with the serenity of somebody on the correct bus.

You may get off, of course. People do; they stand on a corner in Campanhã with their telephones held up like candles. I recommend the other course. Stay. For the price of a ticket you have been given a city that did not expect you, and which has therefore not tidied up.

Last week I was taken, against my will, to a street where every balcony had a chair and every chair faced a wall. I have thought of little else since. I was late for the dentist, who was later.', '["column","published"]', '[]', '{"demo_seed":true,"scenario":"writer"}', '{"characters":3188,"status":"published"}', 'personal', 106, 'accepted', NULL, '2026-10-08 07:55:00', '2026-10-08 07:55:00')
, (1018, 'snippet', 'Build the reading copy (pandoc)', 'Once and for all, so that I stop searching my own e-mail for it:

```sh
cd ~/salt-ledger
pandoc meta.yaml chapters/*.md \
  --from markdown+smart --toc --toc-depth=1 \
  --metadata title="The Salt Ledger" --metadata lang=en-GB \
  --reference-doc=marianne.docx \
  -o out/salt-ledger-d3.docx
```

`+smart` turns `--` into an en dash and `---` into an em dash. Marianne''s template wants em dashes closed up in narration — and spaced in my notes, apparently, since I cannot stop.

If Word complains about the cover page, delete `out/` and swear once.', '["tools","pandoc","manuscript"]', '[]', '{"demo_seed":true,"scenario":"writer"}', '{"language":"sh"}', 'novel', 103, 'accepted', NULL, '2026-10-08 20:15:00', '2026-11-05 08:12:00')
, (1019, 'research', 'Units: alqueire, moio, and a boatload that is also a number', 'The old hands counted salt by the *barco*: not "a boat" but a fixed quantity, the load of one. The company''s books of 1931 are in kilos for Lisbon and in barcos for everybody else. Two sets of units = two places to hide.

- alqueire: dry measure, differed from town to town, supposedly gone since the metric system
- moio: sixty alqueires, ditto, and yet here it is in a receipt of 1928
- canastra: the basket on the head; what it holds when dry, when wet, and when the foreman is looking

For chapter 5: Custódia converts in her head, out loud, while walking, and Aurélio (who needs paper) falls slightly in love with the arithmetic.

Ask Joaquim: was a wet basket paid as a wet basket? → He says "in principle". Tag as gossip.', '["research","units","salt","gossip"]', '[{"fragment_id":1005,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"verified":false}', 'novel', 102, 'accepted', NULL, '2026-10-09 09:10:00', '2026-10-17 20:05:00')
, (1020, 'draft', 'Chapter 5: Custódia counts', '“Forty-four,” she said, and went up the plank.

He had been told that the women did not count. The foreman counted; the women carried. But she said it as she passed him, not to him, the way one says good morning to a church, and when she came down with the empty basket turned over on her head like a hat she said, “Forty-five is Lurdes. Lurdes is wet.”

“I beg your pardon?”

“Wet salt. Put two kilos less. She was under the gutter.”

He wrote *45* and then, because the column demanded something, *minus 2*. It was against every rule he had been taught; there was no column for gutters. Behind the shed door the big scales stood under a tarpaulin. Nobody weighed salt on them, he noticed. The pan hung at the height of a person''s knees, and had been worn bright in two places, side by side, the size of feet.', '["draft","chapter-5","part-one"]', '[{"fragment_id":1003,"type":"relates_to"},{"fragment_id":1019,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"chapter":5,"draft":3,"words":2580}', 'novel', 103, 'accepted', NULL, '2026-10-10 09:00:00', '2026-10-11 08:20:00')
, (1021, 'reminder', 'Recital shoes for Matilde: black, size 34, no buckles', 'Recital is Saturday 24 October, 16:00, at the conservatory annexe. She plays the Bartók with the crossed hands.

Black shoes. Size 34. "No buckles, mãe, they click."', '["matilde","family","shopping"]', '[]', '{"demo_seed":true,"scenario":"writer"}', '{"done":true,"remind_on":"2026-10-21"}', 'personal', NULL, 'archived', '2026-10-10 18:30:00', '2026-10-10 18:30:00', '2026-10-24 18:05:00')
, (1022, 'idea', 'What if the ledger is never wrong?', 'Every thriller about accounts turns on an error. Suppose there is none. Suppose he checks it for five months, and it is perfect, and the perfection is what frightens him: real salt *errs*. Rain, mice, cousins. A book of salt with no mistakes cannot be about salt.

That is the line for chapter 14. Not “he found the mistake” but “he found there wasn''t one”.', '["idea","plot","ledger"]', '[{"fragment_id":1016,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"chapter":14,"status":"used"}', 'novel', 101, 'accepted', '2026-10-11 16:40:00', '2026-10-11 16:40:00', '2026-10-11 16:40:00')
, (1023, 'todo', 'Ask Joaquim about the rain register', 'The captaincy of the port kept a daily weather book. If the volume for 1931 survived I need three things from it:

1. 29 June: clear? wind?
2. 21–23 September: did it in fact rain? (Chapter 17 says three days of it. If it was dry I shall lie, but knowingly.)
3. 31 December, at four in the afternoon: what was the light like?', '["archive","weather","joaquim"]', '[{"fragment_id":1011,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"status":"done"}', 'novel', 102, 'accepted', NULL, '2026-10-12 08:50:00', '2026-11-15 10:58:00')
, (1024, 'meeting', 'Call with Tobias: the morning after Frankfurt', 'Present: Tobias, me, his espresso machine.

- Shanghai (Haiyan Books, 沈雨桐 is the editor) wants The Salt Ledger. Offer is modest; the enthusiasm is not. They read draft two in a weekend.
- Tokyo: Nagi Shobō confirmed, Miura Kayo will translate. She has *questions*.
- Germany: waiting. “Waiting is not no,” says T. My mother will ask every Sunday.
- Everybody at the fair wants the same sentence about the book. His: “A bookkeeper finds that the company''s salt has been breathing.” Mine is worse and truer. Use his.

Agreed: no pages to anybody before Marianne has draft three. He would like a synopsis of one page by mid-November.', '["agent","rights","frankfurt","translation"]', '[]', '{"demo_seed":true,"scenario":"writer"}', '{"follow_up":"synopsis, one page"}', 'novel', 101, 'accepted', NULL, '2026-10-12 15:00:00', '2026-10-12 15:00:00')
, (1025, 'character', 'Judite, or the sister who hears everything', 'Judite Pinho Vidal, born 1903. Telegraph operator at the Aveiro post office; the only character who knows the news before it is news and the only one forbidden to repeat it.

Taps when she thinks. Aurélio, deaf on that side, feels it through the table. They can talk under a dinner conversation, and in chapter 11 they do.

Unmarried “by arithmetic”. Smokes on the fire stairs.

In 1974 she is seventy-one and signs for a parcel. That is all the prologue needs of her: a signature.', '["character","judite","telegraph"]', '[{"fragment_id":1002,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"bible":"settled"}', 'novel', 101, 'accepted', NULL, '2026-10-13 08:25:00', '2026-10-29 22:55:00')
, (1026, 'link', 'Ecomuseu, winter opening hours and the boat shed', 'https://ecomuseu-salinas.example.org/visitas?epoca=inverno

Guided visit on Saturdays at 10:00 if six people sign up. Joaquim says two is six in October.

The photograph halfway down (women on the plank, baskets up, one of them looking straight at the camera) is my Custódia. Find out who she really was; then do not use it.', '["museum","visit","photograph"]', '[]', '{"demo_seed":true,"scenario":"writer"}', '{"read":true}', 'novel', 102, 'accepted', '2026-10-13 13:05:00', '2026-10-13 13:05:00', '2026-10-13 13:05:00')
, (1027, 'draft', 'Chapter 9 with the secret taken out', 'On Shrove Tuesday the clerks came to work in their own clothes and were supposed to be funny about it. Somebody had put a paper crown on the copying press.

The old woman was at the door when he unlocked it. She had walked from Gafanha; there was sand to her knees.

“I''ve come for Rosa''s.”

“Rosa''s account?” He was already turning to the shelf, for he was obliging by nature, and the name of the account came second. “There are only piles here, senhora. What was the number?”

She looked at him for a while. It was not anger. It was the way one looks at a dog who has been given a telegram.

“Forty-one,” said the old woman; and he found it at once, and was pleased, and read out to her in a clear voice the weight, the loss and the date of departure, while in the street the drums went by.', '["draft","chapter-9","part-two","carnival"]', '[{"fragment_id":1016,"type":"follows"}]', '{"demo_seed":true,"scenario":"writer"}', '{"chapter":9,"draft":3,"words":2640}', 'novel', 103, 'accepted', NULL, '2026-10-14 07:45:00', '2026-10-16 08:02:00')
, (1028, 'log', NULL, 'Ch. 8 closed, ch. 9 open and bleeding nicely. Total 20,860.

The scene with Rosa''s mother is better now that he doesn''t understand it. Obvious. It took two drafts and a woman in London.', '["word-count"]', '[{"fragment_id":1027,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"chapter":8,"words":20860}', 'novel', 103, 'accepted', NULL, '2026-10-14 21:30:00', '2026-10-14 21:30:00')
, (1029, 'research', 'Salineiras: wages, baskets, feet', 'From three oral histories (recorded in the 1980s, typescript, box 14; the women were girls in the thirties):

- paid by the day, not by the basket, *except* when it rained
- barefoot on purpose: “shoes fill, feet empty”
- salt sores treated with olive oil and, on Sundays, with not working
- they sang to keep step on the plank; a foreman could tell from the song who was missing
- one was weighed every spring “like the pig, but with less conversation”

That last line. I sat in the reading room with my hand over my mouth. So there were scales. I had invented the scales.

Copyright: quotable only with permission, and the line about the pig is too good to steal. Ask.', '["research","labour","women","oral-history"]', '[{"fragment_id":1020,"type":"relates_to"},{"fragment_id":1003,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"permission":"requested","verified":true}', 'novel', 102, 'accepted', NULL, '2026-10-15 10:15:00', '2026-11-12 08:20:00')
, (1030, 'note', 'Ilse’s Zwetschgenkuchen, as dictated', 'My mother dictates recipes the way other people dictate wills.

- 400 g flour, "the real one"
- 200 ml milk, warm as a wrist
- 20 g fresh yeast (or the dry, if you must, Inês)
- 60 g butter, 60 g sugar, 1 egg, salt
- plums: until you cannot see the dough; then four more

180 °C, 35–40 min. Cinnamon sugar *after*. Not before; before is how they do it in other families.

Rui''s version has port wine in it and we do not tell her 🤫', '["recipe","ilse","kitchen"]', '[]', '{"demo_seed":true,"scenario":"writer"}', '{}', 'personal', NULL, 'accepted', NULL, '2026-10-15 19:00:00', '2026-10-15 19:00:00')
, (1031, 'idea', 'A lighthouse keeper sends the sea a bill', 'For Conall''s anthology. The keeper at Barra, retired against his will the week the lamp is automated, sits down and itemises: so many nights, so many ships not lost, fog (double rate), wear to knees.

He posts it. That''s the first page or so; then somebody writes back.

Keep it under 4,500. No ghosts, whatever happens. An accounts department.', '["story","tidewrack","invoice"]', '[{"fragment_id":1022,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"status":"used"}', 'novel', 104, 'accepted', '2026-10-16 08:05:00', '2026-10-16 09:20:00', '2026-10-16 09:20:00')
, (1032, 'meeting', 'Saturday in Aveiro with Joaquim', '08:04 from Campanhã, Joaquim on the platform with two umbrellas. The Ecomuseu opened for us alone.

What I learnt:
1. In winter the women carried from the sheds to the boats; so chapter 5 may stand.
2. A salt pile is thatched. From the road it looks like a village of people with their hats pulled down. (!!)
3. The company books he showed me (a real firm, not mine) use *quebra* for shrinkage in store, and the percentage was settled by habit and not by weighing.
4. Bookkeepers pressed hard because of the copying press. Falcão''s pressure is therefore not only grief. Good: leave both.

He let me turn one page of 1929 myself. It crackled. I licked my finger afterwards like a child, and yes.

Owed to Joaquim: lunch, a copy of the first novel for his wife, an answer about the reproduction fee.', '["archive","aveiro","fieldwork","joaquim"]', '[{"fragment_id":1005,"type":"relates_to"},{"fragment_id":1019,"type":"answers"}]', '{"demo_seed":true,"scenario":"writer"}', '{"expenses":"23.40 EUR"}', 'novel', 102, 'accepted', NULL, '2026-10-17 18:40:00', '2026-10-17 18:40:00')
, (1033, 'quote', 'Ti Armindo, at the door of the shed', '“Salt doesn''t keep secrets, menina. It keeps *everything else*.”

Eighty-eight, last of four generations on the same pans. He told me I could have it, for the book, if I spelt his name with one r and no h. Acknowledgements: Armindo. One r.', '["aveiro","epigraph","voices"]', '[{"fragment_id":1032,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"permission":"given"}', 'novel', 102, 'accepted', NULL, '2026-10-17 20:50:00', '2026-10-17 20:50:00')
, (1034, 'research', 'What Falcão’s handwriting should look like', 'Commercial cursive, upright, taught at the Porto trade schools about 1890. Things that can be *seen* by a reader on a page of print:

| sign | Falcão | Custódia |
|------|--------|----------|
| 7 | crossed | plain |
| 4 | open at the top | open at the top |
| 0 | closed clockwise | closed anticlockwise |
| nought kilos | “—” | left blank |

Only the 7 should matter; the rest is for me. Pile 17 is hers. So in every entry for herself she has to write the very digit that gives her away. Oh, that''s neat. Perhaps too neat; let nobody remark on it.

Source: copybook in Graça''s late father''s desk; a manual of 1887, Porto, no author.', '["research","handwriting","clue","ledger"]', '[{"fragment_id":1010,"type":"relates_to"},{"fragment_id":1015,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"verified":true}', 'novel', 102, 'accepted', NULL, '2026-10-18 10:10:00', '2026-10-18 10:10:00')
, (1035, 'todo', 'Say yes to Conall before he asks somebody tidier', 'Tidewrack: New Stories from the Edge. 4,500 words at most, 14 November, 350 pounds and three copies. He wants a working title for the catalogue: give him “The Lighthouse Keeper''s Invoice”.', '["tidewrack","email"]', '[{"fragment_id":1031,"type":"follows"}]', '{"demo_seed":true,"scenario":"writer"}', '{"status":"done"}', 'novel', 104, 'accepted', NULL, '2026-10-19 08:00:00', '2026-10-19 08:42:00')
, (1036, 'draft', 'Invoice, opening pages', 'To: the Sea (Atlantic, eastern side)
From: A. Ramalheira, keeper, third class, retired

*For light supplied, 1 September 1969 to 30 September 1996, being 9,892 nights at a rate to be agreed.*

He considered the rate. The State had paid him by the month, sea or no sea; that was wages, and between him and the State there was nothing left to discuss. This was another matter. This was between neighbours.

“You can''t charge for a lamp,” said his daughter, who was packing the saucepans.

“The electric company does.”

“They send it down a wire, pai. To somebody who asked.”

He took off his glasses and wiped them on the tablecloth. “She never asked,” he said. “Twenty-seven years. Not once did she ask. I call that taking advantage.”', '["draft","story","tidewrack","invoice"]', '[{"fragment_id":1031,"type":"follows"}]', '{"demo_seed":true,"scenario":"writer"}', '{"draft":1,"words":1340}', 'novel', 104, 'accepted', NULL, '2026-10-19 09:30:00', '2026-10-22 16:10:00')
, (1037, 'todo', 'Vírgula to the vet, protesting', 'Booster plus the tooth on the left. Carry in the wicker basket, not the plastic one: she has learnt to open the plastic one.

Clínica do Bonfim, +351 22 555 0143. Ask for the vet who talks to her in Galician.', '["cat","vírgula","vet"]', '[]', '{"demo_seed":true,"scenario":"writer"}', '{"status":"open"}', 'personal', NULL, 'accepted', NULL, '2026-10-19 17:45:00', '2026-11-12 13:30:00')
, (1038, 'draft', 'Chapter 11: the fish left whole', 'The fish had been brought in with its head on, and nobody would be the first to turn it.

“In Funchal,” said Sá Monteiro, “I am told they have a colonel, two newspapers and no flour.” He said it gaily, looking at the Inspector. “You were going to say that it will be over by Sunday.”

“I was going to say,” said the Inspector, “that the sauce is getting cold.”

Judite''s finger moved on the cloth. Aurélio, who had put his good ear to the company, felt the message come through the wood and up his wrist: *N-O-T B-Y S-U-N-D-A-Y*.

“And salt?” asked the Inspector. “Does salt rise, senhor doutor, when there are colonels?”

“Salt doesn''t rise or fall; it *waits*. Every man at this table will want it before he wants my opinion.” And here, Aurélio thought afterwards, he had been perfectly right; it was what made it so difficult, later, to remember him as a fool.', '["draft","chapter-11","part-two","dinner"]', '[{"fragment_id":1006,"type":"relates_to"},{"fragment_id":1025,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"chapter":11,"draft":3,"words":2550}', 'novel', 103, 'accepted', NULL, '2026-10-20 08:35:00', '2026-10-21 20:30:00')
, (1039, 'note', '三浦さん: the first eleven questions (and five answers)', 'From Miura Kayo (三浦 佳世), who reads like a customs officer, thank God.

1. “Ledger”: 元帳 (motochō, the principal book) or 帳簿 (chōbo, any account book)? → 元帳. It is *the* book.
2. So the title would be 『塩の元帳』? → Let me hear it aloud first. Shio no motochō. Yes.
3. “Quebra” stays in Portuguese in your English. In Japanese there is 目減り (meberi), the quiet shrinking of goods in store. May I use it? → May you?! It is better than mine.
4. When Custódia calls the salt “she”, Japanese has no such she. May the salt be あの人, “that person”? → Careful! That gives it away in chapter 5. Let me think. (Later: yes. Let it give it away. No one will believe it.)
5. Does Aurélio bow? → He inclines.

6–11 are about shoes, thatch, the sevens, two saints and a verb. Answer with the glossary.', '["translation","japanese","三浦さん"]', '[{"fragment_id":1024,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer","source":"email"}', '{"answered":5,"open":6}', 'novel', 101, 'accepted', '2026-10-20 11:31:00', '2026-10-20 11:50:00', '2026-11-03 09:40:00')
, (1040, 'research', 'Quebra, a word with too many jobs', '*quebra*, s.f.
- breakage, a break;
- shrinkage of goods in store (grain, salt, wine), and the allowance for it in the accounts;
- bankruptcy, the older word for it;
- of the voice, the heart, a promise, the sea on a bar.

So when Falcão writes “quebra 5” against Rosa he means, in order: she has lost five kilos; the company may deduct it; something is insolvent; and it broke.

English has nothing that does all four. Italic *quebra*, unglossed, first use on the first page of the ledger. Let the reader catch it like a cold.

Sources: two dictionaries from Rui''s grandfather''s shelf (1913, 1949), the oral histories, Graça''s eyebrow.', '["research","language","quebra"]', '[{"fragment_id":1039,"type":"answers"}]', '{"demo_seed":true,"scenario":"writer"}', '{"verified":true}', 'novel', 102, 'accepted', NULL, '2026-10-21 09:00:00', '2026-10-21 09:00:00')
, (1041, 'log', NULL, 'Ch. 11 closed: 28,740. Cut the whole business with the finger bowls (410 words, all of them mine, none of them needed).

Asked Rui to read the dinner. He laughed at the sauce. 🐟', '["word-count","cuts"]', '[{"fragment_id":1038,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"chapter":11,"words":28740}', 'novel', 103, 'accepted', NULL, '2026-10-21 21:15:00', '2026-10-21 21:15:00')
, (1042, 'snippet', 'A regex for my tics', '```sh
grep -nEio ''\b(just|suddenly|somehow|seemed to|began to|a kind of|as if)\b'' chapters/*.md \
  | cut -d: -f1,3 | sort | uniq -c | sort -rn | head -20
```

And the one for dialogue that opens with a curly quote and never closes:

```
“[^”\n]*$
```

Today: "as if" 61 times, "seemed to" 38, "suddenly" 2 (both Sá Monteiro''s; he may keep them). Chapter 17 has no tics at all. Of course it hasn''t.', '["tools","regex","style"]', '[{"fragment_id":1018,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"language":"sh"}', 'novel', 103, 'accepted', NULL, '2026-10-22 07:30:00', '2026-10-22 07:30:00')
, (1043, 'idea', 'Tide tables read as horoscopes', 'The fishmonger at Bolhão consults the tide table the way my aunt consulted Capricorn. “High at four. I wouldn''t sign anything.”

Column for November? Pair with the fact that I own three tide tables, live on a hill, and have no boat.

First sentence: “On Thursday the sea will come in at 03:12 and again at 15:38, and I intend to be out both times.” Duarte will ask whether it is true. Check the table for the day it''s printed!', '["column","tides","bolhão"]', '[]', '{"demo_seed":true,"scenario":"writer"}', '{"used_in":"2026-11-05"}', 'personal', 106, 'accepted', '2026-10-22 12:10:00', '2026-10-22 12:10:00', '2026-11-03 10:25:00')
, (1044, 'character', 'Ti Abílio, marnoto', 'Sixty-three, head of the pans. Talks to the water and reports its replies. Has outlived two wives, a mule and the monarchy.

He signs for his crew with a cross and a dot. (The dot is for the mule.)

FUNCTION: the man who knows exactly how salt behaves, and so is the only honest auditor in the book. In chapter 12 Aurélio reads him the losses and he says, “That''s not salt. Salt loses more in March.”

He says it, and goes back to his soup; and Aurélio writes it down as local colour. It sits there until June.

Do not make him wise. He is *accurate*.', '["character","abílio","clue"]', '[{"fragment_id":1022,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"bible":"settled"}', 'novel', 101, 'accepted', NULL, '2026-10-23 08:45:00', '2026-10-23 08:45:00')
, (1045, 'todo', 'Glossary for Miura-san', 'Forty words, Portuguese / what it is / what it must *feel* like. Marnoto, salineira, quebra, palheiro, canastra, botadela, guarda-livros, monte (pile, but also hill; she will ask).

Include the drawing of the plank. Include how to say Ílhavo.', '["translation","glossary","japanese"]', '[{"fragment_id":1039,"type":"follows"}]', '{"demo_seed":true,"scenario":"writer"}', '{"entries":26,"status":"in_progress"}', 'novel', 101, 'accepted', NULL, '2026-10-23 14:20:00', '2026-11-16 17:40:00')
, (1046, 'draft', 'Chapter 14: the weight of Rosa Vareiro', 'He had checked it from January to St Peter''s, and there was no mistake in it.

He said so aloud, to the spectacles on the windowsill. Thirty-one years, ninety-three piles, and not one error; not a transposed figure, not a blot. He had kept the stores at Ílhavo for two years and lost a mule. Salt ran. Salt caked, it went over the side, it was carried off in aprons by people with soup to make. And here was a book of salt in which nothing had ever been spilt.

He shut it and carried it across the yard, past the boys building the bonfire. Custódia stood in the door of the shed with her basket down.

“Get on, then,” she said.

“I beg your pardon?”

“The scales. You''ve been looking at them since the winter.”

He stepped up on the bright places, one foot and the other. She slid the weight along the beam without looking at it, watching his face.

“Sixty-three,” said Custódia. “What did I weigh last spring, senhor guarda-livros? You know. You added me up.”

And he did know. Fifty-eight. Pile 17: fifty-eight, dry, *quebra* nil.

“Forty-one,” he said. It was not very loud. “Forty-one was Rosa.”

“There,” she said. “Now you can read.”', '["draft","chapter-14","part-two","discovery"]', '[{"fragment_id":1027,"type":"follows"},{"fragment_id":1022,"type":"relates_to"},{"fragment_id":1044,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"chapter":14,"draft":3,"words":2930}', 'novel', 103, 'accepted', NULL, '2026-10-24 09:15:00', '2026-10-31 12:02:00')
, (1047, 'log', 'The hour they gave back', 'Clocks changed. Woke at five, which was four, or six. Wrote from then until Matilde wanted pancakes: chapter 12 closed at 31,450, and the botadela finally has music in it.

The Bartók went well yesterday. Crossed hands and all. She bowed like a person who had been owed it.', '["word-count","matilde"]', '[]', '{"demo_seed":true,"scenario":"writer"}', '{"chapter":12,"words":31450}', 'novel', 103, 'accepted', NULL, '2026-10-25 10:05:00', '2026-10-25 10:05:00')
, (1048, 'note', 'Scene list, Part Two (Algibés)', '- 9. Carnival. Rosa''s mother. He reads out the figures and thinks he has been helpful. ✔
- 10. The mortgage. Sá Monteiro sings when he thinks the house is empty. ✔
- 11. Easter Monday, dinner, the fish, the telegraph under the table. ✔
- 12. The botadela. Abílio: “That''s not salt.” ✔
- 13. Judite is asked to “mislay” a telegram. She doesn''t; she delays it by one cigarette.
- 14. St Peter''s. The scales. (first version written out of order; don''t polish)
- 15. Back to All Souls 1930: who empties a dead man''s desk?
- 16. 1 July. The escudo is worth gold again. Nobody''s wage is.

What goes up: salt in the water, Aurélio''s competence, dread.
What goes down: number of people who are pretending.

Cut for good: the poisoned well; the cousin from Brazil; the finger bowls; *all* of the dream.', '["outline","part-two","structure"]', '[{"fragment_id":1015,"type":"follows"},{"fragment_id":1046,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"closed":4,"scenes":8}', 'novel', 103, 'accepted', NULL, '2026-10-26 09:30:00', '2026-10-27 07:50:00')
, (1049, 'link', 'Lantern Street Press: house style, four pages', 'https://lanternstreet.example.com/house-style.pdf

Single quotes for speech (!), so change every “ and ” at the very end and not a minute earlier. Spaced en dashes. Numbers in words up to one hundred, "except in documents", which in an invoice is most of them; ask Conall.

No epigraphs. I wasn''t going to. (I was.)', '["tidewrack","style"]', '[]', '{"demo_seed":true,"scenario":"writer"}', '{"read":true}', 'novel', 104, 'accepted', '2026-10-26 15:52:00', '2026-10-26 16:00:00', '2026-10-26 16:00:00')
, (1050, 'research', 'The gold-standard summer, 1 July to 21 September', 'Eighty-two days in which the escudo was, on paper, gold. My whole Part Two ends at its beginning and Part Three opens the week it fails.

- decree 19 869, 9 June 1931; effective 1 July
- parity 110$00 to the pound
- Monday 21 September: London goes off gold; by the following weeks everyone here is explaining that they had expected it

How to write an amount in 1931: the cifrão goes where the decimal point would. 4$50 = four escudos and fifty centavos. A conto is a thousand escudos: 1.000$00. Old people go on saying *réis* and *tostões* until they die.

For ch. 16: Sá Monteiro reads the decree aloud with his hand on his waistcoat. Abílio asks what a gold escudo weighs.

Sources: Diário do Governo (microfilm); a lecture by an economic historian which I attended for the biscuits.', '["research","money","politics","chronology"]', '[{"fragment_id":1011,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"verified":true}', 'novel', 102, 'accepted', NULL, '2026-10-27 08:20:00', '2026-10-27 08:20:00')
, (1051, 'todo', 'Third-quarter declaration, freelancers’ edition', 'Segurança Social, by the 31st. Column fees: three months. Advance: nothing this quarter. Workshop in Braga: 240 €, and the receipt was in the fruit bowl.

The password is not what you think it is. It is the one before.', '["money","taxes","bureaucracy"]', '[]', '{"demo_seed":true,"scenario":"writer"}', '{"status":"done"}', 'personal', NULL, 'accepted', NULL, '2026-10-27 18:55:00', '2026-10-30 17:10:00')
, (1052, 'draft', 'Invoice, middle: the item for fog', 'Fog he charged double. It was not greed. In clear weather the lamp and the ships did the work between them, but in fog there was only him, and the horn, and the long arithmetic of hoping.

*Item 14. Night of 3 to 4 February 1979. Fog. One trawler, name unknown, heard close in at 02:10 and further out at 02:25. Fifteen minutes at the double rate. Prayer, not charged.*

The reply came on a Wednesday, in an envelope that had been wet and had dried. It was typed. There was a reference number at the top, and below it:

*We refer to your item 14. Our records show a duration of seventeen minutes. Please amend in your own favour.*

He read it standing in the hall with his hat on. Then he went to fetch the logbook for 1979, and a chair.', '["draft","story","tidewrack","invoice"]', '[{"fragment_id":1036,"type":"follows"}]', '{"demo_seed":true,"scenario":"writer"}', '{"draft":1,"words":2980}', 'novel', 104, 'accepted', NULL, '2026-10-28 08:10:00', '2026-11-02 17:25:00')
, (1053, 'note', 'Books lent, and to whom', '- The blue Pessoa → Rui''s brother. Gone. Grieve and move on.
- Sebald, The Rings of Saturn → Graça, who returns everything, annotated in pencil with page totals
- Clarice, A Hora da Estrela → Matilde''s piano teacher
- Two of the atlases → school, "for the moliceiro project"
- Portuguese Bookkeeping Made Plain (1924) → nobody! It is under the bed. It has been under the bed since August.
- From the library and overdue: 3. Fine so far: 1,80 €', '["books","lending","house"]', '[]', '{"demo_seed":true,"scenario":"writer"}', '{}', 'personal', NULL, 'accepted', NULL, '2026-10-28 20:30:00', '2026-11-14 10:12:00')
, (1054, 'character', 'Father Lino keeps two sets of books', 'Lino Estrela, forty, parish priest, plays draughts with Abílio and loses on purpose, badly.

The parish register has names and no weights. The ledger has weights and no names. In chapter 22 they are put side by side on the sacristy table, and it takes one afternoon and a pot of barley coffee.

His sin is not cruelty. He had noticed, in 1928, that he buried salineiras in threes, in the wet months, and he had put it down to the wet months.

“I count the souls, Senhor Aurélio. I never thought to subtract.”', '["character","father-lino","parish"]', '[{"fragment_id":1010,"type":"relates_to"},{"fragment_id":1044,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"bible":"settled"}', 'novel', 101, 'accepted', NULL, '2026-10-29 09:00:00', '2026-11-17 08:25:00')
, (1055, 'idea', 'Let the prologue be a receipt', '22:40, teeth half brushed.

Not a scene in 1974. A *document* from 1974: the delivery slip for one parcel, 4.2 kg, signed for by Judite. Sender: blank. Declared contents: “salt”.

One page. No coat to keep on. Marianne gets her cut, I get my 1974; and the reader gets a weight to remember. 4.2 kg is the ledger, *after* it has dried.

Don''t explain the stain.', '["idea","prologue","judite"]', '[{"fragment_id":1013,"type":"answers"}]', '{"demo_seed":true,"scenario":"writer"}', '{"status":"used"}', 'novel', 101, 'accepted', '2026-10-29 22:40:00', '2026-10-29 22:40:00', '2026-10-29 22:40:00')
, (1056, 'meeting', 'Marianne by video: the battle of the prologue', 'Forty minutes. She had the manuscript in a ring binder with flags in four colours; I had a cat.

- Prologue: I argued for eleven minutes and then told her about the receipt. Silence. “You might have *opened* with that.” Done.
- Ending: no fire. She likes the idea that he writes himself in. She does not like my first version of the line. Nor do I.
- She asked whether the ledger is a crime or a prayer. I said: kept as one, read as the other. She wrote that down and I saw her underline it.
- The Inspector (Amândio Prata) has one scene too few. Chapter 24?
- Date stands: Monday 30 November. If I am late I must say so by the 23rd.

She has a cold. Send honey.', '["editor","marianne","prologue","ending"]', '[{"fragment_id":1013,"type":"follows"},{"fragment_id":1055,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"decisions":3}', 'novel', 101, 'accepted', NULL, '2026-10-30 11:40:00', '2026-10-30 11:40:00')
, (1057, 'todo', 'Shrink 1974 to a single page', 'Old prologue: 3,150 words. New prologue: however many fit on a delivery slip.

Save the paragraph about Judite''s hands; it may fit in 30. Everything else goes to the `offcuts` folder, where it can keep its coat on.', '["revision","prologue"]', '[{"fragment_id":1056,"type":"follows"}]', '{"demo_seed":true,"scenario":"writer"}', '{"status":"done"}', 'novel', 103, 'accepted', NULL, '2026-10-30 15:45:00', '2026-10-31 09:50:00')
, (1058, 'draft', 'Prologue, in the form of a receipt', '```
C.T.T.                                    AVEIRO, 24-4-1974
ENCOMENDA REGISTADA N.º 0041

Remetente:      ..........................................
Destinatário:   Exma. Sra. D. Judite Pinho Vidal
Conteúdo:       sal
Peso:           4,200 kg
Valor:          sem valor comercial

Observações:    embalagem húmida à chegada
                (destinatária informada; aceita)

Assinatura:     J. Pinho Vidal            às 17 h 10
```

Facing page, in English, only the observations: *Wrapping damp on arrival. Addressee informed. Accepts.*

Number 41 is Rosa''s. Nobody will notice until page 160. The date will look after itself.', '["draft","prologue","document"]', '[{"fragment_id":1055,"type":"follows"}]', '{"demo_seed":true,"scenario":"writer"}', '{"draft":3,"words":62}', 'novel', 103, 'accepted', NULL, '2026-10-31 08:30:00', '2026-10-31 09:44:00')
, (1059, 'log', 'October, counted', '```
week       chapters closed   total d3   cut from d2
01–04 Oct    1, 2              5,310         640
05–11 Oct    3, 4, 5, 6       15,820       1,480
12–18 Oct    7, 8, 9, 10      26,190       2,660
19–25 Oct    11, 12           31,450       3,710
26–31 Oct    13, 14           37,130       4,770
```

(Prologue not counted, in either draft.) Eighteen chapters left, thirty days. Which is fine; which is *fine*.

Best day: the 24th (the scales). Worst day: the 8th, when I moved one comma to another chapter. Coffee: Graça says she will not audit that.', '["word-count","month-end"]', '[{"fragment_id":1047,"type":"follows"}]', '{"demo_seed":true,"scenario":"writer"}', '{"chapter":14,"words":37130}', 'novel', 103, 'accepted', NULL, '2026-10-31 18:10:00', '2026-10-31 18:10:00')
, (1060, 'research', 'Names in the parish, names I must not use', 'All Saints, so I read the dead. The registers of three parishes, 1905–1931 (photographs, folder `nomes/`).

Common enough to be safe: Rosa, Lurdes, Conceição, Aninhas, Deolinda, Piedade.
Too particular, with families still living: two surnames which I have blacked out in my own notes so that I am not tempted.
Lovely, useless: a girl christened *Outubrina*.

The surname Vareiro only means “from the coast of Ovar way”; half the shore could answer to it. Ramísio I made up. I have now looked for it in four registers and it is not there, which makes me feel both safe and a little sorry for her.', '["research","names","ethics"]', '[{"fragment_id":1003,"type":"relates_to"},{"fragment_id":1046,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"verified":true}', 'novel', 102, 'accepted', NULL, '2026-11-01 09:40:00', '2026-11-01 09:40:00')
, (1061, 'quote', 'My mother on grief and bookkeeping', '“Your father never forgave a debt and never remembered one. It''s the only way to be married.”

Ilse, at the cemetery, straightening a chrysanthemum that was already straight.', '["ilse","family","overheard"]', '[]', '{"demo_seed":true,"scenario":"writer"}', '{}', 'personal', NULL, 'accepted', '2026-11-01 17:00:00', '2026-11-01 17:00:00', '2026-11-01 17:00:00')
, (1062, 'draft', 'Chapter 15: All Souls, the desk is emptied', 'It was the women who found him, because on a Sunday there was no one else to smell that the stove was out.

Custódia sent the others home. She closed his eyes first, then the inkwell. The spectacles she folded, arms crossed, and laid on the book; after a time she lifted them off again and opened it at the ribbon.

*92. 14 October. 49 kg.* And beneath it, nothing. He had ruled the next line and not lived to fill it.

She sat in his chair, on his dent. There were ninety-two of them in the book and on Thursday there would be another, for Deolinda''s girl had been promised work. Someone would have to be told her weight.

She had only ever written with her finger, in spilt salt. The pen was lighter than she had supposed. She wet the nib as he did, against the lip of the well, twice; and pressed, hard, as he did, so that it should go through.

*93*, wrote Custódia.', '["draft","chapter-15","part-two","custódia"]', '[{"fragment_id":1046,"type":"follows"},{"fragment_id":1034,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"chapter":15,"draft":3,"words":2610}', 'novel', 103, 'accepted', NULL, '2026-11-02 08:00:00', '2026-11-03 08:05:00')
, (1063, 'snippet', 'Réis to escudos, for the hopeless', '```python
def escudos(reis: int) -> str:
    """4500 -> ''4$50'', 1000000 -> ''1.000$00'' (1 escudo = 1000 réis)"""
    whole, rest = divmod(reis, 1000)
    return f"{whole:,}".replace(",", ".") + f"${rest // 10:02d}"

for what, reis in {"basket day": 4_500, "Rosa": 400_000, "the mortgage": 62_000_000}.items():
    print(f"{what:<14}{escudos(reis):>12}")
```

Prints 4$50, 400$00, 62.000$00. Note to self: in LaTeX the cifrão wants a backslash, `4\$50`, or the whole ledger turns into mathematics. It has happened. It looked magnificent.', '["tools","python","money"]', '[{"fragment_id":1050,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"language":"python"}', 'novel', 102, 'accepted', NULL, '2026-11-02 14:30:00', '2026-11-02 14:30:00')
, (1064, 'research', 'Double entry, as explained by Graça over three coffees', 'Graça Monteverde, forty years a chartered accountant, third floor left.

First coffee: every entry happens twice. What leaves one account arrives in another. “Nothing is lost, filha. It''s only moved to where you are not looking.”

Second coffee: so if Rosa *leaves* on 19 January, where does she arrive? There has to be a second book. A bookkeeper of Falcão''s generation could not have slept otherwise.

Third coffee (she drew it on the napkin): the contra account is the wages book. What the women lose in kilos turns up, on the same date, as escudos in *Diversos*. Same figures, other column.

Which means chapter 20 exists, and I hadn''t known. I paid for the coffees. She checked the bill.', '["research","accounting","graça","plot"]', '[{"fragment_id":1010,"type":"relates_to"},{"fragment_id":1040,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"verified":true}', 'novel', 102, 'accepted', NULL, '2026-11-03 08:50:00', '2026-11-03 19:20:00')
, (1065, 'idea', 'The last umbrella repairer in the Rua da Picaria', 'He has a drawer of ribs sorted by length, like cutlery. Says the new umbrellas “come already broken; they only haven''t been told”.

Charged me 3 €, refused the tip, and lectured me on opening it indoors (not bad luck: bad for the spring).

Column: things that are only worth mending if you like the mender. Beware of sweetness. Put the drawer first.', '["column","porto","trades"]', '[]', '{"demo_seed":true,"scenario":"writer"}', '{"used_in":"2026-11-19"}', 'personal', 106, 'accepted', '2026-11-03 18:15:00', '2026-11-03 18:15:00', '2026-11-17 11:44:00')
, (1066, 'draft', 'Invoice, the ending that works', 'The payment came in the first week of November, as agreed, in kind.

He went down in his slippers. It lay along the whole of the tideline, from the mole to the bend: rope, and green glass, and oars, a cabin door with the handle still on it; boots in pairs. Twenty-seven years of it. Everything that had gone past him in the dark, and had not been his fault, returned in good order and laid out at even intervals for counting.

His daughter had come as far as the dune. “Pai,” she said. “What is it? What''s all this?”

He had the pad with him. He wet the pencil.

“Somebody''s change,” he said.', '["draft","story","tidewrack","invoice","ending"]', '[{"fragment_id":1052,"type":"follows"}]', '{"demo_seed":true,"scenario":"writer"}', '{"draft":2,"words":4610}', 'novel', 104, 'accepted', NULL, '2026-11-04 08:30:00', '2026-11-11 09:15:00')
, (1067, 'note', 'The Chinese title: 《盐账》 or 《盐的账簿》', '沈雨桐 writes (in an English better than mine) that Haiyan''s sales people want 《盐账》: two syllables, *yán zhàng*, “salt account”, like a debt. She herself prefers 《盐的账簿》, “the account book of salt”, because the little 的 lets the salt *own* the book.

- for the short one: in the wrong tone 盐 turns into 厌 (to be sick of a thing), and 账 is also what one settles with somebody: 算账
- for the long one: possession. The salt keeps the book. That''s the novel!
- against the long one: “it looks like a textbook,” says the cover designer

And please note 账 with the shell (貝/贝, money), not 帐 with the cloth; older books mix them. A title about bookkeeping with a misfiled radical would be very like me.', '["translation","chinese","title","haiyan"]', '[{"fragment_id":1024,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer","source":"email"}', '{"leaning":"《盐的账簿》"}', 'novel', 101, 'accepted', '2026-11-04 10:38:00', '2026-11-04 11:00:00', '2026-11-04 11:00:00')
, (1068, 'todo', 'Give Haiyan a title and stop dithering', 'Asked Shen Yutong how the long one sounds said aloud in a bookshop, by someone in a hurry. Waiting for her answer; she is at a fair in Chengdu until the 20th.

If she shrugs: the long one.', '["translation","chinese","title"]', '[{"fragment_id":1067,"type":"follows"}]', '{"demo_seed":true,"scenario":"writer"}', '{"status":"blocked","waiting_for":"沈雨桐"}', 'novel', 101, 'accepted', NULL, '2026-11-05 09:20:00', '2026-11-13 09:05:00')
, (1069, 'link', 'Pharmacia, farmácia: a table of spellings before and after 1911', 'https://ortografia-antiga.example.net/tabela-1911

Falcão learnt to write before the reform, so: *pharmacia*, *mez*, *n''ella*. Aurélio after it: *farmácia*, *mês*, *nela*. It would be a lovely way to date the entries.

But the entries are almost all numerals. Three words in the entire ledger. I have spent an evening on three words.', '["spelling","language","rabbit-hole"]', '[{"fragment_id":1034,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"read":true}', 'novel', 102, 'skipped', '2026-11-05 20:45:00', '2026-11-05 20:45:00', '2026-11-06 07:40:00')
, (1070, 'character', 'Zé Gadanha, eleven, who knows where the keys are', 'The office boy of chapter 1 (“You''ll taste it by noon”). Barefoot; sings; steals only paper.

Draws on the backs of old bills of lading: birds, mainly, and the director from behind. In 1931 this is comic. In the last chapter it''s the only portrait of Custódia there is.

He''s the one who carries the ledger out, under his shirt, in the rain. He is also, though I''ll never say so, the person who posts the parcel in 1974. He''d be fifty-four.

Do not let him be plucky!', '["character","zé","ending"]', '[{"fragment_id":1008,"type":"relates_to"},{"fragment_id":1058,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"bible":"settled"}', 'novel', 101, 'accepted', NULL, '2026-11-06 08:15:00', '2026-11-06 08:15:00')
, (1071, 'research', 'Objects for Part Three: tins, oilskins, a bicycle', 'What is in the frame between 21 September and Christmas:

- lunch tins with the owner''s sign scratched in the lid (an anchor, a comb, a cross-and-dot)
- oilskins for the foremen, sacks for the women: a sack folded into itself at the corner makes a hood
- the doctor''s bicycle, the only one that nobody steals
- quinine, in paper twists. There was malaria here. I keep forgetting and then remembering with a jolt.
- a gramophone at the Clube, three records
- hurricane lamps: two kinds, and the women had the other kind

Seen at: the municipal museum (two lamps, one tin), a house in Gafanha (the sack, demonstrated on me 😳), a photograph album lent by Joaquim''s wife.', '["research","objects","part-three"]', '[{"fragment_id":1029,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"verified":true}', 'novel', 102, 'accepted', NULL, '2026-11-06 13:40:00', '2026-11-06 13:40:00')
, (1072, 'draft', 'Chapter 17: rain (do not touch)', 'It began on the Monday a little before eleven, and for the first hour nobody ran.

That was what he would remember: that they had walked. They came along the walls between the pans, forty women with sacks on their heads, neither fast nor slow, as people walk behind a coffin that is not theirs. The whole year lay out in the open. It had been white that morning. Now it had begun to shine.

“Can nothing be covered?” he asked Abílio.

“What with?”

By noon the small piles had gone soft at the foot. By three you could hear it: not the rain, but under the rain, everywhere at once, a sound like a great many people letting out their breath.

He had the ledger open on his knee, in the door of the shed, and the pen in his left hand; he noticed it was the left; and did not change it over. One by one, as they went, he read them out. Not the numbers. Somebody had to. The rain was very loud and he could hear only the half of it, but each time, from along the wall, a voice answered: *Here.*', '["draft","chapter-17","part-three","rain"]', '[{"fragment_id":1013,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"chapter":17,"draft":2,"locked":true,"words":2815}', 'novel', 103, 'accepted', NULL, '2026-11-07 09:00:00', '2026-11-07 09:00:00')
, (1073, 'reminder', 'Lunch for Ilse’s seventy-eighth', 'Sunday 22 November, 13:00, at ours. She says no fuss. She has said what she''d like instead of fuss: the good tablecloth, Matilde at the piano, no candles "in that number".

Order the cake from the bakery in Matosinhos, not the Bonfim one. She *will* know.', '["ilse","family","birthday"]', '[]', '{"demo_seed":true,"scenario":"writer"}', '{"remind_on":"2026-11-20"}', 'personal', NULL, 'pending', '2026-11-07 19:20:00', '2026-11-07 19:20:00', '2026-11-15 18:12:00')
, (1074, 'note', 'A timeline that finally adds up', '2 Nov 1930 (Sun): Falcão dies. Pile 93 is written that afternoon, by her.
12 Jan 1931 (Mon): Aurélio''s first day. He meets Rosa in the doorway of the shed. *He stands aside for her.*
19 Jan (Mon): Rosa dies; entry 41, “departed”. Ink still fresh in ch. 1? No! Ch. 1 is the 12th. → the last entry he sees is pile 88, dated Friday the 9th.
17 Feb: Rosa''s mother.
6 April: the fish.
29 June: the scales.
1 July: gold.
21–23 Sept: rain; the end of gold; the end of the season.
October: chickpeas. November: the sacristy.
31 Dec (Thu), four o''clock: the balance.

I have drawn this on the kitchen wall, in chalk. Matilde has added a dinosaur at about 26 August.', '["timeline","continuity","structure"]', '[{"fragment_id":1011,"type":"relates_to"},{"fragment_id":1008,"type":"contradicts"}]', '{"demo_seed":true,"scenario":"writer"}', '{"checked":true}', 'novel', 103, 'accepted', NULL, '2026-11-08 10:30:00', '2026-11-08 18:45:00')
, (1075, 'todo', 'Get the Invoice under 4,500 and out of the door', '4,610 now. Candidates: the saucepans (no, never), the paragraph about brass polish (yes), the second daughter (was she ever there?).

Then: single quotes, spaced en dashes, bio of forty words, bank details, breathe.', '["tidewrack","deadline","cuts"]', '[{"fragment_id":1066,"type":"follows"}]', '{"demo_seed":true,"scenario":"writer"}', '{"status":"done"}', 'novel', 104, 'accepted', NULL, '2026-11-09 07:50:00', '2026-11-13 16:05:00')
, (1076, 'meeting', 'Conall on the telephone, about fog', 'He had read the version of the 4th “in the bath, twice, it went cold”.

- Keep *Prayer, not charged*. He had thought of cutting it; then hadn''t been able to.
- Numbers: as figures inside the invoice, in words outside. So the house style survives.
- “Somebody''s change”: does a non-native reader hear *coins* and *alteration* at once? I said that is the only reason I write in English.
- The second daughter has no lines and one coat. Out.
- It will be the last story in the book. (I did not shriek. I put the phone on the bread.)

Proofs in January, launch in Belfast on 18 March.', '["tidewrack","conall","editing"]', '[{"fragment_id":1066,"type":"relates_to"},{"fragment_id":1049,"type":"answers"}]', '{"demo_seed":true,"scenario":"writer"}', '{"decisions":4}', 'novel', 104, 'accepted', NULL, '2026-11-09 12:40:00', '2026-11-09 12:40:00')
, (1077, 'research', 'Telegrams: what Judite would have typed, tapped and torn up', '- Charged by the word, so a whole city learnt to write without articles. Judite thinks without articles when she''s tired. Use in 13 and 28!
- Morse by sounder, taken down by ear in pencil; a good operator heard the *hand* of whoever was sending. (Echo: Falcão''s hand, Custódia''s sevens. Two sisters of the same idea.)
- Urgent rate: triple.
- Censored telegrams came back with a slip. No reason was given; the fee was not refunded.

The message she delays by one cigarette: VENDA SUSPENSA AGUARDE INSTRUCOES. No cedilla and no tilde on the wire, so on paper the Ministry of Finance cannot spell *instruções*.

Source: a retired telegraphist''s memoir, privately printed, 1962; the postal museum''s training booklet.', '["research","telegraph","judite"]', '[{"fragment_id":1025,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"verified":true}', 'novel', 102, 'accepted', NULL, '2026-11-10 08:40:00', '2026-11-10 08:40:00')
, (1078, 'log', NULL, 'Parents'' evening. Matilde''s teacher says she "answers questions that weren''t asked". Rui looked at me. I looked at the frieze of moliceiros.

Home at nine; soup; no words today and no guilt either, which is new.', '["family","matilde","school"]', '[]', '{"demo_seed":true,"scenario":"writer"}', '{}', 'personal', NULL, 'accepted', NULL, '2026-11-10 21:50:00', '2026-11-10 21:50:00')
, (1079, 'quote', 'Matilde, over the chestnuts', '“If nobody reads it until next year, is it already a book or is it still just you, upstairs?”

São Martinho, the whole building in the courtyard, Graça in charge of the fire and of the accounts of the fire.', '["matilde","são-martinho","overheard"]', '[]', '{"demo_seed":true,"scenario":"writer"}', '{}', 'personal', NULL, 'accepted', '2026-11-11 18:30:00', '2026-11-11 18:30:00', '2026-11-11 18:30:00')
, (1080, 'todo', 'Permission for the line about the pig', '“Weighed like the pig, but with less conversation.” Box 14, tape 3. The speaker died in 1994; there is a niece in Canada, and the archive has written to her on my behalf.

Without a yes by the 25th I rewrite it. I have tried. Everything I write in its place is about the pig.', '["permissions","archive","oral-history"]', '[{"fragment_id":1029,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"status":"blocked","waiting_for":"the niece, by way of Joaquim"}', 'novel', 102, 'accepted', NULL, '2026-11-12 08:05:00', '2026-11-18 09:10:00')
, (1081, 'reminder', 'Tidewrack contract: sign page 3, initial the rest', 'First English-language anthology rights, non-exclusive after twelve months; story collection rights stay with me (check clause 6, Tobias says “check it with your glasses on”).

Scan, don''t photograph. Last time there was a cat''s paw on the signature.', '["contract","tidewrack"]', '[{"fragment_id":1076,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"remind_on":"2026-11-23"}', 'novel', 104, 'pending', '2026-11-13 10:02:00', '2026-11-13 10:20:00', '2026-11-13 10:20:00')
, (1082, 'log', 'The Invoice has left the building', 'Sent at 16:03, a day early, 4,438 words. Conall answered at 16:06 with a picture of a lighthouse drawn on a napkin. 💡

Celebrated by closing chapter 20. Rui went down to the Ferreiras'' party by himself and brought me a plate.', '["tidewrack","sent"]', '[{"fragment_id":1075,"type":"follows"}]', '{"demo_seed":true,"scenario":"writer"}', '{"words":4438}', 'novel', 104, 'accepted', NULL, '2026-11-13 16:10:00', '2026-11-13 16:10:00')
, (1083, 'draft', 'Chapter 21: chickpeas', 'She tipped them out on the table among the crumbs.

“This is a one,” said Custódia, and moved one. “He taught me in a week. It''s not hard. It''s only that nobody would have thought of it.”

“And letters? Did he never —”

“He offered.” She was building something; a row of ten, then a row beneath. “I said what for. There was nobody I wanted to write to, they were all on the plank. But a number I could use. If I knew what I weighed in March, and I knew what I weighed in September, then they couldn''t tell me it was the rain.”

He watched her hands. In the lamplight the salt had got into every line of them, so that they looked drawn.

“Ninety-three,” he said.

“Count again.” She pushed one more across the table, with the tip of her finger, until it touched his cuff. “You''re always leaving out whoever is holding the pen.”', '["draft","chapter-21","part-three","custódia"]', '[{"fragment_id":1062,"type":"follows"},{"fragment_id":1003,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"chapter":21,"draft":3,"words":2590}', 'novel', 103, 'accepted', NULL, '2026-11-14 09:30:00', '2026-11-16 07:55:00')
, (1084, 'link', 'The pen repairer in the Rua das Flores', 'https://canetas-flores.example.com/

By appointment, closed on Wednesdays. My grandfather''s Pelikan leaks at the collar; he says on the phone that they all do, at that age, and that he does too.

Present to myself for the 1st of December, if there is a draft three.', '["pens","porto","treat"]', '[]', '{"demo_seed":true,"scenario":"writer"}', '{"read":false}', 'personal', NULL, 'pending', '2026-11-14 18:00:00', '2026-11-14 18:00:00', '2026-11-14 18:00:00')
, (1085, 'research', 'The harbour’s weather book answers', 'Joaquim found it: captaincy of the port, volume for 1931, water-stained (naturally). Photographs arrived this morning.

1. 29 June: clear, wind NW 3, falling at dusk. Bonfires would stand up straight.
2. 21 September: *chuva miúda*, from 10.40. 22: rain. 23: rain, thunder to the south.
3. 31 December, 16.00: “overcast, with a clear strip to the west”.

I wrote “a little before eleven” in May of last year, with nothing to go on. Twenty to eleven! I have been walking about the flat.

Graça: “Coincidence is an entry whose other side you haven''t found.”', '["research","weather","archive","rain"]', '[{"fragment_id":1023,"type":"answers"},{"fragment_id":1072,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"verified":true}', 'novel', 102, 'accepted', NULL, '2026-11-15 10:45:00', '2026-11-15 10:45:00')
, (1086, 'character', 'D. Firmina’s boarding house, floor by floor', 'Ground floor: the accordion repairer, Sr. Ventura. Tests every instrument with the same four bars; they become the book''s only music after the rain.
First, front: D. Firmina Leal, widow of a pilot of the bar. Serves cod on Fridays and on principle.
First, back: a travelling dentist, present on alternate months.
Second, front: Mlle Aubert, French lessons. No pupils; great many letters.
Second, back: Aurélio. Iron bed, one window, a nail.
Attic: “nobody”, says D. Firmina, too quickly. (After 26 August: somebody. A printer from Lisbon. Two scenes, no speech, left by Christmas.)

She counts the spoons aloud at night. He finds it restful.', '["character","boarding-house","minor"]', '[{"fragment_id":1002,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"bible":"in_revision"}', 'novel', 101, 'accepted', NULL, '2026-11-16 08:20:00', '2026-11-16 08:20:00')
, (1087, 'todo', 'Chapters 1–12 aloud, to Rui, in the kitchen', 'Two or three a night. He''s allowed to say only “again” or “hm”.

So far: 1 (hm), 2, 3 (again: the tram), 4, 5 (put down the knife to listen). Stopped there on Tuesday, as the onions needed him.', '["revision","reading-aloud","rui"]', '[{"fragment_id":1059,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"chapter":5,"status":"in_progress"}', 'novel', 103, 'accepted', NULL, '2026-11-16 09:50:00', '2026-11-17 21:40:00')
, (1088, 'todo', 'Query list for Graça before she reads chapter 20', '- Would *Diversos* be one account or several?
- Who signs the balance: bookkeeper, director, both?
- Can a man enter *himself* in the books without anybody else''s authority? (She''ll say no. Then she will think about it.)
- Red ink: corrections only, or deficits too?
- Is “pile 94, loss: blank” a legal entry, or only a true one?', '["accounting","graça","queries"]', '[{"fragment_id":1064,"type":"follows"}]', '{"demo_seed":true,"scenario":"writer"}', '{"status":"open"}', 'novel', 103, 'accepted', NULL, '2026-11-17 11:30:00', '2026-11-17 11:30:00')
, (1089, 'idea', 'Last line, perhaps', 'Candidates, in order of arrival:

a) *94. 12 January. 63 kg.* And under loss he left the space, as she did, for whoever came next.
b) He blotted the line and waited for it to dry; it did not dry.
c) “Here,” said Aurélio.

(a) is correct. (b) is pretty, and I distrust it. (c) is chapter 17 coming home, but is it *earned*, or is it only loud?

Sleep on it. Marianne will say c. Miura-san will ask who is holding the pen.', '["ending","last-line","aurélio"]', '[{"fragment_id":1072,"type":"relates_to"},{"fragment_id":1056,"type":"follows"}]', '{"demo_seed":true,"scenario":"writer"}', '{"candidates":3}', 'novel', 101, 'pending', '2026-11-18 08:00:00', '2026-11-18 08:00:00', '2026-11-18 08:00:00')
, (1090, 'log', NULL, 'Ch. 23 closed: 60,710. Nine to go, twelve days. The Inspector has his scene in 24 and is behaving as if he''d always had it.

Wrist sore. Tea. Graça knocked to say that the typing had stopped and was I well.', '["word-count"]', '[{"fragment_id":1059,"type":"follows"}]', '{"demo_seed":true,"scenario":"writer"}', '{"chapter":23,"words":60710}', 'novel', 103, 'accepted', NULL, '2026-11-18 21:20:00', '2026-11-18 21:20:00')
, (1091, 'todo', 'Column for 3 December, filed early for once', 'The usual Tuesday is 1 December: a public holiday. So Duarte wants it by noon on Monday the 30th. The *thirtieth*. Of course he does.

Write it this weekend instead. Options: the neighbour who audits bonfires (ask Graça); the overdue library books; pens that leak at the collar.', '["column","deadline"]', '[]', '{"demo_seed":true,"scenario":"writer"}', '{"status":"open"}', 'personal', 106, 'accepted', NULL, '2026-11-19 07:40:00', '2026-11-19 07:40:00')
, (1092, 'note', 'Where things stand, eleven days out', 'DONE: parts one and two; 17 (untouched, I swear); 18–23; the story; the receipt.
LEFT: 24 (half a page exists), 25–32, the last line, a synopsis for Tobias, six answers for Miura-san.

Arithmetic: 84,000 − 60,710 = 23,290 words; eleven mornings; 2,117 a morning. But I''m not writing them, I am *carrying* them: 24,750 are there already, in draft two, and all they have to do is lose weight.

Quebra: 5.9 %. Abílio would say that''s about right for the time of year.

If by Monday the 23rd chapter 26 is not closed, write to Marianne. Otherwise, not a word to anybody; soup; bed.', '["status","deadline","word-count","quebra"]', '[{"fragment_id":1090,"type":"relates_to"},{"fragment_id":1001,"type":"relates_to"},{"fragment_id":1089,"type":"relates_to"}]', '{"demo_seed":true,"scenario":"writer"}', '{"chapter":23,"pinned":true,"words":60710}', 'novel', 101, 'accepted', NULL, '2026-11-19 18:30:00', '2026-11-19 18:30:00')
;

-- todos (14 records)
INSERT INTO "todos" ("id", "fragment_id", "title", "status", "priority", "due_at", "completed_at", "created_at", "updated_at") VALUES
  (101, 1007, 'Call Sr. Osvaldo about E04', 'done', 'high', '2026-10-08 17:00:00', '2026-10-09 15:20:00', '2026-10-02 17:40:00', '2026-10-09 15:20:00')
, (102, 1016, 'Move the discovery to St Peter’s day', 'done', 'urgent', '2026-10-31 20:00:00', '2026-10-31 12:15:00', '2026-10-07 09:40:00', '2026-10-31 12:15:00')
, (103, 1023, 'Write to the archive: weather book of the port, 1931', 'done', 'normal', NULL, '2026-11-15 10:58:00', '2026-10-12 08:50:00', '2026-11-15 10:58:00')
, (104, 1035, 'Accept the Tidewrack commission', 'done', 'high', '2026-10-20 18:00:00', '2026-10-19 08:42:00', '2026-10-19 08:00:00', '2026-10-19 08:42:00')
, (105, 1037, 'Book the vet (booster and the left tooth)', 'open', 'normal', '2026-11-24 10:30:00', NULL, '2026-10-19 17:45:00', '2026-11-12 13:30:00')
, (106, 1045, 'Forty glossary entries and the drawing of the plank', 'in_progress', 'normal', '2026-12-05 18:00:00', NULL, '2026-10-23 14:20:00', '2026-11-16 17:40:00')
, (107, 1051, 'Declare July to September to Segurança Social', 'done', 'urgent', '2026-10-31 23:00:00', '2026-10-30 17:10:00', '2026-10-27 18:55:00', '2026-10-30 17:10:00')
, (108, 1057, 'Reduce the prologue from 3,150 words to one page', 'done', 'high', NULL, '2026-10-31 09:50:00', '2026-10-30 15:45:00', '2026-10-31 09:50:00')
, (109, 1068, 'Settle the title of the Chinese edition', 'blocked', 'normal', '2026-11-27 12:00:00', NULL, '2026-11-05 09:20:00', '2026-11-13 09:05:00')
, (110, 1075, 'Cut 110 words and submit the story to Conall', 'done', 'urgent', '2026-11-14 18:00:00', '2026-11-13 16:05:00', '2026-11-09 07:50:00', '2026-11-13 16:05:00')
, (111, 1080, 'Clear the oral-history quotation, box 14', 'blocked', 'high', '2026-11-25 18:00:00', NULL, '2026-11-12 08:05:00', '2026-11-18 09:10:00')
, (112, 1087, 'Read the first twelve chapters to Rui', 'in_progress', 'low', '2026-11-22 22:00:00', NULL, '2026-11-16 09:50:00', '2026-11-17 21:40:00')
, (113, 1088, 'Five bookkeeping questions for the third floor left', 'open', 'high', '2026-11-21 10:00:00', NULL, '2026-11-17 11:30:00', '2026-11-17 11:30:00')
, (114, 1091, 'Write and file À Margem before the holiday', 'open', 'high', '2026-11-30 12:00:00', NULL, '2026-11-19 07:40:00', '2026-11-19 07:40:00')
;

-- Links (1 update)
UPDATE "projects" SET "parent_id" = 105 WHERE "id" = 104 AND "parent_id" IS NULL;

-- Verification
SELECT 'chat_sessions' AS "table", 3 AS "expected", COUNT(*) AS "actual" FROM "chat_sessions" WHERE CAST("metadata"->>'demo_seed' AS TEXT) IN ('true', '1') AND CAST("metadata"->>'scenario' AS TEXT) IN ('writer');
SELECT 'contacts' AS "table", 7 AS "expected", COUNT(*) AS "actual" FROM "contacts" WHERE CAST("metadata"->>'demo_seed' AS TEXT) IN ('true', '1') AND CAST("metadata"->>'scenario' AS TEXT) IN ('writer');
SELECT 'vaults' AS "table", 1 AS "expected", COUNT(*) AS "actual" FROM "vaults" WHERE CAST("metadata"->>'demo_seed' AS TEXT) IN ('true', '1') AND CAST("metadata"->>'scenario' AS TEXT) IN ('writer');
SELECT 'projects' AS "table", 6 AS "expected", COUNT(*) AS "actual" FROM "projects" WHERE CAST("metadata"->>'demo_seed' AS TEXT) IN ('true', '1') AND CAST("metadata"->>'scenario' AS TEXT) IN ('writer');
SELECT 'fragments' AS "table", 92 AS "expected", COUNT(*) AS "actual" FROM "fragments" WHERE CAST("metadata"->>'demo_seed' AS TEXT) IN ('true', '1') AND CAST("metadata"->>'scenario' AS TEXT) IN ('writer');
SELECT 'todos' AS "table", 14 AS "expected", COUNT(*) AS "actual" FROM "todos" WHERE "fragment_id" IN (SELECT "id" FROM "fragments" WHERE CAST("metadata"->>'demo_seed' AS TEXT) IN ('true', '1') AND CAST("metadata"->>'scenario' AS TEXT) IN ('writer'));

COMMIT;
-- Content: sha256:e3da15fa9443137f5957f209f4262b7593a98b5d7439816ecb60465aa02ce53e
-- File: sha256:ad897e562aa1db3e459d3af593c1564563e42e117299ac4ed9c73c0f4b9a32aa
-- End of export
