//! The `Definition` and `Table` lines: compact JSON, fields in a fixed order, flags only where they are set.
//!
//! Reads leniently and writes in one way; the header compares the two. A field that is not known here means that a newer
//! tool wrote the file.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use model::json::{Json, parse, write_string};
use model::text::Shown;
use model::{ColumnSpec, Condition, ConditionOp, Definition, LogicalType, Reference, Scalar, TableSpec};

/// Why a line cannot be read.
#[derive(Debug)]
pub(crate) enum LineFault {
    /// A field, type or operation that is not known here.
    Unknown(String),
    /// Not of the form that it should have.
    Damaged(String),
}

/// The JSON of the `Definition` line.
pub(crate) fn definition_text(definition: &Definition) -> String {
    let mut out = String::from("{\"total\":");
    write_string(&definition.total, &mut out);
    if !definition.breakdown.is_empty() {
        out.push_str(",\"breakdown\":{");
        separated(&mut out, definition.breakdown.iter(), |out, (table, column)| {
            write_string(table, out);
            out.push(':');
            write_string(column, out);
        });
        out.push('}');
    }
    out.push('}');
    out
}

/// The JSON of a `Table` line.
pub(crate) fn table_text(spec: &TableSpec) -> String {
    let mut out = String::from("{\"name\":");
    write_string(&spec.name, &mut out);
    if let Some(schema) = &spec.schema {
        out.push_str(",\"schema\":");
        write_string(schema, &mut out);
    }
    out.push_str(",\"columns\":");
    list(&mut out, &spec.columns, |out, column| {
        out.push('[');
        write_string(&column.name, out);
        let _ = write!(out, ",\"{}\"]", column.ty);
    });
    out.push_str(",\"key\":");
    strings(&mut out, &spec.key);
    if spec.order_parents {
        out.push_str(",\"order\":\"parents\"");
    }
    if spec.limit {
        out.push_str(",\"limit\":true");
    }
    if !spec.select.is_empty() {
        out.push_str(",\"select\":");
        list(&mut out, &spec.select, |out, term| list(out, term, write_condition));
    }
    if !spec.references.is_empty() {
        out.push_str(",\"references\":");
        list(&mut out, &spec.references, write_reference);
    }
    out.push('}');
    out
}

/// Reads a `Definition` line's JSON; tables follow on lines of their own.
pub(crate) fn read_definition(text: &str) -> Result<Definition, LineFault> {
    let mut fields = Fields::read(text)?;
    let total = fields.string("total")?;
    let mut breakdown = BTreeMap::new();
    if let Some(json) = fields.take("breakdown") {
        for (table, column) in object(json, "breakdown")? {
            breakdown.insert(table, string(column, "breakdown")?);
        }
    }
    fields.finish("Definition")?;
    Ok(Definition { total, breakdown, tables: Vec::new() })
}

/// Reads a `Table` line's JSON.
pub(crate) fn read_table(text: &str) -> Result<TableSpec, LineFault> {
    let mut fields = Fields::read(text)?;
    let name = fields.string("name")?;
    let schema = fields.take("schema").map(|json| string(json, "schema")).transpose()?;
    let columns = fields.list("columns", read_column)?;
    let key = fields.list("key", |json| string(json, "key"))?;
    let order_parents = match fields.take("order") {
        None => false,
        Some(Json::String(order)) if order == "parents" => true,
        Some(other) => return Err(LineFault::Unknown(format!("the order {}", shown(&other)))),
    };
    let limit = fields.flag("limit")?;
    let select = fields.optional_list("select", |json| {
        array(json, "select")?.into_iter().map(read_condition).collect::<Result<Vec<_>, _>>()
    })?;
    let references = fields.optional_list("references", read_reference)?;
    fields.finish("Table")?;
    Ok(TableSpec { name, schema, columns, key, order_parents, limit, select, references })
}

