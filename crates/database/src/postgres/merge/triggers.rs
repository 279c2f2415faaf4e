//! The target's own triggers: which of them would fire, and how they are switched off and on again.
//!
//! Only a table's owner may do that; nobody needs to be a superuser. The server's own triggers, which look after
//! references, are never switched off. Both changes belong to the transaction.

use model::Definition;
use model::text::Shown;

use super::super::session::Session;
use super::super::sql::{identifier, qualified};
use super::Merge;
use super::facts::{Relations, exists, get};
use crate::merge::references::acts;
use crate::merge::triggers;
use crate::{Error, FirstRows, MergeError, MergePlan, TablePlan, Triggers};

/// A trigger that is on.
#[derive(Clone, Debug)]
struct Trigger {
    name: String,
    /// Position of its table in the snapshot's definition.
    table: usize,
    /// `ALTER TABLE "public"."t"`: the table or the part of it that has the trigger.
    alter: String,
    /// Whether it fires in replicas too.
    always: bool,
    /// What it waits for, as the server notes it.
    events: i16,
    is_own: bool,
}

const ON_INSERT: i16 = 4;
const ON_DELETE: i16 = 8;
const ON_UPDATE: i16 = 16;

/// Triggers that were switched off.
#[derive(Debug, Default)]
pub(super) struct Silenced(Vec<Trigger>);

/// What was asked for, or that triggers are off where the target has none that could fire.
///
/// # Errors
/// The target cannot be read.
pub(super) fn effective(
    session: &mut Session,
    asked: Triggers,
    relations: &Relations,
) -> Result<Triggers, Error> {
    if asked == Triggers::Off || relations.is_empty() {
        return Ok(Triggers::Off);
    }
    let any = exists(
        session,
        "SELECT FROM pg_catalog.pg_trigger AS t JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid
         JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
         WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_'",
    )?;
    Ok(if any { Triggers::On } else { Triggers::Off })
}

