//! Every shape of keys and tables: what a scenario takes of it is the same from either engine, goes into the other one, and
//! from one version to the next and back, with foreign keys enforced throughout.

mod reach;

use test_support::{Sandbox, sqlite};

use crate::{body, done, exported, rows, versions, with_scenario};

/// A schema, its rows, and a scenario of some of them.
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    /// For SQLite; `None` where it has no such thing.
    sqlite: Option<&'static str>,
    /// For PostgreSQL.
    pub(crate) postgres: Option<&'static str>,
    /// For both.
    pub(crate) rows: &'static str,
    /// What comes after the scenario's name.
    scenario: &'static str,
    /// What makes the second version of the first.
    pub(crate) edit: &'static str,
    /// The tables of the first version with their rows, as the file's comments say it.
    sections: &'static str,
}

const SAME: &str = "the same";

impl Shape {
    /// The schema for SQLite, for PostgreSQL.
    pub(crate) fn schemas(&self) -> [Option<&'static str>; 2] {
        match (self.sqlite, self.postgres) {
            (sqlite, Some(SAME)) => [sqlite, sqlite],
            schemas => schemas.into(),
        }
    }

    pub(crate) fn sandbox(&self) -> Sandbox {
        with_scenario(&format!("scenario: shape\n{}", self.scenario))
    }

    /// What the file says of its sections.
    pub(crate) fn check_sections(&self, file: &[u8]) {
        let text = body(file);
        let comments = text.lines().filter_map(|line| line.strip_prefix("-- "));
        let sections: Vec<&str> =
            comments.filter(|line| line.ends_with(" record)") || line.ends_with(" records)")).collect();
        let counted = sections.join(", ").replace(" records)", ")").replace(" record)", ")");
        assert_eq!(counted, self.sections, "{}", self.name);
    }
}

/// Every shape.
pub(crate) fn shapes() -> impl Iterator<Item = &'static Shape> {
    SHAPES.iter().chain(reach::REACH)
}

