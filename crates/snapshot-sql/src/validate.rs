//! A second opinion on what was written: sqlparser reads the statements of a snapshot in both engines' dialects.
//!
//! Sees only what the canonical reader has accepted, in pieces of bounded size: as a whole a file would cost it thirty times
//! its size in memory, and hostile text can abort it. Prints no SQL from a syntax tree, since that changes literals. The
//! rule to keep in mind: this can only find a fault of the writer; the format's own reader decides what is accepted.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Seek};

use model::text::Shown;
use model::{Engine, Ownership};
use sqlparser::dialect::{Dialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::parser::Parser;

use crate::compose::{Composer, Link};
use crate::lexical::statements;
use crate::literal::Kind;
use crate::pass::{Pass, Step};
use crate::{Error, Snapshot};

/// Files up to this size are validated whole.
const WHOLE: u64 = 8 * 1024 * 1024;
/// Rows are handed over together up to this many bytes.
const PIECE: usize = 128 * 1024;
/// So many shapes are remembered; rows of further ones are all validated.
const MAX_SHAPES: usize = 64 * 1024;

/// How much is validated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Validate {
    /// All of a file up to 8 MiB; beyond that a row for each distinct shape: table, columns set, kinds of literals.
    #[default]
    Auto,
    /// Every row.
    Full,
}

impl Validate {
    /// Whether all of a file of `size` bytes is read again and validated; of a longer one a row of each shape has been, while
    /// it was written ([`crate::BodyWriter`]).
    pub fn reads_again(self, size: u64) -> bool {
        self == Self::Full || size <= WHOLE
    }
}

/// What was validated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Validated {
    /// Statements, each in both dialects; long ones count once per piece.
    pub statements: u64,
    /// The rows in them.
    pub rows: u64,
}

/// Validates a snapshot in a whole pass of the canonical reader, which accepts each row before a dialect sees it. A pass
/// that ends well has checked everything, as [`Snapshot::check`] would.
///
/// # Errors
/// The snapshot is not accepted, or [`Error::Dialect`]: a dialect does not know a statement.
pub fn validate<R: Read + Seek>(snapshot: &mut Snapshot<R>, mode: Validate) -> Result<Validated, Error> {
    let size = match snapshot.checked() {
        Some(checked) => checked.size,
        None => snapshot.length()?,
    };
    let every_row = mode.reads_again(size);
    let mut pass = Pass::start(snapshot)?;
    let mut validator = Validator::new(every_row);
    validator.fixed("BEGIN and Cleanup", &pass.composer.opening())?;
    while let Some(step) = pass.advance()? {
        match step {
            Step::Section { table, ownership, .. } => validator.section(&pass.composer, table, ownership)?,
            Step::Row => validator.row(&pass.composer)?,
        }
    }
    validator.flush()?;
    validator.links(&pass)?;
    validator.fixed("Verification and COMMIT", &pass.composer.closing())?;
    Ok(validator.done)
}

/// Hands statements to both dialects.
pub(crate) struct Validator {
    every_row: bool,
    table: usize,
    name: String,
    head: String,
    tail: &'static str,
    piece: String,
    rows: u64,
    /// Of rows, by table.
    shapes: BTreeMap<usize, BTreeSet<Vec<Kind>>>,
    shape_count: usize,
    /// The shape of a row before in the same section, which is remembered: most rows are like their neighbours.
    last: Vec<Kind>,
    /// Of links: the table and the columns that are set.
    link_shapes: BTreeSet<(usize, Vec<usize>)>,
    done: Validated,
}

impl Validator {
    /// Of every row, or of one for each shape.
    pub(crate) fn new(every_row: bool) -> Self {
        Self {
            every_row,
            table: 0,
            name: String::new(),
            head: String::new(),
            tail: "",
            piece: String::new(),
            rows: 0,
            shapes: BTreeMap::new(),
            shape_count: 0,
            last: Vec::new(),
            link_shapes: BTreeSet::new(),
            done: Validated::default(),
        }
    }

    pub(crate) fn section(
        &mut self,
        composer: &Composer<'_>,
        table: usize,
        ownership: Ownership,
    ) -> Result<(), Error> {
        self.flush()?;
        let layout = &composer.layout.tables[table];
        self.table = table;
        self.last.clear();
        self.name.clone_from(&layout.spec.name);
        self.head.clone_from(&layout.head);
        self.tail = if ownership == Ownership::Shared { "ON CONFLICT DO NOTHING\n;" } else { ";" };
        Ok(())
    }

