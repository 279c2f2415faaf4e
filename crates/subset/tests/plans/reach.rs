//! How far a plan reaches: limits, references that are not followed, whole and excluded tables, loose references.

use crate::fixture::planned;

const TASKS: &str = "
    people: id*, boss_id -> people.id, team_id! -> teams.id
    teams: id*, region -> regions.id
    regions: id*
    tasks: id*, owner_id! -> people.id, checker_id -> people.id, list_id -> lists.id, payload json
    lists: id*
    steps: id*, task_id! -> tasks.id
    notes: id*, subject_type text, subject_id
    types: id*, name text
";

#[test]
fn limits_mark_the_tables_that_they_shape() {
    insta::assert_snapshot!(planned(TASKS, "select: { teams: all, steps: { id: 1 } }
follow: { children: [people, tasks, steps], max_children_per_node: 5 }
limits: { tables: { tasks: { row_limit: 9, order_by: [-owner_id, id] }, teams: { row_limit: 2 } } }"), @r"
        total teams
        lists key(id) [id integer]
        regions key(id) [id integer]
        teams key(id) [id integer, region integer] limited select all
          (region) -> regions(id)
        people key(id) [id integer, boss_id integer, team_id integer] limited
          (boss_id) -> people(id) child link
          (team_id) -> teams(id) child
        tasks key(id) [id integer, owner_id integer, checker_id integer, list_id integer, payload json] limited
          (checker_id) -> people(id) child
          (list_id) -> lists(id)
          (owner_id) -> people(id) child
        steps key(id) [id integer, task_id integer] limited select id in [Integer(1)]
          (task_id) -> tasks(id) child
        limit tasks to 9 by (-owner_id, id)
        limit teams to 2 by ()
        limit people for each parent to 5 by ()
        limit steps for each parent to 5 by ()
        limit tasks for each parent to 5 by ()
        ");
    insta::assert_snapshot!(planned(TASKS, "select: { tasks: all }
follow: { children: { steps: { max_children_per_node: 2, order_by: -id } }, max_children_per_node: 5 }"), @r"
        total tasks
        lists key(id) [id integer]
        regions key(id) [id integer]
        teams key(id) [id integer, region integer]
          (region) -> regions(id)
        people key(id) [id integer, boss_id integer, team_id integer]
          (boss_id) -> people(id) link
          (team_id) -> teams(id)
        tasks key(id) [id integer, owner_id integer, checker_id integer, list_id integer, payload json] select all
          (checker_id) -> people(id)
          (list_id) -> lists(id)
          (owner_id) -> people(id)
        steps key(id) [id integer, task_id integer] limited
          (task_id) -> tasks(id) child
        limit steps for each parent to 2 by (-id)
        ");
    insta::assert_snapshot!(planned(TASKS, "select: { tasks: all }\nlimits: { tables: { people: { row_limit: 1 } } }"), @r"
        s/scenario.yaml, at `limits.tables.people`: no row of this table is the scenario's own, only rows of tasks
        help: a limit counts selected rows and followed children: select the table or follow it; rows that others refer to always come along
        ");
}

#[test]
fn references_that_can_be_null_are_followed_or_not() {
    insta::assert_snapshot!(planned(TASKS, "select: { tasks: all }\nfollow: { follow_nullable_relations: false }"), @r"
        total tasks
        teams key(id) [id integer, region integer]
        people key(id) [id integer, boss_id integer, team_id integer]
          (boss_id) -> people(id) link
          (team_id) -> teams(id)
        tasks key(id) [id integer, owner_id integer, checker_id integer, list_id integer, payload json] select all
          (checker_id) -> people(id)
          (owner_id) -> people(id)
        cut people(boss_id) unless people is kept
        cut tasks(checker_id) unless people is kept
        cut tasks(list_id)
        cut teams(region)
        ");
}

#[test]
fn excluded_tables_are_not_referred_to() {
    insta::assert_snapshot!(planned(TASKS, "select: { tasks: all }\nfollow: { children: all }\nexcluded_tables: [steps, lists, regions]"), @r"
        total tasks
        teams key(id) [id integer, region integer]
        people key(id) [id integer, boss_id integer, team_id integer]
          (boss_id) -> people(id) link
          (team_id) -> teams(id)
        tasks key(id) [id integer, owner_id integer, checker_id integer, list_id integer, payload json] select all
          (checker_id) -> people(id)
          (owner_id) -> people(id)
        cut tasks(list_id)
        cut teams(region)
        ");
    insta::assert_snapshot!(planned(TASKS, "select: { tasks: all }\nexcluded_tables: [teams]"), @r"
        s/scenario.yaml, at `excluded_tables`: `people.team_id` refers to `teams` and cannot be NULL
        help: rows of that table are needed: take it off the list, or exclude the referring table too
        ");
    let nested = "a: id*, x!, y, (x, y) -> b(x, y)\n b: id*, x!, y!, unique(x, y)\n c: id*, a_id -> a.id, code text, unique(code)\n d: id*, c! text -> c.code";
    insta::assert_snapshot!(planned(nested, "select: { a: all, d: all }\nexcluded_tables: [b]"), @r"
        total a
        a key(id) [id integer, x integer, y integer] select all
        c key(id) [id integer, a_id integer, code text]
          (a_id) -> a(id)
        d key(id) [id integer, c text] select all
          (c) -> c(code)
        cut a(y) of (x, y)
        ");
}

#[test]
fn whole_tables_bring_their_parents() {
    insta::assert_snapshot!(planned(TASKS, "select: { lists: all }\npassthrough_tables: [teams]"), @r"
        total lists
        lists key(id) [id integer] select all
        regions key(id) [id integer]
        teams key(id) [id integer, region integer]
          (region) -> regions(id)
        whole teams
        ");
}

#[test]
fn loose_references_bring_tables_and_children() {
    insta::assert_snapshot!(planned(TASKS, "select: { people: all }
follow: { children: [tasks, notes] }
relations:
  - { from: tasks(payload.step), to: steps }
  - { from: tasks(payload), to: regions }
  - { from: notes(subject_id), to: people, when: { subject_type: Person } }
  - { from: notes(subject_id), to: lists, type_table: { column: subject_type, table: types, where: { name: list } } }"), @r"
        total people
        lists key(id) [id integer]
        notes key(id) [id integer, subject_type text, subject_id integer] limited
        regions key(id) [id integer]
        teams key(id) [id integer, region integer]
          (region) -> regions(id)
        people key(id) [id integer, boss_id integer, team_id integer] select all
          (boss_id) -> people(id) link
          (team_id) -> teams(id)
        tasks key(id) [id integer, owner_id integer, checker_id integer, list_id integer, payload json]
          (checker_id) -> people(id) child
          (list_id) -> lists(id)
          (owner_id) -> people(id) child
        steps key(id) [id integer, task_id integer]
          (task_id) -> tasks(id)
        loose notes(subject_id) -> lists(id)
        loose notes(subject_id) -> people(id) child
        loose tasks(payload) -> regions(id)
        loose tasks(payload.step) -> steps(id)
        ");
    insta::assert_snapshot!(planned(TASKS, "select: { tasks: all }\nrelations: [{ from: tasks(payload.x), to: notes(subject_type) }]"), @r"
        `tasks.payload.x` refers to `notes.subject_type`, which is neither a primary key nor a unique key, so that it may mean several rows
        help: make the columns referred to a unique key, or refer to one
        ");
}
