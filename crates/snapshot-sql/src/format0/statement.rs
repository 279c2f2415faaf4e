//! The statements of format 0, in its fixed templates.
//!
//! Takes a slice and says how much was used, like `parse`. Space is free between tokens, and words may have either case,
//! as the layout was never defined to the byte.

use model::{LogicalType, Value};

use crate::parse::{Parser, Stop};

/// How deep a cleanup's subselects may nest.
const MAX_NESTING: usize = 8;

/// What stands next.
pub(super) enum Piece {
    /// Space, or a statement that changes nothing here.
    Skipped,
    /// A comment starts here; nothing was used.
    Comment,
    /// The start of an INSERT, up to its first row.
    Head(Head),
    /// A row, with the comma or semicolon after it.
    Row {
        /// The statement ends with it.
        last: bool,
    },
}

/// The table and columns of an INSERT.
pub(super) struct Head {
    pub(super) table: String,
    pub(super) columns: Vec<String>,
}

/// A reader of one slice.
pub(super) struct Tokens<'a> {
    parser: Parser<'a>,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { parser: Parser::new(bytes, false) }
    }

    pub(super) fn used(&self) -> usize {
        self.parser.used()
    }

    /// A comment, a statement, or the start of an INSERT.
    pub(super) fn piece(&mut self) -> Result<Piece, Stop> {
        if self.parser.skip_space() > 0 {
            return Ok(Piece::Skipped);
        }
        if self.parser.skip("--")? {
            return Ok(Piece::Comment);
        }
        if self.word("INSERT")? {
            return self.head().map(Piece::Head);
        }
        if self.word("DELETE")? {
            self.words(&["FROM"])?;
            self.name()?;
            self.condition()?;
        } else if self.word("SET")? {
            self.words(&["FOREIGN_KEY_CHECKS", "="])?;
            if !self.word("0")? {
                self.words(&["1"])?;
            }
        } else if self.word("SELECT")? {
            self.parser.skip_space();
            self.parser.quoted()?;
            self.words(&["AS", "type", ",", "COUNT", "(", "*", ")", "AS", "count", "FROM"])?;
            self.name()?;
            self.condition()?;
        } else {
            return self.parser.bad("this is no statement of format 0".to_owned());
        }
        self.words(&[";"])?;
        Ok(Piece::Skipped)
    }

    /// A row of `width` literals.
    pub(super) fn row(&mut self, width: usize, row: &mut Vec<Value>) -> Result<Piece, Stop> {
        self.parser.skip_space();
        let start = self.parser.used();
        row.clear();
        self.words(&["("])?;
        loop {
            if row.len() == width {
                return Err(Stop::Width { at: start, found: width + 1 });
            }
            row.push(self.literal()?);
            self.parser.skip_space();
            if !self.parser.skip(",")? {
                break;
            }
        }
        self.words(&[")"])?;
        if row.len() < width {
            return Err(Stop::Width { at: start, found: row.len() });
        }
        self.parser.skip_space();
        if self.parser.skip(",")? {
            return Ok(Piece::Row { last: false });
        }
        self.words(&[";"])?;
        Ok(Piece::Row { last: true })
    }

    fn head(&mut self) -> Result<Head, Stop> {
        self.words(&["INTO"])?;
        let table = self.name()?;
        self.words(&["("])?;
        let mut columns = vec![self.name()?];
        self.parser.skip_space();
        while self.parser.skip(",")? {
            columns.push(self.name()?);
            self.parser.skip_space();
        }
        self.words(&[")", "VALUES"])?;
        Ok(Head { table, columns })
    }

    /// `WHERE …` in the templates' forms, or nothing.
    fn condition(&mut self) -> Result<(), Stop> {
        let mut depth = 0;
        if !self.word("WHERE")? {
            return Ok(());
        }
        loop {
            self.name()?;
            if self.word("IN")? {
                depth += 1;
                if depth > MAX_NESTING {
                    return self.parser.bad("subselects nest too deep".to_owned());
                }
                self.words(&["(", "SELECT"])?;
                self.name()?;
                self.words(&["FROM"])?;
                self.name()?;
                self.words(&["WHERE"])?;
                continue;
            }
            self.parser.skip_space();
            if self.parser.skip("->>")? {
                self.parser.skip_space();
                self.parser.quoted()?;
            }
            self.words(&["="])?;
            self.literal()?;
            while depth > 0 && self.word(")")? {
                depth -= 1;
            }
            if !self.word("AND")? {
                break;
            }
        }
        if depth > 0 { self.parser.bad("`)` is missing".to_owned()) } else { Ok(()) }
    }

    fn literal(&mut self) -> Result<Value, Stop> {
        self.parser.skip_space();
        for (word, value) in
            [("NULL", Value::Null), ("TRUE", Value::Boolean(true)), ("FALSE", Value::Boolean(false))]
        {
            if self.word(word)? {
                return Ok(value);
            }
        }
        match self.parser.peek()? {
            // Type by type later: the table's columns decide.
            b'\'' | b'-' | b'0'..=b'9' => self.parser.value(LogicalType::Any),
            _ => self.parser.bad("this is no literal of format 0".to_owned()),
        }
    }

    /// A name without quotes.
    fn name(&mut self) -> Result<String, Stop> {
        self.parser.skip_space();
        self.parser.bare_name()
    }

    fn words(&mut self, words: &[&str]) -> Result<(), Stop> {
        for word in words {
            if !self.word(word)? {
                return self.parser.bad(format!("`{word}` is missing"));
            }
        }
        Ok(())
    }

    fn word(&mut self, word: &str) -> Result<bool, Stop> {
        self.parser.skip_space();
        self.parser.skip_word(word)
    }
}
