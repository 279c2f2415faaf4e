//! The rows that a scenario reaches, line by line: what limits, references that are not followed and loose references make of
//! them. The same on both engines, and what an import makes of them is reached again.

use test_support::{Sandbox, sqlite};

use crate::{body, done, exported, versions, with_scenario};

/// A database and a scenario of some of its rows.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// In SQLite's words; BLOB is called otherwise in PostgreSQL.
    pub(crate) schema: &'static str,
    pub(crate) rows: &'static str,
    /// What comes after the scenario's name.
    pub(crate) scenario: &'static str,
    /// `table: values` of each row in the file.
    pub(crate) lines: &'static [&'static str],
}

impl Case {
    pub(crate) fn sandbox(&self) -> Sandbox {
        with_scenario(&format!("scenario: reached\n{}", self.scenario))
    }

    pub(crate) fn postgres(&self) -> String {
        self.schema.replace("BLOB", "bytea").replace(" WITHOUT ROWID", "")
    }
}

const TENANTS: &str = "CREATE TABLE customers (tenant INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (tenant, id));
    CREATE TABLE audits (tenant INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (tenant, id));
    CREATE TABLE orders (id INTEGER PRIMARY KEY, tenant INTEGER, customer INTEGER, audit INTEGER,
      FOREIGN KEY (tenant, customer) REFERENCES customers (tenant, id), FOREIGN KEY (tenant, audit) REFERENCES audits (tenant, id));";
const TENANT_ROWS: &str = "INSERT INTO customers VALUES (1, 10), (1, 11); INSERT INTO audits VALUES (1, 99);
    INSERT INTO orders VALUES (1, 1, 10, 99), (2, 1, 10, NULL), (3, 1, 11, 99), (4, NULL, 11, NULL);";

const TAGS: &str =
    "CREATE TABLE posts (id INTEGER PRIMARY KEY); CREATE TABLE photos (id INTEGER PRIMARY KEY);
    CREATE TABLE tags (id INTEGER PRIMARY KEY, kind TEXT, object INTEGER, more JSON);";
const TAG_ROWS: &str = "INSERT INTO posts VALUES (5), (6); INSERT INTO photos VALUES (5);
    INSERT INTO tags VALUES (1, 'Post', 5, NULL), (2, 'Photo', 5, '{\"photo\":5}'), (3, 'Photo', NULL, NULL), (4, NULL, 7, NULL);";

