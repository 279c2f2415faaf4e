//! Which tables and references a plan holds.

use crate::fixture::planned;

const NOTES: &str = "
    vaults: id*, slug! text, unique(slug)
    projects: id*, vault_id! -> vaults.id, parent_id -> projects.id
    fragments: id*, metadata json, vault! text -> vaults.slug, project_id -> projects.id
    todos: id*, fragment_id! -> fragments.id
    comments: id*, todo_id! -> todos.id, author_id -> people.id
    people: id*
    contacts: id*, metadata json
";

#[test]
fn parents_of_selected_rows_come_along_and_children_do_not() {
    insta::assert_snapshot!(planned(NOTES, "select: { fragments: { metadata.scenario: s }, contacts: all }"), @r#"
        total fragments
        contacts key(id) [id integer, metadata json] select all
        vaults key(id) [id integer, slug text]
        projects key(id) [id integer, vault_id integer, parent_id integer]
          (parent_id) -> projects(id) link
          (vault_id) -> vaults(id)
        fragments key(id) [id integer, metadata json, vault text, project_id integer] select metadata.scenario in [Text("s")]
          (project_id) -> projects(id)
          (vault) -> vaults(slug)
        "#);
}

#[test]
fn a_listed_child_table_is_followed_and_its_own_children_are_not() {
    insta::assert_snapshot!(planned(NOTES, "select: { fragments: all }\nfollow: { children: [todos] }"), @r"
        total fragments
        vaults key(id) [id integer, slug text]
        projects key(id) [id integer, vault_id integer, parent_id integer]
          (parent_id) -> projects(id) link
          (vault_id) -> vaults(id)
        fragments key(id) [id integer, metadata json, vault text, project_id integer] select all
          (project_id) -> projects(id)
          (vault) -> vaults(slug)
        todos key(id) [id integer, fragment_id integer]
          (fragment_id) -> fragments(id) child
        ");
}

#[test]
fn a_listed_table_may_refer_through_another_listed_one() {
    insta::assert_snapshot!(planned(NOTES, "select: { fragments: all }\nfollow: { children: [comments, todos] }"), @r"
        total fragments
        people key(id) [id integer]
        vaults key(id) [id integer, slug text]
        projects key(id) [id integer, vault_id integer, parent_id integer]
          (parent_id) -> projects(id) link
          (vault_id) -> vaults(id)
        fragments key(id) [id integer, metadata json, vault text, project_id integer] select all
          (project_id) -> projects(id)
          (vault) -> vaults(slug)
        todos key(id) [id integer, fragment_id integer]
          (fragment_id) -> fragments(id) child
        comments key(id) [id integer, todo_id integer, author_id integer]
          (author_id) -> people(id)
          (todo_id) -> todos(id) child
        ");
}

#[test]
fn all_children_are_followed_over_every_level_but_never_from_shared_parents() {
    insta::assert_snapshot!(planned(NOTES, "select: { projects: all }\nfollow: { children: all }"), @r"
        total projects
        people key(id) [id integer]
        vaults key(id) [id integer, slug text]
        projects key(id) [id integer, vault_id integer, parent_id integer] select all
          (parent_id) -> projects(id) child link
          (vault_id) -> vaults(id)
        fragments key(id) [id integer, metadata json, vault text, project_id integer]
          (project_id) -> projects(id) child
          (vault) -> vaults(slug)
        todos key(id) [id integer, fragment_id integer]
          (fragment_id) -> fragments(id) child
        comments key(id) [id integer, todo_id integer, author_id integer]
          (author_id) -> people(id)
          (todo_id) -> todos(id) child
        ");
}

#[test]
fn two_keys_to_one_parent_are_two_references() {
    let schema = "
        people: id*, email! text, unique(email)
        messages: id*, sender! -> people.id, receiver! -> people.id, copy_to text -> people.email
    ";
    insta::assert_snapshot!(planned(schema, "select: { messages: all }"), @r"
        total messages
        people key(id) [id integer, email text]
        messages key(id) [id integer, sender integer, receiver integer, copy_to text] select all
          (copy_to) -> people(email)
          (receiver) -> people(id)
          (sender) -> people(id)
        ");
}

#[test]
fn a_composite_reference_keeps_the_order_of_the_schema_not_of_the_key() {
    let schema = "
        checkpoints: ns* text, thread* text, id* text, key(thread, ns, id)
        writes: n*, id! text, thread! text, ns! text, (id, ns, thread) -> checkpoints(id, ns, thread)
    ";
    insta::assert_snapshot!(planned(schema, "select: { checkpoints: all }\nfollow: { children: [writes] }"), @r"
        total checkpoints
        checkpoints key(thread, ns, id) [ns text, thread text, id text] select all
        writes key(n) [n integer, id text, thread text, ns text]
          (id, ns, thread) -> checkpoints(id, ns, thread) child
        ");
}

#[test]
fn a_primary_key_that_refers_makes_a_child_like_any_other() {
    let schema = "
        users: id*
        profiles: user_id* -> users.id, text text
    ";
    insta::assert_snapshot!(planned(schema, "select: { users: all }\nfollow: { children: all }"), @r"
        total users
        users key(id) [id integer] select all
        profiles key(user_id) [user_id integer, text text]
          (user_id) -> users(id) child
        ");
}

#[test]
fn a_many_to_many_table_brings_the_other_side_as_shared_rows() {
    let schema = "
        notes: id*
        tags: id*
        notes_tags: note_id* -> notes.id, tag_id* -> tags.id
    ";
    insta::assert_snapshot!(planned(schema, "select: { notes: all }\nfollow: { children: [notes_tags] }"), @r"
        total notes
        notes key(id) [id integer] select all
        tags key(id) [id integer]
        notes_tags key(note_id, tag_id) [note_id integer, tag_id integer]
          (note_id) -> notes(id) child
          (tag_id) -> tags(id)
        ");
}

#[test]
fn relations_count_like_foreign_keys_and_none_counts_twice() {
    let schema = "
        checkpoints: thread* text, ns* text
        writes: n*, thread text, ns text
        notes: id*, about text, thread text -> checkpoints.thread, unique(about)
    ";
    let settings = "
select: { checkpoints: all }
follow: { children: [writes] }
relations:
  - { from: 'writes(thread, ns)', to: checkpoints }
  - { from: 'writes(thread, ns)', to: 'checkpoints(thread, ns)' }
  - { from: 'checkpoints(ns)', to: 'notes(about)' }
";
    insta::assert_snapshot!(planned(&schema.replace(" -> checkpoints.thread", ""), settings), @r"
        total checkpoints
        notes key(id) [id integer, about text, thread text]
        checkpoints key(thread, ns) [thread text, ns text] select all
          (ns) -> notes(about)
        writes key(n) [n integer, thread text, ns text]
          (thread, ns) -> checkpoints(thread, ns) child
        ");
}

#[test]
fn a_selection_of_several_terms_is_kept_as_written() {
    insta::assert_snapshot!(
        planned(NOTES, "select: { contacts: [{ metadata.b: 1, id: { from: 5 } }, { id: [1, 2] }] }"),
        @r"
        total contacts
        contacts key(id) [id integer, metadata json] select id from [Integer(5)] and metadata.b in [Integer(1)] or id in [Integer(1), Integer(2)]
        "
    );
}
