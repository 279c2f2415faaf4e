//! Export, import, init, seed, verify, regenerate, repair: each composes the other crates into one operation and tells its
//! progress as events. The embeddable interface: another workspace's commands build on this.
//!
//! Never prints, never asks, never reads the environment: questions go to the caller. The rule to keep in mind: an
//! operation either did what its report says, or failed and left archive and database as they were.

mod bundled;
mod changes;
mod clock;
mod collect;
mod context;
mod data_check;
mod diff;
mod edited;
mod error;
mod event;
mod explain;
mod export;
mod facts;
mod fault;
mod flush;
pub mod git;
mod guard;
mod history;
mod import;
mod init;
mod input;
mod listing;
pub mod merge;
mod new_database;
mod orphans;
mod patch;
mod pending;
mod regenerate;
mod repair;
mod report;
mod restored;
mod schema;
mod seed;
mod side;
mod statistics;
mod textconv;
mod verify;

pub use archive::Existing;
pub use bundled::{SchemaError, Schemas};
pub use changes::{ChangeSummary, TableChanges};
pub use clock::{Clock, ClockError};
pub use collect::Assembled;
pub use context::Context;
pub use data_check::check_data;
pub use database::{Migrations, Schema};
pub use diff::{DiffReport, DiffRequest, diff, diff_sql};
pub use edited::{Edit, edited};
pub use error::Error;
pub use event::{Event, Observer, Phase};
pub use explain::{ExplainError, ExplainReport, ExplainRequest, LimitedBy, NotIn, explain};
pub use export::{ExportFrom, ExportOutcome, ExportReport, ExportRequest, export, export_into, export_to};
pub use fault::Fault;
pub use guard::GuardError;
pub use import::{ImportReport, ImportRequest, ImportWhat, OwnedBy, VouchedBy, import};
pub use init::{Drafted, InitReport, Trial, Waiting, draft, init};
pub use listing::{Listed, cleanup, cleanup_plan, list, seeded_scenarios};
pub use patch::{Patch, patch};
pub use pending::{AcceptReport, Pending, accept, is_first, pending, reject};
pub use regenerate::{CheckReport, RegenerateReport, check, regenerate, regenerate_accepted};
pub use repair::{RepairReport, repair};
pub use report::{PlaceError, SiteReport, report};
pub use schema::{migrate, rows_to_lose};
pub use seed::bytes::BytesError;
pub use seed::{SeedReport, seed};
pub use side::SideSpec;
pub use snapshot_sql::Validate;
pub use snapshot_sql::patch::{PatchHead, PatchSide};
pub use statistics::{BreakdownCounts, TableCount, database_statistics};
pub use textconv::textconv;
pub use verify::{Finding, NotRestored, VerifyReport, verifiable, verify};
