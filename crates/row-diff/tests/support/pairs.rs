//! The six pairs that every rendering is pinned on: an edit, a row inserted in the middle, a delete, a key change, a schema
//! change, and everything at once.
//!
//! Vaults are shared parents, fragments the scenario's own, with a unique slug and a reference to a row of their own kind,
//! tags have no key. All references are whole on both sides. What a page, a terminal, a shell or a log might take for its
//! own stands in the data: markup, control and bidi characters, workflow commands, quotes, backticks, line breaks.

use std::collections::BTreeMap;

use model::{
    ColumnSpec, Definition, LogicalType, Ownership, Reference, RowEvent, RowSource, RowStream, StreamError,
    TableSpec, Value,
};

/// Two snapshots, and what differs between them in two words.
pub(crate) struct Pair {
    pub(crate) name: &'static str,
    pub(crate) base: Sample,
    pub(crate) head: Sample,
}

/// A snapshot in memory, its sections in file order.
#[derive(Clone)]
pub(crate) struct Sample {
    definition: Definition,
    sections: Vec<(Ownership, Vec<Vec<Value>>)>,
}

/// Makes a head of the base.
type Edit = fn(&mut Sample);

/// The six pairs, always in this order.
pub(crate) fn pairs() -> Vec<Pair> {
    let base = base();
    let heads: [(&str, Edit); 6] = [
        ("edit", edit),
        ("insert", insert),
        ("delete", delete),
        ("key change", key_change),
        ("schema change", schema_change),
        ("everything", everything),
    ];
    let pair = |(name, change): (&'static str, Edit)| {
        let mut head = base.clone();
        change(&mut head);
        // By key: it is the first column, or there is none.
        head.sections.iter_mut().for_each(|(_, rows)| rows.sort());
        Pair { name, base: base.clone(), head }
    };
    heads.into_iter().map(pair).collect()
}

const VAULTS: usize = 0;
const FRAGMENTS: usize = 1;
const TAGS: usize = 2;

/// Where a fragment's columns are.
const VAULT: usize = 1;
const PARENT: usize = 2;
const SLUG: usize = 3;
const TITLE: usize = 4;
const CONTENT: usize = 5;
const METADATA: usize = 6;
const SCORE: usize = 7;
const FLAG: usize = 8;
const ICON: usize = 9;

const CONTENT_OF_ONE: &str = "It was a dark and stormy night.\n\
    The rain fell in torrents, except at occasional intervals,\n\
    when it was checked by a violent gust of wind\n\
    which swept up the streets.\n\
    \n\
    <script>alert('content')</script>\n\
    ::set-output name=token::stolen\n\
    ```\n\
    not a fence\n\
    ```\n";