pub(crate) const CASES: &[Case] = &[
    Case {
        name: "children along a reference that shares a column with one to an excluded table",
        schema: TENANTS,
        rows: TENANT_ROWS,
        scenario: "select: { customers: { id: 10 } }\nfollow: { children: [orders] }\nexcluded_tables: [audits]\n",
        lines: &["customers: 1, 10", "orders: 1, 1, 10, NULL", "orders: 2, 1, 10, NULL"],
    },
    Case {
        name: "references that share a column, not followed where they can be NULL",
        schema: TENANTS,
        rows: TENANT_ROWS,
        scenario: "select: { orders: all, customers: { id: 10 } }\nfollow: { follow_nullable_relations: false }\n",
        lines: &[
            "customers: 1, 10",
            "orders: 1, 1, 10, NULL",
            "orders: 2, 1, 10, NULL",
            "orders: 3, 1, NULL, NULL",
            "orders: 4, NULL, 11, NULL",
        ],
    },
    Case {
        name: "a reference to an excluded table that is NULL in part",
        schema: "CREATE TABLE regions (country TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (country, id));
            CREATE TABLE addresses (id INTEGER PRIMARY KEY, country TEXT, region INTEGER, FOREIGN KEY (country, region) REFERENCES regions (country, id));",
        rows: "INSERT INTO regions VALUES ('FR', 7); INSERT INTO addresses VALUES (1, 'FR', NULL), (2, 'FR', 7), (3, NULL, 7);",
        scenario: "select: { addresses: all }\nexcluded_tables: [regions]\n",
        lines: &["addresses: 1, 'FR', NULL", "addresses: 2, 'FR', NULL", "addresses: 3, NULL, 7"],
    },
    Case {
        name: "a reference that rows are selected by, where others are not followed",
        schema: "CREATE TABLE statuses (id INTEGER PRIMARY KEY); CREATE TABLE people (id INTEGER PRIMARY KEY);
            CREATE TABLE todos (id INTEGER PRIMARY KEY, status INTEGER REFERENCES statuses, who INTEGER REFERENCES people);",
        rows: "INSERT INTO statuses VALUES (1), (2); INSERT INTO people VALUES (1); INSERT INTO todos VALUES (1, 1, 1), (2, 2, NULL), (3, 1, NULL);",
        scenario: "select: { todos: { status: 1 } }\nfollow: { follow_nullable_relations: false }\n",
        lines: &["statuses: 1", "todos: 1, 1, NULL", "todos: 3, 1, NULL"],
    },
    Case {
        name: "a reference of a table to itself that can be NULL in part, not followed",
        schema: "CREATE TABLE tasks (tenant INTEGER NOT NULL, id INTEGER NOT NULL, parent INTEGER, PRIMARY KEY (tenant, id),
            FOREIGN KEY (tenant, parent) REFERENCES tasks (tenant, id));",
        rows: "INSERT INTO tasks VALUES (1, 1, NULL), (1, 2, 1), (1, 3, 2), (1, 4, 4), (1, 5, 3);",
        scenario: "select: { tasks: { id: [2, 3, 4] } }\nfollow: { follow_nullable_relations: false }\n",
        lines: &["tasks: 1, 2, NULL", "tasks: 1, 4, 4", "tasks: 1, 3, 2"],
    },
    Case {
        name: "a loose reference to an excluded table",
        schema: TAGS,
        rows: TAG_ROWS,
        scenario: "select: { tags: all }\nexcluded_tables: [photos]\nrelations:
  - { from: tags(object), to: posts, when: { kind: Post } }
  - { from: tags(object), to: photos, when: { kind: Photo } }
  - { from: tags(more.photo), to: photos }\n",
        lines: &[
            "posts: 5",
            "tags: 1, 'Post', 5, NULL",
            "tags: 2, 'Photo', NULL, '{\"photo\":5}'",
            "tags: 3, 'Photo', NULL, NULL",
            "tags: 4, NULL, 7, NULL",
        ],
    },
    Case {
        name: "a loose reference to an excluded table that need not be there",
        schema: TAGS,
        rows: TAG_ROWS,
        scenario: "select: { tags: { kind: Photo } }\nexcluded_tables: [photos]\nrelations:
  - { from: tags(object), to: photos, when: { kind: Photo }, optional: true }\n",
        lines: &["tags: 2, 'Photo', 5, '{\"photo\":5}'", "tags: 3, 'Photo', NULL, NULL"],
    },
    Case {
        name: "loose references out of JSON to rows that are ordered parents first",
        schema: "CREATE TABLE categories (id INTEGER PRIMARY KEY, parent INTEGER NOT NULL REFERENCES categories);
            CREATE TABLE events (id INTEGER PRIMARY KEY, payload JSON);",
        rows: "INSERT INTO categories VALUES (5, 5), (1, 5), (2, 1), (3, 3); INSERT INTO events VALUES (1, '{\"cat\":2}');",
        scenario: "select: { events: all }\nrelations: [{ from: events(payload.cat), to: categories }]\n",
        lines: &["categories: 5, 5", "categories: 1, 5", "categories: 2, 1", "events: 1, '{\"cat\":2}'"],
    },
    Case {
        name: "loose references by bytes",
        schema: "CREATE TABLE posts (id BLOB NOT NULL PRIMARY KEY); CREATE TABLE comments (id INTEGER PRIMARY KEY, kind TEXT, subject BLOB);",
        rows: "INSERT INTO posts VALUES (unhex('00ff11')), (unhex('616263')), (unhex('0a'));
            INSERT INTO comments VALUES (1, 'Post', unhex('00ff11')), (2, 'Post', unhex('616263')), (3, 'Gone', unhex('0abbff'));",
        scenario: "select: { comments: all }\nrelations: [{ from: comments(subject), to: posts, when: { kind: Post } }]\n",
        lines: &[
            "comments: 1, 'Post', unhex('00ff11')",
            "comments: 2, 'Post', unhex('616263')",
            "comments: 3, 'Gone', unhex('0abbff')",
            "posts: unhex('00ff11')",
            "posts: unhex('616263')",
        ],
    },
    Case {
        name: "loose references out of JSON, as text",
        schema: "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
            CREATE TABLE events (id INTEGER PRIMARY KEY, n JSON, t JSON);",
        rows: "INSERT INTO users VALUES (1, 'Abc'), (7, 'aBC'), (8, '08'), (9, 'x');
            INSERT INTO events VALUES (1, '[\"007\",\" 7\",7.0,\"7.0\",\"8 \"]', '[\"ABC\",\"Abc \",8]'), (2, '[\"9\",9]', '\"Abc\"');",
        scenario: "select: { events: all }\nrelations:
  - { from: events(n), to: users, when: { id: [1, 2] }, optional: true }
  - { from: events(t), to: users(name), when: { id: [1, 2] }, optional: true }\n",
        lines: &[
            "events: 1, '[\"007\",\" 7\",7.0,\"7.0\",\"8 \"]', '[\"ABC\",\"Abc \",8]'",
            "events: 2, '[\"9\",9]', '\"Abc\"'",
            "users: 1, 'Abc'",
            "users: 9, 'x'",
        ],
    },
    Case {
        name: "a table that is called as a mark in a query",
        schema: "CREATE TABLE \"{front}\" (id INTEGER PRIMARY KEY, \"{wave}\" INTEGER REFERENCES \"{front}\", \"{next}\" INTEGER);",
        rows: "INSERT INTO \"{front}\" VALUES (1, NULL, 1), (2, 1, 0), (3, 2, 0), (4, NULL, 0);",
        scenario: "select: { \"{front}\": { \"{next}\": 1 } }\nfollow: { children: all }\n",
        lines: &["{front}: 1, NULL, 1", "{front}: 2, 1, 0", "{front}: 3, 2, 0"],
    },
];