/// Refuses tables whose rules would make other statements of the import's.
///
/// # Errors
/// [`MergeError::Drift`], or the target cannot be read.
pub(super) fn refuse_rules(
    session: &mut Session,
    definition: &Definition,
    relations: &Relations,
) -> Result<(), Error> {
    let sql = "SELECT rulename::pg_catalog.text FROM pg_catalog.pg_rewrite
        WHERE ev_class = $1 AND ev_type <> '1' AND ev_enabled IN ('O', 'A') ORDER BY rulename";
    let mut problems = FirstRows::default();
    for spec in &definition.tables {
        let Some(relation) = relations.get(&spec.name) else { continue };
        for row in session.query(sql, &[&relation.oid])? {
            let rule: String = get(session, &row, 0)?;
            problems.push_with(|| {
                format!(
                    "the table {} has the rule {}, which rewrites statements",
                    Shown(&spec.name),
                    Shown(&rule)
                )
            });
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(MergeError::Drift { problems }.into()) }
}

/// What to tell of the triggers that would have fired.
///
/// # Errors
/// [`MergeError::TriggersFixed`] where the role cannot switch them off, or the target cannot be read.
pub(super) fn silenced(
    session: &mut Session,
    merge: &Merge<'_>,
    plan: &MergePlan,
) -> Result<Option<String>, Error> {
    let mut names = FirstRows::default();
    let mut fixed = FirstRows::default();
    let touched = touched(session, merge, plan)?;
    let mut firing: Vec<Trigger> = read(session, merge)?
        .into_iter()
        .filter(|trigger| trigger.events & touched[trigger.table] != 0)
        .collect();
    firing.sort_by(|a, b| (&a.name, a.table).cmp(&(&b.name, b.table)));
    for trigger in &firing {
        let name = || format!("{} on {}", Shown(&trigger.name), merge.shapes[trigger.table].shown_name());
        if !trigger.is_own {
            fixed.push_with(name);
        }
        names.push_with(name);
    }
    if !fixed.is_empty() {
        return Err(MergeError::TriggersFixed { triggers: fixed }.into());
    }
    Ok(triggers::silenced(&names))
}

/// Switches the triggers of the snapshot's tables off, if the plan changes anything: which statements a table will see is
/// not left to a guess.
///
/// # Errors
/// The target cannot be changed.
pub(super) fn switch_off(
    session: &mut Session,
    merge: &Merge<'_>,
    plan: &MergePlan,
) -> Result<Silenced, Error> {
    if merge.triggers == Triggers::On {
        return Ok(Silenced::default());
    }
    let changes = plan.tables.iter().any(TablePlan::changes_anything);
    let mut off = Vec::new();
    for trigger in read(session, merge)? {
        if changes && trigger.is_own {
            session.batch(&format!("{} DISABLE TRIGGER {}", trigger.alter, identifier(&trigger.name)))?;
            off.push(trigger);
        }
    }
    Ok(Silenced(off))
}

/// Switches them on again, each as it was.
///
/// # Errors
/// The target cannot be changed.
pub(super) fn switch_on(session: &mut Session, silenced: &Silenced) -> Result<(), Error> {
    for trigger in &silenced.0 {
        let always = if trigger.always { "ALWAYS " } else { "" };
        session.batch(&format!("{} ENABLE {always}TRIGGER {}", trigger.alter, identifier(&trigger.name)))?;
    }
    Ok(())
}

/// The kinds of statements that each of the snapshot's tables will see, as the server notes them. A row that gives up a
/// unique value, or gets a reference later, is updated; so is one that follows a key which changes.
fn touched(session: &mut Session, merge: &Merge<'_>, plan: &MergePlan) -> Result<Vec<i16>, Error> {
    let mut touched = vec![0; merge.shapes.len()];
    for (shape, table) in merge.shapes.iter().zip(&plan.tables) {
        let parks = !shape.direct && exists(session, &format!("SELECT FROM {}", shape.wait()))?;
        let later = table.insert > 0 && !shape.postponed.is_empty();
        let kinds = [
            (ON_INSERT, table.insert > 0),
            (
                ON_UPDATE,
                table.update > 0 || parks || later || !shape.postponed.is_empty() && table.delete > 0,
            ),
            (ON_DELETE, table.delete > 0),
        ];
        touched[shape.index] |= kinds.iter().filter(|(_, due)| *due).fold(0, |all, (kind, _)| all | kind);
    }
    loop {
        let before = touched.clone();
        for shape in &merge.shapes {
            for key in &shape.table.foreign_keys {
                let parent = merge.shape_of(&key.to).map_or(0, |parent| touched[parent.index]);
                if acts(key.on_update) && parent & ON_UPDATE != 0 {
                    touched[shape.index] |= ON_UPDATE;
                }
                if acts(key.on_delete) && parent & ON_DELETE != 0 {
                    touched[shape.index] |= ON_UPDATE | ON_DELETE;
                }
            }
        }
        if touched == before {
            return Ok(touched);
        }
    }
}

/// The triggers of the snapshot's tables that are on. Those of a partitioned table are its parts' too, so only triggers that
/// a part has of its own are listed with it.
fn read(session: &mut Session, merge: &Merge<'_>) -> Result<Vec<Trigger>, Error> {
    let sql = "WITH parts AS (
          SELECT $1::pg_catalog.oid AS oid
          UNION SELECT relid::pg_catalog.oid FROM pg_catalog.pg_partition_tree($1::pg_catalog.oid::pg_catalog.regclass))
        SELECT t.tgname::pg_catalog.text, n.nspname::pg_catalog.text, c.relname::pg_catalog.text, c.relkind = 'p',
          t.tgenabled = 'A', t.tgtype, pg_catalog.pg_has_role(c.relowner, 'USAGE')
        FROM parts JOIN pg_catalog.pg_class AS c ON c.oid = parts.oid
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_trigger AS t ON t.tgrelid = c.oid
        WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND t.tgenabled IN ('O', 'A') ORDER BY 2, 3, 1";
    let mut found = Vec::new();
    for shape in &merge.shapes {
        for row in session.query(sql, &[&shape.relation.oid])? {
            let (schema, table): (String, String) = (get(session, &row, 1)?, get(session, &row, 2)?);
            let partitioned: bool = get(session, &row, 3)?;
            let only = if partitioned { "" } else { "ONLY " };
            found.push(Trigger {
                name: get(session, &row, 0)?,
                table: shape.index,
                alter: format!("ALTER TABLE {only}{}", qualified(Some(&schema), &table)),
                always: get(session, &row, 4)?,
                events: get(session, &row, 5)?,
                is_own: get(session, &row, 6)?,
            });
        }
    }
    Ok(found)
}