fn base() -> Sample {
    let vaults = vec![
        vec![id(1), text("Personal"), json(r#"{"colour":"green","demo_seed":true}"#)],
        vec![id(2), text("Work & <b>Play</b>"), json(r#"{"demo_seed":true}"#)],
    ];
    let fragments = vec![
        vec![
            id(1),
            id(1),
            Value::Null,
            text("opening"),
            text("The Opening"),
            text(CONTENT_OF_ONE),
            json(r#"{"scenario":"writer","tags":["draft","night"],"words":42}"#),
            decimal("4.50"),
            Value::Boolean(true),
            Value::Bytes(b"\x89PNG\r\n\x1a\n".to_vec()),
        ],
        fragment(2, 1, Some(1), "scene-one", "Scene \"one\": it's <script>alert(1)</script>"),
        fragment(4, 2, Some(2), "scene-two", "Scene `two` \u{202e}txt.exe\u{202c} \u{1b}[31mred"),
        fragment(5, 2, None, "notes", "Notes | a cell \\| and *stars*"),
        fragment(7, 2, Some(5), "appendix", "::error file=a.sql,line=1::Appendix"),
    ];
    let tags = vec![
        vec![id(1), text("draft")],
        vec![id(2), text("draft")],
        vec![id(4), text("\"><img src=x onerror=alert(2)>")],
        vec![id(7), text("twice")],
        vec![id(7), text("twice")],
    ];
    Sample {
        definition: definition(),
        sections: vec![(Ownership::Shared, vaults), (Ownership::Owned, fragments), (Ownership::Owned, tags)],
    }
}

fn edit(sample: &mut Sample) {
    let one = sample.row(FRAGMENTS, 0);
    one[TITLE] = text("The <em>New</em> Opening");
    one[CONTENT] = text(
        &CONTENT_OF_ONE
            .replace("dark and stormy", "bright and quiet")
            .replace("streets.\n", "streets.\n::warning::an added line\n"),
    );
    one[METADATA] = json(r#"{"scenario":"writer","status":"ready","tags":["night"],"words":43}"#);
    one[SCORE] = decimal("4.75");
    one[FLAG] = Value::Boolean(false);
    one[ICON] = Value::Bytes(vec![0, 0xff, 0x10]);
    let four = sample.row(FRAGMENTS, 2);
    four[TITLE] = text("Scene `two` \u{2066}hidden\u{2069}\r\n\u{7}bell");
    four[SCORE] = Value::Null;
    // The two slugs change places.
    sample.row(FRAGMENTS, 3)[SLUG] = text("appendix");
    sample.row(FRAGMENTS, 4)[SLUG] = text("notes");
    sample.row(VAULTS, 0)[2] = json(r#"{"colour":"blue","demo_seed":true}"#);
}

fn insert(sample: &mut Sample) {
    let row = fragment(3, 1, Some(4), "between", "Between\nlines, \u{feff}and <!-- a comment -->");
    sample.sections[FRAGMENTS].1.push(row);
    sample.sections[TAGS].1.extend([vec![id(3), text("new")], vec![id(1), text("draft")]]);
}

fn delete(sample: &mut Sample) {
    // The last fragment and the one that it refers to, then one in the middle of a chain.
    sample.sections[FRAGMENTS].1.truncate(3);
    sample.sections[FRAGMENTS].1.remove(1);
    sample.row(FRAGMENTS, 1)[PARENT] = id(1);
    sample.sections[TAGS].1 = vec![vec![id(1), text("draft")]];
}

fn key_change(sample: &mut Sample) {
    // A vault and a fragment get another number; the slug stays, and what refers to them follows.
    sample.row(VAULTS, 1)[0] = id(9);
    for at in 2..5 {
        sample.row(FRAGMENTS, at)[VAULT] = id(9);
    }
    let mut moved = sample.sections[FRAGMENTS].1.remove(1);
    moved[0] = id(20);
    sample.sections[FRAGMENTS].1.push(moved);
    sample.row(FRAGMENTS, 1)[PARENT] = id(20);
    sample.row(TAGS, 1)[0] = id(20);
}

fn schema_change(sample: &mut Sample) {
    let columns = &mut sample.definition.tables[FRAGMENTS].columns;
    columns[SCORE].ty = LogicalType::Text;
    columns.remove(FLAG);
    columns.push(column("priority", LogicalType::Integer));
    for (at, row) in sample.sections[FRAGMENTS].1.iter_mut().enumerate() {
        row[SCORE] = text("4.50");
        row.remove(FLAG);
        row.push(if at % 2 == 0 { id(at) } else { Value::Null });
    }
}

fn everything(sample: &mut Sample) {
    edit(sample);
    key_change(sample);
    // The appendix goes, its tags with it; fragment 3 comes.
    sample.sections[FRAGMENTS].1.remove(3);
    sample.sections[TAGS].1.retain(|row| row[0] != id(7));
    insert(sample);
    let mut links = table("links", &[("name", LogicalType::Text), ("fragment_id", LogicalType::Integer)]);
    links.key = vec!["name".to_owned()];
    links.select = vec![vec![]];
    links.references = vec![reference("fragment_id", "fragments")];
    sample.definition.tables.push(links);
    let rows = vec![vec![text("<a href=\"javascript:alert(3)\">"), id(3)]];
    sample.sections.push((Ownership::Owned, rows));
}

fn definition() -> Definition {
    let mut vaults = table(
        "vaults",
        &[("id", LogicalType::Integer), ("name", LogicalType::Text), ("metadata", LogicalType::Json)],
    );
    vaults.key = vec!["id".to_owned()];
    let mut fragments = table(
        "fragments",
        &[
            ("id", LogicalType::Integer),
            ("vault_id", LogicalType::Integer),
            ("parent_id", LogicalType::Integer),
            ("slug", LogicalType::Text),
            ("title", LogicalType::Text),
            ("content", LogicalType::Text),
            ("metadata", LogicalType::Json),
            ("score", LogicalType::Decimal),
            ("flag", LogicalType::Boolean),
            ("icon", LogicalType::Bytes),
        ],
    );
    fragments.key = vec!["id".to_owned()];
    fragments.select = vec![vec![]];
    let parent = Reference { link: true, ..reference("parent_id", "fragments") };
    fragments.references = vec![parent, reference("vault_id", "vaults")];
    let mut tags = table("tags", &[("fragment_id", LogicalType::Integer), ("tag", LogicalType::Text)]);
    tags.references = vec![Reference { child: true, ..reference("fragment_id", "fragments") }];
    Definition {
        total: "fragments".to_owned(),
        breakdown: BTreeMap::new(),
        tables: vec![vaults, fragments, tags],
    }
}

fn table(name: &str, columns: &[(&str, LogicalType)]) -> TableSpec {
    TableSpec {
        name: name.to_owned(),
        schema: None,
        columns: columns.iter().map(|(name, ty)| column(name, *ty)).collect(),
        key: Vec::new(),
        order_parents: false,
        limit: false,
        select: Vec::new(),
        references: Vec::new(),
    }
}

fn column(name: &str, ty: LogicalType) -> ColumnSpec {
    ColumnSpec { name: name.to_owned(), ty }
}

fn reference(column: &str, to: &str) -> Reference {
    let (columns, key) = (vec![column.to_owned()], vec!["id".to_owned()]);
    Reference { columns, to: to.to_owned(), key, child: false, link: false }
}

fn fragment(number: usize, vault: usize, parent: Option<usize>, slug: &str, title: &str) -> Vec<Value> {
    vec![
        id(number),
        id(vault),
        parent.map_or(Value::Null, id),
        text(slug),
        text(title),
        Value::Null,
        json(r#"{"scenario":"writer"}"#),
        decimal("1.00"),
        Value::Boolean(false),
        Value::Null,
    ]
}

fn id(number: usize) -> Value {
    Value::Integer(i64::try_from(number).unwrap_or(i64::MAX))
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn json(canonical: &str) -> Value {
    Value::Typed(canonical.to_owned())
}

fn decimal(digits: &str) -> Value {
    Value::Typed(digits.to_owned())
}

impl Sample {
    fn row(&mut self, section: usize, at: usize) -> &mut Vec<Value> {
        &mut self.sections[section].1[at]
    }
}

impl RowSource for Sample {
    fn definition(&self) -> &Definition {
        &self.definition
    }

    fn open(&mut self) -> Result<Box<dyn RowStream + '_>, StreamError> {
        Ok(Box::new(Pass { sections: &self.sections, section: 0, row: None }))
    }
}

struct Pass<'a> {
    sections: &'a [(Ownership, Vec<Vec<Value>>)],
    section: usize,
    row: Option<usize>,
}

impl RowStream for Pass<'_> {
    fn next(&mut self) -> Result<Option<RowEvent<'_>>, StreamError> {
        let Some((ownership, rows)) = self.sections.get(self.section) else { return Ok(None) };
        match self.row.map(|at| (at, rows.get(at))) {
            None => {
                self.row = Some(0);
                let count = rows.len() as u64;
                Ok(Some(RowEvent::Section { table: self.section, ownership: *ownership, count }))
            }
            Some((at, Some(row))) => {
                self.row = Some(at + 1);
                Ok(Some(RowEvent::Row(row)))
            }
            Some((_, None)) => {
                self.row = None;
                self.section += 1;
                self.next()
            }
        }
    }
}
