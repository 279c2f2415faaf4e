//! Random states of one small database: all its keys are kept, and two states of a pair have much in common.
//!
//! Numbers and unique values come from small ranges, so that between two states they change their rows all the time.

use std::fmt::Write as _;

/// The tables. What refers to a table further down stands apart: PostgreSQL needs that.
const TABLES: &str = "
    CREATE TABLE vaults (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, cover INTEGER{cover});
    CREATE TABLE fragments (id INTEGER PRIMARY KEY, vault INTEGER NOT NULL REFERENCES vaults (id),
      parent INTEGER REFERENCES fragments (id), slug TEXT NOT NULL, place INTEGER UNIQUE, title TEXT, score DECIMAL,
      flag BOOLEAN, metadata {json}, day DATE, icon {bytes}, UNIQUE (vault, slug));
    CREATE TABLE steps (id INTEGER PRIMARY KEY, behind INTEGER NOT NULL REFERENCES steps (id), note TEXT UNIQUE);
    CREATE TABLE grades (vault INTEGER NOT NULL REFERENCES vaults (id), subject TEXT NOT NULL, mark {real},
      moment TIMESTAMPTZ, PRIMARY KEY (vault, subject));
    CREATE TABLE codes (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE);
    CREATE TABLE uses (id INTEGER PRIMARY KEY, code TEXT NOT NULL REFERENCES codes (code));
    CREATE TABLE seats (id INTEGER PRIMARY KEY, number DECIMAL NOT NULL UNIQUE);
    CREATE TABLE tags (fragment INTEGER NOT NULL REFERENCES fragments (id), tag TEXT, weight INTEGER);";

pub(super) const NAMES: [&str; 8] =
    ["vaults", "fragments", "steps", "grades", "codes", "uses", "seats", "tags"];

/// The scenario: all rows of all tables.
pub(crate) fn yaml() -> String {
    let tables: Vec<String> = NAMES.iter().map(|name| format!("{name}: all")).collect();
    format!("scenario: random\nselect: {{ {} }}\n", tables.join(", "))
}

/// An empty database, for SQLite.
pub(crate) fn schema() -> String {
    let tables = TABLES.replace("{cover}", " REFERENCES fragments (id)").replace("{json}", "JSON");
    tables.replace("{bytes}", "BLOB").replace("{real}", "REAL")
}

/// An empty database, for PostgreSQL, with the function that snapshots with bytes need.
pub(crate) fn postgres_schema() -> String {
    let tables = TABLES.replace("{cover}", "").replace("{json}", "JSONB");
    let tables = tables.replace("{bytes}", "BYTEA").replace("{real}", "DOUBLE PRECISION");
    format!(
        "{tables}
         ALTER TABLE vaults ADD CONSTRAINT cover FOREIGN KEY (cover) REFERENCES fragments (id);
         CREATE FUNCTION unhex(text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT decode($1, 'hex') $$;"
    )
}

/// Empties all tables; keys have to be off.
pub(crate) fn clear() -> String {
    NAMES.iter().rev().fold(String::new(), |sql, name| sql + &format!("DELETE FROM {name};\n"))
}

const TEXTS: [&str; 8] = [
    "'plain'",
    "'it''s; -- no comment'",
    "'a\nb'",
    "json('[\"\\u001b[31m\\r\\u202e\"]')->>0",
    "'::set-output name=x::y'",
    "'\\'",
    "NULL",
    "''",
];
const JSONS: [&str; 4] = ["'{\"a\":1}'", "'{\"a\":[1.50,null]}'", "NULL", "'\"x\"'"];
const DECIMALS: [&str; 3] = ["1.5", "NULL", "-2.25"];
const DAYS: [&str; 3] = ["'2026-11-20'", "NULL", "'1999-12-31'"];
const MOMENTS: [&str; 3] = ["'2026-11-20 10:30:00+00:00'", "NULL", "'2026-11-20 10:30:00.25+00:00'"];
const BYTES: [&str; 3] = ["unhex('00ff')", "NULL", "unhex('')"];

/// Draws numbers: those of the base, except now and then.
struct Draw {
    base: u64,
    own: u64,
    /// How many of ten decisions are the base's.
    same: u64,
}

impl Draw {
    fn at(&self, what: &str, number: u64) -> u64 {
        let own = mixed(self.own, what, number);
        if own % 10 < self.same { mixed(self.base, what, number) } else { own / 10 }
    }

    fn below(&self, what: &str, number: u64, limit: usize) -> usize {
        usize::try_from(self.at(what, number) % limit.max(1) as u64).unwrap_or(0)
    }

    fn one<'v>(&self, what: &str, number: u64, values: &[&'v str]) -> &'v str {
        values[self.below(what, number, values.len())]
    }

    /// Which of `most` numbers are there.
    fn ids(&self, what: &str, most: u64) -> Vec<u64> {
        (1..=most).filter(|id| self.at(what, *id) % 10 < 6).collect()
    }

    /// For each of `count` rows another number below `limit`.
    fn apart(&self, what: &str, count: usize, limit: usize) -> Vec<usize> {
        let mut free: Vec<usize> = (0..limit).collect();
        (0..count as u64).map(|nth| free.remove(self.below(what, nth, free.len()))).collect()
    }
}