const SHAPES: &[Shape] = &[
    Shape {
        name: "a composite key whose columns stand in another order",
        sqlite: Some(
            "CREATE TABLE parts (a INTEGER NOT NULL, b INTEGER NOT NULL, t TEXT, PRIMARY KEY (b, a));
             CREATE TABLE uses (id INTEGER PRIMARY KEY, x INTEGER, y INTEGER, FOREIGN KEY (y, x) REFERENCES parts (a, b));",
        ),
        postgres: Some(SAME),
        rows: "INSERT INTO parts VALUES (1, 2, 'in'), (2, 1, 'out'), (3, 3, 'in');
               INSERT INTO uses VALUES (1, 2, 1), (2, 3, 3), (3, 1, 2), (4, NULL, 3);",
        scenario: "select: { uses: { id: [1, 2, 4] } }\n",
        edit: "UPDATE uses SET x = 3, y = 3 WHERE id = 1;",
        sections: "parts (2 shared), uses (3)",
    },
    Shape {
        name: "a key to a unique column",
        sqlite: Some(
            "CREATE TABLE vaults (id INTEGER PRIMARY KEY, slug TEXT NOT NULL UNIQUE);
             CREATE TABLE notes (id INTEGER PRIMARY KEY, vault TEXT NOT NULL REFERENCES vaults (slug));",
        ),
        postgres: Some(SAME),
        rows: "INSERT INTO vaults VALUES (1, 'b'), (2, 'a'), (3, 'c'); INSERT INTO notes VALUES (1, 'a'), (2, 'b'), (3, 'c');",
        scenario: "select: { notes: { id: [1, 2] } }\n",
        edit: "UPDATE notes SET vault = 'c' WHERE id = 2;",
        sections: "vaults (2 shared), notes (2)",
    },
    Shape {
        name: "two keys to one parent",
        sqlite: Some(
            "CREATE TABLE teams (id INTEGER PRIMARY KEY, name TEXT);
             CREATE TABLE games (id INTEGER PRIMARY KEY, home INTEGER NOT NULL REFERENCES teams, away INTEGER REFERENCES teams);",
        ),
        postgres: Some(SAME),
        rows: "INSERT INTO teams VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd');
               INSERT INTO games VALUES (1, 1, 2), (2, 2, NULL), (3, 4, 3);",
        scenario: "select: { games: { id: [1, 2] } }\n",
        edit: "UPDATE games SET away = 3 WHERE id = 2;",
        sections: "teams (2 shared), games (2)",
    },
    Shape {
        name: "a primary key that is a foreign key",
        sqlite: Some(
            "CREATE TABLE animals (id INTEGER PRIMARY KEY, name TEXT);
             CREATE TABLE dogs (id INTEGER PRIMARY KEY REFERENCES animals, breed TEXT);
             CREATE TABLE puppies (id INTEGER PRIMARY KEY REFERENCES dogs, weeks INTEGER);",
        ),
        postgres: Some(SAME),
        rows: "INSERT INTO animals VALUES (1, 'a'), (2, 'b'), (3, 'c'); INSERT INTO dogs VALUES (1, 'x'), (2, 'y');
               INSERT INTO puppies VALUES (2, 3);",
        scenario: "select: { animals: { id: [2, 3] } }\nfollow: { children: all }\n",
        edit: "INSERT INTO dogs VALUES (3, 'z'); DELETE FROM puppies;",
        sections: "animals (2), dogs (1), puppies (1)",
    },
    Shape {
        name: "many to many",
        sqlite: Some(
            "CREATE TABLE posts (id INTEGER PRIMARY KEY, t TEXT); CREATE TABLE tags (name TEXT NOT NULL PRIMARY KEY);
             CREATE TABLE post_tags (post INTEGER NOT NULL REFERENCES posts, tag TEXT NOT NULL REFERENCES tags, PRIMARY KEY (post, tag));",
        ),
        postgres: Some(SAME),
        rows: "INSERT INTO posts VALUES (1, 'a'), (2, 'b'); INSERT INTO tags VALUES ('x'), ('y'), ('z');
               INSERT INTO post_tags VALUES (1, 'y'), (1, 'x'), (2, 'z');",
        scenario: "select: { posts: { id: 1 } }\nfollow: { children: [post_tags] }\n",
        edit: "DELETE FROM post_tags WHERE tag = 'x'; INSERT INTO post_tags VALUES (1, 'z');",
        sections: "posts (1), tags (2 shared), post_tags (2)",
    },
    Shape {
        name: "two references to its own table",
        sqlite: Some(
            "CREATE TABLE people (id INTEGER PRIMARY KEY, mother INTEGER REFERENCES people, father INTEGER REFERENCES people);",
        ),
        postgres: Some(SAME),
        rows: "INSERT INTO people VALUES (9, NULL, NULL), (8, NULL, NULL), (1, 9, 8), (2, 1, 8), (7, NULL, NULL);",
        scenario: "select: { people: { id: 2 } }\n",
        edit: "UPDATE people SET mother = 7 WHERE id = 2;",
        sections: "people (3 shared), people (1)",
    },
    Shape {
        name: "a reference to its own table that is never NULL",
        sqlite: Some("CREATE TABLE nodes (id INTEGER PRIMARY KEY, parent INTEGER NOT NULL REFERENCES nodes, t TEXT);"),
        postgres: Some(SAME),
        rows: "INSERT INTO nodes VALUES (5, 5, 'root'), (1, 5, 'a'), (2, 1, 'b'), (3, 3, 'other');",
        scenario: "select: { nodes: { id: 5 } }\nfollow: { children: all }\n",
        edit: "UPDATE nodes SET parent = 5 WHERE id = 2; DELETE FROM nodes WHERE id = 1;",
        sections: "nodes (3)",
    },
    Shape {
        name: "a shared row whose parent in the same table is the scenario's own",
        sqlite: Some(
            "CREATE TABLE nodes (id INTEGER PRIMARY KEY, parent INTEGER NOT NULL REFERENCES nodes, see INTEGER REFERENCES nodes, mine INTEGER);",
        ),
        postgres: Some(SAME),
        rows: "INSERT INTO nodes VALUES (5, 5, NULL, 1), (4, 5, NULL, 1), (3, 4, NULL, 0), (1, 3, NULL, 0), (2, 2, NULL, 0);
               UPDATE nodes SET see = 1 WHERE id = 4; UPDATE nodes SET see = 2 WHERE id = 5;",
        scenario: "select: { nodes: { mine: 1 } }\n",
        edit: "UPDATE nodes SET see = 3 WHERE id = 4;",
        sections: "nodes (3 shared), nodes (2)",
    },
    Shape {
        name: "a cycle of two tables",
        sqlite: Some(
            "CREATE TABLE users (id INTEGER PRIMARY KEY, team INTEGER REFERENCES teams);
             CREATE TABLE teams (id INTEGER PRIMARY KEY, lead INTEGER REFERENCES users);",
        ),
        postgres: Some(
            "CREATE TABLE users (id INTEGER PRIMARY KEY, team INTEGER);
             CREATE TABLE teams (id INTEGER PRIMARY KEY, lead INTEGER REFERENCES users);
             ALTER TABLE users ADD FOREIGN KEY (team) REFERENCES teams;",
        ),
        rows: "INSERT INTO users VALUES (1, NULL), (2, NULL), (3, NULL); INSERT INTO teams VALUES (1, 2), (2, 3);
               UPDATE users SET team = 1 WHERE id < 3; UPDATE users SET team = 2 WHERE id = 3;",
        scenario: "select: { users: { id: 1 } }\n",
        edit: "UPDATE teams SET lead = 1 WHERE id = 1;",
        sections: "teams (1 shared), users (1 shared), users (1)",
    },
    Shape {
        name: "a cycle of three tables, checked at the end, that one reference can open",
        sqlite: Some(
            "CREATE TABLE a (id INTEGER PRIMARY KEY, b INTEGER REFERENCES b DEFERRABLE INITIALLY DEFERRED);
             CREATE TABLE b (id INTEGER PRIMARY KEY, c INTEGER NOT NULL REFERENCES c DEFERRABLE INITIALLY DEFERRED);
             CREATE TABLE c (id INTEGER PRIMARY KEY, a INTEGER NOT NULL REFERENCES a DEFERRABLE INITIALLY DEFERRED);",
        ),
        postgres: Some(
            "CREATE TABLE a (id INTEGER PRIMARY KEY, b INTEGER);
             CREATE TABLE b (id INTEGER PRIMARY KEY, c INTEGER NOT NULL);
             CREATE TABLE c (id INTEGER PRIMARY KEY, a INTEGER NOT NULL REFERENCES a DEFERRABLE INITIALLY DEFERRED);
             ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b DEFERRABLE INITIALLY DEFERRED;
             ALTER TABLE b ADD FOREIGN KEY (c) REFERENCES c DEFERRABLE INITIALLY DEFERRED;",
        ),
        rows: "BEGIN; INSERT INTO a VALUES (1, 1), (2, 2), (3, 1); INSERT INTO b VALUES (1, 1), (2, 2); INSERT INTO c VALUES (1, 1), (2, 2); COMMIT;",
        scenario: "select: { a: { id: [1, 3] } }\n",
        edit: "UPDATE a SET b = 2 WHERE id = 3;",
        sections: "a (2), c (1 shared), b (1 shared)",
    },
    Shape {
        name: "a cycle of two tables in which no reference may be NULL",
        sqlite: Some(
            "CREATE TABLE users (id INTEGER PRIMARY KEY, team INTEGER NOT NULL REFERENCES teams DEFERRABLE INITIALLY DEFERRED);
             CREATE TABLE teams (id INTEGER PRIMARY KEY, lead INTEGER NOT NULL REFERENCES users DEFERRABLE INITIALLY DEFERRED);",
        ),
        postgres: Some(
            "CREATE TABLE users (id INTEGER PRIMARY KEY, team INTEGER NOT NULL);
             CREATE TABLE teams (id INTEGER PRIMARY KEY, lead INTEGER NOT NULL REFERENCES users DEFERRABLE INITIALLY DEFERRED);
             ALTER TABLE users ADD FOREIGN KEY (team) REFERENCES teams DEFERRABLE INITIALLY DEFERRED;",
        ),
        rows: "BEGIN; INSERT INTO users VALUES (1, 1), (2, 1), (3, 2), (4, 3); INSERT INTO teams VALUES (1, 2), (2, 3), (3, 4); COMMIT;",
        scenario: "select: { users: { id: [1, 2, 4, 5] }, teams: { id: [1, 3] } }\n",
        edit: "BEGIN; DELETE FROM teams WHERE id = 3; DELETE FROM users WHERE id = 4; INSERT INTO users VALUES (5, 2);
               UPDATE teams SET lead = 5 WHERE id = 1; COMMIT;",
        sections: "teams (2), users (3)",
    },
    Shape {
        name: "a cycle of three tables without NULL that other tables lead to and come from",
        sqlite: Some(
            "CREATE TABLE a (id INTEGER PRIMARY KEY, c INTEGER NOT NULL REFERENCES c DEFERRABLE INITIALLY DEFERRED);
             CREATE TABLE b (id INTEGER PRIMARY KEY, c INTEGER NOT NULL REFERENCES c DEFERRABLE INITIALLY DEFERRED, z INTEGER REFERENCES z);
             CREATE TABLE c (id INTEGER PRIMARY KEY, d INTEGER NOT NULL REFERENCES d DEFERRABLE INITIALLY DEFERRED, b INTEGER REFERENCES b);
             CREATE TABLE d (id INTEGER PRIMARY KEY, b INTEGER NOT NULL REFERENCES b DEFERRABLE INITIALLY DEFERRED);
             CREATE TABLE z (id INTEGER PRIMARY KEY);",
        ),
        postgres: Some(
            "CREATE TABLE z (id INTEGER PRIMARY KEY);
             CREATE TABLE c (id INTEGER PRIMARY KEY, d INTEGER NOT NULL, b INTEGER);
             CREATE TABLE a (id INTEGER PRIMARY KEY, c INTEGER NOT NULL REFERENCES c);
             CREATE TABLE b (id INTEGER PRIMARY KEY, c INTEGER NOT NULL REFERENCES c DEFERRABLE INITIALLY DEFERRED, z INTEGER REFERENCES z);
             CREATE TABLE d (id INTEGER PRIMARY KEY, b INTEGER NOT NULL REFERENCES b DEFERRABLE INITIALLY DEFERRED);
             ALTER TABLE c ADD FOREIGN KEY (d) REFERENCES d DEFERRABLE INITIALLY DEFERRED, ADD FOREIGN KEY (b) REFERENCES b DEFERRABLE;",
        ),
        rows: "INSERT INTO z VALUES (1); BEGIN; INSERT INTO c VALUES (1, 1, NULL), (2, 2, NULL); INSERT INTO b VALUES (1, 1, 1), (2, 2, NULL);
               INSERT INTO d VALUES (1, 1), (2, 2); UPDATE c SET b = 1; COMMIT; INSERT INTO a VALUES (1, 1), (2, 2);",
        scenario: "select: { a: { id: 1 } }\n",
        edit: "UPDATE a SET c = 2 WHERE id = 1;",
        sections: "z (1 shared), b (1 shared), d (1 shared), c (1 shared), a (1)",
    },
    Shape {
        name: "two cycles that share a table",
        sqlite: Some(
            "CREATE TABLE hub (id INTEGER PRIMARY KEY, left_id INTEGER REFERENCES lefts, right_id INTEGER REFERENCES rights);
             CREATE TABLE lefts (id INTEGER PRIMARY KEY, hub INTEGER REFERENCES hub);
             CREATE TABLE rights (id INTEGER PRIMARY KEY, hub INTEGER REFERENCES hub);",
        ),
        postgres: Some(
            "CREATE TABLE hub (id INTEGER PRIMARY KEY, left_id INTEGER, right_id INTEGER);
             CREATE TABLE lefts (id INTEGER PRIMARY KEY, hub INTEGER REFERENCES hub);
             CREATE TABLE rights (id INTEGER PRIMARY KEY, hub INTEGER REFERENCES hub);
             ALTER TABLE hub ADD FOREIGN KEY (left_id) REFERENCES lefts, ADD FOREIGN KEY (right_id) REFERENCES rights;",
        ),
        rows: "INSERT INTO hub VALUES (1, NULL, NULL), (2, NULL, NULL); INSERT INTO lefts VALUES (1, 2), (2, NULL);
               INSERT INTO rights VALUES (1, 1), (2, 2); UPDATE hub SET left_id = 1, right_id = 1 WHERE id = 1;",
        scenario: "select: { hub: { id: 1 } }\n",
        edit: "UPDATE hub SET left_id = 2 WHERE id = 1; UPDATE hub SET right_id = 2 WHERE id = 2;",
        sections: "hub (1 shared), hub (1), lefts (1 shared), rights (1 shared)",
    },
    Shape {
        name: "children that go or lose their reference with their parent",
        sqlite: Some(
            "CREATE TABLE topics (id INTEGER PRIMARY KEY, t TEXT);
             CREATE TABLE posts (id INTEGER PRIMARY KEY, topic INTEGER REFERENCES topics ON DELETE CASCADE ON UPDATE CASCADE);
             CREATE TABLE pins (id INTEGER PRIMARY KEY, post INTEGER REFERENCES posts ON DELETE SET NULL);",
        ),
        postgres: Some(SAME),
        rows: "INSERT INTO topics VALUES (1, 'a'), (2, 'b'), (3, 'c'); INSERT INTO posts VALUES (1, 1), (2, 2), (3, 3);
               INSERT INTO pins VALUES (1, 1), (2, 2), (3, NULL), (4, 3);",
        scenario: "select: { topics: { id: [1, 2] }, pins: { id: [1, 2, 3] } }\nfollow: { children: [posts] }\n",
        edit: "DELETE FROM topics WHERE id = 2;",
        sections: "topics (2), posts (2), pins (3)",
    },
    Shape {
        name: "a table without a key",
        sqlite: Some("CREATE TABLE events (kind TEXT, n INTEGER);"),
        postgres: Some(SAME),
        rows: "INSERT INTO events VALUES ('a', 1), ('a', 1), ('a', NULL), ('b', 2), ('a', 0);",
        scenario: "select: { events: { kind: a } }\n",
        edit: "DELETE FROM events WHERE n = 0; INSERT INTO events VALUES ('a', NULL);",
        sections: "events (4)",
    },
    Shape {
        name: "a table without a key that refers to itself",
        sqlite: Some("CREATE TABLE links (name TEXT UNIQUE, next TEXT REFERENCES links (name), n INTEGER);"),
        postgres: Some(SAME),
        rows: "INSERT INTO links VALUES ('c', NULL, 1), ('a', 'c', 1), ('b', 'b', 2); INSERT INTO links VALUES (NULL, 'a', 2), (NULL, 'a', 2);",
        scenario: "select: { links: { n: 2 } }\n",
        edit: "UPDATE links SET next = NULL WHERE name = 'b';",
        sections: "links (2 shared), links (3)",
    },
    Shape {
        name: "references that only the scenario knows",
        sqlite: Some(
            "CREATE TABLE checkpoints (thread TEXT NOT NULL, ns TEXT NOT NULL, id TEXT NOT NULL, parent TEXT, PRIMARY KEY (thread, ns, id));
             CREATE TABLE writes (thread TEXT NOT NULL, ns TEXT NOT NULL, checkpoint TEXT NOT NULL, idx INTEGER NOT NULL, v TEXT,
               PRIMARY KEY (thread, ns, checkpoint, idx));",
        ),
        postgres: Some(SAME),
        rows: "INSERT INTO checkpoints VALUES ('t', '', '1', NULL), ('t', '', '2', '1'), ('u', '', '1', NULL);
               INSERT INTO writes VALUES ('t', '', '1', 0, 'a'), ('t', '', '2', 0, 'b'), ('u', '', '1', 0, 'c');",
        scenario: "select: { checkpoints: { thread: t } }\nfollow: { children: [writes] }\nrelations:\n  - { from: \"writes(thread, ns, checkpoint)\", to: checkpoints }\n",
        edit: "INSERT INTO writes VALUES ('t', '', '2', 1, 'd'); UPDATE writes SET v = NULL WHERE v = 'a';",
        sections: "checkpoints (2), writes (2)",
    },
    Shape {
        name: "unique keys of some rows",
        sqlite: Some(
            "CREATE TABLE pages (id INTEGER PRIMARY KEY, slug TEXT, live INTEGER NOT NULL);
             CREATE UNIQUE INDEX one_live ON pages (slug) WHERE live = 1;",
        ),
        postgres: Some(SAME),
        rows: "INSERT INTO pages VALUES (1, 'a', 1), (2, 'a', 0), (3, 'b', 1), (4, 'x', 1);",
        scenario: "select: { pages: { id: [1, 2, 3] } }\n",
        edit: "UPDATE pages SET slug = 'c' WHERE id = 3;",
        sections: "pages (3)",
    },
    Shape {
        name: "tables of SQLite's other kinds",
        sqlite: Some(
            "CREATE TABLE codes (code TEXT NOT NULL PRIMARY KEY COLLATE NOCASE, t TEXT) WITHOUT ROWID;
             CREATE TABLE strict (id INTEGER PRIMARY KEY AUTOINCREMENT, code TEXT REFERENCES codes) STRICT;
             CREATE VIEW both AS SELECT * FROM strict JOIN codes USING (code);",
        ),
        postgres: None,
        rows: "INSERT INTO codes VALUES ('Ab', 'x'), ('b', 'y'), ('c', 'z'); INSERT INTO strict VALUES (1, 'aB'), (2, 'b'), (3, 'c');",
        scenario: "select: { strict: { id: [1, 2] } }\n",
        edit: "UPDATE strict SET code = 'C' WHERE id = 2;",
        sections: "codes (2 shared), strict (2)",
    },
    Shape {
        name: "partitions and inheritance",
        sqlite: None,
        postgres: Some(
            "CREATE TABLE logs (id INTEGER, day DATE, t TEXT, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
             CREATE TABLE logs_old PARTITION OF logs FOR VALUES FROM (MINVALUE) TO ('2026-01-01');
             CREATE TABLE logs_new PARTITION OF logs FOR VALUES FROM ('2026-01-01') TO (MAXVALUE);
             CREATE TABLE base (id INTEGER PRIMARY KEY, t TEXT);
             CREATE TABLE derived (extra TEXT) INHERITS (base);",
        ),
        rows: "INSERT INTO logs VALUES (1, '2025-05-05', 'a'), (2, '2026-05-05', 'b'), (3, '2026-06-06', 'c');
               INSERT INTO base VALUES (1, 'x'), (2, 'y'); INSERT INTO derived VALUES (1, 'not base', '');",
        scenario: "engines: [postgres]\nselect: { logs: { id: [1, 2] }, base: { id: 1 } }\n",
        edit: "UPDATE logs SET day = '2026-07-07' WHERE id = 1; UPDATE ONLY base SET t = NULL WHERE id = 1;",
        sections: "base (1), logs (2)",
    },
];