fn write_condition(out: &mut String, condition: &Condition) {
    out.push('[');
    strings(out, &condition.path);
    let _ = write!(out, ",\"{}\",", condition.op.as_str());
    list(out, &condition.values, |out, value| match value {
        Scalar::Boolean(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Scalar::Integer(number) => {
            let _ = write!(out, "{number}");
        }
        Scalar::Real(number) => push_plain_real(out, *number),
        Scalar::Text(text) => write_string(text, out),
    });
    out.push(']');
}

/// A double without exponent, always with a point: what tells it from an integer when JSON numbers are made canonical.
fn push_plain_real(out: &mut String, number: f64) {
    let start = out.len();
    let _ = write!(out, "{}", if number == 0.0 { 0.0 } else { number });
    if !out[start..].contains('.') {
        out.push_str(".0");
    }
}

fn write_reference(out: &mut String, reference: &Reference) {
    out.push_str("{\"columns\":");
    strings(out, &reference.columns);
    out.push_str(",\"to\":");
    write_string(&reference.to, out);
    out.push_str(",\"key\":");
    strings(out, &reference.key);
    if reference.child {
        out.push_str(",\"child\":true");
    }
    if reference.link {
        out.push_str(",\"link\":true");
    }
    out.push('}');
}

fn separated<T>(out: &mut String, items: impl Iterator<Item = T>, mut write: impl FnMut(&mut String, T)) {
    for (at, item) in items.enumerate() {
        if at > 0 {
            out.push(',');
        }
        write(out, item);
    }
}

fn list<T>(out: &mut String, items: &[T], write: impl FnMut(&mut String, &T)) {
    out.push('[');
    separated(out, items.iter(), write);
    out.push(']');
}

fn strings(out: &mut String, items: &[String]) {
    list(out, items, |out, item| write_string(item, out));
}

fn read_column(json: Json) -> Result<ColumnSpec, LineFault> {
    let [name, ty] = fixed(json, "columns")?;
    let ty = string(ty, "columns")?;
    let known =
        LogicalType::parse(&ty).ok_or_else(|| LineFault::Unknown(format!("the type `{}`", Shown(&ty))))?;
    Ok(ColumnSpec { name: string(name, "columns")?, ty: known })
}

fn read_condition(json: Json) -> Result<Condition, LineFault> {
    let [path, op, values] = fixed(json, "select")?;
    let path =
        array(path, "select")?.into_iter().map(|key| string(key, "select")).collect::<Result<_, _>>()?;
    let op = string(op, "select")?;
    let op = ConditionOp::parse(&op)
        .ok_or_else(|| LineFault::Unknown(format!("the condition `{}`", Shown(&op))))?;
    let values = array(values, "select")?.into_iter().map(read_scalar).collect::<Result<_, _>>()?;
    Ok(Condition { path, op, values })
}

fn read_scalar(json: Json) -> Result<Scalar, LineFault> {
    match json {
        Json::Bool(flag) => Ok(Scalar::Boolean(flag)),
        Json::String(text) => Ok(Scalar::Text(text)),
        Json::Number(digits) if digits.contains('.') => {
            digits.parse().map(Scalar::Real).map_err(|_| damaged("select"))
        }
        Json::Number(digits) => digits.parse().map(Scalar::Integer).map_err(|_| damaged("select")),
        Json::Null | Json::Array(_) | Json::Object(_) => Err(damaged("select")),
    }
}

fn read_reference(json: Json) -> Result<Reference, LineFault> {
    let mut fields = Fields(object(json, "references")?);
    let columns = fields.list("columns", |json| string(json, "columns"))?;
    let to = fields.string("to")?;
    let key = fields.list("key", |json| string(json, "key"))?;
    let child = fields.flag("child")?;
    let link = fields.flag("link")?;
    fields.finish("references")?;
    Ok(Reference { columns, to, key, child, link })
}

/// The fields of an object that have not been read yet.
struct Fields(BTreeMap<String, Json>);

impl Fields {
    fn read(text: &str) -> Result<Self, LineFault> {
        let json = parse(text).map_err(|error| LineFault::Damaged(error.to_string()))?;
        match json {
            Json::Object(fields) => Ok(Self(fields)),
            _ => Err(LineFault::Damaged("a JSON object is missing".to_owned())),
        }
    }

    fn take(&mut self, name: &str) -> Option<Json> {
        self.0.remove(name)
    }

    fn string(&mut self, name: &'static str) -> Result<String, LineFault> {
        string(self.take(name).unwrap_or(Json::Null), name)
    }

    fn flag(&mut self, name: &'static str) -> Result<bool, LineFault> {
        match self.take(name) {
            None => Ok(false),
            Some(Json::Bool(flag)) => Ok(flag),
            Some(_) => Err(damaged(name)),
        }
    }

    fn list<T>(
        &mut self,
        name: &'static str,
        read: impl FnMut(Json) -> Result<T, LineFault>,
    ) -> Result<Vec<T>, LineFault> {
        array(self.take(name).unwrap_or(Json::Null), name)?.into_iter().map(read).collect()
    }

    fn optional_list<T>(
        &mut self,
        name: &'static str,
        read: impl FnMut(Json) -> Result<T, LineFault>,
    ) -> Result<Vec<T>, LineFault> {
        if self.0.contains_key(name) { self.list(name, read) } else { Ok(Vec::new()) }
    }

    fn finish(self, place: &str) -> Result<(), LineFault> {
        match self.0.keys().next() {
            None => Ok(()),
            Some(field) => Err(LineFault::Unknown(format!("the field `{}` of a {place} line", Shown(field)))),
        }
    }
}

fn damaged(field: &str) -> LineFault {
    LineFault::Damaged(format!("the field `{field}` is missing or not of its form"))
}

fn shown(json: &Json) -> String {
    let text: String = json.to_text().chars().take(40).collect();
    Shown(&text).to_string()
}

fn string(json: Json, field: &'static str) -> Result<String, LineFault> {
    match json {
        Json::String(text) => Ok(text),
        _ => Err(damaged(field)),
    }
}

fn array(json: Json, field: &'static str) -> Result<Vec<Json>, LineFault> {
    match json {
        Json::Array(items) => Ok(items),
        _ => Err(damaged(field)),
    }
}

fn object(json: Json, field: &'static str) -> Result<BTreeMap<String, Json>, LineFault> {
    match json {
        Json::Object(fields) => Ok(fields),
        _ => Err(damaged(field)),
    }
}

fn fixed<const N: usize>(json: Json, field: &'static str) -> Result<[Json; N], LineFault> {
    array(json, field)?.try_into().map_err(|_| damaged(field))
}
