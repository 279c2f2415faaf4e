//! Snapshots as portable SQL text, both ways: the sole owner of the text format and of sqlparser.
//!
//! Opens no file and no database: works on what is handed in to read, write and seek. One writer per format version; a
//! file is accepted only if writing again what was read from it gives the same bytes. The rule to keep in mind: a file's
//! text becomes typed values and nothing else, and none of it is ever executed.

mod assemble;
mod compose;
mod cursor;
mod definition_check;
mod definition_json;
mod earlier;
pub mod edited;
mod error;
mod faults;
pub mod format0;
mod header;
mod kind;
mod layout;
mod lexical;
mod links;
mod literal;
mod owned;
mod pair;
mod parse;
mod pass;
pub mod patch;
mod replay;
mod snapshot;
mod validate;
mod writer;

pub use assemble::{Trailer, assemble};
pub use compose::Tally;
pub use edited::Edited;
pub use error::{Error, RowFault};
pub use format0::{Format0, Format0Header};
pub use header::{Draft, Header, Raw};
pub use kind::{FileKind, detect};
pub use pair::{Pair, PairSide};
pub use snapshot::{Checked, Recorded, Snapshot};
pub use validate::{Validate, Validated, validate};
pub use writer::{Body, BodyWriter};