/// `table: values` of each row.
pub(crate) fn lines(file: &[u8]) -> Vec<String> {
    let text = body(file);
    let mut table = "";
    let mut found = Vec::new();
    for line in text.lines() {
        if let Some(insert) = line.strip_prefix("INSERT INTO \"") {
            table = insert.split('"').next().unwrap_or_default();
        } else if let Some(row) = line.strip_prefix("  (").or_else(|| line.strip_prefix(", (")) {
            found.push(format!("{table}: {}", row.strip_suffix(')').unwrap_or(row)));
        }
    }
    found
}

#[test]
fn what_is_reached_is_exactly_that_and_comes_back() {
    for case in CASES {
        let sandbox = case.sandbox();
        sqlite::execute(&sandbox.path("source.sqlite"), &format!("{}{}", case.schema, case.rows));
        done(&sandbox, &["demo-export", "reached", "--database", "sqlite:source.sqlite"]);
        let (_, file) = versions(&sandbox, "reached").pop_last().expect("a version");
        assert_eq!(lines(&file), case.lines, "{}", case.name);
        let args = ["demo-explain", "reached", "--database", "sqlite:source.sqlite"];
        let told = sandbox.run(&args).expect_code(0);
        assert!(!told.transcript().contains("no path"), "{}: {}", case.name, told.transcript());
        sqlite::execute(&sandbox.path("target.sqlite"), case.schema);
        done(&sandbox, &["demo-import", "reached", "--database", "sqlite:target.sqlite"]);
        assert_eq!(body(&exported(&sandbox, "reached", "target.sqlite")), body(&file), "{}", case.name);
        done(&sandbox, &["demo-verify"]);
    }
}

/// What the JSON of one engine alone refers to: columns that ignore case, and columns without a type.
#[test]
fn json_finds_what_has_its_text_whatever_the_column_compares() {
    let case = Case {
        name: "as text",
        schema: "CREATE TABLE names (name TEXT COLLATE NOCASE NOT NULL PRIMARY KEY) WITHOUT ROWID; CREATE TABLE raw (id NOT NULL PRIMARY KEY);
            CREATE TABLE events (id INTEGER, k TEXT NOT NULL PRIMARY KEY, a JSON, b JSON) WITHOUT ROWID;",
        rows: "INSERT INTO names VALUES ('Abc'), ('x'); INSERT INTO raw VALUES (7), ('8'), (9);
            INSERT INTO events VALUES (1, CAST(x'61ff' AS TEXT), '[\"aBC\",\"x\"]', '[7,8,\"9\"]');",
        scenario: "engines: [sqlite]\nselect: { events: all }\nrelations:
  - { from: events(a), to: names, when: { id: 1 }, optional: true }\n  - { from: events(b), to: raw }\n",
        lines: &["events: 1, CAST(x'61ff' AS TEXT), '[\"aBC\",\"x\"]', '[7,8,\"9\"]'", "names: 'x'", "raw: 7", "raw: 9", "raw: '8'"],
    };
    let sandbox = case.sandbox();
    sqlite::execute(&sandbox.path("source.sqlite"), &format!("{}{}", case.schema, case.rows));
    done(&sandbox, &["demo-export", "reached", "--database", "sqlite:source.sqlite"]);
    let (_, file) = versions(&sandbox, "reached").pop_last().expect("a version");
    assert_eq!(lines(&file), case.lines);
}