    pub(crate) fn row(&mut self, composer: &Composer<'_>) -> Result<(), Error> {
        let (text, kinds) = composer.last_row();
        if !self.every_row {
            if !kinds.is_empty() && self.last == kinds {
                return Ok(());
            }
            let seen = self.shapes.entry(self.table).or_default();
            if seen.contains(kinds) {
                self.last.clear();
                self.last.extend_from_slice(kinds);
                return Ok(());
            }
            if self.shape_count < MAX_SHAPES {
                seen.insert(kinds.to_vec());
                self.shape_count += 1;
            }
        }
        if self.piece.len() + text.len() > PIECE {
            self.flush()?;
        }
        let before = if self.piece.is_empty() { self.head.as_str() } else { ", " };
        self.piece.push_str(before);
        self.piece.push_str(&String::from_utf8_lossy(text));
        self.piece.push('\n');
        self.rows += 1;
        Ok(())
    }

    /// Hands over the rows that are gathered.
    pub(crate) fn flush(&mut self) -> Result<(), Error> {
        if self.piece.is_empty() {
            return Ok(());
        }
        self.piece.push_str(self.tail);
        let piece = std::mem::take(&mut self.piece);
        self.done.rows += std::mem::take(&mut self.rows);
        let name = self.name.clone();
        self.statement(&name, &piece)
    }

    fn links<R: Read + Seek>(&mut self, pass: &Pass<'_, R>) -> Result<(), Error> {
        pass.link_samples().iter().try_for_each(|text| self.statement("under Links", text.trim_end()))
    }

    /// A link as it was printed; one for each shape.
    pub(crate) fn link(&mut self, link: &Link, text: &[u8]) -> Result<(), Error> {
        let shape = (link.table, link.set.iter().map(|(at, _)| *at).collect());
        if self.link_shapes.len() < MAX_SHAPES && self.link_shapes.insert(shape) {
            self.statement("under Links", String::from_utf8_lossy(text).trim_end())?;
        }
        Ok(())
    }

    /// Text that no value is part of.
    pub(crate) fn fixed(&mut self, part: &str, text: &str) -> Result<(), Error> {
        statements(text).into_iter().try_for_each(|one| self.statement(part, one))
    }

    fn statement(&mut self, table: &str, text: &str) -> Result<(), Error> {
        let dialects: [(Engine, &dyn Dialect); 2] =
            [(Engine::Sqlite, &SQLiteDialect {}), (Engine::Postgres, &PostgreSqlDialect {})];
        for (engine, dialect) in dialects {
            let parsed = Parser::parse_sql(dialect, text);
            let message = match parsed {
                Ok(parsed) if parsed.len() == 1 => continue,
                Ok(parsed) => format!("it reads as {} statements", parsed.len()),
                Err(error) => without_values(&error.to_string()),
            };
            return Err(Error::Dialect { table: Shown(table).to_string(), engine, message });
        }
        self.done.statements += 1;
        Ok(())
    }
}

/// The parser's words up to where it quotes the text.
fn without_values(message: &str) -> String {
    let cut = message.split(", found").next().unwrap_or_default();
    let cut: String = cut.chars().take(120).collect();
    Shown(&cut).to_string()
}

#[cfg(test)]
mod tests {
    use model::{LogicalType, Value};
    use proptest::prelude::*;
    use sqlparser::ast::{self, Expr, SetExpr, Statement};

    use super::*;
    use crate::literal::push_value;

    proptest! {
        #[test]
        fn sqlparser_and_we_agree_on_every_literal_that_is_written(value in any_value(), ty in any_type()) {
            let mut literal = Vec::new();
            push_value(&value, &mut literal);
            let ours = crate::parse::Parser::new(&[literal.as_slice(), b")"].concat(), false).value(ty).expect("ours reads it");
            let text = String::from_utf8(literal).expect("UTF-8");
            for dialect in [&SQLiteDialect {} as &dyn Dialect, &PostgreSqlDialect {}] {
                let theirs = evaluate(&inserted(dialect, &text));
                // Text and the canonical form of a typed column are one thing to SQL.
                let plain = match ours.clone() {
                    Value::Typed(text) => Value::Text(text),
                    other => other,
                };
                prop_assert_eq!(&theirs, &plain, "{}", text);
            }
        }
    }