#[test]
fn every_shape_is_in_the_documents_tables() {
    let document = include_str!("../../docs/schemas.md");
    let rows: Vec<&str> =
        document.lines().filter_map(|line| Some(line.strip_prefix("| ")?.split_once(" | ")?.0)).collect();
    let named: Vec<&str> = rows.into_iter().filter(|name| *name != "shape").collect();
    let mut shapes: Vec<&str> = shapes().map(|shape| shape.name).collect();
    assert_eq!(named.len(), shapes.len());
    shapes.retain(|name| !named.contains(name));
    assert_eq!(shapes, [""; 0]);
}

#[test]
fn scenarios_of_every_shape_go_from_version_to_version_and_back() {
    for shape in shapes() {
        let [Some(schema), _] = shape.schemas() else { continue };
        let sandbox = shape.sandbox();
        sqlite::execute(&sandbox.path("source.sqlite"), &format!("{schema}{}", shape.rows));
        done(&sandbox, &["demo-export", "shape", "--database", "sqlite:source.sqlite"]);
        sqlite::execute(&sandbox.path("source.sqlite"), shape.edit);
        done(&sandbox, &["demo-export", "shape", "--database", "sqlite:source.sqlite"]);
        let files: Vec<Vec<u8>> = versions(&sandbox, "shape").into_values().collect();
        assert_eq!(files.len(), 2, "{}", shape.name);
        shape.check_sections(&files[0]);
        done(&sandbox, &["demo-explain", "shape", "--database", "sqlite:source.sqlite"]);
        sqlite::execute(&sandbox.path("target.sqlite"), schema);
        for (version, file) in [("v1", 0), ("v2", 1), ("v1", 0)] {
            let args = ["demo-import", "shape", "--version", version, "--database", "sqlite:target.sqlite"];
            done(&sandbox, &args);
            assert_eq!(
                body(&exported(&sandbox, "shape", "target.sqlite")),
                body(&files[file]),
                "{}: {version}",
                shape.name
            );
            let broken = rows(&sqlite::open(&sandbox.path("target.sqlite")), "PRAGMA foreign_key_check");
            assert!(broken.is_empty(), "{}: {broken:?}", shape.name);
        }
        done(&sandbox, &["demo-verify"]);
    }
}
