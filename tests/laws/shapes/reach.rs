//! How far a scenario reaches: limits, references that are not followed, tables as a whole, references that no columns hold.

use super::{SAME, Shape};

const POSTS: &str = "CREATE TABLE posts (id INTEGER PRIMARY KEY, t TEXT);
     CREATE TABLE comments (id INTEGER PRIMARY KEY, post INTEGER NOT NULL REFERENCES posts, score INTEGER, t TEXT);";
const POST_ROWS: &str = "INSERT INTO posts VALUES (1, 'a'), (2, 'b'), (3, 'c');
     INSERT INTO comments VALUES (1, 1, 5, 'x'), (2, 1, 9, 'x'), (3, 1, NULL, 'x'), (4, 1, 9, 'x'), (5, 2, 1, 'x'), (6, 3, 8, 'x');";

pub(super) const REACH: &[Shape] = &[
    Shape {
        name: "a limit of rows, the largest first",
        sqlite: Some(
            "CREATE TABLE teams (id INTEGER PRIMARY KEY); CREATE TABLE events (id INTEGER PRIMARY KEY, at TEXT, team INTEGER REFERENCES teams, t TEXT);",
        ),
        postgres: Some(SAME),
        rows: "INSERT INTO teams VALUES (1), (2), (3);
               INSERT INTO events VALUES (1, '2026-01-03', 1, 'x'), (2, NULL, 2, 'x'), (3, '2026-01-09', 1, 'x'), (4, '2026-01-03', 3, 'x'), (5, '2026-01-01', 2, 'x');",
        scenario: "select: { events: { t: [x, y] } }\nlimits: { tables: { events: { row_limit: 2, order_by: -at } } }\n",
        edit: "UPDATE events SET t = 'y' WHERE id = 3;",
        sections: "teams (1 shared), events (2)",
    },
    Shape {
        name: "a limit of rows that counts followed ones",
        sqlite: Some(POSTS),
        postgres: Some(SAME),
        rows: POST_ROWS,
        scenario: "select: { comments: { id: [1, 6] }, posts: { id: [1, 2] } }\nfollow: { children: [comments] }\nlimits: { tables: { comments: { row_limit: 3 } } }\n",
        edit: "UPDATE comments SET t = 'y' WHERE id = 6; UPDATE posts SET t = 'z' WHERE id = 3;",
        sections: "posts (1 shared), posts (2), comments (3)",
    },
    Shape {
        name: "a limit of children for each row",
        sqlite: Some(POSTS),
        postgres: Some(SAME),
        rows: POST_ROWS,
        scenario: "select: { posts: { id: [1, 2] } }\nfollow: { children: { comments: { max_children_per_node: 2, order_by: [-score, -id] } } }\n",
        edit: "UPDATE comments SET t = 'y' WHERE id = 4; UPDATE comments SET t = 'never' WHERE id = 1;",
        sections: "posts (2), comments (3)",
    },
    Shape {
        name: "a limit of children at every depth",
        sqlite: Some(
            "CREATE TABLE nodes (a INTEGER NOT NULL, b TEXT NOT NULL, pa INTEGER, pb TEXT, t TEXT, PRIMARY KEY (b, a), FOREIGN KEY (pa, pb) REFERENCES nodes (a, b)) WITHOUT ROWID;",
        ),
        postgres: Some(
            "CREATE TABLE nodes (a INTEGER NOT NULL, b TEXT NOT NULL, pa INTEGER, pb TEXT, t TEXT, PRIMARY KEY (b, a), FOREIGN KEY (pa, pb) REFERENCES nodes (a, b));",
        ),
        rows: "INSERT INTO nodes VALUES (1, 'r', NULL, NULL, 'x'), (1, 'a', 1, 'r', 'x'), (2, 'a', 1, 'r', 'x'), (1, 'b', 1, 'r', 'x'),
               (5, 'c', 1, 'a', 'x'), (6, 'c', 1, 'b', 'x'), (7, 'c', 2, 'a', 'x'), (8, 'c', 2, 'a', 'x'), (9, 'c', 2, 'a', 'x');",
        scenario: "select: { nodes: { b: r } }\nfollow: { children: all, max_children_per_node: 2 }\n",
        edit: "UPDATE nodes SET t = 'y' WHERE a = 7;",
        sections: "nodes (6)",
    },
    Shape {
        name: "references that are not followed where they can be NULL",
        sqlite: Some(
            "CREATE TABLE people (id INTEGER PRIMARY KEY, boss INTEGER REFERENCES people, t TEXT);
             CREATE TABLE tasks (id INTEGER PRIMARY KEY, owner INTEGER NOT NULL REFERENCES people, checker INTEGER REFERENCES people, list INTEGER REFERENCES lists);
             CREATE TABLE lists (id INTEGER PRIMARY KEY);",
        ),
        postgres: Some(
            "CREATE TABLE people (id INTEGER PRIMARY KEY, boss INTEGER REFERENCES people, t TEXT); CREATE TABLE lists (id INTEGER PRIMARY KEY);
             CREATE TABLE tasks (id INTEGER PRIMARY KEY, owner INTEGER NOT NULL REFERENCES people, checker INTEGER REFERENCES people, list INTEGER REFERENCES lists);",
        ),
        rows: "INSERT INTO people VALUES (9, NULL, 'x'), (1, 9, 'x'), (2, 1, 'x'), (3, 2, 'x'); INSERT INTO lists VALUES (4);
               INSERT INTO tasks VALUES (1, 1, 2, 4), (2, 2, 3, NULL), (3, 3, 1, 4);",
        scenario: "select: { tasks: { id: [1, 2] } }\nfollow: { follow_nullable_relations: false }\n",
        edit: "UPDATE people SET t = 'y' WHERE id = 2;",
        sections: "people (2 shared), tasks (2)",
    },
    Shape {
        name: "references that share a column, not followed",
        sqlite: Some(
            "CREATE TABLE lists (tenant INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (tenant, id));
             CREATE TABLE tasks (tenant INTEGER NOT NULL, id INTEGER NOT NULL, parent INTEGER, list INTEGER, t TEXT, PRIMARY KEY (tenant, id),
               FOREIGN KEY (tenant, parent) REFERENCES tasks (tenant, id), FOREIGN KEY (tenant, list) REFERENCES lists (tenant, id));",
        ),
        postgres: Some(SAME),
        rows: "INSERT INTO lists VALUES (1, 5); INSERT INTO tasks VALUES (1, 1, NULL, NULL, 'x'), (1, 2, 1, 5, 'x'), (1, 3, 2, NULL, 'x'), (1, 4, 4, 5, 'x');",
        scenario: "select: { tasks: { id: [2, 3, 4] } }\nfollow: { follow_nullable_relations: false }\n",
        edit: "UPDATE tasks SET t = 'y' WHERE id = 3;",
        sections: "tasks (3)",
    },
    Shape {
        name: "a table without a key whose references are not followed",
        sqlite: Some("CREATE TABLE people (id INTEGER PRIMARY KEY); CREATE TABLE visits (who INTEGER REFERENCES people, t TEXT);"),
        postgres: Some(SAME),
        rows: "INSERT INTO people VALUES (1), (2); INSERT INTO visits VALUES (1, 'b'), (2, 'a'), (1, 'b'), (NULL, 'c');",
        scenario: "select: { visits: all, people: { id: 2 } }\nfollow: { follow_nullable_relations: false }\n",
        edit: "INSERT INTO visits VALUES (1, 'a');",
        sections: "people (1), visits (4)",
    },
    Shape {
        name: "an excluded table",
        sqlite: Some(
            "CREATE TABLE logs (id INTEGER PRIMARY KEY, n INTEGER); CREATE TABLE a (id INTEGER PRIMARY KEY, log INTEGER REFERENCES logs, t TEXT);
             CREATE TABLE a_log (id INTEGER PRIMARY KEY, a INTEGER NOT NULL REFERENCES a); CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER NOT NULL REFERENCES a);",
        ),
        postgres: Some(SAME),
        rows: "INSERT INTO logs VALUES (1, 1); INSERT INTO a VALUES (1, 1, 'x'), (2, NULL, 'x'); INSERT INTO a_log VALUES (1, 1); INSERT INTO b VALUES (1, 1);",
        scenario: "select: { a: all }\nfollow: { children: all }\nexcluded_tables: [a_log, logs]\n",
        edit: "UPDATE a SET t = 'y' WHERE id = 1;",
        sections: "a (2), b (1)",
    },
    Shape {
        name: "a table kept whole",
        sqlite: Some(
            "CREATE TABLE regions (id INTEGER PRIMARY KEY); CREATE TABLE countries (code TEXT NOT NULL PRIMARY KEY, region INTEGER REFERENCES regions);
             CREATE TABLE cities (id INTEGER PRIMARY KEY, country TEXT REFERENCES countries, t TEXT);",
        ),
        postgres: Some(SAME),
        rows: "INSERT INTO regions VALUES (1), (2), (3); INSERT INTO countries VALUES ('a', 1), ('b', 2), ('c', NULL); INSERT INTO cities VALUES (1, 'a', 'x'), (2, 'b', 'x');",
        scenario: "select: { cities: { id: 1 } }\npassthrough_tables: [countries]\n",
        edit: "UPDATE cities SET t = 'y';",
        sections: "regions (2 shared), countries (3 shared), cities (1)",
    },
    Shape {
        name: "references out of a JSON value",
        sqlite: Some(
            "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE events (id INTEGER PRIMARY KEY, payload JSON);",
        ),
        postgres: Some(SAME),
        rows: "INSERT INTO people VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd');
               INSERT INTO events VALUES (1, '{\"by\":{\"id\":2}}'), (2, '{\"by\":[{\"id\":\"3\"},{\"id\":1}]}'), (3, '{\"by\":{\"id\":4}}'), (4, '{\"by\":null}'), (5, NULL);",
        scenario: "select: { events: { id: [1, 2, 4, 5] } }\nrelations:\n  - { from: 'events(payload.by.id)', to: people }\n",
        edit: "UPDATE events SET payload = '{\"by\":{\"id\":4}}' WHERE id = 4;",
        sections: "events (4), people (3 shared)",
    },
    Shape {
        name: "children that name their parents in a JSON list",
        sqlite: Some(
            "CREATE TABLE observations (id TEXT NOT NULL PRIMARY KEY, t TEXT); CREATE TABLE capsules (id INTEGER PRIMARY KEY, holds JSON, t TEXT);",
        ),
        postgres: Some(SAME),
        rows: "INSERT INTO observations VALUES ('a', 'x'), ('b', 'x'), ('c', 'x'), ('d', 'x');
               INSERT INTO capsules VALUES (1, '[\"a\",\"b\"]', 'x'), (2, '[\"c\"]', 'x'), (3, '[\"b\",\"d\"]', 'x'), (4, '[]', 'x');",
        scenario: "select: { observations: { id: [a, b] } }\nfollow: { children: [capsules] }\nrelations:\n  - { from: capsules(holds), to: observations }\n",
        edit: "UPDATE capsules SET t = 'y' WHERE id = 3;",
        sections: "capsules (2), observations (1 shared), observations (2)",
    },
    Shape {
        name: "references whose table a column of the row names",
        sqlite: Some(
            "CREATE TABLE posts (id INTEGER PRIMARY KEY, t TEXT); CREATE TABLE photos (id INTEGER PRIMARY KEY);
             CREATE TABLE notes (id INTEGER PRIMARY KEY, subject_type TEXT, subject_id INTEGER);",
        ),
        postgres: Some(SAME),
        rows: "INSERT INTO posts VALUES (1, 'x'), (2, 'x'); INSERT INTO photos VALUES (1), (2);
               INSERT INTO notes VALUES (1, 'Post', 1), (2, 'Photo', 1), (3, 'Photo', 2), (4, 'Post', 2), (5, 'Gone', 7), (6, 'Photo', 9);",
        scenario: "select: { posts: { id: 1 }, notes: { id: [3, 5, 6] } }\nfollow: { children: [notes] }\nrelations:
  - { from: notes(subject_id), to: posts, when: { subject_type: Post } }
  - { from: notes(subject_id), to: photos, when: { subject_type: Photo }, optional: true }\n",
        edit: "UPDATE posts SET t = 'y' WHERE id = 1;",
        sections: "notes (4), photos (1 shared), posts (1)",
    },
    Shape {
        name: "references whose table another table names",
        sqlite: Some(
            "CREATE TABLE types (id INTEGER PRIMARY KEY, app TEXT, model TEXT); CREATE TABLE posts (id INTEGER PRIMARY KEY);
             CREATE TABLE tags (id INTEGER PRIMARY KEY, type INTEGER NOT NULL REFERENCES types, object TEXT NOT NULL, t TEXT);",
        ),
        postgres: Some(SAME),
        rows: "INSERT INTO types VALUES (7, 'blog', 'post'), (8, 'blog', 'photo'); INSERT INTO posts VALUES (1), (2), (3);
               INSERT INTO tags VALUES (1, 7, '1', 'x'), (2, 8, '1', 'x'), (3, 7, '2', 'x'), (4, 7, '3', 'x');",
        scenario: "select: { tags: { id: [2, 3] }, posts: { id: 1 } }\nfollow: { children: { tags: { max_children_per_node: 1 } } }\nrelations:
  - { from: tags(object), to: posts, type_table: { column: type, table: types, where: { app: blog, model: post } } }\n",
        edit: "UPDATE tags SET t = 'y' WHERE id = 1;",
        sections: "posts (1 shared), posts (1), types (2 shared), tags (3)",
    },
];