    fn any_type() -> impl Strategy<Value = LogicalType> {
        prop::sample::select(LogicalType::ALL.to_vec())
    }

    fn any_value() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            any::<i64>().prop_map(Value::Integer),
            any::<f64>().prop_filter("no NaN in SQLite", |x| !x.is_nan()).prop_map(Value::real),
            Just(Value::Real(f64::INFINITY)),
            any::<bool>().prop_map(Value::Boolean),
            any::<String>().prop_map(Value::Text),
            "[a'\"\\\\;\n\t\u{1b}\r\u{0}\u{202e}é$:?-]{0,20}".prop_map(Value::Text),
            prop::collection::vec(any::<u8>(), 0..20).prop_map(|bytes| Value::text_from_bytes(&bytes)),
            prop::collection::vec(any::<u8>(), 0..20).prop_map(Value::Bytes),
        ]
    }

    /// The expression that sqlparser sees in a row of one literal.
    fn inserted(dialect: &dyn Dialect, literal: &str) -> Expr {
        let text = format!("INSERT INTO \"t\" (\"c\") VALUES\n  ({literal})\n;");
        let mut statements = Parser::parse_sql(dialect, &text).expect("parses");
        assert_eq!(statements.len(), 1);
        let Some(Statement::Insert(insert)) = statements.pop() else { panic!("an INSERT") };
        let Some(SetExpr::Values(values)) = insert.source.map(|query| *query.body) else { panic!("VALUES") };
        let [row] = values.rows.as_slice() else { panic!("one row") };
        let [expression] = row.content.as_slice() else { panic!("one literal") };
        expression.clone()
    }

    /// What the expression means: the few forms that the format writes, evaluated as the engines do.
    fn evaluate(expression: &Expr) -> Value {
        match expression {
            Expr::Value(value) => literal(&value.value),
            Expr::UnaryOp { op: ast::UnaryOperator::Minus, expr } => match &**expr {
                Expr::Value(ast::ValueWithSpan { value: ast::Value::Number(digits, _), .. }) => {
                    number(&format!("-{digits}"))
                }
                other => panic!("a number after the minus, not {other:?}"),
            },
            Expr::Case { conditions, .. } => evaluate_infinity(&conditions[0].result),
            Expr::Cast { expr, .. } => match &**expr {
                Expr::Value(value) => match &value.value {
                    ast::Value::HexStringLiteral(digits) => Value::text_from_bytes(&hex(digits)),
                    other => panic!("hexadecimal digits, not {other:?}"),
                },
                other => panic!("a literal, not {other:?}"),
            },
            Expr::Function(function) => Value::Bytes(hex(&argument(function))),
            Expr::BinaryOp { left, .. } => match &**left {
                Expr::Function(function) => {
                    let texts: Vec<String> = serde_json::from_str(&argument(function)).expect("a JSON array");
                    Value::Text(texts[0].clone())
                }
                other => panic!("json(…), not {other:?}"),
            },
            other => panic!("no form of the format: {other:?}"),
        }
    }

    fn evaluate_infinity(result: &Expr) -> Value {
        let negative = matches!(result, Expr::UnaryOp { .. });
        Value::Real(if negative { f64::NEG_INFINITY } else { f64::INFINITY })
    }

    fn literal(value: &ast::Value) -> Value {
        match value {
            ast::Value::Null => Value::Null,
            ast::Value::Boolean(flag) => Value::Boolean(*flag),
            ast::Value::Number(digits, _) => number(digits),
            ast::Value::SingleQuotedString(text) => Value::Text(text.clone()),
            other => panic!("no literal of the format: {other:?}"),
        }
    }

    fn number(digits: &str) -> Value {
        if digits.contains(['.', 'e']) {
            Value::real(digits.parse().expect("a double"))
        } else {
            Value::Integer(digits.parse().expect("an integer"))
        }
    }

    fn argument(function: &ast::Function) -> String {
        let ast::FunctionArguments::List(list) = &function.args else { panic!("arguments") };
        let [ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Expr(Expr::Value(value)))] =
            list.args.as_slice()
        else {
            panic!("one literal")
        };
        match &value.value {
            ast::Value::SingleQuotedString(text) => text.clone(),
            other => panic!("text, not {other:?}"),
        }
    }

    fn hex(digits: &str) -> Vec<u8> {
        let digit = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).expect("hexadecimal digits");
        (0..digits.len()).step_by(2).map(digit).collect()
    }
}