/// A hash of all three.
fn mixed(seed: u64, what: &str, number: u64) -> u64 {
    let mut state = seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    for byte in what.bytes() {
        state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        state ^= state >> 29;
    }
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (state ^ (state >> 31)) >> 3
}

/// The statements that fill an empty database with a state; keys have to be off until they have run.
pub(crate) fn rows(base: u64, own: u64, same: u64) -> String {
    let draw = Draw { base, own, same };
    let mut sql = String::new();
    let fragments = draw.ids("fragments", 9);
    let mut vaults = draw.ids("vaults", 5);
    if vaults.is_empty() {
        vaults.push(1);
    }
    let names = draw.apart("names", vaults.len(), 7);
    for (id, name) in vaults.iter().zip(names) {
        let cover = some(&draw, "cover", *id, &fragments);
        put(&mut sql, "vaults", &format!("{id}, 'name {name}', {cover}"));
    }
    add_fragments(&mut sql, &draw, &vaults, &fragments);
    add_steps(&mut sql, &draw);
    for id in &vaults {
        for (nth, subject) in ["art", "Art", "it''s"].iter().enumerate() {
            let at = id * 10 + nth as u64;
            if draw.at("grades", at).is_multiple_of(3) {
                let mark = ["1.5", "NULL", "0.1", "1e300"][draw.below("mark", at, 4)];
                let moment = draw.one("moment", at, &MOMENTS);
                put(&mut sql, "grades", &format!("{id}, '{subject}', {mark}, {moment}"));
            }
        }
    }
    if base.is_multiple_of(4) {
        add_rare(&mut sql, &draw);
    }
    for id in &fragments {
        for nth in 0..3 {
            let at = id * 10 + nth;
            if draw.at("tags", at).is_multiple_of(2) {
                let tag = draw.one("tag", at % 7, &TEXTS);
                let weight = ["1", "NULL"][draw.below("weight", at, 2)];
                put(&mut sql, "tags", &format!("{id}, {tag}, {weight}"));
            }
        }
    }
    sql
}

fn add_fragments(sql: &mut String, draw: &Draw, vaults: &[u64], fragments: &[u64]) {
    let slugs = draw.apart("slugs", fragments.len(), 10);
    let places = draw.apart("places", fragments.len(), 12);
    for (nth, id) in fragments.iter().enumerate() {
        let vault = vaults[draw.below("vault", *id, vaults.len())];
        let parent = some(draw, "parent", *id, fragments);
        let place = if places[nth].is_multiple_of(4) { "NULL".to_owned() } else { places[nth].to_string() };
        let (title, json) = (draw.one("title", *id, &TEXTS), draw.one("json", *id, &JSONS));
        let (score, day) = (draw.one("score", *id, &DECIMALS), draw.one("day", *id, &DAYS));
        let flag = ["TRUE", "FALSE", "NULL"][draw.below("flag", *id, 3)];
        let icon = draw.one("icon", *id, &BYTES);
        let slug = slugs[nth];
        put(
            sql,
            "fragments",
            &format!(
                "{id}, {vault}, {parent}, 'slug {slug}', {place}, {title}, {score}, {flag}, {json}, {day}, {icon}"
            ),
        );
    }
}

/// Each row is behind another, without a circle, or behind itself.
fn add_steps(sql: &mut String, draw: &Draw) {
    let mut ids = draw.ids("steps", 7);
    ids.sort_by_key(|id| draw.at("order", *id) % 5 * 10 + id);
    let notes = draw.apart("notes", ids.len(), 9);
    for (nth, id) in ids.iter().enumerate() {
        let behind = ids[draw.below("behind", *id, nth + 1)];
        put(sql, "steps", &format!("{id}, {behind}, 'note {}'", notes[nth]));
    }
}

/// What cannot always be done without deferred keys: it must be refused by name then.
fn add_rare(sql: &mut String, draw: &Draw) {
    let codes = draw.ids("codes", 4);
    let steady = Draw { base: draw.base, own: draw.own, same: 9 };
    let texts = steady.apart("code", codes.len(), 6);
    for (id, text) in codes.iter().zip(&texts) {
        put(sql, "codes", &format!("{id}, 'code {text}'"));
    }
    for id in draw.ids("uses", 4).iter().filter(|_| !texts.is_empty()) {
        put(sql, "uses", &format!("{id}, 'code {}'", texts[steady.below("use", *id, texts.len())]));
    }
    let seats = steady.ids("seats", 3);
    for (id, number) in seats.iter().zip(steady.apart("seat", seats.len(), 6)) {
        put(sql, "seats", &format!("{id}, {number}.25"));
    }
}

/// One of the rows, or none.
fn some(draw: &Draw, what: &str, number: u64, rows: &[u64]) -> String {
    match rows.get(draw.below(what, number, rows.len() + 2)) {
        Some(id) => id.to_string(),
        None => "NULL".to_owned(),
    }
}

fn put(sql: &mut String, table: &str, values: &str) {
    writeln!(sql, "INSERT INTO {table} VALUES ({values});").expect("a String takes every write");
}
